from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.time import Period
from vamco.systems.indicators.contracts import Point
from vamco.systems.indicators.rules import targets

DAY = dt.date(2026, 1, 1)


def point(day: int, value: str) -> Point:
    return Point(DAY + dt.timedelta(days=day), Decimal(value), "published", "a page")


PATH = (point(0, "0"), point(63, "3.42"), point(185, "51"), point(267, "58.7"), point(364, "92"))


@pytest.mark.parametrize(("day", "value"), [(p.on, p.value) for p in PATH])
def test_the_path_goes_through_its_points(day: dt.date, value: Decimal) -> None:
    assert targets.on_path(PATH, day) == value


@pytest.mark.parametrize("day", [DAY - dt.timedelta(days=1), DAY + dt.timedelta(days=365)])
def test_there_is_no_path_outside_its_points(day: dt.date) -> None:
    assert targets.on_path(PATH, day) is None


def test_there_is_no_path_without_points() -> None:
    assert targets.on_path((), DAY) is None


def test_a_path_of_one_point_is_that_point() -> None:
    assert targets.on_path((point(3, "5"),), DAY + dt.timedelta(days=3)) == Decimal(5)
    assert targets.on_path((point(3, "5"),), DAY + dt.timedelta(days=4)) is None


def test_between_two_points_of_a_straight_line_the_path_is_straight() -> None:
    line = (point(0, "0"), point(10, "10"), point(20, "20"))
    assert [targets.on_path(line, DAY + dt.timedelta(days=n)) for n in (3, 15)] == [Decimal(3), Decimal(15)]


def test_a_level_stretch_stays_level() -> None:
    path = (point(0, "0"), point(10, "5"), point(20, "5"), point(30, "9"))
    assert {targets.on_path(path, DAY + dt.timedelta(days=n)) for n in range(10, 21)} == {Decimal(5)}


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(0, 40)), min_size=1, max_size=8), st.data())
def test_a_rising_path_never_falls_and_stays_between_its_points(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    points, day, value = [point(0, "0")], 0, 0
    for width, rise in steps:
        day, value = day + width, value + rise
        points.append(point(day, str(value)))
    first, second = sorted(data.draw(st.tuples(st.integers(0, day), st.integers(0, day))))
    path = tuple(points)
    low = targets.on_path(path, DAY + dt.timedelta(days=first))
    high = targets.on_path(path, DAY + dt.timedelta(days=second))
    assert low is not None
    assert high is not None
    assert Decimal(0) <= low <= high <= Decimal(value)


def definition(**fields: object) -> SimpleNamespace:
    return SimpleNamespace(**{"paths": {2026: PATH}, "fixed": None, "plan_year": lambda day: day.year, **fields})


def test_the_target_is_that_of_the_years_path() -> None:
    assert targets.target_on(definition(), PATH[2].on) == Decimal(51)
    assert targets.target_on(definition(), dt.date(2025, 6, 1)) is None


def test_a_fixed_target_holds_in_years_without_a_path() -> None:
    of = definition(fixed=Decimal(99))
    assert targets.target_on(of, dt.date(2025, 6, 1)) == Decimal(99)
    assert targets.target_on(of, PATH[0].on) == Decimal(0)


@pytest.mark.parametrize(
    ("direction", "value", "target", "gap"),
    [("up", 40, 50, -10), ("up", 60, 50, 10), ("down", 40, 50, 10), ("down", 60, 50, -10)],
)
def test_less_gap_is_worse_whichever_way_is_good(direction: str, value: int, target: int, gap: int) -> None:
    assert targets.gap(Decimal(value), Decimal(target), direction) == Decimal(gap)


@pytest.mark.parametrize(("value", "target"), [(None, Decimal(1)), (Decimal(1), None)])
def test_there_is_no_gap_without_both(value: Decimal | None, target: Decimal | None) -> None:
    assert targets.gap(value, target, "up") is None


def test_the_province_keeps_every_day_and_the_parts_keep_month_ends_and_the_last_month() -> None:
    first, horizon = dt.date(2026, 1, 1), dt.date(2026, 4, 10)
    whole = targets.periods_to_settle(first, horizon, "day", whole=True)
    parts = targets.periods_to_settle(first, horizon, "day", whole=False)
    assert [p.code for p in (whole[0], whole[-1])] == ["2026-01-01", "2026-04-10"]
    assert len(whole) == 100
    assert [p.code for p in parts[:3]] == ["2026-01-31", "2026-02-28", "2026-03-11"]
    assert len(parts) == 2 + targets.DAYS_KEPT
    assert set(parts) < set(whole)


def test_longer_periods_are_kept_once_they_have_begun() -> None:
    found = targets.periods_to_settle(dt.date(2025, 11, 5), dt.date(2026, 1, 1), "month", whole=False)
    assert [p.code for p in found] == ["2025-11", "2025-12", "2026-01"]
    assert targets.periods_to_settle(dt.date(2025, 11, 5), dt.date(2026, 1, 1), "year", whole=True) == [
        Period.parse("2025"), Period.parse("2026"),
    ]  # fmt: skip


def test_nothing_is_kept_before_the_first_day() -> None:
    assert targets.periods_to_settle(dt.date(2026, 2, 1), dt.date(2026, 1, 31), "day", whole=True) == []
