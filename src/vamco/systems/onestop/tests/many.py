"""Fills the database with very many dossiers by COPY, and shows that they are what the engine makes. For the benchmark; no pytest.

A few dossiers are made by the engine itself, one for each way and procedure (`Mould`). A further one is such a mould's rows with other
numbers, people, offices and moments, whole weeks later: so each hour of work stays one. The weeks are those without a day off near them.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, models, transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.models import Entry, Promise
from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Person
from vamco.lib.text import fold, sort_key
from vamco.lib.time import HCM
from vamco.systems.onestop import queries
from vamco.systems.onestop.demo import answers, plan
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import filing, moving
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FIRST_WEEK: Final = dt.datetime(2026, 3, 2, 8, 0, tzinfo=HCM)  # a Monday
WEEKS: Final = (
    *range(5),
    *range(11, 24),
    *range(28, 36),
)  # after it, none with a day off or a swap in it or in the next
WAYS: Final = (
    "submitted",
    "received",
    "appraising",
    "supplement",
    "supplied",
    "approving",
    "ready",
    "delivered",
    "handed",
    "refused",
    "withdrawn",
)
WEIGHTS: Final = (2, 2, 4, 1, 1, 2, 3, 60, 20, 3, 2)
PROCEDURES: Final = ("1.004873", "2.000635", "1.001776", "2.000815")
TABLES: Final = (cases.Case, Entry, Promise, Dossier)
BATCH: Final = 20_000
ENGINE: Final = 2_000  # numbers of a day up to here are the engine's
ROLES: Final = {"clerk": "onestop_clerk", "specialist": "onestop_specialist", "head": "onestop_head"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Office:
    """An office and its people; the applicant of its moulds stands beside them."""

    agency: Agency
    staff: dict[str, Person]


@dataclass(frozen=True, slots=True)
class Mould:
    """The rows of a dossier that the engine made, by table, and who and what stood in them."""

    procedure: str
    way: str
    office: Office
    applicant: Person
    rows: dict[type[models.Model], list[Row]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A dossier that is to be: of which mould, at which office, whose, how many weeks later, and its number of the day."""

    mould: Mould
    office: Office
    applicant: Person
    weeks: int
    counter: int
    sending: uuid.UUID
    case: int


def offices(count: int) -> list[Office]:
    """Give communes with an official for each role."""
    found = agencies.in_force(clock.today(), filing.COMMUNE)[:count]
    return [
        Office(
            agencies.get(each.code),
            {part: made.official(role, f"Cán bộ {part}", each.code) for part, role in ROLES.items()},
        )
        for each in found
    ]


def people(count: int, rng: random.Random) -> list[Person]:
    """Give made-up people, put in at once."""
    names = [answers.name(rng) for _ in range(count)]
    rows = [Person(name=name, sort_key=sort_key(name), folded=fold(name), created_at=clock.now()) for name in names]
    return Person.objects.bulk_create(rows, batch_size=5_000)


def moulds(office: Office, applicant: Person) -> list[Mould]:
    """Let the engine make one dossier for each procedure and way, all sent in the first week."""
    for code in PROCEDURES:
        made.provincial(code)
    return [_mould(code, way, office, applicant) for code in PROCEDURES for way in WAYS]


def _mould(code: str, way: str, office: Office, applicant: Person) -> Mould:
    case = make(code, way, office, applicant, FIRST_WEEK, uuid.uuid4())
    return Mould(code, way, office, applicant, rows_of(case))


def make(code: str, way: str, office: Office, applicant: Person, at: dt.datetime, sending: uuid.UUID) -> int:
    """Let the engine file a dossier at a moment and do what its way says; return the number of its case."""
    row = queries.PROCEDURES.newest(code)
    declared = queries.PROCEDURES.get(row).filing
    assert declared is not None
    version = forms.newest(declared.form)
    data = answers.complete(
        forms.form_of(version), {"applicant.name": applicant.name}, random.Random(code), FIRST_WEEK.date(), ("25708",)
    )
    with clock.standing_at(at):
        dossier = filing.file(
            filing.Filed(
                sending=sending, procedure=row, applicant=applicant, by=applicant, office=office.agency, channel="online",
                delivery="online", form=version, answers=data, phone="0912345678",
            )
        )  # fmt: skip
    for step in plan.WAYS[way]:
        at = worktime.due(at, worktime.Amount(max(step.hours, 1), "hour"), worktime.calendar_of(office.agency))
        given = {name: value for name, value in (("note", step.note), ("reason", step.reason)) if value}
        who: Any = {"applicant": applicant, "machine": moving.MACHINE}.get(step.who) or office.staff[step.who]
        with clock.standing_at(at):
            cases.act(dossier.pk, step.act, by=who, **given)  # type: ignore[arg-type]
    return dossier.pk


def rows_of(case: int) -> dict[type[models.Model], list[Row]]:
    """Return all that the four tables hold of a case, in order."""
    found = {}
    for table in TABLES:
        column = {cases.Case: "id"}.get(table, "case_id")
        order = "seq" if table in {Entry, Promise} else "1"
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table._meta.db_table}" WHERE {column} = %s ORDER BY {order}', [case])
            names = [each.name for each in cursor.description]
            found[table] = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return found


