"""Entries bound to one another, so that none can be changed, taken out, put in or moved unseen.

    digest = SHA-256(canonical(content))        hash = SHA-256(previous hash ‖ number as 8 bytes, big-endian ‖ digest)

The content names its chain, so that an entry holds in no other one. The first `previous` is 32 zero bytes. Whoever can write can
bind a whole chain anew: only a claim kept elsewhere (`lib.checkpoints`) shows that, or that the end is missing.
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


class Claim(NamedTuple):
    """What checkpoint `number` says of a chain: its last entry then was `seq`, with this hash."""

    seq: int
    hash: bytes
    number: int


class Reason(StrEnum):
    """Why a chain is not true from an entry on."""

    MISSING = "missing"  # another number stands in its place
    ALTERED = "altered"  # its content, its hash or its chain is not what was bound
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


def bind(previous: bytes, seq: int, digested: bytes) -> bytes:
    """The hash of an entry from the one before it, its number and the digest of its content."""
    return hashlib.sha256(previous + seq.to_bytes(8, "big") + digested).digest()


def follow(
    chain: str,
    entries: Iterable[tuple[int, Mapping[str, Any], bytes]],
    head: Place,
    claims: Iterable[Claim] = (),
) -> tuple[int, Break | None]:
    """How many entries are true from the first on, and the first that is not. Memory does not grow with the chain.

    `head` is what the chain says of its end; `claims` come with rising numbers. Reads no further than the break.
    """
    seq, previous, confirmed = 0, GENESIS, 0
    ahead = _Ahead(claims)
    for found, content, stored in entries:
        seq += 1
        if found != seq:
            return seq - 1, Break(seq, Reason.MISSING)
        if content.get("chain") != chain or bind(previous, seq, digest(canonical(content))) != stored:
            return seq - 1, Break(seq, Reason.ALTERED)
        for claim in ahead.of(seq):
            if claim.hash != stored:
                return confirmed, Break(seq, Reason.REWRITTEN, claim.number, confirmed)
            confirmed = seq
        previous = stored
    if (seq, previous) != (head.seq, head.hash):
        return min(seq, head.seq), Break(min(seq, head.seq) + 1, Reason.HEAD)
    if ahead.next is not None:
        return seq, Break(seq + 1, Reason.CUT, ahead.next.number)
    return seq, None


class _Ahead:
    """The claims not reached yet."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._rest = iter(claims)
        self.next = next(self._rest, None)

    def of(self, seq: int) -> Iterator[Claim]:
        while self.next is not None and self.next.seq <= seq:
            yield self.next
            self.next = next(self._rest, None)
