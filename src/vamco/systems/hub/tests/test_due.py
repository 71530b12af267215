"""When a delivery is due, which receipts meet it, and when a dataset is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.base import clock
from vamco.kernel.base.events.models import Event
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import ReceiptKind, ReceiptView
from vamco.systems.hub.models import Dataset, Receipt
from vamco.systems.hub.rules import due
from vamco.systems.hub.rules.due import Arrival, Lateness, lateness
from vamco.systems.hub.rules.grading import Cron
from vamco.systems.hub.tests.building import AMOUNT, KEY, contract, put

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import Contract, DatasetStatus


def hcm(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=HCM)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def promised(schedule: str, unit: str = "day", **more: Any) -> Contract:
    sla = {"property": "timeOfAvailability", "value": "17:00", "unit": unit, "scheduler": "cron", "schedule": schedule}
    return replace(contract(KEY, AMOUNT, slaProperties=[sla]), **more)


EVERY_DAY = promised("0 17 * * *", working_days=False)
WORKDAYS = promised("0 17 * * *")
MONTHLY = promised("0 17 25 * *", "month")
YEARLY = promised("0 17 10 1 *", "year")
KNOWN = hcm("2026-11-01T08:00")
CULTURE_DAY = day("2026-11-24")  # a Tuesday


def works(one: dt.date) -> bool:
    return due.weekday(one) and one != CULTURE_DAY


def late(
    terms: Contract, now: str, *arrivals: Arrival, known: dt.datetime = KNOWN, at_work: Any = works
) -> Lateness | None:
    return lateness(terms, arrivals, known, hcm(now), at_work)


# ── by time, where nobody says what is covered ───────────────────────────────────────────────────────────────────────


def test_nothing_is_late_that_was_not_promised() -> None:
    assert late(contract(KEY, AMOUNT), "2030-01-01T00:00") is None


def test_in_time_until_the_second_due_time_after_a_receipt() -> None:
    for now in ("2026-11-20T09:00", "2026-11-20T17:00", "2026-11-21T17:00"):
        assert late(EVERY_DAY, now, Arrival(hcm("2026-11-20T09:00"))) == Lateness(hcm("2026-11-21T17:00"), None, None)


def test_late_from_the_moment_after() -> None:
    found = late(EVERY_DAY, "2026-11-23T18:00", Arrival(hcm("2026-11-20T09:00")))
    assert found == Lateness(hcm("2026-11-21T17:00"), hcm("2026-11-23T17:00"), dt.timedelta(days=2, hours=1), times=3)


def test_a_receipt_at_the_due_time_meets_it_and_not_the_next() -> None:
    found = late(EVERY_DAY, "2026-11-20T17:00", Arrival(hcm("2026-11-20T17:00")))
    assert found == Lateness(hcm("2026-11-21T17:00"), None, None)


def test_what_never_came_is_due_once_it_was_agreed() -> None:
    assert late(EVERY_DAY, "2026-11-01T17:00") == Lateness(hcm("2026-11-01T17:00"), None, None)
    found = late(EVERY_DAY, "2026-11-01T17:30")
    assert found == Lateness(hcm("2026-11-01T17:00"), hcm("2026-11-01T17:00"), dt.timedelta(minutes=30), times=1)


def test_a_receipt_of_the_future_meets_nothing_yet() -> None:
    found = late(EVERY_DAY, "2026-11-01T17:30", Arrival(hcm("2026-11-02T09:00")))
    assert found is not None
    assert found.missed == hcm("2026-11-01T17:00")


# ── three things: not delivered, nothing new, nothing exists ─────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "in_time"),
    [
        (ReceiptKind.DELIVERED, True),
        (ReceiptKind.UNCHANGED, True),
        (ReceiptKind.NOTHING, True),
        (ReceiptKind.EMPTY, False),
    ],
)
def test_what_was_received_counts_and_an_empty_list_does_not(kind: ReceiptKind, *, in_time: bool) -> None:
    found = late(EVERY_DAY, "2026-11-20T18:00", Arrival(hcm("2026-11-20T09:00"), kind), known=hcm("2026-11-20T08:00"))
    assert found is not None
    assert (found.late_by is None) is in_time


def test_the_same_list_of_days_again_says_that_nothing_happened_since() -> None:
    old = day("2026-11-16")
    assert (found := late(WORKDAYS, "2026-11-20T18:00", Arrival(hcm("2026-11-20T09:00"), ReceiptKind.UNCHANGED, old)))
    assert found.late_by is None
    assert (found := late(WORKDAYS, "2026-11-20T18:00", Arrival(hcm("2026-11-20T09:00"), ReceiptKind.DELIVERED, old)))
    assert found.missed == hcm("2026-11-20T17:00"), "new content that ends on Monday says nothing of Thursday"


# ── by the period covered ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("covers", [day("2025-12-31"), day("2025-01-01"), None])
@pytest.mark.parametrize("kind", [ReceiptKind.DELIVERED, ReceiptKind.UNCHANGED])
def test_an_early_delivery_of_an_old_file_is_not_next_years(covers: dt.date | None, kind: ReceiptKind) -> None:
    found = late(YEARLY, "2027-01-12T08:00", Arrival(hcm("2026-12-15T09:00"), kind, covers))
    assert found is not None
    assert found.missed == hcm("2027-01-11T17:00"), "10 January 2027 is a Sunday"


def test_the_year_that_is_over_meets_it_once_it_is_over() -> None:
    for at, covers, in_time in (
        ("2027-01-05T09:00", "2026-12-28", True),  # the last payment was on 28 December
        ("2027-01-05T09:00", "2026-01-01", True),  # the year by its first day
        ("2026-12-29T09:00", "2026-12-28", False),  # three days were still to come
        ("2027-01-05T09:00", "2025-12-31", False),  # the year before, again
        ("2026-12-20T09:00", "2027-01-01", True),  # an early delivery of the next year's plan
    ):
        found = late(YEARLY, "2027-01-12T08:00", Arrival(hcm(at), covers_until=day(covers)))
        assert found is not None
        assert (found.late_by is None) is in_time, (at, covers)


def test_a_plan_is_asked_for_the_year_that_it_is_due_in() -> None:
    plan = replace(YEARLY, due_for="current")
    for at, covers, in_time in (
        ("2026-12-20T09:00", "2027-01-01", True),
        ("2027-01-05T09:00", "2027-01-01", True),
        ("2027-01-05T09:00", "2026-01-01", False),  # last year's plan, exported again
        ("2026-12-20T09:00", None, False),
        ("2027-01-05T09:00", None, True),
    ):
        found = late(plan, "2027-01-12T08:00", Arrival(hcm(at), covers_until=day(covers) if covers else None))
        assert found is not None
        assert (found.late_by is None) is in_time, (at, covers)


def test_a_month_is_asked_for_when_it_is_over() -> None:
    for at, covers, in_time in (
        ("2026-11-05T09:00", "2026-10-01", True),
        ("2026-10-28T09:00", "2026-10-27", False),
        ("2026-10-28T09:00", None, False),  # came before October was over
        ("2026-11-02T09:00", None, True),
        ("2026-11-20T09:00", "2026-09-30", False),
    ):
        found = late(MONTHLY, "2026-11-26T08:00", Arrival(hcm(at), covers_until=day(covers) if covers else None))
        assert found is not None
        assert (found.late_by is None) is in_time, (at, covers)


def test_a_source_that_has_nothing_new_has_what_it_had() -> None:
    """Over HTTP nothing new comes without a day: the last year's rows do not become this year's, and a month goes to its end."""
    by_day = replace(YEARLY, period_column="ngay")
    before = Arrival(hcm("2026-12-15T09:00"), covers_until=day("2025-12-31"))
    again = Arrival(hcm("2027-01-05T09:00"), ReceiptKind.UNCHANGED)
    assert (found := late(by_day, "2027-01-12T08:00", before, again))
    assert found.missed == hcm("2027-01-11T17:00")
    assert (found := late(by_day, "2027-01-12T08:00", replace(before, covers_until=day("2026-12-14")), again))
    assert found.late_by is None
    assert (found := late(YEARLY, "2027-01-12T08:00", again))
    assert found.late_by is None, "nobody says what is covered, so its time counts"


def test_a_day_asks_for_the_last_working_day_before_it() -> None:
    monday = Arrival(hcm("2026-11-23T09:00"), covers_until=day("2026-11-20"))  # Friday
    assert (found := late(WORKDAYS, "2026-11-23T18:00", monday))
    assert found.due_at == hcm("2026-11-25T17:00"), "Tuesday is a holiday: its due time is Wednesday's"
    assert (found := late(WORKDAYS, "2026-11-23T18:00", replace(monday, covers_until=day("2026-11-19"))))
    assert found.missed == hcm("2026-11-23T17:00")


def test_a_day_that_is_a_slip_of_the_pen_keeps_nothing_in_time_for_years() -> None:
    for terms in (WORKDAYS, MONTHLY, YEARLY):
        arrival = Arrival(hcm("2026-11-20T09:00"), covers_until=day("2062-11-20"))
        found = lateness(terms, [arrival], KNOWN, hcm("2028-06-01T08:00"), works)
        assert found is not None
        assert found.missed is not None


# ── the working calendar, and grace ──────────────────────────────────────────────────────────────────────────────────


def test_due_times_on_days_off_move_to_the_next_working_day_at_the_same_time() -> None:
    times = due.DueTimes(Cron.parse("0 8,17 * * *"), works)
    assert times.after(hcm("2026-11-20T17:00")) == hcm("2026-11-23T08:00")
    assert times.after(hcm("2026-11-21T12:00")) == hcm("2026-11-23T08:00")
    assert times.after(hcm("2026-11-23T17:00")) == hcm("2026-11-25T08:00")
    assert times.until(hcm("2026-11-25T07:59")) == hcm("2026-11-23T17:00")
    assert times.until(hcm("2026-11-23T08:00")) == hcm("2026-11-23T08:00")


def test_without_the_working_calendar_days_off_count() -> None:
    assert (found := late(EVERY_DAY, "2026-11-21T18:00", Arrival(hcm("2026-11-20T09:00"))))
    assert found.missed == hcm("2026-11-21T17:00")
    assert (found := late(WORKDAYS, "2026-11-23T17:00", Arrival(hcm("2026-11-20T09:00"))))
    assert found == Lateness(hcm("2026-11-23T17:00"), None, None)


def test_grace_is_counted_in_working_days() -> None:
    terms = replace(WORKDAYS, grace_days=2)
    arrival = Arrival(hcm("2026-11-19T09:00"))
    assert (found := late(terms, "2026-11-25T17:00", arrival))  # due on Friday; Monday, (Tuesday off), Wednesday
    assert found == Lateness(hcm("2026-11-20T17:00"), None, None, grace_until=hcm("2026-11-25T17:00"))
    assert (found := late(terms, "2026-11-25T17:01", arrival))
    assert (found.missed, found.times) == (hcm("2026-11-20T17:00"), 1), "Monday's has its own grace"
    assert found.late_by == hcm("2026-11-25T17:01") - hcm("2026-11-20T17:00")


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────────

EARLIER = hcm("2025-05-01T00:00")
DAYS = st.dates(day("2025-06-01"), day("2027-06-01"))
MOMENTS = st.datetimes(
    dt.datetime.fromisoformat("2025-06-01"), dt.datetime.fromisoformat("2027-06-01"), timezones=st.just(HCM)
)
ARRIVALS = st.builds(Arrival, MOMENTS, st.sampled_from(ReceiptKind), st.none() | DAYS)
TERMS = st.builds(
    promised,
    st.sampled_from(["0 17 * * *", "0 8,17 * * 1-5", "30 9 1 * *", "0 17 25 * *", "0 17 10 1 *", "0 7 * * 6"]),
    st.sampled_from(["day", "month", "year"]),
    working_days=st.booleans(),
    grace_days=st.integers(0, 10),
    due_for=st.sampled_from(["before", "current"]),
    period_column=st.sampled_from(["", "ngay"]),
)


def meets(terms: Contract, times: due.DueTimes, arrival: Arrival, at: dt.datetime, others: list[Arrival]) -> bool:
    """What the module computes at once, said for one due time as the rule has it."""
    arrival = due._with_coverage(terms, arrival, others)
    if arrival.kind == ReceiptKind.EMPTY:
        return False
    asked = due.asked(terms, times, at)
    came = arrival.at.astimezone(HCM).date()
    own = times.until(at - dt.timedelta(microseconds=1)) < arrival.at
    if terms.period == "day":
        if arrival.covers_until is None or arrival.kind != ReceiptKind.DELIVERED:
            return own
        return own and due.reach("day", arrival.covers_until, came) >= asked
    if arrival.covers_until is not None:
        return due.reach(terms.period, arrival.covers_until, came) >= asked
    return own and asked <= (came if terms.due_for == "current" else came - dt.timedelta(days=1))


@given(TERMS, st.lists(ARRIVALS, max_size=4), MOMENTS)
def test_it_says_what_the_rule_says_of_each_due_time(
    terms: Contract, arrivals: list[Arrival], known: dt.datetime
) -> None:
    times = due.due_times(terms, works)
    assert times is not None
    found = lateness(terms, arrivals, known, hcm("2027-06-02T00:00"), works)
    assert found is not None
    counted = [each for each in arrivals if each.kind != ReceiptKind.EMPTY]
    at = times.after(min([known, *(each.at for each in counted)]))
    for _ in range(60):
        if not any(meets(terms, times, each, at, counted) for each in arrivals):
            break
        at = times.after(at)
    else:
        return
    later = times.after(at)
    again = any(meets(terms, times, each, later, counted) for each in arrivals)
    assert not again, "what meets a due time meets all earlier ones"
    assert found.due_at == at


@given(TERMS, st.lists(ARRIVALS, max_size=4), ARRIVALS, MOMENTS, st.timedeltas(dt.timedelta(), dt.timedelta(days=400)))
def test_a_due_time_once_met_stays_met(
    terms: Contract, arrivals: list[Arrival], more: Arrival, now: dt.datetime, gone: dt.timedelta
) -> None:
    before = lateness(terms, arrivals, EARLIER, now, works)
    later = replace(more, at=max([more.at, *(each.at for each in arrivals)]))  # nothing comes before what has come
    after = lateness(terms, [*arrivals, later], EARLIER, now + gone, works)
    assert before is not None
    assert after is not None
    assert after.due_at >= before.due_at


@given(TERMS, st.lists(ARRIVALS, max_size=5), st.randoms(use_true_random=False), MOMENTS)
def test_the_order_of_receipts_does_not_matter(
    terms: Contract, arrivals: list[Arrival], random: Any, now: dt.datetime
) -> None:
    mixed = list(arrivals)
    random.shuffle(mixed)
    assert lateness(terms, arrivals, KNOWN, now, works) == lateness(terms, mixed, KNOWN, now, works)


@given(TERMS, st.lists(ARRIVALS, max_size=4), MOMENTS)
def test_nothing_is_late_before_its_grace_has_passed(
    terms: Contract, arrivals: list[Arrival], now: dt.datetime
) -> None:
    times = due.due_times(terms, works)
    assert times is not None
    found = lateness(terms, arrivals, KNOWN, now, works)
    assert found is not None
    over = times.grace(found.due_at, terms.grace_days)
    if found.late_by is None:
        assert (found.missed, found.times) == (None, 0)
        assert now <= over
    else:
        assert over < now
        assert found.due_at + found.late_by == now
        assert found.missed is not None
        assert found.due_at <= found.missed <= now
        assert times.grace(found.missed, terms.grace_days) < now
        assert 1 <= found.times <= due.MANY


@given(TERMS, MOMENTS)
def test_between_two_due_times_there_is_none(terms: Contract, moment: dt.datetime) -> None:
    times = due.due_times(terms, works)
    assert times is not None
    before, after = times.until(moment), times.after(moment)
    assert before <= moment < after
    assert times.until(after - dt.timedelta(microseconds=1)) == before
    assert times.after(before) == after
    if terms.working_days:
        assert works(after.astimezone(HCM).date())


# ── in the database ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def dataset() -> Dataset:
    sla = {"property": "timeOfAvailability", "value": "17:00", "unit": "day", "scheduler": "cron"}
    put(KEY, AMOUNT, slaProperties=[sla | {"schedule": "0 17 * * *"}])
    Dataset.objects.filter(code="thu_nghiem").update(known_since=hcm("2026-11-02T08:00"))
    return Dataset.objects.get(code="thu_nghiem")


def received(row: Dataset, at: str, kind: ReceiptKind, covers: str = "") -> Receipt:
    until = day(covers) if covers else None
    return Receipt.objects.create(dataset=row, source="so", name="a.csv", at=hcm(at), kind=kind, covers_until=until)


def status(now: str) -> DatasetStatus:
    return next(each for each in hub.freshness(hcm(now)) if each.dataset == "thu_nghiem")


@pytest.mark.django_db
def test_what_was_published_before_receipts_were_kept_counts_by_its_time(dataset: Dataset) -> None:
    Dataset.objects.filter(pk=dataset.pk).update(published_at=hcm("2026-11-19T09:00"))
    assert status("2026-11-19T18:00").late_by is None
    assert status("2026-11-20T18:00").missed_at == hcm("2026-11-20T17:00")
    received(dataset, "2026-11-20T09:00", ReceiptKind.EMPTY)
    found = status("2026-11-20T18:00")
    assert (found.missed_at, found.missed_times) == (hcm("2026-11-20T17:00"), 1), "yesterday's stays met"


@pytest.mark.django_db
def test_a_receipt_says_more_than_the_publication_that_it_came_with(dataset: Dataset) -> None:
    received(dataset, "2026-11-20T09:00", ReceiptKind.DELIVERED, "2026-11-12")
    Dataset.objects.filter(pk=dataset.pk).update(published_at=hcm("2026-11-20T09:01"))
    assert status("2026-11-20T18:00").late_by is not None, "what came ends on 12 November"


@pytest.mark.django_db
def test_the_status_says_what_was_received_and_since_when_nothing_is_new(dataset: Dataset) -> None:
    assert status("2026-11-20T18:00").last_receipt is None
    received(dataset, "2026-11-18T09:00", ReceiptKind.DELIVERED, "2026-11-17")
    assert status("2026-11-20T18:00").nothing_new_since is None
    received(dataset, "2026-11-20T09:10", ReceiptKind.UNCHANGED, "2026-11-17")
    found = status("2026-11-20T18:00")
    assert (found.late_by, found.nothing_new_since) == (None, hcm("2026-11-18T09:00"))
    assert found.last_receipt == ReceiptView(
        hcm("2026-11-20T09:10"), ReceiptKind.UNCHANGED, "so", "a.csv", None, day("2026-11-17")
    )
    assert [(each.kind, each.at) for each in hub.receipts("thu_nghiem")] == [
        (ReceiptKind.UNCHANGED, hcm("2026-11-20T09:10")),
        (ReceiptKind.DELIVERED, hcm("2026-11-18T09:00")),
    ]


@pytest.mark.django_db
def test_word_that_there_is_nothing_ends_lateness_and_is_told(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    Dataset.objects.exclude(pk=dataset.pk).update(known_since=hcm("2030-01-01T00:00"))
    now = [hcm("2026-11-20T18:00")]
    monkeypatch.setattr(clock, "now", lambda: now[0])
    assert hub.tell_late() == ["thu_nghiem"]
    received(dataset, "2026-11-20T18:05", ReceiptKind.NOTHING)
    now[0] = hcm("2026-11-20T18:10")
    assert hub.tell_late() == []
    assert list(Event.objects.filter(name="hub.dataset_in_time").values_list("payload", flat=True)) == [
        {"dataset": "thu_nghiem"}
    ]
