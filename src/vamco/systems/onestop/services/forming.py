"""Forms 01 to 05: issued by a job after the act that brings them, with the values of that act, once; forms 06 and 07 on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Missing
from vamco.systems.onestop.models import Dossier, DossierDocument
from vamco.systems.onestop.queries import PROCEDURES, papers
from vamco.systems.onestop.rules import outgoing
from vamco.systems.onestop.services import times

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.agencies.models import Agency

ISSUE = "onestop.issue_form"
COPIES: Final = {"original": "Bản chính", "copy": "Bản sao", "electronic": "Bản điện tử"}
WHERE: Final = {"online": "Kho dữ liệu điện tử của người nộp", "post": "Qua dịch vụ bưu chính công ích"}


def on_act(dossier: Dossier, _case: Case, entry: Entry) -> None:
    """Have the form of an act made by a job: it takes longer than an act should, and may wait for a time-stamping authority."""
    if entry.act in outgoing.BY_ACT:
        key = f"{ISSUE}:{dossier.pk}:{entry.seq}"
        jobs.later(ISSUE, key=key, lock=f"dossier:{dossier.pk}", dossier=dossier.pk, seq=entry.seq)


def issue(case_id: int, seq: int) -> None:
    """Issue the form that an entry brought, with its QR code and the agency's signature; once, however often this is repeated."""
    dossier = loaded(case_id)
    entry = cases.entry(dossier.case, seq)
    form = outgoing.BY_ACT[entry.act]
    with transaction.atomic():
        if DossierDocument.objects.filter(dossier=dossier, form=form, seq=seq).exists():
            return
        issued = documents.issue(
            outgoing.TEMPLATES[form],
            values(form, dossier, entry),
            agency=issuer(dossier, entry),
            by=str(entry.by_id) if entry.by_id else MACHINE_NAME,
            number=outgoing.number(form, dossier.number),
            on=times.day(entry.at),
        )
        # The constraint keeps a second one out, whoever made it: then this one goes with the transaction.
        DossierDocument.objects.create(
            dossier=dossier, form=form, document=issued.code, seq=seq, at=clock.now(), published=form == "04"
        )


MACHINE_NAME: Final = "system:onestop"


def loaded(case_id: int) -> Dossier:
    """Return a dossier with all that its forms name."""
    beside = ("procedure", "office__parent", "case__kind", "case__agency__parent", "case__issuer__parent")
    found = Dossier.objects.select_related(*beside).filter(pk=case_id).first()
    if found is None:
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    return found


def issuer(dossier: Dossier, entry: Entry) -> Agency:
    """Return under whose name a form stands: the office at reception, else who decides."""
    return dossier.case.issuer if entry.act in outgoing.OF_OFFICE else dossier.case.agency


def docx(document: DossierDocument) -> bytes:
    """Return an issued form as a DOCX, for offices that print on their own paper; it bears no signature."""
    dossier = loaded(document.dossier_id)
    entry = cases.entry(dossier.case, document.seq)
    head = documents.letterhead(
        issuer(dossier, entry), number=outgoing.number(document.form, dossier.number), on=times.day(entry.at)
    )
    return documents.render(
        outgoing.TEMPLATES[document.form],
        values(document.form, dossier, entry),
        head=head,
        form=documents.Form.DOCX,
        made_at=document.at,
    )


def values(form: str, dossier: Dossier, entry: Entry) -> Mapping[str, Any]:
    """Return what a form says, as things stood with its entry."""
    made = {"01": _receipt, "02": _supplement, "03": _ended, "04": _apology, "05": _ended}[form](dossier, entry)
    return {**_about(dossier), **made}


def _about(dossier: Dossier) -> dict[str, Any]:
    item = PROCEDURES.get(dossier.procedure)
    return {
        "dossier": dossier.number,
        "applicant": dossier.applicant_name,
        "address": dossier.address,
        "phone": dossier.phone,
        "email": dossier.email,
        "procedure": item.name,
    }


def _receipt(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    item, known = PROCEDURES.get(dossier.procedure), papers()
    given = dossier.papers.filter(given_at__lte=entry.at).order_by("pk")
    due = times.promised(dossier.case, entry.seq)
    return {
        "procedure_code": item.code,
        "papers": [
            {
                "name": known[each.paper].name if each.paper in known else each.paper,
                "copies": 1,
                "kind": COPIES.get(each.copy, ""),
            }
            for each in given
        ],
        "sets": 1,
        "working_time": times.by_law(item.time),
        "received_at": entry.at,
        "due_at": due,
        "result_at": WHERE.get(dossier.delivery, dossier.office.name),
        "received_by": _who(entry),
    }


def _supplement(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    return {
        "items": [{"text": entry.note, "reason": reason(dossier.case, entry)}],
        "contact": f"{_who(entry)}, {entry.agency.name}",
        "contact_phone": times.phone_of(entry.agency),
        "handled_by": _who(entry),
    }


def _ended(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    return {
        "sent_at": dossier.sent_at,
        "reason": reason(dossier.case, entry),
        "explained": entry.note,
        "signer": _who(entry),
    }


def _apology(dossier: Dossier, entry: Entry) -> dict[str, Any]:
    return {
        "received_at": dossier.received_at,
        "promised_at": times.promised_before(dossier.case, entry.seq),
        "due_at": times.promised(dossier.case, entry.seq),
        "reason": reason(dossier.case, entry),
        "explained": entry.note,
        "signer": _who(entry),
    }


def reason(case: Case, entry: Entry) -> str:
    """Return the coded reason of an entry in the record's language, which is Vietnamese; "" where it has none."""
    act = cases.definition_of(case.kind).acts.get(entry.act)
    return next((each.name for each in act.reasons if each.code == entry.reason), "") if act else ""


def _who(entry: Entry) -> str:
    return entry.by.name if entry.by else "Hệ thống"
