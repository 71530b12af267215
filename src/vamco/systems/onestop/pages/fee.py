"""What a dossier costs and what was paid, as pages show it: `{% include "onestop/fee.html" with fee=… %}`; and the office's page to name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_
from vamco.lib.money import format_dong
from vamco.systems.onestop.rules import fees
from vamco.systems.onestop.services import charging
from vamco.systems.payments import public as payments
from vamco.web import addresses, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.casework import Panel
from vamco.web.components import Fact, Link, Tone
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.onestop.public import Dossier

FINANCE: Final = {
    "none": (Tone.NONE, N_("Nothing to be paid")),
    "due": (Tone.WATCH, N_("To be paid")),
    "part": (Tone.WARNING, N_("Paid in part")),
    "paid": (Tone.OK, N_("Paid")),
    "refunding": (Tone.ACTIVE, N_("Is being given back")),
    "refunded": (Tone.OK, N_("Given back")),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """An invoice as a dossier's page shows it; `url` is where this reader pays it, or takes it in cash (`takes`), "" where they do neither."""

    names: str
    total: int
    due: int
    paid: int
    standing: str
    duty: bool
    url: str
    takes: bool
    code: str
    held: int


@dataclass(frozen=True, slots=True)
class Fee:
    """What a dossier costs. `left`: the office has yet to name something; `free`: the rules say that nothing is charged.

    `name_url`: where this reader names something; `back_url`: where they ask that money goes back.
    """

    tone: Tone
    word: str
    asked: tuple[Asked, ...]
    left: bool
    free: bool
    name_url: str
    back_url: str


def fee(dossier: Dossier, reader: Person) -> Fee:
    """Return what a page shows of a dossier's money to a reader who may see the dossier."""
    tone, word = FINANCE[dossier.finance]
    asked = tuple(_asked(each, dossier, reader) for each in charging.invoices(dossier))
    rules = charging.of(dossier)
    left = rules.left and not asked
    here = addresses.to("name_fee", dossier.pk) if charging.may_name(dossier, reader) else ""
    may = dossier.case.state in charging.MAY_NAME
    free = not asked and not left and rules.total == 0
    return Fee(tone, _(word), asked, left, free, here if may else "", here if any(each.held for each in asked) else "")


def _asked(found: payments.InvoiceView, dossier: Dossier, reader: Person) -> Asked:
    owner = access.Owner(dossier.case.applicant_id, dossier.case.applicant_organisation_id)
    own = access.owns(reader, payments.PAY, owner, dossier.case.matter)
    if own:
        url = addresses.to("invoice", found.code)
    elif access.allow(reader, payments.TAKE_CASH, dossier.office) and found.due:
        url = addresses.to("cash_invoice", found.code)
    else:
        url = ""
    names = ", ".join(either(line.name, line.name_en) for line in found.lines)
    return Asked(
        names,
        found.total,
        found.due,
        found.paid,
        found.standing,
        found.subject.endswith(":duty"),
        url,
        bool(url) and not own,
        found.code,
        found.paid - found.refunded,
    )


def panels(dossier: Dossier, reader: Person) -> Iterator[Panel]:
    """Show the money of a dossier on its page on the desk."""
    found = fee(dossier, reader)
    facts = [Fact(term=_("Standing"), text=found.word, url=found.name_url or found.back_url)]
    facts += [
        Fact(term=each.names, text=format_dong(each.total, words.language()), url=each.url) for each in found.asked
    ]
    wants = found.left or (dossier.case.state == "charging" and not any(each.duty for each in found.asked))
    notice = (
        (Tone.WATCH, _("Something is to be paid that only the office can name.")) if wants and found.name_url else None
    )
    yield Panel(id="fee", title=_("Fee"), facts=tuple(facts), notice=notice)


class NameForm(forms.Form):
    """A fee, or a duty, as the office names it."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(label=_l("What is to be paid"), max_length=200)
    count = forms.IntegerField(label=_l("How many"), min_value=1, max_value=fees.MOST_COUNTED, initial=1)
    price = forms.IntegerField(label=_l("Price of each, in đồng"), min_value=1, max_value=10**11)


class BackForm(forms.Form):
    """Money that is to go back, and why."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    invoice = forms.ChoiceField(label=_l("Of what"))
    amount = forms.IntegerField(label=_l("Amount in đồng"), min_value=1, max_value=10**13)
    reason = forms.CharField(label=_l("Reason"), max_length=300)

    def __init__(self, shown: Fee, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "back_%s"  # the page holds another form with a sending
        held = [(each.code, f"{each.names}: {format_dong(each.held, words.language())}") for each in shown.asked if each.held]  # fmt: skip
        cast("forms.ChoiceField", self.fields["invoice"]).choices = held


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def name(request: Request, fee_dossier: int) -> HttpResponseBase:
    """Name what a dossier costs, or ask that what was paid goes back. For its office and agency only."""
    by, refusal = signed_in(request), NOTHING_SENT
    found = charging.to_name(fee_dossier, by)
    shown, back = fee(found, by), request.POST.get("task") == "back"
    form = NameForm(None if back else request.POST or None, initial={"sending": uuid4()})
    most = max((each.held for each in shown.asked), default=0)
    back_form = BackForm(shown, request.POST if back else None, initial={"sending": uuid4(), "amount": most})
    if request.method == "POST":
        done = attempt(back_form, lambda sent: _back(found, sent, by)) if back else attempt(form, lambda sent: _name(found, sent, by))  # fmt: skip
        if not isinstance(done, Refusal):
            messages.success(request, done)
            return redirect("onestop:name_fee", found.pk)
        refusal = done
    context = {
        "fee": shown,
        "duty": found.case.state == "charging",
        "form": form if shown.name_url else None,
        "back_form": back_form if shown.back_url else None,
        "error": refusal.text,
        "number": found.number,
        "crumbs": [Link(cases.number(found.case), addresses.to("case", found.pk)), Link(_("Fee"))],
    }
    return render(request, "onestop/name_fee.html", context, status=refusal.status)


def _name(found: Dossier, sent: dict[str, Any], by: Person) -> str:
    charge = fees.Charge(sent["name"], sent["name"], sent["count"], sent["price"])
    charging.name(found, [charge], key=str(sent["sending"]), by=by)
    return _("It is asked for, and the applicant sees it.")


def _back(found: Dossier, sent: dict[str, Any], by: Person) -> str:
    charging.ask_back(found, sent["invoice"], sent["amount"], sent["reason"], key=str(sent["sending"]), by=by)
    return _("Asked. Another person decides on it.")
