"""The clocks of the law over weekends and Tết, against a plain reading of the calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.work.worktime.contracts import Calendar, Holiday, Hours, Layer, Window, Year
from vamco.kernel.work.worktime.rules.assembly import assemble
from vamco.lib.errors import Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.privacy.contracts import Clock, Term
from vamco.systems.privacy.rules import clocks

_DAY = (Window(dt.time(7, 30), dt.time(11, 30)), Window(dt.time(13, 30), dt.time(17)))
TET = Holiday(dt.date(2027, 2, 5), dt.date(2027, 2, 11), "Tết Nguyên đán", "Lunar New Year")
NEW_YEAR = Holiday(dt.date(2027, 1, 1), dt.date(2027, 1, 1), "Tết Dương lịch", "New Year")


def calendar() -> Calendar:
    week = (_DAY,) * 5 + ((),) * 2
    years = (Year(2026, False, (), ()), Year(2027, False, (NEW_YEAR, TET), ()))
    return assemble([Layer((Hours(dt.date(2026, 1, 1), None, week),), years, ())], 1)


CALENDAR = calendar()
FIRST, LAST = dt.datetime(2026, 12, 20, tzinfo=HCM), dt.datetime(2027, 3, 10, tzinfo=HCM)
MOMENTS = st.timedeltas(dt.timedelta(), LAST - FIRST).map(lambda passed: FIRST + passed)


def rests(day: dt.date) -> bool:
    return day.weekday() >= 5 or TET.first <= day <= TET.last or day == NEW_YEAR.first


def term(amount: int, unit: str) -> Term:
    return Term(dt.date(2026, 1, 1), amount, unit, "x", "verified")  # type: ignore[arg-type]


@given(MOMENTS, st.integers(1, 40))
def test_calendar_days_end_on_a_working_day_and_never_early(start: dt.datetime, days: int) -> None:
    due = clocks.due(term(days, "calendar_day"), start, CALENDAR).astimezone(HCM)
    last = start.date() + dt.timedelta(days=days)
    assert (due.hour, due.minute, due.second) == (23, 59, 59)
    assert due.date() >= last
    assert not rests(due.date())
    assert all(rests(last + dt.timedelta(days=n)) for n in range((due.date() - last).days))


@given(MOMENTS)
def test_two_working_days_contain_exactly_two_days_of_work(start: dt.datetime) -> None:
    due = clocks.due(term(2, "working_day"), start, CALENDAR).astimezone(HCM)
    worked = dt.timedelta()
    day = start.date()
    while day <= due.date():
        for window in () if rests(day) else _DAY:
            opens, closes = (dt.datetime.combine(day, at, HCM) for at in (window.opens, window.closes))
            worked += max(dt.timedelta(), min(due, closes) - max(start, opens))
        day += dt.timedelta(days=1)
    assert worked == 2 * dt.timedelta(hours=7.5)
    assert not rests(due.date())


@given(MOMENTS, st.sampled_from([24, 72]))
def test_a_breach_waits_for_no_holiday(start: dt.datetime, hours: int) -> None:
    assert clocks.due(term(hours, "hour"), start, CALENDAR) - start == dt.timedelta(hours=hours)


def test_a_request_of_the_eve_of_tet() -> None:
    eve = dt.datetime(2027, 2, 4, 16, 0, tzinfo=HCM)
    assert clocks.due(term(2, "working_day"), eve, CALENDAR).astimezone(HCM) == dt.datetime(
        2027, 2, 15, 16, 0, tzinfo=HCM
    )
    assert clocks.due(term(15, "calendar_day"), dt.datetime(2027, 1, 23, 9, 0, tzinfo=HCM), CALENDAR).astimezone(
        HCM
    ).date() == dt.date(2027, 2, 12)


def test_the_term_of_the_day_counts_and_none_before_the_first() -> None:
    clock = Clock("x", "x", "x", (term(5, "hour"), Term(dt.date(2027, 1, 1), 3, "hour", "y", "verified")))
    assert [clocks.term_on(clock, day).amount for day in (dt.date(2026, 12, 31), dt.date(2027, 1, 1))] == [5, 3]
    with pytest.raises(Missing):
        clocks.term_on(clock, dt.date(2025, 12, 31))


def test_beyond_the_known_calendar_nothing_is_promised() -> None:
    with pytest.raises(Refused):
        clocks.due(term(30, "calendar_day"), dt.datetime(2027, 12, 20, 9, tzinfo=HCM), CALENDAR)


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)), st.integers(1, 120))
def test_months_back_keep_the_day_or_take_the_last(day: dt.date, months: int) -> None:
    start = dt.datetime.combine(day, dt.time(8), HCM)
    back = clocks.months_before(start, months).astimezone(HCM)
    assert (start.year * 12 + start.month) - (back.year * 12 + back.month) == months
    assert back.day == start.day or (back + dt.timedelta(days=1)).day == 1
