"""Cases read and written by statements that are put together once; the ORM would put them together anew for each act."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from vamco.kernel.work.cases.contracts import Given
from vamco.kernel.work.cases.models import Case, Entry, KindVersion
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from django.db.models import Model

    from vamco.kernel.record.files.models import File

BESIDE = {"agency": Agency, "issuer": Agency, "holder": Agency, "handed_to": Agency, "kind": KindVersion}
_FOR_ACTS = {Agency: ("id", "code", "path")}  # of what stands beside a case; an act that wants to know more asks for it
_NEVER_CHANGED = {"id", "key", "title", "issuer_id", "opened_by_id", "opened_at", "place_id", "matter", "terms"} | {
    "applicant_id",
    "applicant_organisation_id",
}


def locked(wanted: Sequence[int]) -> dict[int, Case]:
    """Give cases, and the parent of the first, by number: locked in the order of their numbers, with agencies and kind."""
    # Locked first and joined after: what a row points to may have changed while we waited for it, and a join that is done before
    # would be asked again with the old partner, and find none. Each number by itself: of how many an array holds the planner would
    # make a plan anew each time.
    numbers = ", ".join(f"%(n{place})s::bigint" for place in range(len(wanted)))
    return _read(
        f"""SELECT * FROM cases_case
        WHERE id = ANY(ARRAY[{numbers}, (SELECT parent_id FROM cases_case WHERE id = %(n0)s::bigint)]) ORDER BY id FOR UPDATE""",  # noqa: S608  # our own names
        tuple(BESIDE),
        {f"n{place}": number for place, number in enumerate(wanted)},
        brief=True,
    )


def listed(wanted: Sequence[int]) -> dict[int, Case]:
    """Give cases by number, with agencies, kind, and who has them in hand."""
    found = "SELECT * FROM cases_case WHERE id = ANY(%(wanted)s::bigint[])"
    return _read(found, (*BESIDE, "taken_by"), {"wanted": list(wanted)}) if wanted else {}


def _read(source: str, beside: tuple[str, ...], data: dict[str, Any], *, brief: bool = False) -> dict[int, Case]:
    shape, statement = _reading(source, beside, brief)
    with connection.cursor() as cursor:
        cursor.execute(statement, data)
        rows = cursor.fetchall()
    found = {}
    for row in rows:
        parts, start = [], 0
        for model, names in shape:
            values = row[start : start + len(names)]
            parts.append(None if values[0] is None else model.from_db(connection.alias, names, values))
            start += len(names)
        case = parts[0]
        assert isinstance(case, Case)  # noqa: S101  # the first of the shape
        for name, other in zip(beside, parts[1:], strict=True):
            setattr(case, name, other)
        found[case.pk] = case
    return found


def keep(case: Case, entry: Entry) -> bool:
    """Write an entry, and all of a case that an act can change; tells whether somebody follows the case."""
    columns, lines, statement = _writing()
    values = {f"case_{name}": getattr(case, name) for name in columns} | {"case": case.pk}
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {f"entry_{name}": getattr(entry, name) for name in lines})
        entry.pk, followed = cursor.fetchone()
    entry._state.adding = False  # noqa: SLF001  # as Model.save does
    return bool(followed)


def attach(entry: Entry, files: Sequence[File]) -> None:
    """Keep the files that an entry brought; the entry is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_entry_files (entry_id, file_id) SELECT %s::bigint, unnest(%s::bigint[])",
            [entry.pk, list({file.pk for file in files})],
        )


def promise(case: Case, at: dt.datetime, why: str) -> None:
    """Keep that a case's deadline was promised with its newest entry, never before the promise that it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_promise (case_id, seq, due_at, at, why) SELECT"
            " %s::bigint, %s::integer, %s::timestamptz, greatest(%s::timestamptz, max(at)), %s::text"
            " FROM cases_promise WHERE case_id = %s",
            [case.pk, case.seq, case.due_at, at, why, case.pk],
        )


def promised(case: Case) -> tuple[dt.datetime, dt.datetime, str]:
    """Give when the deadline was last promised anew, and not only moved by a pause; until when, and why."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT at, due_at, why FROM cases_promise WHERE case_id = %s AND why <> 'resumed' ORDER BY seq DESC LIMIT 1",
            [case.pk],
        )
        at, due_at, why = cursor.fetchone()
        return at, due_at, why


def past(case: Case) -> list[tuple[str, int | None, int | None]]:
    """Give the acts that were done on a case, with who did each and for whom."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, by_id, acting_for_id FROM cases_entry WHERE case_id = %s", [case.pk])
        found: list[tuple[str, int | None, int | None]] = cursor.fetchall()
        return found


def _columns(model: type[Model], but: Collection[str] = ()) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in but]  # noqa: SLF001  # Django's own


@cache
def _reading(source: str, beside: tuple[str, ...], brief: bool) -> tuple[list[tuple[Any, list[str]]], str]:  # noqa: FBT001  # a key
    models: dict[str, Any] = BESIDE | {"taken_by": Person}
    shape: list[tuple[Any, list[str]]] = [(Case, _columns(Case))]
    for name in beside:
        known = _columns(models[name], {"content"})
        shape.append(
            (models[name], [each for each in known if not brief or each in _FOR_ACTS.get(models[name], known)])
        )
    named = [
        f'{name}."{column}"'
        for name, (_model, columns) in zip(("c", *beside), shape, strict=True)
        for column in columns
    ]
    # A subquery that is not drawn into the join looks its one row up; the planner would read all agencies four times.
    joins = " ".join(
        f'LEFT JOIN LATERAL (SELECT * FROM {models[name]._meta.db_table} WHERE id = c."{name}_id" OFFSET 0) AS "{name}" ON true'  # noqa: S608, SLF001  # our own names
        for name in beside
    )
    return shape, f"WITH c AS MATERIALIZED ({source}) SELECT {', '.join(named)} FROM c {joins} ORDER BY c.id"  # noqa: S608  # our own names


@cache
def _writing() -> tuple[list[str], list[str], str]:
    columns, lines = _columns(Case, _NEVER_CHANGED), _columns(Entry, {"id"})
    sets = ", ".join(f'"{name}" = %(case_{name})s' for name in columns)
    names, values = ", ".join(f'"{name}"' for name in lines), ", ".join(f"%(entry_{name})s" for name in lines)
    return (
        columns,
        lines,
        f"""WITH line AS (INSERT INTO cases_entry ({names}) VALUES ({values}) RETURNING id)
        UPDATE cases_case SET {sets} WHERE id = %(case)s RETURNING (SELECT id FROM line),
            EXISTS (SELECT FROM cases_watch WHERE case_id = cases_case.id)""",  # noqa: S608  # our own names
    )


NOTHING = Given()


def missing(case_id: int) -> Missing:
    """Give the error for a case that does not exist, or not for this person."""
    return Missing("cases.no_case", N_("There is no case %(case)s."), case=case_id)
