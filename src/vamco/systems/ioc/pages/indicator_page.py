"""What the page of one indicator shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.time import Period
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.contracts import Trend
from vamco.systems.indicators.public import wording
from vamco.systems.ioc.pages import coverage, figures, place_map, territory
from vamco.systems.warnings import public as warnings
from vamco.web import casework
from vamco.web.components import Cell, Chart, Column, Fact, Link, Role, Series, Table
from vamco.web.context import whole_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import Definition, ValueView
    from vamco.systems.ioc.pages.territory import Break

RECENT = 30
WEEK = 7
YEAR_DIGITS = 4


@dataclass(frozen=True)
class Where:
    """Of what the page shows the value: the province, or one commune or agency."""

    place: str = ""
    agency: str = ""
    name: str = ""
    year: int = 0  # the plan year; 0 for the one that the newest value asks about first

    @classmethod
    def read(cls, place: str, agency: str, year: str = "") -> Where:
        """From what the address says; Missing when there is no such commune or agency."""
        plan = int(year) if year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS else 0
        if place:
            return cls(place=place, name=places.get(place, clock.today()).full_name, year=plan)
        if agency:
            return cls(agency=agency, name=agencies.get(agency).name, year=plan)
        return cls(year=plan)

    @property
    def whole(self) -> bool:
        """True for the province."""
        return not (self.place or self.agency)


def context(of: Definition, where: Where, person: Person | None) -> dict[str, Any]:
    """All parts of the page."""
    every = indicators.series(of, place=where.place, agency=where.agency)
    year = _plan_year(every, where.year)
    views = [view for view in every if view.plan_year == year]
    newest = views[-1] if views else None
    breaks = [*(territory.breaks(where.place) if where.place else []), *territory.source_breaks(of)]
    alarms = warnings.open_alarms(person, indicator=of.code)
    subject = where.place or where.agency
    own = sum(alarm.handling == "directed" for alarm in alarms if alarm.subject == subject)
    url = reverse("ioc:indicator", args=[of.code])
    return {
        "of": of,
        "name": wording.name(of),
        "where": where,
        "newest": newest,
        "card": figures.card(
            of,
            _trend(views[-RECENT:]),
            level=warnings.levels(subject=subject).get(of.code, 0),
            directives=warnings.directives_by_indicator().get(of.code, 0) if where.whole else own,
            url=url,
            today=clock.today(),
            synthetic=settings.VAMCO_DEMO,
            before=indicators.same_period_last_year({of.code: of}, views[-1:]).get(of.code),
        ),
        "plans": plans(of, where, every, year),
        "chart": chart(of, where, views, every, breaks=breaks) if newest else None,
        "map": place_map.draw(of, year) if where.whole and "place" in of.levels else None,
        "ranking": ranking(of, year) if where.whole and "agency" in of.levels else None,
        "facts": facts(of),
        "path": path_table(of, (year or newest.period_end.year) if newest else of.plan_year(clock.today())),
        "alarms": alarm_table(of, alarms, person),
        "issue_url": _issue_url(of, alarms, person),
        "differences": [*coverage.explain(of, newest), *territory.say(breaks)],
        "crumbs": [
            Link(_("Leaders’ board"), reverse("ioc:board")),
            Link(wording.name(of, short=True), "" if where.whole else url),
            *([] if where.whole else [Link(where.name)]),
        ],
    }


def _open_plans(every: Sequence[ValueView]) -> set[int]:
    """The plan years that the newest period asks about."""
    newest = max((view.period_end for view in every), default=None)
    return {view.plan_year for view in every if view.period_end == newest}


def _plan_year(every: Sequence[ValueView], wanted: int) -> int:
    """The plan year that is shown: the one wanted, or that which the newest period asks about first, the old one until it closes."""
    known = {view.plan_year for view in every}
    return wanted if wanted in known else min(_open_plans(every), default=0)


def plans(of: Definition, where: Where, every: Sequence[ValueView], year: int) -> list[Link]:
    """The plan years that are open at once, as views of the page; none while there is one only."""
    years = sorted(_open_plans(every) | {year}) if year else []
    if len(years) < 2:  # noqa: PLR2004  # one needs no choice
        return []
    narrowed = f"place={where.place}&" if where.place else f"agency={where.agency}&" if where.agency else ""
    text = _("Plan of %(year)s, closes on %(day)s")
    return [
        Link(
            text % {"year": each, "day": wording.period(of.closing(each).isoformat())},
            f"{reverse('ioc:indicator', args=[of.code])}?{narrowed}year={each}",
            current=each == year,
        )
        for each in years
    ]


def _trend(views: Sequence[ValueView]) -> Trend | None:
    if not views:
        return None
    return Trend(views[-1], tuple(view.period_end for view in views), tuple(_number(view) for view in views))


def chart(
    of: Definition,
    where: Where,
    views: Sequence[ValueView],
    every: Sequence[ValueView] = (),
    *,
    breaks: Sequence[Break] = (),
) -> Chart:
    """The year so far against its path and against the year before; weekly points for daily values.

    `views` are those of the year, `every` also those of other plan years.
    """
    newest = views[-1]
    by_day = {view.period_end: view for view in views}
    last_plan = newest.plan_year - 1 if newest.plan_year else 0
    by_day_before = {view.period_end: view for view in every or views if view.plan_year == last_plan}
    days = _chart_days(of, newest.period_end, newest.plan_year)
    actual = tuple(_number(by_day.get(day)) for day in days)
    before = tuple(_number(by_day_before.get(_year_before(day))) for day in days)
    targets = dict(indicators.path(of, days, newest.plan_year))
    lines = [Series(name=_("Value"), values=actual)]
    if any(targets.get(day) is not None for day in days):
        path = tuple(float(targets[day]) if day in targets else None for day in days)
        lines.append(Series(name=wording.target_name(of, newest.period_end), values=path, role=Role.TARGET))
    if any(value is not None for value in before):
        lines.append(Series(name=_("Year before"), values=before, role=Role.PREVIOUS))
    said = {"date": wording.period(newest.period), "value": wording.with_unit(of, newest.value)}
    gap = f", {away}" if (away := figures.gap(of, newest) or wording.unjudged(newest)) else ""
    message = _("%(date)s: %(value)s") % said
    return Chart(
        id="history",
        title=where.name or whole_unit(),
        message=" ".join((f"{message}{gap}.", *territory.say(breaks))),
        lacks=wording.lacks(of, newest.missing),
        marks=tuple(territory.marks(breaks, days)),
        points=tuple(wording.period(day.isoformat() if of.frequency == "day" else day.isoformat()[:7]) for day in days),
        series=tuple(_scale_lines(of, lines)),
        unit=wording.unit(of),
        decimals=1 if of.unit == "dong" else of.decimals,
        from_zero=of.unit != "percent",
    )


def _chart_days(of: Definition, newest: dt.date, plan_year: int = 0) -> list[dt.date]:
    """The days of the year's chart, a plan year's to its closing."""
    year = plan_year or newest.year
    first, last = dt.date(year, 1, 1), of.closing(year)
    if of.frequency != "day":
        found, month = [], Period.containing(first, "month")
        while month.end <= last:
            found.append(month.end)
            month = month.next()
        return found
    days = {first + dt.timedelta(days=n) for n in range(0, (last - first).days, WEEK)}
    return sorted(days | {newest, dt.date(year, 12, 31), last})


def _year_before(day: dt.date) -> dt.date:
    return Period(day, "day").same_last_year().start


def _number(view: ValueView | None) -> float | None:
    return None if view is None or view.value is None else float(view.value)


def _scale_lines(of: Definition, lines: list[Series]) -> list[Series]:
    """Amounts of money in the unit that the page shows them in."""
    if of.unit != "dong":
        return lines
    divide = float(wording.BN)
    return [
        Series(name=line.name, role=line.role, values=tuple(None if v is None else v / divide for v in line.values))
        for line in lines
    ]


def ranking(of: Definition, year: int | None = None) -> Table | None:
    """The agencies from the one that needs attention to the one that needs none; those that have not reported come last."""
    found = indicators.across(of, "agency", plan_year=year)
    views = [view for view in found if view.value is not None]
    silent = [view for view in found if view.value is None and view.missing and view.missing.expected == 1]
    if not (views or silent):
        return None
    names = {agency.code: agency for agency in agencies.of_kind()}
    url = reverse("ioc:indicator", args=[of.code])
    worst_first = sorted(views, key=lambda view: (view.value or 0) * (-1 if of.direction == "down" else 1))
    return Table(
        caption=_("By agency, %(date)s") % {"date": wording.period(found[0].period)},
        hide_caption=True,
        columns=(
            Column(label=_("Agency")),
            Column(label=wording.unit(of) or _("Value"), number=True),
            Column(label=_("Against the target")),
            Column(label=_("Source")),
        ),
        rows=tuple(
            (
                Cell(
                    text=names[view.agency].name if view.agency in names else view.agency,
                    url=f"{url}?agency={view.agency}",
                ),
                Cell(text=wording.figure(of, view.value) or "–", lacks=wording.lacks(of, view.missing)),
                wording.unjudged(view) or wording.gap(of, view.gap) or "–",
                Cell(text=_("Where it comes from"), url=reverse("ioc:lineage", args=[view.id])),
            )
            for view in (*worst_first, *silent)
        ),
        sortable_here=True,
    )


def facts(of: Definition) -> list[Fact]:
    """What the indicator is, who answers for it, on what it rests."""
    counted = "; ".join(figures.dataset(name) for name in of.datasets)
    return [
        Fact(
            term=_("Code and version"), text=_("%(name)s, version %(number)s") % {"name": of.code, "number": of.version}
        ),
        Fact(term=_("Why this version"), text=of.reason),
        Fact(term=_("Owner of the data"), text=_agency(of.owner)),
        Fact(term=_("Answers for the result"), text=_agency(of.responsible)),
        Fact(term=_("Counted from"), text=counted),
        Fact(term=_("Legal basis"), text="; ".join(of.legal_basis) or "–"),
    ]


def _agency(code: str) -> str:
    found = agencies.find(code)
    return found.name if found else code


def path_table(of: Definition, year: int) -> Table | None:
    """The points of the year's path, each with its source."""
    points = of.paths.get(year)
    if not points:
        return None
    kinds = {
        "definition": _("by definition"),
        "published": _("published"),
        "derived": _("derived"),
        "proposed": _("proposed"),
    }
    return Table(
        caption=_("Target path %(year)s, by points; a monotone curve runs between them") % {"year": year},
        hide_caption=True,
        columns=(
            Column(label=_("Day")),
            Column(label=_("Target"), number=True),
            Column(label=_("Kind")),
            Column(label=_("Source")),
        ),
        rows=tuple(
            (wording.period(point.on.isoformat()), wording.with_unit(of, point.value), kinds[point.kind], point.source)
            for point in points
        ),
    )


