from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max, Q

from vamco.engines.measure.contracts import Formula, Term
from vamco.lib.errors import N_, Missing
from vamco.systems.indicators.contracts import (
    Definition,
    Directive,
    Lineage,
    Point,
    Source,
    Threshold,
    Trend,
    ValueView,
)
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.indicators.rules import targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from vamco.engines.measure.contracts import Level

_PLAIN = (
    "code",
    "group",
    "name",
    "name_en",
    "short_name",
    "short_name_en",
    "unit",
    "decimals",
    "direction",
    "frequency",
    "owner",
    "responsible",
    "max_age_days",
)
_COLUMNS = (
    "id",
    "indicator",
    "period",
    "period_end",
    "place",
    "agency",
    "value",
    "numerator",
    "denominator",
    "rows",
    "known_from",
    "known_to",
    "settlement_id",
)


def definition_of(row: DefinitionVersion) -> Definition:
    """The definition that a version holds."""
    content = row.content
    formula, target, directive = content["formula"], content["target"] or {}, content["directive"]
    return Definition(
        **{name: content[name] for name in _PLAIN},
        version=row.version,
        history_from=dt.date.fromisoformat(content["history_from"]),
        legal_basis=tuple(content["legal_basis"]),
        formula=Formula(
            _term(formula["numerator"]),
            _term(formula["denominator"]) if formula["denominator"] else None,
            formula["scale"],
            formula["place"],
            formula["agency"],
        ),
        paths={path["year"]: tuple(map(_point, path["points"])) for path in target.get("paths", [])},
        fixed=Decimal(target["value"]) if target.get("value") is not None else None,
        thresholds=tuple(
            Threshold(t["level"], Decimal(t["below"]), Decimal(t["clear"]), t["days"]) for t in content["thresholds"]
        ),
        directive=Directive(directive["template"], directive["template_en"], directive["due_days"])
        if directive
        else None,
        order=content["display"]["order"],
        reason=content["changes"][-1]["why"],
        active=row.active,
    )


def _point(content: dict[str, Any]) -> Point:
    return Point(dt.date.fromisoformat(content["on"]), Decimal(content["value"]), content["kind"], content["source"])


def _term(content: dict[str, Any]) -> Term:
    return Term(**{**content, "key": tuple(content["key"])})


def in_force(known_at: dt.datetime | None = None) -> QuerySet[DefinitionVersion]:
    """The newest version of each indicator, now or at a time, by code."""
    loaded = Q() if known_at is None else Q(loaded_at__lte=known_at)
    return DefinitionVersion.objects.filter(loaded).order_by("code", "-version").distinct("code")


_read: dict[
    tuple[int, dt.datetime], Definition
] = {}  # a version never changes, and reading one takes time on every board


def definitions(known_at: dt.datetime | None = None) -> dict[str, Definition]:
    """The indicators in force, now or at a time, by code; those that are retired are left out."""
    versions = in_force(known_at).values_list("pk", "loaded_at", "active")
    wanted = [(pk, loaded_at) for pk, loaded_at, active in versions if active]
    missing = [pk for pk, loaded_at in wanted if (pk, loaded_at) not in _read]
    if missing:
        for row in DefinitionVersion.objects.filter(pk__in=missing):
            _read[row.pk, row.loaded_at] = definition_of(row)
    found = (_read[key] for key in wanted)
    return {of.code: of for of in found}


def definition(code: str) -> Definition:
    """The definition in force of an indicator; of a retired one its last."""
    row = DefinitionVersion.objects.filter(code=code).order_by("-version").first()
    if row is None:
        raise Missing("indicators.no_indicator", N_("There is no indicator %(code)s."), code=code)
    return definition_of(row)


def _known(at: dt.datetime | None) -> Q:
    return Q(known_to=None) if at is None else Q(known_from__lte=at) & (Q(known_to=None) | Q(known_to__gt=at))


def recent(
    of: Definition, *, place: str = "", agency: str = "", count: int = 30, known_at: dt.datetime | None = None
) -> list[ValueView]:
    """The last `count` values of an indicator for one place or agency, oldest first."""
    rows = Value.objects.filter(_known(known_at), indicator=of.code, place=place, agency=agency)
    return [_view(row, of) for row in rows.order_by("-period_end").values(*_COLUMNS)[:count]][::-1]


_TRENDS = """
SELECT {columns}, t.days, t.points
FROM unnest(%(codes)s::text[]) AS wanted(code)
CROSS JOIN LATERAL (
    SELECT array_agg(r.period_end ORDER BY r.period_end) AS days, array_agg(r.value::float8 ORDER BY r.period_end) AS points,
        (array_agg(r.id ORDER BY r.period_end DESC))[1] AS newest
    FROM (
        SELECT id, period_end, value FROM indicators_value
        WHERE indicator = wanted.code AND place = '' AND agency = '' AND {known}
        ORDER BY period_end DESC LIMIT %(count)s
    ) AS r
) AS t
JOIN indicators_value AS v ON v.id = t.newest
"""
_KNOWN_NOW = "known_to IS NULL"
_KNOWN_THEN = "known_from <= %(at)s AND (known_to IS NULL OR known_to > %(at)s)"


