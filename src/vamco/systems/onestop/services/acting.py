"""What an applicant does with a sent dossier: gives what was asked for, withdraws, rates."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.onestop import queries
from vamco.systems.onestop.models import Dossier, DossierPaper, Preparation
from vamco.systems.onestop.services import following, giving, preparing

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

SUPPLIES: Final = {"supplement": "supply", "correcting": "correct"}
"""The act that answers, by the state in which something was asked for."""


def demand_supplies(which: str, by: Person) -> tuple[Dossier, cases.OwnCase, str]:
    """Return a dossier of one's own that waits for something, with the act that gives it; Refused when it does not."""
    found, own = following.one(which, by)
    act = SUPPLIES.get(own.state, "")
    if act not in {each.code for each in own.acts}:
        raise Refused("onestop.nothing_asked", N_("Nothing is asked for at present."))
    return found, own, act


def _hold(found: Dossier, by: Person) -> Preparation:
    """Hold what keeps papers that are given and not sent yet, until the transaction ends; one filed at a counter gets one."""
    now = clock.now()
    held, _made = Preparation.objects.get_or_create(
        dossier=found,
        defaults={
            "code": f"d{found.pk}-{found.sending.hex[:12]}",
            "procedure": found.procedure,
            "by": found.filed_by or by,
            "person": found.case.applicant,
            "organisation": found.case.applicant_organisation,
            "channel": found.channel,
            "begun_at": now,
            "saved_at": now,
        },
    )
    return Preparation.objects.select_for_update().get(pk=held.pk)


def staged(found: Dossier) -> list[DossierPaper]:
    """Return the files that were given for a supplement and not sent yet."""
    rows = DossierPaper.objects.filter(preparation__dossier=found, dossier=None)
    return list(rows.select_related("file__content").order_by("pk"))


def stage(which: str, paper: str, stream: IO[bytes], *, name: str, by: Person) -> DossierPaper:
    """Take in a file for a supplement. It is sent with the others, by `supply`."""
    demand_supplies(which, by)
    with files.examined(stream, name=name, terms=giving.TERMS) as ready, transaction.atomic():
        found, _own = following.one(which, by)
        holder = _hold(found, by)
        demand_supplies(which, by)  # as it stands now that nobody sends it
        if all(need.paper != paper for need in queries.PROCEDURES.get(found.procedure).papers):
            raise Missing("onestop.no_paper", N_("This procedure asks for no such paper."))
        giving.demand_readable(ready)
        file = files.keep(ready, by=by.actor, owner=f"preparation:{holder.pk}")
        last = found.papers.order_by("-round").values_list("round", flat=True).first() or 0
        return DossierPaper.objects.create(
            preparation=holder,
            paper=paper,
            file=file,
            copy="electronic",
            pages=min(ready.finding.pages or 1, 9999),
            round=last + 1,
            given_at=clock.now(),
        )


def unstage(which: str, number: int, *, by: Person) -> None:
    """Take a file back that was not sent yet."""
    with transaction.atomic():
        found, _own, _act = demand_supplies(which, by)
        row = (
            DossierPaper.objects.filter(pk=number, preparation__dossier=found, dossier=None)
            .select_related("file")
            .first()
        )
        if row is None:
            raise Missing("onestop.no_paper_file", N_("This file is not here any more."))
        preparing.drop_file(row, actor=by.actor)


def supply(which: str, *, note: str, seen: int | None, by: Person) -> None:
    """Send what was asked for: the files given since, or words, or both."""
    with transaction.atomic():
        found, _own = following.one(which, by)
        _hold(found, by)
        found, _own, act = demand_supplies(which, by)
        papers = staged(found)
        if not papers and not note.strip():
            raise Refused("onestop.nothing_given", N_("Give a file, or say something about what was asked for."))
        cases.act(found.pk, act, by=by, seen=seen, note=note.strip(), files=[paper.file for paper in papers])
        for paper in papers:
            paper.dossier = found
            paper.save(update_fields=["dossier"])


def withdraw(which: str, *, note: str, seen: int | None, by: Person) -> None:
    """Withdraw a dossier; what was staged for a supplement goes."""
    with transaction.atomic():
        found, _own = following.one(which, by)
        for paper in staged(found):
            preparing.drop_file(paper, actor=by.actor)
        cases.act(found.pk, "withdraw", by=by, seen=seen, note=note.strip())


def rate(which: str, *, rating: int, note: str, by: Person) -> None:
    """Rate how a dossier was handled, once: 1 to 5, and words."""
    if not 1 <= rating <= 5:  # noqa: PLR2004  # the scale
        raise Refused("onestop.no_rating", N_("Choose one of the five answers."))
    with transaction.atomic():
        found, _own = following.one(which, by)
        Dossier.objects.filter(pk=found.pk).update(rating=rating)  # before the act, which reads the row again
        cases.act(found.pk, "rate", by=by, note=note.strip())
