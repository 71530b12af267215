"""The steps that a dossier went: who had it, from when until when, and how long in working time; for its page and the control slip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.worktime import public as worktime
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.models import Agency


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A stretch in one state. `ended` None: it lasts. `by` is who ended it, and `act` how. `worked` is None where no calendar says so."""

    state: cases.State
    agency: Agency
    began: dt.datetime
    ended: dt.datetime | None
    by: str
    act: str
    note: str
    planned: int
    worked: dt.timedelta | None


def taken(case: cases.Case) -> list[StepTaken]:
    """Return the steps so far, the first one first; while a case stays in one state, whoever has it, that is one step."""
    definition = cases.definition_of(case.kind)
    terms = cases.terms_of(case)
    moved = [
        entry for entry in reversed(list(cases.timeline(case))) if entry.seq == 1 or entry.from_state != entry.to_state
    ]
    calendar, now = worktime.calendar_of(case.agency), clock.now()
    found = []
    for place, entry in enumerate(moved):
        state = definition.states[entry.to_state]
        if state.final:
            continue
        leaves = moved[place + 1] if place + 1 < len(moved) else None
        ended = leaves.at if leaves else None
        planned = terms.hours.get(state.code, state.turn.hours if state.turn else 0) if terms else 0
        found.append(
            StepTaken(
                state=state,
                agency=case.issuer if state.turn and state.turn.party == "issuer" else case.agency,
                began=entry.at,
                ended=ended,
                by=_who(leaves) if leaves else "",
                act=definition.acts[leaves.act].name if leaves and leaves.act in definition.acts else "",
                note=leaves.note if leaves else "",
                planned=planned,
                worked=_worked(entry.at, ended or now, calendar),
            )
        )
    return found


def _who(entry: cases.Entry) -> str:
    return entry.by.name if entry.by else ""


def _worked(since: dt.datetime, until: dt.datetime, calendar: worktime.Calendar) -> dt.timedelta | None:
    try:
        return worktime.worked(since, until, calendar).time
    except Refused:  # a year that nobody has entered yet
        return None
