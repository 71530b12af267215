"""Papers that an applicant gives: files taken in one by one, taken back, or offered again from an earlier dossier."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.onestop import queries
from vamco.systems.onestop.contracts import APPLY
from vamco.systems.onestop.models import DossierPaper, Preparation
from vamco.systems.onestop.services import preparing

if TYPE_CHECKING:
    from django.db.models import Q

    from vamco.kernel.world.people.models import Person

MB: Final = 1 << 20
ACCEPTED: Final = ("pdf", "jpg", "jpeg", "png", "webp")
"""What a paper may be: a scan or a photo."""
TERMS: Final = files.Terms(
    frozenset(files.EXTENSIONS[each] for each in ACCEPTED), 15 * MB, max_files=60, max_total=200 * MB, max_at_once=10
)
OFFERED: Final = 3
SMALLEST: Final = 300
"""Pixels of the shorter side of a photo, below which nobody reads a paper on it."""


def give(code: str, paper: str, stream: IO[bytes], *, name: str, by: Person) -> DossierPaper:
    """Take a file in as a paper; Refused when it is empty, too large or no scan or photo. A photo is painted anew."""
    preparing.get(code, by=by)  # before a large file is looked into
    with files.examined(stream, name=name, terms=TERMS) as ready, transaction.atomic():
        found = preparing.locked(code, by)
        _demand_known(found, paper)
        demand_readable(ready)
        file = files.keep(ready, by=by.actor, owner=f"preparation:{found.pk}")
        return _paper(found, paper, file, pages=ready.finding.pages or 1)


def demand_readable(ready: files.Examined) -> None:
    """Refuse a picture that is too small to be read."""
    if 0 < ready.finding.side < SMALLEST:
        raise Refused(
            "onestop.photo_small",
            N_("“%(name)s” is too small to be read. Take the photo again from nearer, or choose a sharper file."),
            name=ready.name,
        )


def _paper(
    found: Preparation, paper: str, file: files.File, *, pages: int = 1, again: DossierPaper | None = None
) -> DossierPaper:
    now = clock.now()
    Preparation.objects.filter(pk=found.pk).update(saved_at=now)
    return DossierPaper.objects.create(
        preparation=found,
        paper=paper,
        file=file,
        copy=again.copy if again else "electronic",
        pages=again.pages if again else min(pages, 9999),
        again=again is not None,
        given_at=now,
    )


def _demand_known(found: Preparation, paper: str) -> None:
    if all(need.paper != paper for need in queries.PROCEDURES.get(found.procedure).papers):
        raise Missing("onestop.no_paper", N_("This procedure asks for no such paper."))


def take_back(code: str, number: int, *, by: Person) -> None:
    """Take a file back that was given and not sent."""
    with transaction.atomic():
        found = preparing.locked(code, by)
        paper = found.papers.filter(pk=number, dossier=None).select_related("file").first()
        if paper is None:
            raise Missing("onestop.no_paper_file", N_("This file is not here any more."))
        preparing.drop_file(paper, actor=by.actor)


def earlier(found: Preparation, by: Person) -> dict[str, list[DossierPaper]]:
    """Return the papers that the applicant gave with other dossiers and that this procedure asks for, newest first, by paper.

    Who files for somebody is offered only what their mandate shows them.
    """
    codes = {need.paper for need in queries.PROCEDURES.get(found.procedure).papers}
    rows = DossierPaper.objects.filter(
        _own("dossier", by),
        paper__in=codes,
        file__dropped_at=None,
        dossier__case__applicant=found.person_id,
        dossier__case__applicant_organisation=found.organisation_id,
    ).select_related("file__content", "dossier")
    held = set(found.papers.filter(dossier=None).values_list("file", flat=True))
    offered: dict[str, list[DossierPaper]] = {}
    for row in rows.order_by("-given_at", "-pk")[:200]:
        of = offered.setdefault(row.paper, [])
        if row.file_id not in held and len(of) < OFFERED and row.file_id not in {each.file_id for each in of}:
            of.append(row)
    return offered


def give_again(code: str, number: int, *, by: Person) -> DossierPaper:
    """Give a paper of an earlier dossier once more, by reference: no file is copied."""
    with transaction.atomic():
        found = preparing.locked(code, by)
        for rows in earlier(found, by).values():
            for row in rows:
                if row.pk == number:
                    return _paper(found, row.paper, row.file, again=row)
        raise Refused("onestop.no_paper_again", N_("This paper cannot be given again."))


def file_of(number: int, *, by: Person) -> files.File:
    """Return the file of a paper of one's own: of what one prepares, or of a dossier of one's own or a principal's."""
    row = None
    if number < 1 << 63:
        rows = DossierPaper.objects.select_related("file__content", "file__rendition", "preparation")
        row = rows.filter(_own("dossier", by) | _own("preparation__dossier", by), pk=number).first()
        if row is None:
            row = rows.filter(pk=number, preparation__by=by, preparation__dossier=None, dossier=None).first()
            if row is not None and row.preparation is not None:
                preparing.get(row.preparation.code, by=by)
    if row is None:
        raise Missing("onestop.no_paper_file", N_("This file is not here any more."))
    return row.file


def _own(dossier: str, by: Person) -> Q:
    """Return the condition on papers whose dossier, in the field named, is a person's own or a principal's."""
    return access.owned(
        access.ownership(by, APPLY),
        person=f"{dossier}__case__applicant",
        organisation=f"{dossier}__case__applicant_organisation",
        matter=f"{dossier}__case__matter",
    )
