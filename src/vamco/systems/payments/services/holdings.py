"""What payments hold of a person. Nothing is erased: the law of accounting asks for vouchers, whoever they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q

from vamco.lib.errors import N_
from vamco.systems.payments.models import Invoice, Receipt, Refund
from vamco.systems.privacy import public as privacy

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.people.models import Person


def _at(moment: dt.datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _invoice(row: Invoice) -> tuple[privacy.Line, ...]:
    return (
        privacy.Line(N_("Reference"), row.reference),
        privacy.Line(N_("Asked by"), row.payee.name),
        privacy.Line(N_("Payer"), row.payer_name),
        *(privacy.Line(N_("For"), line.name) for line in row.lines.all()),
        privacy.Line(N_("Amount (đồng)"), str(row.total)),
        privacy.Line(N_("Paid (đồng)"), str(row.paid)),
        privacy.Line(N_("Given back (đồng)"), str(row.refunded)),
        privacy.Line(N_("Asked"), _at(row.asked_at)),
    )


def _receipt(row: Receipt) -> tuple[privacy.Line, ...]:
    return (
        privacy.Line(N_("Number"), f"{row.symbol} {row.number}"),
        privacy.Line(N_("Payer"), row.payer_name),
        privacy.Line(N_("Amount (đồng)"), str(row.amount)),
        privacy.Line(N_("Issued"), _at(row.issued_at)),
        privacy.Line(N_("Voided"), _at(row.voided_at)),
    )


def _refund(row: Refund) -> tuple[privacy.Line, ...]:
    return (
        privacy.Line(N_("Reference"), row.invoice.reference),
        privacy.Line(N_("Amount (đồng)"), str(row.amount)),
        privacy.Line(N_("Reason"), row.reason),
        privacy.Line(N_("Asked"), _at(row.asked_at)),
        privacy.Line(N_("Decided"), _at(row.decided_at)),
        privacy.Line(N_("Given back"), _at(row.done_at)),
    )


def payments(person: Person) -> list[privacy.Section]:
    """What somebody was asked to pay, their receipts, and what went back to them."""
    invoices = Invoice.objects.filter(person=person).select_related("payee").prefetch_related("lines").order_by("pk")
    receipts = Receipt.objects.filter(invoice__person=person).order_by("pk")
    refunds = Refund.objects.filter(invoice__person=person).select_related("invoice").order_by("pk")
    return [
        privacy.Section(N_("Payments"), tuple(map(_invoice, invoices))),
        privacy.Section(N_("Receipts"), tuple(map(_receipt, receipts))),
        privacy.Section(N_("Refunds"), tuple(map(_refund, refunds))),
    ]


def due(before: dt.datetime) -> int:
    """Count invoices of persons that were settled or cancelled before a moment."""
    return Invoice.objects.filter(Q(settled_at__lt=before) | Q(cancelled_at__lt=before), ~Q(person=None)).count()


HOLDINGS: Final = (privacy.Holding("payments", N_("Payments"), payments, due=due),)
