from __future__ import annotations

import hashlib
import hmac
import io
import secrets
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.documents import queries
from vamco.kernel.record.documents.contracts import Form, Letterhead
from vamco.kernel.record.documents.models import Check, Content, Issued
from vamco.kernel.record.documents.rules import codes, composing, templates
from vamco.kernel.record.files import public as files
from vamco.kernel.record.search import public as search
from vamco.kernel.record.signing import public as signing
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from vamco.kernel.record.documents import contracts
    from vamco.kernel.record.documents.declaration import Template
    from vamco.kernel.record.documents.models import TemplateVersion
    from vamco.kernel.world.agencies.models import Agency


def put_templates(declared: Sequence[Template]) -> None:
    """Write each template as a new version; the documents made by older ones keep theirs."""
    for template in declared:
        queries.TEMPLATES.put(template.code, template)


def render(
    template: str,
    values: Mapping[str, Any],
    *,
    head: Letterhead,
    form: Form = Form.PDF,
    made_at: dt.datetime | None = None,
    version: int = 0,
) -> bytes:
    """Give a document that is not issued: a draft, a print. Refused, naming template and place, when a value does not fit.

    `made_at` is written into the file; given the same, the bytes are the same. `version` of the template, 0 for the one in force.
    """
    _version, declared = queries.template(template, version)
    return _made(composing.compose(declared, head, values, made_at=made_at or clock.now()), form)


def demand_values(template: str, values: Mapping[str, Any], *, version: int = 0) -> None:
    """Raise Refused, naming template and place, when a value does not fit or is missing; nothing is made."""
    templates.checked(queries.template(template, version)[1], values)


def _made(composition: contracts.Composition, form: Form) -> bytes:
    if form is Form.DOCX:
        from vamco.kernel.record.documents.rules import docx

        return docx.render(composition)
    from vamco.kernel.record.documents.rules import pdf

    return pdf.render(composition)


def issue(  # noqa: PLR0913  # a document has that many parts
    template: str,
    values: Mapping[str, Any],
    *,
    agency: Agency,
    by: str,
    number: str = "",
    place: str = "",
    visible: bool = False,
    on: dt.date | None = None,
    version: int = 0,
) -> contracts.IssuedView:
    """Make a document with its QR code, sign it with the agency's key, keep it and enter it into the register.

    Nothing is kept when key or time-stamping authority do not answer (Unavailable). `visible`: the signature shows on the
    first page. `version` of the template, 0 for the one in force.
    """
    now = clock.now()
    row, declared = queries.template(template, version)
    code = codes.code_from(secrets.token_bytes(10))
    head = letterhead(agency, number=number, place=place, on=on)
    lookup = composing.lookup(_address(code), codes.code_shown(code), _page())
    pdf = _made(composing.compose(declared, head, values, made_at=now, lookup=lookup), Form.PDF)
    return _keep(pdf, row, declared, code, agency=agency, by=by, head=head, visible=visible, now=now)


def issue_made(
    template: str, pdf: bytes, *, agency: Agency, by: str, number: str = "", on: dt.date | None = None
) -> contracts.IssuedView:
    """Sign a PDF that was made elsewhere with the agency's key, and enter it into the register under the name of a template.

    It bears no QR code, since nothing is drawn into what others made: it is known by its code, and by its bytes.
    """
    row, declared = queries.template(template)
    head = letterhead(agency, number=number, on=on)
    code = codes.code_from(secrets.token_bytes(10))
    return _keep(pdf, row, declared, code, agency=agency, by=by, head=head, visible=False, now=clock.now())


def letterhead(agency: Agency, *, number: str = "", place: str = "", on: dt.date | None = None) -> Letterhead:
    """Return what stands above and below a document of an agency, of today where no day is said."""
    superior = agency.parent.name if agency.parent else ""
    return Letterhead(agency=agency.name, superior=superior, number=number, place=place, on=on or clock.today())


def _keep(  # noqa: PLR0913  # what a document consists of
    pdf: bytes,
    version: TemplateVersion,
    declared: Template,
    code: str,
    *,
    agency: Agency,
    by: str,
    head: Letterhead,
    visible: bool,
    now: dt.datetime,
) -> contracts.IssuedView:
    """Sign, store and register a document."""
    signed = signing.sign(
        pdf,
        signing.signer_of(agency.code, agency.name),
        at=now,
        timestamper=signing.timestamper(),
        reason=declared.name,
        location=head.place,
        appearance=_appearance(agency.name, now) if visible else None,
    )
    with transaction.atomic():
        file = files.store(io.BytesIO(signed), name=f"{declared.code}-{code}.pdf", agency=agency, by=by)
        document = Issued.objects.create(
            code=code,
            template=version,
            agency=agency,
            number=head.number,
            issued_on=head.on,
            issued_at=now,
            file=file,
            revoked_reason="",
        )
        _add(document, signed, now)
        search.put(*queries.found([str(document.pk)]))
        detail = {"template": declared.code, "version": version.version, "number": head.number}
        audit.record("documents.issue", actor=by, chain=agency.code, subject=f"document:{document.pk}", detail=detail)
    return queries.described(document)


