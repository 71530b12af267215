"""One's own dossiers: those that somebody filed, or whose applicant they act for, and those that other systems keep."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Named
from vamco.systems.onestop import queries
from vamco.systems.onestop.contracts import APPLY, KIND
from vamco.systems.onestop.models import Dossier, DossierDocument, OutsideDossier, Preparation
from vamco.systems.onestop.rules import estimating

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.work.cases.public import OwnCase
    from vamco.kernel.world.people.models import Person

RESULT: Final = "result"
WAITS: Final = frozenset({"correcting", "supplement", "charging"})
"""States in which it is the applicant's turn."""
LOOKED_BACK: Final = dt.timedelta(days=365)
MOST: Final = 200


def missing() -> Missing:
    """Return the error for a dossier that is not the reader's, or is not there."""
    return Missing("onestop.no_dossier", N_("There is no such dossier among yours."))


def own(person: Person) -> list[Dossier]:
    """Return the dossiers that a person sees as their applicant, or for them, the last sent first."""
    mine = cases.own(person).filter(kind__code=KIND)
    rows = Dossier.objects.filter(case__in=mine).select_related("case__kind", "case__agency", "procedure", "office")
    return list(rows.order_by("-case")[:MOST])


def counted(person: Person) -> tuple[int, int]:
    """Return how many of one's own dossiers wait for their applicant, and how many are open at all."""
    states = cases.own(person).filter(kind__code=KIND, open=True).values_list("state", flat=True)[:MOST]
    return sum(state in WAITS for state in states), len(states)


def outside(person: Person) -> list[OutsideDossier]:
    """Return the dossiers of a person, and of those they act for in everything, that other systems keep, the newest first."""
    reach = access.owned(access.ownership(person, APPLY), person="person", organisation="organisation")
    return list(OutsideDossier.objects.filter(reach).order_by("-as_of", "-pk")[:MOST])


def handed(person: Person, known: Sequence[OutsideDossier]) -> list[Preparation]:
    """Return what a person says to have sent at the national portal and of which that has told nothing yet."""
    rows = Preparation.objects.filter(by=person, dossier=None, handed_at__isnull=False).select_related("procedure")
    told = {(row.procedure, row.number) for row in known}
    return [
        row
        for row in rows.order_by("-handed_at")
        if (row.procedure.code, row.handed_number) not in told
        and not any(
            each.procedure == row.procedure.code and row.handed_at is not None and each.as_of >= row.handed_at
            for each in known
        )
    ]


def one(which: str, person: Person) -> tuple[Dossier, OwnCase]:
    """Return a dossier of one's own by its number or its case's, as its applicant sees it; to others it does not exist."""
    wanted = Q(number=which)
    if which.isdecimal() and len(which) < 19:  # noqa: PLR2004  # what a bigint holds
        wanted |= Q(pk=int(which))
    found = (
        Dossier.objects.filter(wanted)
        .select_related("case", "procedure", "form", "office", "filed_by")
        .order_by("pk")
        .first()
    )
    if found is None:
        raise missing()
    try:
        return found, cases.own_case(found.pk, person)
    except Missing:
        raise missing() from None


def documents_of(dossier: Dossier) -> list[tuple[DossierDocument, documents.IssuedView]]:
    """Return the documents that a dossier brought about, the first first."""
    rows = list(dossier.documents.order_by("at", "pk"))
    known = documents.by_code([row.document for row in rows])
    return [(row, known[row.document]) for row in rows if row.document in known]


def results(person: Person) -> list[tuple[DossierDocument, documents.IssuedView]]:
    """Return the results that lie in a person's papers: those of their own dossiers that were released, the newest first."""
    mine = cases.own(person).filter(kind__code=KIND, state__in=("ready", "done"))
    rows = list(
        DossierDocument.objects.filter(form=RESULT, dossier__case__in=mine)
        .select_related("dossier__procedure")
        .order_by("-at", "-pk")[:MOST]
    )
    known = documents.by_code([row.document for row in rows])
    return [(row, known[row.document]) for row in rows if row.document in known]


def document_file(code: str, person: Person) -> files.File:
    """Return the file of a document of one's own dossier, by the document's code; to others it does not exist."""
    row = DossierDocument.objects.select_related("dossier").filter(document=code).first()
    if row is None:
        raise missing()
    _dossier, own_case = one(str(row.dossier_id), person)
    if row.form == RESULT and own_case.state not in {"ready", "done"}:
        raise missing()  # it is made, and not released yet
    view = documents.by_code([code]).get(code)
    file = files.by_id(view.file) if view and view.file else None
    if file is None:
        raise missing()
    return file


def estimate(dossier: Dossier) -> estimating.Estimate:
    """Return within how many days this office finished eight of ten dossiers of this procedure, of the last year."""
    rows = (
        Dossier.objects.filter(
            office=dossier.office_id,
            procedure__code=dossier.procedure.code,
            received_at__isnull=False,
            finished_at__gt=clock.now() - LOOKED_BACK,
        )
        .order_by("-finished_at")
        .values_list("received_at", "finished_at")[:MOST]
    )
    return estimating.estimate([finished - received for received, finished in rows if finished and received])


def state_name(case: cases.Case) -> Named:
    """Return the name of a case's state as its applicant is shown it."""
    state = cases.definition_of(case.kind).states[case.state]
    return Named(state.shown or state.name, state.shown_en or state.name_en)


def procedure_name(code: str) -> Named:
    """Return the name of a procedure by its code; the code itself where this platform does not know it."""
    try:
        return queries.name_of(queries.procedure(code).item)
    except Missing:
        return Named(code, code)
