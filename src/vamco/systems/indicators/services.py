from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction

from vamco.engines.measure.contracts import Measured
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.search import public as search
from vamco.lib.errors import N_, Refused
from vamco.systems.hub import public as hub
from vamco.systems.indicators import queries
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.indicators.rules import targets
from vamco.vocab.indicators import ValuesSettled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.engines.measure.contracts import Series
    from vamco.lib.time import Period
    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.indicators.declaration import IndicatorItem
    from vamco.vocab.relation import Relation

SETTLE = "indicators.settle"


def put(items: Sequence[IndicatorItem]) -> None:
    """Writes definitions as new versions and has their values computed. A changed definition must carry a higher version."""
    for item in items:
        latest = max((row.version for row in queries.VERSIONS.versions(item.code)), default=0)
        if item.version <= latest:
            raise Refused(
                "indicators.same_version",
                N_(
                    "The definition of %(code)s changed: give it a version above %(version)s and say why under `changes`."
                ),
                code=item.code,
                version=latest,
            )
        terms = (item.formula.numerator, item.formula.denominator)
        queries.VERSIONS.put(
            item.code,
            item,
            version=item.version,
            datasets=sorted({term.dataset for term in terms if term}),
            active=item.status == "active",
        )
        if item.status == "active":
            search.put(*queries.found([item.code]))
        else:
            search.remove(queries.KIND, item.code)
        if item.status == "active":
            settle_later(item.formula.numerator.dataset)
        elif last := _last_settlement(item.code):
            events.emit(ValuesSettled(item.code, last.pk, ""))  # for good; no value will come that could end its alarms


def settle_later(dataset: str) -> None:
    """Has the indicators that use a dataset computed anew by the worker; a computation that waits already serves both.

    One computation runs at a time, so that an older snapshot is never written over a newer one.
    """
    jobs.later(SETTLE, key=f"{SETTLE}:{dataset}", lock=SETTLE, dataset=dataset)


def settle(codes: Iterable[str]) -> dict[str, int]:
    """Computes indicators over the newest snapshots and keeps what changed; says how many values did, by indicator.

    A value that changed stays in the books with the end of the time in which it was the one known. Nothing is written when
    nothing changed: neither a value nor the definition. Indicators that are not in force are passed over.
    """
    known = queries.definitions()
    wanted = [known[code] for code in codes if code in known]
    relations = {name: hub.relation(name) for name in dict.fromkeys(d for of in wanted for d in of.datasets)}
    return {of.code: _keep(of, relations, measured) for of, measured in _measure(wanted, relations)}


def _keep(of: Definition, relations: dict[str, Relation], measured: list[Measured]) -> int:
    """Writes what changed of one indicator, in one transaction."""
    with transaction.atomic():
        row = DefinitionVersion.objects.select_for_update().get(code=of.code, version=of.version)
        fresh = {(m.period.code, m.place, m.agency): m for m in measured}
        stale, new = _differences(of.code, fresh)
        last = _last_settlement(of.code)
        if not stale and not new and (last is None or last.definition_id == row.pk):
            return 0
        # Never before the last one: were the clock set back, two values of one period would be known at the same time.
        now = max(clock.now(), last.at) if last else clock.now()
        settlement = Settlement.objects.create(
            definition=row,
            at=now,
            engine=settings.VAMCO_QUERY_ENGINE,
            changed=len(new),
            sources=[
                {
                    "dataset": name,
                    "snapshot": relations[name].snapshot,
                    "run": hub.run_of(name, relations[name].snapshot),
                }
                for name in of.datasets
            ],
        )
        Value.objects.filter(pk__in=stale).update(known_to=now)
        _insert(of.code, new, settlement)
        newest = max((m.period.code for m in measured), default="")
        events.emit(ValuesSettled(of.code, settlement.pk, newest))
        audit.record(
            "indicators.settle",
            actor=audit.SYSTEM,
            chain=of.owner,
            subject=f"indicator:{of.code}",
            detail={"settlement": settlement.pk, "changed": len(new), "withdrawn": len(stale), "version": of.version},
        )
    return len(new)


def _last_settlement(code: str) -> Settlement | None:
    return Settlement.objects.filter(definition__code=code).order_by("-pk").first()


def _measure(wanted: list[Definition], relations: dict[str, Relation]) -> Iterator[tuple[Definition, list[Measured]]]:
    """The values that are kept of each indicator; those that ask for the same days of the same parts are asked together."""
    from vamco.engines import measure

    alike: defaultdict[tuple[Any, ...], list[Definition]] = defaultdict(list)
    for of in wanted:
        horizon = hub.delivered_on(of.formula.numerator.dataset)
        if horizon is not None:
            alike[of.history_from, horizon, of.frequency, of.levels].append(of)
    for (first, horizon, frequency, levels), together in alike.items():
        periods = targets.periods_to_settle(first, horizon, frequency, whole=True)
        parts = set(targets.periods_to_settle(first, horizon, frequency, whole=False))
        kept = [n for n, period in enumerate(periods) if period in parts]
        own = {name: relations[name] for of in together for name in of.datasets}
        lines = measure.compute_series([of.formula for of in together], own, hub.engine(), periods, levels)
        for of, series in zip(together, lines, strict=True):
            yield of, [m for line in series for m in _values(line, periods, kept)]


def _values(line: Series, periods: list[Period], kept: list[int]) -> Iterator[Measured]:
    """The values of a line that are kept: all of the province's, those of some days of a part's; none without data."""
    for n in kept if line.place or line.agency else range(len(periods)):
        if line.numerators[n] is not None:
            yield Measured(
                periods[n],
                line.place,
                line.agency,
                line.values[n],
                line.numerators[n],
                line.denominators[n],
                line.rows[n],
            )


def _differences(
    code: str,
    fresh: dict[tuple[str, str, str], Measured],
) -> tuple[list[int], list[Measured]]:
    """The ids of the current values that no longer hold, and the measured ones that are new."""
    current = Value.objects.filter(indicator=code, known_to=None).values_list(
        "pk",
        "period",
        "place",
        "agency",
        "value",
        "numerator",
        "denominator",
    )
    stale, same = [], set()
    for pk, period, place, agency, value, numerator, denominator in current:
        m = fresh.get((period, place, agency))
        if m is not None and (m.value, m.numerator, m.denominator) == (value, numerator, denominator):
            same.add((period, place, agency))
        else:
            stale.append(pk)
    return stale, [m for key, m in fresh.items() if key not in same]


def _insert(code: str, new: list[Measured], settlement: Settlement) -> None:
    columns = (
        "indicator, period, period_end, place, agency, value, numerator, denominator, rows, known_from, settlement_id"
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY indicators_value ({columns}) FROM STDIN") as copy:
        for m in new:
            period = m.period
            copy.write_row(
                (
                    code,
                    period.code,
                    period.end,
                    m.place,
                    m.agency,
                    m.value,
                    m.numerator,
                    m.denominator,
                    m.rows,
                    settlement.at,
                    settlement.pk,
                )
            )
