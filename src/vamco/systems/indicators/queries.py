from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Max, Min, Q, Subquery

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.search import public as search
from vamco.lib import errors
from vamco.lib.errors import N_
from vamco.lib.time import HCM, Period, local_date
from vamco.systems.indicators.contracts import Definition, Lineage, Missing, Source, Trend, ValueView
from vamco.systems.indicators.declaration import IndicatorItem
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.indicators.rules import missing, targets
from vamco.web import addresses, words
from vamco.web.palette import Described

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from django.db.models import QuerySet

    from vamco.engines.measure.contracts import Level
    from vamco.kernel.world.people.models import Person

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
    "plan_year",
    "missing",
)


def _no_indicator(code: str) -> errors.Missing:
    return errors.Missing("indicators.no_indicator", N_("There is no indicator %(code)s."), code=code)


VERSIONS: packs.Versioned[DefinitionVersion, IndicatorItem, Definition] = packs.Versioned(
    DefinitionVersion, IndicatorItem, read=IndicatorItem.definition, missing=_no_indicator
)


def definitions(known_at: dt.datetime | None = None) -> dict[str, Definition]:
    """The indicators in force, now or at a time, by code; those that are retired are left out."""
    return {found.code: found for found in VERSIONS.get_all(row for row in _in_force(known_at) if row.active)}


def _in_force(known_at: dt.datetime | None = None) -> list[DefinitionVersion]:
    """The newest version of each indicator that holds on the day; of one that does not hold yet the first."""
    day = local_date(known_at) if known_at else clock.today()
    newest = VERSIONS.in_force(at=known_at)
    VERSIONS.get_all(newest.values())
    return [_holding(row, day) for row in newest.values()]


def _holding(newest: DefinitionVersion, day: dt.date) -> DefinitionVersion:
    """The version that holds on a day: this one, or one before it while its first day is to come."""
    if VERSIONS.get(newest).valid_from <= day:
        return newest
    older = [row for row in VERSIONS.versions(newest.code) if row.pk < newest.pk]
    return next((row for row in reversed(older) if VERSIONS.get(row).valid_from <= day), newest)


def break_of(of: Definition) -> Definition | None:
    """The definition by which an indicator was counted from other data until this one's first day; None where it never was."""
    older = [row for row in VERSIONS.versions(of.code) if row.version < of.version]
    before = VERSIONS.get(older[-1]) if older else None
    if before is None or before.history_from >= of.history_from or before.datasets == of.datasets:
        return None
    return before


def definition(code: str) -> Definition:
    """The definition in force of an indicator; of a retired one its last."""
    return VERSIONS.get(_holding(VERSIONS.newest(code), clock.today()))


def _known(at: dt.datetime | None) -> Q:
    return Q(known_to=None) if at is None else Q(known_from__lte=at) & (Q(known_to=None) | Q(known_to__gt=at))


def _of_one_plan(rows: QuerySet[Value], plan_year: int | None = None) -> QuerySet[Value]:
    """Those of one plan year: the one named, or that which the newest period asks about first, the old one until it closes."""
    if plan_year is not None:
        return rows.filter(plan_year=plan_year)
    first = rows.order_by("-period_end", "plan_year").values("plan_year")[:1]
    return rows.filter(plan_year=Subquery(first))


def recent(
    of: Definition,
    *,
    place: str = "",
    agency: str = "",
    count: int = 30,
    known_at: dt.datetime | None = None,
    plan_year: int | None = None,
) -> list[ValueView]:
    """The last `count` values of an indicator for one place or agency, oldest first; all of one plan year.

    Unless one is named it is that of the newest value, in January the old one until it closes.
    """
    rows = Value.objects.filter(_known(known_at), indicator=of.code, place=place, agency=agency)
    rows = _of_one_plan(rows, plan_year)
    return [_view(row, of, known_at) for row in rows.order_by("-period_end").values(*_COLUMNS)[:count]][::-1]


