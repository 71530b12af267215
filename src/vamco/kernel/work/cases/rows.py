"""Cases read and written by statements that are put together once; the ORM would put them together anew for each act."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import connection

from vamco.kernel.work.cases.models import Case, Entry, KindVersion
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from django.db.models import Model

BESIDE = {"agency": Agency, "issuer": Agency, "holder": Agency, "handed_to": Agency, "kind": KindVersion}
_NEVER_CHANGED = {"id", "key", "title", "issuer_id", "opened_by_id", "opened_at"}


def locked(wanted: Sequence[int]) -> dict[int, Case]:
    """Give cases, and the parent of the first, by number: locked in the order of their numbers, with agencies and kind.

    The parent is found by its number, not by a join: that would read all cases for each act.
    """
    # Locked first and joined after: what a row points to may have changed while we waited for it, and a join that is done before
    # would be asked again with the old partner, and find none.
    return _read(
        """SELECT * FROM cases_case WHERE id = ANY(%(wanted)s::bigint[])
        OR id = (SELECT parent_id FROM cases_case WHERE id = %(first)s::bigint) ORDER BY id FOR UPDATE""",
        tuple(BESIDE),
        {"first": wanted[0], "wanted": list(wanted)},
    )


def listed(wanted: Sequence[int]) -> dict[int, Case]:
    """Give cases by number, with agencies, kind, and who has them in hand."""
    found = "SELECT * FROM cases_case WHERE id = ANY(%(wanted)s::bigint[])"
    return _read(found, (*BESIDE, "taken_by"), {"wanted": list(wanted)}) if wanted else {}


def _read(source: str, beside: tuple[str, ...], data: dict[str, Any]) -> dict[int, Case]:
    shape, statement = _reading(source, beside)
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


def _columns(model: type[Model], but: Collection[str] = ()) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.attname not in but]  # noqa: SLF001  # Django's own


@cache
def _reading(source: str, beside: tuple[str, ...]) -> tuple[list[tuple[Any, list[str]]], str]:
    models: dict[str, Any] = BESIDE | {"taken_by": Person}
    shape: list[tuple[Any, list[str]]] = [(Case, _columns(Case))]
    shape += [(models[name], _columns(models[name], {"content"})) for name in beside]
    named = [
        f'{name}."{column}"'
        for name, (_model, columns) in zip(("c", *beside), shape, strict=True)
        for column in columns
    ]
    joins = " ".join(
        f'LEFT JOIN {models[name]._meta.db_table} AS "{name}" ON "{name}".id = c."{name}_id"'  # noqa: SLF001  # Django's own
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