def _issue_url(of: Definition, alarms: Sequence[Any], person: Person | None) -> str:
    """Where directives are issued for the alarms that none answers yet; "" where there are none, or for others."""
    open_ones = any(alarm.handling in {"new", "confirmed"} for alarm in alarms)
    may = open_ones and access.allow(person, "warnings.issue_directive")
    return reverse("warnings:issue", args=[of.code]) if may else ""


def alarm_table(of: Definition, alarms: Sequence[Any], person: Person | None) -> Table | None:
    """Open alarms of the indicator, with the directives that answer them: a link only for who may see the directive."""
    if not alarms:
        return None
    directives = casework.links(person, (alarm.directive for alarm in alarms))
    lacking = indicators.missing_behind(alarm.value_id for alarm in alarms if alarm.value_id)
    return Table(
        caption=_("Open alarms"),
        hide_caption=True,
        sortable_here=True,
        columns=(
            Column(label=_("Agency")),
            Column(label=_("Level")),
            Column(label=_("Value"), number=True),
            Column(label=_("Against the target")),
            Column(label=_("Since")),
            Column(label=_("Directive")),
        ),
        rows=tuple(
            (
                Cell(text=alarm.agency_name, url=reverse("warnings:alarm", args=[alarm.id])),
                Cell(text="", tone=figures.TONES[alarm.level], note=_("Unknown") if alarm.doubt else ""),
                Cell(text=wording.figure(of, alarm.value), lacks=wording.lacks(of, lacking.get(alarm.value_id))),
                wording.gap(of, alarm.gap),
                Cell(moment=alarm.raised_at),
                Cell(
                    text=alarm.directive_number,
                    url=directives.get(alarm.directive, ""),
                )
                if alarm.directive and alarm.handling == "directed"
                else "–",
            )
            for alarm in alarms
        ),
    )