def cast(wanted: Wanted) -> dict[type[models.Model], list[Row]]:
    """Return the rows of a dossier without its entries' and promises' own numbers, which the database gives."""
    mould, office = wanted.mould, wanted.office
    agencies_of = {mould.office.agency.pk: office.agency.pk}
    persons = {mould.office.staff[part].pk: office.staff[part].pk for part in ROLES} | {
        mould.applicant.pk: wanted.applicant.pk
    }
    day = FIRST_WEEK + dt.timedelta(weeks=wanted.weeks)
    number = f"{office.agency.code}-{day:%y%m%d}-{wanted.counter:04}"
    named = wanted.applicant.name
    own = {
        "case_id": wanted.case, "sending": wanted.sending, "number": number, "applicant_name": named,
        "folded": fold(f"{named} {number}"), "key": f"{cases_kind()}:{wanted.sending}",
    }  # fmt: skip
    found: dict[type[models.Model], list[Row]] = {}
    for table, rows in mould.rows.items():
        roles = _roles(table)
        found[table] = [
            {
                name: own[name] if name in own else _moved(roles.get(name), value, agencies_of, persons, wanted)
                for name, value in row.items()
            }
            for row in rows
        ]
    found[cases.Case][0]["id"] = wanted.case
    answered = found[Dossier][0]["answers"]
    found[Dossier][0]["answers"] = _named(answered, mould.applicant.name, named)
    return found


def cases_kind() -> str:
    """Return the kind's code as keys of cases begin with it."""
    from vamco.systems.onestop.contracts import KIND

    return KIND


def _named(value: str, before: str, after: str) -> str:
    """Put the applicant's own name into the answers, which come as the text of a JSON document."""
    return value.replace(f'"{before}"', f'"{after}"') if isinstance(value, str) else value


def _roles(table: type[models.Model]) -> dict[str, str]:
    """Return which columns hold a moment, an agency or a person."""
    found = {}
    for column in table._meta.concrete_fields:
        if isinstance(column, models.DateTimeField):
            found[column.column] = "moment"
        elif isinstance(column, models.ForeignKey) and column.related_model in {Agency, Person}:
            found[column.column] = "agency" if column.related_model is Agency else "person"
    return found


def _moved(role: str | None, value: Any, agencies_of: dict[int, int], persons: dict[int, int], wanted: Wanted) -> Any:
    if value is None or role is None:
        return value
    if role == "moment":
        return value + dt.timedelta(weeks=wanted.weeks)
    return (agencies_of if role == "agency" else persons).get(value, value)


def drawn(
    count: int, shapes: Sequence[Mould], at: Sequence[Office], who: Sequence[Person], first_case: int, seed: int
) -> Iterator[Wanted]:
    """Give what dossiers there are to be, the same ones for the same seed."""
    rng = random.Random(seed)
    by_way: dict[str, list[Mould]] = {}
    for shape in shapes:
        by_way.setdefault(shape.way, []).append(shape)
    counters: dict[tuple[int, int], int] = {}
    for number in range(count):
        shape = rng.choice(by_way[rng.choices(WAYS, WEIGHTS)[0]])
        office, weeks = rng.choice(at), rng.choice(WEEKS)
        counter = counters[office.agency.pk, weeks] = counters.get((office.agency.pk, weeks), ENGINE) + 1
        yield Wanted(
            shape, office, rng.choice(who), weeks, counter, uuid.UUID(int=rng.getrandbits(128)), first_case + number
        )


def fill(wanted: Iterable[Wanted]) -> int:
    """Put the rows in by COPY, in batches; return how many dossiers."""
    batch: list[Wanted] = []
    done = 0
    for each in wanted:
        batch.append(each)
        if len(batch) == BATCH:
            done += _copy(batch)
            batch = []
    return done + (_copy(batch) if batch else 0)


def _copy(batch: Sequence[Wanted]) -> int:
    rows: dict[type[models.Model], list[Row]] = {table: [] for table in TABLES}
    for each in batch:
        for table, found in cast(each).items():
            rows[table] += found
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            columns = [name for name in rows[table][0] if name != "id" or table is cases.Case]
            named = ", ".join(f'"{name}"' for name in columns)
            with cursor.copy(f'COPY "{table._meta.db_table}" ({named}) FROM STDIN') as copy:
                for row in rows[table]:
                    copy.write_row([row[name] for name in columns])
    return len(batch)


def first_free_case(count: int) -> int:
    """Take so many numbers of cases out of their sequence; return the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [cases.Case._meta.db_table])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT min(nextval(%s)) FROM generate_series(1, %s)", [sequence, count])
        return int(cursor.fetchone()[0])


def differences(each: Wanted) -> list[str]:
    """Let the engine make the same dossier and return each field that is not equal.

    Not compared: numbers of rows, the dossier's number of the day, and its sending, which must be its own.
    """
    begun = FIRST_WEEK + dt.timedelta(weeks=each.weeks)
    twin = rows_of(make(each.mould.procedure, each.mould.way, each.office, each.applicant, begun, uuid.uuid4()))
    filled = rows_of(each.case)
    wrong = []
    for table in TABLES:
        if len(twin[table]) != len(filled[table]):
            wrong.append(f"{table.__name__}: {len(filled[table])} rows, not {len(twin[table])}")
            continue
        for mine, right in zip(filled[table], twin[table], strict=True):
            own = {"id", "case_id", "key", "sending", "number", "folded"}
            wrong += [
                f"{table.__name__}.{name}: {mine[name]!r}, not {right[name]!r}"
                for name in right
                if name not in own and mine[name] != right[name]
            ]
            if table is Dossier:
                same = (mine["number"].rpartition("-")[0], mine["folded"][:-4]) == (
                    right["number"].rpartition("-")[0],
                    right["folded"][:-4],
                )
                wrong += [] if same else [f"number {mine['number']}, not {right['number']}"]
    return wrong
