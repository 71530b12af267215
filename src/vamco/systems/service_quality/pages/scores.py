"""The shadow score: offices in order, one office with its groups, and the dossiers behind a part of it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.lib.time import read_date
from vamco.systems.service_quality import public
from vamco.web import casework
from vamco.web.components import Cell, Column, Link, Table, Tone
from vamco.web.date_fields import DayField
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase

    from vamco.kernel.world.agencies.public import Agency
    from vamco.systems.service_quality.public import PartScore, Points, Score

BANDS: Final = {
    "excellent": _l("Excellent"),
    "good": _l("Good"),
    "fair": _l("Fair"),
    "average": _l("Average"),
    "weak": _l("Weak"),
}
_TONES: Final = {
    "excellent": Tone.OK,
    "good": Tone.OK,
    "fair": Tone.WATCH,
    "average": Tone.WARNING,
    "weak": Tone.URGENT,
}
_LEAGUE: Final = (
    Column(label=_l("Receiving office")),
    Column(label=_l("Certain points"), number=True),
    Column(label=_l("Possible points"), number=True),
    Column(label=_l("Class")),
)
_PARTS: Final = (
    Column(label=_l("Indicator")),
    Column(label=_l("Certain points"), number=True),
    Column(label=_l("Possible points"), number=True),
    Column(label=_l("At most"), number=True),
    Column(label=_l("Counted")),
)
_DOSSIERS: Final = (
    Column(label=_l("Dossier")),
    Column(label=_l("Day")),
    Column(label=_l("Counts for the office")),
)


class DayForm(forms.Form):
    """Up to which day."""

    day = DayField(label=_l("Day"), required=False)


@page(public.VIEW)
def league(request: Request) -> HttpResponseBase:
    """The offices that the reader may see, the best certain score first."""
    day, reader = _day(request), signed_in(request)
    codes = [code for code in public.offices() if access.allow(reader, public.VIEW, agencies.get(code))]
    found = sorted(public.scores(codes, day), key=lambda each: (-each.points.least, each.office))
    rows = tuple(_office_row(each, day) for each in found)
    table = Table(caption=_("Offices"), columns=_LEAGUE, rows=rows, hide_caption=True)
    context = {"table": table, "day": day, "first": day.replace(day=1), "form": DayForm(initial={"day": day})}
    return render(request, "service_quality/league.html", context)


@page(public.VIEW)
def office(request: Request, agency_code: str) -> HttpResponseBase:
    """One office: each group and indicator, and where nothing can be said."""
    agency, day = _agency(request, agency_code), _day(request)
    score = public.score(agency.code, day)
    groups = [
        {
            "name": either(each.group.name, each.group.name_en),
            "least": _points(each.points.least),
            "most": _points(each.points.most),
            "full": _points(each.group.most),
            "table": Table(
                caption=either(each.group.name, each.group.name_en),
                columns=_PARTS,
                rows=tuple(_part_row(part, agency, day) for part in each.parts),
                hide_caption=True,
            ),
        }
        for each in score.groups
    ]
    context = {
        "agency": agency,
        "score": score,
        "least": _points(score.points.least),
        "most": _points(score.points.most),
        "tone": _tone(score.points),
        "band": _band(score.points),
        "groups": groups,
        "day": day,
        "crumbs": [Link(_("Quality of service"), reverse("service_quality:league"))],
    }
    return render(request, "service_quality/office.html", context)


@page(public.VIEW)
def counted(request: Request, measured: str, measure: str) -> HttpResponseBase:
    """The dossiers that an indicator of an office counted."""
    agency, day, reader = _agency(request, measured), _day(request), signed_in(request)
    part = next(
        (
            each
            for group in public.score(agency.code, day).groups
            for each in group.parts
            if each.part.measure == measure
        ),
        None,
    )
    if part is None:
        raise Missing("service_quality.no_measure", N_("The score has no such indicator."))
    found = list(public.counted(agency.code, part.part.measure, day))
    links = casework.links(reader, (each.case for each in found))
    rows = tuple(
        (
            Cell(text=each.number, url=links.get(each.case, "")),
            Cell(moment=each.day),
            Cell(text=_("yes") if each.counts else _("no"), tone=Tone.OK if each.counts else Tone.WARNING),
        )
        for each in found
    )
    context = {
        "agency": agency,
        "name": either(part.part.name, part.part.name_en),
        "ratio": part.ratio,
        "table": Table(caption=_("Dossiers"), columns=_DOSSIERS, rows=rows, hide_caption=True),
        "day": day,
        "crumbs": [
            Link(_("Quality of service"), reverse("service_quality:league")),
            Link(agency.name, f"{reverse('service_quality:office', args=[agency.code])}?day={day.isoformat()}"),
        ],
    }
    return render(request, "service_quality/counted.html", context)


def _agency(request: Request, code: str) -> Agency:
    """Return an office whose score the reader may see; to others it has none."""
    found = agencies.find(code)
    if found is None or not access.allow(signed_in(request), public.VIEW, found):
        raise Missing("service_quality.no_office", N_("There is no score of this office."))
    return found


def _day(request: Request) -> dt.date:
    """Return the day that is asked for, today where none is, or a later one."""
    today = clock.today()
    return min(read_date(request.GET.get("day", "")) or today, today)


def _office_row(score: Score, day: dt.date) -> tuple[Cell, ...]:
    url = f"{reverse('service_quality:office', args=[score.office])}?day={day.isoformat()}"
    return (
        Cell(text=agencies.get(score.office).name, url=url),
        _figure(score.points.least),
        _figure(score.points.most),
        Cell(text=_band(score.points), tone=_tone(score.points)),
    )


def _part_row(part: PartScore, agency: Agency, day: dt.date) -> tuple[Cell, ...]:
    code = part.part.measure
    dossiers = code in _COUNTED and part.ratio is not None and part.ratio.total > 0
    url = f"{reverse('service_quality:counted', args=[agency.code, code])}?day={day.isoformat()}" if dossiers else ""
    return (
        Cell(text=either(part.part.name, part.part.name_en)),
        _figure(part.points.least),
        _figure(part.points.most),
        _figure(part.part.most),
        Cell(text=_why(part), url=url),
    )


_COUNTED: Final = {"synced", "on_time", "online_filed", "stored", "satisfied"}


def _why(part: PartScore) -> str:
    if part.why == "exempt":
        return _("the decision exempts this office")
    if part.why == "no_source" or part.ratio is None:
        return _("no data")
    if part.why == "no_cases":
        return _("no cases yet")
    return _("%(counted)s of %(total)s") % {"counted": part.ratio.counted, "total": part.ratio.total}


def _band(points: Points) -> str:
    reached = public.bands(points)
    if len(reached) == 1:
        return str(BANDS[reached[0]])
    return _("%(low)s to %(high)s") % {"low": BANDS[reached[0]], "high": str(BANDS[reached[-1]]).lower()}


def _tone(points: Points) -> Tone:
    reached = public.bands(points)
    return _TONES[reached[0]] if len(reached) == 1 else Tone.NONE


def _figure(points: Decimal) -> Cell:
    return Cell(text=_points(points), value=points.quantize(Decimal("0.01")))


def _points(points: Decimal) -> str:
    text = f"{points.quantize(Decimal('0.01')):f}"
    return text.replace(".", ",") if _language() == "vi" else text


def _language() -> str:
    from django.utils.translation import get_language

    return (get_language() or "vi")[:2]
