from __future__ import annotations

import datetime as dt
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import rules
from vamco.kernel.base.audit.contracts import Seen
from vamco.kernel.base.audit.models import Chain, Checkpoint, Mention
from vamco.lib import chain_export, checkpoints
from vamco.lib.chain_export import Report
from vamco.lib.hashchain import Break, Place, Reason, follow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

_ROWS: Final = """
    SELECT seq, chain_id, at, act, actor, subject, purpose, detail, commitments, hash FROM audit_entry
    WHERE chain_id = %s AND seq <= %s ORDER BY seq
"""
_MENTIONS: Final = """
    SELECT mention.person, mention.salt, entry.commitments #>> ARRAY['persons', mention.place::text], entry.chain_id, entry.seq
    FROM audit_mention mention LEFT JOIN audit_entry entry ON entry.id = mention.entry_id
"""
_BEYOND: Final = """
    SELECT entry.chain_id, min(entry.seq) FROM audit_entry entry LEFT JOIN audit_chain chain ON chain.code = entry.chain_id
    WHERE entry.seq > coalesce(chain.seq, 0) GROUP BY entry.chain_id
"""
_UNLINKED: Final = """
    SELECT (SELECT coalesce(sum(jsonb_array_length(commitments -> 'persons')), 0) FROM audit_entry WHERE commitments ? 'persons')
         - (SELECT count(*) FROM audit_mention)
         - (SELECT coalesce(sum((detail ->> 'entries')::bigint), 0) FROM audit_entry WHERE act = 'audit.erase')
"""
_AT_ONCE: Final = 5000


def iso(moment: dt.datetime) -> str:
    """A moment as entries write it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def seen(person: str, *, since: dt.datetime | None = None, limit: int = 200) -> list[Seen]:
    """The newest entries that concern a person ("kind:id"): who looked at the data or changed them, when and what for."""
    mentions = Mention.objects.filter(person=person, **({"entry__at__gte": since} if since else {}))
    entries = (each.entry for each in mentions.order_by("-entry_id").select_related("entry")[:limit])
    return [Seen(e.at, e.act, e.actor, e.chain_id, e.seq, e.subject, e.purpose) for e in entries]


def attests(chain: str, seq: int, person: str, name: str, value: str) -> bool:
    """Whether an entry was about that person and sealed that value. Never after the person was erased."""
    mention = Mention.objects.filter(entry__chain=chain, entry__seq=seq, person=person, place=0).first()
    if mention is None:
        return False
    sealed = mention.entry.commitments.get("values", {}).get(name, "")
    return hmac.compare_digest(sealed, rules.commit_value(bytes(mention.salt), name, value))


def heads() -> dict[str, Place]:
    """Where the chains end, all at one moment."""
    return {code: Place(seq, bytes(head)) for code, seq, head in Chain.objects.values_list("code", "seq", "head")}


def last_checkpoint() -> checkpoints.Checkpoint | None:
    """The newest checkpoint."""
    row = Checkpoint.objects.order_by("-number").first()
    return checkpoints.Checkpoint.read(row.line) if row else None


def verify() -> dict[str, int]:
    """Give the chains that are broken, each with the number of its first broken entry; empty when all is true."""
    return {chain: broken.seq for chain, broken in examine().broken.items()}


def examine(outside: Sequence[checkpoints.Checkpoint] = (), key: str = "") -> Report:
    """Examine the whole log while acts go on. `outside`: checkpoints kept elsewhere; `key`: the public key that must have signed.

    What is read first is the least, so that an act that commits just now is no break: checkpoints, heads, entries.
    """
    report = Report()
    with transaction.atomic():
        claims = checkpoints.Claims(outside)
        _checkpoints(report, claims, outside, key)
        ends = heads()
        report.chains = len(ends)
        for chain in sorted(ends):
            true, broken = follow(chain, _entries(chain, ends[chain].seq), ends[chain], claims.of(chain))
            report.entries += true
            if broken:
                report.broken[chain] = broken
        chain_export.lost_chains(report, claims, set(ends))
        for chain, seq in _beyond():
            report.broken.setdefault(chain, Break(seq, Reason.HEAD))
        _mentions(report)
    return report


def export(out: TextIO) -> int:
    """Write the log as lines of JSON that can be checked without a database; gives the number of entries."""
    written = 0
    with transaction.atomic():
        out.write(chain_export.first_line(iso(clock.now())) + "\n")
        out.writelines(row.line + "\n" for row in Checkpoint.objects.order_by("number").iterator())
        ends = heads()
        for chain in sorted(ends):
            out.write(chain_export.head_line(chain, ends[chain]) + "\n")
            for seq, content, stored in _entries(chain, ends[chain].seq):
                out.write(chain_export.entry_line(seq, content, stored) + "\n")
                written += 1
        out.write(chain_export.last_line(len(ends), written) + "\n")
    return written


def _entries(chain: str, last: int) -> Iterator[tuple[int, dict[str, Any], bytes]]:
    for seq, code, at, act, actor, subject, purpose, detail, commitments, stored in _rows(_ROWS, [chain, last]):
        content = {
            "chain": code,
            "at": iso(at),
            "act": act,
            "actor": actor,
            "subject": subject,
            "purpose": purpose,
            "detail": json.loads(detail),
            "commitments": json.loads(commitments),
        }
        yield seq, content, stored


def _rows(statement: str, values: list[str | int]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, some thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, values)
        while rows := cursor.fetchmany(_AT_ONCE):
            yield from rows


def _checkpoints(
    report: Report, claims: checkpoints.Claims, outside: Sequence[checkpoints.Checkpoint], key: str
) -> None:
    known = []
    for row in Checkpoint.objects.order_by("number").iterator():
        each = checkpoints.Checkpoint.read(row.line)
        known.append(each)
        claims.add(each)
    report.checkpoints = len(known)
    report.faults += [*checkpoints.faults(known, key), *chain_export.compare(known, outside, key)]


def _beyond() -> list[tuple[str, int]]:
    """The chains with entries behind their end, or without one; one statement, so that an act just now is none of them."""
    with connection.cursor() as cursor:
        cursor.execute(_BEYOND)
        return [(chain, seq) for chain, seq in cursor.fetchall()]


def _mentions(report: Report) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_UNLINKED)
        report.unexplained = int(cursor.fetchone()[0])
    for person, salt, commitment, chain, seq in _rows(_MENTIONS, []):
        if chain is not None and commitment != rules.commit_person(salt, person):
            report.mentions[chain] = min(seq, report.mentions.get(chain, seq))
