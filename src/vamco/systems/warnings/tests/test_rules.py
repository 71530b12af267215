from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.indicators.contracts import Threshold
from vamco.systems.warnings.rules import answers
from vamco.systems.warnings.rules import levels as rules
from vamco.systems.warnings.rules.levels import Reading

LEVELS = (
    Threshold(1, Decimal(-5), Decimal(-3), 7),
    Threshold(2, Decimal(-10), Decimal(-7), 7),
    Threshold(3, Decimal(-15), Decimal(-12), 3),
)
END = dt.date(2026, 11, 22)


def sure(day: dt.date, gap: int) -> Reading:
    return Reading(day, Decimal(gap), Decimal(gap))


def daily(*gaps: int) -> list[Reading]:
    return [sure(END - dt.timedelta(days=len(gaps) - 1 - n), gap) for n, gap in enumerate(gaps)]


@pytest.mark.parametrize(
    ("gaps", "before", "after"),
    [
        ((), 2, 2),  # nothing to judge by ends nothing
        ((0,) * 10, 0, 0),
        ((-6,) * 7, 0, 1),
        ((-6,) * 6, 0, 0),  # not long enough
        ((-6,) * 6 + (-5,), 0, 0),  # the last day lies on the threshold, not below
        ((0,) + (-6,) * 7, 0, 1),
        ((-11,) * 8, 0, 2),
        ((-11,) * 4 + (-16,) * 3, 0, 3),  # urgent needs three days only
        ((-11,) * 8, 1, 2),  # rises
        ((-6,) * 8 + (-4,), 1, 1),  # wavers above `below`, not above `clear`: lasts
        ((-6,) * 8 + (-2,), 1, 0),  # above `clear`: ends
        ((-11,) * 8 + (-8,), 2, 2),
        ((-11,) * 8 + (-6,), 2, 1),  # urgent no more, still behind
        ((-16,) * 8 + (-1,), 3, 0),
    ],
)
def test_levels_begin_last_and_end(gaps: tuple[int, ...], before: int, after: int) -> None:
    assert rules.judge(daily(*gaps), LEVELS, before) == after


def test_missing_days_do_not_count_as_bad_ones() -> None:
    gaps = [sure(END - dt.timedelta(days=n), -6) for n in (6, 1, 0)]
    assert rules.judge(gaps, LEVELS, 0) == 0


def test_a_longer_period_counts_at_once() -> None:
    months = [sure(dt.date(2026, 10, 31), 0), sure(dt.date(2026, 11, 30), -6)]
    assert rules.judge(months, LEVELS, 0, daily=False) == 1
    assert rules.judge(months[1:], LEVELS, 0, daily=False) == 1


@pytest.mark.parametrize("ago", [(0,), (2, 0), (6, 4, 2, 0)])
def test_a_few_days_are_no_week_however_they_lie(ago: tuple[int, ...]) -> None:
    assert rules.judge([sure(END - dt.timedelta(days=n), -9) for n in ago], LEVELS, 0) == 0


@given(st.lists(st.integers(-30, 10), min_size=1, max_size=20), st.integers(0, 3))
def test_a_value_that_does_not_change_does_not_ring_again(gaps: list[int], before: int) -> None:
    level = rules.judge(daily(*gaps), LEVELS, before)
    assert rules.judge(daily(*gaps), LEVELS, level) == level


@given(st.lists(st.integers(-30, 10), min_size=1, max_size=20), st.integers(0, 3))
def test_a_gap_above_every_clear_is_silence(gaps: list[int], before: int) -> None:
    assert rules.judge(daily(*gaps, 0), LEVELS, before) == 0


@pytest.mark.parametrize(("missed", "level"), [(1, 1), (2, 2), (3, 3), (9, 3)])
def test_a_dataset_that_stays_away_becomes_urgent(missed: int, level: int) -> None:
    assert rules.late_level(missed) == level


@pytest.mark.parametrize(
    ("firing", "handling", "ended", "may"),
    [
        (False, "directed", "resolved", True),
        (True, "directed", "firing", False),
        (True, "directed", "resolved", False),  # a later episode
        (False, "confirmed", "resolved", False),
        (True, "new", "firing", False),
        (False, "directed", "withdrawn", False),
        (False, "directed", "unmet", False),
    ],
)
def test_only_a_confirmed_result_closes(firing: bool, handling: str, ended: str, may: bool) -> None:  # noqa: FBT001
    assert answers.may_close(firing=firing, handling=handling, ended=ended) is may
