"""What a person agreed to and where they are signed in: seen, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.systems.broker import public
from vamco.systems.broker.pages import words
from vamco.web.acting import press
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page(SIGNED_IN)
def consents(request: Request) -> HttpResponseBase:
    """The services that a person uses with this account."""
    person = signed_in(request)
    found = [(consent, words.items(consent.items)) for consent in public.consents(person)]
    context = {
        "now": [each for each in found if each[0].withdrawn_at is None],
        "before": [each for each in found if each[0].withdrawn_at is not None],
        "visits": public.visits(person),
    }
    return render(request, "broker/consents.html", context)


@page(SIGNED_IN, methods=("POST",))
def withdraw(request: Request, consent_id: int) -> HttpResponseBase:
    """Take a consent back."""
    public.withdraw(consent_id, by=signed_in(request))
    return press(
        request,
        lambda _person: None,
        _("Withdrawn. The service no longer receives anything about you."),
        reverse("broker:consents"),
    )
