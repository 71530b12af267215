"""What pages show of an invoice beside its sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.payments.models import Attempt, PayAccount, Receipt, Refund
from vamco.systems.payments.queries.invoices import account_of, lines

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.payments.models import Invoice, Payment

__all__ = ["bank_name", "history", "lines", "refunds_of", "synthetic", "under_way", "valid_receipt"]


def under_way(invoice: Invoice) -> dt.datetime | None:
    """Return when the newest attempt without an outcome began."""
    found = (
        Attempt.objects.filter(invoice=invoice, standing__in=["begun", "pending", "unknown"]).order_by("-pk").first()
    )
    return found.begun_at if found else None


def valid_receipt(invoice: Invoice) -> Receipt | None:
    """Return the receipt that holds."""
    return Receipt.objects.filter(invoice=invoice, voided_at=None).first()


def refunds_of(invoice: Invoice) -> list[Refund]:
    """Return the refunds of an invoice, oldest first."""
    return list(Refund.objects.filter(invoice=invoice).order_by("pk"))


def history(invoice: Invoice) -> list[Payment]:
    """Return what came in, oldest first."""
    return list(invoice.payments.order_by("pk"))


def bank_name(invoice: Invoice) -> str:
    """Return the bank's name, as the pack has it."""
    found = PayAccount.objects.filter(bank=invoice.bank, number=invoice.account).first()
    return found.bank_name if found else invoice.bank


def synthetic(invoice: Invoice) -> bool:
    """Return whether the account is made up."""
    found = account_of(invoice.payee)
    return found is not None and found.synthetic
