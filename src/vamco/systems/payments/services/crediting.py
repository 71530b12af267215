"""Money that came in for an invoice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.systems.payments.models import Payment
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.rules import standing
from vamco.systems.payments.services import issuing, ledger, refunding

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.payments.contracts import Channel
    from vamco.systems.payments.models import Invoice, Notification


def credit(
    invoice: Invoice,
    amount: int,
    *,
    channel: Channel,
    at: dt.datetime,
    by: str,
    notification: Notification | None = None,
) -> Payment:
    """Book money on a locked invoice; what must go back opens a refund, what is now complete brings a receipt."""
    before = invoices.due(invoice)
    payment = Payment.objects.create(
        invoice=invoice,
        channel=channel,
        amount=amount,
        due=before,
        at=at,
        late=invoice.pay_until is not None and at > invoice.pay_until,
        notification=notification,
        by=by,
    )
    detail = {"channel": channel, "amount": amount, "payment": payment.pk}
    audit.record("payments.credit", actor=by, chain=invoice.payee.code, subject=f"invoice:{invoice.pk}", detail=detail)
    found = invoices.ledger(invoice)
    back = standing.given_back(found, amount=amount)
    if back is not None:
        excess, cause = back
        refunding.open_by_machine(invoice, excess, cause, key=f"payment:{payment.pk}")
    ledger.restand(invoice)
    if before > 0 and invoices.due(invoice) == 0 and not found.cancelled:
        invoice.settled_at = clock.now()
        invoice.save(update_fields=["settled_at"])
        issuing.issue(invoice, by=by, cash=channel == "cash")
    return payment
