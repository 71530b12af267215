"""For who manages a hall: figures of a day, and its screens and kiosks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.lib.errors import VamcoError
from vamco.systems.tickets import queries
from vamco.systems.tickets.contracts import MANAGE
from vamco.systems.tickets.pages import wording
from vamco.systems.tickets.services import devices
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Cell, Column, Fact, Link, Table
from vamco.web.date_fields import DayField
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either, number

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase

    from vamco.kernel.world.agencies.public import Agency
    from vamco.systems.tickets.contracts import Figures
    from vamco.systems.tickets.declaration import HallItem

KINDS = {"screen": _l("Calling screen"), "kiosk": _l("Kiosk for numbers")}


class DayForm(forms.Form):
    """The day that is looked at."""

    day = DayField(label=_l("Day"), required=False)


class DeviceForm(forms.Form):
    """A device to set up."""

    kind = forms.ChoiceField(label=_l("Kind"), choices=list(KINDS.items()))
    name = forms.CharField(label=_l("Where the device stands"), max_length=60)


@page(MANAGE)
def managed(request: Request) -> HttpResponseBase:
    """Let the reader choose among the halls that they manage."""
    found = queries.halls_of(signed_in(request), MANAGE)
    links = [Link(either(each.name, each.name_en), reverse("tickets:figures", args=[each.agency])) for each in found]
    return render(request, "tickets/managed.html", {"links": links})


@page(MANAGE, methods=("GET", "HEAD", "POST"))
def figures(request: Request, managed_hall: str) -> HttpResponseBase:
    """Show what a day in the hall looked like, and its devices; a POST sets a device up."""
    person = signed_in(request)
    office = queries.managed(person, managed_hall)
    form, refusal, address = DeviceForm(), NOTHING_SENT, ""
    if request.method == "POST":
        form = DeviceForm(request.POST)
        outcome = attempt(form, lambda data: devices.set_up(office.code, data["kind"], data["name"], person))
        if isinstance(outcome, Refusal):
            refusal = outcome
        else:
            address = request.build_absolute_uri(reverse("tickets:start", args=[outcome[1]]))
            form = DeviceForm()
    asked = DayForm(request.GET)
    day = (asked.cleaned_data["day"] if asked.is_valid() else None) or clock.today()
    context = _context(office, day) | {
        "form": form,
        "refusal": refusal,
        "address": address,
        "qr": wording.qr(address) if address else "",
        "day_form": DayForm(initial={"day": day}),
    }
    return render(request, "tickets/figures.html", context, status=refusal.status)


@page(MANAGE, methods=("POST",))
def revoke(request: Request, screens_hall: str) -> HttpResponseBase:
    """Take a device out of use."""
    office = queries.managed(signed_in(request), screens_hall)
    which = request.POST.get("device", "")
    try:
        devices.revoke(int(which) if which.isdecimal() and len(which) < 10 else 0, office.code, signed_in(request))  # noqa: PLR2004
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
    else:
        messages.success(request, _("The device shows nothing any more."))
    return redirect("tickets:figures", office.code)


def _context(office: Agency, day: dt.date) -> dict[str, Any]:
    item, found = queries.hall(office.code), queries.figures(office, day)
    return {
        "hall": either(item.name, item.name_en),
        "office": office.code,
        "day": day,
        "today": day == clock.today(),
        "facts": _facts(found),
        "services": [(wording.service(item, letter), count) for letter, count in found.by_service.items()],
        "hours": _hours(found),
        "counters": _counters(item, office),
        "devices": [(each.pk, str(KINDS.get(each.kind, "")), each.name) for each in queries.devices(office)],
        "crumbs": [Link(_("Waiting in the hall"), reverse("tickets:managed")), Link(either(item.name, item.name_en))],
    }


def _facts(found: Figures) -> list[Fact]:
    return [
        Fact(term=_("Waiting now"), text=number(found.waiting)),
        Fact(term=_("The first of them has waited"), text=wording.span(found.waiting_longest_s)),
        Fact(term=_("At a counter"), text=number(found.at_counter)),
        Fact(term=_("Served"), text=number(found.served)),
        Fact(term=_("Median wait"), text=wording.span(found.median_wait_s)),
        Fact(term=_("Longest wait"), text=wording.span(found.longest_wait_s)),
        Fact(term=_("Median time at the counter"), text=wording.span(found.median_service_s)),
        Fact(term=_("Called, and nobody came"), text=number(found.no_shows)),
        Fact(term=_("Given up by its holder"), text=number(found.left)),
        Fact(term=_("Not called by the end of the day"), text=number(found.expired)),
    ]


def _hours(found: Figures) -> Table:
    rows = tuple(
        (
            f"{each.hour:02d}:00–{each.hour + 1:02d}:00",
            Cell(text=number(each.taken), value=each.taken),
            Cell(text=number(each.served), value=each.served),
            wording.span(each.median_wait_s),
        )
        for each in found.by_hour
    )
    heads = (_("Hour"), _("Numbers taken"), _("Served"), _("Median wait"))
    columns = tuple(Column(label=head, number=place > 0) for place, head in enumerate(heads))
    return Table(caption=_("By hour"), columns=columns, rows=rows)


def _counters(item: HallItem, office: Agency) -> list[tuple[int, str, str]]:
    standing = {each.counter: each.text for each in queries.screen(office).at_counters}
    return [
        (each.number, each.clerk.name if each.clerk else "", standing.get(each.number, ""))
        for each in queries.counters(office)
        if item.counter(each.number)
    ]
