"""Acting for others: whom the reader represents, whom they let act, for whom they act."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.parties import public
from vamco.web import addresses, principal, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.components import Link
from vamco.web.date_fields import DayField
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Organisation, Person

SURE = dt.timedelta(minutes=30)
"""So long ago it may be that the reader was made sure of, when they let somebody act for them."""


class OfferForm(forms.Form):
    """Whom the reader lets act, for what and how long."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Full name of who shall act"),
        max_length=150,
        error_messages={"required": gettext_lazy("Please give the full name.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Their citizen ID number"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Please give the citizen ID number.")},
    )
    since = DayField(label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: from today."))
    until = DayField(
        label=gettext_lazy("To, the last day"), required=False, help_text=gettext_lazy("Empty: for one year.")
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("For what"),
        choices=[("some", gettext_lazy("Only in these fields")), ("all", gettext_lazy("In everything"))],
        initial="some",
        widget=forms.RadioSelect,
    )
    matters = forms.MultipleChoiceField(
        label=gettext_lazy("Fields"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["matters"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # declared so above
        field.choices = [(each.code, words.either(each.name, each.name_en)) for each in people.matters()]


@page(SIGNED_IN)
def mandates(request: Request) -> HttpResponseBase:
    """All of it on one page, what waits for the reader first."""
    person, names = signed_in(request), _matter_names()
    firms = [
        {
            "firm": firm,
            "given": [_shown(each, names) for each in public.given(_firm(person, firm.id)) if not each.representative],
            "open": [_offered(each, names) for each in public.unanswered(_firm(person, firm.id))],
        }
        for firm in public.represented(person)
    ]
    context = {
        "to_answer": [_offered(each, names) for each in public.to_answer(person)],
        "firms": firms,
        "given": [_shown(each, names) for each in public.given(person)],
        "open": [_offered(each, names) for each in public.unanswered(person)],
        "held": [_shown(each, names) for each in public.held(person)],
        "principals": principal.choices(person),
        "asked": public.own_requests(person),
        "crumbs": [Link(_("My account"), addresses.to("account")), Link(_("Acting for others"))],
    }
    return render(request, "parties/mandates.html", context)


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=2, within=SURE)
def offer(request: Request) -> HttpResponseBase:
    """Let somebody act for oneself, or for a firm that one represents."""
    person, refusal = signed_in(request), NOTHING_SENT
    firm = request.GET.get("firm", "")
    whose: Person | Organisation = _firm(person, int(firm)) if firm.isascii() and firm.isdigit() else person
    form = OfferForm(request.POST or None, initial={"sending": uuid4()})
    if request.method == "POST":
        done = attempt(form, lambda sent: _offer(whose, person, sent))
        if not isinstance(done, Refusal):
            messages.success(request, _("The mandate was offered. It begins when it is accepted."))
            return redirect("parties:mandates")
        refusal = done
    context = {
        "form": form,
        "error": refusal.text,
        "principal_name": whose.name if isinstance(whose, people.Organisation) else "",
        "crumbs": [
            Link(_("Acting for others"), reverse("parties:mandates")),
            Link(_("Let somebody act")),
        ],
    }
    return render(request, "parties/offer.html", context, status=refusal.status)


def _offer(whose: Person | Organisation, by: Person, sent: dict[str, Any]) -> UUID:
    return public.offer(
        whose,
        by=by,
        number=sent["number"],
        name=sent["name"],
        since=sent["since"] or clock.today(),
        until=sent["until"],
        matters=None if sent["scope"] == "all" else sent["matters"],
        sending=sent["sending"],
    )


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=2, within=SURE)
def answer(request: Request, offer_id: UUID) -> HttpResponseBase:
    """Accept or decline a mandate that was offered."""
    found = public.offer_to(signed_in(request), offer_id)
    if request.method == "POST":
        accepted = request.POST.get("answer") == "accept"
        act = public.accept if accepted else public.decline
        done = _("You act for them from now on.") if accepted else _("You have declined.")
        return press(request, lambda by: act(offer_id, by=by), done, reverse("parties:mandates"))
    context = {
        "offer": _offered(found, _matter_names()),
        "crumbs": [Link(_("Acting for others"), reverse("parties:mandates")), Link(found.principal)],
    }
    return render(request, "parties/answer.html", context)


@page(SIGNED_IN, methods=("POST",))
def take_back(request: Request, offered_id: UUID) -> HttpResponseBase:
    """Take an offer back; to who has not made it, it does not exist."""
    public.demand_offered(signed_in(request), offered_id)
    return press(
        request,
        lambda by: public.take_back(offered_id, by=by),
        _("The offer was taken back."),
        reverse("parties:mandates"),
    )


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def mandate(request: Request, mandate_id: int) -> HttpResponseBase:
    """Show a mandate of the reader's, and end it at once."""
    person = signed_in(request)
    found = public.view_of(public.mandate_for(person, mandate_id))
    if request.method == "POST":
        done = _("The mandate has ended.")
        return press(request, lambda by: public.end(mandate_id, by=by), done, reverse("parties:mandates"))
    context = {
        "mandate": _shown(found, _matter_names()),
        "crumbs": [Link(_("Acting for others"), reverse("parties:mandates")), Link(found.principal)],
    }
    return render(request, "parties/mandate.html", context)


def _firm(person: Person, organisation: int) -> Organisation:
    if organisation > 2**31:
        raise Missing("parties.no_organisation", N_("There is no such organisation that you represent."))
    return public.organisation_of(person, organisation)


def _matter_names() -> dict[str, str]:
    return {each.code: words.either(each.name, each.name_en) for each in people.matters()}


def _for(matters: Iterable[str], names: dict[str, str]) -> str:
    return ", ".join(names.get(code, code) for code in matters) or _("everything")


def _shown(found: public.MandateView, names: dict[str, str]) -> dict[str, Any]:
    return {"it": found, "matters": _for(found.matters, names)}


def _offered(found: public.OfferView, names: dict[str, str]) -> dict[str, Any]:
    return {"it": found, "matters": _for(found.matters, names)}
