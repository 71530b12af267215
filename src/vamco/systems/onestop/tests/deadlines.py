"""Dossiers made up to compare their deadlines with those of the minute walker. Also what the benchmark runs, which has no pytest."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.time import HCM
from vamco.systems.onestop import queries
from vamco.systems.onestop.declaration import ProcessingTime
from vamco.systems.onestop.services import filing
from vamco.systems.onestop.tests import made
from vamco.systems.onestop.tests.minutes import MINUTE, Span, Year

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

TIMES: tuple[dict[str, Any], ...] = (
    {"unit": "same_day", "cutoff": "15:00"}, {"unit": "same_day"}, {"unit": "hour", "most": 4}, {"unit": "hour", "most": 30},
    {"unit": "working_day", "most": 1, "cutoff": "15:00"}, {"unit": "working_day", "most": 3}, {"unit": "working_day", "most": 10},
    {"unit": "working_day", "most": 25},
)  # fmt: skip
# Days around which deadlines go wrong: Tết of both years, holidays with swaps, a Saturday that is worked, the end of the year.
CRITICAL = (
    dt.date(2026, 2, 13), dt.date(2026, 2, 23), dt.date(2026, 1, 9), dt.date(2026, 1, 10), dt.date(2026, 8, 21), dt.date(2026, 8, 22),
    dt.date(2026, 8, 28), dt.date(2026, 4, 24), dt.date(2026, 11, 23), dt.date(2026, 12, 31), dt.date(2027, 2, 3), dt.date(2027, 2, 11),
)  # fmt: skip
HOURS = ((7, 0), (11, 29), (11, 30), (12, 15), (13, 0), (14, 59), (15, 0), (15, 1), (16, 29), (16, 30), (20, 0))
OFFICES = ("H53.25708", "H53.25708", "H53.16")
PAUSES = (("ask_supplement", "supply"), ("ask_duty", "confirm_duty"))
NOTE = {"note": "Lý do"}


@dataclass(frozen=True, slots=True)
class Way:
    """A dossier: where, when sent and received, how long by its version, another version that comes in between, and pauses."""

    office: str
    sent: dt.datetime
    received: dt.datetime
    time: dict[str, Any]
    later: dict[str, Any] | None
    pauses: list[tuple[str, str, dt.datetime, dt.datetime]] = field(default_factory=list)


def drawn(rng: random.Random) -> Way:
    """Make up a dossier, half of them near a day on which deadlines go wrong."""
    day = rng.choice(CRITICAL) if rng.random() < 0.5 else dt.date(2026, 1, 5) + dt.timedelta(days=rng.randrange(420))
    hour, minute = rng.choice(HOURS) if rng.random() < 0.6 else (rng.randrange(24), rng.randrange(60))
    received = dt.datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - the oracle knows no zones
    at, pauses = received, []
    for _ in range(rng.choice((0, 0, 1, 1, 2))):
        begin = at + MINUTE * rng.choice((1, 30, 200, 900, 1440, 3000, 6000))
        end = begin + MINUTE * rng.choice((1, 45, 500, 1440, 4321, 10080, 20000))
        pauses.append((*rng.choice(PAUSES), begin, end))
        at = end
    later = rng.choice(TIMES) if rng.random() < 0.3 else None
    return Way(
        rng.choice(OFFICES), received - MINUTE * rng.randrange(5, 3000), received, rng.choice(TIMES), later, pauses
    )


class Offices:
    """People at each office, and what the walker knows of its hours."""

    def __init__(self) -> None:
        self.mother = made.citizen("Trần Thị Mai")
        self.clerks = {code: made.official("onestop_clerk", "Lê Thị Cẩm Tú", code) for code in set(OFFICES)}
        self.specialists = {
            code: made.official("onestop_specialist", "Nguyễn Thị Bích Trâm", code) for code in set(OFFICES)
        }
        self.years = {code: Year(settings.VAMCO_PACKS, code) for code in set(OFFICES)}


def _version(time: dict[str, Any]) -> Any:
    """Put a version of the procedure in force that takes so long."""
    row = made.provincial()
    item = queries.PROCEDURES.get(row)
    queries.PROCEDURES.put(item.code, item.model_copy(update={"time": ProcessingTime(**time)}))
    return queries.PROCEDURES.newest(item.code)


def _at(moment: dt.datetime) -> Any:
    return clock.standing_at(moment.replace(tzinfo=HCM))


def promised(way: Way, world: Offices) -> dt.datetime:
    """Return the deadline that the engine comes to, naive, on Vietnam's clock."""
    clerk, specialist = world.clerks[way.office], world.specialists[way.office]
    with _at(way.sent):
        given = filing.Filed(
            sending=uuid.uuid4(), procedure=_version(way.time), applicant=world.mother, by=world.mother,
            office=agencies.get(way.office), channel="online", delivery="online",
        )  # fmt: skip
        case = filing.file(given).case
    if way.later is not None:
        _version(way.later)
    _act(case.pk, "accept", clerk, way.received)
    for asks, goes_on, begin, end in way.pauses:
        _act(case.pk, asks, specialist, begin)
        _act(case.pk, goes_on, world.mother if goes_on == "supply" else specialist, end)
    return cases.by_id([case.pk])[case.pk].due_at.astimezone(HCM).replace(tzinfo=None)


def _act(case: int, act: str, by: Person, moment: dt.datetime) -> None:
    given: dict[str, Any] = {} if act in {"accept", "supply"} else dict(NOTE)
    if act == "ask_supplement":
        given["reason"] = "paper"
    with _at(moment):
        cases.act(case, act, by=by, **given)


def expected(way: Way, world: Offices) -> dt.datetime:
    """Return the deadline that the walker comes to: the version on which it was filed counts, and no pause makes good what was late."""
    year = world.years[way.office]
    counted: list[Span] = []
    due = year.due(way.received, way.time, counted)
    for _, _, begin, end in way.pauses:
        if begin >= due:
            break
        counted.append((begin, end))
        due = year.due(way.received, way.time, counted)
    return due


def disagreements(count: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Return where the two differ, and how often what makes a deadline hard was met."""
    rng = random.Random(seed)
    wrong: list[str] = []
    seen = Counter[str]()
    with transaction.atomic():
        world = Offices()
        for _ in range(count):
            way = drawn(rng)
            seen.update(_traits(way))
            found, right = promised(way, world), expected(way, world)
            if found != right:
                wrong.append(f"{way}: {found}, not {right}")
        transaction.set_rollback(True)
    return wrong, seen


def _traits(way: Way) -> list[str]:
    tet = (
        dt.date(2026, 2, 1) <= way.received.date() <= dt.date(2026, 2, 28)
        or dt.date(2027, 1, 20) <= way.received.date()
    )
    return [
        way.time["unit"],
        *(["tet"] if tet else []),
        *(
            ["swap"]
            if way.received.date()
            in {dt.date(2026, 1, 9), dt.date(2026, 1, 10), dt.date(2026, 8, 21), dt.date(2026, 8, 22)}
            else []
        ),
        *(["after_cutoff"] if way.time.get("cutoff") and f"{way.received:%H:%M}" > way.time["cutoff"] else []),
        *(["pauses"] if way.pauses else []),
        *(["version"] if way.later else []),
    ]
