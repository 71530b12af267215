"""The result of a dossier: made by the specialist, approved, signed, numbered, released; signed, nothing of it changes any more."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.files import public as files
from vamco.kernel.record.numbers import public as numbers
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.onestop.contracts import APPRAISE
from vamco.systems.onestop.models import Dossier, DossierDocument, DossierResult
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import filling, outgoing, sealing
from vamco.systems.onestop.services import stated
from vamco.systems.onestop.services.moving import MACHINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.people.models import Person

    Template = Any

MADE_IN: Final = frozenset({"received", "appraising"})
ISSUE = "onestop.issue_result"
SERIES: Final = "edocs.outgoing"
PDF: Final = "application/pdf"


def of(dossier: Dossier) -> DossierResult | None:
    """Return the result of a dossier as far as it is made."""
    return DossierResult.objects.select_related("made_by", "file").filter(dossier=dossier.pk).first()


def template_of(dossier: Dossier) -> str:
    """Return the template of the result: its procedure's, or the general notice."""
    filing = PROCEDURES.get(dossier.procedure).filing
    return (filing.result if filing else "") or outgoing.GENERAL_RESULT


def proposed(dossier: Dossier) -> dict[str, Any]:
    """Return what of the values is known before somebody writes them."""
    item = PROCEDURES.get(dossier.procedure)
    _row, declared = documents.template(template_of(dossier))
    own = {
        "dossier": dossier.number,
        "applicant": dossier.applicant_name,
        "applicant_name": dossier.applicant_name,
        "address": dossier.address,
        "phone": dossier.phone,
        "procedure": item.name,
        "procedure_code": item.code,
        "content": item.results[0].vi,
    }
    kinds = {name: field.type for name, field in declared.fields.items()}
    return filling.known(kinds, {name: value for name, value in own.items() if value}, stated.in_words(dossier))


# ── made ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def stamp(result: DossierResult | None) -> str:
    """Return by what it is known whether somebody else has changed the result meanwhile."""
    return result.made_at.isoformat() if result else ""


def save(case_id: int, values: Mapping[str, Any], *, by: Person, seen: str) -> DossierResult:
    """Keep the values of the template as the result; Refused where they do not fit, or after the proposal. Days are ISO texts.

    `seen` is the `stamp` of the result that was changed: of two people at once one is refused.
    """
    with transaction.atomic():
        dossier = _open(case_id, by, seen)
        code = template_of(dossier)
        row, _declared = documents.template(code)
        documents.demand_values(code, _typed(code, row.version, {**_unsigned(code), **values}))
        return _put(dossier, by, template=code, version=row.version, values=dict(values), file=None)


def save_file(case_id: int, file: files.File, *, by: Person, seen: str) -> DossierResult:
    """Keep a PDF that was made elsewhere as the result."""
    if file.media_type != PDF:
        raise Refused("onestop.not_pdf", N_("The result must be a PDF."))
    with transaction.atomic():
        dossier = _open(case_id, by, seen)
        row, _declared = documents.template(outgoing.GENERAL_RESULT)
        return _put(dossier, by, template=row.code, version=row.version, values={}, file=file)


def _open(case_id: int, by: Person, seen: str) -> Dossier:
    """Return a dossier locked whose result the person may write now; an act on it waits for the lock, or was first and is seen."""
    dossier = Dossier.objects.select_for_update(of=("self",)).select_related("procedure").filter(pk=case_id).first()
    case = cases.get(case_id, by)
    if dossier is None:
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    access.demand(by, APPRAISE, case.agency, place=case.place_id, state=case.state)
    if case.state not in MADE_IN:
        raise Refused("onestop.result_closed", N_("The result can be changed only before it is proposed."))
    if stamp(of(dossier)) != seen:
        raise Refused("onestop.result_changed", N_("Somebody changed the result meanwhile. Please look at it again."))
    dossier.case = case
    return dossier


def _put(dossier: Dossier, by: Person | None, **fields: Any) -> DossierResult:
    made, _new = DossierResult.objects.update_or_create(
        dossier=dossier, defaults={**fields, "made_by": by, "made_at": clock.now(), "number": ""}
    )
    actor = str(by.pk) if by else audit.SYSTEM
    audit.record("onestop.make_result", actor=actor, chain=dossier.case.agency.code, subject=f"case:{dossier.pk}")
    return made