_TRENDS = """
SELECT {columns}, t.days, t.points
FROM unnest(%(codes)s::text[]) AS wanted(code)
CROSS JOIN LATERAL (
    SELECT array_agg(r.period_end ORDER BY r.period_end) AS days, array_agg(r.value::float8 ORDER BY r.period_end) AS points,
        (array_agg(r.id ORDER BY r.period_end DESC))[1] AS newest
    FROM (
        SELECT id, period_end, value FROM indicators_value
        WHERE indicator = wanted.code AND place = %(place)s AND agency = %(agency)s AND {known} AND plan_year = (
            SELECT plan_year FROM indicators_value
            WHERE indicator = wanted.code AND place = %(place)s AND agency = %(agency)s AND {known}
            ORDER BY period_end DESC, plan_year LIMIT 1
        )
        ORDER BY period_end DESC LIMIT %(count)s
    ) AS r
) AS t
JOIN indicators_value AS v ON v.id = t.newest
"""
_KNOWN_NOW = "known_to IS NULL"
_KNOWN_THEN = "known_from <= %(at)s AND (known_to IS NULL OR known_to > %(at)s)"


def trends(
    of: Mapping[str, Definition],
    *,
    count: int,
    place: str = "",
    agency: str = "",
    known_at: dt.datetime | None = None,
) -> dict[str, Trend]:
    """Return the newest values of several indicators with their last `count` values, in one statement for all.

    They are the province's, or those of one place or agency.
    """
    columns = ", ".join(f"v.{name}" for name in _COLUMNS)
    statement = _TRENDS.format(columns=columns, known=_KNOWN_NOW if known_at is None else _KNOWN_THEN)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"codes": list(of), "count": count, "place": place, "agency": agency, "at": known_at})
        rows = cursor.fetchall()
    found = {}
    for *row, days, points in rows:
        values = dict(zip(_COLUMNS, row, strict=True))
        if isinstance(values["missing"], str):  # a cursor of our own reads JSON as text
            values["missing"] = json.loads(values["missing"])
        view = _view(values, of[row[1]], known_at)
        found[view.indicator] = Trend(view, tuple(days), tuple(points))
    return found


def same_period_last_year(
    of: Mapping[str, Definition], views: Iterable[ValueView], *, known_at: dt.datetime | None = None
) -> dict[str, ValueView]:
    """Return the values of the same period a year before, by indicator; `views` are of one place or agency, one each.

    For 29 February it is the 28th. What was not computed then is left out.
    """
    wanted = Q(pk__in=())
    for view in views:
        before = Period.parse(view.period).same_last_year().code
        year = view.plan_year - 1 if view.plan_year else 0
        wanted |= Q(indicator=view.indicator, period=before, place=view.place, agency=view.agency, plan_year=year)
    rows = Value.objects.filter(_known(known_at)).filter(wanted).values(*_COLUMNS)
    return {row["indicator"]: _view(row, of[row["indicator"]], known_at) for row in rows}


def known_since(codes: Iterable[str]) -> dt.datetime | None:
    """Return when the platform came to know its first value of any of these indicators; None before it did."""
    found = Settlement.objects.filter(definition__code__in=list(codes), changed__gt=0)
    first: dt.datetime | None = found.aggregate(first=Min("at"))["first"]
    return first


def series(
    of: Definition,
    *,
    place: str = "",
    agency: str = "",
    known_at: dt.datetime | None = None,
) -> list[ValueView]:
    """All values of an indicator for one place or agency, oldest first, the old plan year's before the new one's."""
    rows = Value.objects.filter(_known(known_at), indicator=of.code, place=place, agency=agency)
    return [_view(row, of, known_at) for row in rows.order_by("period_end", "plan_year").values(*_COLUMNS)]


def across(
    of: Definition,
    level: Level,
    period: str | None = None,
    *,
    known_at: dt.datetime | None = None,
    plan_year: int | None = None,
) -> list[ValueView]:
    """The values of one period (the newest, if none is named) of all places or all agencies, all of one plan year as in `recent`."""
    wanted = Value.objects.filter(_known(known_at), indicator=of.code)
    wanted = wanted.exclude(place="") if level == "place" else wanted.exclude(agency="")
    if period is None:
        period = wanted.order_by("-period_end").values_list("period", flat=True).first() or ""
    rows = _of_one_plan(wanted.filter(period=period), plan_year).order_by("place", "agency")
    return [_view(row, of, known_at) for row in rows.values(*_COLUMNS)]


def recent_across(of: Definition, level: Level, *, plan_year: int | None = None) -> list[ValueView]:
    """The values of the last days of all places or all agencies, those of one after those of another, oldest first.

    All are of one plan year, as in `recent`.
    """
    wanted = Value.objects.filter(indicator=of.code, known_to=None)
    wanted = wanted.exclude(place="") if level == "place" else wanted.exclude(agency="")
    wanted = _of_one_plan(wanted, plan_year)
    newest = wanted.aggregate(newest=Max("period_end"))["newest"]
    if newest is None:
        return []
    rows = wanted.filter(period_end__gt=newest - dt.timedelta(days=targets.DAYS_KEPT)).order_by(
        "place", "agency", "period_end"
    )
    return [_view(row, of) for row in rows.values(*_COLUMNS)]


