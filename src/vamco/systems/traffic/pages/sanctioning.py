"""Entering the sanctioning decision as its text has it: number, day, amount. Nothing is computed here; paying begins with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import DECIDE
from vamco.systems.traffic.pages import reviewing, wording
from vamco.web import casework
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Fact, Link
from vamco.web.date_fields import DayField
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

MOST: Final = 1_000_000_000


class SanctionForm(forms.Form):
    """The sanctioning decision."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=1_000_000_000)
    number = forms.CharField(label=_l("Number of the decision"), max_length=60)
    day = DayField(label=_l("Day of the sanctioning decision"))
    amount = forms.IntegerField(
        label=_l("Fine in đồng"),
        min_value=1,
        max_value=MOST,
        help_text=_l("As the signed decision has it; the platform computes no fine."),
    )


@page(DECIDE, methods=("GET", "HEAD", "POST"))
def sanction(request: Request, violation: int) -> HttpResponseBase:
    """Ask for the decision on a violation of which the owner was notified, and enter it."""
    person = signed_in(request)
    seen = traffic.violation(violation, person)
    form, refusal = SanctionForm(initial={"seen": seen.seq, "day": clock.today()}), NOTHING_SENT
    if request.method == "POST":
        form = SanctionForm(request.POST)
        outcome = attempt(form, lambda data: traffic.sanction(violation, by=person, **data))
        if not isinstance(outcome, Refusal):
            messages.success(request, _("The decision was entered. The owner can pay now."))
            return redirect(casework.address(outcome))
        refusal = outcome
    case_url = casework.address(cases.get(violation, person))
    context = {
        "form": form,
        "error": refusal.text,
        "open": seen.state == "notified",
        "state": reviewing.state_name(seen.state),
        "case_url": case_url,
        "facts": [
            Fact(term=_("Act on the road"), text=either(seen.title, seen.title_en)),
            Fact(term=_("Plate"), text=wording.plate(seen.plate)),
            Fact(term=_("Time"), text="", moment=seen.at),
            Fact(term=_("Number of the notice"), text=seen.notice or _("none yet")),
        ],
        "crumbs": [Link(seen.number, case_url), Link(_("Sanctioning decision"))],
    }
    return render(request, "traffic/sanction.html", context, status=refusal.status)
