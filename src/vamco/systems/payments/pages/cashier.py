"""The cashier's pages: the till, what can be paid, taking it, and its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Missing
from vamco.systems.payments import public
from vamco.systems.payments.pages import receipts, wording
from vamco.systems.payments.queries import desks, facts
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_LARGEST = 10**10


class SumForm(forms.Form):
    """A counted sum."""

    amount = forms.IntegerField(
        label=_l("Counted, in đồng"), min_value=0, max_value=_LARGEST, widget=forms.TextInput({"inputmode": "numeric"})
    )
    note = forms.CharField(label=_l("Why it differs"), max_length=300, required=False)


class TakeForm(forms.Form):
    """Cash for an invoice."""

    sending = forms.UUIDField(widget=forms.HiddenInput)
    amount = forms.IntegerField(widget=forms.HiddenInput)
    paper = forms.BooleanField(label=_l("On paper, from a block of receipts"), required=False)


class VoidForm(forms.Form):
    """Why a receipt is void, and for whom another one is given."""

    reason = forms.CharField(
        label=_l("Why it is void"), max_length=300, error_messages={"required": _l("Please say why.")}
    )
    payer_name = forms.CharField(
        label=_l("Give another one in the name of"),
        max_length=200,
        required=False,
        help_text=_l("Empty: none is given."),
    )


@page(public.TAKE_CASH)
def desk(request: Request) -> HttpResponseBase:
    """Show the own till and what can be paid here."""
    reader = signed_in(request)
    agency = desks.own_agency(reader, public.TAKE_CASH)
    text = request.GET.get("q", "")[:100]
    till = public.own_till(agency, reader) if agency else None
    context = {
        "agency": agency,
        "till": till,
        "expected": public.expected(till) if till else 0,
        "form": SumForm(),
        "q": text,
        "rows": [
            {
                "it": row,
                "due": public.due(row),
                "url": reverse("payments:take", args=[row.code]),
                "what": ", ".join(either(line.name, line.name_en) for line in facts.lines(row)),
            }
            for row in desks.to_take(reader, text)
        ],
        "receipts": desks.receipts_of(reader, clock.today()),
    }
    return render(request, "payments/desk.html", context)


@page(public.TAKE_CASH, methods=("POST",))
def till(request: Request) -> HttpResponseBase:
    """Open the own till of today, or close it."""
    reader = signed_in(request)
    agency = desks.own_agency(reader, public.TAKE_CASH)
    if agency is None:
        raise Missing("payments.no_desk", N_("You work at no cash desk."))
    done = attempt(SumForm(request.POST), lambda sent: _till(request, sent, agency))
    if isinstance(done, Refusal):
        messages.error(request, done.text or _("A sum is a whole number of đồng."))
    else:
        messages.success(request, done)
    return redirect("payments:desk")


def _till(request: Request, sent: dict[str, Any], agency: Any) -> str:
    by = signed_in(request)
    if request.POST.get("act") == "close":
        held = public.own_till(agency, by)
        public.close_till(held.pk if held else 0, sent["amount"], sent["note"], by=by)
        return _("The till is closed.")
    public.open_till(agency, sent["amount"], by=by)
    return _("The till is open.")


@page(public.TAKE_CASH, methods=("GET", "HEAD", "POST"))
def take(request: Request, due_code: str) -> HttpResponseBase:
    """Take what is due in cash; the receipt follows at once."""
    by, refusal = signed_in(request), NOTHING_SENT
    found = public.reached(due_code, by, public.TAKE_CASH)
    due = public.due(found)
    form = TakeForm(request.POST or None, initial={"sending": uuid4(), "amount": due})
    if request.method == "POST":
        done = attempt(form, lambda sent: _take(found.code, sent, by))
        if not isinstance(done, Refusal):
            messages.success(request, _("Taken. The receipt is ready."))
            return redirect("payments:receipt", done)
        refusal = done
    tone, word = wording.STANDINGS[found.standing]
    context = {
        "it": found,
        "lines": [{"name": either(line.name, line.name_en), "it": line} for line in facts.lines(found)],
        "due": due,
        "tone": tone,
        "word": _(word),
        "form": form,
        "error": refusal.text,
        "crumbs": [Link(_("Cash desk"), reverse("payments:desk")), Link(found.reference)],
    }
    return render(request, "payments/take.html", context, status=refusal.status)


def _take(code: str, sent: dict[str, Any], by: Any) -> int:
    sending: UUID = sent["sending"]
    return public.take_cash(code, sent["amount"], sending=sending, by=by, paper=sent["paper"]).pk


@page(public.TAKE_CASH, methods=("GET", "HEAD", "POST"))
def receipt(request: Request, receipt_id: int) -> HttpResponseBase:
    """Show a receipt, and void it with a reason."""
    by, refusal = signed_in(request), NOTHING_SENT
    found = desks.receipt(receipt_id, by)
    form = VoidForm(request.POST or None)
    if request.method == "POST":
        done = attempt(form, lambda sent: public.void(found.pk, sent["reason"], by=by, payer_name=sent["payer_name"]))
        if not isinstance(done, Refusal):
            messages.success(request, _("The receipt is void."))
            return redirect("payments:receipt", done.pk if done else found.pk)
        refusal = done
    crumbs = [Link(_("Cash desk"), reverse("payments:desk")), Link(f"{found.number:08}")]
    context = {"it": found, "number": f"{found.number:08}", "form": form, "error": refusal.text, "crumbs": crumbs}
    return render(request, "payments/receipt.html", context, status=refusal.status)


@page(public.TAKE_CASH)
def receipt_file(request: Request, printed_receipt: int) -> HttpResponseBase:
    """Give the cashier a receipt as a signed PDF, to print."""
    by = signed_in(request)
    return receipts.file(desks.receipt(printed_receipt, by), by)
