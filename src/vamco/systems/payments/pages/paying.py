"""The payer's pages: what is to be paid, how, what came in, and the receipt. They work without JavaScript."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib.errors import VamcoError
from vamco.systems.payments import public
from vamco.systems.payments.pages import receipts, wording
from vamco.systems.payments.queries import facts
from vamco.systems.payments.rules import vietqr
from vamco.web import rim, visitor
from vamco.web.components import Link
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in
from vamco.web.words import either, language

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.payments.public import Invoice

_REFRESH_S: Final = 15
_LOOKS: Final = dt.timedelta(minutes=30)


@page(SIGNED_IN)
def own(request: Request) -> HttpResponseBase:
    """Show what the reader, or those for whom they act, have to pay and have paid."""
    rows = [_row(invoice) for invoice in public.own_open(signed_in(request))]
    context = {"rows": rows, "crumbs": [Link(_("My payments"))]}
    return render(request, "payments/own.html", context)


def _row(invoice: Invoice) -> dict[str, Any]:
    tone, word = wording.STANDINGS[invoice.standing]
    return {
        "url": reverse("payments:invoice", args=[invoice.code]),
        "what": ", ".join(either(line.name, line.name_en) for line in facts.lines(invoice)),
        "total": invoice.total,
        "payee": either(invoice.payee.name, invoice.payee.name_en),
        "at": invoice.asked_at,
        "tone": tone,
        "word": _(word),
    }


@page(SIGNED_IN)
def invoice(request: Request, invoice_code: str) -> HttpResponseBase:
    """Show an invoice of the reader's: what, how much, and how to pay; without script the page looks again by itself."""
    found = public.own(invoice_code, signed_in(request))
    view, begun = public.view(found), facts.under_way(found)
    tone, word = wording.STANDINGS[found.standing]
    due = public.due(found)
    waiting = (
        due > 0 and (begun is not None or "look" in request.GET) and clock.now() - (begun or found.asked_at) < _LOOKS
    )
    context: dict[str, Any] = {
        "invoice": view,
        "lines": [{"name": either(line.name, line.name_en), "it": line} for line in view.lines],
        "payee": either(view.payee_name, view.payee_name_en),
        "tone": tone,
        "word": _(word),
        "due": due,
        "excess": view.excess,
        "promised": facts.refunds_of(found),
        "begun": begun,
        "refresh": _REFRESH_S if waiting or found.standing == "checking" else 0,
        "transfer": _transfer(found, due),
        "gateway": public.gateway() if due else None,
        "has_receipt": facts.valid_receipt(found) is not None,
        "history": facts.history(found),
        "channels": {code: _(name) for code, name in wording.CHANNELS.items()},
        "crumbs": [Link(_("My payments"), reverse("payments:own")), Link(_("Invoice"))],
    }
    response = render(request, "payments/invoice.html", context)
    if context["gateway"] is not None:  # the form leads there by way of this site
        allowed = f"form-action 'self' {public.gateway_origin(context['gateway'])}"
        response.headers["Content-Security-Policy"] = rim.POLICY.replace("form-action 'self'", allowed)
    return response


def _transfer(found: Invoice, due: int) -> dict[str, Any] | None:
    """Return what a transfer needs, with its code; None where nothing is due or the agency has no account."""
    if not due or not found.account:
        return None
    content = vietqr.plain(f"LE PHI {found.reference}")
    payload = vietqr.payload(vietqr.Order(found.bank, found.account, due, content))
    picture = segno.make(payload, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")
    return {
        "qr": picture,
        "account": found.account,
        "holder": found.holder,
        "bank": facts.bank_name(found),
        "synthetic": facts.synthetic(found),
        "content": content,
        "app": f"{settings.VAMCO_BANK_APP.rstrip('/')}/bank?qr={quote(payload)}" if settings.VAMCO_BANK_APP else "",
    }


@page(SIGNED_IN, methods=("POST",))
def gateway(request: Request, gateway_code: str) -> HttpResponseBase:
    """Send the payer to the gateway."""
    found = public.own(gateway_code, signed_in(request))
    try:
        to = public.begin(
            found,
            back=f"{settings.VAMCO_SITE_URL}{reverse('payments:back')}",
            address=visitor.address(request) or "127.0.0.1",
            language=language(),
        )
    except VamcoError as refusal:
        messages.error(request, refusal.text(_))
        return redirect("payments:invoice", found.code)
    response = HttpResponse(status=303)
    response.headers["Location"] = to
    return response


@page(SIGNED_IN)
def receipt(request: Request, receipt_code: str) -> HttpResponseBase:
    """Give the payer the receipt as a signed PDF."""
    found = facts.valid_receipt(public.own(receipt_code, signed_in(request)))
    if found is None:
        raise public.no_receipt()
    return receipts.file(found, signed_in(request))
