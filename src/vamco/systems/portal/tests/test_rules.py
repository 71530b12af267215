"""Opening hours, seven working days, verdicts: rules without a database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.portal.contracts import DayHours, DowntimeDraft, Opening
from vamco.systems.portal.rules import downtime, label, offices

MONDAY = dt.date(2026, 11, 16)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), HCM)


def open_day(day: dt.date) -> DayHours:
    return DayHours(day, ((at(day, 7), at(day, 11, 30)), (at(day, 13), at(day, 16, 30))))


DAYS = [open_day(MONDAY), DayHours(MONDAY + dt.timedelta(1), ()), open_day(MONDAY + dt.timedelta(2))]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (at(MONDAY, 6, 59), Opening(is_open=False, until=at(MONDAY, 7))),
        (at(MONDAY, 7), Opening(is_open=True, until=at(MONDAY, 11, 30))),
        (at(MONDAY, 11, 30), Opening(is_open=False, until=at(MONDAY, 13))),
        (at(MONDAY, 16, 29), Opening(is_open=True, until=at(MONDAY, 16, 30))),
        (
            at(MONDAY, 16, 30),
            Opening(is_open=False, until=at(MONDAY + dt.timedelta(2), 7)),
        ),  # the day between is closed
    ],
)
def test_an_office_is_open_from_the_first_moment_of_a_window_to_the_last(now: dt.datetime, found: Opening) -> None:
    assert offices.opening(now, DAYS) == found


def test_of_what_the_calendar_does_not_know_nothing_is_said() -> None:
    assert offices.opening(at(MONDAY, 12), [DayHours(MONDAY, ())]) == Opening(is_open=False, until=None)


POINTS = st.tuples(st.floats(102, 110), st.floats(8, 24))


@given(POINTS, POINTS)
def test_a_distance_is_none_to_oneself_and_the_same_both_ways(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert offices.distance_km(one, one) == 0
    assert offices.distance_km(one, other) == pytest.approx(offices.distance_km(other, one), abs=1e-6)


def test_a_distance_is_that_on_the_globe() -> None:
    assert offices.distance_km((106.0, 10.0), (106.0, 11.0)) == pytest.approx(111.19, abs=0.01)
    assert offices.distance_km((105.0, 60.0), (106.0, 60.0)) == pytest.approx(55.6, abs=0.1)


def draft(
    begins: dt.datetime, ends: dt.datetime, urgent: str = "", services: tuple[str, ...] = ("verify",)
) -> DowntimeDraft:
    return DowntimeDraft("a", "", services, begins, ends, "b", "c", "", urgent)


NOW = at(MONDAY, 8)
EARLIEST = at(dt.date(2026, 11, 26), 8)


@pytest.mark.parametrize(
    ("begins", "urgent", "allowed"),
    [
        (EARLIEST, "", True),
        (EARLIEST - dt.timedelta(minutes=1), "", False),
        (EARLIEST - dt.timedelta(minutes=1), "ngắn   ", False),
        (EARLIEST - dt.timedelta(minutes=1), "Vá lỗ hổng bảo mật", True),
    ],
)
def test_seven_working_days_ahead_or_a_reason(begins: dt.datetime, urgent: str, allowed: bool) -> None:  # noqa: FBT001
    made = draft(begins, begins + dt.timedelta(hours=1), urgent)
    if allowed:
        downtime.demand_in_time(made, EARLIEST)
    else:
        with pytest.raises(Refused) as refused:
            downtime.demand_in_time(made, EARLIEST)
        assert refused.value.code == "portal.not_seven_days_ahead"
        assert "08:00 26/11/2026" in str(refused.value)


@pytest.mark.parametrize(
    ("begins", "ends", "services", "code"),
    [
        (EARLIEST, EARLIEST, ("verify",), "portal.ends_before_it_begins"),
        (NOW - dt.timedelta(hours=2), NOW, ("verify",), "portal.over_already"),
        (EARLIEST, EARLIEST + dt.timedelta(hours=1), (), "portal.no_service"),
    ],
)
def test_what_makes_no_sense_is_refused(
    begins: dt.datetime, ends: dt.datetime, services: tuple[str, ...], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        downtime.demand_order(draft(begins, ends, services=services), now=NOW)
    assert refused.value.code == code


def test_phases() -> None:
    begins, ends = at(MONDAY, 20), at(MONDAY, 22)
    assert downtime.phase(begins, ends, withdrawn=False, now=at(MONDAY, 19, 59)) == "ahead"
    assert downtime.phase(begins, ends, withdrawn=False, now=begins) == "now"
    assert downtime.phase(begins, ends, withdrawn=False, now=ends) == "over"
    assert downtime.phase(begins, ends, withdrawn=True, now=begins) == "withdrawn"


@pytest.mark.parametrize(
    ("beats", "hours", "found"),
    [
        (0, None, ("not_measured", 0)),
        (30, 5, ("not_measured", 0)),  # too short to say anything
        (144, 24, ("met", 100_00)),
        (140, 24, ("partly", 97_22)),
        (100, 24, ("not_met", 69_44)),
        (150, 24, ("met", 100_00)),  # never more than all of it
    ],
)
def test_availability_is_measured_or_not_measured(beats: int, hours: int | None, found: tuple[str, int]) -> None:
    first = NOW - dt.timedelta(hours=hours) if hours else None
    assert label.availability(beats, first_at=first, now=NOW, days=30) == found


def test_availability_counts_no_more_than_the_days_asked_for() -> None:
    assert label.availability(288, first_at=NOW - dt.timedelta(days=90), now=NOW, days=2) == ("met", 100_00)
