"""Datasets, runs, quarantine; dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.world.access import public as access
from vamco.lib.errors import VamcoError
from vamco.systems.desk import letter_page, run_page
from vamco.systems.desk.forms import RunFilter
from vamco.systems.desk.pages.answers import download
from vamco.systems.hub import public as hub
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

PER_PAGE = 50


@page("hub.view_runs")
def datasets(request: Request) -> HttpResponseBase:
    """How fresh and how good the data are, and where they come from."""
    now, person = clock.now(), signed_in(request)
    found = hub.freshness(now)
    context = {
        "tabs": run_page.tabs("datasets"),
        "datasets": run_page.datasets(found) if found else None,
        "sources": run_page.sources(hub.sources(), person, now),
        "letters": access.allow(person, "desk.retry_dead_letter"),
    }
    return render(request, "desk/runs.html", context)


@page("desk.retry_dead_letter")
def letters(request: Request) -> HttpResponseBase:
    """What could not be handled."""
    shown = Paginator(events.dead_letters(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "desk/letters.html", {"page": shown, "letters": letter_page.shown(shown.object_list)})


@page("desk.retry_dead_letter", methods=("POST",))
def retry(request: Request, letter: int) -> HttpResponseBase:
    """Sends a dead letter on its way again."""
    events.retry(letter)
    messages.success(request, _("The news is on its way again."))
    return redirect("desk:letters")


@page("hub.view_runs")
def runs(request: Request) -> HttpResponseBase:
    """The latest runs."""
    raise NotImplementedError


@page("hub.view_runs")
def run(request: Request, run_id: int) -> HttpResponseBase:
    """One run."""
    raise NotImplementedError


@page("hub.view_runs")
def source_file(request: Request, run_id: int) -> HttpResponseBase:
    """The file as it came."""
    raise NotImplementedError


@page("hub.collect", methods=("POST",))
def collect(request: Request, source: str) -> HttpResponseBase:
    """Starts a collection."""
    raise NotImplementedError
