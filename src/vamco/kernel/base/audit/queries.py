from __future__ import annotations

import contextlib
import datetime as dt
import hmac
import json
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import rules
from vamco.kernel.base.audit.contracts import Seen
from vamco.kernel.base.audit.models import Chain, Checkpoint, Entry, Mention
from vamco.lib import chain_export, checkpoints
from vamco.lib.chain_export import Report
from vamco.lib.hashchain import Break, Item, Place, Reason, follow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TextIO

    from vamco.lib.hashchain import Claim

# A moment that Python has no datetime for, such as infinity, would end the reading of all rows.
_ROWS: Final = """
    SELECT seq, id, chain_id, CASE WHEN at BETWEEN '0002-01-01 00:00:00+00' AND '9998-12-31 00:00:00+00' THEN at END,
           act, actor, subject, purpose, detail, commitments, hash
    FROM audit_entry WHERE chain_id = %s AND seq <= %s ORDER BY seq
"""
# A place below 0 would count from the end.
_MENTIONS: Final = """
    SELECT mention.person, mention.salt,
           CASE WHEN mention.place >= 0 THEN entry.commitments #>> ARRAY['persons', mention.place::text] END,
           entry.chain_id, entry.seq
    FROM audit_mention mention LEFT JOIN audit_entry entry ON entry.id = mention.entry_id
"""
_BEYOND: Final = """
    SELECT entry.chain_id, min(entry.seq) FROM audit_entry entry LEFT JOIN audit_chain chain ON chain.code = entry.chain_id
    WHERE entry.seq > coalesce(chain.seq, 0) GROUP BY entry.chain_id
"""
# Entry by entry, so that a link too many at one never makes up for one that is gone at another. What an altered entry claims
# counts for nothing: its chain names it.
_UNLINKED: Final = """
    SELECT (
        SELECT coalesce(sum(greatest(owed.persons - coalesce(linked.persons, 0), 0)), 0)
        FROM (
            SELECT id, CASE WHEN jsonb_typeof(commitments -> 'persons') = 'array'
                            THEN jsonb_array_length(commitments -> 'persons') ELSE 0 END AS persons
            FROM audit_entry WHERE commitments ? 'persons'
        ) owed LEFT JOIN (
            SELECT entry_id, count(DISTINCT place) AS persons FROM audit_mention WHERE place >= 0 GROUP BY entry_id
        ) linked ON linked.entry_id = owed.id
    ) - (
        SELECT coalesce(sum(CASE WHEN said.entries BETWEEN 0 AND 1e18 THEN said.entries ELSE 0 END), 0)
        FROM (
            SELECT CASE WHEN jsonb_typeof(detail -> 'entries') = 'number' THEN (detail ->> 'entries')::numeric END AS entries
            FROM audit_entry WHERE act = 'audit.erase'
        ) said
    )
"""
_AT_ONCE: Final = 5000
_WINDOW: Final = 500
_UNREADABLE: Final = (ValueError, RecursionError)  # thousands of digits, or a number that is none; nested too deep
_decode: Final = json.JSONDecoder().decode


