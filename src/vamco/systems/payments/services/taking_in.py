"""Notices of channels: kept raw once their sender is verified, then settled under the invoice's lock. Each step may be repeated.

A kill between the two leaves a notice that is `new`: the sender's repeat, or the job that was deferred with it, settles it once.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.payments.contracts import RECONCILE
from vamco.systems.payments.models import Attempt, Invoice, Notification, PayAccount
from vamco.systems.payments.queries import invoices
from vamco.systems.payments.rules import reference
from vamco.systems.payments.services import crediting, ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.world.people.public import Person
    from vamco.systems.payments.contracts import Channel, Transfer

SETTLE = "payments.settle"


def keep(transfer: Transfer, raw: Mapping[str, Any], *, attempt: Attempt | None = None) -> Notification:
    """Keep a verified notice, once by channel and id. What comes again counts as a repeat; with other contents the first one stands."""
    text = json.dumps(dict(raw), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(
        f"{transfer.amount} {transfer.account} {transfer.incoming} {transfer.content}".encode()
    ).hexdigest()
    with transaction.atomic():
        found, made = Notification.objects.get_or_create(
            channel=transfer.channel,
            external=transfer.external,
            defaults={
                "raw": text[:8000],
                "digest": digest,
                "received_at": clock.now(),
                "at": transfer.at,
                "amount": transfer.amount,
                "incoming": transfer.incoming,
                "account": transfer.account[:40],
                "content": transfer.content[:300],
                "attempt": attempt,
            },
        )
        if made:
            jobs.later(SETTLE, key=f"notification:{found.pk}", notification=found.pk)
            return found
        found = Notification.objects.select_for_update().get(pk=found.pk)
        found.repeats += 1
        found.contradicted = found.contradicted or found.digest != digest
        found.save(update_fields=["repeats", "contradicted"])
    return found


def settle(notification: int) -> Notification:
    """Settle a notice that is new; one that was settled stays as it is."""
    with transaction.atomic():
        found = Notification.objects.select_for_update(of=("self",)).select_related("attempt").get(pk=notification)
        if found.outcome != "new":
            return found
        if not found.incoming:
            found.outcome = "ignored"
        elif found.attempt is not None:
            _credit(found, ledger.locked(found.attempt.invoice_id), by=audit.SYSTEM)
        else:
            _match(found)
        found.save(update_fields=["outcome", "cause", "invoice"])
    return found


def _match(found: Notification) -> None:
    """Find the invoice by its reference; an amount alone never settles anything."""
    known = Invoice.objects.filter(reference__in=reference.found_in(found.content)).values_list("pk", "account")
    fitting = [pk for pk, account in known if account and account == found.account]
    if len(fitting) == 1:
        _credit(found, ledger.locked(fitting[0]), by=audit.SYSTEM)
        return
    found.outcome = "queued"
    if len(fitting) > 1:
        found.cause = "several"
    elif known:
        found.cause = "other_account"
    else:
        found.cause = "text_cut" if found.content.strip() else "no_text"


def _credit(found: Notification, invoice: Invoice, *, by: str) -> None:
    channel: Channel = found.channel  # type: ignore[assignment]
    crediting.credit(invoice, found.amount, channel=channel, at=found.at, by=by, notification=found)
    found.outcome, found.invoice = "settled", invoice


def assign(notification: int, code: str, *, by: Person) -> None:
    """Say which invoice money of unknown purpose is for; a person does, and it is on record."""
    with transaction.atomic():
        found = waiting(notification, by)
        found = Notification.objects.select_for_update().get(pk=found.pk)
        if found.outcome != "queued":
            raise Refused("payments.matched_already", N_("This transfer was matched already."))
        invoice = ledger.locked(invoices.reached(code, by, RECONCILE).pk)
        detail = {"notification": found.pk}
        audit.record(
            "payments.match", actor=str(by.pk), chain=invoice.payee.code, subject=f"invoice:{invoice.pk}", detail=detail
        )
        _credit(found, invoice, by=str(by.pk))
        found.save(update_fields=["outcome", "invoice"])


def waiting(notification: int, reader: Person) -> Notification:
    """Return a transfer that waits to be matched, into an account of an agency that the reader reaches; to others it does not exist."""
    found = Notification.objects.filter(pk=notification).first() if 0 < notification < 2**63 else None
    everywhere = access.scope(reader, RECONCILE).everywhere
    if found is None or not (everywhere or found.account in accounts(reader)):
        raise Missing("payments.no_transfer", N_("There is no such transfer."))
    return found


def accounts(reader: Person) -> frozenset[str]:
    """Return the numbers of the accounts of agencies that the reader reaches."""
    reach = access.reach(reader, RECONCILE)
    rows = PayAccount.objects.values_list("agency", "number")
    return frozenset(number for agency, number in rows if reach.covers(agency))


def settle_left() -> None:
    """Settle notices that were kept and not settled: takes up what a crash has left."""
    for pk in Notification.objects.filter(outcome="new").order_by("pk").values_list("pk", flat=True)[:500]:
        settle(pk)
