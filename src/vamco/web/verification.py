"""Where anyone checks a document: by the code that stands on it, or by the file itself, which is never kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.csrf import csrf_exempt

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.signing import public as signing
from vamco.lib.errors import Refused
from vamco.lib.money import is_english
from vamco.web import visitor
from vamco.web.components import Fact, Tone
from vamco.web.pages import PUBLIC, page, render
from vamco.web.palette import Described, Kind
from vamco.web.templatetags.web import day
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.pages import Request

MOST_BYTES: Final = 20 << 20
_FORM_BYTES: Final = 64 << 10  # beside the file
TOO_LARGE, WRONG, LATER = 413, 422, 429


@dataclass(frozen=True, slots=True)
class Finding:
    """What the page says: one sentence, what to do with it, and the facts."""

    tone: Tone
    title: str
    text: str
    facts: tuple[Fact, ...] = ()
    signatures: tuple[tuple[Tone, str, tuple[Fact, ...]], ...] = ()


class InMemory(MemoryFileUploadHandler):
    """Keeps an upload in memory, however large the settings let it be: nothing of it may touch the disk."""

    taken = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002  # Django's signature
        """Take every file."""
        self.activated = True

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Take a piece; too many end the upload."""
        self.taken += len(raw_data)
        if self.taken > MOST_BYTES:
            raise StopUpload(connection_reset=True)
        return super().receive_data_chunk(raw_data, start)


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=MOST_BYTES + _FORM_BYTES)
@csrf_exempt  # it changes nothing for anybody; reading the token would read the upload before its size is known
def verify(request: Request) -> HttpResponseBase:
    """Ask for a code or a file, and say what it is worth."""
    if request.method != "POST":
        return _shown(request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + _FORM_BYTES:
        return _shown(request, error=_too_large(), status=TOO_LARGE)
    request.upload_handlers = [handler := InMemory(request)]
    upload, code = request.FILES.get("file"), request.POST.get("code", "")
    if handler.taken > MOST_BYTES:  # its length was not the one that was announced
        return _shown(request, error=_too_large(), status=TOO_LARGE)
    if upload is None:
        return _by_code(request, code)
    try:
        documents.admit_upload(address=visitor.address(request))
    except Refused as error:
        return _shown(request, error=error.text(_), status=LATER)
    content = upload.read()
    report = signing.verify_apart(content, signing.trust(), now=clock.now())
    return _shown(request, answer=_of_file(report, documents.by_content(report.sha256)))


@page(PUBLIC)
def by_code(request: Request, code: str) -> HttpResponseBase:
    """Say what the code of a document is worth: where its QR code leads."""
    return _by_code(request, code)


def _by_code(request: Request, code: str) -> HttpResponseBase:
    if not code.strip():
        return _shown(request, error=_("Enter the code, or choose the file."), status=WRONG)
    try:
        found = documents.look_up(code, address=visitor.address(request))
    except Refused as error:
        return _shown(request, code=code, error=error.text(_), status=LATER)
    return _shown(request, code=code, answer=_of_code(found))


def _shown(
    request: Request, *, code: str = "", answer: Finding | None = None, error: str = "", status: int = 200
) -> HttpResponseBase:
    context = {"code": code[:40], "answer": answer, "error": error, "megabytes": MOST_BYTES >> 20}
    response = render(request, "web/verify.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _too_large() -> str:
    return _("The file is larger than %(limit)s MB.") % {"limit": MOST_BYTES >> 20}


def _of_code(found: documents.IssuedView | None) -> Finding:
    if found is None:
        return Finding(
            Tone.URGENT,
            _("No document was issued under this code."),
            _(
                "Compare each letter and digit. If the code is right, do not rely on the document; ask the agency named on it."
            ),
        )
    if found.revoked_at:
        return _revoked(found)
    return Finding(
        Tone.OK,
        _("This document was issued, and it is in force."),
        _("Compare kind, number, agency and date with those on the document. Only checking the file itself shows that nothing else in it was changed."),
        _facts(found),
    )  # fmt: skip


def _revoked(found: documents.IssuedView, signatures: tuple[Any, ...] = ()) -> Finding:
    return Finding(
        Tone.URGENT,
        _("This document was issued, but it has been revoked: do not rely on it."),
        _("Reason: %(reason)s") % {"reason": found.revoked_reason},
        _facts(found),
        signatures,
    )


def _of_file(report: signing.Report, found: documents.IssuedView | None) -> Finding:
    signatures = tuple(_signature(each) for each in report.signatures)
    if found is not None and found.revoked_at:
        return _revoked(found, signatures)
    if found is not None:
        return Finding(
            Tone.OK,
            _("This is the very file that was issued, and it is in force."),
            _("Not one letter in it was changed."),
            _facts(found),
            signatures,
        )
    tone, title, text = _worth(report.verdict)
    return Finding(tone, title, text, (), signatures)


def _worth(verdict: signing.Verdict) -> tuple[Tone, str, str]:
    """Give what a file that this platform did not issue is worth, in plain words."""
    match verdict:
        case signing.Verdict.VALID:
            return (
                Tone.ACTIVE,
                _("The signature is valid, but this platform did not issue this file."),
                _("Look below at who signed it and when."),
            )
        case signing.Verdict.CHANGED:
            return (
                Tone.URGENT,
                _("This file was changed after it was signed: do not rely on it."),
                _("Ask the agency named on it for the true document."),
            )
        case signing.Verdict.EXPIRED:
            return (
                Tone.WARNING,
                _("The certificate has expired, and nothing proves that the file was signed before."),
                _("Ask the agency named on it to confirm the document."),
            )
        case signing.Verdict.UNTRUSTED:
            return (
                Tone.WARNING,
                _("The file is unchanged, but we cannot tell who signed it."),
                _("Its certificate is from an authority that this platform does not trust, or it was revoked."),
            )
        case signing.Verdict.UNSIGNED:
            return (
                Tone.WARNING,
                _("This file bears no digital signature, and this platform did not issue it."),
                _(
                    "A scan or a print that was saved anew is no longer the issued file. Check it by the code that stands on it."
                ),
            )
        case signing.Verdict.UNREADABLE:
            return (
                Tone.WARNING,
                _("This is no PDF document that can be checked."),
                _("Choose the PDF file as you received it, not a photo or a Word document."),
            )


def _signature(found: signing.Signature) -> tuple[Tone, str, tuple[Fact, ...]]:
    states = {
        signing.Verdict.VALID: (Tone.OK, _("Valid")),
        signing.Verdict.CHANGED: (Tone.URGENT, _("Content changed")),
        signing.Verdict.EXPIRED: (Tone.WARNING, _("Certificate expired")),
        signing.Verdict.UNTRUSTED: (
            Tone.WARNING,
            _("Certificate revoked") if found.revoked else _("Signer not trusted"),
        ),
    }
    tone, word = states[found.verdict]
    facts = [Fact(term=_("Signed by"), text=found.signer)]
    if found.claimed_at:
        facts.append(Fact(term=_("Time that the signer states"), text="", moment=found.claimed_at))
    proof = _("none") if found.stamped_at is None else found.stamped_by or _("by a timestamp over the document")
    facts.append(Fact(term=_("Proof of the time"), text=proof, moment=found.stamped_at))
    facts.append(Fact(term=_("Certificate by"), text=found.issuer))
    period = f"{day(found.certificate_from)} – {day(found.certificate_to)}"
    facts.append(Fact(term=_("Certificate in force"), text=period))
    return tone, word, tuple(facts)


def _facts(found: documents.IssuedView) -> tuple[Fact, ...]:
    english = is_english(language())
    facts = [
        Fact(term=_("Kind"), text=found.name_en if english else found.name),
        Fact(term=_("Number"), text=found.number or _("none")),
        Fact(term=_("Agency"), text=found.agency_name_en if english else found.agency_name),
        Fact(term=_("Date"), text="", moment=found.issued_on),
        Fact(term=_("Code"), text=documents.code_shown(found.code)),
    ]
    if found.revoked_at:
        facts.append(Fact(term=_("Revoked"), text="", moment=found.revoked_at))
    if found.replaced_by:
        facts.append(Fact(term=_("Replaced by"), text=documents.code_shown(found.replaced_by)))
    return tuple(facts)


# ── what the search says of a document ───────────────────────────────────────────────────────────────────────────────


def _described(_person: Person | None, ids: Sequence[str]) -> dict[str, Described]:
    """Say of each document who issued it and when, and whether it is still in force."""
    return {
        pk: Described(
            note=f"{either(found.agency_name, found.agency_name_en)} · {day(found.issued_on)}",
            tone=Tone.WARNING if found.revoked_at else Tone.OK,
            state=_("Revoked") if found.revoked_at else _("In force"),
        )
        for pk, found in documents.by_id(ids).items()
    }


DOCUMENTS: Final = Kind(code=documents.KIND, title=_l("Documents issued"), icon="file", order=50, describe=_described)
