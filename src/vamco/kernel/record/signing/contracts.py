"""Ports of the signing room, and what a check of a signed document says."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # dataclasses are read at run time by whoever shows them
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Signer(Protocol):
    """Holds a key that never leaves it: in this process, in a hardware module, or at a remote signing service."""

    @property
    def certificate(self) -> bytes:
        """Its certificate, DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates above it, DER, without the root."""

    def sign(self, data: bytes) -> bytes:
        """Give the signature over SHA-256 of the data: PKCS #1 v1.5 for RSA, DER for ECDSA. Unavailable when it cannot."""


class Timestamper(Protocol):
    """A time-stamping authority (RFC 3161)."""

    def answer(self, request: bytes) -> bytes:
        """Give the DER TimeStampResp for a DER TimeStampReq. Unavailable when it does not answer."""


class Verdict(StrEnum):
    """What a check comes to, from the worst to the best."""

    UNREADABLE = "unreadable"  # no PDF, or one that cannot be taken apart safely
    UNSIGNED = "unsigned"
    CHANGED = "changed"  # content and signature do not belong together, or something was added afterwards
    UNTRUSTED = "untrusted"  # intact, but the signer's certificate is of nobody whom we trust, or was revoked
    EXPIRED = "expired"  # intact, but without proof that it was signed while the certificate was in force
    VALID = "valid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature in a document."""

    signer: str  # common name in the certificate
    organisation: str
    issuer: str
    serial: str  # of the certificate, hexadecimal
    claimed_at: dt.datetime | None  # by the signer's own clock
    stamped_at: dt.datetime | None  # by an authority that we trust
    stamped_by: str
    intact: bool  # the signature fits the bytes that it covers
    whole: bool  # it covers all bytes but later additions that change nothing
    changed: bool  # something was changed after it
    trusted: bool
    revoked: bool
    certificate_from: dt.datetime
    certificate_to: dt.datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What can be said of a document; the verdict is that of its worst signature."""

    verdict: Verdict
    sha256: str
    signatures: tuple[Signature, ...] = ()
    stamps: tuple[dt.datetime, ...] = ()  # document timestamps that we trust


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom we believe: roots for signers and for timestamps, further certificates, revocation lists; all DER."""

    roots: tuple[bytes, ...]
    stamp_roots: tuple[bytes, ...] = ()
    others: tuple[bytes, ...] = ()
    revocations: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Appearance:
    """A visible mark of a signature on the first page: a PDF of one page as large as the box, in points from the lower left."""

    picture: bytes
    box: tuple[int, int, int, int]