def _add(document: Issued, content: bytes, now: dt.datetime) -> None:
    Content.objects.create(document=document, sha256=hashlib.sha256(content).hexdigest(), since=now)


def _appearance(agency: str, now: dt.datetime) -> signing.Appearance:
    from vamco.kernel.record.documents.rules import mark

    return mark.appearance(agency, now)


def _address(code: str) -> str:
    """Give what the QR code holds: all capitals, since those make a smaller code; scheme and host do not mind."""
    return f"{settings.VAMCO_SITE_URL}/v/{code}".upper()


def _page() -> str:
    return f"{settings.VAMCO_SITE_URL}/verify".removeprefix("https://").removeprefix("http://")


def restamp(code: str, *, by: str) -> None:
    """Put a fresh timestamp over an issued document, so that it can be proven after its certificates have expired."""
    authority = signing.timestamper()
    if authority is None:
        raise Refused("documents.no_authority", N_("No time-stamping authority is set."))
    with transaction.atomic():
        document = _locked(code)
        if document.file is None:
            raise Missing("documents.no_file", N_("The file of this document is not kept here."))
        stamped = signing.stamp(files.content_path(document.file).read_bytes(), authority)
        document.file = files.store(io.BytesIO(stamped), name=document.file.name, agency=document.agency, by=by)
        document.save(update_fields=["file"])
        _add(document, stamped, clock.now())
        _audit("documents.restamp", document, by)


def revoke(code: str, *, reason: str, by: str, replaced_by: str = "") -> None:
    """Say that an issued document no longer holds; whoever checks it will read the reason, so no person may be named in it."""
    if not reason.strip():
        raise Refused("documents.no_reason", N_("Revoking a document needs a reason."))
    with transaction.atomic():
        document = _locked(code)
        if document.revoked_at is not None:
            raise Refused("documents.revoked_already", N_("This document has been revoked already."))
        document.revoked_at, document.revoked_reason = clock.not_before(document.issued_at), reason.strip()[:300]
        document.replaced_by = _locked(replaced_by) if replaced_by else None
        document.save(update_fields=["revoked_at", "revoked_reason", "replaced_by"])
        _audit("documents.revoke", document, by)


def _locked(code: str) -> Issued:
    found = (
        Issued.objects.select_for_update(of=("self",))
        .select_related("agency", "file")
        .filter(code=codes.code_read(code))
        .first()
    )
    if found is None:
        raise Missing("documents.unknown_code", N_("No document was issued under this code."))
    return found


def _audit(act: str, document: Issued, by: str) -> None:
    audit.record(act, actor=by, chain=document.agency.code, subject=f"document:{document.pk}")


# ── checks by anyone ─────────────────────────────────────────────────────────────────────────────────────────────────


def look_up(text: str, *, address: str) -> contracts.IssuedView | None:
    """Give the document with a code that somebody typed, or None; Refused after too many wrong ones from an address."""
    who = _admitted(address)
    code = codes.code_read(text)
    document = (
        Issued.objects.select_related("agency", "template", "replaced_by").filter(code=code).first() if code else None
    )
    if document is None:
        _count(who)
        return None
    return queries.described(document)


def admit_upload(*, address: str) -> None:
    """Count a file that somebody wants checked, which costs more than a code; Refused after too many."""
    _count(_admitted(address))


def _admitted(address: str) -> str:
    who = _who(address)
    since = clock.now() - codes.WINDOW
    if codes.must_wait(Check.objects.filter(who=who, at__gt=since).count()):
        raise Refused(
            "documents.wait",
            N_("Too many tries. Please try again in %(minutes)s minutes."),
            minutes=int(codes.WINDOW.total_seconds() // 60),
        )
    return who


def _count(who: str) -> None:
    now = clock.now()
    with transaction.atomic():
        Check.objects.filter(at__lte=now - codes.WINDOW).delete()
        Check.objects.create(who=who, at=now)


def _who(address: str) -> str:
    """Give a keyed hash of a visitor's network: enough to count by, useless to anybody else."""
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"documents.check:" + codes.network(address).encode(), hashlib.sha256).hexdigest()[:32]
