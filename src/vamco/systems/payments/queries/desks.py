"""What cashiers and accountants look at: of the agencies that they reach, and no other."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.lib.text import fold
from vamco.lib.time import HCM
from vamco.systems.payments.contracts import DECIDE_REFUND, RECONCILE, TAKE_CASH
from vamco.systems.payments.models import (
    Attempt,
    Difference,
    Invoice,
    Notification,
    PayAccount,
    Receipt,
    ReconciledDay,
    Refund,
    Till,
)

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person

_MOST = 100
_DAYS = 14
_TRANSFERRED_WITHIN = dt.timedelta(hours=24)


def own_agency(reader: Person, act: str) -> Agency | None:
    """Return the agency in which the reader does an act by a post of their own; None when there is none."""
    for membership in people.memberships(reader):
        if access.allow(reader, act, membership.agency):
            return membership.agency
    return None


def to_take(reader: Person, text: str) -> list[Invoice]:
    """Return what can be paid at the reader's desk, the newest first; `text` is a reference, or a part of the payer's name."""
    rows = Invoice.objects.filter(
        access.within(access.scope(reader, TAKE_CASH), "payee"), standing__in=["open", "checking", "underpaid"]
    )
    found = list(rows.select_related("payee").order_by("-asked_at")[: _MOST * 5])
    wanted = fold(text)
    if not wanted:
        return found[:_MOST]
    squeezed = wanted.replace(" ", "")
    return [row for row in found if wanted in fold(row.payer_name) or squeezed == row.reference.lower()][:_MOST]


def receipts_of(reader: Person, day: dt.date) -> list[Receipt]:
    """Return the receipts of a day of the agencies at whose desk the reader works, the newest first."""
    begin = dt.datetime.combine(day, dt.time(), HCM)
    rows = Receipt.objects.filter(
        access.within(access.scope(reader, TAKE_CASH)), issued_at__gte=begin, issued_at__lt=begin + dt.timedelta(days=1)
    )
    return list(rows.select_related("agency", "invoice").order_by("-pk")[:_MOST])


def receipt(pk: int, reader: Person) -> Receipt:
    """Return a receipt of an agency at whose desk the reader works; to others it does not exist."""
    found = Receipt.objects.select_related("agency", "invoice").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None or not access.allow(reader, TAKE_CASH, found.agency):
        raise Missing("payments.no_receipt", N_("There is no such receipt."))
    return found


def tills(reader: Person, day: dt.date) -> list[Till]:
    """Return the tills of a day of the agencies that the reader reconciles."""
    rows = Till.objects.filter(access.within(access.scope(reader, RECONCILE)), day=day)
    return list(rows.select_related("cashier", "agency").order_by("pk"))


def days(agency: Agency) -> list[tuple[dt.date, ReconciledDay | None]]:
    """Return the last days of an agency with what was found, the newest first."""
    today = clock.today()
    kept = {
        row.day: row for row in ReconciledDay.objects.filter(agency=agency, day__gt=today - dt.timedelta(days=_DAYS))
    }
    return [(day, kept.get(day)) for day in (today - dt.timedelta(days=back) for back in range(_DAYS))]


def differences(day: ReconciledDay) -> list[Difference]:
    """Return the differences of a day that count: open ones first."""
    rows = Difference.objects.filter(day=day).exclude(gone=True, closed_at=None)
    return sorted(
        rows.select_related("invoice", "notification", "line"), key=lambda row: (row.closed_at is not None, row.pk)
    )


def difference(pk: int, reader: Person) -> Difference:
    """Return a difference of an agency that the reader reconciles; to others it does not exist."""
    rows = Difference.objects.select_related("day__agency", "invoice", "notification", "line")
    found = rows.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None or not access.allow(reader, RECONCILE, found.day.agency):
        raise Missing("payments.no_difference", N_("There is no such difference."))
    return found


def queue(reader: Person) -> list[Notification]:
    """Return the transfers that wait to be matched, the oldest first."""
    reach = access.reach(reader, RECONCILE)
    numbers = [row.number for row in PayAccount.objects.all() if reach.covers(row.agency)]
    mine = Q() if access.scope(reader, RECONCILE).everywhere else Q(account__in=numbers)
    return list(Notification.objects.filter(mine, outcome="queued").order_by("pk")[:_MOST])


def candidates(amount: int, reader: Person) -> list[Invoice]:
    """Return open invoices of the reader's agencies to which money may belong: those of that amount, else all, the newest first."""
    rows = Invoice.objects.filter(
        access.within(access.scope(reader, RECONCILE), "payee"), standing__in=["open", "checking", "underpaid"]
    ).select_related("payee")
    exact = list(rows.filter(total=amount).order_by("-asked_at")[:_MOST])
    return exact or list(rows.order_by("-asked_at")[:_MOST])


def unknown(reader: Person) -> list[Attempt]:
    """Return the payments whose outcome the gateway did not tell within a day."""
    rows = Attempt.objects.filter(
        access.within(access.scope(reader, RECONCILE), "invoice__payee"), standing="unknown"
    ).select_related("invoice")
    return list(rows.order_by("begun_at")[:_MOST])


def overdue_refunds(reader: Person) -> list[Refund]:
    """Return refunds that were approved more than a day ago and of which nobody knows whether the bank has paid, the oldest first."""
    rows = Refund.objects.filter(
        access.within(access.scope(reader, RECONCILE), "invoice__payee"),
        standing="approved",
        decided_at__lt=clock.now() - _TRANSFERRED_WITHIN,
    )
    return list(rows.select_related("invoice__payee").order_by("decided_at")[:_MOST])


def attempt(pk: int, reader: Person) -> Attempt:
    """Return a payment through the gateway to an agency that the reader reconciles; to others it does not exist."""
    found = Attempt.objects.select_related("invoice__payee").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None or not access.allow(reader, RECONCILE, found.invoice.payee):
        raise Missing("payments.no_attempt", N_("There is no such payment."))
    return found


def refunds(reader: Person) -> list[Refund]:
    """Return the refunds that the reader decides on or pays out: open ones first, then the newest."""
    either = access.within(access.scope(reader, DECIDE_REFUND), "invoice__payee") | access.within(
        access.scope(reader, RECONCILE), "invoice__payee"
    )
    rows = Refund.objects.filter(either).select_related("invoice__payee").order_by("-pk")[:_MOST]
    return sorted(rows, key=lambda row: row.standing in {"done", "declined"})


def refund(pk: int, reader: Person) -> Refund:
    """Return a refund that the reader decides on; to others it does not exist."""
    found = Refund.objects.select_related("invoice__payee").filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None or not access.allow(reader, DECIDE_REFUND, found.invoice.payee):
        raise Missing("payments.no_refund", N_("There is no such refund."))
    return found
