"""Electronic receipts: number and row with the payment, document and carrier after it, each safe to repeat; voiding; the day's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.numbers import public as numbers
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import format_date, local_date
from vamco.systems.payments.adapters import carrier
from vamco.systems.payments.contracts import RECEIPTS, TAKE_CASH
from vamco.systems.payments.models import Invoice, Receipt, ReceiptRule, Summary
from vamco.systems.payments.rules import receipts

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person

MAKE = "payments.make_receipt"
SEND = "payments.send_receipt"
SUMMARISE = "payments.send_summary"
TEMPLATE = "fee_receipt"


def issue(invoice: Invoice, *, by: str, cash: bool = False) -> Receipt:
    """Give a locked, paid invoice its receipt with the next number of its agency and year; it has one at most that holds."""
    known = Receipt.objects.filter(invoice=invoice, voided_at=None).first()
    if known is not None:
        return known
    now = clock.now()
    day = local_date(now)
    again = Receipt.objects.filter(invoice=invoice).count()
    number = numbers.take(RECEIPTS, invoice.payee.code, day, key=f"invoice:{invoice.pk}:{again}")
    found = Receipt.objects.create(
        agency=invoice.payee,
        year=day.year,
        number=number.n,
        symbol=rule().symbol,
        invoice=invoice,
        amount=invoice.total,
        payer_name=invoice.payer_name,
        cash=cash,
        issued_at=now,
        issued_by=by,
    )
    _audit("payments.issue_receipt", found, by, number=number.n, amount=found.amount)
    jobs.later(MAKE, key=f"receipt:{found.pk}", receipt=found.pk)
    return found


def rule() -> ReceiptRule:
    """Return how receipts are given here."""
    found = ReceiptRule.objects.first()
    if found is None:
        raise Missing("payments.no_receipt_rule", N_("The pack does not say how receipts are given."))
    return found


def demand_electronic(*, paper: bool) -> None:
    """Refuse a paper receipt after its last day. Source: NĐ 254/2026, Đ. 44.2."""
    found = rule()
    if paper and not receipts.paper_allowed(clock.today(), found.paper_until):
        raise Refused(
            "payments.no_paper",
            N_("Paper receipts could be given until %(day)s; give an electronic one (NĐ 254/2026/NĐ-CP, Article 44)."),
            day=format_date(found.paper_until, "vi"),
        )


def make(receipt: int) -> Receipt:
    """Make the signed document of a receipt and enter it into the register, once; return the receipt with it."""
    with transaction.atomic():
        found = (
            Receipt.objects.select_for_update(of=("self",)).select_related("agency", "invoice", "file").get(pk=receipt)
        )
        if found.document:
            return found
        issued = documents.issue(
            TEMPLATE,
            _values(found),
            agency=found.agency,
            by=found.issued_by if found.issued_by.isdigit() else "",
            number=f"{found.number:08}",
            on=local_date(found.issued_at),
        )
        found.document, found.file_id = issued.code, issued.file
        found.save(update_fields=["document", "file"])
        jobs.later(SEND, key=f"carrier:{found.pk}", receipt=found.pk)
    return found


def _values(receipt: Receipt) -> dict[str, Any]:
    lines = [
        {"name": line.name, "count": line.count, "price": line.price, "amount": line.count * line.price}
        for line in receipt.invoice.lines.order_by("place")
    ]
    return {
        "symbol": receipt.symbol,
        "receipt_number": f"{receipt.number:08}",
        "payer": receipt.payer_name,
        "lines": lines,
        "total": receipt.amount,
        "way": "Tiền mặt" if receipt.cash else "Chuyển khoản",
        "invoice": receipt.invoice.reference,
        "issued_at": receipt.issued_at,
    }


def send(receipt: int) -> None:
    """Give a receipt, and later its voiding, to the carrier; without one it waits."""
    port = carrier.port()
    if port is None:
        return
    found = Receipt.objects.select_related("agency").get(pk=receipt)
    if not found.carrier_id:
        given = port.receipt(
            {
                "id": f"{found.agency.code}-{found.year}-{found.number}",
                "symbol": found.symbol,
                "number": found.number,
                "amount": found.amount,
                "at": found.issued_at.isoformat(),
            }
        )
        Receipt.objects.filter(pk=receipt).update(carrier_id=given[:60])
        found.carrier_id = given
    if found.voided_at is not None and found.void_sent_at is None:
        port.void(found.carrier_id, found.voided_because)
        Receipt.objects.filter(pk=receipt).update(void_sent_at=clock.now())


def void(receipt: int, reason: str, *, by: Person, payer_name: str = "") -> Receipt | None:
    """Void a receipt with a reason; with a name another one is given in its place. The money is not touched."""
    if not reason.strip():
        raise Refused("payments.no_reason", N_("Say why."))
    known = Receipt.objects.filter(pk=receipt).values_list("invoice_id", flat=True).first()
    if known is None:
        raise no_receipt()
    with transaction.atomic():
        invoice = Invoice.objects.select_for_update(of=("self",)).select_related("payee").get(pk=known)
        if not access.allow(by, TAKE_CASH, invoice.payee):
            raise no_receipt()
        found = Receipt.objects.select_for_update(of=("self",)).select_related("agency").get(pk=receipt)
        if found.voided_at is not None:
            raise Refused("payments.voided_already", N_("This receipt is void already."))
        found.voided_at, found.voided_because, found.voided_by = clock.now(), reason.strip()[:300], str(by.pk)
        found.save(update_fields=["voided_at", "voided_because", "voided_by"])
        _audit("payments.void_receipt", found, str(by.pk), number=found.number)
        jobs.later(SEND, key=f"void:{found.pk}", receipt=found.pk)
        again = None
        if payer_name.strip():
            invoice.payer_name = payer_name.strip()[:200]
            invoice.save(update_fields=["payer_name"])
            again = issue(invoice, by=str(by.pk), cash=found.cash)
    if found.document:
        documents.revoke(found.document, reason="Biên lai đã hủy", by=str(by.pk))
    return again


def summarise(day: dt.date) -> int:
    """Make the summary of each agency's receipts up to the end of a day, of what no earlier one states; return how many were made."""
    codes = (
        Receipt.objects.filter(summary=None)
        .values_list("agency__code", flat=True)
        .union(
            Receipt.objects.filter(void_summary=None, summary__isnull=False, voided_at__isnull=False).values_list(
                "agency__code", flat=True
            )
        )
    )
    return sum(summarise_agency(agencies.get(code), day) is not None for code in sorted(set(codes)))


