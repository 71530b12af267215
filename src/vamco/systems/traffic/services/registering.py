"""What the vehicle register says of a plate that was decided on: a notice where it agrees, else the case is held."""

from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import OuterRef, Subquery

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Unavailable, VamcoError
from vamco.systems.counterparts import public as counterparts
from vamco.systems.traffic.models import VehicleAnswer, Violation
from vamco.systems.traffic.queries import table
from vamco.systems.traffic.rules import registered
from vamco.systems.traffic.services import notifying
from vamco.systems.traffic.services.proposing import MACHINE

if TYPE_CHECKING:
    from vamco.systems.counterparts.public import VehicleRecord

LOG: Final = logging.getLogger(__name__)
PURPOSE: Final = "Xác định chủ phương tiện của vi phạm giao thông đã kết luận"
SOURCE: Final = "vehicles"


def ask(case: int, seq: int) -> None:
    """Ask the register about a violation as it was decided at entry `seq`, and notify or hold; nothing where it was done.

    The register is asked outside the transaction; what it said, and what follows from it, commit together.
    """
    violation = _waiting(case, seq)
    if violation is None:
        return
    record: VehicleRecord | None = None
    try:
        record = counterparts.vehicle(violation.plate, purpose=PURPOSE, basis=f"case:{case}", by=MACHINE.actor)
        answered = True
    except Unavailable as error:
        LOG.warning("case %s: the register did not answer (%s)", case, error.code)
        answered = False
    with transaction.atomic():
        locked = Violation.objects.select_for_update(of=("self",)).get(pk=violation.pk)
        if _waiting(case, seq) is None:
            return
        _keep(locked, record, answered=answered)
        why = _why(locked, record) if answered else "no_answer"
        if why:
            cases.act(case, "hold", by=MACHINE, reason=why)
        elif record is not None:
            notifying.notify(locked, record)


def unanswered(case: int) -> bool:
    """Return whether the register did not answer when it was last asked."""
    last = VehicleAnswer.objects.filter(violation=case).order_by("-at").first()
    return last is not None and last.outcome == "unavailable"


def ask_silent() -> dict[str, int]:
    """Ask again about what is held since the register did not answer; what it was silent about for the pack's days is cancelled."""
    days, now, counts = table.settings().silent_days, clock.now(), {"asked": 0, "cancelled": 0}
    answers = VehicleAnswer.objects.filter(violation=OuterRef("pk"))
    held = Violation.objects.filter(case__state="held", limitation__gte=clock.today()).annotate(
        last=Subquery(answers.order_by("-at").values("outcome")[:1]),
        began=Subquery(answers.filter(outcome="unavailable").order_by("at").values("at")[:1]),
    )
    for row in held.filter(last="unavailable").order_by("pk"):
        over = now - row.began >= dt.timedelta(days=days)
        try:
            if over:
                cases.act(row.pk, "give_up", by=MACHINE, reason="no_answer")
            else:
                cases.act(row.pk, "retry", by=MACHINE)
        except VamcoError as error:
            LOG.warning("violation %s: %s", row.pk, error.code)
        else:
            counts["cancelled" if over else "asked"] += 1
    return counts


def owner_of(violation: Violation) -> dict[str, str] | None:
    """Return name, address and number of the owner as the register last said; None where it did not."""
    row = VehicleAnswer.objects.filter(violation=violation, outcome="found").order_by("-at").first()
    if row is None:
        return None
    found: dict[str, str] = json.loads(people.unseal(row))
    return found


def _waiting(case: int, seq: int) -> Violation | None:
    found = (
        Violation.objects.filter(pk=case, case__state="decided", case__seq=seq)
        .select_related("case__agency", "camera", "rule")
        .first()
    )
    return found if found is not None and clock.today() <= found.limitation else None


def _why(violation: Violation, record: VehicleRecord | None) -> str:
    if record is None:
        return "not_found"
    return registered.disagrees(
        kind=violation.kind,
        colour=violation.colour,
        said_kind=record.kind,
        said_colour=record.colour,
        valid=record.valid,
    )


def _keep(violation: Violation, record: VehicleRecord | None, *, answered: bool) -> VehicleAnswer:
    outcome = "found" if record else "none" if answered else "unavailable"
    row = VehicleAnswer(
        violation=violation,
        outcome=outcome,
        kind=record.kind if record else "",
        colour=record.colour if record else "",
        valid=record.valid if record else None,
        source=SOURCE,
        at=clock.now(),
    )
    owner = {"name": record.owner, "address": record.address, "number": record.number} if record else {}
    people.seal(row, json.dumps(owner, ensure_ascii=False))
    row.save(force_insert=True)
    return row
