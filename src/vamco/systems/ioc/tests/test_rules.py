"""The classes of a map around a target."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.indicators.contracts import Threshold
from vamco.systems.ioc import rules

D = Decimal
LEVELS = (Threshold(1, D(-5), D(-3), 7), Threshold(2, D(-10), D(-7), 7), Threshold(3, D(-15), D(-12), 7))


def told(target: str, thresholds: tuple[Threshold, ...], *, limit: bool) -> list[tuple[str, str, str, str]]:
    return [
        (band.key, band.side, str(band.low), str(band.high)) for band in rules.bands(D(target), thresholds, limit=limit)
    ]


def test_classes_part_where_alarms_begin() -> None:
    assert told("75.8", LEVELS, limit=False) == [
        ("urgent", "worse", "None", "-15"),
        ("warning", "worse", "-15", "-10"),
        ("watch", "worse", "-10", "-5"),
        ("step-2", "near", "-5", "5"),
        ("step-4", "better", "5", "None"),
    ]


def test_within_a_limit_is_within() -> None:
    assert told("0", LEVELS[:2], limit=True) == [
        ("warning", "worse", "None", "-10"),
        ("watch", "worse", "-10", "-5"),
        ("step-2", "near", "-5", "0"),
        ("step-4", "better", "0", "None"),
    ]


@pytest.mark.parametrize("limit", [True, False])
def test_without_thresholds_classes_are_shares_of_the_target_and_around_nought_two_sides(limit: bool) -> None:  # noqa: FBT001
    assert told("200", (), limit=limit)[:2] == [
        ("warning", "worse", "None", "-30.00"),
        ("watch", "worse", "-30.00", "-10.00"),
    ]
    assert told("0", (), limit=limit) == [("watch", "worse", "None", "0"), ("step-4", "better", "0", "None")]


def test_limits_are_values_on_the_right_side_of_the_target() -> None:
    worst, *_between, best = rules.bands(D(80), LEVELS, limit=False)
    assert [worst.limits(D(80), "up"), best.limits(D(80), "up")] == [(None, D(65)), (D(85), None)]
    assert [worst.limits(D(80), "down"), best.limits(D(80), "down")] == [(D(95), None), (None, D(75))]


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(-2000, 2000, places=2),
    st.booleans(),
    st.sampled_from([(), LEVELS[:1], LEVELS[:2], LEVELS]),
)
def test_each_gap_stands_in_one_class(
    target: Decimal,
    gap: Decimal,
    limit: bool,  # noqa: FBT001
    levels: tuple[Threshold, ...],
) -> None:
    found = rules.bands(target, levels, limit=limit)
    assert sum(band.holds(gap) for band in found) == 1
    assert len({band.key for band in found}) == len(found)
