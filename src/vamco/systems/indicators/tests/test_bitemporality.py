"""Whatever is revised, in whatever order: what was known at a time can be shown again, and nothing is lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.engines.measure.contracts import Measured
from vamco.lib.time import Period
from vamco.systems.hub.contracts import Shortfall
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators import services
from vamco.systems.indicators.contracts import Missing
from vamco.systems.indicators.models import Value
from vamco.systems.indicators.rules.missing import Behind, to_json
from vamco.systems.indicators.tests.made import NORTH, ROADS

if TYPE_CHECKING:
    from vamco.systems.indicators.tests.made import Clock

DAYS = [dt.date(2026, 3, day) for day in (1, 2, 3)]
SUBJECTS = [("", ""), (NORTH, ""), ("", ROADS)]
KEYS = [(day, place, agency) for day in DAYS for place, agency in SUBJECTS]
CONTENTS = [(None, 0), (0, 0), (1, 0), (1, 3), (1, 4), (2, 0)]  # a value, and how many rows are missing behind it
STATES = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(CONTENTS), max_size=len(KEYS))
STEPS = st.lists(
    st.tuples(STATES, st.integers(-2, 3)), min_size=1, max_size=6
)  # what is measured, hours since the last

State = dict[tuple[dt.date, str, str], tuple[int | None, int]]


def found(state: State) -> list[services.Found]:
    return [
        services.Found(
            Measured(Period(day, "day"), place, agency, None if value is None else Decimal(value), Decimal(1), None, 1),
            to_json(Missing(rows) if rows else None),
        )
        for (day, place, agency), (value, rows) in state.items()
    ]


def shown(known_at: dt.datetime | None) -> State:
    of = indicators.definition("DTC01")
    return {
        (view.period_end, place, agency): (
            None if view.value is None else int(view.value),
            view.missing.rows if view.missing else 0,
        )
        for place, agency in SUBJECTS
        for view in indicators.recent(of, place=place, agency=agency, known_at=known_at)
    }


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(STEPS)
def test_what_was_known_at_any_time_can_be_shown_again(clock: Clock, steps: list[tuple[State, int]]) -> None:
    clock.set(DAYS[-1])
    savepoint = transaction.savepoint()
    try:
        revise(clock, steps)
    finally:
        transaction.savepoint_rollback(savepoint)


def revise(clock: Clock, steps: list[tuple[State, int]]) -> None:
    of = indicators.definition("DTC01")
    known: list[tuple[dt.datetime, State]] = []
    written = 0
    for state, hours in steps:
        before = known[-1][1] if known else {}
        at = clock.at = clock.at + dt.timedelta(hours=hours)
        kept = set(Value.objects.values_list("pk", flat=True))
        closed = set(Value.objects.exclude(known_to=None).values_list("pk", "known_to"))

        changed = services._keep(
            of, dict.fromkeys(of.datasets, NO_ROWS), dict.fromkeys(of.datasets, WHOLE), found(state)
        )

        assert changed == sum(state[key] != before[key] if key in before else True for key in state)
        assert kept <= set(Value.objects.values_list("pk", flat=True))  # nothing lost
        assert closed <= set(Value.objects.exclude(known_to=None).values_list("pk", "known_to"))  # no past rewritten
        written += changed
        if state != before:
            at = max([at, *(moment for moment, _ in known)])  # never before the last
            known = [*[(moment, old) for moment, old in known if moment < at], (at, state)]
        assert shown(None) == state
        for moment, then in known:
            assert shown(moment) == then
        for (moment, then), (after, _) in pairwise(known):
            assert shown(moment + (after - moment) / 2) == then
        assert not known or shown(known[0][0] - dt.timedelta(seconds=1)) == {}
    assert Value.objects.count() == written
    twice = (
        Value.objects.filter(known_to=None).values("period", "place", "agency").annotate(n=Count("pk")).filter(n__gt=1)
    )
    assert not twice.exists()


def _no_rows() -> object:
    from vamco.vocab.relation import Relation

    return Relation("none", "", None, (), ())


NO_ROWS = _no_rows()
WHOLE = Behind(Shortfall(0, 0, {}, frozenset(), ()), [], None)
