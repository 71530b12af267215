"""The product against the walker, which shares no code with it: every case must be equal."""

# ruff: noqa: DTZ001 - naive on purpose: the oracle knows no time zones
from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from fractions import Fraction
from typing import get_args

import pytest

from vamco.kernel.work.worktime.contracts import Code
from vamco.kernel.work.worktime.tests import worlds
from vamco.kernel.work.worktime.tests.agreement import differences, disagreements
from vamco.kernel.work.worktime.tests.oracle import Walker

SHORT, FULL, PARTS, SEED = 2_000, 100_000, 10, 20261122


def test_all_cases_are_equal() -> None:
    wrong, seen = disagreements(SHORT, SEED)
    assert wrong == []
    assert seen.keys() == {*get_args(Code), "refused"}
    assert min(seen.values()) >= SHORT // 100, seen


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_a_hundred_thousand_cases_are_equal(part: int) -> None:
    seed = random.SystemRandom().randrange(10**9) * PARTS + part
    wrong, _ = disagreements(FULL // PARTS, seed)
    assert (wrong, seed) == ([], seed)


def test_the_comparison_can_fail() -> None:
    """A walker with another idea of one holiday is found out."""
    items = worlds.pack()
    calendar = worlds.calendar(items, ["H53"])
    items[0]["years"][1]["holidays"] = [day for day in items[0]["years"][1]["holidays"] if "Tet" not in day["name_en"]]
    asked = worlds.Question(dt.datetime(2026, 2, 13, 8), Fraction(3), "day", None, [])
    (wrong,) = [text for text in differences(calendar, Walker(items, ["H53"]), asked, Counter()) if "due" in text]
    assert wrong.endswith("due 2026-02-25 01:00:00+00:00, not 2026-02-18 08:00:00")


def test_a_year_that_one_knows_and_the_other_does_not_is_found_out() -> None:
    items = worlds.pack()
    calendar = worlds.calendar(items, ["H53"])
    del items[0]["years"][2]
    asked = worlds.Question(dt.datetime(2026, 12, 31, 16), Fraction(1), "hour", None, [])
    (wrong,) = differences(calendar, Walker(items, ["H53"]), asked, Counter())
    assert wrong.endswith("although 2027 is unknown")
    asked = asked._replace(start=dt.datetime(2027, 12, 31, 16))
    (wrong,) = differences(calendar, Walker(items, ["H53"]), asked, Counter())
    assert wrong.endswith("refused {'year': 2028}, not 2027")
