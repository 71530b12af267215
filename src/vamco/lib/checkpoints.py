"""Signed statements of where all chains of a log end; each names the one before it. Kept elsewhere, one pins all that came before.

The key is Ed25519 (RFC 8032), 32 bytes; what is signed is the canonical JSON of the checkpoint's body.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from vamco.lib.hashchain import Claim, Place, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class Doubt(StrEnum):
    """What is wrong with a checkpoint."""

    FORGED = "forged"  # the signature does not hold
    STRANGE = "strange"  # signed with another key than the one expected
    UNLINKED = "unlinked"  # does not name the one before it, or one between is missing
    BACKWARDS = "backwards"  # a chain is shorter than the one before says
    UNKNOWN = "unknown"  # kept elsewhere, and the log has none of that number, or another one


@dataclass(frozen=True)
class Fault:
    """A checkpoint that cannot be relied on."""

    number: int
    doubt: Doubt


@dataclass(frozen=True)
class Checkpoint:
    """Where the chains end: `heads` by chain. `at` is an ISO moment in UTC; `previous`, `key`, `signature` are hexadecimal."""

    number: int
    at: str
    previous: str
    heads: Mapping[str, Place]
    key: str
    signature: str = ""

    def body(self) -> dict[str, Any]:
        """What is signed, as JSON has it."""
        heads = {chain: [place.seq, place.hash.hex()] for chain, place in self.heads.items()}
        return {"number": self.number, "at": self.at, "previous": self.previous, "heads": heads, "key": self.key}

    def digest(self) -> str:
        """What the next checkpoint calls its `previous`."""
        return hashlib.sha256(canonical(self.body()).encode()).hexdigest()

    def line(self) -> str:
        """The checkpoint as a line of JSON."""
        return canonical({"checkpoint": self.body(), "signature": self.signature})

    @classmethod
    def read(cls, line: str) -> Checkpoint:
        """The checkpoint in a line of JSON; ValueError when there is none."""
        try:
            whole = json.loads(line)
            body = dict(whole["checkpoint"])
            heads = {str(chain): Place(int(seq), bytes.fromhex(head)) for chain, (seq, head) in body["heads"].items()}
            texts = {name: str(body[name]) for name in ("at", "previous", "key")}
            return cls(number=int(body["number"]), heads=heads, signature=str(whole["signature"]), **texts)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"no checkpoint: {line:.60}") from error

    def holds(self) -> bool:
        """Whether the signature is that of the key that it names."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            public.verify(bytes.fromhex(self.signature), canonical(self.body()).encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def public_key(private: bytes) -> str:
    """The public key of a private one, hexadecimal."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()


def sign(private: bytes, before: Checkpoint | None, at: str, heads: Mapping[str, Place]) -> Checkpoint:
    """The checkpoint that follows `before`, signed with an Ed25519 key of 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    number, previous = (before.number + 1, before.digest()) if before else (1, "")
    body = Checkpoint(number, at, previous, heads, public_key(private))
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(canonical(body.body()).encode())
    return Checkpoint(number, at, previous, heads, body.key, signature.hex())


def faults(checkpoints: Iterable[Checkpoint], key: str = "", *, whole: bool = True) -> Iterator[Fault]:
    """What is wrong in a row of checkpoints; `key` is the one that must have signed. `whole`: none may be missing."""
    before: Checkpoint | None = None
    for each in checkpoints:
        if not each.holds():
            yield Fault(each.number, Doubt.FORGED)
        elif key and each.key != key:
            yield Fault(each.number, Doubt.STRANGE)
        if not _follows(before, each, whole=whole):
            yield Fault(each.number, Doubt.UNLINKED)
        if before and any(each.heads.get(chain, Place(0, b"")).seq < seq for chain, (seq, _) in before.heads.items()):
            yield Fault(each.number, Doubt.BACKWARDS)
        before = each


def _follows(before: Checkpoint | None, each: Checkpoint, *, whole: bool) -> bool:
    number, previous = (before.number, before.digest()) if before else (0, "")
    if each.number == number + 1:
        return each.previous == previous or (before is None and not whole)
    return not whole and each.number > number


class Claims:
    """What checkpoints say, by chain, each end of a chain once: the memory grows with the checkpoints, not with the entries."""

    def __init__(self, checkpoints: Iterable[Checkpoint] = ()) -> None:
        self._by_chain: dict[str, dict[tuple[int, bytes], int]] = {}
        for each in checkpoints:
            self.add(each)

    def add(self, checkpoint: Checkpoint) -> None:
        """Takes in what one more says."""
        for chain, place in checkpoint.heads.items():
            self._by_chain.setdefault(chain, {}).setdefault((place.seq, place.hash), checkpoint.number)

    def chains(self) -> set[str]:
        """The chains spoken of."""
        return set(self._by_chain)

    def about(self, chain: str) -> list[Claim]:
        """The claims about a chain, with rising numbers."""
        return sorted(Claim(seq, head, number) for (seq, head), number in self._by_chain.get(chain, {}).items())
