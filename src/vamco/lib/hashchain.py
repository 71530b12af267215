"""Entries bound to one another, so that none can be changed, taken out, put in or moved unseen.

    digest = SHA-256(canonical(content))        hash = SHA-256(previous hash ‖ number ‖ digest ‖ row)

Number and row are 8 bytes each, big-endian. The content names its chain, so that an entry holds in no other one; the row is the
entry's key in its table, to which other tables point. Older entries were bound without it: they stand before all others, and
their rows rise. The first `previous` is 32 zero bytes. Whoever can write can bind a whole chain anew: only a claim kept elsewhere
(`lib.checkpoints`) shows that, or that the end is missing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GENESIS: Final = bytes(32)
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class Place(NamedTuple):
    """An entry's number in its chain, from 1, and its hash."""

    seq: int
    hash: bytes


class Item(NamedTuple):
    """An entry as it was found: number, row (None where an old export tells none), content, hash."""

    seq: int
    row: int | None
    content: Mapping[str, Any]
    hash: bytes


class Claim(NamedTuple):
    """What checkpoint `number` says of a chain: its last entry then was `seq`, with this hash."""

    seq: int
    hash: bytes
    number: int


class Reason(StrEnum):
    """Why a chain is not true from an entry on."""

    MISSING = "missing"  # another number stands in its place
    ALTERED = "altered"  # its content, its hash, its row or its chain is not what was bound
    EMPTY = "empty"  # a chain begins with its first entry: without one, all were taken out
    HEAD = "head"  # the chain's end and its head differ
    REWRITTEN = "rewritten"  # a checkpoint knows another hash
    CUT = "cut"  # a checkpoint knows more entries


@dataclass(frozen=True)
class Break:
    """The first entry that is not true. With REWRITTEN it is one of `after + 1` to `seq`: nothing between was claimed."""

    seq: int
    reason: Reason
    checkpoint: int = 0
    after: int = 0


def canonical(content: Mapping[str, Any]) -> str:
    """The one way to write a content as JSON: keys sorted, no spaces, letters as they are. ValueError for what is no number."""
    return _encode(content)


def digest(text: str) -> bytes:
    """The digest of a canonical content."""
    return hashlib.sha256(text.encode()).digest()


def bind(previous: bytes, seq: int, digested: bytes, row: int | None) -> bytes:
    """Return the hash of an entry from the one before it, its number, the digest of its content and its row."""
    bound = previous + seq.to_bytes(8, "big") + digested
    return hashlib.sha256(bound if row is None else bound + row.to_bytes(8, "big", signed=True)).digest()


def follow(chain: str, items: Iterable[Item], head: Place, claims: Iterable[Claim] = ()) -> tuple[int, Break | None]:
    """Count the entries that are true from the first on, and find the first that is not. Memory does not grow with the chain.

    `head` is what the chain says of its end; `claims` come with rising numbers. Reads no further than the break.
    """
    seq, previous, confirmed = 0, GENESIS, 0
    ahead, rows = _Ahead(claims), _Rows()
    for found, row, content, stored in items:
        seq += 1
        if found != seq:
            return seq - 1, Break(seq, Reason.MISSING)
        if content.get("chain") != chain or not rows.hold(previous, seq, digest(canonical(content)), row, stored):
            return seq - 1, Break(seq, Reason.ALTERED)
        for claim in ahead.about(seq):
            if claim.hash != stored:
                return confirmed, Break(seq, Reason.REWRITTEN, claim.number, confirmed)
            confirmed = seq
        previous = stored
    if (seq, previous) != (head.seq, head.hash):
        return min(seq, head.seq), Break(min(seq, head.seq) + 1, Reason.HEAD)
    if ahead.next is not None:
        return seq, Break(seq + 1, Reason.CUT, ahead.next.number)
    return seq, None if seq else Break(1, Reason.EMPTY)


class _Rows:
    """How the entries of a chain are bound to their rows: the older ones by their order alone, and none of those after a newer."""

    def __init__(self) -> None:
        self._old = True
        self._last = -1

    def hold(self, previous: bytes, seq: int, digested: bytes, row: int | None, stored: bytes) -> bool:
        if row is not None and bind(previous, seq, digested, row) == stored:
            self._old = False
            return True
        if not self._old or bind(previous, seq, digested, None) != stored:
            return False
        if row is not None:
            if row <= self._last:
                return False
            self._last = row
        return True


class _Ahead:
    """The claims not reached yet."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._rest = iter(claims)
        self.next = next(self._rest, None)

    def about(self, seq: int) -> Iterator[Claim]:
        while self.next is not None and self.next.seq <= seq:
            yield self.next
            self.next = next(self._rest, None)
