from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.indicators.contracts import Threshold
from vamco.systems.warnings import rules

LEVELS = (
    Threshold(1, Decimal(-5), Decimal(-3), 7),
    Threshold(2, Decimal(-10), Decimal(-7), 7),
    Threshold(3, Decimal(-15), Decimal(-12), 3),
)
END = dt.date(2026, 11, 22)


def daily(*gaps: int) -> list[tuple[dt.date, Decimal]]:
    return [(END - dt.timedelta(days=len(gaps) - 1 - n), Decimal(gap)) for n, gap in enumerate(gaps)]


@pytest.mark.parametrize(
    ("gaps", "before", "after"),
    [
        ((), 2, 0),
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
    gaps = [(END - dt.timedelta(days=n), Decimal(-6)) for n in (6, 1, 0)]
    assert rules.judge(gaps, LEVELS, 0) == 0


def test_a_longer_period_counts_at_once() -> None:
    months = [(dt.date(2026, 10, 31), Decimal(0)), (dt.date(2026, 11, 30), Decimal(-6))]
    assert rules.judge(months, LEVELS, 0, daily=False) == 1
    assert rules.judge(months[1:], LEVELS, 0, daily=False) == 1


@pytest.mark.parametrize("ago", [(0,), (2, 0), (6, 4, 2, 0)])
def test_a_few_days_are_no_week_however_they_lie(ago: tuple[int, ...]) -> None:
    assert rules.judge([(END - dt.timedelta(days=n), Decimal(-9)) for n in ago], LEVELS, 0) == 0


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
    ("firing", "handling", "may"),
    [(False, "directed", True), (True, "directed", False), (False, "confirmed", False), (True, "new", False)],
)
def test_only_a_confirmed_result_closes(firing: bool, handling: str, may: bool) -> None:  # noqa: FBT001
    assert rules.may_close(firing=firing, handling=handling) is may
