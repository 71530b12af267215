"""How the product is compared with the walker. Also what the benchmark runs, which has no pytest."""

# ruff: noqa: DTZ001 - naive on purpose: the oracle knows no time zones
from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

from vamco.kernel.work.worktime.contracts import Amount, Pause
from vamco.kernel.work.worktime.rules.explaining import explain
from vamco.kernel.work.worktime.rules.reckoning import due, worked
from vamco.kernel.work.worktime.tests import worlds
from vamco.kernel.work.worktime.tests.oracle import UnknownYear, Walker
from vamco.lib.errors import Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from vamco.kernel.work.worktime.contracts import Calendar

MINUTE = dt.timedelta(minutes=1)
QUESTIONS_OF_A_WORLD = 50


def local(naive: dt.datetime) -> dt.datetime:
    return naive.replace(tzinfo=HCM)


def whole_minute(moment: dt.datetime) -> dt.datetime:
    """Give the end of the minute that a moment lies in, naive: where days differ in length a share of one may be no whole minute."""
    naive = moment.astimezone(HCM).replace(tzinfo=None)
    return naive + (dt.datetime(2000, 1, 1) - naive) % MINUTE


def differences(calendar: Calendar, walker: Walker, asked: worlds.Question, seen: Counter[str]) -> list[str]:
    """Give what the two do not agree on; empty when all is equal."""
    start, count, unit, cutoff, pauses = asked
    given: dict[str, Any] = {"cutoff": cutoff, "pauses": [Pause(local(stop), local(go)) for stop, go in pauses]}
    try:
        expected = walker.due(start, count, unit, cutoff, pauses)
    except UnknownYear as unknown:
        seen["refused"] += 1
        return _not_refused(calendar, asked, given, unknown.args[0])
    found = due(local(start), Amount(count, unit), calendar, **given)
    wrong = []
    if whole_minute(found) != expected:
        wrong.append(f"{asked}: due {found}, not {expected}")
    steps = explain(local(start), Amount(count, unit), calendar, **given)
    counted = sum((step.counted for step in steps), dt.timedelta())
    whole = worked(local(start), found, calendar, **given)
    if (steps[0].begins, steps[-1].ends, counted) != (local(start), found, whole.time):
        wrong.append(f"{asked}: explained from {steps[0].begins} to {steps[-1].ends}, {counted} of {whole}")
    seen.update(step.reason.code for step in steps)
    end = start + (expected - start) * 3 // 4
    end -= dt.timedelta(seconds=end.second, microseconds=end.microsecond)
    minutes, days = walker.worked(start, end, pauses)
    measured = worked(local(start), local(end), calendar, pauses=given["pauses"])
    if (measured.time, measured.days) != (minutes * MINUTE, days):
        wrong.append(f"{asked}: worked {measured} to {end}, not {minutes} minutes, {days} days")
    return wrong


def _not_refused(calendar: Calendar, asked: worlds.Question, given: dict[str, Any], year: int) -> list[str]:
    try:
        found = due(local(asked.start), Amount(asked.count, asked.unit), calendar, **given)
    except Refused as refused:
        same = (refused.code, refused.data) == ("worktime.no_calendar", {"year": year})
        return [] if same else [f"{asked}: refused {refused.data}, not {year}"]
    return [f"{asked}: due {found}, although {year} is unknown"]


def disagreements(cases: int, seed: int) -> tuple[list[str], Counter[str]]:
    """Give what is not equal, and how often each reason was met on the way."""
    rng = random.Random(seed)
    wrong: list[str] = []
    seen = Counter[str]()
    for number in range(-(-cases // QUESTIONS_OF_A_WORLD)):
        if number % 2:
            items, lineage, years = worlds.world(rng), worlds.LINEAGE[: rng.randrange(1, 4)], (2026, 2027)
        else:
            items, lineage, years = worlds.pack(), rng.choice((["H53"], ["H53", "H53.01", "H53.16"])), (2025, 2027)
        calendar, walker = worlds.calendar(items, lineage), Walker(items, lineage)
        for _ in range(QUESTIONS_OF_A_WORLD):
            wrong += differences(calendar, walker, worlds.question(rng, *years), seen)
    return wrong, seen
