from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from vamco.engines.measure.contracts import Measured, Reporting
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.search import public as search
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Refused
from vamco.systems.hub import public as hub
from vamco.systems.indicators import queries
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.indicators.rules import missing, targets
from vamco.systems.indicators.rules.missing import Behind, Gaps
from vamco.vocab.indicators import ValuesSettled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.engines.measure.contracts import Series
    from vamco.lib.time import Period
    from vamco.systems.hub.contracts import Coverage
    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.indicators.declaration import IndicatorItem
    from vamco.vocab.relation import Relation

SETTLE = "indicators.settle"
MOST_RUNS: Final = 50

Key = tuple[str, int, str, str]


class Found(NamedTuple):
    """A value as it was measured, with what is missing behind it, as it is kept."""

    measured: Measured
    missing: dict[str, Any] | None

    @property
    def key(self) -> Key:
        """What two values must share to be the same one at different times: period, plan year, place and agency."""
        m = self.measured
        return m.period.code, m.year, m.place, m.agency


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
        _put_version(item)
        if (later := item.switched()) is not None:
            _put_version(later)
        if item.status == "active":
            search.put(*queries.found([item.code]))
        else:
            search.remove(queries.KIND, item.code)
        if item.status == "active":
            settle_later(item.formula.numerator.dataset)
        elif last := _last_settlement(item.code):
            events.emit(ValuesSettled(item.code, last.pk, ""))  # for good; no value will come that could end its alarms


def _put_version(item: IndicatorItem) -> None:
    terms = (item.formula.numerator, item.formula.denominator)
    queries.VERSIONS.put(
        item.code,
        item,
        version=item.version,
        datasets=sorted({term.dataset for term in terms if term}),
        active=item.status == "active",
    )


def settle_later(dataset: str) -> None:
    """Has the indicators that use a dataset computed anew by the worker; a computation that waits already serves both.

    One computation runs at a time, so that an older snapshot is never written over a newer one.
    """
    jobs.later(SETTLE, key=f"{SETTLE}:{dataset}", lock=SETTLE, dataset=dataset)


def settle(codes: Iterable[str]) -> dict[str, int]:
    """Computes indicators over the newest snapshots and keeps what changed; says how many values did, by indicator.

    A value that changed, or behind which something else is missing now, stays in the books with the end of the time in which it
    was the one known. Nothing is written when nothing changed: neither a value nor the definition. Indicators that are not in
    force are passed over.
    """
    known = queries.definitions()
    wanted = [known[code] for code in codes if code in known]
    relations = {name: hub.relation(name) for name in dict.fromkeys(d for of in wanted for d in of.datasets)}
    behind = {name: _behind(relation, wanted) for name, relation in relations.items()}
    heirs = _heirs(places.ended_communes(clock.today()))
    return {of.code: _keep(of, relations, behind, found) for of, found in _measure(wanted, relations, behind, heirs)}


def _heirs(ended: Sequence[places.EndedPlace]) -> dict[str, str]:
    """Return who has what ended communes had, by code; not of a code that two ended ones bore whose heirs differ."""
    found: dict[str, set[str]] = defaultdict(set)
    for each in ended:
        found[each.code].add(each.heir)
    return {code: next(iter(to)) for code, to in found.items() if len(to) == 1 and not to & {"", code}}


def _behind(relation: Relation, wanted: Sequence[Definition]) -> Behind:
    """What is missing behind a dataset's snapshot in force, and who has not reported."""
    dataset = relation.table
    short = hub.shortfall(dataset)
    columns = missing.columns([of.formula for of in wanted], dataset, relation.columns)
    rows = hub.missing_rows(dataset, short, columns) if short.rows else []
    return Behind(short, rows, hub.coverage(dataset), relation.columns)


def _keep(of: Definition, relations: dict[str, Relation], behind: dict[str, Behind], found: list[Found]) -> int:
    """Writes what changed of one indicator, in one transaction."""
    with transaction.atomic():
        row = DefinitionVersion.objects.select_for_update().get(code=of.code, version=of.version)
        stale, new = _differences(of, {each.key: each for each in found})
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
            sources=[_source(name, relations[name].snapshot, behind[name]) for name in of.datasets],
        )
        Value.objects.filter(pk__in=stale).update(known_to=now)
        _insert(of.code, new, settlement)
        newest = max((each.measured.period.code for each in found), default="")
        events.emit(ValuesSettled(of.code, settlement.pk, newest))
        audit.record(
            "indicators.settle",
            actor=audit.SYSTEM,
            chain=of.owner,
            subject=f"indicator:{of.code}",
            detail={"settlement": settlement.pk, "changed": len(new), "withdrawn": len(stale), "version": of.version},
        )
    return len(new)


