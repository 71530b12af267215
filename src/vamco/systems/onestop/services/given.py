"""Papers and issued documents of a dossier, for officials who may see its case; to others they do not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.onestop.models import DossierDocument, DossierPaper

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import Dossier


def _no_paper() -> Missing:
    return Missing("onestop.no_paper", N_("There is no such paper."))


def paper(number: int, person: Person) -> DossierPaper:
    """Return a paper of a dossier that an official may see."""
    found = DossierPaper.objects.select_related("dossier", "file").filter(pk=number).first()
    if found is None or found.dossier is None or not cases.visible(person).filter(pk=found.dossier.pk).exists():
        raise _no_paper()
    found.dossier.case = cases.get(found.dossier.pk, person)
    return found


def dossier_of(found: DossierPaper) -> Dossier:
    """Return the dossier of a paper that was found: it has one."""
    if found.dossier is None:
        raise _no_paper()
    return found.dossier


def papers_of(dossier: Dossier) -> list[DossierPaper]:
    """Return the papers of a dossier, in the order in which they came."""
    return list(dossier.papers.order_by("round", "pk"))


def record_look(found: DossierPaper | DossierDocument, person: Person) -> None:
    """Record who opened a paper or a document: it is personal data, and the applicant may ask who looked."""
    number = found.dossier_id or 0
    case = cases.by_id([number])[number]
    with transaction.atomic():
        audit.record(
            "onestop.see_paper" if isinstance(found, DossierPaper) else "onestop.see_document",
            actor=str(person.pk),
            chain=people.home(person).code,
            subject=f"case:{case.pk}",
            persons=[f"person:{case.applicant_id}"] if case.applicant_id else [],
            detail={"paper" if isinstance(found, DossierPaper) else "document": found.pk},
        )


def document(number: int, person: Person) -> tuple[DossierDocument, files.File]:
    """Return an issued document of a dossier that an official may see, with its file."""
    found = DossierDocument.objects.select_related("dossier").filter(pk=number).first()
    if found is None or not cases.visible(person).filter(pk=found.dossier_id).exists():
        raise Missing("onestop.no_document", N_("There is no such document."))
    known = documents.by_code([found.document]).get(found.document)
    file = files.find(known.file, owner="") if known and known.file else None
    if file is None:
        raise Missing("onestop.no_document", N_("There is no such document."))
    return found, file
