"""What a stranger can learn from a signed PDF.

pyHanko takes it apart, checks digests and paths and compares revisions; what that means for somebody who holds the document
is decided here.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.record.signing.contracts import Report, Signature, Trust, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
    from pyhanko_certvalidator import ValidationContext

MOST_SIGNATURES: Final = 50
_WORST: Final = tuple(Verdict)


def verify(pdf: bytes, trust: Trust, *, now: dt.datetime) -> Report:
    """Say what the document's signatures are worth. Never fails: what cannot be read is UNREADABLE."""
    digest = hashlib.sha256(pdf).hexdigest()
    unreadable = Report(verdict=Verdict.UNREADABLE, sha256=digest)
    if b"%PDF-" not in pdf[:1024]:
        return unreadable
    try:
        return asyncio.run(_verify(pdf, trust, now, digest))
    except Exception:  # noqa: BLE001  # a hostile file may break any parser anywhere: then it is unreadable
        return unreadable


async def _verify(pdf: bytes, trust: Trust, now: dt.datetime, digest: str) -> Report:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    embedded = reader.embedded_signatures
    if len(embedded) > MOST_SIGNATURES:
        return Report(verdict=Verdict.UNREADABLE, sha256=digest)
    regular = reader.embedded_regular_signatures
    named = {each.field_name for each in regular}  # what may be shown; a timestamp shows nothing
    stamps, broken = await _stamps(reader, trust, now, named)
    signatures = []
    for each in regular:
        after = [found for found, stamp in stamps if stamp.signed_revision >= each.signed_revision]
        signatures.append(await _signature(each, trust, now, named, after))
    signatures = _undermined(regular, signatures)
    verdict = min((each.verdict for each in signatures), key=_WORST.index, default=Verdict.UNSIGNED)
    if broken and signatures:
        verdict = Verdict.CHANGED  # somebody has put on it what only looks like a timestamp
    if len(signatures) + len(reader.embedded_timestamp_signatures) < len(embedded):
        verdict = Verdict.CHANGED  # a signature of a kind that nobody can check
    if embedded and not _covered(embedded[-1], len(pdf)) and verdict not in {Verdict.UNREADABLE, Verdict.UNSIGNED}:
        verdict = Verdict.CHANGED
    return Report(
        verdict=verdict, sha256=digest, signatures=tuple(signatures), stamps=tuple(sorted(found for found, _ in stamps))
    )


def _covered(last: EmbeddedPdfSignature, size: int) -> bool:
    """Whether nothing follows the last signature; what follows is in no revision that could be compared."""
    start, _length, second, rest = (int(number) for number in last.byte_range)
    return start == 0 and second + rest == size


async def _stamps(
    reader: PdfFileReader, trust: Trust, now: dt.datetime, names: set[str]
) -> tuple[list[tuple[dt.datetime, EmbeddedPdfSignature]], bool]:
    """Give the document timestamps that we trust, the last first, and whether one of any authority does not hold at all.

    Each is judged as of the one around it, not as of today: that is what a document is stamped anew for before a certificate ends.
    """
    from pyhanko.sign.validation import async_validate_pdf_timestamp

    found: list[tuple[dt.datetime, EmbeddedPdfSignature]] = []
    broken, moment = False, now
    for each in reversed(reader.embedded_timestamp_signatures):
        status = await async_validate_pdf_timestamp(each, _context(trust.stamp_roots, trust, moment))
        broken |= not (status.intact and status.valid)
        if status.intact and status.valid and status.trusted and not _changed(each, names):
            moment = status.timestamp.astimezone(dt.UTC)
            found.append((moment, each))
    return found, broken


def _undermined(embedded: Sequence[EmbeddedPdfSignature], found: list[Signature]) -> list[Signature]:
    """Give the signatures again: what stands under that of somebody unknown, which may show anything, is changed by it."""
    known = {
        each.field_name
        for each, said in zip(embedded, found, strict=True)
        if said.verdict in {Verdict.VALID, Verdict.EXPIRED}
    }
    return [
        replace(said, changed=True, whole=False, verdict=Verdict.CHANGED)
        if not said.changed and _changed(each, known)
        else said
        for each, said in zip(embedded, found, strict=True)
    ]


