"""Signs PDF documents: PAdES B-B, B-T with a timestamp on the signature, and document timestamps that keep both provable."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.record.signing.adapters import timestamping
from vamco.kernel.record.signing.rules import cms
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    import datetime as dt

    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    from vamco.kernel.record.signing.contracts import Appearance, Signer, Timestamper

FIELD: Final = "Signature"
STAMP_FIELD: Final = "Timestamp"
SIGNATURE_ROOM: Final = 1024  # bytes beside the certificates
TOKEN_ROOM: Final = 7168  # of a timestamp with its certificates


@lru_cache(maxsize=256)
def _envelope(certificate: bytes, chain: tuple[bytes, ...]) -> cms.Envelope:
    return cms.Envelope(certificate, chain)


def sign(  # a signature says who, when, why and where
    pdf: bytes,
    signer: Signer,
    *,
    at: dt.datetime,
    timestamper: Timestamper | None = None,
    reason: str = "",
    location: str = "",
    appearance: Appearance | None = None,
) -> bytes:
    """Give the document with one more signature, as an addition to its bytes.

    `at` is the time that the signer claims; with a timestamper an authority says it too. Refused when it is no PDF that can be
    signed; Unavailable when key or authority do not answer: then nothing is signed.
    """
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    room = len(signer.certificate) + sum(map(len, signer.chain)) + SIGNATURE_ROOM + (TOKEN_ROOM if timestamper else 0)
    placeholder = SignatureObject(
        timestamp=at,
        subfilter=SigSeedSubFilter.PADES,
        reason=reason or None,
        location=location or None,
        bytes_reserved=2 * room,
    )
    writer = _open(pdf)
    field = f"{FIELD}{_next(writer, FIELD)}"
    steps = PdfCMSEmbedder(new_field_spec=_spec(field, appearance)).write_cms(field_name=field, writer=writer)
    _show(writer, next(steps), appearance)
    steps.send(SigObjSetup(sig_placeholder=placeholder))

    def seal(digest: bytes) -> bytes:
        stamp = None if timestamper is None else lambda value: timestamping.token(timestamper, value)
        return _envelope(signer.certificate, signer.chain).seal(digest, signer.sign, stamp=stamp)

    return _finish(steps, seal)


def sign_beside(data: bytes, signer: Signer, *, timestamper: Timestamper | None = None) -> bytes:
    """Return a signature over bytes that lies beside them (CMS, DER). Unavailable when key or authority do not answer."""
    stamped = None if timestamper is None else lambda value: timestamping.token(timestamper, value)
    digest = hashlib.sha256(data).digest()
    return _envelope(signer.certificate, signer.chain).seal(digest, signer.sign, stamp=stamped)


def stamp(pdf: bytes, timestamper: Timestamper) -> bytes:
    """Give the document with a timestamp over all that it holds, its signatures included."""
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp

    writer = _open(pdf)
    steps = PdfCMSEmbedder().write_cms(field_name=f"{STAMP_FIELD}{_next(writer, STAMP_FIELD)}", writer=writer)
    next(steps)
    placeholder = DocumentTimestamp(bytes_reserved=2 * TOKEN_ROOM)  # type: ignore[no-untyped-call]
    steps.send(SigObjSetup(sig_placeholder=placeholder))
    return _finish(steps, lambda digest: timestamping.token_of(timestamper, digest))


def _finish(steps: Any, seal: Any) -> bytes:
    """Write the document, have its digest sealed, put the seal into its place."""
    from pyhanko.sign.signers.cms_embedder import SigIOSetup

    out = io.BytesIO()
    prepared, _ = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False, output=out))
    prepared.fill_with_cms(out, seal(prepared.document_digest))
    return out.getvalue()


def _open(pdf: bytes) -> IncrementalPdfFileWriter:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError

    try:
        return IncrementalPdfFileWriter(io.BytesIO(pdf))
    except (PdfError, ValueError, KeyError, RecursionError) as error:
        raise Refused("signing.not_signable", N_("This is no PDF document that can be signed.")) from error


def _next(writer: IncrementalPdfFileWriter, name: str) -> int:
    """Give the number of the next field of a kind; fields are never reused."""
    from pyhanko.sign.fields import enumerate_sig_fields

    taken = {found for found, _value, _reference in enumerate_sig_fields(writer.prev)}
    return next(number for number in range(1, len(taken) + 2) if f"{name}{number}" not in taken)


def _spec(field: str, appearance: Appearance | None) -> Any:
    from pyhanko.sign.fields import SigFieldSpec

    if appearance is None:
        return SigFieldSpec(field)
    return SigFieldSpec(field, on_page=0, box=appearance.box)


def _show(writer: IncrementalPdfFileWriter, field: Any, appearance: Appearance | None) -> None:
    """Put the picture into the field: a page made by us, because pyHanko's own texts would need a font shaper."""
    if appearance is None:
        return
    from pyhanko.pdf_utils.generic import DictionaryObject, NameObject
    from pyhanko.pdf_utils.reader import PdfFileReader

    page = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(appearance.picture)))
    shown = DictionaryObject({NameObject("/N"): page})  # type: ignore[no-untyped-call]
    field.get_object()[NameObject("/AP")] = shown
    writer.mark_update(field)
