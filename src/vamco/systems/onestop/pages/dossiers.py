"""One's own dossiers: the list, one of them with its timeline, its receipt, its documents, and what can be done."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.forms import public as forms
from vamco.lib.errors import N_
from vamco.lib.time import format_date, local_date
from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import fee, procedure_page, steps, wording
from vamco.systems.onestop.rules import status
from vamco.systems.onestop.services import following, preparing
from vamco.web import principal
from vamco.web.answers import download
from vamco.web.components import Entry, Fact, Link, Tone
from vamco.web.forms.building import Sheet
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in
from vamco.web.words import due, either, language, moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponseBase

    from vamco.kernel.work.cases.public import OwnCase, OwnEntry
    from vamco.systems.onestop.public import Dossier, OutsideDossier

FRUITLESS: Final = {"refused", "stopped", "withdrawn"}
_OUTSIDE_OVER: Final = {3, 7, 8}
_OUTSIDE_WAITS: Final = {5, 6}
_OUTSIDE_DONE: Final = {9, 10}
_OUTSIDE_ENDED: Final = {*_OUTSIDE_OVER, 10}


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@page(SIGNED_IN)
def listed(request: Request) -> HttpResponseBase:
    """Drafts, own dossiers, those of whom one acts for, and those that other systems keep."""
    person = signed_in(request)
    outside = following.outside(person)
    kept = [(each, _outside_line(each)) for each in outside]
    mine = [(each, _own_line(each, person)) for each in following.own(person)]
    context = {
        "title": _("My dossiers"),
        "acting": principal.of(request),
        "drafts": [
            {
                "title": wording.name(steps.item_of(each)),
                "url": steps.address(each),
                "whose": preparing.applicant(each).name,
                "saved": each.draft.saved_at if each.draft else each.saved_at,
                "until": each.draft.expires_at if each.draft else None,
            }
            for each in preparing.under_way(person)
            if each.handed_at is None
        ],
        "open": [line for each, line in mine if each.case.open],
        "closed": [line for each, line in mine if not each.case.open],
        "outside": [line for each, line in kept if each.status not in _OUTSIDE_ENDED],
        "outside_ended": [line for each, line in kept if each.status in _OUTSIDE_ENDED],
        "handed": [
            {"title": wording.name(queries.PROCEDURES.get(each.procedure)), "number": each.handed_number, "at": each.handed_at, "url": steps.address(each)}
            for each in following.handed(person, outside)
        ],
        "crumbs": [Link(_("My dossiers"))],
    }  # fmt: skip
    return render(request, "onestop/dossiers.html", context)


def _own_line(dossier: Dossier, person: Any) -> dict[str, Any]:
    case = dossier.case
    state = following.state_name(case)
    waits = case.state in following.WAITS
    line: dict[str, Any] = {
        "title": case.title,
        "url": reverse("onestop:dossier", args=[dossier.number]),
        "number": dossier.number,
        "whose": "" if case.applicant_id == person.pk else dossier.applicant_name,
        "office": either(dossier.office.name, dossier.office.name_en),
        "state": either(state.vi, state.en),
        "tone": _tone(case.state, open_=case.open, waits=waits),
        "sent": dossier.sent_at,
    }
    if case.open and dossier.received_at and case.state != "ready" and case.paused_at is None:
        line["due_tone"], line["due"] = due(case.due_at, clock.now())
        line["due_at"] = case.due_at
    return line


def _tone(state: str, *, open_: bool, waits: bool) -> Tone:
    if state in FRUITLESS:
        return Tone.NONE
    if waits:
        return Tone.WARNING
    return Tone.ACTIVE if open_ and state != "ready" else Tone.OK


def _named(code: Any) -> str:
    """Write a national code in words; one that nobody knows as it is."""
    name = status.NAMES.get(code) if isinstance(code, int) else None
    return _(name) if name else str(code or "")


def _moment(said: object) -> dt.datetime | None:
    """Return a moment that a line of history kept as text."""
    try:
        return dt.datetime.fromisoformat(str(said))
    except ValueError:
        return None


def _outside_line(found: OutsideDossier) -> dict[str, Any]:
    code = found.status
    tone = (
        Tone.NONE
        if code in _OUTSIDE_OVER
        else Tone.WARNING
        if code in _OUTSIDE_WAITS
        else Tone.OK
        if code in _OUTSIDE_DONE
        else Tone.ACTIVE
    )
    name = following.procedure_name(found.procedure)
    return {
        "title": either(name.vi, name.en),
        "number": found.number,
        "office": found.agency_name,
        "who": found.handler_name,
        "state": _named(code),
        "tone": tone,
        "as_of": found.as_of,
        "due_at": found.due_at,
        "result": found.result_url if found.result_url.startswith("https://") else "",
        "history": [
            (_moment(each.get("at")), _named(each.get("status")), str(each.get("agency", "")), str(each.get("handler", "")))
            for each in found.history
        ],
    }  # fmt: skip


# ── one ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@page(SIGNED_IN)
def dossier(request: Request, dossier: str) -> HttpResponseBase:
    """One dossier: where it stands, by when, who did what, its documents, and what its applicant can do now."""
    found, own = following.one(dossier, signed_in(request))
    return shown(request, found, own)


def shown(request: Request, found: Dossier, own: OwnCase, *, status: int = 200, **more: Any) -> HttpResponseBase:
    """Draw the page of a dossier."""
    acts, reader = {act.code for act in own.acts}, signed_in(request)
    context = {
        "title": own.title,
        "own": own,
        "dossier": found,
        "state": either(own.state_name.vi, own.state_name.en),
        "tone": _tone(own.state, open_=own.open, waits=own.waits_for_applicant),
        "for_whom": found.applicant_name if own.for_whom.person or own.for_whom.organisation else "",
        "facts": _facts(found, own),
        "fee": fee.fee(found, reader),
        "asked": asked(own) if own.waits_for_applicant else None,
        "supplies": bool(acts & {"supply", "correct"}),
        "withdraws": "withdraw" in acts,
        "rates": "rate" in acts,
        "stars": [(5, _("Very satisfied")), (4, _("Satisfied")), (3, _("Neither")), (2, _("Dissatisfied")), (1, _("Very dissatisfied"))],
        "entries": [_entry(entry, own) for entry in own.entries],
        "documents": _documents(found, own),
        "papers": _papers(found),
        "checked": Sheet(forms.form_of(found.form), found.answers).checked({}) if found.form else (),
        "crumbs": [Link(_("My dossiers"), reverse("onestop:dossiers")), Link(found.number)],
    } | more  # fmt: skip
    answer = render(request, "onestop/dossier.html", context, status=status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _facts(found: Dossier, own: OwnCase) -> list[Fact]:
    facts = [
        Fact(term=_("Number of the dossier"), text=found.number),
        Fact(term=_("Received by"), text=either(found.office.name, found.office.name_en)),
        Fact(term=_("Decided by"), text=either(own.agency.name, own.agency.name_en)),
        Fact(term=_("Sent"), text="", moment=found.sent_at),
        Fact(term=_("Received"), text=moment(found.received_at) if found.received_at else _("Not yet")),
        Fact(term=_("Promised for"), text=_promised(found, own)),
    ]
    if own.open and own.state != "ready":
        facts.append(Fact(term=_("Experience of this office"), text=_estimated(found)))
    return facts


def _promised(found: Dossier, own: OwnCase) -> str:
    if found.received_at is None:
        return _("The day is promised when the office has received the dossier.") if own.open else "–"
    said = moment(own.due_at)
    if own.paused and own.state != "ready":
        said += " · " + _("the time stands still while we wait for you")
    if found.promised_at and found.promised_at < own.due_at:
        said += " · " + _("first promised for %(day)s") % {
            "day": format_date(local_date(found.promised_at), language())
        }
    return said


def _estimated(found: Dossier) -> str:
    known = following.estimate(found)
    if known.within is None:
        return _("Not enough finished dossiers here to say how long it usually takes.")
    days = -(-known.within.total_seconds() // 86_400)
    text = _("8 of 10 dossiers of this procedure were ready here within %(days)d days of being received (%(count)s dossiers).")  # fmt: skip
    return text % {"days": days, "count": known.count}


def asked(own: OwnCase) -> dict[str, Any] | None:
    """Return what was asked for last, as it was said."""
    for entry in own.entries:
        if entry.act in {"ask_supplement", "ask_correction", "ask_duty"}:
            return {"note": entry.note, "at": entry.at, "who": entry.who, "agency": either(entry.agency.name, entry.agency.name_en)}  # fmt: skip
    return None


def _entry(entry: OwnEntry, own: OwnCase) -> Entry:
    name = either(entry.name.vi, entry.name.en) if entry.name else _("Dossier sent")
    mine = entry.by_applicant or entry.name is None
    who = _("You") if mine and own.for_whom.person is None and own.for_whom.organisation is None else entry.who
    if not mine:
        agency = either(entry.agency.name, entry.agency.name_en)
        who = f"{agency} · {entry.who}" if entry.who else agency
    return Entry(title=name, at=entry.at, who=who, text=entry.note, tone=Tone.ACTIVE)


FORMS: Final = {
    "01": N_("Receipt and appointment (form 01)"),
    "02": N_("Request for a supplement (form 02)"),
    "03": N_("Refusal to receive (form 03)"),
    "04": N_("Apology and new appointment (form 04)"),
    "05": N_("Notice that handling stops (form 05)"),
    "06": N_("Control slip (form 06)"),
    "07": N_("Register (form 07)"),
    "result": N_("Result"),
}
OTHER: Final = N_("Document")
_INTERNAL: Final = {"06", "07"}


def _documents(found: Dossier, own: OwnCase) -> list[dict[str, Any]]:
    lines = []
    for row, view in following.documents_of(found):
        if row.form in _INTERNAL or (row.form == following.RESULT and own.state not in {"ready", "done"}):
            continue
        lines.append(
            {
                "label": _(FORMS.get(row.form, OTHER)),
                "name": either(view.name, view.name_en),
                "number": view.number,
                "at": row.at,
                "url": reverse("onestop:document", args=[row.document]) if view.file else "",
                "verify": f"/v/{row.document}",
                "revoked": view.revoked_at,
            }
        )
    return lines


def _papers(found: Dossier) -> list[dict[str, Any]]:
    known = queries.papers()
    return [
        {
            "label": wording.name(known[row.paper]) if row.paper in known else row.paper,
            "name": row.file.name,
            "size": filesizeformat(row.file.size),
            "pages": row.pages,
            "at": row.given_at,
            "later": row.round > 0,
            "url": reverse("onestop:paper_file", args=[row.pk]) if row.file.dropped_at is None else "",
        }
        for row in found.papers.select_related("file").order_by("round", "pk")
    ]


# ── receipt, documents ───────────────────────────────────────────────────────────────────────────────────────────────


@page(SIGNED_IN)
def receipt(request: Request, dossier: str) -> HttpResponseBase:
    """What was sent, its number, what happens next, and the code that leads to its status."""
    found, own = following.one(dossier, signed_in(request))
    address = request.build_absolute_uri(f"{reverse('onestop:track')}?number={found.number}")
    context = {
        "title": _("Dossier sent"),
        "name": own.title,
        "dossier": found,
        "office": either(found.office.name, found.office.name_en),
        "papers": _papers(found),
        "promised": _promised(found, own),
        "received": found.received_at,
        "address": address,
        "qr": procedure_page.qr(address),
        "fee": fee.fee(found, signed_in(request)),
        "crumbs": [Link(_("My dossiers"), reverse("onestop:dossiers")), Link(found.number)],
    }
    return render(request, "onestop/receipt.html", context)


@page(SIGNED_IN)
def document(request: Request, document: str) -> HttpResponseBase:
    """A document of one's own dossier, to be saved."""
    return download(following.document_file(document, signed_in(request)), signed_in(request))


@page(SIGNED_IN)
def my_papers(request: Request) -> HttpResponseBase:
    """The results that were released to the reader, signed, each with the way to check it."""
    lines: Iterable[Any] = following.results(signed_in(request))
    context = {
        "title": _("My papers"),
        "papers": [
            {
                "name": either(view.name, view.name_en),
                "number": view.number,
                "on": view.issued_on,
                "agency": either(view.agency_name, view.agency_name_en),
                "dossier": row.dossier.number,
                "at": reverse("onestop:dossier", args=[row.dossier.number]),
                "url": reverse("onestop:document", args=[row.document]) if view.file else "",
                "verify": f"/v/{row.document}",
                "revoked": view.revoked_at,
            }
            for row, view in lines
        ],
        "crumbs": [Link(_("My papers"))],
    }
    return render(request, "onestop/my_papers.html", context)


def to(found: Dossier) -> HttpResponseBase:
    """Go to the page of a dossier."""
    return redirect("onestop:dossier", found.number)
