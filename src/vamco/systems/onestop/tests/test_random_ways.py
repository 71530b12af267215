"""Random people try random acts on dossiers: nothing illegal is done, pauses sum up exactly, no axis moves another."""

from __future__ import annotations

import random
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.onestop.contracts import KIND
from vamco.systems.onestop.tests import made, random_ways

if TYPE_CHECKING:
    import datetime as dt

pytestmark = pytest.mark.django_db


def test_rules_and_times_hold_on_every_way() -> None:
    rng, seen = random.Random(15), Counter[str]()
    office, definition = agencies.get(made.OFFICE), cases.newest(KIND)
    calendar = worktime.calendar_of(office)
    with random_ways.memory(calendar) as current:
        for _ in range(400):
            random_ways.walk(rng, definition, calendar, office, current, seen)
    assert seen["done"] > 1500
    assert seen["refused"] > 1500
    reached = {name.removeprefix("ended ") for name in seen if name.startswith("ended ")}
    assert reached >= {"done", "refused", "stopped", "withdrawn", "supplement"}


def test_the_engine_does_what_the_text_of_the_kind_says_and_no_axis_moves_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng, seen = random.Random(16), Counter[str]()
    office = random_ways.Office()

    def set_clock(moment: dt.datetime) -> None:
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: moment)

    for _ in range(12):
        random_ways.live(rng, office, set_clock, seen)
    assert seen["done"] > 60
    assert seen["refused"] > 20
