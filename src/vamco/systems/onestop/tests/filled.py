"""The ground of a year of dossiers: offices, citizens and procedures; filling it by COPY, and telling a story with the engine itself."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import psycopg
from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.time import HCM
from vamco.systems.onestop import queries
from vamco.systems.onestop.tests import made
from vamco.systems.onestop.tests.many import DAYS, NOTE, NOTED, TABLES, Desk, Rows, Story, Year, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from vamco.systems.onestop.declaration import ProcedureItem
    from vamco.systems.onestop.models import ProcedureVersion

CODES: Final = ("1.004873", "1.001193", "1.000894", "1.000656", "2.000635", "2.000908", "2.000815", "2.000884", "1.004837", "1.004859", "1.001612", "2.000720", "1.001776", "1.011606")  # fmt: skip


def prepare(count: int, seed: int, ends: dt.datetime | None = None, *, offices: int = 96) -> Year:
    """Appoint people in every office, let the procedures be filed here, and make the citizens."""
    desks = [
        Desk(
            office,
            made.official("onestop_clerk", "Lê Thị Cẩm Tú", office.code),
            made.official("onestop_specialist", "Nguyễn Thị Bích Trâm", office.code),
            made.official("onestop_head", "Hồ Văn Phước", office.code),
        )
        for office in agencies.at_work().filter(kind="commune").order_by("code")[:offices]
    ]
    procedures = [_procedure(code) for code in CODES]
    people = max(1, count // 3)
    with transaction.atomic(), connection.cursor() as cursor:
        first, case = _reserved("people_person", people), _reserved("cases_case", count)
        now = clock.now()
        with cursor.cursor.copy("COPY people_person (id, name, sort_key, folded, created_at) FROM STDIN") as copy:
            for n in range(people):
                copy.write_row((first + n, *person(n), now))
    return Year(count, seed, desks, procedures, first, people, case, ends or clock.now())


def _reserved(table: str, count: int) -> int:
    """Take so many numbers of a table, and return the first."""
    with connection.cursor() as cursor:
        taken = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) AS n FROM generate_series(1, %s)"
        cursor.execute(f"SELECT min(n), max(n) FROM ({taken}) AS taken", [table, count])  # our own words
        first, last = cursor.fetchone()
    assert last - first == count - 1, "somebody else is at work"
    return int(first)


def _procedure(code: str) -> tuple[ProcedureVersion, ProcedureItem]:
    """A version of a procedure that is filed here, free of charge, by a form of nobody."""
    item = queries.PROCEDURES.get(queries.PROCEDURES.newest(code))
    like = queries.PROCEDURES.get(queries.PROCEDURES.newest(made.PROCEDURE)).filing
    assert like is not None
    filed = like.model_copy(update={"steps": [], "prefill": [], "checks": [], "duty": True, "result": ""})
    counted = item.time.unit in {"same_day", "hour", "working_day"}
    time = item.time if counted else item.time.model_copy(update={"unit": "working_day", "most": 5, "least": None})
    item = item.model_copy(update={"route": "provincial", "filing": filed, "fees": [], "time": time})
    queries.PROCEDURES.put(code, item)
    return queries.PROCEDURES.newest(code), item


@contextmanager
def counters_free(owner_url: str) -> Iterator[None]:
    """Let counters begin anywhere; the database else refuses a number that does not follow the one before."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE numbers_counter DISABLE TRIGGER USER")
        try:
            yield
        finally:
            owner.execute("ALTER TABLE numbers_counter ENABLE TRIGGER USER")


def fill(year: Year, days: Iterable[int] = range(DAYS)) -> None:
    """Write all dossiers, or those of some days, a day at a time."""
    for number in days:
        written: Rows = {name: [] for name in TABLES}
        last: dict[tuple[str, str], int] = {}
        for story in year.stories(number):
            for name, rows in year.rows(story).items():
                written[name] += rows
            unit, period, n = (written["numbers_taken"][-1][place] for place in (2, 3, 5))
            last[unit, period] = n
        with transaction.atomic(), connection.cursor() as cursor:
            for name, columns in TABLES.items():
                with cursor.cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
                    copy.write("".join(map(_line, written[name])))
            with cursor.cursor.copy("COPY numbers_counter (series_id, unit, period, last) FROM STDIN") as copy:
                copy.write("".join(_line(("onestop.dossier", *key, n)) for key, n in last.items()))


def _line(row: Sequence[Any]) -> str:
    return "\t".join(map(_text, row)) + "\n"


def _text(value: Any) -> str:
    if value is None:
        return r"\N"
    if value is True or value is False:
        return "t" if value else "f"
    text = "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else str(value)
    return (
        text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ")
        if "\\" in text or "\n" in text or "\t" in text
        else text
    )


# ── the engine ────────────────────────────────────────────────────────────────────────────────────────────────────────


def lived(year: Year, story: Story, set_clock: Callable[[dt.datetime], None]) -> Rows:
    """Let the engine itself tell a story, and return what it wrote, with the case's number that the story gives it."""
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.services import filing, moving

    desk, number = story.desk, f"{story.sent.astimezone(HCM):%Y-%m-%d}"
    applicant = Person.objects.get(pk=year.first_person + story.person)
    if story.n > 1:  # the others of the day before it; see `counters_free`
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO numbers_counter (series_id, unit, period, last) VALUES ('onestop.dossier', %s, %s, %s)",
                [desk.office.code, number, story.n - 1],
            )
    set_clock(story.sent)
    dossier = filing.file(
        filing.Filed(
            sending=story.sending,
            procedure=year.procedures[story.procedure][0],
            applicant=applicant,
            by=applicant,
            office=desk.office,
            channel="online" if story.online else "counter",
            delivery="online" if story.online else "counter",
            phone=story.phone,
        )
    )
    who = {"onestop.apply": applicant, "onestop": moving.MACHINE, "onestop.appraise": desk.specialist}
    who |= {
        "onestop.receive": desk.clerk,
        "onestop.number": desk.clerk,
        "onestop.approve": desk.head,
        "onestop.sign": desk.head,
    }
    for act, at, reason in story.acts:
        set_clock(at)
        until = story.until if act == "extend" else None
        note = NOTE if act in NOTED else ""
        cases.act(dossier.pk, act, by=who[year.definition.acts[act].may], note=note, reason=reason, until=until)
    return _read(dossier.pk, story, year.first_case + story.place)


def found(year: Year, story: Story) -> Rows:
    """What the tables hold of a story that was filled in."""
    return _read(year.first_case + story.place, story, year.first_case + story.place)


def _read(case: int, story: Story, called: int) -> Rows:
    rows: Rows = {}
    with connection.cursor() as cursor:
        for name, columns in TABLES.items():
            where, value = ("key", f"dossier:{story.sending}") if name == "numbers_taken" else (columns[0], case)
            order = "" if "seq" not in columns else " ORDER BY seq"
            cursor.execute(
                f"SELECT {', '.join(columns)} FROM {name} WHERE {where} = %s{order}", [value]
            )  # our own names
            rows[name] = [
                tuple(called if read == case and at == 0 else read for at, read in enumerate(row))
                for row in cursor.fetchall()
            ]
    return rows
