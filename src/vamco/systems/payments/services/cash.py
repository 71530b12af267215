"""The cash desk: a till is opened with a counted sum, takes and gives cash, and is closed with a counted sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Sum

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.payments.contracts import TAKE_CASH
from vamco.systems.payments.models import CashEntry, Receipt, Refund, Till
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.services import crediting, issuing, ledger, refunding

if TYPE_CHECKING:
    from uuid import UUID

    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person

MOST = 10**10


def open_till(agency: Agency, opening: int, *, by: Person) -> Till:
    """Open the till of today; it is opened once."""
    access.demand(by, TAKE_CASH, agency)
    _demand_sum(opening)
    with transaction.atomic():
        found, made = Till.objects.get_or_create(
            agency=agency,
            cashier=by,
            day=clock.today(),
            defaults={"opened_at": clock.now(), "opening": opening},
        )
        if made:
            detail = {"opening": opening}
            audit.record(
                "payments.open_till", actor=str(by.pk), chain=agency.code, subject=f"till:{found.pk}", detail=detail
            )
    return found


def expected(till: Till) -> int:
    """Return what must lie in a till."""
    return till.opening + int(till.entries.aggregate(sum=Sum("amount"))["sum"] or 0)


def take(code: str, amount: int, *, sending: UUID, by: Person, paper: bool = False) -> Receipt:
    """Take the whole of what is due in cash, and return the receipt. Sent twice it is taken once.

    `amount` is what the cashier saw on the page: where something else is due by now, nothing is taken.
    """
    issuing.demand_electronic(paper=paper)
    invoice = invoices.reached(code, by, TAKE_CASH)
    with transaction.atomic():
        held = ledger.locked(invoice.pk)
        known = CashEntry.objects.filter(sending=sending).select_related("payment__invoice").first()
        if known is not None:
            if known.payment is None or known.payment.invoice_id != held.pk:
                raise Refused("payments.other_sending", N_("Please open the page again."))
            return issuing.issue(held, by=str(by.pk), cash=True)
        due = invoices.due(held)
        if due == 0:
            raise Refused("payments.nothing_due", N_("Nothing is to be paid any more."))
        if amount != due:
            raise Refused("payments.due_changed", N_("Another amount is due by now. Look at it again."))
        till = _open(held.payee, by)
        payment = crediting.credit(held, due, channel="cash", at=clock.now(), by=str(by.pk))
        CashEntry.objects.create(till=till, payment=payment, sending=sending, amount=due, at=payment.at)
        return issuing.issue(held, by=str(by.pk), cash=True)


def pay_out(refund: int, *, sending: UUID, by: Person) -> None:
    """Pay an approved refund out in cash, from the own till."""
    known = Refund.objects.select_related("invoice__payee").filter(pk=refund).first() if 0 < refund < 2**63 else None
    if known is None or not access.allow(by, TAKE_CASH, known.invoice.payee):
        raise refunding.no_refund()
    with transaction.atomic():
        held = ledger.locked(known.invoice_id)
        if CashEntry.objects.filter(sending=sending).exists():
            return
        found = Refund.objects.select_for_update().get(pk=refund)
        till = _open(held.payee, by)
        if expected(till) < found.amount:
            raise Refused("payments.till_too_small", N_("There is not enough in the till."))
        refunding.done(found, f"cash:{till.pk}", by=str(by.pk))
        CashEntry.objects.create(till=till, refund=found, sending=sending, amount=-found.amount, at=clock.now())


def close(till: int, counted: int, note: str, *, by: Person) -> Till:
    """Close the own till with what was counted; a difference needs a word, and stays on record."""
    _demand_sum(counted)
    with transaction.atomic():
        found = (
            Till.objects.select_for_update(of=("self",)).select_related("agency").filter(pk=till, cashier=by).first()
        )
        if found is None:
            raise Missing("payments.no_till", N_("There is no such till of yours."))
        if found.closed_at is not None:
            raise Refused("payments.till_closed", N_("This till is closed."))
        found.expected = expected(found)
        if counted != found.expected and not note.strip():
            raise Refused("payments.till_differs", N_("What was counted differs from what must be there. Say why."))
        found.counted, found.note, found.closed_at = counted, note.strip()[:300], clock.now()
        found.save()
        detail = {"counted": counted, "expected": found.expected}
        audit.record(
            "payments.close_till", actor=str(by.pk), chain=found.agency.code, subject=f"till:{found.pk}", detail=detail
        )
    return found


def own(agency: Agency, by: Person) -> Till | None:
    """Return the own till of today in an agency."""
    return Till.objects.filter(agency=agency, cashier=by, day=clock.today()).first()


def _open(agency: Agency, by: Person) -> Till:
    found = Till.objects.select_for_update().filter(agency=agency, cashier=by, day=clock.today()).first()
    if found is None:
        raise Refused("payments.no_till_open", N_("Open your till first, with what lies in it."))
    if found.closed_at is not None:
        raise Refused("payments.till_closed", N_("This till is closed."))
    return found


def _demand_sum(amount: int) -> None:
    if not 0 <= amount <= MOST:
        raise Refused("payments.no_sum", N_("A sum is a whole number of đồng."))
