"""A signature that lies beside what it signs: CMS over bytes that stay as they are (RFC 5652), with a timestamp where one was had."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.kernel.record.signing.contracts import Signature, Verdict

if TYPE_CHECKING:
    from pyhanko_certvalidator import ValidationContext

    from vamco.kernel.record.signing.contracts import Trust


def verify_beside(data: bytes, signature: bytes, trust: Trust, *, now: dt.datetime) -> Signature | None:
    """Say what a signature over bytes is worth. Never fails: None for what cannot be read as one."""
    try:
        return asyncio.run(_verify(data, signature, trust, now))
    except Exception:  # noqa: BLE001  # a hostile file may break any parser anywhere: then it is unreadable
        return None


async def _verify(data: bytes, signature: bytes, trust: Trust, now: dt.datetime) -> Signature:
    from asn1crypto import cms
    from pyhanko.sign.validation import async_validate_detached_cms

    signed = cms.ContentInfo.load(signature, strict=True)["content"]
    stamps = _context(trust.stamp_roots, trust, now)
    first: Any = await async_validate_detached_cms(data, signed, _context(trust.roots, trust, now), stamps)
    inner = first.timestamp_validity
    stamped = inner is not None and inner.intact and inner.valid and inner.trusted
    moment = inner.timestamp.astimezone(dt.UTC) if stamped else now
    status: Any = await async_validate_detached_cms(data, signed, _context(trust.roots, trust, moment), stamps)
    certificate = status.signing_cert
    since, until = certificate.not_valid_before, certificate.not_valid_after
    verdict = Verdict.VALID
    if not (status.intact and status.valid):
        verdict = Verdict.CHANGED
    elif not status.trusted:
        verdict = Verdict.UNTRUSTED if since <= moment <= until else Verdict.EXPIRED
    claimed = status.signer_reported_dt
    return Signature(
        signer=_part(certificate.subject, "common_name"),
        organisation=_part(certificate.subject, "organization_name"),
        issuer=_part(certificate.issuer, "common_name"),
        serial=f"{certificate.serial_number:x}",
        claimed_at=claimed.astimezone(dt.UTC) if claimed else None,
        stamped_at=moment if stamped else None,
        stamped_by=_part(inner.signing_cert.subject, "common_name") if stamped else "",
        intact=bool(status.intact and status.valid),
        whole=True,
        changed=not (status.intact and status.valid),
        trusted=bool(status.trusted),
        revoked=bool(status.revoked),
        certificate_from=since,
        certificate_to=until,
        verdict=verdict,
    )


def _context(roots: tuple[bytes, ...], trust: Trust, moment: dt.datetime) -> ValidationContext:
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    return ValidationContext(
        trust_roots=[x509.Certificate.load(root) for root in roots],
        other_certs=[x509.Certificate.load(other) for other in trust.others],
        crls=list(trust.revocations),
        moment=moment,
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )


def _part(name: Any, part: str) -> str:
    found = name.native.get(part, "")
    return found if isinstance(found, str) else ", ".join(map(str, found))