def _source(dataset: str, snapshot: int | None, behind: Behind) -> dict[str, Any]:
    """What is written down of a dataset: its snapshot and run, and the runs in whose quarantine rows of it lie."""
    found = {"dataset": dataset, "snapshot": snapshot, "run": hub.run_of(dataset, snapshot)}
    return {**found, "short": list(behind.short.runs[-MOST_RUNS:])} if behind.short.rows else found


def _last_settlement(code: str) -> Settlement | None:
    return Settlement.objects.filter(definition__code=code).order_by("-pk").first()


def _measure(
    wanted: list[Definition], relations: dict[str, Relation], behind: dict[str, Behind], heirs: dict[str, str]
) -> Iterator[tuple[Definition, list[Found]]]:
    """The values that are kept of each indicator; those that ask for the same days of the same parts are asked together.

    What communes had that ended counts for the one that all of each came to.
    """
    from vamco.engines import measure

    alike: defaultdict[tuple[Any, ...], list[Definition]] = defaultdict(list)
    for of in wanted:
        horizon = hub.delivered_on(of.formula.numerator.dataset)
        if horizon is not None:
            alike[of.history_from, horizon, of.frequency, of.levels, of.formula.year_closes].append(of)
    for (first, horizon, frequency, levels, _closes), together in alike.items():
        asked = targets.asked(together[0], targets.periods_to_settle(first, horizon, frequency, whole=True))
        parts = set(targets.periods_to_settle(first, horizon, frequency, whole=False))
        kept = [n for n, (period, _year) in enumerate(asked) if period in parts]
        own = {name: relations[name] for of in together for name in of.datasets}
        lines = measure.compute_series(
            [of.formula for of in together],
            own,
            hub.engine(),
            [period for period, _year in asked],
            levels,
            years=[year or period.end.year for period, year in asked],
            heirs=heirs,
            reporting={name: _reporting(each) for name in own if (each := behind[name].coverage)},
        )
        for of, series in zip(together, lines, strict=True):
            gaps = Gaps(of, {name: behind[name] for name in of.datasets}, asked, horizon, heirs)
            yield of, [Found(m, missing.to_json(gaps.of(m))) for line in series for m in _values(line, asked, kept)]


def _reporting(coverage: Coverage) -> Reporting:
    return Reporting(coverage.level, coverage.expected, coverage.known_until)


def _values(line: Series, asked: list[tuple[Period, int]], kept: list[int]) -> Iterator[Measured]:
    """The values of a line that are kept: all of the province's, those of some days of a part's; none without data.

    Of those who have not reported it is kept that they have not.
    """
    for n in kept if line.place or line.agency else range(len(asked)):
        if line.numerators[n] is not None or line.silent[n]:
            period, year = asked[n]
            yield Measured(
                period,
                line.place,
                line.agency,
                line.values[n],
                line.numerators[n],
                line.denominators[n],
                line.rows[n],
                line.silent[n],
                year,
            )


def _differences(of: Definition, fresh: dict[Key, Found]) -> tuple[list[int], list[Found]]:
    """The ids of the current values that no longer hold, and the measured ones that are new.

    What an earlier version counted of days before this one's first is not this one's to say, and stays.
    """
    older = Q(period_end__lt=of.history_from) & Q(settlement__definition__version__lt=of.version)
    kept = Value.objects.filter(indicator=of.code, known_to=None)
    current = (kept.exclude(older) if queries.break_of(of) else kept).values_list(
        "pk", "period", "plan_year", "place", "agency", "value", "numerator", "denominator", "missing"
    )
    stale, same = [], set()
    for pk, period, year, place, agency, *numbers, lacking in current:
        found = fresh.get((period, year, place, agency))
        m = found.measured if found else None
        if found and m and [m.value, m.numerator, m.denominator] == numbers and found.missing == lacking:
            same.add(found.key)
        else:
            stale.append(pk)
    return stale, [each for key, each in fresh.items() if key not in same]


_INSERTED = "indicator, period, period_end, plan_year, place, agency, value, numerator, denominator, rows, missing, known_from, settlement_id"


def _insert(code: str, new: list[Found], settlement: Settlement) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY indicators_value ({_INSERTED}) FROM STDIN") as copy:
        for each in new:
            m = each.measured
            copy.write_row(
                (
                    code,
                    m.period.code,
                    m.period.end,
                    m.year,
                    m.place,
                    m.agency,
                    m.value,
                    m.numerator,
                    m.denominator,
                    m.rows,
                    None if each.missing is None else json.dumps(each.missing),
                    settlement.at,
                    settlement.pk,
                )
            )
