"""Every number that the platform keeps equals the independent truth, to the dong; the same batch twice changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.engines import measure
from vamco.engines.query import DuckDB, SparkConnect
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events import public as events
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import RunState
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import Value
from vamco.systems.indicators.rules import targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.stories.conftest import Province
    from vamco.systems.indicators.contracts import Definition


def test_all_values_are_the_truth_and_a_second_collection_changes_nothing(province: Province) -> None:
    runs = province.collect()

    assert {run.state for run in runs} == {RunState.PUBLISHED}
    truth = province.truth()
    ends = [sum(getattr(run, end) for run in runs) for end in ("quarantined", "repeated")]
    assert sum(ends) == len(truth.refused)  # a row that was sent twice repeats, and nothing is wrong with it
    assert min(ends) > 0
    every = indicators.definitions()
    known = {code: of for code, of in every.items() if hub.delivered_on(of.formula.numerator.dataset) is not None}
    # Of the platform's own datasets nothing is published here.
    assert set(every) - set(known) == {"HCC11", "GT04", "GT05", "GT06"}
    compared = 0
    for value in Value.objects.filter(known_to=None).iterator():
        number = truth.value(value.indicator, value.period, value.place, value.agency, value.plan_year)
        assert (value.value, value.numerator, value.denominator) == (number.value, number.numerator, number.denominator), (
            value.indicator, value.period, value.place, value.agency,
        )  # fmt: skip
        compared += 1
    assert set(Value.objects.values_list("indicator", flat=True)) == set(known)
    assert compared > 20_000
    assert list(events.dead_letters()) == []
    assert audit.verify() == {}

    assert both_engines(known.values()) > 40_000

    before = (Value.objects.count(), Entry.objects.count())
    assert {run.id for run in province.collect()} <= {run.id for run in runs}
    assert (Value.objects.count(), Entry.objects.count()) == before


def both_engines(definitions: Iterable[Definition]) -> int:
    """Compares DuckDB and Sail over the same snapshots for every indicator; gives the number of values compared."""
    engines = (DuckDB(), SparkConnect())
    compared = 0
    for of in definitions:
        relations = {name: hub.relation(name) for name in of.datasets}
        horizon = hub.delivered_on(of.formula.numerator.dataset)
        assert horizon is not None
        periods = targets.periods_to_settle(of.history_from, horizon, of.frequency, whole=False)
        duck, spark = (measure.compute(of.formula, relations, engine, periods, of.levels) for engine in engines)
        assert duck == spark, of.code
        compared += len(duck)
    return compared
