"""Datasets, sources, runs, quarantine, dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.pages import letter_page, run_access, run_page
from vamco.systems.hub.pages.forms import DiscardForm
from vamco.web import addresses, purpose, words
from vamco.web.acting import press
from vamco.web.answers import UNPROCESSABLE, download
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person

PER_PAGE = 50
ROWS_PER_PAGE = 25


@page("hub.view_runs")
def datasets(request: Request) -> HttpResponseBase:
    """How fresh and how good the data are, and where they come from."""
    now, person = clock.now(), signed_in(request)
    reach = access.reach(person, "hub.view_runs")
    found = [status for status in hub.freshness(now) if reach.covers(status.owner)]
    context = {
        "tabs": run_page.tabs("datasets"),
        "datasets": run_page.datasets(found) if found else None,
        "sources": run_page.sources(
            [source for source in hub.sources() if reach.covers(source.agency)],
            {status.dataset: words.either(status.title, status.title_en) for status in found},
            access.reach(person, "hub.collect"),
            now,
        ),
        "letters": access.allow(person, "hub.retry_dead_letter"),
        "work_url": addresses.reachable("work", person),
    }
    return render(request, "hub/runs.html", context)


@page("hub.view_runs", methods=tables.METHODS)
def runs(request: Request) -> HttpResponseBase:
    """The latest runs, newest first."""
    return tables.answer(request, run_page.listing(), "hub/all_runs.html", {"tabs": run_page.tabs("runs")})


@page("hub.view_runs", methods=("GET", "HEAD", "POST"))
def run(request: Request, run_id: int) -> HttpResponseBase:
    """One run: what came, what was checked, what was not taken and why; a purpose, posted, opens personal data."""
    person, wanted = signed_in(request), purpose.read(request)
    found = run_access.run(run_id, person)
    shown = Paginator(range(found.quarantined), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = hub.quarantine(run_id, person, wanted.stated, page=shown.number, size=ROWS_PER_PAGE)
    context = run_page.context(found, rows, shown) | run_page.disclosure(rows, wanted, hub.file_access(run_id, person))
    return render(request, "hub/run.html", context, status=UNPROCESSABLE if wanted.form.errors else 200)


@page("hub.view_runs", methods=("GET", "HEAD", "POST"))
def source_file(request: Request, run_id: int) -> HttpResponseBase:
    """The file of a run, as it came; where it may hold personal data, for a purpose that is posted."""
    person = signed_in(request)
    return download(hub.source_file(run_id, person, purpose.read(request).stated), person)


@page("hub.collect", methods=("POST",))
def collect(request: Request, source: str) -> HttpResponseBase:
    """Has a source collected from now, by the worker."""
    if services.collect_now(source, by=signed_in(request)):
        messages.success(request, _("The collection is on its way. Its runs appear under “Latest runs”."))
    else:
        messages.info(request, _("A collection from this source is waiting already."))
    return redirect("hub:runs")


@page("hub.retry_dead_letter")
def letters(request: Request) -> HttpResponseBase:
    """What could not be handled."""
    shown = Paginator(events.dead_letters(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "crumbs": [Link(_("Data runs"), reverse("hub:runs")), Link(_("Dead letters"))],
        "page": shown,
        "letters": letter_page.shown(shown.object_list),
    }
    return render(request, "hub/letters.html", context)


@page("hub.retry_dead_letter", methods=("POST",))
def retry(request: Request, letter: int) -> HttpResponseBase:
    """Sends a dead letter on its way again."""

    def do(by: Person) -> None:
        events.retry(letter, by=str(by.pk), chain=people.home(by).code)

    return press(request, do, _("The news is on its way again."), "hub:letters")


@page("hub.retry_dead_letter", methods=("POST",))
def discard(request: Request, letter: int) -> HttpResponseBase:
    """Gives a dead letter up, for a reason."""
    form = DiscardForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""

    def do(by: Person) -> None:
        events.discard(letter, note, by=str(by.pk), chain=people.home(by).code)

    return press(request, do, _("The news is discarded."), "hub:letters")
