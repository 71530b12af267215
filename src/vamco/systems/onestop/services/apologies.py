"""Apologies that are published: number, procedure, old and new date, coded reason; never the applicant, nor what was written to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    """Return the apologies that are published, of one office or all."""
    rows = DossierDocument.objects.filter(form=FORM, published=True)
    if office:
        rows = rows.filter(dossier__office__code=office)
    return rows.select_related("dossier__procedure", "dossier__office", "dossier__case__kind").prefetch_related(
        "dossier__case__promises", "dossier__case__entries"
    )


def told(document: DossierDocument) -> Told:
    """Return what everybody may read of a row of `published`: both deadlines and the coded reason."""
    dossier = document.dossier
    item, case = PROCEDURES.get(dossier.procedure), dossier.case
    upto = [each for each in sorted(case.promises.all(), key=lambda each: each.seq) if each.seq <= document.seq]
    entry = next((each for each in case.entries.all() if each.seq == document.seq), None)
    reasons = cases.definition_of(case.kind).acts["extend"].reasons
    reason = next((each for each in reasons if entry and each.code == entry.reason), None)
    return Told(
        dossier.number,
        item.name,
        item.name_en,
        dossier.office.name,
        dossier.office.name_en,
        upto[-2].due_at if len(upto) > 1 else None,
        upto[-1].due_at if upto else None,
        reason.name if reason else "",
        reason.name_en if reason else "",
    )


def offices() -> list[Agency]:
    """Return the offices of which an apology is published."""
    ids = DossierDocument.objects.filter(form=FORM, published=True).order_by().values("dossier__office").distinct()
    return list(agencies.of_kind().filter(pk__in=ids))
