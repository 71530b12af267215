from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min

from vamco.kernel.base import clock
from vamco.kernel.base.audit import rules
from vamco.kernel.base.audit.models import Chain, Entry

SYSTEM = "system"


def record(  # an entry has that many parts
    act: str,
    *,
    actor: str,
    chain: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    purpose: str = "",
) -> None:
    """Append one entry to the chain of an agency, inside the act's own transaction.

    `actor` is a person's id or SYSTEM, `subject` is "kind:id". `detail` holds what changed, never personal data: texts, whole
    numbers, truth values, and lists and dicts of them. The chain's head stays locked until the act commits, so call it last.
    """
    if not connection.in_atomic_block:
        msg = "an audit entry belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    rules.demand_exact(detail or {})
    head = Chain.objects.select_for_update().filter(code=chain).first()
    if head is None:  # the first entry ever, perhaps in two transactions at once
        Chain.objects.bulk_create([Chain(code=chain)], ignore_conflicts=True)
        head = Chain.objects.select_for_update().get(code=chain)
    content = rules.Content(
        chain,
        head.seq + 1,
        _iso(clock.now()),
        act,
        actor,
        subject,
        purpose,
        detail or {},
    )
    digest = rules.bind(bytes(head.head), content)
    Entry.objects.create(
        chain=head,
        seq=content.seq,
        at=dt.datetime.fromisoformat(content.at),
        act=act,
        actor=actor,
        subject=subject,
        purpose=purpose,
        detail=content.detail,
        hash=digest,
    )
    head.seq, head.head = content.seq, digest
    head.save(update_fields=["seq", "head"])


def verify() -> dict[str, int]:
    """Give the chains that are broken, each with the number of its first broken entry; empty when all is true."""
    broken = {}
    for chain in Chain.objects.order_by("code"):
        entries = Entry.objects.filter(chain=chain, seq__lte=chain.seq).order_by("seq").iterator(chunk_size=5000)
        pairs = ((_content(entry), bytes(entry.hash)) for entry in entries)
        seq = rules.first_break(pairs, (chain.seq, bytes(chain.head)))
        if seq is None:  # one statement, so that an act that commits just now is no break
            seq = Entry.objects.filter(chain=chain, seq__gt=F("chain__seq")).aggregate(first=Min("seq"))["first"]
        if seq is not None:
            broken[chain.code] = seq
    return broken


def _iso(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _content(entry: Entry) -> rules.Content:
    return rules.Content(
        entry.chain_id,
        entry.seq,
        _iso(entry.at),
        entry.act,
        entry.actor,
        entry.subject,
        entry.purpose,
        entry.detail,
    )
