import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.errors import Refused
from vamco.lib.time import HCM, KINDS, Period, ago, format_date, format_moment, local_date

DAY = dt.date(2026, 11, 20)
EVENING = dt.datetime(2026, 11, 20, 17, 5, tzinfo=dt.UTC)  # the 21st in Vietnam

days = st.dates(dt.date(2, 1, 1), dt.date(9998, 12, 31))
kinds = st.sampled_from(KINDS)
periods = st.builds(Period.containing, days, kinds)


@pytest.mark.parametrize(
    ("code", "kind", "start", "end", "labels"),
    [
        ("2026", "year", "2026-01-01", "2026-12-31", ("Năm 2026", "2026")),
        ("2026-Q1", "quarter", "2026-01-01", "2026-03-31", ("Quý I/2026", "Q1 2026")),
        ("2026-Q4", "quarter", "2026-10-01", "2026-12-31", ("Quý IV/2026", "Q4 2026")),
        ("2026-02", "month", "2026-02-01", "2026-02-28", ("Tháng 02/2026", "February 2026")),
        ("2024-02", "month", "2024-02-01", "2024-02-29", ("Tháng 02/2024", "February 2024")),
        ("2026-11", "month", "2026-11-01", "2026-11-30", ("Tháng 11/2026", "November 2026")),
        ("2026-11-05", "day", "2026-11-05", "2026-11-05", ("05/11/2026", "5 Nov 2026")),
    ],
)
def test_a_period_by_its_code(code, kind, start, end, labels):
    period = Period.parse(code)
    assert (period.kind, period.start, period.end) == (kind, dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    assert (period.code, str(period)) == (code, code)
    assert (period.label("vi"), period.label("en")) == labels


@pytest.mark.parametrize(
    "code",
    [
        *("", "26", "2026-1", "2026-13", "2026-00", "2026-02-30", "2026-02-00", "2026-Q0", "2026-Q5", "2026-W05"),
        *("0000", "2026-11-20 ", "２０２６", "2026\n"),
    ],
)
def test_what_is_no_period_is_refused_by_name(code):
    with pytest.raises(Refused) as refused:
        Period.parse(code)
    assert (refused.value.code, refused.value.data) == ("time.bad_period", {"code": code})


@given(days, kinds)
def test_the_period_of_a_day_contains_it_and_is_found_by_its_code(day, kind):
    period = Period.containing(day, kind)
    assert period.contains(day)
    assert Period.parse(period.code) == period
    assert hash(Period.parse(period.code)) == hash(period)


@given(periods)
def test_periods_of_a_kind_lie_edge_to_edge(period):
    assert period.previous().end + dt.timedelta(days=1) == period.start
    assert period.next().previous() == period == period.previous().next()
    assert period.previous() < period < period.next()
    assert not period.contains(period.previous().end)
    assert not period.contains(period.next().start)


@given(periods)
def test_the_same_period_last_year(period):
    last = period.same_last_year()
    assert (last.kind, last.start.year, last.start.month) == (period.kind, period.start.year - 1, period.start.month)


def test_a_leap_day_has_the_28th_last_year():
    assert Period.parse("2024-02-29").same_last_year().code == "2023-02-28"


def test_order_is_by_start_then_from_short_to_long():
    codes = ["2025-Q4", "2025-12-31", "2026-01-01", "2026-01", "2026-Q1", "2026", "2026-01-02"]
    assert all(a < b for a, b in pairwise(map(Period.parse, codes)))


@pytest.mark.parametrize("kind", ["month", "quarter", "year"])
def test_a_start_in_mid_period_is_an_error(kind):
    with pytest.raises(ValueError, match=f"2026-11-20 does not begin a {kind}"):
        Period(DAY, kind)


def test_the_local_day_begins_seven_hours_before_utc():
    assert EVENING.astimezone(HCM).utcoffset() == dt.timedelta(hours=7)
    assert local_date(EVENING) == dt.date(2026, 11, 21)
    assert local_date(EVENING - dt.timedelta(minutes=6)) == DAY


def test_a_moment_without_a_zone_is_an_error():
    for show in (local_date, lambda moment: format_moment(moment, "vi")):
        with pytest.raises(ValueError, match="time zone"):
            show(EVENING.replace(tzinfo=None))


def test_dates_and_moments():
    assert (format_date(DAY, "vi"), format_date(dt.date(2026, 5, 3), "en")) == ("20/11/2026", "3 May 2026")
    assert format_moment(EVENING, "vi") == "00:05 21/11/2026"
    assert format_moment(EVENING, "en") == "00:05, 21 Nov 2026"


@pytest.mark.parametrize(
    ("delta", "vi", "en"),
    [
        ({"seconds": -5}, "vừa xong", "just now"),
        ({"seconds": 59}, "vừa xong", "just now"),
        ({"seconds": 60}, "1 phút trước", "1 minute ago"),
        ({"minutes": 59, "seconds": 59}, "59 phút trước", "59 minutes ago"),
        ({"hours": 1}, "1 giờ trước", "1 hour ago"),
        ({"hours": 47}, "1 ngày trước", "1 day ago"),
        ({"days": 400}, "400 ngày trước", "400 days ago"),
    ],
)
def test_ago(delta, vi, en):
    assert (ago(dt.timedelta(**delta), "vi"), ago(dt.timedelta(**delta), "en")) == (vi, en)
