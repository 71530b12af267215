"""The review desk: one proposed violation after another, by keyboard alone; and the parts of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, VamcoError
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import KIND, REVIEW
from vamco.systems.traffic.pages import ready, scenes, wording
from vamco.systems.traffic.queries import waiting
from vamco.web import casework
from vamco.web.answers import status_of
from vamco.web.components import Fact, Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person

_TYPES: Final = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webm": "video/webm"}
VIEW: Final = "desk.view_inbox"


@page(REVIEW)
def first(request: Request) -> HttpResponseBase:
    """Show the violation that must be reviewed first; say so when none waits."""
    person = signed_in(request)
    found = traffic.following(person, "proposed")
    if found is not None:
        return _shown(request, person, traffic.violation(found, person))
    context = {"missing": ready.missing(), "may_watch": access.allow(request.person, "traffic.watch")}
    return render(request, "traffic/review_done.html", context)


@page(REVIEW, methods=("GET", "HEAD", "POST"))
def review(request: Request, violation: int) -> HttpResponseBase:
    """Show a proposed violation with its evidence; a POST confirms or rejects it and leads to the next one."""
    person = signed_in(request)
    seen = traffic.violation(violation, person)
    if request.method != "POST":
        return _shown(request, person, seen)
    following = traffic.following(
        person, "proposed", after=violation
    )  # before it is gone: what was left for later comes last
    try:
        _do(request, person, violation)
    except VamcoError as refusal:
        fresh = traffic.violation(violation, person)
        typed = request.POST.get("plate", "")[:20]
        return _shown(request, person, fresh, error=refusal.text(_), typed=typed, status=status_of(refusal))
    messages.success(request, _("%(number)s: done.") % {"number": seen.number})
    return redirect("traffic:review", following) if following is not None else redirect("traffic:first")


def _do(request: Request, person: Person, violation: int) -> None:
    sent = request.POST
    seen = int(sent["seen"]) if sent.get("seen", "").isdecimal() and len(sent["seen"]) < 10 else -1  # noqa: PLR2004
    note = sent.get("note", "")[:2000]
    if sent.get("do") == "confirm":
        traffic.confirm(violation, by=person, seen=seen, plate=sent.get("plate", "")[:20], note=note)
    else:
        traffic.reject(violation, by=person, seen=seen, reason=sent.get("reason", "")[:40], note=note)


def _shown(  # what was sent and refused
    request: Request,
    person: Person,
    seen: traffic.ViolationView,
    *,
    error: str = "",
    typed: str = "",
    status: int = 200,
) -> HttpResponseBase:
    following = traffic.following(person, "proposed", after=seen.case)
    context = {
        **scenes.context(seen.case, person, seen, weakest=traffic.settings().weakest),
        "title": either(seen.title, seen.title_en),
        "camera": either(seen.camera_name, seen.camera_name_en),
        "kind": wording.kind(seen.kind),
        "ground_colour": wording.GROUNDS.get(seen.colour, seen.colour),
        "plate": typed or wording.plate(seen.plate),
        "open": seen.state == "proposed",
        "state": state_name(seen.state),
        "error": error,
        "reasons": reasons("reject"),
        "facts": facts(seen),
        "waiting": waiting.count(person, "proposed"),
        "next": reverse("traffic:review", args=[following]) if following is not None else "",
        "preload": _preload(following, person),
        "case_url": casework.address(cases.get(seen.case, person)),
        "crumbs": [Link(_("Review"), reverse("traffic:first")), Link(seen.number)],
    }
    return render(request, "traffic/review.html", context, status=status)


def _preload(following: int | None, person: Person) -> list[str]:
    """Return the pictures of the next one, so that they are there when it is opened."""
    if following is None:
        return []
    coming = traffic.violation(following, person)
    return [scenes.part_url(following, name) for name in coming.frames[:3]]


def facts(seen: traffic.ViolationView) -> list[Fact]:
    """Return what stands beside the pictures. The article stands there only where somebody has verified it."""
    found = [Fact(term=term, text=text) for term, text in wording.measures(seen.measured)]
    found.append(Fact(term=_("Last day on which it can be pursued"), text="", moment=seen.limitation))
    if seen.verified and seen.article:
        found.append(Fact(term=_("Article"), text=seen.article))
    return found


def reasons(act: str) -> list[tuple[int, str, str]]:
    """Return the coded reasons of an act, each with the digit that chooses it."""
    known = cases.newest(KIND).acts[act].reasons
    return [(place, each.code, either(each.name, each.name_en)) for place, each in enumerate(known, start=1)]


def state_name(state: str) -> str:
    """Return the name of a state."""
    known = cases.newest(KIND).states[state]
    return either(known.name, known.name_en)


@page(VIEW)
def evidence(request: Request, violation: int) -> HttpResponseBase:
    """Return a part of the evidence (`?part=frames/01.jpg`), without one the first picture, to an official who may see the case."""
    person = signed_in(request)
    seen = traffic.violation(violation, person)
    name = request.GET.get("part") or next(iter(seen.frames), "")
    media = _TYPES.get(name.rpartition(".")[2].lower())
    if media is None:
        raise Missing("traffic.no_part", N_("The evidence holds no such picture."))
    answer = HttpResponse(traffic.picture(violation, name, person), content_type=media)
    answer.headers["Cache-Control"] = "private, max-age=600"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
