"""Datasets, sources, runs, quarantine, dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.pages import dataset_page, letter_page, row_page, run_access, run_page, void_page
from vamco.systems.hub.pages.forms import DecisionForm, DiscardForm, RestoreForm, VoidForm
from vamco.web import addresses, purpose, words
from vamco.web.acting import press
from vamco.web.answers import UNPROCESSABLE, download
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person

PER_PAGE = 50
ROWS_PER_PAGE = 25
MOST_HELD = 100
MOST_IN_A_FILE = 20_000


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
        "held": len(hub.runs(state="held", owners=reach.owners, size=MOST_HELD)),
        "held_url": f"{reverse('hub:all_runs')}?state=held",
        "letters": access.allow(person, "hub.retry_dead_letter"),
        "work_url": addresses.reachable("work", person),
    }
    return render(request, "hub/runs.html", context)


@page("hub.view_runs", methods=tables.METHODS)
def runs(request: Request) -> HttpResponseBase:
    """The latest runs, newest first."""
    return tables.answer(request, run_page.listing(), "hub/all_runs.html", {"tabs": run_page.tabs("runs")})


@page("hub.view_runs")
def dataset(request: Request, dataset: str) -> HttpResponseBase:
    """One dataset: whether it is in time, who has not reported, each look at its source."""
    found = run_access.dataset(dataset, signed_in(request))
    shown = Paginator(range(hub.receipts_size(dataset)), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    receipts = hub.receipts(dataset, shown.number, ROWS_PER_PAGE)
    return render(request, "hub/dataset.html", dataset_page.context(found, receipts, shown))


@page("hub.view_runs", methods=("GET", "HEAD", "POST"))
def run(request: Request, run_id: int) -> HttpResponseBase:
    """One run: what came, what was checked, what was not taken and why; a purpose, posted, opens personal data."""
    return _run(request, run_id, purpose.read(request))


def _run(request: Request, run_id: int, wanted: purpose.Purpose, sent: forms.Form | None = None) -> HttpResponseBase:
    """Show a run; `sent` is a form of the page that was filled in wrongly."""
    person = signed_in(request)
    found = run_access.run(run_id, person)
    shown = Paginator(range(hub.quarantine_size(run_id)), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    rows = hub.quarantine(run_id, person, wanted.stated, page=shown.number, size=ROWS_PER_PAGE)
    context = run_page.context(found, rows, shown) | run_page.disclosure(rows, wanted, hub.file_access(run_id, person))
    may = access.allow(person, "hub.release", agencies.get(found.owner))
    context |= {"decision": sent if isinstance(sent, DecisionForm) else DecisionForm(), "may_decide": may}
    context |= void_page.context(found, may=may, sent=sent)
    wrong = wanted.form.errors or (sent is not None and sent.errors)
    return render(request, "hub/run.html", context, status=UNPROCESSABLE if wrong else 200)


@page("hub.release", methods=("GET", "HEAD", "POST"))
def decide(request: Request, run_id: int, decision: str) -> HttpResponseBase:
    """Release or reject a delivery that is held, for a reason that is kept with it; who comes back to it sees the run."""
    run_access.run(run_id, signed_in(request))
    if request.method != "POST":
        return _run(request, run_id, purpose.nothing())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _run(request, run_id, purpose.nothing(), form)

    def do(by: Person) -> None:
        act = hub.release if decision == "release" else hub.reject
        act(run_id, by=by, note=form.cleaned_data["note"])

    done = _("The delivery is released.") if decision == "release" else _("The delivery is rejected.")
    return press(request, do, done, reverse("hub:run", args=[run_id]))


@page("hub.release", methods=("GET", "HEAD", "POST"))
def void(request: Request, run_id: int) -> HttpResponseBase:
    """Declare rows in quarantine void, for a reason that is kept with the run."""
    run_access.run(run_id, signed_in(request))
    form = VoidForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return _run(request, run_id, purpose.nothing(), form if request.method == "POST" else None)
    shown, reason = form.chosen()

    def do(by: Person) -> None:
        hub.void_rows(run_id, reason=reason, shown=shown, by=by, note=form.cleaned_data["note"])

    done = ngettext("%(count)s row is void now.", "%(count)s rows are void now.", shown)
    return press(request, do, done % {"count": words.number(shown)}, reverse("hub:run", args=[run_id]))


@page("hub.release", methods=("GET", "HEAD", "POST"))
def restore(request: Request, run_id: int) -> HttpResponseBase:
    """Take back that rows in quarantine are void, for a reason that is kept with the run."""
    run_access.run(run_id, signed_in(request))
    form = RestoreForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return _run(request, run_id, purpose.nothing(), form if request.method == "POST" else None)

    def do(by: Person) -> None:
        hub.restore_rows(run_id, form.cleaned_data["voiding"], by=by, note=form.cleaned_data["note"])

    done = _("Taken back: the rows are open again, except those that came corrected.")
    return press(request, do, done, reverse("hub:run", args=[run_id]))


@page("hub.view_runs", methods=("GET", "HEAD", "POST"))
def row(request: Request, run_id: int, row: int) -> HttpResponseBase:
    """One row as it stands in the file; a purpose, posted, opens personal data."""
    person, wanted = signed_in(request), purpose.read(request)
    found = hub.source_row(run_id, row, person, wanted.stated)
    context = row_page.context(run_access.run(run_id, person), found, wanted)
    return render(request, "hub/row.html", context, status=UNPROCESSABLE if wanted.form.errors else 200)


@page("hub.view_runs", methods=("GET", "HEAD", "POST"))
def quarantine_file(request: Request, run_id: int, kind: str) -> HttpResponseBase:
    """The rows of a run that were not taken, as a file; personal data are masked in it unless a purpose is posted."""
    person = signed_in(request)
    found = run_access.run(run_id, person)
    rows = hub.quarantine(run_id, person, purpose.read(request).stated, size=MOST_IN_A_FILE)
    table = run_page.quarantine(found, rows)
    return tables.table_file(request, table, kind, code=f"hub.run.{run_id}.quarantine")


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
