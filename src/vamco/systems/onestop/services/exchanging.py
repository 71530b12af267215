"""A dossier as others are told of it, after each act; and how far it is synchronised with the national portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.onestop.contracts import ActAt, DossierAt, PaperAt, Standing
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules.status import national_code
from vamco.vocab.onestop import DossierSynchronised

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.contracts import Sync

OPEN: Final = "open"
_HELD: Final = ("case", "case__agency", "case__applicant", "case__applicant_organisation", "case__kind", "office", "procedure")  # fmt: skip


def synchronised(case: int, state: Sync) -> bool:
    """Record how far a dossier is synchronised and return whether that is new. It never moves the case, nor any other axis."""
    with transaction.atomic():
        new = Dossier.objects.filter(pk=case).exclude(sync=state).update(sync=state) == 1
        if new:
            events.emit(DossierSynchronised(case, state))
    return new


def acts_upto(case: int, seq: int) -> list[tuple[int, dt.datetime, int, int]]:
    """Return the acts on a dossier up to an entry, oldest first: seq, time, and the national codes before and after.

    Who took it in hand or wrote a remark is no act. Missing when there is no such dossier.
    """
    held = _dossier(case).case
    acts = cases.definition_of(held.kind).acts
    return [
        (entry.seq, entry.at, _before(entry), national_code(entry.to_state))
        for entry in held.entries.filter(seq__lte=seq).order_by("seq")
        if entry.act == OPEN or entry.act in acts
    ]


def dossier_at(case: int, seq: int) -> DossierAt:
    """Return a dossier as it stood after the act `seq`; Missing when there is none."""
    dossier = _dossier(case)
    held = dossier.case
    entries = list(cases.timeline(held).filter(seq__lte=seq).order_by("seq"))
    if not entries or entries[-1].seq != seq:
        raise Missing("onestop.no_act", N_("The dossier has no act %(seq)s."), seq=seq)
    promised = [each for each in cases.promises(held) if each.at <= entries[-1].at]
    begun = next((each.at for each in entries if each.act == "accept"), None)
    return DossierAt(
        case=held.pk,
        number=dossier.number,
        procedure=dossier.procedure.code,
        procedure_name=PROCEDURES.get(dossier.procedure).name,
        applicant=dossier.applicant_name,
        subject=_subject(held),
        channel=dossier.channel,  # type: ignore[arg-type]  # one of the three, see the model
        office=dossier.office.code,
        office_name=dossier.office.name,
        handler_name=held.agency.name,
        sent_at=dossier.sent_at,
        received_at=begun,
        due_at=promised[0].due_at if promised and begun else None,
        due_before=promised[1].due_at if begun and len(promised) > 1 and promised[1].at >= begun else None,
        finished_at=next((each.at for each in entries if each.act == "issue"), None),
        delivered_at=next((each.at for each in entries if each.act in {"deliver", "store"}), None),
        papers=_papers(dossier, entries[-1]),
        last=_act(held, entries[-1]),
    )


def _dossier(case: int) -> Dossier:
    found = Dossier.objects.select_related(*_HELD).filter(pk=case).first()
    if found is None:
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    return found


def _before(entry: Entry) -> int:
    return 0 if entry.act == OPEN else national_code(entry.from_state)


def _subject(case: Case) -> str:
    organisation = case.applicant_organisation
    if organisation is None:
        return "citizen"
    return organisation.kind if organisation.kind in {"enterprise", "household"} else "organisation"


def _papers(dossier: Dossier, entry: Entry) -> tuple[PaperAt, ...]:
    """Return what came with the dossier, or with this act. The result itself is told by its number; its file stays in the person's papers."""
    rows = dossier.papers.select_related("file").filter(given_at__lte=entry.at)
    rows = rows.filter(round=0) if entry.act == OPEN else rows.exclude(round=0)
    if entry.act not in {OPEN, "correct", "supply"}:
        return ()
    return tuple(PaperAt(row.file_id, row.file.name, row.copy) for row in rows.order_by("pk"))


def _act(case: Case, entry: Entry) -> ActAt:
    known = cases.definition_of(case.kind).acts.get(entry.act)
    shown = known is None or known.shown
    return ActAt(
        seq=entry.seq,
        act=entry.act,
        name=known.name if known else "Nộp hồ sơ",
        at=entry.at,
        before=_before(entry),
        after=national_code(entry.to_state),
        who=entry.by.name if entry.by else "",
        post=_post(entry.by, entry) if entry.by else "",
        agency=entry.agency.name,
        note=entry.note if shown else "",  # a remark between officials stays between them
    )


def _post(person: Person, entry: Entry) -> str:
    """Return the title that somebody had at an agency on the day of an act, "" for an applicant."""
    posts = people.memberships(person, entry.at.date()).filter(agency=entry.agency)
    found = posts.select_related("position").first()
    return (found.title or (found.position.name if found.position else "")) if found else ""


def standing(case: int) -> Standing:
    """Return what counts of a dossier when quality is measured, as things stand; Missing when there is no such dossier."""
    dossier = _dossier(case)
    extended = [each.at for each in dossier.case.entries.filter(act="extend").order_by("seq")]
    promised = list(cases.promises(dossier.case))
    counts = next((each for each in promised if not extended or each.at < extended[0]), None)
    due = counts.due_at if counts and dossier.received_at else None
    finished = dossier.finished_at
    rated = dossier.case.entries.filter(act="rate").order_by("-seq").first() if dossier.rating is not None else None
    return Standing(
        case=dossier.pk,
        number=dossier.number,
        office=dossier.office.code,
        handler=dossier.case.agency.code,
        procedure=dossier.procedure.code,
        channel=dossier.channel,  # type: ignore[arg-type]  # one of the three, see the model
        sent_at=dossier.sent_at,
        received_at=dossier.received_at,
        due_at=due,
        finished_at=finished,
        in_time=finished <= due if finished and due else None,
        delivered_at=dossier.delivered_at,
        delivered=dossier.delivered,  # type: ignore[arg-type]  # see the model
        sync=dossier.sync,  # type: ignore[arg-type]  # see the model
        rating=dossier.rating,
        rated_at=rated.at if rated else None,
    )
