"""Background work: what waits, runs and failed; news once more for one handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from vamco.kernel.base.events import public as events
from vamco.systems.desk import services
from vamco.systems.desk.pages.forms import ReplayForm
from vamco.systems.desk.pages.work_page import Now
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    import datetime as dt
    from typing import Any

    from django.http import HttpResponseBase


@page("desk.steer_work")
def work(request: Request) -> HttpResponseBase:
    """What waits, runs and failed. The page asks for its changing part again and again; unchanged, that is answered by 304."""
    now = Now()
    renewing = request.headers.get("HX-Request") == "true"
    tag = now.tag(signed_in(request).pk)
    answer: HttpResponseBase | None = None
    if renewing:  # a whole page may carry a message that must be seen
        answer = get_conditional_response(request, etag=tag)
    if answer is None:
        crumbs = [Link(_("Data runs"), reverse("hub:runs")), Link(_("Background work"))]
        template = "desk/work_now.html" if renewing else "desk/work.html"
        answer = render(request, template, {**now.context(), "crumbs": crumbs})
    if renewing:
        answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["HX-Request", "Cookie"])
    return answer


@page("desk.steer_work", methods=("POST",))
def stop(request: Request, job: int) -> HttpResponseBase:
    """Takes a job out of its queue, or asks it to stop."""
    return press(request, lambda by: services.stop_job(job, by=by), _("The job was told to stop."), "desk:work")


@page("desk.steer_work", methods=("POST",))
def again(request: Request, job: int) -> HttpResponseBase:
    """Puts a failed job back into its queue."""
    return press(request, lambda by: services.repeat_job(job, by=by), _("The job waits again."), "desk:work")


@page("desk.steer_work", methods=("POST",))
def stop_replay(request: Request, replay: int) -> HttpResponseBase:
    """Ends a replay between two pieces of news."""
    return press(request, lambda by: services.stop_replay(replay, by=by), _("The replay was stopped."), "desk:work")


@page("desk.steer_work", methods=("GET", "HEAD", "POST"))
def replay(request: Request) -> HttpResponseBase:
    """News of a span of time once more for one handler: first what would happen, then doing it."""
    form = ReplayForm(events.heard(), request.POST or None)
    plan: events.Plan | None = None
    refusal = NOTHING_SENT
    if request.method == "POST" and request.POST.get("do") == "replay":
        begun = attempt(form, lambda sent: services.replay(*_span(sent), by=signed_in(request)))
        if not isinstance(begun, Refusal):
            messages.success(request, _("The replay is on its way."))
            return redirect("desk:work")
        refusal = begun
    elif request.method == "POST":
        found = attempt(form, lambda sent: events.plan(*_span(sent)))
        plan, refusal = (None, found) if isinstance(found, Refusal) else (found, NOTHING_SENT)
    context = {
        "crumbs": [
            Link(_("Data runs"), reverse("hub:runs")),
            Link(_("Background work"), reverse("desk:work")),
            Link(_("News once more")),
        ],
        "form": form,
        "plan": plan,
        "error": refusal.text,
    }
    return render(request, "desk/replay.html", context, status=refusal.status)


def _span(sent: dict[str, Any]) -> tuple[str, dt.datetime, dt.datetime]:
    return sent["handler"], sent["since"], sent["until"]
