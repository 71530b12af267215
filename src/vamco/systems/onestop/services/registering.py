"""Forms 06 and 07, made from the record whenever they are asked for: the control slip of a dossier, the register of a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.lib.time import HCM
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import outgoing
from vamco.systems.onestop.services import forming, listing, steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.models import Dossier

DAY = dt.timedelta(days=1)


def slip(found: Dossier, *, docx: bool = False) -> bytes:
    """Return form 06 of a dossier as things stand."""
    dossier = forming.loaded(found.pk)
    case = dossier.case
    values: dict[str, Any] = {
        "dossier": dossier.number,
        "procedure": PROCEDURES.get(dossier.procedure).name,
        "applicant": dossier.applicant_name,
        "handled_by": case.agency.name,
        "sent_at": dossier.sent_at,
        "due_at": case.due_at,
        "steps": [_step(step) for step in steps.taken(case)],
        "printed_at": clock.now(),
    }
    head = documents.letterhead(case.agency)
    form = documents.Form.DOCX if docx else documents.Form.PDF
    return documents.render(outgoing.TEMPLATES["06"], values, head=head, form=form)


def _step(step: steps.StepTaken) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": step.state.name,
        "agency": step.agency.name,
        "by": step.by,
        "began": step.began,
        "result": _result(step),
    }
    return found | ({"ended": step.ended} if step.ended else {})


def _result(step: steps.StepTaken) -> str:
    """Say whether a step kept its planned hours, as form 06 has it."""
    if step.state.clock == "paused":
        return "Không tính thời gian"
    if not step.planned or step.worked is None:
        return ""
    planned = dt.timedelta(hours=step.planned)
    if step.worked > planned:
        return "Quá hạn"
    return "" if step.ended is None else "Trước hạn" if step.worked < planned else "Đúng hạn"


# ── the register of a day ────────────────────────────────────────────────────────────────────────────────────────────


def register_rows(person: Person, day: dt.date) -> QuerySet[Dossier]:
    """Return the dossiers that were sent on a day to the offices for which a person works, in their order."""
    since = dt.datetime.combine(day, dt.time(), HCM)
    rows = listing.dossiers(person).filter(sent_at__gte=since, sent_at__lt=since + DAY)
    return rows.order_by("pk")


def register(agency: Agency, day: dt.date, rows: Iterable[Dossier]) -> bytes:
    """Return form 07 of an office and a day as a PDF."""
    drawn = [_row(dossier) for dossier in rows]
    head = documents.letterhead(agency, on=day)
    values = {"day": day, "rows": drawn, "total": len(drawn)}
    return documents.render(outgoing.TEMPLATES["07"], values, head=head)


def _row(dossier: Dossier) -> dict[str, Any]:
    case = dossier.case
    state = cases.definition_of(case.kind).states[case.state]
    times = {
        "received_at": dossier.received_at,
        "due_at": case.due_at if dossier.received_at else None,
        "finished_at": dossier.finished_at,
        "delivered_at": dossier.delivered_at,
    }
    known = {name: at for name, at in times.items() if at is not None}
    return {
        "dossier": dossier.number,
        "procedure": case.title,
        "applicant": dossier.applicant_name,
        "state": state.name,
        **known,
    }
