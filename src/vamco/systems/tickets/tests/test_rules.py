"""Who is called next, what the figures say, and when a call is shown: rules without a database."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from vamco.lib.time import HCM
from vamco.systems.tickets.contracts import Waited
from vamco.systems.tickets.rules import figures, queueing

NOON = dt.datetime(2026, 11, 18, 10, tzinfo=HCM)
COUNTERS = {1: "AB", 2: "AB", 3: "C", 5: "ABC"}


def minutes(count: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=count)


def queued(number: int, service: str = "A", *, priority: bool = False, at: float = 0, only: int = 0) -> queueing.Queued:
    return queueing.Queued(number, service, priority, minutes(at), only)


def test_the_first_of_a_service_is_called_and_priority_before_all() -> None:
    line = [queued(1, "B", at=0), queued(2, "A", at=1), queued(3, "A", at=2, priority=True), queued(4, "C", at=-5)]
    order = []
    while (found := queueing.following(line, 1, "AB")) is not None:
        order.append(found.id)
        line.remove(found)
    assert order == [3, 1, 2]
    assert [each.id for each in line] == [4]


def test_who_was_sent_to_a_counter_is_called_by_that_one_alone() -> None:
    sent = queued(1, "A", only=3)
    assert queueing.following([sent], 1, "AB") is None
    assert queueing.following([sent], 3, "C") == sent


class Hall(RuleBasedStateMachine):
    """A hall at random: numbers are taken, called, sent on, given up. None is called twice at once, none is lost, each service is FIFO."""

    def __init__(self) -> None:
        super().__init__()
        self.line: list[queueing.Queued] = []
        self.at: dict[int, queueing.Queued] = {}
        self.ended: list[int] = []
        self.made = 0

    @rule(service=st.sampled_from("ABC"), priority=st.booleans())
    def take(self, service: str, *, priority: bool) -> None:
        self.made += 1
        self.line.append(queued(self.made, service, priority=priority and self.made % 3 == 0, at=self.made // 2))

    @rule(counter=st.sampled_from(list(COUNTERS)))
    def call_next(self, counter: int) -> None:
        if counter in self.at:
            self.ended.append(self.at.pop(counter).id)
        found = queueing.following(self.line, counter, COUNTERS[counter])
        if found is None:
            assert not [each for each in self.line if queueing.fits(each, counter, COUNTERS[counter])]
            return
        rivals = [
            each for each in self.line if each.service == found.service and each.only == found.only and each != found
        ]
        assert all(queueing.place(found) < queueing.place(each) for each in rivals)
        assert found.priority or not [each for each in rivals if each.priority]
        self.line.remove(found)
        self.at[counter] = found

    @rule(counter=st.sampled_from(list(COUNTERS)), to=st.sampled_from(list(COUNTERS)))
    def send_on(self, counter: int, to: int) -> None:
        if counter in self.at and counter != to:
            was = self.at.pop(counter)
            self.line.append(queueing.Queued(was.id, was.service, was.priority, was.queued_at, to))

    @rule(which=st.integers(0, 30))
    def give_up(self, which: int) -> None:
        if which < len(self.line):
            self.ended.append(self.line.pop(which).id)

    @invariant()
    def everybody_is_somewhere_once(self) -> None:
        found = [each.id for each in self.line] + [each.id for each in self.at.values()] + self.ended
        assert sorted(found) == list(range(1, self.made + 1))


TestHall = Hall.TestCase
TestHall.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_calls_follow_one_another_each_for_its_whole_time(gaps: list[int]) -> None:
    now, ends, shown = NOON, None, []
    for gap in gaps:
        now += dt.timedelta(seconds=gap)
        begins = queueing.begins(now, ends)
        ends = begins + queueing.SHOWN
        shown.append((now, begins, ends))
    for (_called, _begins, before), (called, begins, _ends) in zip(shown, shown[1:], strict=False):
        assert begins == max(called, before)
    assert all(end - begin == dt.timedelta(seconds=10) and begin >= called for called, begin, end in shown)


def test_a_number_is_written_with_three_digits_or_more() -> None:
    assert [queueing.text("A", number) for number in (1, 17, 1000)] == ["A001", "A017", "A1000"]


def waited(
    state: str, taken: float, called: float | None = None, ended: float | None = None, service: str = "A"
) -> Waited:
    moments = [None if each is None else minutes(each) for each in (called, ended)]
    return Waited(service, state, minutes(taken), *moments)


def test_the_figures_of_a_day_are_counted_from_its_tickets() -> None:
    day = [
        waited("done", -120, -110, -100),
        waited("done", -60, -30, -10),
        waited("no_show", -50, -30, -28),
        waited("called", -20, -5),
        waited("waiting", -15),
        waited("waiting", -3, service="B"),
        waited("left", -40, None, -35),
    ]
    found = figures.figures(day, NOON)
    assert (found.waiting, found.at_counter, found.served, found.no_shows, found.left, found.expired) == (
        2,
        1,
        2,
        1,
        1,
        0,
    )
    assert (found.median_wait_s, found.longest_wait_s, found.median_service_s) == (1050, 1800, 900)
    assert found.waiting_longest_s == 900
    assert found.by_service == {"A": 1, "B": 1}
    hours = [(each.hour, each.taken, each.served, each.median_wait_s) for each in found.by_hour]
    assert hours == [(8, 1, 1, 600), (9, 6, 1, 1200)]


def test_an_empty_day_says_nothing_of_waits() -> None:
    found = figures.figures([], NOON)
    assert (found.waiting, found.served, found.median_wait_s, found.longest_wait_s, found.by_hour) == (
        0,
        0,
        None,
        None,
        (),
    )


def test_too_few_say_nothing_of_the_wait_and_only_the_last_twenty_count() -> None:
    few = [waited("done", -60 + n, -50 + n, -45 + n) for n in range(4)]
    assert figures.usual_wait([*few, waited("waiting", -1)]) is None
    assert figures.usual_wait([*few, waited("no_show", -56, -46)]) == 600
    old = [waited("done", -200 - n, -100 - n) for n in range(30)]
    recent = [waited("done", -60 + n, -58 + n) for n in range(20)]
    assert figures.usual_wait([*old, *recent]) == 120