def trends(of: dict[str, Definition], *, count: int, known_at: dt.datetime | None = None) -> dict[str, Trend]:
    """The province's newest values of several indicators with their last `count` values; one statement for all."""
    columns = ", ".join(f"v.{name}" for name in _COLUMNS)
    statement = _TRENDS.format(columns=columns, known=_KNOWN_NOW if known_at is None else _KNOWN_THEN)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"codes": list(of), "count": count, "at": known_at})
        rows = cursor.fetchall()
    found = {}
    for *row, days, points in rows:
        view = _view(dict(zip(_COLUMNS, row, strict=True)), of[row[1]])
        found[view.indicator] = Trend(view, tuple(days), tuple(points))
    return found


def series(
    of: Definition,
    *,
    place: str = "",
    agency: str = "",
    known_at: dt.datetime | None = None,
) -> list[ValueView]:
    """All values of an indicator for one place or agency, oldest first."""
    rows = Value.objects.filter(_known(known_at), indicator=of.code, place=place, agency=agency).order_by("period_end")
    return [_view(row, of) for row in rows.values(*_COLUMNS)]


def across(
    of: Definition,
    level: Level,
    period: str | None = None,
    *,
    known_at: dt.datetime | None = None,
) -> list[ValueView]:
    """The values of one period (the newest, if none is named) of all places or all agencies."""
    wanted = Value.objects.filter(_known(known_at), indicator=of.code)
    wanted = wanted.exclude(place="") if level == "place" else wanted.exclude(agency="")
    if period is None:
        period = wanted.order_by("-period_end").values_list("period", flat=True).first() or ""
    return [_view(row, of) for row in wanted.filter(period=period).order_by("place", "agency").values(*_COLUMNS)]


def recent_across(of: Definition, level: Level) -> list[ValueView]:
    """The values of the last days of all places or all agencies, those of one after those of another, oldest first."""
    wanted = Value.objects.filter(indicator=of.code, known_to=None)
    wanted = wanted.exclude(place="") if level == "place" else wanted.exclude(agency="")
    newest = wanted.aggregate(newest=Max("period_end"))["newest"]
    if newest is None:
        return []
    rows = wanted.filter(period_end__gt=newest - dt.timedelta(days=targets.DAYS_KEPT)).order_by(
        "place", "agency", "period_end"
    )
    return [_view(row, of) for row in rows.values(*_COLUMNS)]


def value(value_id: int) -> ValueView:
    """One value, known now or once, measured by its own version of the definition."""
    row = Value.objects.filter(pk=value_id).values(*_COLUMNS).first()
    if row is None:
        raise Missing("indicators.no_value", N_("There is no value %(value)s."), value=value_id)
    return _view(row, _settled_by(row["settlement_id"])[1])


def lineage(value_id: int) -> Lineage:
    """Where a value comes from."""
    view = value(value_id)
    settlement, of = _settled_by(view.settlement)
    sources = tuple(Source(source["dataset"], source["snapshot"], source["run"]) for source in settlement.sources)
    return Lineage(view, of, settlement.at, settlement.engine, sources)


def past_of(view: ValueView) -> list[ValueView]:
    """What was known for the same period, place and agency before and after, newest first."""
    rows = Value.objects.filter(indicator=view.indicator, period=view.period, place=view.place, agency=view.agency)
    of = _settled_by(view.settlement)[1]
    return [_view(row, of) for row in rows.order_by("-known_from", "-pk").values(*_COLUMNS)]


def path(of: Definition, days: Iterable[dt.date]) -> list[tuple[dt.date, Decimal]]:
    """The target path on some days; days outside it are left out."""
    found = ((day, targets.target_on(of, day)) for day in days)
    return [(day, target) for day, target in found if target is not None]


def using(dataset: str) -> list[str]:
    """The codes of the indicators in force that are computed from a dataset."""
    return [row.code for row in in_force() if row.active and dataset in row.datasets]


def _settled_by(settlement: int) -> tuple[Settlement, Definition]:
    row = Settlement.objects.select_related("definition").get(pk=settlement)
    return row, definition_of(row.definition)


def _view(row: dict[str, Any], of: Definition) -> ValueView:
    target = targets.target_on(of, row["period_end"])
    return ValueView(
        id=row["id"],
        indicator=row["indicator"],
        version=of.version,
        period=row["period"],
        period_end=row["period_end"],
        place=row["place"],
        agency=row["agency"],
        value=row["value"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        rows=row["rows"],
        target=target,
        gap=targets.gap(row["value"], target, of.direction),
        known_from=row["known_from"],
        known_to=row["known_to"],
        settlement=row["settlement_id"],
    )
