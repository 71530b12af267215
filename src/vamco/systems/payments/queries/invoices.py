"""Invoices: for whom they are, what they hold, and whether a reader may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q, Sum

from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing
from vamco.systems.payments.contracts import PAY, InvoiceView, Line
from vamco.systems.payments.models import Gateway, Invoice, PayAccount, Refund
from vamco.systems.payments.rules import standing

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person
    from vamco.systems.payments.contracts import Standing

_MOST = 100


def no_invoice() -> Missing:
    """Return the refusal for an invoice that is not there, or not for this reader: the two look alike."""
    return Missing("payments.no_invoice", N_("There is no such invoice."))


def account_of(agency: Agency) -> PayAccount | None:
    """Return the account of an agency, or of the next one above it that has one; None when none has."""
    codes = agency.path.strip("/").split("/")[::-1]
    held = {row.agency: row for row in PayAccount.objects.filter(agency__in=codes)}
    return next((held[code] for code in codes if code in held), None)


def by_code(code: str) -> Invoice:
    """Return an invoice by its code."""
    found = Invoice.objects.select_related("payee").filter(code=code[:20]).first()
    if found is None:
        raise no_invoice()
    return found


def owner(invoice: Invoice) -> access.Owner:
    """Return whose invoice it is."""
    return access.Owner(invoice.person_id, invoice.organisation_id)


def own(code: str, reader: Person) -> Invoice:
    """Return an invoice of the reader's, or of somebody for whom they act in its matter; to others it does not exist."""
    found = by_code(code)
    if not access.owns(reader, PAY, owner(found), found.matter):
        raise no_invoice()
    return found


def own_open(reader: Person) -> list[Invoice]:
    """Return what the reader, or those for whom they act, still have to pay or paid lately, the newest first."""
    reach = access.ownership(reader, PAY)
    mine = access.owned(reach, person="person", organisation="organisation", matter="matter")
    return list(Invoice.objects.filter(mine).select_related("payee").order_by("-asked_at")[:_MOST])


def of_subject(subject: str) -> list[Invoice]:
    """Return the invoices for a subject, the oldest first."""
    return list(Invoice.objects.filter(subject=subject).select_related("payee").order_by("pk"))


def within(reader: Person, act: str) -> Q:
    """Return the condition on invoices whose payee the reader reaches with an act."""
    return access.within(access.scope(reader, act), "payee")


def reached(code: str, reader: Person, act: str) -> Invoice:
    """Return an invoice of an agency that the reader reaches with an act; to others it does not exist."""
    found = by_code(code)
    if not access.allow(reader, act, found.payee):
        raise no_invoice()
    return found


def lines(invoice: Invoice) -> tuple[Line, ...]:
    """Return the lines of an invoice in order."""
    return tuple(Line(row.name, row.name_en, row.count, row.price) for row in invoice.lines.order_by("place"))


def promised(invoice: Invoice) -> int:
    """Return what refunds that are not done yet will give back."""
    found = Refund.objects.filter(invoice=invoice, standing__in=["asked", "approved"]).aggregate(sum=Sum("amount"))
    return int(found["sum"] or 0)


def ledger(invoice: Invoice) -> standing.Ledger:
    """Return the sums of an invoice, counted from its payments and refunds, not from what is kept beside them."""
    paid = invoice.payments.aggregate(sum=Sum("amount"))["sum"] or 0
    done = Refund.objects.filter(invoice=invoice, standing="done").aggregate(sum=Sum("amount"))["sum"] or 0
    return standing.Ledger(
        total=invoice.total,
        paid=int(paid),
        refunded=int(done),
        promised=promised(invoice),
        cancelled=invoice.cancelled_at is not None,
        checking=invoice.attempts.filter(standing="pending").exists(),
    )


def due(invoice: Invoice) -> int:
    """Return what is still to be paid."""
    return standing.due(ledger(invoice))


def view(invoice: Invoice) -> InvoiceView:
    """Return an invoice as other rooms see it."""
    receipt = invoice.receipts.filter(voided_at=None).first()
    kept: Standing = invoice.standing  # type: ignore[assignment]
    return InvoiceView(
        code=invoice.code,
        subject=invoice.subject,
        payee=invoice.payee.code,
        payee_name=invoice.payee.name,
        payee_name_en=invoice.payee.name_en,
        total=invoice.total,
        paid=invoice.paid,
        refunded=invoice.refunded,
        standing=kept,
        lines=lines(invoice),
        asked_at=invoice.asked_at,
        pay_until=invoice.pay_until,
        receipt=receipt.document if receipt else "",
    )


def of(subject: str) -> list[InvoiceView]:
    """Return the invoices for a subject, the oldest first."""
    return [view(each) for each in of_subject(subject)]


def gateway() -> Gateway | None:
    """Return the gateway that is in use, None where the operator has set none."""
    if not settings.VAMCO_GATEWAY_MERCHANT or settings.VAMCO_GATEWAY_SECRET is None:
        return None
    return Gateway.objects.order_by("pk").first()
