"""The page on which an administrator tries mail and the first source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.lib.errors import N_, Missing, VamcoError
from vamco.web import first_day as steps
from vamco.web.components import Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_DONE = "identity.first_day"  # in the session: what each step has said last


@page("identity.set_up", methods=("GET", "HEAD", "POST"))
def first_day(request: Request) -> HttpResponseBase:
    """Give the steps with what they said last; sent with a step, it is tried."""
    if request.method == "POST":
        return _try(request, request.POST.get("step", ""))
    said = request.session.get(_DONE, {})
    shown = [
        {"step": step, "entry": step.entry(), "missing": step.ready(), "outcome": said.get(code)}
        for code, step in steps.steps().items()
    ]
    return render(request, "identity/first_day.html", {"steps": shown})


def _try(request: Request, code: str) -> HttpResponseBase:
    step = steps.steps().get(code)
    if step is None:
        raise Missing("identity.no_step", N_("There is no such step."))
    try:
        outcome = step.run(signed_in(request), request.POST.get("entry", "").strip())
    except VamcoError as error:
        outcome = steps.Outcome(Tone.URGENT, (error.text(_),))
    said = {"tone": str(outcome.tone), "lines": list(outcome.lines)}
    request.session[_DONE] = {**request.session.get(_DONE, {}), code: said}
    return HttpResponseRedirect(f"{reverse('identity:first_day')}#{code}")
