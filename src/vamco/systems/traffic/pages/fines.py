"""What an owner sees: a notice by its number and the plate, the pictures, what can be done, and the answer to an objection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.lib.errors import VamcoError
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.pages import wording
from vamco.systems.traffic.queries import answers
from vamco.systems.traffic.services import objecting
from vamco.web import addresses, visitor
from vamco.web.answers import UNPROCESSABLE, status_of
from vamco.web.components import Fact, Link, Tone
from vamco.web.pages import PUBLIC, Request, page, render
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

BODY: Final = 4096
WITH_PHOTOS: Final = objecting.MOST_PHOTOS * objecting.PHOTO_BYTES + (64 << 10)
CONFLICT: Final = 409
TONES: Final = {
    "notified": Tone.WARNING,
    "contested": Tone.ACTIVE,
    "to_pay": Tone.WARNING,
    "paid": Tone.OK,
    "cancelled": Tone.OK,
}


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=BODY)
def fines(request: Request) -> HttpResponseBase:
    """Ask for plate and number of the notice; every wrong pair is answered alike."""
    notice = (request.POST if request.method == "POST" else request.GET).get("notice", "").strip()[:60]
    plate = request.POST.get("plate", "").strip()[:20]
    context: dict[str, Any] = {
        "notice": notice,
        "plate": plate,
        "crumbs": [Link(_("Home"), "/"), Link(_("Traffic fines"))],
    }
    if request.method != "POST":
        return _private(render(request, "traffic/fines.html", context))
    try:
        found = traffic.look_up(plate, notice, network=visitor.network(visitor.address(request)))
    except VamcoError as refusal:
        status = status_of(refusal)
        context["error"] = refusal.text(_)
        answer = render(request, "traffic/fines.html", context, status=UNPROCESSABLE if status == CONFLICT else status)
        return _private(answer)
    return _private(redirect("traffic:fine", found.code))


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=WITH_PHOTOS)
def fine(request: Request, fine: str) -> HttpResponseBase:
    """Show a notice to who looked it up; a POST contests it with a statement and photos."""
    found = traffic.looked_up(fine)
    if request.method != "POST":
        return _private(render(request, "traffic/fine.html", _shown(found)))
    text = request.POST.get("text", "")[:4000]
    uploads = [(upload, upload.name or "") for upload in request.FILES.getlist("photos")]
    try:
        objecting.contest(fine, text, uploads)
    except VamcoError as refusal:
        status = status_of(refusal)
        context = {**_shown(traffic.looked_up(fine)), "error": refusal.text(_), "typed": text}
        answer = render(request, "traffic/fine.html", context, status=UNPROCESSABLE if status == CONFLICT else status)
        return _private(answer)
    return _private(redirect("traffic:fine", fine))


@page(PUBLIC)
def fine_picture(request: Request, fine: str) -> HttpResponseBase:
    """Return a picture of the evidence with bystanders blurred: `?name=01.jpg`."""
    answer = HttpResponse(traffic.owner_picture(fine, request.GET.get("name", "")[:80]), content_type="image/jpeg")
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _private(answer)


def _shown(found: traffic.LookedUp) -> dict[str, Any]:
    pictures = [name for name in found.frames if name.rpartition(".")[2].lower() in {"jpg", "jpeg"}]
    url = reverse("traffic:fine_picture", args=[found.code])
    facts = [
        Fact(term=_("Number of the notice"), text=found.notice),
        Fact(term=_("Plate"), text=wording.plate(found.plate)),
        Fact(term=_("Vehicle"), text=wording.kind(found.kind)),
        Fact(term=_("Time"), text="", moment=found.at),
        Fact(term=_("Where it happened"), text=found.place),
        Fact(term=_("Handled by"), text=either(found.agency, found.agency_en)),
    ]
    if found.article:
        facts.append(Fact(term=_("Article"), text=found.article))
    if found.decided_on:
        facts.append(Fact(term=_("Day of the sanctioning decision"), text="", moment=found.decided_on))
    return {
        "f": found,
        "title": either(found.title, found.title_en),
        "tone": TONES.get(found.state, Tone.NONE),
        "state": either(found.state_name, found.state_name_en),
        "facts": facts,
        "pictures": [f"{url}?name={name}" for name in pictures],
        "said": answers.of(found.code),
        "pay": addresses.to("invoice", found.invoice) if found.invoice and found.state == "to_pay" else "",
        "photos": objecting.MOST_PHOTOS,
        "megabytes": objecting.PHOTO_BYTES >> 20,
        "crumbs": [Link(_("Home"), "/"), Link(_("Traffic fines"), reverse("traffic:fines")), Link(found.notice)],
    }


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    """Let nobody keep the page, index it or learn its address, which cannot be guessed."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
