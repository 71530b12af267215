"""Deadlines of dossiers beside a walker that goes through time minute by minute; the bench asks the same of thousands."""

# ruff: noqa: DTZ001 - naive on purpose: the walker knows no time zones
from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.work.worktime.public import Amount, Pause, due
from vamco.kernel.work.worktime.tests import worlds
from vamco.lib.time import HCM
from vamco.systems.onestop.declaration import ProcessingTime
from vamco.systems.onestop.rules import terms
from vamco.systems.onestop.tests import deadlines
from vamco.systems.onestop.tests.minutes import MINUTE, Year

YEAR = Year(settings.VAMCO_PACKS)
CALENDAR = worlds.calendar(worlds.pack(), ["H53"])
NEAR = st.sampled_from(deadlines.CRITICAL) | st.dates(dt.date(2026, 1, 2), dt.date(2027, 3, 1))


@pytest.mark.django_db
def test_dossiers_are_due_when_the_walker_says(settings: Any) -> None:
    settings.VAMCO_DEMO = True  # which may make up a past
    wrong, seen = deadlines.disagreements(60, 15)
    assert wrong == []
    assert {"same_day", "hour", "working_day", "tet", "after_cutoff", "pauses", "version"} <= set(seen)


@given(NEAR, st.integers(0, 1439), st.sampled_from(deadlines.TIMES), st.integers(1, 4000), st.integers(1, 9000))
def test_what_a_version_promises_is_what_the_walker_counts(
    day: dt.date, minute: int, time: dict[str, Any], after: int, rest: int
) -> None:
    received = dt.datetime.combine(day, dt.time()) + MINUTE * minute
    rule = terms.deadline(ProcessingTime(**time))
    assert rule is not None
    begin = received + MINUTE * after
    for pauses in ([], [(begin, begin + MINUTE * rest)]):
        given_pauses = [Pause(a.replace(tzinfo=HCM), b.replace(tzinfo=HCM)) for a, b in pauses]
        found = due(
            received.replace(tzinfo=HCM),
            Amount(rule.amount, rule.unit),
            CALENDAR,
            cutoff=rule.cutoff,
            pauses=given_pauses,
        )
        assert found.astimezone(HCM).replace(tzinfo=None) == YEAR.due(received, time, pauses)


def test_after_three_before_tet() -> None:
    """Received at 15:01 on the last day before Tết: due at the close of the first day after it."""
    same_day = {"unit": "same_day", "cutoff": "15:00"}
    assert YEAR.due(dt.datetime(2026, 2, 13, 15, 0), same_day, []) == dt.datetime(2026, 2, 13, 16, 30)
    assert YEAR.due(dt.datetime(2026, 2, 13, 15, 1), same_day, []) == dt.datetime(2026, 2, 23, 16, 30)