def summarise_agency(agency: Agency, day: dt.date) -> Summary | None:
    """Make the summary of one agency; None when there is nothing to state."""
    with transaction.atomic():
        rows = list(
            Receipt.objects.select_for_update(of=("self",))
            .filter(agency=agency)
            .filter(void_summary=None)
            .exclude(summary__isnull=False, voided_at=None)
            .order_by("year", "number")
        )
        entries = {
            row.pk: receipts.Entry(row.pk, row.amount, row.voided_at is not None, row.summary_id is not None, False)
            for row in rows
        }
        found = receipts.summary(entries.values())
        if found.empty:
            return None
        number_of = {row.pk: f"{row.year}/{row.number:08}" for row in rows}
        content = {
            "form": "01/TH-BLĐT",
            "day": day.isoformat(),
            "issued": [number_of[each] for each in found.issued],
            "voided": [number_of[each] for each in found.voided],
            "voided_since": [number_of[each] for each in found.voided_since],
            "total": found.total,
            "taken_back": found.taken_back,
        }
        seq = Summary.objects.filter(agency=agency, day=day).count() + 1
        made = Summary.objects.create(agency=agency, day=day, seq=seq, made_at=clock.now(), content=content)
        Receipt.objects.filter(pk__in=found.issued).update(summary=made)
        Receipt.objects.filter(pk__in=(*found.voided, *found.voided_since)).update(void_summary=made)
        detail = {"issued": len(found.issued), "voided": len(found.voided) + len(found.voided_since)}
        audit.record(
            "payments.summarise", actor=audit.SYSTEM, chain=agency.code, subject=f"summary:{made.pk}", detail=detail
        )
        jobs.later(SUMMARISE, key=f"summary:{made.pk}", summary=made.pk)
    return made


def send_summary(summary: int) -> None:
    """Give a summary to the carrier; without one it waits."""
    port = carrier.port()
    found = Summary.objects.select_related("agency").get(pk=summary)
    if port is None or found.sent_at is not None:
        return
    given = port.summary({"id": f"{found.agency.code}-{found.day}-{found.seq}", **found.content})
    Summary.objects.filter(pk=summary).update(sent_at=clock.now(), carrier_id=given[:60])


def no_receipt() -> Missing:
    """Return the refusal for a receipt that is not there, or not for this reader."""
    return Missing("payments.no_receipt", N_("There is no such receipt."))


def _audit(act: str, receipt: Receipt, by: str, **detail: object) -> None:
    audit.record(act, actor=by, chain=receipt.agency.code, subject=f"receipt:{receipt.pk}", detail=dict(detail))
