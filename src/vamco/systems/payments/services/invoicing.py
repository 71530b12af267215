"""Invoices: somebody is asked to pay, or no longer."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.systems.payments.models import Invoice, InvoiceLine
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.rules import reference
from vamco.systems.payments.services import ledger, refunding
from vamco.vocab.payments import InvoiceMoved

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Organisation, Person
    from vamco.systems.payments.contracts import InvoiceView, Line

MOST = 10**12
_CODE = 16


def ask(  # noqa: PLR0913  # an invoice has that many parts
    subject: str,
    *,
    payee: Agency,
    payer: Person | Organisation,
    payer_name: str,
    lines: Sequence[Line],
    key: str,
    by: str,
    matter: str = "",
    pay_until: dt.datetime | None = None,
) -> InvoiceView:
    """Ask for money, and return the invoice; asked again with the same key it is the same one, unchanged.

    `payer` sees and pays it, and who acts for them in its `matter`. `by` is a person's id or the audit's SYSTEM. Refused without lines or
    for nothing to pay.
    """
    total = sum(line.amount for line in lines)
    if not lines or any(line.count <= 0 or line.price < 0 for line in lines) or not 0 < total <= MOST:
        raise Refused("payments.nothing_to_pay", N_("An invoice needs lines with whole amounts of đồng above nothing."))
    person = payer if isinstance(payer, people.Person) else None
    columns = {
        "subject": subject,
        "matter": matter,
        "payee": payee,
        "person": person,
        "organisation": None if person is not None else payer,
        "payer_name": payer_name[:200],
        "total": total,
        "asked_by": by,
        "pay_until": pay_until,
    }
    with transaction.atomic():
        invoice, made = Invoice.objects.get_or_create(key=key, defaults={**columns, **_drawn(), **_account(payee)})
        if made:
            for place, line in enumerate(lines, 1):
                InvoiceLine.objects.create(
                    invoice=invoice,
                    place=place,
                    name=line.name,
                    name_en=line.name_en,
                    count=line.count,
                    price=line.price,
                )
            detail = {"total": total, "subject": subject}
            audit.record("payments.ask", actor=by, chain=payee.code, subject=f"invoice:{invoice.pk}", detail=detail)
            events.emit(InvoiceMoved(invoice.code, subject, "open", 0))
    return invoices.view(invoice)


def _drawn() -> dict[str, object]:
    code = "".join(secrets.choice(reference.ALPHABET) for _place in range(_CODE))
    return {"code": code, "reference": reference.make(secrets.token_bytes(7)), "asked_at": clock.now()}


def _account(payee: Agency) -> dict[str, str]:
    """Return the account of this moment: what is asked for stays payable into it."""
    found = invoices.account_of(payee)
    return {"bank": found.bank, "account": found.number, "holder": found.holder} if found else {}


def cancel(code: str, reason: str, *, by: str) -> None:
    """Ask no longer; what was paid is given back. Cancelled again, nothing happens."""
    if not reason.strip():
        raise Refused("payments.no_reason", N_("Say why."))
    with transaction.atomic():
        invoice = ledger.locked(invoices.by_code(code).pk)
        if invoice.cancelled_at is not None:
            return
        invoice.cancelled_at, invoice.cancelled_because = clock.now(), reason.strip()[:300]
        invoice.save(update_fields=["cancelled_at", "cancelled_because"])
        audit.record("payments.cancel", actor=by, chain=invoice.payee.code, subject=f"invoice:{invoice.pk}")
        refunding.open_rest(invoice, "cancelled", by=by)
        ledger.restand(invoice)
