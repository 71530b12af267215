"""An issuer that has stopped answering is asked twice a minute at most. Case ID-07."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.identity.rules.breaker import Contact

EIGHT = dt.datetime(2026, 11, 30, 13, 5, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return EIGHT + dt.timedelta(seconds=seconds)


def test_while_it_answers_everybody_may_call() -> None:
    contact = Contact(answered_at=EIGHT)
    assert contact.called(after(1)) == contact
    assert contact.may_call(after(1))
    assert contact.proven(after(59))
    assert not contact.proven(after(60))
    assert not contact.proven(after(-1))  # the clock of the demonstration went back


def test_since_when_is_when_the_first_call_that_failed_began() -> None:
    contact = Contact(answered_at=after(-300)).failed(EIGHT).failed(after(30))
    assert contact.since == EIGHT
    assert contact.away


def test_two_calls_a_minute_and_no_more() -> None:
    contact = Contact().failed(EIGHT)
    assert contact.may_call(after(1))
    contact = contact.called(after(1))
    assert not contact.may_call(after(2))
    assert not contact.may_call(after(59.9))
    assert contact.may_call(after(60))


def test_an_answer_ends_it() -> None:
    contact = Contact().failed(EIGHT).called(after(40)).answered(after(40), after(41))
    assert not contact.away
    assert contact == Contact(answered_at=after(41))


def test_calls_that_cross_change_nothing() -> None:
    assert Contact().failed(EIGHT).answered(after(-3), after(1)).away
    assert not Contact(answered_at=EIGHT).failed(after(-8)).away


@given(st.lists(st.floats(0, 600), min_size=1, max_size=60))
def test_however_many_come_no_minute_has_more_than_two(moments: list[float]) -> None:
    contact, made = Contact().failed(EIGHT), [0.0]
    for moment in sorted(moments):
        if contact.may_call(after(moment)):
            contact = contact.called(after(moment))
            made.append(moment)
    assert all(sum(1 for other in made if moment <= other < moment + 59.999) <= 2 for moment in made)
