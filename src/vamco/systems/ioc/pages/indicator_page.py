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
from vamco.systems.ioc.pages import coverage, figures, place_map
from vamco.systems.warnings import public as warnings
from vamco.web import addresses
from vamco.web.components import Cell, Chart, Column, Fact, Link, Role, Series, Table
from vamco.web.context import whole_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import Definition, ValueView

RECENT = 30
WEEK = 7


@dataclass(frozen=True)
class Where:
    """Of what the page shows the value: the province, or one commune or agency."""

    place: str = ""
    agency: str = ""
    name: str = ""

    @classmethod
    def read(cls, place: str, agency: str) -> Where:
        """From what the address says; Missing when there is no such commune or agency."""
        if place:
            return cls(place=place, name=places.get(place, clock.today()).full_name)
        if agency:
            return cls(agency=agency, name=agencies.get(agency).name)
        return cls()

    @property
    def whole(self) -> bool:
        """True for the province."""
        return not (self.place or self.agency)


def context(of: Definition, where: Where, person: Person | None) -> dict[str, Any]:
    """All parts of the page."""
    views = indicators.series(of, place=where.place, agency=where.agency)
    newest = views[-1] if views else None
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
        "chart": chart(of, where, views) if newest else None,
        "map": place_map.draw(of) if where.whole and "place" in of.levels else None,
        "ranking": ranking(of) if where.whole and "agency" in of.levels else None,
        "facts": facts(of),
        "path": path_table(of, newest.period_end.year if newest else clock.today().year),
        "alarms": alarm_table(of, alarms),
        "issue_url": _issue_url(of, alarms, person),
        "differences": coverage.explain(of, newest),
        "crumbs": [
            Link(_("Leaders’ board"), reverse("ioc:board")),
            Link(wording.name(of, short=True), "" if where.whole else url),
            *([] if where.whole else [Link(where.name)]),
        ],
    }


def _trend(views: Sequence[ValueView]) -> Trend | None:
    if not views:
        return None
    return Trend(views[-1], tuple(view.period_end for view in views), tuple(_number(view) for view in views))


def chart(of: Definition, where: Where, views: Sequence[ValueView]) -> Chart:
    """The year so far against its path and against the year before; weekly points for daily values."""
    newest = views[-1]
    by_day = {view.period_end: view for view in views}
    days = _chart_days(of, newest.period_end)
    actual = tuple(_number(by_day.get(day)) for day in days)
    before = tuple(_number(by_day.get(_year_before(day))) for day in days)
    targets = dict(indicators.path(of, days))
    lines = [Series(name=_("Value"), values=actual)]
    if any(targets.get(day) is not None for day in days):
        path = tuple(float(targets[day]) if day in targets else None for day in days)
        lines.append(Series(name=wording.target_name(of, newest.period_end), values=path, role=Role.TARGET))
    if any(value is not None for value in before):
        lines.append(Series(name=_("Year before"), values=before, role=Role.PREVIOUS))
    said = {"date": wording.period(newest.period), "value": wording.with_unit(of, newest.value)}
    gap = "" if newest.gap is None else f", {wording.gap(of, newest.gap)}"
    message = _("%(date)s: %(value)s") % said
    return Chart(
        id="history",
        title=where.name or whole_unit(),
        message=f"{message}{gap}.",
        points=tuple(wording.period(day.isoformat() if of.frequency == "day" else day.isoformat()[:7]) for day in days),
        series=tuple(_scale_lines(of, lines)),
        unit=wording.unit(of),
        decimals=1 if of.unit == "dong" else of.decimals,
        from_zero=of.unit != "percent",
    )


def _chart_days(of: Definition, newest: dt.date) -> list[dt.date]:
    first = dt.date(newest.year, 1, 1)
    if of.frequency != "day":
        ends = [dt.date(newest.year, month, 1) - dt.timedelta(days=1) for month in range(2, 13)]
        return [*ends, dt.date(newest.year, 12, 31)]
    days = {first + dt.timedelta(days=n) for n in range(0, 365, WEEK)}
    return sorted(days | {newest, dt.date(newest.year, 12, 31)})


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


def ranking(of: Definition) -> Table | None:
    """The agencies from the one that needs attention to the one that needs none."""
    views = [view for view in indicators.across(of, "agency") if view.value is not None]
    if not views:
        return None
    names = {agency.code: agency for agency in agencies.of_kind()}
    url = reverse("ioc:indicator", args=[of.code])
    worst_first = sorted(views, key=lambda view: (view.value or 0) * (-1 if of.direction == "down" else 1))
    return Table(
        caption=_("By agency, %(date)s") % {"date": wording.period(views[0].period)},
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
                wording.figure(of, view.value),
                wording.gap(of, view.gap) or "–",
                Cell(text=_("Where it comes from"), url=reverse("ioc:lineage", args=[view.id])),
            )
            for view in worst_first
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


def alarm_table(of: Definition, alarms: Sequence[Any]) -> Table | None:
    """Open alarms of the indicator, with the directives that answer them."""
    if not alarms:
        return None
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
                wording.figure(of, alarm.value),
                wording.gap(of, alarm.gap),
                Cell(moment=alarm.raised_at),
                Cell(text=alarm.directive_number, url=addresses.to("case", alarm.directive))
                if alarm.directive and alarm.handling == "directed"
                else "–",
            )
            for alarm in alarms
        ),
    )
