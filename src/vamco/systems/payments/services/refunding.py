"""Money that goes back: asked by one, decided by another, done. What is promised and done never exceeds what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Forbidden, Missing, Refused
from vamco.systems.payments.contracts import DECIDE_REFUND, RECONCILE
from vamco.systems.payments.models import Refund
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.rules import standing
from vamco.systems.payments.services import ledger

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person
    from vamco.systems.payments.contracts import RefundCause
    from vamco.systems.payments.models import Invoice

WHY = {
    "overpaid": N_("More came in than was asked for."),
    "second": N_("It was paid twice."),
    "cancelled": N_("It was paid after it had been cancelled."),
}


def open_by_machine(invoice: Invoice, amount: int, cause: RefundCause, *, key: str) -> Refund:
    """Open a refund on a locked invoice; the same key opens it once."""
    return _open(invoice, amount, cause, WHY.get(cause, cause), key=key, by=audit.SYSTEM)


def open_rest(invoice: Invoice, cause: RefundCause, *, by: str, reason: str = "") -> Refund | None:
    """Open a refund of all that is held of a locked invoice and not promised yet; None when that is nothing."""
    rest = standing.refundable(invoices.ledger(invoice))
    if rest == 0:
        return None
    return _open(invoice, rest, cause, reason or WHY.get(cause, cause), key=f"rest:{invoice.pk}", by=by)


def ask(code: str, amount: int, reason: str, *, by: str, cause: RefundCause = "error", key: str = "") -> int | None:
    """Ask that money goes back, and return the refund's id. `by` is a person's id or the audit's SYSTEM.

    What was asked because its matter was refused or withdrawn is not asked for any more: whatever comes in later goes back, too.
    """
    if not reason.strip():
        raise Refused("payments.no_reason", N_("Say why."))
    with transaction.atomic():
        invoice = ledger.locked(invoices.by_code(code).pk)
        made = key or f"asked:{invoice.pk}:{Refund.objects.filter(invoice=invoice).count()}"
        known = Refund.objects.filter(key=made).first()
        if known is not None:
            return known.pk
        if not 0 < amount <= standing.refundable(invoices.ledger(invoice)):
            raise Refused("payments.refund_too_much", N_("No more can go back than came in and is still here."))
        found = _open(invoice, amount, cause, reason, key=made, by=by)
        if cause in {"refused", "withdrawn"} and invoice.cancelled_at is None:
            invoice.cancelled_at, invoice.cancelled_because = clock.now(), reason.strip()[:300]
            invoice.save(update_fields=["cancelled_at", "cancelled_because"])
        ledger.restand(invoice)
    return found.pk


def give_back(code: str, reason: str, *, by: str, cause: RefundCause) -> None:
    """Ask that all that is held goes back, and ask for it no more; asked again, nothing happens."""
    with transaction.atomic():
        invoice = ledger.locked(invoices.by_code(code).pk)
        rest = standing.refundable(invoices.ledger(invoice))
        if rest > 0:
            ask(code, rest, reason, by=by, cause=cause, key=f"back:{invoice.pk}")


def _open(invoice: Invoice, amount: int, cause: RefundCause, reason: str, *, key: str, by: str) -> Refund:
    found, made = Refund.objects.get_or_create(
        key=key,
        defaults={
            "invoice": invoice,
            "amount": amount,
            "cause": cause,
            "reason": reason.strip()[:300],
            "asked_at": clock.now(),
            "asked_by": by,
        },
    )
    if made:
        _audit("payments.ask_refund", found, by, amount=amount, cause=cause)
    return found


def decide(refund: int, verdict: Literal["approve", "decline"], *, by: Person, note: str = "") -> None:
    """Approve or decline a refund; never by who has asked for it. Declined, the money stays and the reason is said."""
    with transaction.atomic():
        found = _locked(refund, by, DECIDE_REFUND)
        if found.asked_by in {str(each) for each in access.selves(by) | {by.pk}}:
            raise Forbidden("payments.own_refund", N_("Another person decides on a refund that you have asked for."))
        if found.standing != "asked":
            raise Refused("payments.refund_decided", N_("This refund was decided already."))
        if verdict == "decline" and not note.strip():
            raise Refused("payments.no_reason", N_("Say why."))
        found.standing = "approved" if verdict == "approve" else "declined"
        found.decided_at, found.decided_by, found.note = clock.now(), str(by.pk), note.strip()[:300]
        found.save()
        _audit(f"payments.{verdict}_refund", found, str(by.pk))
        ledger.restand(ledger.locked(found.invoice_id))


def finish(refund: int, reference: str, *, by: Person) -> None:
    """Record that an approved refund was transferred, with the reference of the transfer."""
    if not reference.strip():
        raise Refused("payments.no_reference", N_("Give the reference of the transfer."))
    with transaction.atomic():
        done(_locked(refund, by, RECONCILE), reference, by=str(by.pk))


def done(found: Refund, reference: str, *, by: str) -> None:
    """Record on a locked refund that the money has gone."""
    if found.standing == "done":
        return
    if found.standing != "approved":
        raise Refused("payments.refund_not_approved", N_("Only an approved refund is paid out."))
    invoice = ledger.locked(found.invoice_id)
    found.standing, found.done_at, found.done_by = "done", clock.now(), by
    found.reference = reference.strip()[:60]
    found.save()
    _audit("payments.finish_refund", found, by, amount=found.amount)
    ledger.restand(invoice)


def _locked(refund: int, by: Person, act: str) -> Refund:
    """Return a refund of an agency that the person reaches; to others it does not exist. The invoice is locked first, as everywhere."""
    known = Refund.objects.filter(pk=refund).values_list("invoice_id", flat=True).first()
    if known is None:
        raise no_refund()
    invoice = ledger.locked(known)
    if not access.allow(by, act, invoice.payee):
        raise no_refund()
    return Refund.objects.select_for_update().get(pk=refund)


def no_refund() -> Missing:
    """Return the refusal for a refund that is not there, or not for this reader."""
    return Missing("payments.no_refund", N_("There is no such refund."))


def _audit(act: str, refund: Refund, by: str, **detail: object) -> None:
    audit.record(
        act,
        actor=by,
        chain=refund.invoice.payee.code,
        subject=f"refund:{refund.pk}",
        detail={"invoice": refund.invoice_id, **detail},
    )