def iso(moment: dt.datetime) -> str:
    """A moment as entries write it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def seen(person: str, *, since: dt.datetime | None = None, limit: int = 200) -> list[Seen]:
    """The newest entries that concern a person ("kind:id"): who looked at the data or changed them, when and what for."""
    mentions = Mention.objects.filter(person=person, **({"entry__at__gte": since} if since else {}))
    entries = (each.entry for each in mentions.order_by("-entry_id").select_related("entry")[:limit])
    return [Seen(e.at, e.act, e.actor, e.chain_id, e.seq, e.subject, e.purpose, e.detail) for e in entries]


def concerning(  # a question has that many parts
    person: str,
    *,
    on: dt.date,
    not_by: str = "",
    acts: Sequence[str] | None = None,
    after: int | None = None,
    limit: int = 25,
) -> tuple[list[Seen], int | None]:
    """Return entries that concern a person ("kind:id") for the person to read, newest first, and where the next page begins.

    Without what the actor `not_by` did, and without what a law holds back: an entry whose detail has `withheld_until`, a day in ISO form,
    shows once that day is over. `acts` limits them to some. However many entries there are, at most _WINDOW are looked at for one page, so
    that a page may be short while there are more.
    """
    mentions = Mention.objects.filter(person=person, **({"entry__lt": after} if after else {}))
    window = list(mentions.order_by("-entry_id").values_list("entry_id", flat=True)[:_WINDOW])
    shows = ~Q(detail__has_key="withheld_until") | Q(detail__withheld_until__lt=on.isoformat())
    found = Entry.objects.filter(shows, pk__in=window).exclude(actor=not_by)
    if acts is not None:
        found = found.filter(act__in=acts)
    rows = list(found.order_by("-pk")[: limit + 1])
    shown = [Seen(e.at, e.act, e.actor, e.chain_id, e.seq, e.subject, e.purpose, e.detail, e.pk) for e in rows[:limit]]
    if len(rows) > limit:
        return shown, shown[-1].entry
    return shown, window[-1] if len(window) == _WINDOW else None


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
    """The newest checkpoint, empty if it cannot be read: the next one follows it all the same, and the fault stays to be seen."""
    row = Checkpoint.objects.order_by("-number").first()
    return _as_read(row) if row else None


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
            true, broken = _followed(chain, ends[chain], claims.about(chain))
            report.entries += true
            if broken:
                report.broken[chain] = broken
        chain_export.lost_chains(report, claims, set(ends))
        for chain, seq in _beyond():
            report.broken.setdefault(chain, Break(seq, Reason.HEAD))
        _mentions(report)
    return report


def export(out: TextIO) -> int:
    """Write the log as lines of JSON that can be checked without a database; gives the number of entries.

    It judges nothing: what cannot be read stands there empty, and is named when the file is checked.
    """
    written = 0
    with transaction.atomic():
        out.write(chain_export.first_line(iso(clock.now())) + "\n")
        out.writelines(each.line() + "\n" for each in _known())
        ends = heads()
        for chain in sorted(ends):
            out.write(chain_export.head_line(chain, ends[chain]) + "\n")
            for item in _entries(chain, ends[chain].seq):
                out.write(_line(item) + "\n")
                written += 1
        out.write(chain_export.last_line(len(ends), written) + "\n")
    return written


def _followed(chain: str, end: Place, claims: Iterable[Claim]) -> tuple[int, Break | None]:
    """`follow` through the rows; what cannot be written as JSON again is altered, too."""
    read = 0

    def entries() -> Iterator[Item]:
        nonlocal read
        for entry in _entries(chain, end.seq):
            read += 1
            yield entry

    try:
        return follow(chain, entries(), end, claims)
    except _UNREADABLE:
        return read - 1, Break(read, Reason.ALTERED)


def _line(item: Item) -> str:
    try:
        return chain_export.entry_line(item)
    except _UNREADABLE:
        return chain_export.entry_line(item._replace(content={}))


def _entries(chain: str, last: int) -> Iterator[Item]:
    """The entries as they stand. One that nobody can read, and `audit_append` never wrote, is empty: that is no entry's content."""
    for seq, row, code, at, act, actor, subject, purpose, detail, commitments, stored in _rows(_ROWS, [chain, last]):
        try:
            content = {
                "chain": code,
                "at": iso(at),
                "act": act,
                "actor": actor,
                "subject": subject,
                "purpose": purpose,
                "detail": _decode(detail),
                "commitments": _decode(commitments),
            }
        except (AttributeError, *_UNREADABLE):  # the first one where there is no moment
            content = {}
        yield Item(seq, row, content, stored)


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
    for each in _known():
        known.append(each)
        claims.add(each)
    report.checkpoints = len(known)
    report.faults += [*checkpoints.faults(known, key), *chain_export.compare(known, outside, key)]


def _known() -> Iterator[checkpoints.Checkpoint]:
    return map(_as_read, Checkpoint.objects.order_by("number").iterator())


def _as_read(row: Checkpoint) -> checkpoints.Checkpoint:
    """A checkpoint as it stands. One that cannot be read, or is not written as we write it, is empty: no signature holds there."""
    with contextlib.suppress(ValueError, OverflowError, RecursionError):
        read = checkpoints.Checkpoint.read(row.line)
        read.digest()  # what cannot be encoded has none
        if (read.number, read.line()) == (row.number, row.line):
            return read
    return checkpoints.Checkpoint(row.number, at="", previous="", heads={}, key="")


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
        if chain is None:
            report.dangling += 1
        elif commitment != rules.commit_person(salt, person):
            report.mentions[chain] = min(seq, report.mentions.get(chain, seq))
