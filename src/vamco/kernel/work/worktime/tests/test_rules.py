"""Named borders, and what must hold for every calendar."""

# ruff: noqa: DTZ001 - hypothesis wants the borders naive
from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vamco.kernel.work.worktime.contracts import SAME_DAY, Amount, Calendar, Pause
from vamco.kernel.work.worktime.rules.explaining import explain
from vamco.kernel.work.worktime.rules.reckoning import due, worked
from vamco.kernel.work.worktime.tests import worlds
from vamco.lib.errors import Refused
from vamco.lib.time import HCM

THREE = dt.time(15)
OFFICE = worlds.calendar(worlds.pack(), ["H53"])
CENTRE = worlds.calendar(worlds.pack(), ["H53", "H53.01", "H53.16"])  # also works on Saturday mornings


def at(text: str) -> dt.datetime:
    """Give a moment such as "2026-02-13 15:20" on Vietnam's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=HCM)


def until(
    start: str,
    count: float | str,
    unit: Any = "day",
    *,
    calendar: Calendar = OFFICE,
    cutoff: dt.time | None = None,
    pauses: tuple[tuple[str, str], ...] = (),
) -> str:
    """Give the deadline as text."""
    stops = [Pause(at(stop), at(go)) for stop, go in pauses]
    found = due(at(start), Amount(count, unit), calendar, cutoff=cutoff, pauses=stops)
    assert found.tzinfo is dt.UTC
    return f"{found.astimezone(HCM):%Y-%m-%d %H:%M}"


def took(
    start: str, end: str, calendar: Calendar = OFFICE, pauses: tuple[tuple[str, str], ...] = ()
) -> tuple[float, Fraction]:
    """Give hours and days worked."""
    found = worked(at(start), at(end), calendar, pauses=[Pause(at(stop), at(go)) for stop, go in pauses])
    return found.time / dt.timedelta(hours=1), found.days


@pytest.mark.parametrize(
    ("start", "count", "unit", "expected"),
    [
        ("2026-11-16 09:00", 1, "day", "2026-11-17 09:00"),
        ("2026-11-16 09:00", 5, "day", "2026-11-23 09:00"),
        ("2026-11-16 07:00", 1, "day", "2026-11-16 16:30"),  # a border belongs to the earlier window
        ("2026-11-16 09:00", "0.5", "day", "2026-11-16 14:30"),
        ("2026-11-16 09:00", 1, "half", "2026-11-16 14:30"),
        ("2026-11-16 09:00", 3, "half", "2026-11-17 14:30"),
        ("2026-11-16 09:00", "2.5", "hour", "2026-11-16 11:30"),
        ("2026-11-16 09:00", "0.25", "hour", "2026-11-16 09:15"),
        ("2026-11-16 12:10", 1, "hour", "2026-11-16 14:00"),  # at lunch
        ("2026-11-16 11:30", 1, "hour", "2026-11-16 14:00"),
        ("2026-11-16 16:30", 1, "hour", "2026-11-17 08:00"),
        ("2026-11-16 20:00", 1, "hour", "2026-11-17 08:00"),  # after hours
        ("2026-11-16 05:00", 1, "hour", "2026-11-16 08:00"),
        ("2026-11-21 10:00", 1, "day", "2026-11-23 16:30"),  # on a Saturday
        ("2026-11-23 09:00", 1, "day", "2026-11-25 09:00"),  # over Vietnam Culture Day
        ("2026-11-24 09:00", 1, "day", "2026-11-25 16:30"),  # on it
        ("2026-02-13 16:00", 1, "day", "2026-02-23 16:00"),  # over Tết
        ("2026-02-18 09:00", 2, "hour", "2026-02-23 09:00"),  # on Tết
        ("2025-01-24 16:00", 1, "hour", "2025-02-03 07:30"),
        ("2026-01-01 09:00", 1, "day", "2026-01-05 16:30"),  # 2 January is swapped
        ("2026-01-09 16:00", 1, "day", "2026-01-10 16:00"),  # with this Saturday
        ("2026-08-21 16:00", 2, "day", "2026-08-24 16:00"),
        ("2026-08-28 16:00", 1, "day", "2026-09-03 16:00"),
        ("2026-12-31 16:00", 1, "hour", "2027-01-04 07:30"),
        ("2026-11-16 09:00", 0, "close", "2026-11-16 16:30"),
        ("2026-11-16 16:30", 0, "close", "2026-11-17 16:30"),
        ("2026-11-16 05:00", 0, "close", "2026-11-16 16:30"),
        ("2026-11-20 17:00", 0, "close", "2026-11-23 16:30"),
        ("2026-11-20 09:00", 2, "close", "2026-11-25 16:30"),
    ],
)
def test_a_promise_falls_due(start: str, count: float | str, unit: str, expected: str) -> None:
    assert until(start, count, unit) == expected


@pytest.mark.parametrize(
    ("start", "same_day", "one_day"),
    [
        ("2026-11-23 14:59", "2026-11-23 16:30", "2026-11-25 14:59"),
        ("2026-11-23 15:00", "2026-11-23 16:30", "2026-11-25 15:00"),  # not after 15:00
        ("2026-11-23 15:01", "2026-11-25 16:30", "2026-11-25 16:30"),  # before a holiday
        ("2026-02-13 15:01", "2026-02-23 16:30", "2026-02-23 16:30"),  # before Tết
        ("2026-01-09 15:01", "2026-01-10 16:30", "2026-01-10 16:30"),  # before a Saturday that is worked
        ("2026-11-20 17:30", "2026-11-23 16:30", "2026-11-23 16:30"),
        ("2026-11-21 15:30", "2026-11-23 16:30", "2026-11-23 16:30"),  # on a day of rest it changes nothing
    ],
)
def test_what_comes_after_three_counts_from_the_next_working_day(start: str, same_day: str, one_day: str) -> None:
    assert until(start, 0, "close", cutoff=THREE) == same_day
    assert until(start, 1, cutoff=THREE) == one_day


def test_the_cutoff_is_exact() -> None:
    start = at("2026-11-16 15:00")
    assert due(start, SAME_DAY, OFFICE, cutoff=THREE) == at("2026-11-16 16:30")
    assert due(start + dt.timedelta(microseconds=1), SAME_DAY, OFFICE, cutoff=THREE) == at("2026-11-17 16:30")


def test_an_agency_may_work_on_saturday_mornings() -> None:
    assert until("2026-07-10 16:00", 1, "day", calendar=CENTRE) == "2026-07-13 10:30"
    assert until("2026-07-10 16:00", 1, "day") == "2026-07-13 16:00"
    assert until("2026-07-11 08:00", 0, "close", calendar=CENTRE) == "2026-07-11 11:30"
    assert took("2026-07-11 00:00", "2026-07-12 00:00", CENTRE) == (4.0, Fraction(1, 2))
    assert until("2026-06-26 16:00", 1, "day", calendar=CENTRE) == "2026-06-29 16:00"  # from July on only


def base(**more: Any) -> list[dict[str, Any]]:
    items = worlds.pack()[:1]
    return [*items, {"agency": "A", **more}]


def own(first: str, last: str = "", **more: Any) -> dict[str, Any]:
    return {"first": first, "last": last or None, "name": "riêng", "name_en": "own", "source": "?", **more}


def week(*windows: str) -> dict[str, list[str]]:
    return {day: list(windows) for day in worlds.WEEKDAYS}


def test_a_day_of_seven_hours_is_a_day() -> None:
    """Five working days are five days also where a day is shorter, and when it becomes so in between."""
    hours = {"valid_from": "2026-11-18", "week": week("08:00-11:30", "13:00-16:30"), "source": "?"}
    agency = worlds.calendar(base(hours=[hours]), ["A"])
    assert until("2026-11-16 07:00", 5, calendar=agency) == "2026-11-20 16:30"
    assert until("2026-11-18 08:00", 2, calendar=agency) == "2026-11-19 16:30"
    assert took("2026-11-16 07:00", "2026-11-20 16:30", agency) == (37.0, 5)
    assert until("2026-11-18 08:00", 16, "hour", calendar=agency) == "2026-11-20 10:00"  # hours stay hours


def test_an_agency_may_close_halves_and_days_and_open_others() -> None:
    agency = worlds.calendar(
        base(
            exceptions=[
                own("2026-11-16", closed="afternoon"),
                own("2026-11-17", closed="morning"),
                own("2026-11-18", "2026-11-19", closed="day"),
                own("2026-11-21", open=["08:00-10:00"]),
                own("2026-11-24", open=["07:00-11:00"]),  # also on a public holiday
                own("2026-11-26", closed="afternoon"),
            ]
        ),
        ["A"],
    )
    days = {day: took(f"2026-11-{day} 00:00", f"2026-11-{day + 1} 00:00", agency)[0] for day in range(16, 27)}
    assert days == {16: 4.5, 17: 3.5, 18: 0, 19: 0, 20: 8, 21: 2, 22: 0, 23: 8, 24: 4, 25: 8, 26: 4.5}


def test_noon_parts_a_day_without_a_break() -> None:
    hours = [{"valid_from": "2026-01-01", "week": week("08:00-16:00"), "source": "?"}]
    days = [own("2026-11-16", closed="afternoon"), own("2026-11-17", closed="morning")]
    agency = worlds.calendar(base(hours=hours, exceptions=days), ["A"])
    assert until("2026-11-16 11:00", 2, "hour", calendar=agency) == "2026-11-17 13:00"


def test_what_holds_for_an_agency_alone_does_not_hold_below_it() -> None:
    closed = [own("2026-11-16", closed="day")]
    for subtree, expected in ((True, 0), (False, 8)):
        items = base(subtree=subtree, exceptions=closed)
        assert took("2026-11-16 00:00", "2026-11-17 00:00", worlds.calendar(items, ["A", "A.1"]))[0] == expected
        assert took("2026-11-16 00:00", "2026-11-17 00:00", worlds.calendar(items, ["A"]))[0] == 0


def test_a_pause_moves_the_promise_by_the_working_time_in_it() -> None:
    assert until("2026-11-16 09:00", 1, pauses=(("2026-11-16 10:00", "2026-11-16 14:00"),)) == "2026-11-17 11:30"
    # over night, and over a weekend with a holiday after it
    assert until("2026-11-20 15:00", 1, pauses=(("2026-11-20 16:00", "2026-11-25 08:00"),)) == "2026-11-25 16:30"
    # outside working time nothing moves, nor does a pause after the deadline
    assert until("2026-11-16 09:00", 1, pauses=(("2026-11-16 17:00", "2026-11-17 07:00"),)) == "2026-11-17 09:00"
    assert until("2026-11-16 09:00", 1, pauses=(("2026-11-17 09:00", "2026-11-18 09:00"),)) == "2026-11-17 09:00"
    assert until("2026-11-16 09:00", 1, pauses=(("2026-11-17 08:59", "2026-11-17 09:59"),)) == "2026-11-17 10:00"
    # one that moves the deadline into the next one
    both = (("2026-11-17 08:00", "2026-11-17 10:00"), ("2026-11-17 10:30", "2026-11-17 11:30"))
    assert until("2026-11-16 09:00", 1, pauses=both) == "2026-11-17 13:30"
    # overlapping, doubled, reversed order: once; backwards or empty: not at all; before the start: only what lies after
    many = (("2026-11-16 11:00", "2026-11-16 13:30"), ("2026-11-16 10:00", "2026-11-16 11:15"))
    assert until("2026-11-16 09:00", 1, pauses=(*many, *many)) == "2026-11-17 11:00"
    assert until("2026-11-16 09:00", 1, pauses=(("2026-11-16 10:00", "2026-11-16 09:30"),)) == "2026-11-17 09:00"
    assert until("2026-11-16 09:00", 1, pauses=(("2026-11-10 10:00", "2026-11-16 10:00"),)) == "2026-11-17 10:00"
    # same day, paused for two hours
    assert (
        until("2026-11-16 09:00", 0, "close", pauses=(("2026-11-16 10:00", "2026-11-16 14:00"),)) == "2026-11-17 09:30"
    )


def test_what_was_worked_is_measured_without_the_pauses_and_with_a_sign() -> None:
    assert took("2026-11-20 15:00", "2026-11-23 08:00") == (2.5, Fraction(5, 16))
    assert took("2026-11-23 08:00", "2026-11-20 15:00") == (-2.5, Fraction(-5, 16))
    assert took("2026-11-16 10:00", "2026-11-16 10:00") == (0, 0)
    assert took("2026-11-16 09:00", "2026-11-16 16:30", pauses=(("2026-11-16 11:00", "2026-11-16 14:00"),)) == (
        4.5,
        Fraction(9, 16),
    )
    start = at("2026-11-16 15:30")
    assert worked(start, at("2026-11-16 16:00"), OFFICE, cutoff=THREE).time == dt.timedelta()
    assert worked(start, at("2026-11-17 08:00"), OFFICE, cutoff=THREE).time == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "count", "unit", "year"),
    [
        ("2024-12-31 16:00", 1, "hour", 2024),
        ("2028-01-01 00:00", 1, "hour", 2028),
        ("2027-12-31 16:00", 1, "hour", 2028),
        ("2027-12-31 16:00", 1, "day", 2028),
        ("2027-12-31 16:00", 1, "close", 2028),
        ("2027-12-31 16:30", 0, "close", 2028),
    ],
)
def test_an_unknown_year_is_refused(start: str, count: int, unit: str, year: int) -> None:
    with pytest.raises(Refused) as refused:
        until(start, count, unit)
    assert (refused.value.code, refused.value.data) == ("worktime.no_calendar", {"year": year})


def test_a_way_into_an_unknown_year_is_refused_however_it_leads_there() -> None:
    def year(*question: Any, **more: Any) -> object:
        with pytest.raises(Refused) as refused:
            until(*question, **more)
        return refused.value.data["year"]

    assert until("2027-12-31 15:30", 1, "hour") == "2027-12-31 16:30"
    assert year("2027-12-31 15:30", 1, "hour", cutoff=THREE) == 2028
    assert year("2027-12-31 09:00", 1, "hour", pauses=(("2027-12-31 09:30", "2027-12-31 16:30"),)) == 2028
    assert year("2027-12-31 09:00", 1, "hour", pauses=(("2027-12-31 09:30", "2028-01-04 08:00"),)) == 2028
    for start, end, unknown in (
        ("2027-12-01 09:00", "2028-01-01 00:01", 2028),
        ("2024-12-31 00:00", "2025-01-02 00:00", 2024),
    ):
        for first, second in ((start, end), (end, start)):
            with pytest.raises(Refused) as refused:
                took(first, second)
            assert refused.value.data["year"] == unknown


def test_a_year_that_is_missing_between_two_is_refused_too() -> None:
    items = worlds.pack()
    del items[0]["years"][1]
    gap = worlds.calendar(items, ["H53"])
    assert until("2025-12-31 16:00", "0.5", "hour", calendar=gap) == "2025-12-31 16:30"
    assert until("2027-01-04 16:00", "0.5", "hour", calendar=gap) == "2027-01-04 16:30"
    asked: list[tuple[Any, ...]] = [
        ("2025-12-31 16:00", 1, "hour"),
        ("2025-12-31 16:00", 1, "day"),
        ("2025-12-31 16:00", 1, "close"),
        ("2025-12-31 17:00", 0, "close"),
        ("2026-05-05 09:00", 1, "day"),
    ]
    pause = (("2025-12-31 16:10", "2027-01-05 09:00"),)
    longer = (("2025-12-31 16:10", "2025-12-31 16:20"), ("2025-12-31 16:25", "2025-12-31 16:30"))
    for question, more in [(item, {}) for item in asked] + [
        (("2025-12-31 15:30", 1, "day"), {"cutoff": THREE}),
        (("2025-12-31 16:00", "0.5", "hour"), {"pauses": pause}),
        (("2025-12-31 16:00", "0.5", "hour"), {"pauses": longer}),
        (("2025-12-31 16:00", "3", "hour"), {"pauses": longer}),
    ]:
        with pytest.raises(Refused) as refused:
            until(*question, calendar=gap, **more)
        assert refused.value.data["year"] == 2026


def test_a_leap_day_is_a_day() -> None:
    items = worlds.pack()[:1]
    new_year = {"first": "2028-01-03", "name": "nghỉ bù", "name_en": "in lieu"}
    items[0]["years"].append({"year": 2028, "source": "?", "holidays": [new_year]})
    calendar = worlds.calendar(items, [])
    assert until("2028-02-28 09:00", 1, calendar=calendar) == "2028-02-29 09:00"
    assert until("2027-12-31 16:00", 1, "hour", calendar=calendar) == "2028-01-04 07:30"
    assert (OFFICE.known_to, calendar.known_to) == (dt.date(2027, 12, 31), dt.date(2028, 12, 31))
    assert len(calendar.days_by_date) == 3 * 365 + 366


def test_a_swap_of_a_day_on_which_an_agency_rests_gives_it_no_work() -> None:
    """It never works on Fridays: 2 January 2026 is none of its days, and so is the Saturday that makes up for it."""
    hours = {"valid_from": "2026-01-01", "week": week("07:00-11:30", "13:00-16:30") | {"fri": []}, "source": "?"}
    agency = worlds.calendar(base(hours=[hours]), ["A"])
    assert until("2026-01-08 16:00", 1, "hour", calendar=agency) == "2026-01-12 07:30"


@pytest.mark.parametrize("seed", range(8))
def test_a_calendar_is_in_order_and_its_totals_are_sums(seed: int) -> None:
    calendar = random_calendar(seed)
    edges = [edge for window in zip(calendar.opens, calendar.closes, strict=True) for edge in window]
    assert edges == sorted(set(edges))
    hours = days = 0
    for window, rate in enumerate(calendar.rates):
        assert (calendar.time[window], calendar.days[window]) == (hours, days)
        length = calendar.closes[window] - calendar.opens[window]
        hours, days = hours + length, days + length * rate
    assert len(calendar.days_by_date) == 365 * 2
    assert all(calendar.day_parts % day.full == 0 for day in calendar.days_by_date.values())


def test_a_calendar_must_have_hours_and_somebody_who_works() -> None:
    items = worlds.pack()[:1]
    items[0]["hours"][0]["valid_from"] = dt.date(2025, 1, 2)
    with pytest.raises(ValueError, match="no working hours are in force on 2025-01-01"):
        worlds.calendar(items, [])
    with pytest.raises(ValueError, match="nobody ever works"):
        worlds.calendar(base(exceptions=[own("2025-01-01", "2027-12-31", closed="day")]), ["A"])


@pytest.mark.parametrize(("count", "unit"), [(0, "day"), (-1, "hour"), (-1, "close"), ("0.5", "close"), (0, "half")])
def test_nothing_is_no_amount(count: float | str, unit: Any) -> None:
    with pytest.raises(ValueError, match="no amount of working time"):
        Amount(count, unit)


def test_a_moment_without_a_zone_is_no_moment() -> None:
    naive = at("2026-11-16 09:00").replace(tzinfo=None)
    with pytest.raises(TypeError):
        due(naive, SAME_DAY, OFFICE)


def test_any_zone_will_do_and_the_answer_is_the_same() -> None:
    start = at("2026-11-16 15:30")
    for zone in (dt.UTC, dt.timezone(dt.timedelta(hours=-11))):
        assert due(start.astimezone(zone), Amount(1, "day"), OFFICE, cutoff=THREE) == at("2026-11-17 16:30")


# For every calendar


@cache
def random_calendar(seed: int) -> Calendar:
    return worlds.calendar(worlds.world(random.Random(seed)), worlds.LINEAGE)


calendars = st.integers(0, 12).map(random_calendar) | st.just(OFFICE) | st.just(CENTRE)
starts = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 9, 1), timezones=st.just(HCM))
amounts = st.builds(
    Amount, st.fractions("1/64", 25, max_denominator=64), st.sampled_from(["day", "half", "hour"])
) | st.builds(Amount, st.integers(0, 9), st.just("close"))
cutoffs = st.none() | st.times()
lengths = st.timedeltas(dt.timedelta(), dt.timedelta(days=9))


@st.composite
def stretches(draw: st.DrawFn, start: dt.datetime) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 4))):
        stop = start + draw(st.timedeltas(dt.timedelta(days=-2), dt.timedelta(days=20)))
        found.append(Pause(stop, stop + draw(lengths)))
    return found


@settings(max_examples=100)
@given(data=st.data(), calendar=calendars, start=starts, amount=amounts, cutoff=cutoffs)
def test_measuring_undoes_adding(
    data: st.DataObject, calendar: Calendar, start: dt.datetime, amount: Amount, cutoff: dt.time | None
) -> None:
    pauses = data.draw(stretches(start))
    found = due(start, amount, calendar, cutoff=cutoff, pauses=pauses)
    back = worked(start, found, calendar, cutoff=cutoff, pauses=pauses)
    tick = dt.timedelta(microseconds=1)  # what an amount that is no whole microsecond is rounded up by
    if amount.unit == "hour":
        exact = amount.count * 3_600_000_000
        assert exact <= back.time // tick < exact + 1
    elif amount.unit != "close":
        exact = amount.count / (2 if amount.unit == "half" else 1)
        shortest = min(day.full for day in calendar.days_by_date.values())
        assert exact <= back.days < exact + Fraction(1, shortest)
    # Nothing is left to do at the deadline, and something is a moment before.
    before = worked(start, found - tick, calendar, cutoff=cutoff, pauses=pauses)
    assert before.time < back.time


@settings(max_examples=100)
@given(calendar=calendars, moments=st.tuples(starts, starts, starts))
def test_measures_add_up(calendar: Calendar, moments: tuple[dt.datetime, dt.datetime, dt.datetime]) -> None:
    one, two, three = moments
    parts = [worked(one, two, calendar), worked(two, three, calendar), worked(three, one, calendar)]
    assert sum((part.time for part in parts), dt.timedelta()) == dt.timedelta()
    assert sum(part.days for part in parts) == 0


@settings(max_examples=100)
@given(calendar=calendars, start=starts, later=lengths, amount=amounts, more=amounts, cutoff=cutoffs)
def test_who_comes_later_or_needs_more_is_never_due_earlier(
    calendar: Calendar, start: dt.datetime, later: dt.timedelta, amount: Amount, more: Amount, cutoff: dt.time | None
) -> None:
    found = due(start, amount, calendar, cutoff=cutoff)
    assert found <= due(start + later, amount, calendar, cutoff=cutoff)
    assume(amount.unit == more.unit)
    larger = Amount(amount.count + more.count, amount.unit)
    assert found <= due(start, larger, calendar, cutoff=cutoff)


@settings(max_examples=100)
@given(data=st.data(), calendar=calendars, start=starts, count=st.integers(1, 60))
def test_a_pause_moves_a_promise_in_hours_by_exactly_its_working_time(
    data: st.DataObject, calendar: Calendar, start: dt.datetime, count: int
) -> None:
    amount = Amount(count, "hour")
    plain = due(start, amount, calendar)
    stop = data.draw(
        st.datetimes(start.replace(tzinfo=None), plain.astimezone(HCM).replace(tzinfo=None), timezones=st.just(HCM))
    )
    go = stop + data.draw(lengths)
    moved = due(start, amount, calendar, pauses=[Pause(stop, go)])
    lost = worked(stop, go, calendar).time if stop < plain else dt.timedelta()
    assert worked(plain, moved, calendar).time == lost


@settings(max_examples=100)
@given(data=st.data(), calendar=calendars, start=starts, amount=amounts, cutoff=cutoffs)
def test_an_explanation_leads_from_the_start_to_the_deadline_and_counts_what_was_worked(
    data: st.DataObject, calendar: Calendar, start: dt.datetime, amount: Amount, cutoff: dt.time | None
) -> None:
    pauses = data.draw(stretches(start))
    steps = explain(start, amount, calendar, cutoff=cutoff, pauses=pauses)
    found = due(start, amount, calendar, cutoff=cutoff, pauses=pauses)
    assert (steps[0].begins, steps[-1].ends) == (start, found)
    for step in steps:
        assert step.begins < step.ends
        assert step.counted in {dt.timedelta(), step.ends - step.begins}
        assert step.day == step.begins.date() == (step.ends - dt.timedelta(microseconds=1)).date()
    assert all(one.ends <= two.begins for one, two in zip(steps, steps[1:], strict=False))
    counted = sum((step.counted for step in steps), dt.timedelta())
    assert counted == worked(start, found, calendar, cutoff=cutoff, pauses=pauses).time
    assert steps[-1].counted > dt.timedelta()
