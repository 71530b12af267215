"""Apologies that are published: number, procedure, old and new date, coded reason; never the applicant, nor what was written to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.onestop.models import DossierDocument
from vamco.systems.onestop.queries import PROCEDURES

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from vamco.kernel.world.agencies.models import Agency

FORM = "04"


@dataclass(frozen=True, slots=True)
class Told:
    """One apology as everybody may read it."""

    number: str
    procedure: str
    procedure_en: str
    office: str
    office_en: str
    promised_at: dt.datetime | None
    due_at: dt.datetime | None
    reason: str
    reason_en: str


def published(office: str = "") -> QuerySet[DossierDocument]:
    """Return the apologies that are published, of one office or all; the rows carry both deadlines and the coded reason."""
    of = {"case": OuterRef("dossier_id")}
    promises = cases.Promise.objects.filter(**of)
    entries = cases.Entry.objects.filter(**of, seq=OuterRef("seq"))
    rows = DossierDocument.objects.filter(form=FORM, published=True)
    if office:
        rows = rows.filter(dossier__office__code=office)
    return rows.select_related("dossier__procedure", "dossier__office", "dossier__case__kind").annotate(
        due_at=Subquery(promises.filter(seq=OuterRef("seq")).values("due_at")[:1]),
        promised_at=Subquery(promises.filter(seq__lt=OuterRef("seq")).order_by("-seq").values("due_at")[:1]),
        reason=Subquery(entries.values("reason")[:1]),
    )


def told(document: Any) -> Told:
    """Return what everybody may read of a row of `published`."""
    dossier = document.dossier
    item = PROCEDURES.get(dossier.procedure)
    act = cases.definition_of(dossier.case.kind).acts["extend"]
    reason = next((each for each in act.reasons if each.code == document.reason), None)
    return Told(
        dossier.number,
        item.name,
        item.name_en,
        dossier.office.name,
        dossier.office.name_en,
        document.promised_at,
        document.due_at,
        reason.name if reason else "",
        reason.name_en if reason else "",
    )


def offices() -> list[Agency]:
    """Return the offices of which an apology is published."""
    ids = DossierDocument.objects.filter(form=FORM, published=True).order_by().values("dossier__office").distinct()
    return list(agencies.of_kind().filter(pk__in=ids))