def _typed(code: str, version: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the template wants them: what is kept as JSON has texts for days and moments."""
    _row, declared = documents.template(code, version)
    return {name: _of_type(declared.fields[name], value) for name, value in values.items() if name in declared.fields}


def _of_type(field: Any, value: Any) -> Any:
    if field.type == "date" and isinstance(value, str):
        return dt.date.fromisoformat(value)
    if field.type == "moment" and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    if field.type == "list":
        return [{name: _of_type(field.fields[name], each) for name, each in item.items()} for item in value]
    return value


def _unsigned(code: str, version: int = 0) -> dict[str, str]:
    """Return what stands in a draft where the signature will."""
    _row, declared = documents.template(code, version)
    return {name: "…" for name in filling.BY_SIGNATURE if name in declared.fields}


def whole(result: DossierResult) -> dict[str, Any]:
    """Return all values of a result, with who signed."""
    values = {**_unsigned(result.template, result.version), **result.values}
    _row, declared = documents.template(result.template, result.version)
    if result.signed_at:
        signed = {"signer": result.signer_name, "position": result.signer_title or "…"}
        values |= {name: text for name, text in signed.items() if name in declared.fields}
    return _typed(result.template, result.version, values)


def draft(dossier: Dossier) -> bytes:
    """Return the result as a PDF, not issued; of a file that was made elsewhere that file."""
    result = of(dossier)
    if result is None:
        raise Missing("onestop.no_result", N_("The result has not been prepared yet."))
    if result.file is not None:
        return files.served(result.file, to=None).path.read_bytes()
    head = documents.letterhead(dossier.case.agency, number=result.number)
    return documents.render(result.template, whole(result), head=head, version=result.version)


# ── proposed, signed, numbered, released: inside the acts ────────────────────────────────────────────────────────────


def on_propose(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Demand a whole result; where the template wants no more than what is known, it is made now."""
    dossier.case = case
    if of(dossier) is not None:
        return
    code = template_of(dossier)
    row, _declared = documents.template(code)
    values = proposed(dossier)
    if "content" in values and entry.note:
        values["content"] = entry.note
    try:
        documents.demand_values(code, _typed(code, row.version, {**_unsigned(code), **values}))
    except Refused as error:
        raise Refused("onestop.result_missing", N_("Prepare the result before you propose it.")) from error
    _put(dossier, entry.by, template=code, version=row.version, values=values, file=None)


def on_sign(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Keep who signed what, as they are called today; access has refused who no longer holds the post."""
    result = DossierResult.objects.select_for_update().filter(dossier=dossier).first()
    if result is None or entry.by is None:
        raise Refused("onestop.result_missing", N_("Prepare the result before you propose it."))
    result.signed_by, result.signer_name = entry.by, entry.by.name
    result.signer_title, result.signed_at = _title(entry.by, case), entry.at
    result.sha256 = fingerprint(dossier, result)
    result.save()


def _title(person: Person, case: Case) -> str:
    """Return the post of who signs, in the agency that decides where they have one there."""
    held = list(people.memberships(person).select_related("position"))
    held.sort(key=lambda one: one.agency_id != case.agency_id)
    if not held:
        return ""
    return held[0].position.name if held[0].position else held[0].title


def on_number(dossier: Dossier, case: Case, entry: Entry) -> None:
    """Enter the result into the register of outgoing documents of the agency that decides."""
    result = _signed(dossier)
    agency = case.agency
    note = outgoing.notation(agency.kind, agency.name)
    taken = numbers.take(
        SERIES, agency.code, entry.at.astimezone(HCM).date(), key=f"result:{dossier.pk}", notation=note
    )
    result.number = taken.text
    result.save(update_fields=["number"])


def on_issue(dossier: Dossier, _case: Case, _entry: Entry) -> None:
    """Have the signed result issued by a job; it may take longer than an act should."""
    _signed(dossier)
    if dossier.delivery == "counter":
        dossier.delivered = "at_counter"
    jobs.later(ISSUE, key=f"{ISSUE}:{dossier.pk}", lock=f"dossier:{dossier.pk}", dossier=dossier.pk)


def on_deliver(dossier: Dossier, _case: Case, _entry: Entry) -> None:
    """Say by which way the result left the counter."""
    dossier.delivered = "posted" if dossier.delivery == "post" else "handed_over"


def _signed(dossier: Dossier) -> DossierResult:
    """Return the signed result; Refused where it is no longer what was signed."""
    result = DossierResult.objects.select_for_update().filter(dossier=dossier.pk).first()
    if result is None or result.signed_at is None:
        raise Refused("onestop.not_signed", N_("The result has not been signed."))
    if fingerprint(dossier, result) != result.sha256:
        raise Refused("onestop.changed_after", N_("The result is no longer what was signed. It must be made again."))
    return result


def fingerprint(dossier: Dossier, result: DossierResult) -> str:
    """Return the SHA-256 over what a signature is given for."""
    return sealing.fingerprint(
        sealing.Signed(
            dossier=dossier.number,
            applicant=dossier.applicant_name,
            template=result.template,
            version=result.version,
            values=result.values,
            file=(result.file.content_id or "") if result.file else "",
            signer=result.signed_by_id or 0,
            name=result.signer_name,
            title=result.signer_title,
            at=result.signed_at.astimezone(dt.UTC).isoformat() if result.signed_at else "",
        )
    )


# ── the job ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def issue(case_id: int) -> None:
    """Issue the signed result once, and deliver it online where that was wished; safe to repeat at any line."""
    dossier = Dossier.objects.select_related("case__agency__parent", "case__kind").get(pk=case_id)
    with transaction.atomic():
        if not DossierDocument.objects.filter(dossier=dossier, form=outgoing.RESULT).exists():
            result = _signed(dossier)
            code = _issued(dossier, result)
            DossierDocument.objects.create(dossier=dossier, form=outgoing.RESULT, document=code, seq=0, at=clock.now())
    case = cases.by_id([case_id])[case_id]
    if case.state == "ready" and dossier.delivery == "online":
        cases.act(case_id, "store", by=MACHINE)


def _issued(dossier: Dossier, result: DossierResult) -> str:
    agency, by = dossier.case.agency, str(result.signed_by_id)
    if result.file is not None:
        pdf = files.served(result.file, to=None).path.read_bytes()
        return documents.issue_made(result.template, pdf, agency=agency, by=by, number=result.number).code
    return documents.issue(
        result.template, whole(result), agency=agency, by=by, number=result.number, version=result.version
    ).code
