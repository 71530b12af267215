"""The product against the walker, which shares no code with it: every case must be equal."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from fractions import Fraction
from typing import get_args

import pytest

from vamco.kernel.work.worktime.contracts import Amount, Calendar, Code, Pause
from vamco.kernel.work.worktime.explaining import explain
from vamco.kernel.work.worktime.rules import due, worked
from vamco.kernel.work.worktime.tests import worlds
from vamco.kernel.work.worktime.tests.oracle import UnknownYear, Walker
from vamco.lib.errors import Refused
from vamco.lib.time import HCM

SHORT, FULL, SEED = 2_000, 100_000, 20261122
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
    given = {"cutoff": cutoff, "pauses": [Pause(local(stop), local(go)) for stop, go in pauses]}
    try:
        expected = walker.due(start, count, unit, cutoff, pauses)
    except UnknownYear as unknown:
        seen["refused"] += 1
        with pytest.raises(Refused) as refused:
            due(local(start), Amount(count, unit), calendar, **given)
        same = (refused.value.code, refused.value.data) == ("worktime.no_calendar", {"year": unknown.args[0]})
        return [] if same else [f"{asked}: refused {refused.value.data}, not {unknown}"]
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


def test_all_cases_are_equal() -> None:
    wrong, seen = disagreements(SHORT, SEED)
    assert wrong == []
    assert seen.keys() == {*get_args(Code), "refused"}
    assert min(seen.values()) >= SHORT // 100, seen


@pytest.mark.full
@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_cases_are_equal(part: int) -> None:
    wrong, _ = disagreements(FULL // 10, random.SystemRandom().randrange(10**9) * 10 + part)
    assert wrong == []


def test_the_comparison_can_fail() -> None:
    """A walker with another idea of one holiday is found out."""
    items = worlds.pack()
    calendar = worlds.calendar(items, ["H53"])
    items[0]["years"][1]["holidays"] = [day for day in items[0]["years"][1]["holidays"] if "Tet" not in day["name_en"]]
    asked = worlds.Question(dt.datetime(2026, 2, 13, 8), Fraction(3), "day", None, [])
    (wrong,) = [text for text in differences(calendar, Walker(items, ["H53"]), asked, Counter()) if "due" in text]
    assert wrong.endswith("due 2026-02-25 01:00:00+00:00, not 2026-02-18 08:00:00")
