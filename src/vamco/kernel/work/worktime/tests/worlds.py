"""Random calendars and questions, as items of a pack: both the product and the oracle read them."""

# ruff: noqa: DTZ001 - naive on purpose: the oracle knows no time zones
from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ruamel.yaml import YAML

from vamco.kernel.work.worktime.pack import CalendarItem
from vamco.kernel.work.worktime.rules.assembly import assemble

if TYPE_CHECKING:
    import random

    from vamco.kernel.work.worktime.contracts import Calendar

PACKS = Path(__file__).parents[6] / "packs"
DAY = dt.timedelta(days=1)
LINEAGE = ["A", "A.1", "A.1.2"]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
FULL = (["07:00-11:30", "13:00-16:30"], ["07:30-11:30", "13:30-17:00"], ["08:00-16:00"], ["06:30-11:00", "13:00-16:00"])
SHORT = ([], ["07:00-11:00"], ["08:00-10:00", "10:15-11:30"])


class Question(NamedTuple):
    """Something to ask about a calendar; moments naive, on Vietnam's clock, whole minutes."""

    start: dt.datetime
    count: Fraction
    unit: str
    cutoff: dt.time | None
    pauses: list[tuple[dt.datetime, dt.datetime]]


def calendar(items: list[dict[str, Any]], lineage: list[str], version: int = 1) -> Calendar:
    """Give the calendar of the last of `lineage`, as the product makes it from its pack."""
    parsed = {item.get("agency", ""): CalendarItem.model_validate(item) for item in items}
    near = [code for code in lineage if code in parsed and (code == lineage[-1] or parsed[code].subtree)]
    return assemble([parsed[code].layer() for code in ("", *near)], version)


def pack() -> list[dict[str, Any]]:
    """Give the items of the province's pack: its hours, and the official days of the base."""
    base, items = (
        YAML(typ="safe", pure=True).load((PACKS / name / "calendar.yaml").read_text("utf-8"))
        for name in ("vietnam", "tayninh")
    )
    return [{**base[0], **items[0]}, *items[1:]]


def world(rng: random.Random) -> list[dict[str, Any]]:
    """Give a random calendar of 2026 and 2027 with up to three agencies that keep other hours."""
    items: list[dict[str, Any]] = [
        {"hours": _hours(rng, dt.date(2026, 1, 1), always=True), "years": [_year(rng, 2026), _year(rng, 2027)]}
    ]
    return items + [
        {
            "agency": code,
            "subtree": rng.random() < 0.7,
            "hours": _hours(rng, _any_day(rng), always=False),
            "exceptions": _exceptions(rng),
        }
        for code in LINEAGE
        if rng.random() < 0.5
    ]


def _week(rng: random.Random) -> dict[str, list[str]]:
    usual = rng.choice(FULL)
    week = dict.fromkeys(WEEKDAYS, usual)
    week["sat"] = rng.choice(SHORT)
    if rng.random() < 0.2:
        week[rng.choice(WEEKDAYS)] = rng.choice(SHORT)
    return week


def _hours(rng: random.Random, first: dt.date, *, always: bool) -> list[dict[str, Any]]:
    if not always and rng.random() < 0.4:
        return []
    change = first + DAY * rng.randrange(1, 400)
    later = {
        "valid_from": change,
        "valid_to": None if always else change + DAY * 200,
        "week": _week(rng),
        "source": "?",
    }
    if rng.random() < 0.5:
        return [{"valid_from": first, "valid_to": change - DAY, "week": _week(rng), "source": "?"}, later]
    return [{"valid_from": first, "valid_to": None, "week": _week(rng), "source": "?"}]


def _any_day(rng: random.Random, year: int = 2026) -> dt.date:
    return dt.date(year, 1, 1) + DAY * rng.randrange(365)


def _named(rng: random.Random, first: dt.date, longest: int) -> dict[str, Any]:
    last = min(first + DAY * rng.randrange(longest), dt.date(first.year, 12, 31))
    return {"first": first, "last": last, "name": "nghỉ", "name_en": "off"}


def _year(rng: random.Random, year: int) -> dict[str, Any]:
    holidays = [_named(rng, _any_day(rng, year), 7) for _ in range(rng.randrange(1, 12))]
    swaps = []
    for _ in range(rng.randrange(4)):
        off = _any_day(rng, year)
        work = off + DAY * (5 - off.weekday())
        if off.weekday() < 5 and work.year == year:
            swaps.append({"off": off, "work": work, "name": "hoán đổi", "name_en": "swap", "source": "?"})
    return {"year": year, "holidays": holidays, "swaps": swaps, "source": "?"}


def _exceptions(rng: random.Random) -> list[dict[str, Any]]:
    found = []
    for _ in range(rng.randrange(8)):
        days = _named(rng, _any_day(rng, rng.choice((2026, 2027))), 4) | {"source": "?"}
        kind = rng.choice(("day", "morning", "afternoon", "open"))
        found.append(days | ({"open": rng.choice((*FULL, *SHORT[1:]))} if kind == "open" else {"closed": kind}))
    return found


def question(rng: random.Random, first_year: int, last_year: int) -> Question:
    """Give a random question; one in fifty leads near or over the border of the known years."""
    start = dt.datetime(first_year, 1, 1) + dt.timedelta(minutes=rng.randrange(527_040 * (last_year - first_year + 1)))
    if rng.random() < 0.02:
        start = dt.datetime(rng.choice((first_year, last_year + 1)), 1, 1) + DAY * rng.randrange(-9, 9)
    elif rng.random() < 0.5:  # at the borders of windows
        start = dt.datetime.combine(
            start.date(), rng.choice([dt.time(h, m) for h in (7, 11, 13, 15, 16) for m in (0, 30)])
        )
    unit = rng.choice(("day", "day", "half", "hour", "close"))
    count = {
        "day": Fraction(rng.choice((1, 1, 2, 3, 5, 10))) - rng.choice((0, 0, Fraction(1, 2))),
        "half": Fraction(rng.randrange(1, 7)),
        "hour": Fraction(rng.randrange(1, 120), 4),
        "close": Fraction(rng.randrange(4)),
    }[unit]
    pauses = []
    for _ in range(rng.choice((0, 0, 0, 1, 2, 4))):
        stop = start + dt.timedelta(minutes=rng.randrange(-2000, 12_000))
        pauses.append((stop, stop + dt.timedelta(minutes=rng.randrange(0, 9000))))
    return Question(start, count, unit, rng.choice((None, None, dt.time(15), dt.time(10, 30))), pauses)
