"""What an applicant does with a sent dossier: gives what was asked for, withdraws, rates."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.kernel.record.files import public as files
from vamco.lib.errors import Refused, VamcoError, fill
from vamco.lib.text import row_number
from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import dossiers, wording
from vamco.systems.onestop.pages.papers import ACCEPT, drawn_file
from vamco.systems.onestop.rules import prechecks
from vamco.systems.onestop.services import acting, following, giving, preparing
from vamco.web.answers import UNPROCESSABLE, status_of
from vamco.web.form_components import Wrong
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.onestop.public import Dossier

BOTH = ("GET", "HEAD", "POST")
LONGEST = 4000


@page(SIGNED_IN, methods=BOTH)
def supply(request: Request, dossier: str) -> HttpResponseBase:
    """Give the papers that were asked for, then send them together."""
    person, number = signed_in(request), dossier
    found, own = following.one(number, person)
    if acting.SUPPLIES.get(own.state, "") not in {act.code for act in own.acts}:
        messages.info(request, _("Nothing is asked for at present."))
        return redirect("onestop:dossier", found.number)
    if request.method != "POST":
        return _drawn(request, found, {}, "")
    do, note = request.POST.get("do", "stay"), request.POST.get("note", "")[:LONGEST]
    wrong = _staged(request, found)
    if do.startswith("drop:") and do[5:].isdecimal():
        wrong |= _tried(lambda: acting.unstage(number, int(do[5:][:18]), by=person), "")
    if not wrong and do == "send":
        seen = row_number(request.POST.get("seen", ""))
        wrong = _tried(lambda: acting.supply(number, note=note, seen=seen, by=person), "")
        if not wrong:
            messages.success(request, _("Sent. The time runs again."))
            return redirect("onestop:dossier", found.number)
    if not wrong and do.startswith("add:"):
        return redirect(f"{request.path}#paper-{do[4:]}")
    return _drawn(request, found, wrong, note)


def _tried(do: Any, paper: str) -> dict[str, list[str]]:
    try:
        do()
    except VamcoError as error:
        return {paper: [error.text(_)]}
    return {}


def _staged(request: Request, found: Dossier) -> dict[str, list[str]]:
    person, wrong = signed_in(request), {}
    for need in queries.PROCEDURES.get(found.procedure).papers:
        code = need.paper
        uploads = [*request.FILES.getlist(f"file.{code}"), *request.FILES.getlist(f"photo.{code}")]
        try:
            files.demand_few(len(uploads), giving.TERMS)
        except Refused as error:
            wrong[code] = [error.text(_)]
            continue
        for upload in uploads:
            name, stream = upload.name or "", cast("IO[bytes]", upload.file)
            said = _tried(lambda: acting.stage(found.number, code, stream, name=name, by=person), code)  # noqa: B023  # called at once
            wrong.setdefault(code, []).extend(said.get(code, []))
    return {code: said for code, said in wrong.items() if said}


def _drawn(request: Request, found: Dossier, wrong: dict[str, list[str]], note: str) -> HttpResponseBase:
    _dossier, own = following.one(found.number, signed_in(request))
    item, held = queries.PROCEDURES.get(found.procedure), acting.staged(found)
    blocks = []
    for need, paper, how in preparing.needs(item, found.answers):
        if how is prechecks.Need.FILLED_IN:
            continue
        drawn = wording.paper(need, {need.paper: paper} if paper else {})
        blocks.append(
            drawn
            | {
                "code": need.paper,
                "optional": True,
                "files": [drawn_file(each) for each in held if each.paper == need.paper],
                "errors": wrong.get(need.paper, []),
            }
        )
    context = {
        "title": _("Give what is asked for"),
        "name": wording.name(item),
        "dossier": found,
        "own": own,
        "asked": dossiers.asked(own),
        "blocks": blocks,
        "typed": note,
        "wrong": tuple(
            Wrong(text, f"#paper-{code}" if code else "") for code, texts in wrong.items() for text in texts
        ),
        "accept": ACCEPT,
        "limit": fill(_("PDF, JPG or PNG, at most %(limit)s MB each."), {"limit": giving.TERMS.max_bytes >> 20}),
    }
    return render(request, "onestop/supply.html", context, status=UNPROCESSABLE if wrong else 200)


@page(SIGNED_IN, methods=BOTH)
def withdraw(request: Request, dossier: str) -> HttpResponseBase:
    """Withdraw a dossier, after being asked once more."""
    found, own = following.one(dossier, signed_in(request))
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        note, seen = request.POST.get("note", "")[:LONGEST], row_number(request.POST.get("seen", ""))
        try:
            acting.withdraw(dossier, note=note, seen=seen, by=signed_in(request))
        except VamcoError as refusal:
            return dossiers.shown(request, found, own, status=status_of(refusal), error=refusal.text(_))
        messages.success(request, _("The dossier is withdrawn."))
        return redirect("onestop:dossier", found.number)
    if "withdraw" not in {act.code for act in own.acts}:
        return redirect("onestop:dossier", found.number)
    context = {
        "title": _("Withdraw this dossier?"),
        "name": own.title,
        "dossier": found,
        "own": own,
    }
    return render(request, "onestop/withdraw.html", context)


@page(SIGNED_IN, methods=BOTH)
def rate(request: Request, dossier: str) -> HttpResponseBase:
    """Rate how a dossier was handled."""
    found, own = following.one(dossier, signed_in(request))
    if request.method != "POST":
        return redirect("onestop:dossier", found.number)
    chosen, note = request.POST.get("rating", ""), request.POST.get("note", "")[:LONGEST]
    rating = int(chosen) if chosen in {"1", "2", "3", "4", "5"} else 0
    try:
        acting.rate(dossier, rating=rating, note=note, by=signed_in(request))
    except VamcoError as refusal:
        return dossiers.shown(request, found, own, status=status_of(refusal), error=refusal.text(_), typed=note)
    messages.success(request, _("Thank you for the rating."))
    return redirect("onestop:dossier", found.number)