async def _signature(
    embedded: EmbeddedPdfSignature, trust: Trust, now: dt.datetime, names: set[str], stamps: list[dt.datetime]
) -> Signature:
    from pyhanko.sign.validation import async_validate_pdf_signature

    stamp_context = _context(trust.stamp_roots, trust, min(stamps, default=now))
    status: Any = await async_validate_pdf_signature(embedded, _context(trust.roots, trust, now), stamp_context)
    inner = status.timestamp_validity
    proven = list(stamps)
    stamped_by = ""
    if inner is not None and inner.intact and inner.valid and inner.trusted:
        proven.append(inner.timestamp.astimezone(dt.UTC))
        stamped_by = _common_name(inner.signing_cert)
    stamped_at = min(proven, default=None)
    certificate = embedded.signer_cert
    since, until = certificate.not_valid_before, certificate.not_valid_after
    moment = stamped_at or now
    trusted, revoked = await _trusted(embedded, trust, moment)
    verdict = Verdict.VALID
    changed = _changed(embedded, names)
    if not (status.intact and status.valid) or changed:
        verdict = Verdict.CHANGED
    elif not trusted:
        once = min(until - dt.timedelta(seconds=1), now)
        outside = not since <= moment <= until
        expired = outside and not revoked and (await _trusted(embedded, trust, once))[0]
        verdict = Verdict.EXPIRED if expired else Verdict.UNTRUSTED
    claimed = status.signer_reported_dt
    return Signature(
        signer=_common_name(certificate),
        organisation=_native(certificate.subject, "organization_name"),
        issuer=_native(certificate.issuer, "common_name"),
        serial=f"{certificate.serial_number:x}",
        claimed_at=claimed.astimezone(dt.UTC) if claimed else None,
        stamped_at=stamped_at,
        stamped_by=stamped_by,
        intact=bool(status.intact and status.valid),
        whole=not changed,
        changed=changed,
        trusted=trusted,
        revoked=revoked,
        certificate_from=since,
        certificate_to=until,
        verdict=verdict,
    )


async def _trusted(embedded: EmbeddedPdfSignature, trust: Trust, moment: dt.datetime) -> tuple[bool, bool]:
    """Whether a path led from the signer to a root at that moment, and whether the certificate was revoked by then."""
    from pyhanko.sign.validation import async_validate_pdf_signature

    status: Any = await async_validate_pdf_signature(
        embedded,
        _context(trust.roots, trust, moment, embedded.signer_cert),
        _context(trust.stamp_roots, trust, moment),
        skip_diff=True,
    )
    return bool(status.trusted), bool(status.revoked)


def _changed(embedded: EmbeddedPdfSignature, names: set[str]) -> bool:
    """Whether anything but further signatures and what proves them was added after this one."""
    from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        return True
    result: Any = embedded.diff_result  # or what was found to be suspicious
    if result is None:  # nothing follows it
        return embedded.coverage != SignatureCoverageLevel.ENTIRE_FILE
    if not isinstance(result, DiffResult):
        return True
    if result.modification_level <= ModificationLevel.LTA_UPDATES:
        return False
    return not (result.modification_level == ModificationLevel.FORM_FILLING and result.changed_form_fields <= names)


def _context(roots: tuple[bytes, ...], trust: Trust, moment: dt.datetime, certificate: Any = None) -> ValidationContext:
    """Give what a path is judged by. Where there is a list of the certificate's authority, it must be asked."""
    from pyhanko_certvalidator import ValidationContext

    listed = certificate is not None and any(_issued(found, certificate) for found in trust.revocations)
    return ValidationContext(
        trust_roots=[_certificate(root) for root in roots],
        other_certs=[_certificate(other) for other in trust.others],
        crls=list(trust.revocations),
        moment=moment,
        allow_fetching=False,
        revocation_mode="require" if listed else "soft-fail",
        retroactive_revinfo=True,  # a list of today tells of yesterday too
    )


def _issued(revocations: bytes, certificate: Any) -> bool:
    from asn1crypto import crl

    found: bool = crl.CertificateList.load(revocations).issuer == certificate.issuer
    return found


def _certificate(content: bytes) -> Any:
    from asn1crypto import x509

    return x509.Certificate.load(content)


def _common_name(certificate: Any) -> str:
    return _native(certificate.subject, "common_name")


def _native(name: Any, part: str) -> str:
    """Give one part of a distinguished name; several of a kind are joined."""
    found = name.native.get(part, "")
    return found if isinstance(found, str) else ", ".join(map(str, found))
