"""Paying through the gateway: an attempt begins, the gateway tells its outcome, or is asked until it is final."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused, Unavailable
from vamco.systems.payments.adapters import asking
from vamco.systems.payments.contracts import RECONCILE, Transfer
from vamco.systems.payments.models import Attempt, Notification
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.rules import gateway, polling
from vamco.systems.payments.services import ledger, taking_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.world.people.public import Person
    from vamco.systems.payments.models import Gateway, Invoice

POLL = "payments.poll"
DONE, NO_ORDER, ALREADY, WRONG_AMOUNT, FORGED, FAULT = "00", "01", "02", "04", "97", "99"
_FINAL = frozenset({"paid", "failed"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway is answered: its own code, and words for whoever reads its log."""

    code: str
    message: str


def begin(invoice: Invoice, *, back: str, address: str, language: str) -> str:
    """Begin an attempt on an invoice that the payer may see, and return the address at the gateway; the amount is what is due now."""
    known = invoices.gateway()
    if known is None:
        raise Refused("payments.no_gateway", N_("This invoice cannot be paid through a gateway."))
    with transaction.atomic():
        held = ledger.locked(invoice.pk)
        amount = invoices.due(held)
        if amount == 0:
            raise Refused("payments.nothing_due", N_("Nothing is to be paid any more."))
        now = clock.now()
        attempt = Attempt.objects.create(
            code=secrets.token_hex(12),
            invoice=held,
            gateway=known.code,
            amount=amount,
            begun_at=now,
            next_poll_at=polling.next_at(now, now),
        )
        wait = int(polling.STEPS[0].total_seconds())
        jobs.later(POLL, key=f"attempt:{attempt.pk}:0", after=wait, attempt=attempt.pk)
    parameters = {
        "vnp_Version": known.version,
        "vnp_Command": "pay",
        "vnp_TmnCode": settings.VAMCO_GATEWAY_MERCHANT,
        "vnp_Amount": gateway.amount_out(amount),
        "vnp_CurrCode": "VND",
        "vnp_TxnRef": attempt.code,
        "vnp_OrderInfo": held.reference,
        "vnp_OrderType": "other",
        "vnp_Locale": "en" if language.startswith("en") else "vn",
        "vnp_ReturnUrl": back,
        "vnp_IpAddr": address,
        "vnp_CreateDate": gateway.moment_out(now),
        "vnp_ExpireDate": gateway.moment_out(now + polling.STEPS[2]),
    }
    signed = f"{gateway.encoded(parameters)}&{gateway.SIGNATURE}={gateway.sign(parameters, _secret())}"
    return f"{asking.pay_url(known.pay_url)}?{signed}"


def gateway_origin(known: Gateway) -> str:
    """Return scheme and host of the address to which payers are sent."""
    url = urlsplit(asking.pay_url(known.pay_url))
    return f"{url.scheme}://{url.netloc}"


def came_back(parameters: Mapping[str, str]) -> Attempt | None:
    """Note that the payer's browser came back: the attempt is being checked. It proves nothing, whatever the address says."""
    if not gateway.verified(parameters, _secret()):
        return None
    with transaction.atomic():
        found = Attempt.objects.filter(code=parameters.get("vnp_TxnRef", "")[:32]).first()
        if found is None:
            return None
        invoice = ledger.locked(found.invoice_id)
        Attempt.objects.filter(pk=found.pk, standing="begun").update(standing="pending")
        ledger.restand(invoice)
    return found


def notified(parameters: Mapping[str, str]) -> Answer:
    """Take a notice of the gateway (IPN), and return the answer that it expects. A forged one leaves no trace."""
    if not gateway.verified(parameters, _secret()):
        return Answer(FORGED, "Invalid signature")
    attempt = Attempt.objects.filter(code=parameters.get("vnp_TxnRef", "")[:32]).first()
    if attempt is None or parameters.get("vnp_TmnCode", "") != settings.VAMCO_GATEWAY_MERCHANT:
        return Answer(NO_ORDER, "Order not found")
    amount = gateway.amount_in(parameters.get("vnp_Amount", ""))
    if amount != attempt.amount:
        _note_other_amount(attempt, parameters)
        return Answer(WRONG_AMOUNT, "Invalid amount")
    if attempt.standing == "paid":
        return Answer(ALREADY, "Order already confirmed")
    paid = (
        parameters.get("vnp_ResponseCode") == gateway.DONE and parameters.get("vnp_TransactionStatus") == gateway.DONE
    )
    if not paid and attempt.standing == "failed":
        return Answer(ALREADY, "Order already confirmed")
    _end(attempt, parameters, paid=paid)
    return Answer(DONE, "Confirm Success")


def _note_other_amount(attempt: Attempt, parameters: Mapping[str, str]) -> None:
    """Keep on record that the gateway named another amount than the attempt; nothing is settled by it."""
    with transaction.atomic():
        invoice = ledger.locked(attempt.invoice_id)
        detail = {"attempt": attempt.pk, "stated": parameters.get("vnp_Amount", "")[:20]}
        audit.record(
            "payments.other_amount",
            actor=audit.SYSTEM,
            chain=invoice.payee.code,
            subject=f"invoice:{invoice.pk}",
            detail=detail,
        )


