"""The traffic as a whole, on figures alone: nothing seen is None, states do not flicker, travel times know no plate."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision.contracts import Kind
from vamco.engines.vision.counting import LaneCount
from vamco.engines.vision.health import Fault
from vamco.systems.traffic.contracts import Counted
from vamco.systems.traffic.rules import conditions, flowing, sums

AT = dt.datetime(2026, 11, 30, 1, 0, tzinfo=dt.UTC)  # 08:00 in Vietnam
MINUTE = dt.timedelta(minutes=1)


def lane(minute: int, cars: int | None = 3, queue: int = 0, occupied: float = 0.2) -> LaneCount:
    begins = AT + minute * MINUTE
    if cars is None:
        return LaneCount("L1", begins, begins + MINUTE, 60, None, None, None, None)
    return LaneCount("L1", begins, begins + MINUTE, 60, {Kind.CAR: cars}, {}, occupied, queue)


def counted(stretch: int, kmh: float | None, occupancy: float = 0.3, queue: int = 0, *, seen: bool = True) -> Counted:
    at = AT + stretch * flowing.STRETCH
    if not seen:
        return Counted("c", at, "L1", None, None, None, None)
    return Counted("c", at, "L1", {"car": 10}, kmh, occupancy, queue)


def test_five_minutes_are_the_sum_of_their_minutes() -> None:
    minutes = flowing.Minutes("c")
    minutes.passed("L1", 30.0)
    minutes.passed("L1", 40.0)
    assert [found for number in range(5) for found in minutes.take([lane(number, 2, queue=number)])] == []
    assert minutes.take([lane(5)]) == [Counted("c", AT, "L1", {"car": 10}, 35.0, 0.2, 4)]


def test_one_minute_in_doubt_or_too_little_seen_leaves_no_figures() -> None:
    none = [Counted("c", AT, "L1", None, None, None, None)]
    assert flowing.five_minutes("c", AT, [lane(n, None if n == 2 else 3) for n in range(5)], {}) == none
    assert flowing.five_minutes("c", AT, [lane(n) for n in range(3)], {"L1": [30.0]}) == none
    assert flowing.five_minutes("c", AT, [lane(n, 0) for n in range(4)], {})[0].by_kind == {"car": 0}


def test_congestion_begins_and_ends_after_two_stretches_and_not_between_the_limits() -> None:
    limits, jam = flowing.Limits(), flowing.Jam()
    jam = flowing.judge(jam, counted(0, 6.0, queue=8), limits)
    assert not jam.congested
    jam = flowing.judge(jam, counted(1, 6.0, queue=8), limits)
    assert (jam.congested, jam.since) == (True, AT)
    jam = flowing.judge(jam, counted(2, 14.0, queue=1), limits)  # faster than where it began, slower than where it ends
    assert jam.congested
    jam = flowing.judge(jam, counted(3, 30.0), limits)
    assert jam.congested
    jam = flowing.judge(jam, counted(4, 30.0), limits)
    assert (jam.congested, jam.since) == (False, AT + 3 * flowing.STRETCH)


@given(st.lists(st.sampled_from(["slow", "free"]), max_size=12), st.integers(0, 12))
def test_a_camera_in_doubt_changes_nothing_about_congestion(figures: list[str], place: int) -> None:
    jam = flowing.Jam(congested=True, since=AT)
    for _ in range(place):
        jam = flowing.judge(jam, counted(1, None, seen=False), flowing.Limits())
    assert (jam.congested, jam.since) == (True, AT)
    before = None
    for number, each in enumerate(figures):
        jam = flowing.judge(
            jam, counted(number, 5.0 if each == "slow" else 40.0, queue=8 if each == "slow" else 0), flowing.Limits()
        )
        if before is not None and each != figures[number - 1]:
            assert jam.congested == before  # one figure alone turns nothing
        before = jam.congested


def stand(second: int, x: float = 100.0) -> tuple[str, flowing.Standing]:
    return "L1", flowing.Standing(AT + dt.timedelta(seconds=second), x, 200.0, 50.0)


def test_a_vehicle_that_stands_while_others_pass_is_stopped_and_in_a_queue_it_is_not() -> None:
    stops = flowing.Stops()
    queue = [change for second in range(0, 200, 5) for change in stops.take({1: stand(second)}, {})]
    assert queue == []
    stops = flowing.Stops()
    passed = {"L1": AT + dt.timedelta(seconds=30)}
    changes = [change for second in range(0, 100, 5) for change in stops.take({1: stand(second)}, passed)]
    assert changes == [("L1", True, AT)]
    assert stops.take({1: stand(100, 115.0)}, passed) == []  # its box trembles
    assert stops.take({1: stand(105, 140.0)}, passed) == [("L1", False, None)]


def test_travel_times_are_medians_of_enough_pairs_without_stops_for_coffee() -> None:
    key = flowing.key_of(AT.date(), b"secret")
    seen = []
    for number in range(8):
        who = flowing.pseudonym(f"70A{number:05}", key)
        start = AT + dt.timedelta(seconds=number)
        took = 2000 if number == 7 else 100 + number
        seen += [flowing.Seen("a", start, who), flowing.Seen("b", start + dt.timedelta(seconds=took), who)]
    assert flowing.travel_times(seen) == [flowing.Travel("a", "b", 7, 103.0)]
    assert flowing.travel_times(seen[:8]) == []


def test_pseudonyms_of_two_days_cannot_be_joined() -> None:
    first, second = (flowing.key_of(day, b"secret") for day in (AT.date(), AT.date() + dt.timedelta(days=1)))
    assert flowing.pseudonym("70A12345", first) == flowing.pseudonym("70A12345", first)
    assert flowing.pseudonym("70A12345", first) != flowing.pseudonym("70A12345", second)
    assert "70A12345" not in flowing.pseudonym("70A12345", first)


def test_hours_say_of_how_much_they_know() -> None:
    counts = [counted(n, 30.0, queue=n, seen=n != 3) for n in range(6)]
    [hour] = sums.hours(counts)
    assert (hour["ngay"], hour["gio"], hour["so_lan"], hour["luot_xe"], hour["o_to"]) == ("2026-11-30", 8, 5, 50, 50)
    assert (hour["toc_do"], hour["do_chiem"], hour["hang_cho"]) == (30.0, 0.3, 5)
    assert sums.hours([counted(0, None, seen=False)]) == [
        {"ma_camera": "c", "ngay": "2026-11-30", "gio": 8, "so_lan": 0}
    ]


def test_good_minutes_end_where_doubt_begins() -> None:
    def at(minutes: int) -> dt.datetime:
        return AT + minutes * MINUTE

    assert sums.good_minutes([(at(10), "ok"), (at(30), "frozen"), (at(50), "ok")], AT, at(60)) == 30
    assert sums.good_minutes([], AT, at(60), "ok") == 60
    assert sums.good_minutes([], AT, at(60), "clock") == 0
    assert sums.good_minutes([(at(-5), "ok")], AT, at(60)) == 60


def test_operators_are_notified_once_for_a_spell_and_rarely() -> None:
    since = AT
    assert not conditions.due("frozen", since, None, AT + MINUTE)
    assert conditions.due("frozen", since, None, AT + 2 * MINUTE)
    assert not conditions.due("frozen", AT + 10 * MINUTE, AT + 2 * MINUTE, AT + 20 * MINUTE)
    assert conditions.due("frozen", AT + 60 * MINUTE, AT + 2 * MINUTE, AT + 63 * MINUTE)
    assert not conditions.due("never", since, None, AT + 60 * MINUTE)
    assert not conditions.due("ok", since, None, AT + 60 * MINUTE)


def test_every_fault_is_a_condition_in_doubt() -> None:
    assert {conditions.condition([fault]) for fault in Fault} == {"away", "frozen", "clock", "green", "size"}
    assert conditions.condition([]) == "ok"
    assert conditions.doubtful({"swapped", "clock"})
    assert not conditions.doubtful({"swapped", "shed"})
