"""Deadlines of generated dossiers against a walk by minutes: the same after every act."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.systems.onestop.tests import deadline_stories as stories

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    def to(moment: dt.datetime) -> None:
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: moment)

    return to  # type: ignore[return-value]


@given(seed=st.integers(0, 2**32))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_product_promises_what_a_walk_by_minutes_promises(set_clock: object, seed: int) -> None:
    world = stories.world(random.Random(seed), 10)
    wrong = [(story, place, what) for story, place, what in stories.lived(world, stories.Cast(), set_clock)]  # type: ignore[arg-type]
    assert wrong == []


def _dues(set_clock: object, *steps: tuple[str, str], **story: object) -> list[str]:
    """Let one dossier live in the province's own calendar; return its deadlines, each after an act."""
    told = {"unit": "same_day", "amount": 0, "cutoff": "15:00", "office": "H53.25708", "handler": "H53.25708"} | story
    moments = [(act, dt.datetime.fromisoformat(f"2026-{at}")) for act, at in steps]
    one = stories.Story(sent=moments[0][1], steps=[stories.Step(act, at) for act, at in moments[1:]], **told)  # type: ignore[arg-type]
    if told["unit"] == "day":
        one.steps[0].later = 2 * 24 * 60
    world = stories.World(stories.worlds.pack(), None, dt.datetime(2026, 1, 1), [one])  # noqa: DTZ001
    stories.foretold(world, one)
    assert [what for _story, _place, what in stories.lived(world, stories.Cast(), set_clock)] == []  # type: ignore[arg-type]
    return [point.whole().strftime("%d/%m %H:%M") for point in one.due]


def test_a_same_day_dossier_has_after_a_pause_what_was_left_before(set_clock: object) -> None:
    asked = (
        ("sent", "11-18 08:00"),
        ("accept", "11-18 09:00"),
        ("ask_supplement", "11-18 14:30"),
        ("supply", "11-19 08:00"),
    )
    assert _dues(set_clock, *asked) == ["19/11 08:00", "18/11 16:30", "18/11 16:30", "19/11 10:00"]


def test_what_is_asked_for_before_the_promise_runs_costs_it_nothing(set_clock: object) -> None:
    late = (("sent", "11-18 14:00"), ("accept", "11-18 15:01"), ("ask_supplement", "11-18 16:00"))
    assert _dues(set_clock, *late, ("supply", "11-18 16:20"))[1:] == ["19/11 16:30"] * 3
    assert _dues(set_clock, *late, ("supply", "11-19 08:00"))[1:] == ["19/11 16:30", "19/11 16:30", "20/11 08:00"]


def test_before_reception_the_time_is_that_of_the_office_that_receives(set_clock: object) -> None:
    # The centre works on Saturday mornings, the department that decides does not.
    centre = {"office": "H53.16", "handler": "H53.04", "unit": "working_day", "amount": 3, "cutoff": ""}
    steps = (
        ("sent", "11-20 15:30"),
        ("ask_correction", "11-20 16:30"),
        ("correct", "11-21 09:30"),
        ("accept", "11-21 10:00"),
    )
    assert _dues(set_clock, *steps, **centre) == ["23/11 10:00", "23/11 10:00", "23/11 13:30", "26/11 16:30"]


def test_a_day_named_for_an_hour_in_which_nobody_works_is_due_as_the_dossier_comes_back(set_clock: object) -> None:
    steps = (
        ("sent", "11-19 08:00"),
        ("accept", "11-19 17:00"),
        ("ask_supplement", "11-20 16:30"),
        ("supply", "11-25 10:00"),
    )
    assert _dues(set_clock, *steps, unit="day", cutoff="")[1:] == ["21/11 17:00", "21/11 17:00", "25/11 10:00"]