def _end(attempt: Attempt, parameters: Mapping[str, str], *, paid: bool) -> None:
    if paid:
        number = parameters.get("vnp_TransactionNo", "") or attempt.code
        transfer = Transfer(
            channel="gateway",
            external=attempt.code,
            amount=attempt.amount,
            account=attempt.gateway,
            content=parameters.get("vnp_OrderInfo", ""),
            at=gateway.moment_in(parameters.get("vnp_PayDate", "")) or clock.now(),
            reference=number,
        )
        raw = {name: value for name, value in parameters.items() if name != gateway.SIGNATURE}
        kept = taking_in.keep(transfer, raw, attempt=attempt)
        _mark(attempt, "paid", kept)
    else:
        _mark(attempt, "failed", None)


def _mark(attempt: Attempt, standing: str, kept: Notification | None) -> None:
    """End an attempt. One that was paid stays paid, whatever is said later."""
    with transaction.atomic():
        invoice = ledger.locked(attempt.invoice_id)
        held = Attempt.objects.select_for_update().get(pk=attempt.pk)
        if held.standing != "paid":
            held.standing, held.ended_at, held.next_poll_at = standing, clock.now(), None
            held.save(update_fields=["standing", "ended_at", "next_poll_at"])
        if kept is None:
            ledger.restand(invoice)
    if kept is not None:
        taking_in.settle(kept.pk)


def poll(attempt: int) -> None:
    """Ask the gateway about an attempt that has no outcome, and ask again later; after a day it is a task for a person."""
    found = Attempt.objects.select_related("invoice").get(pk=attempt)
    if found.standing in _FINAL or found.handed_at is not None:
        return
    try:
        outcome = _ask(found)
    except Unavailable:
        outcome = None
    if outcome is not None and outcome.amount == found.amount and outcome.status in {"paid", "failed"}:
        _end(found, outcome.raw, paid=outcome.status == "paid")
        return
    with transaction.atomic():
        invoice = ledger.locked(found.invoice_id)
        found = Attempt.objects.select_for_update().get(pk=attempt)
        if found.standing in _FINAL:
            return
        now = clock.now()
        found.polls += 1
        found.standing = (
            "pending" if found.standing == "begun" and outcome and outcome.status == "pending" else found.standing
        )
        found.next_poll_at = polling.next_at(found.begun_at, now)
        if found.next_poll_at is None:
            _hand_over(found, never_came=outcome is not None and outcome.status == "unknown")
        else:
            wait = int((found.next_poll_at - now).total_seconds()) + 1
            jobs.later(POLL, key=f"attempt:{found.pk}:{found.polls}", after=wait, attempt=found.pk)
        found.save()
        ledger.restand(invoice)


def _ask(attempt: Attempt) -> asking.Outcome:
    known = invoices.gateway()
    if known is None:
        raise Unavailable("payments.gateway", N_("The payment gateway does not answer."))
    info, begun = attempt.invoice.reference, attempt.begun_at
    return asking.outcome(attempt.code, begun=begun, info=info, address=known.query_url, version=known.version)


def _hand_over(attempt: Attempt, *, never_came: bool) -> None:
    """Let a person ask the gateway; an order that never reached it is simply over."""
    attempt.handed_at = clock.now()
    if never_came:
        attempt.standing, attempt.ended_at = "failed", attempt.handed_at
    else:
        attempt.standing = "unknown"


def conclude(attempt: int, reason: str, *, by: Person) -> None:
    """Record that an attempt without an outcome brought no money, as the gateway has told a person. Money that comes later still counts."""
    if not reason.strip():
        raise Refused("payments.no_reason", N_("Say why."))
    known = Attempt.objects.select_related("invoice__payee").filter(pk=attempt).first() if 0 < attempt < 2**63 else None
    if known is None or not access.allow(by, RECONCILE, known.invoice.payee):
        raise Missing("payments.no_attempt", N_("There is no such payment."))
    with transaction.atomic():
        invoice = ledger.locked(known.invoice_id)
        held = Attempt.objects.select_for_update().get(pk=attempt)
        if held.standing != "unknown":
            raise Refused("payments.has_outcome", N_("The outcome of this payment is known by now."))
        held.standing, held.ended_at = "failed", clock.now()
        held.save(update_fields=["standing", "ended_at"])
        detail = {"attempt": held.pk, "reason": "stated"}
        audit.record(
            "payments.conclude",
            actor=str(by.pk),
            chain=invoice.payee.code,
            subject=f"invoice:{invoice.pk}",
            detail=detail,
        )
        ledger.restand(invoice)


def poll_due() -> None:
    """Ask about all attempts whose time has come: takes up what a lost job has left."""
    due = Attempt.objects.filter(ended_at=None, handed_at=None, next_poll_at__lte=clock.now())
    for pk in due.order_by("next_poll_at").values_list("pk", flat=True)[:500]:
        poll(pk)


def _secret() -> str:
    secret = settings.VAMCO_GATEWAY_SECRET
    return secret.get_secret_value() if secret else ""
