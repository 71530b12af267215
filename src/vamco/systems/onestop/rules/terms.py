"""What a version of a procedure promises its dossiers: the legal deadline, and the planned hours of each step. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.kernel.work.cases.contracts import Deadline, Terms

if TYPE_CHECKING:
    from vamco.systems.onestop.declaration import ProcedureItem, ProcessingTime

RECEPTION_HOURS: Final = 8
"""Working hours in which what was sent is received or sent back; this platform's proposal, as in the kind `dossier`."""
_HOURS_A_DAY: Final = 8


def of(item: ProcedureItem) -> Terms:
    """Return the terms of a dossier of a procedure. Where no deadline can be counted, who receives the dossier says until when."""
    steps: dict[str, int] = {step.state: step.hours for step in item.filing.steps} if item.filing else {}
    return Terms(deadline=deadline(item.time), hours=steps)


def deadline(time: ProcessingTime) -> Deadline | None:
    """Return the deadline that a legal time means, None where working time does not count it (calendar days, by plan, unknown).

    "same_day" is the close of the day of reception, of the next working day for what comes after `cutoff`.
    """
    cutoff = dt.time.fromisoformat(time.cutoff) if time.cutoff else None
    if time.unit == "same_day":
        return Deadline(0, "close", cutoff)
    if time.unit == "hour" and time.most:
        return Deadline(time.most, "hour", cutoff)
    if time.unit == "working_day" and time.most:
        return Deadline(time.most, "day", cutoff)
    return None
