"""Anybody follows a dossier by its number and the end of the telephone number in it; nobody learns whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.lib.errors import Missing, VamcoError
from vamco.systems.onestop.services import following, tracking
from vamco.web import visitor
from vamco.web.answers import status_of
from vamco.web.components import Fact, Tone
from vamco.web.pages import PUBLIC, Request, page, render
from vamco.web.words import either, moment

if TYPE_CHECKING:
    from django.http import HttpResponseBase

BODY: Final = 4096
CONFLICT, UNPROCESSABLE = 409, 422  # what is typed wrong is no conflict


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=BODY)
def track(request: Request) -> HttpResponseBase:
    """Ask for number and digits, and say where the dossier stands. Whose own it is and is signed in goes straight there."""
    sent = request.POST if request.method == "POST" else request.GET
    number, digits = sent.get("number", "").strip()[:60], request.POST.get("digits", "").strip()[:10]
    context: dict[str, Any] = {"title": _("Follow a dossier"), "number": number}
    if number and request.person is not None and request.method != "POST":
        try:
            found, _own = following.one(number, request.person)
        except Missing:
            pass
        else:
            return redirect("onestop:dossier", found.number)
    if request.method != "POST":
        return _answer(request, context)
    try:
        seen = tracking.look_up(number, digits, network=visitor.network(visitor.address(request)))
    except VamcoError as refusal:
        status = status_of(refusal)
        return _answer(request, context | {"error": refusal.text(_)}, UNPROCESSABLE if status == CONFLICT else status)
    return _answer(request, context | {"found": _drawn(seen)})


def _answer(request: Request, context: dict[str, Any], status: int = 200) -> HttpResponseBase:
    answer = render(request, "onestop/track.html", context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _drawn(seen: tracking.Seen) -> dict[str, Any]:
    facts = [
        Fact(term=_("Procedure"), text=seen.procedure),
        Fact(term=_("Received by"), text=either(seen.office.vi, seen.office.en)),
        Fact(term=_("Decided by"), text=either(seen.agency.vi, seen.agency.en)),
        Fact(term=_("Sent"), text=moment(seen.sent_at)),
        Fact(term=_("Received"), text=moment(seen.received_at) if seen.received_at else _("Not yet")),
    ]
    if seen.due_at is not None:
        facts.append(Fact(term=_("Promised for"), text=moment(seen.due_at)))
    tone = Tone.WARNING if seen.waits else Tone.ACTIVE if seen.open else Tone.OK
    return {"number": seen.number, "state": either(seen.state.vi, seen.state.en), "tone": tone, "facts": facts}
