"""The register of breaches, and the record of one."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import VamcoError
from vamco.lib.time import HCM
from vamco.systems.privacy import public as privacy
from vamco.web import addresses, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Cell, Column, Fact, Link, Table, Tone
from vamco.web.date_fields import MomentField
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase

RECORD = "privacy.record_breach"
MOMENT = "%d/%m/%Y %H:%M"


class BreachForm(forms.Form):
    """What is known of a breach."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    detected_at = MomentField(
        label=gettext_lazy("Detected at"), required=True, help_text=gettext_lazy("All clocks run from here (T0).")
    )
    began_at = MomentField(label=gettext_lazy("Happened at, as far as known"), required=False)
    personal = forms.BooleanField(label=gettext_lazy("Personal data are affected (72 hours)"), required=False)
    serious = forms.BooleanField(
        label=gettext_lazy("Serious incident (first notice within 24 hours, report within 72)"), required=False
    )
    what = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Name no persons here: the record goes to authorities."),
    )
    affected = forms.CharField(
        label=gettext_lazy("Which data or systems"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    whose = forms.CharField(label=gettext_lazy("Whose data"), max_length=500)
    persons = forms.IntegerField(
        label=gettext_lazy("How many persons, as far as known"), required=False, min_value=0, max_value=200_000_000
    )
    consequences = forms.CharField(
        label=gettext_lazy("Consequences"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    measures = forms.CharField(
        label=gettext_lazy("Measures taken and planned"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=150)
    tell_persons = forms.BooleanField(label=gettext_lazy("The persons concerned must be notified"), required=False)


class AmendForm(BreachForm):
    """The same, with what has changed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What has changed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class SentForm(forms.Form):
    """When a notice went to its authority."""

    notice = forms.CharField(widget=forms.HiddenInput)
    at = MomentField(label=gettext_lazy("Sent at"), required=True)


@page(RECORD)
def register(request: Request) -> HttpResponseBase:
    """The register."""
    now, found = clock.now(), privacy.breach_list(signed_in(request))
    table = Table(
        caption=_("Data breaches"),
        hide_caption=True,
        columns=(
            Column(label=_("Record")),
            Column(label=_("Persons"), number=True),
            Column(label=_("Next notice"), tight=True),
            Column(label=_("State"), tight=True),
        ),
        rows=tuple(
            (
                Cell(
                    text=view.case.title,
                    url=reverse("privacy:breach", args=[view.case.pk]),
                    note=f"{cases.number(view.case)} · {words.moment(view.row.detected_at)}",
                ),
                words.number(view.row.persons),
                _next(view, now),
                Cell(text=_state(view.case), tone=Tone.ACTIVE if view.case.open else Tone.OK),
            )
            for view in found
        ),
    )
    return render(request, "privacy/breaches.html", {"table": table if found else None})


@page(RECORD, methods=("GET", "HEAD", "POST"))
def new(request: Request) -> HttpResponseBase:
    """Record a breach."""
    person, refusal = signed_in(request), NOTHING_SENT
    initial = {"key": uuid.uuid4(), "detected_at": clock.now().astimezone(HCM).strftime(MOMENT)}
    form = BreachForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form, lambda sent: privacy.record_breach(_facts_of(sent), key=sent["key"] or uuid.uuid4(), by=person).pk
        )
        if not isinstance(done, Refusal):
            messages.success(request, _("The record has been opened. Its clocks run."))
            return redirect("privacy:breach", done)
        refusal = done
    crumbs = [Link(_("Data breaches"), reverse("privacy:breaches")), Link(_("Record a breach"))]
    context = {"title": _("Record a breach"), "form": form, "error": refusal.text, "crumbs": crumbs}
    return render(request, "privacy/breach_form.html", context, status=refusal.status)


@page(RECORD, methods=("GET", "HEAD", "POST"))
def one(request: Request, breach_id: int) -> HttpResponseBase:
    """One record: its clocks, facts and documents. A POST notes that a notice was sent, or notifies the persons concerned."""
    view = privacy.breach(breach_id, signed_in(request))
    if request.method == "POST":
        return (_tell if request.POST.get("task") == "tell" else _sent)(request, breach_id)
    row, papers = view.row, []
    if row.serious:
        papers.append((reverse("privacy:breach_report", args=[breach_id]), _("Report of a serious incident")))
    if row.personal:
        name = _("Notification of a personal-data breach")
        papers.append((reverse("privacy:breach_personal", args=[breach_id]), name))
    context = {
        "title": view.case.title,
        "number": cases.number(view.case),
        "case_url": addresses.to("case", view.case.pk),
        "clocks": [_clock(each) for each in view.deadlines],
        "facts": _facts(row),
        "papers": papers,
        "row": row,
        "open": view.case.open,
        "breach_id": breach_id,
        "crumbs": [Link(_("Data breaches"), reverse("privacy:breaches")), Link(cases.number(view.case))],
    }
    return render(request, "privacy/breach.html", context)


def _clock(each: privacy.Deadline) -> tuple[privacy.Deadline, str, Cell | None, str, SentForm]:
    now = clock.now()
    form = SentForm(
        auto_id=f"{each.code}_%s", initial={"notice": each.code, "at": now.astimezone(HCM).strftime(MOMENT)}
    )
    left = words.due_cell(each.due_at, now) if each.sent_at is None else None
    return each, _(each.name), left, words.moment(each.due_at), form


def _facts(row: privacy.Breach) -> list[Fact]:
    return [
        Fact(term=_("Detected at"), text=words.moment(row.detected_at)),
        Fact(term=_("Happened at, as far as known"), text=words.moment(row.began_at) if row.began_at else "–"),
        Fact(term=_("What happened"), text=row.what),
        Fact(term=_("Which data or systems"), text=row.affected),
        Fact(term=_("Whose data"), text=row.whose),
        Fact(term=_("How many persons, as far as known"), text=words.number(row.persons)),
        Fact(term=_("Consequences"), text=row.consequences),
        Fact(term=_("Measures taken and planned"), text=row.measures),
        Fact(term=_("Contact"), text=row.contact),
        Fact(term=_("Persons notified"), text=words.number(row.told)),
    ]


@page(RECORD, methods=("GET", "HEAD", "POST"))
def edit(request: Request, breach_id: int) -> HttpResponseBase:
    """Bring a record up to date."""
    person, refusal = signed_in(request), NOTHING_SENT
    view = privacy.breach(breach_id, person)
    names = [name for name in BreachForm.base_fields if name != "key"]
    initial = {name: getattr(view.row, name) for name in names} | {"seen": view.case.seq}
    for name in ("detected_at", "began_at"):
        initial[name] = initial[name].astimezone(HCM).strftime(MOMENT) if initial[name] else None
    form = AmendForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        done = attempt(
            form,
            lambda sent: privacy.amend(breach_id, _facts_of(sent), by=person, seen=sent["seen"], note=sent["note"]),
        )
        if not isinstance(done, Refusal):
            messages.success(request, _("The record has been updated."))
            return redirect("privacy:breach", breach_id)
        refusal = done
    number = cases.number(view.case)
    crumbs = [
        Link(_("Data breaches"), reverse("privacy:breaches")),
        Link(number, reverse("privacy:breach", args=[breach_id])),
        Link(_("Update")),
    ]
    context = {
        "title": _("Update %(number)s") % {"number": number},
        "form": form,
        "error": refusal.text,
        "crumbs": crumbs,
    }
    return render(request, "privacy/breach_form.html", context, status=refusal.status)


def _sent(request: Request, breach_id: int) -> HttpResponseBase:
    """Note when a notice was sent."""
    person = signed_in(request)
    form = SentForm(request.POST)
    done = attempt(form, lambda given: privacy.mark_sent(breach_id, given["notice"], _aware(given["at"]), by=person))
    if isinstance(done, Refusal):
        messages.error(request, done.text or _("Please enter day and hour."))
    else:
        messages.success(request, _("Recorded."))
    return redirect("privacy:breach", breach_id)


def _tell(request: Request, breach_id: int) -> HttpResponseBase:
    """Notify the persons concerned, by their citizen IDs."""
    person = signed_in(request)
    numbers = list(dict.fromkeys(re.findall(r"\d+", request.POST.get("numbers", "")[:20_000])))
    try:
        told, unknown = privacy.tell_concerned(breach_id, numbers, by=person)
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
    else:
        messages.success(
            request,
            ngettext("%(count)s person was notified.", "%(count)s persons were notified.", told) % {"count": told},
        )
        if unknown:
            messages.warning(request, ngettext("%(count)s number belongs to nobody known here: write to that person by post.", "%(count)s numbers belong to nobody known here: write to these persons by post.", unknown) % {"count": unknown})  # fmt: skip
    return redirect("privacy:breach", breach_id)


@page(RECORD)
def personal(request: Request, breach_id: int) -> HttpResponseBase:
    """The notification of a personal-data breach."""
    return _document(request, breach_id, "personal")


@page(RECORD)
def report(request: Request, breach_id: int) -> HttpResponseBase:
    """The report of a serious incident."""
    return _document(request, breach_id, "report")


def _document(request: Request, breach_id: int, document: str) -> HttpResponseBase:
    """Give a document as DOCX to be signed and sent, or with `?as=pdf` to be read."""
    form = documents.Form.PDF if request.GET.get("as") == "pdf" else documents.Form.DOCX
    content = privacy.write_document(breach_id, document, form, by=signed_in(request))
    kind = (
        "application/pdf"
        if form is documents.Form.PDF
        else "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    )
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{document}-{breach_id}.{form.value}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _facts_of(sent: dict[str, Any]) -> privacy.BreachFacts:
    names = privacy.BreachFacts.__dataclass_fields__
    found = {name: sent[name] for name in names}
    for name in ("detected_at", "began_at"):
        found[name] = _aware(found[name]) if found[name] else None
    return privacy.BreachFacts(**found)


def _aware(moment: dt.datetime) -> dt.datetime:
    """Return a moment that was typed, on Vietnam's clock."""
    return moment.replace(tzinfo=HCM) if moment.tzinfo is None else moment


def _next(view: privacy.BreachView, now: dt.datetime) -> Cell:
    waiting = [each for each in view.deadlines if each.sent_at is None]
    return words.due_cell(waiting[0].due_at, now) if waiting else Cell(text=_("All sent"), tone=Tone.OK)


def _state(case: cases.Case) -> str:
    state = cases.definition_of(case.kind).states[case.state]
    return words.either(state.name, state.name_en)
