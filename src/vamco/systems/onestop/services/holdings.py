"""What dossiers and their preparations hold of a person, for copies of one's own data, erasure and retention."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base.audit import public as audit
from vamco.lib.errors import N_
from vamco.systems.onestop.models import Dossier, OutsideDossier, Preparation
from vamco.systems.onestop.services import preparing
from vamco.systems.privacy import public as privacy

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

_AT_ONCE: Final = 200


def _at(moment: dt.datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _answers(answers: dict[str, Any]) -> str:
    return json.dumps(answers, ensure_ascii=False) if answers else ""


def _dossier(row: Dossier) -> tuple[privacy.Line, ...]:
    return (
        privacy.Line(N_("Number"), row.number),
        privacy.Line(N_("Procedure"), row.procedure.code),
        privacy.Line(N_("Office"), row.office.name),
        privacy.Line(N_("Sent"), _at(row.sent_at)),
        privacy.Line(N_("Finished"), _at(row.finished_at)),
        privacy.Line(N_("Applicant"), row.applicant_name),
        privacy.Line(N_("Telephone"), row.phone),
        privacy.Line(N_("E-mail"), row.email),
        privacy.Line(N_("Address"), row.address),
        privacy.Line(N_("Answers in the form"), _answers(row.answers)),
        privacy.Line(N_("Rating"), str(row.rating or "")),
        *(privacy.Line(N_("Paper"), paper.file.name) for paper in row.papers.all()),
        *(privacy.Line(N_("Document"), document.document) for document in row.documents.all()),
    )


def _outside(row: OutsideDossier) -> tuple[privacy.Line, ...]:
    return (
        privacy.Line(N_("Kept by"), row.source),
        privacy.Line(N_("Number"), row.number),
        privacy.Line(N_("Procedure"), row.procedure),
        privacy.Line(N_("Office"), row.agency_name),
        privacy.Line(N_("Status"), str(row.status)),
        privacy.Line(N_("As of"), _at(row.as_of)),
    )


def dossiers(person: Person) -> list[privacy.Section]:
    """The dossiers in which somebody is the applicant, here and as other systems have told of them."""
    own = (
        Dossier.objects.filter(case__applicant=person)
        .select_related("procedure", "office")
        .prefetch_related("papers__file", "documents")
        .order_by("pk")
    )
    outside = OutsideDossier.objects.filter(person=person).order_by("pk")
    return [
        privacy.Section(N_("Dossiers"), tuple(map(_dossier, own))),
        privacy.Section(N_("Dossiers that another system keeps"), tuple(map(_outside, outside))),
    ]


def _unsent() -> QuerySet[Preparation]:
    return Preparation.objects.filter(dossier=None).order_by("pk")


def preparations(person: Person) -> list[privacy.Section]:
    """What is prepared for somebody and was not sent."""
    records = tuple(
        (
            privacy.Line(N_("Procedure"), row.procedure.code),
            privacy.Line(N_("Begun"), _at(row.begun_at)),
            privacy.Line(N_("Telephone"), row.phone),
            privacy.Line(N_("E-mail"), row.email),
            privacy.Line(N_("Address"), row.address),
            privacy.Line(N_("Answers in the form"), _answers(row.draft.data if row.draft else {})),
            *(privacy.Line(N_("Paper"), paper.file.name) for paper in row.papers.all()),
        )
        for row in _unsent().filter(person=person).select_related("procedure", "draft").prefetch_related("papers__file")
    )
    return [privacy.Section(N_("Dossiers that were not sent"), records)]


def _drop(rows: QuerySet[Preparation], actor: str) -> int:
    found = list(rows.select_for_update(of=("self",)).select_related("draft"))
    for row in found:
        preparing.drop(row, actor=actor)
    return len(found)


def erase_preparations(person: Person, _ground: str, actor: str) -> privacy.Erased:
    """Delete what is prepared for somebody, with drafts and files."""
    return privacy.Erased(deleted=_drop(_unsent().filter(person=person), actor))


def due_preparations(before: dt.datetime) -> int:
    """Count what was last saved before a moment and not sent."""
    return _unsent().filter(saved_at__lt=before).count()


def expire_preparations(before: dt.datetime) -> int:
    """Delete what was last saved before a moment and not sent, some at a time."""
    return _drop(_unsent().filter(pk__in=_unsent().filter(saved_at__lt=before).values("pk")[:_AT_ONCE]), audit.SYSTEM)


def register() -> None:
    """Tell the register of what is held of a person about dossiers."""
    privacy.register(privacy.Holding("onestop.dossiers", N_("Dossiers"), dossiers))
    privacy.register(
        privacy.Holding(
            "onestop.preparations",
            N_("Dossiers that were not sent"),
            preparations,
            erase=erase_preparations,
            due=due_preparations,
            expire=expire_preparations,
        )
    )