def missing_behind(values: Iterable[int]) -> dict[int, Missing]:
    """What is missing behind some values, by id; those that lack nothing are left out."""
    rows = Value.objects.filter(pk__in=set(values), missing__isnull=False).values_list("pk", "missing")
    read = {pk: missing.from_json(kept) for pk, kept in rows}
    return {pk: found for pk, found in read.items() if found is not None}


def value(value_id: int) -> ValueView:
    """One value, known now or once, measured by its own version of the definition."""
    row = Value.objects.filter(pk=value_id).values(*_COLUMNS).first()
    if row is None:
        raise errors.Missing("indicators.no_value", N_("There is no value %(value)s."), value=value_id)
    return _view(row, _settled_by(row["settlement_id"])[1])


def lineage(value_id: int) -> Lineage:
    """Where a value comes from."""
    view = value(value_id)
    settlement, of = _settled_by(view.settlement)
    sources = tuple(
        Source(source["dataset"], source["snapshot"], source["run"], tuple(source.get("short", ())))
        for source in settlement.sources
    )
    return Lineage(view, of, settlement.at, settlement.engine, sources)


def past_of(view: ValueView) -> list[ValueView]:
    """What was known for the same period, place and agency before and after, newest first."""
    rows = Value.objects.filter(
        indicator=view.indicator,
        period=view.period,
        place=view.place,
        agency=view.agency,
        plan_year__in={0, view.plan_year},  # before there were plan years a period had one value
    )
    of = _settled_by(view.settlement)[1]
    return [_view(row, of) for row in rows.order_by("-known_from", "-pk").values(*_COLUMNS)]


def path(of: Definition, days: Iterable[dt.date], plan_year: int = 0) -> list[tuple[dt.date, Decimal]]:
    """The target path on some days; days outside it are left out."""
    found = ((day, targets.target_on(of, day, plan_year)) for day in days)
    return [(day, target) for day, target in found if target is not None]


def using(dataset: str) -> list[str]:
    """The codes of the indicators in force that are computed from a dataset."""
    return [row.code for row in _in_force() if row.active and dataset in row.datasets]


def _settled_by(settlement: int) -> tuple[Settlement, Definition]:
    row = Settlement.objects.select_related("definition").get(pk=settlement)
    return row, VERSIONS.get(row.definition)


def _view(row: dict[str, Any], of: Definition, known_at: dt.datetime | None = None) -> ValueView:
    target = targets.target_on(of, row["period_end"], row["plan_year"])
    today = local_date(known_at) if known_at else clock.today()
    known_on = local_date(row["known_from"])
    enough = targets.is_judged(of, Period.parse(row["period"]), known_on, today, row["denominator"])
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
        plan_year=row["plan_year"],
        missing=missing.from_json(row["missing"]),
        judged=enough,
    )


# ── what the search finds ────────────────────────────────────────────────────────────────────────────────────────────

KIND, VIEW = "indicator", "indicators.view"


def found(codes: Iterable[str]) -> Iterator[search.Item]:
    """Return how the indicators in force with some codes are found: by code, names in both languages, and legal basis."""
    known = definitions()
    for code in codes:
        of = known.get(code)
        if of is not None:
            names = (of.name_en, of.short_name, of.short_name_en, *of.legal_basis)
            yield search.Item(
                kind=KIND,
                id=code,
                title=of.name,
                text=" ".join((code, *names)),
                act=VIEW,
                also=((VIEW, search.ANYWHERE),),
                url=addresses.to("indicator", code),
                at=dt.datetime.combine(of.history_from, dt.time(), HCM),
            )


def described(_person: Person | None, codes: Sequence[str]) -> dict[str, Described]:
    """Say of each indicator its code and who answers for it."""
    known = definitions()
    names = words.agency_names(known[code].responsible for code in codes if code in known)
    return {
        code: Described(note=f"{code} · {names.get(known[code].responsible, '')}".rstrip(" ·"))
        for code in codes
        if code in known
    }


SOURCE = search.Source(definitions, found, also=lambda: (VIEW,), pack=True)
