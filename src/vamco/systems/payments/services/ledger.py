"""An invoice under its lock, and its kept sums: they follow from its payments and refunds."""

from __future__ import annotations

from vamco.kernel.base.events import public as events
from vamco.systems.payments.models import Invoice
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.rules import standing
from vamco.vocab.payments import InvoiceMoved


def locked(invoice: int) -> Invoice:
    """Return an invoice that nobody else changes until the transaction ends."""
    return Invoice.objects.select_for_update(of=("self",)).select_related("payee").get(pk=invoice)


def restand(invoice: Invoice) -> None:
    """Bring the kept sums and standing of a locked invoice up to date, and say so where they have moved."""
    found = invoices.ledger(invoice)
    now = (standing.of(found), found.paid, found.refunded)
    if now == (invoice.standing, invoice.paid, invoice.refunded):
        return
    invoice.standing, invoice.paid, invoice.refunded = now
    invoice.save(update_fields=["standing", "paid", "refunded"])
    events.emit(InvoiceMoved(invoice.code, invoice.subject, invoice.standing, invoice.paid))
