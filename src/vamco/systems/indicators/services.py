from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Refused
from vamco.systems.hub import public as hub
from vamco.systems.indicators import queries, rules
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.vocab import ValuesSettled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.measure.contracts import Measured
    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.indicators.pack import IndicatorItem
    from vamco.vocab.relation import Relation

SETTLE = "indicators.settle"
BATCH = 5000


def put(items: Sequence[IndicatorItem]) -> None:
    """Writes definitions as new versions and has their values computed. A changed definition must carry a higher version."""
    for item in items:
        latest = DefinitionVersion.objects.filter(code=item.code).aggregate(latest=Max("version"))["latest"] or 0
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
        DefinitionVersion.objects.create(
            code=item.code,
            version=item.version,
            content=item.model_dump(mode="json"),
            loaded_at=clock.now(),
            datasets=sorted({term.dataset for term in terms if term}),
            active=item.status == "active",
        )
        settle_later(item.code)


def settle_later(code: str) -> None:
    """Has an indicator computed anew by the worker; a computation that waits already serves both."""
    jobs.later(SETTLE, key=f"{SETTLE}:{code}", lock=f"{SETTLE}:{code}", code=code)


def settle(code: str) -> int:
    """Computes an indicator over the newest snapshots and keeps what changed; says how many values did.

    A value that changed stays in the books with the end of the time in which it was the one known. Nothing is written when
    nothing changed.
    """
    of = queries.definition(code)
    relations = {dataset: hub.relation(dataset) for dataset in of.datasets}
    measured = _measure(of, relations)
    with transaction.atomic():
        row = DefinitionVersion.objects.select_for_update().get(code=code, version=of.version)
        fresh = {(m.period.code, m.place, m.agency): m for m in measured}
        stale, new = _differences(code, fresh)
        if not stale and not new:
            return 0
        now = clock.now()
        settlement = Settlement.objects.create(
            definition=row,
            at=now,
            engine=settings.VAMCO_QUERY_ENGINE,
            changed=len(new),
            sources=[
                {"dataset": name, "snapshot": relation.snapshot, "run": hub.run_of(name, relation.snapshot)}
                for name, relation in relations.items()
            ],
        )
        Value.objects.filter(pk__in=stale).update(known_to=now)
        Value.objects.bulk_create((_row(code, m, settlement) for m in new), batch_size=BATCH)
        newest = max((m.period.code for m in measured), default="")
        events.emit(ValuesSettled(code, settlement.pk, newest))
        audit.record(
            "indicators.settle",
            actor=audit.SYSTEM,
            chain=of.owner,
            subject=f"indicator:{code}",
            detail={"settlement": settlement.pk, "changed": len(new), "withdrawn": len(stale), "version": of.version},
        )
    return len(new)


def _measure(of: Definition, relations: dict[str, Relation]) -> list[Measured]:
    """All values that are kept, up to the day on which the counted dataset last came."""
    from vamco.engines import measure

    horizon = hub.delivered_on(of.formula.numerator.dataset)
    if horizon is None:
        return []
    found: list[Measured] = []
    for levels in (of.levels[:1], of.levels[1:]):
        periods = rules.periods_to_settle(of.history_from, horizon, of.frequency, whole=levels == ("province",))
        if levels and periods:
            found += measure.compute(of.formula, relations, hub.engine(), periods, levels)
    return [m for m in found if m.numerator is not None]


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


def _row(code: str, m: Measured, settlement: Settlement) -> Value:
    return Value(
        indicator=code,
        period=m.period.code,
        period_end=m.period.end,
        place=m.place,
        agency=m.agency,
        value=m.value,
        numerator=m.numerator,
        denominator=m.denominator,
        rows=m.rows,
        known_from=settlement.at,
        settlement=settlement,
    )
