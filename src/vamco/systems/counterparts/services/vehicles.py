"""Questions to the vehicle register by a machine: for one case, on record before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.counterparts.rules import reading
from vamco.systems.counterparts.services import lines
from vamco.systems.counterparts.services.registers import CHAIN

if TYPE_CHECKING:
    from vamco.systems.counterparts.contracts import VehicleRecord


def vehicle(plate: str, *, purpose: str, basis: str, by: str) -> VehicleRecord | None:
    """Ask the vehicle register about a plate; None where it knows no such vehicle. `by` is an actor of the audit log.

    `basis` is what the question rests on ("case:17"). Unavailable when the register does not answer, or not so that it can be read.
    """
    if not purpose.strip() or not basis.strip():
        raise Refused("counterparts.no_purpose", N_("Say what the question is for."))
    fingerprint = people.blinds(plate, "counterparts:vehicles")[0].hex()
    with transaction.atomic():
        audit.record(
            "counterparts.ask",
            actor=by,
            chain=CHAIN,
            subject=basis[:120],
            detail={"line": "vehicles", "number": fingerprint[:16]},
            purpose=purpose[:300],
        )
    try:
        return reading.vehicle(lines.vehicles().vehicle(plate, purpose=purpose, basis=basis), plate)
    except reading.Unreadable:
        name = lines.NAMES["vehicles"]
        raise Unavailable(
            "counterparts.unreadable", N_("%(line)s answered in a way that cannot be read."), line=name
        ) from None
