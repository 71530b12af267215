"""Offices with their hours, and the directory of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.systems.portal import public
from vamco.systems.portal.contracts import ServiceMode, ServiceState
from vamco.systems.portal.pages import finding
from vamco.web import words
from vamco.web.components import Link
from vamco.web.pages import PUBLIC, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request

_SHOWN: Final = 20
_MODES: Final = {
    ServiceMode.OWN: _l("the province’s own"),
    ServiceMode.UNTIL_IT_RUNS: _l("the province’s, until the national platform runs"),
    ServiceMode.CONNECTOR: _l("connected to the national platform"),
    ServiceMode.NATIONAL: _l("national platform"),
}
_STATES: Final = {
    ServiceState.RUNS: ("ok", _l("In use")),
    ServiceState.TRIAL: ("watch", _l("On trial")),
    ServiceState.COMING: ("none", _l("Not yet in use")),
}


@page(PUBLIC)
def offices(request: Request) -> HttpResponseBase:
    """Show where people are served: by words, or the nearest to a commune."""
    asked, near = finding.typed(request.GET.get("q", "")), request.GET.get("place", "")
    found = public.offices(asked, near)
    every = request.GET.get("all") == "1"
    context = {
        "offices": found if every else found[:_SHOWN],
        "more": 0 if every else max(0, len(found) - _SHOWN),
        "words": asked,
        "near": near,
        "communes": finding.communes(),
        "crumbs": [Link(_("Home"), "/"), Link(_("Offices and hours"), reverse("portal:offices"))],
    }
    return render(request, "portal/offices.html", context)


@page(PUBLIC)
def services(request: Request) -> HttpResponseBase:
    """Show the directory: what each service is for, whose it is, who runs it, how far it is."""
    rows = [
        {
            "name": words.either(one.name, one.name_en),
            "purpose": words.either(one.purpose, one.purpose_en),
            "runs_it": words.either(one.runs_it, one.runs_it_en),
            "mode": _MODES[one.mode],
            "tone": _STATES[one.state][0],
            "state": _STATES[one.state][1],
            "url": one.url,
            "national": one.mode is ServiceMode.NATIONAL,
        }
        for one in public.services()
    ]
    context = {
        "own": [row for row in rows if not row["national"]],
        "national": [row for row in rows if row["national"]],
        "crumbs": [Link(_("Home"), "/"), Link(_("All services"), reverse("portal:services"))],
    }
    return render(request, "portal/services.html", context)
