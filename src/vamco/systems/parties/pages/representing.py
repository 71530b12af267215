"""Asking that one represents a firm, following that, and what the official sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.parties import public
from vamco.web import addresses, purpose, words
from vamco.web.acting import NOTE, NOTHING_SENT, Refusal, attempt
from vamco.web.casework import Beside, Button, Face, Panel, Terms
from vamco.web.components import Column, Fact, Link, Table
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in
from vamco.web.uploads import EvidenceField

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.work.cases.public import Case
    from vamco.kernel.world.people.public import Person


class AskForm(forms.Form):
    """Which organisation, and a paper."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.CharField(
        label=gettext_lazy("Enterprise code"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("Ten digits, on the certificate of registration."),
        error_messages={"required": gettext_lazy("Please give the enterprise code.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Name as registered"),
        max_length=300,
        error_messages={"required": gettext_lazy("Please give the name.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=[
            ("enterprise", gettext_lazy("Enterprise")),
            ("cooperative", gettext_lazy("Cooperative")),
            ("household", gettext_lazy("Household business")),
            ("association", gettext_lazy("Association")),
            ("other", gettext_lazy("Other organisation")),
        ],
    )
    evidence = EvidenceField(
        label=gettext_lazy("Certificate of registration, or the decision that appoints you"), required=False
    )


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=2)
def ask(request: Request) -> HttpResponseBase:
    """Ask that the reader represents an organisation."""
    person, refusal = signed_in(request), NOTHING_SENT
    form = AskForm(request.POST or None, request.FILES or None, initial={"sending": uuid4()})
    if request.method == "POST":
        done = attempt(
            form,
            lambda sent: public.ask_to_represent(
                person,
                code=sent["code"],
                name=sent["name"],
                kind=sent["kind"],
                uploads=sent["evidence"],
                sending=sent["sending"],
            ),
        )
        if not isinstance(done, Refusal):
            messages.success(request, _("Sent. You are told when an official has compared it with the register."))
            return redirect("parties:representation", done.pk)
        refusal = done
    crumbs = [Link(_("Acting for others"), reverse("parties:mandates")), Link(_("I represent a firm"))]
    context = {"form": form, "error": refusal.text, "crumbs": crumbs}
    return render(request, "parties/represent.html", context, status=refusal.status)


class CompleteForm(forms.Form):
    """What the applicant says to an act of theirs."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    act = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("What you want to say"), max_length=NOTE, required=False, widget=forms.Textarea({"rows": 3})
    )


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def own(request: Request, representation_id: int) -> HttpResponseBase:
    """Follow the own request; give what is asked for, or withdraw it."""
    person, refusal = signed_in(request), NOTHING_SENT
    case = cases.own_case(representation_id, person)
    form = CompleteForm(request.POST or None)
    if request.method == "POST":
        done = attempt(
            form,
            lambda sent: cases.act(representation_id, sent["act"], by=person, seen=sent["seen"], note=sent["note"]),
        )
        if not isinstance(done, Refusal):
            messages.success(request, _("Done."))
            return redirect("parties:representation", representation_id)
        refusal = done
    entries = [
        {
            "name": words.either(entry.name.vi, entry.name.en) if entry.name else _("Sent"),
            "at": entry.at,
            "who": _("you")
            if entry.by_applicant or entry.seq == 1
            else f"{entry.who} · {words.either(entry.agency.name, entry.agency.name_en)}",
            "note": entry.note,
        }
        for entry in case.entries
    ]
    context = {
        "case": case,
        "state": words.either(case.state_name.vi, case.state_name.en),
        "agency": words.either(case.agency.name, case.agency.name_en),
        "acts": [(act.code, words.either(act.name, act.name_en)) for act in case.acts],
        "entries": entries,
        "form": form,
        "error": refusal.text,
        "crumbs": [Link(_("Acting for others"), reverse("parties:mandates")), Link(case.number)],
    }
    return render(request, "parties/representation.html", context, status=refusal.status)


@page(public.CONFIRM, methods=("GET", "HEAD", "POST"))
def numbers(request: Request, asked_id: int) -> HttpResponseBase:
    """Show an official the numbers of a request whole, for a stated purpose, so that they can be compared with the register."""
    reader, stated = signed_in(request), purpose.read(request)
    case = cases.get(asked_id, reader)
    asked = public.asked(case)
    if asked is None:
        raise Missing("parties.no_request", N_("There is no such request."))
    may = access.allow(reader, people.SEE, case.agency, place=case.place_id, state=case.state)
    opened = stated.stated if may else None
    rows = [
        Fact(term=each.kind_name, text=public.whole(each, case, reader, opened) if opened else each.shown)
        for each in public.numbers_of(asked)
    ]
    context = {
        "facts": rows,
        "form": stated.form,
        "opened": opened or "",
        "masked": opened is None,
        "may_open": may,
        "title": asked.organisation.name,
        "crumbs": [Link(cases.number(case), addresses.to("case", case.pk)), Link(_("Numbers"))],
    }
    return render(request, "parties/numbers.html", context, status=422 if stated.form.errors else 200)


def _beside(case: Case, _reader: Person) -> Beside:
    """Give the official what is to be compared with the business register."""
    asked = public.asked(case)
    if asked is None:
        return Beside()
    rows = [
        (_("Organisation"), asked.organisation.name),
        (_("Enterprise code"), _numbers(asked.organisation)),
        (_("Says to represent it"), asked.person.name),
        (_("Their citizen ID"), _numbers(asked.person)),
    ]
    table = Table(
        caption=_("To be compared with the business register"),
        columns=(Column(label=_("What")), Column(label=_("As given"))),
        rows=tuple(rows),
        hide_caption=True,
    )
    return Beside(
        panels=(Panel(id="asked", title=_("To be compared with the business register"), table=table),),
        buttons=(Button(label=_("Numbers in full"), url=reverse("parties:numbers", args=[case.pk]), icon="watch"),),
    )


def _numbers(holder: people.Person | people.Organisation) -> str:
    return ", ".join(number.shown for number in people.numbers(holder)) or "–"


FACE: Final = Face(
    icon="user",
    fruitless=frozenset({"refused", "withdrawn"}),
    beside=_beside,
    terms=Terms(
        opened=gettext_lazy("Asked"),
        issuer=gettext_lazy("Asked by"),
        opened_by=gettext_lazy("Asked by"),
        opened_at=gettext_lazy("Asked at"),
        text=gettext_lazy("Organisation"),
    ),
)
