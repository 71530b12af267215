"""Until when: what is proposed where somebody must name a deadline, and why the one in force is what it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.worktime import public as worktime
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM, local_date
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.queries import PROCEDURES
from vamco.systems.onestop.rules import promising, terms

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency

USUAL_DELAY: Final = 3
"""Working days that the page proposes for a new appointment; this platform's proposal."""


def by_law(dossier: Dossier, at: dt.datetime) -> dt.datetime | None:
    """Return the close of the last day of a legal time in calendar days, as if received at a moment; None where it is not so counted."""
    time = PROCEDURES.get(dossier.procedure).time
    calendar = worktime.calendar_of(dossier.case.agency)
    cutoff = dt.time.fromisoformat(time.cutoff) if time.cutoff else None
    begins = local_date(worktime.running_since(at, calendar, cutoff)) if cutoff else local_date(at)
    last = promising.last_day(time, begins)
    return None if last is None else close_of(last, dossier.case.agency)


def close_of(day: dt.date, agency: Agency) -> dt.datetime:
    """Return the close of a day of an agency, of the next working day where it is a day of rest."""
    return worktime.due(dt.datetime.combine(day, dt.time(), HCM), worktime.SAME_DAY, worktime.calendar_of(agency))


def proposed(case: cases.Case, act: cases.Act) -> dt.datetime | None:
    """Return what the page proposes where an act wants a deadline: by law at reception, some working days later for an apology."""
    dossier = Dossier.objects.select_related("procedure").filter(pk=case.pk).first()
    if dossier is None:
        return None
    dossier.case = case
    now = clock.now()
    if act.effect == "begin":
        return by_law(dossier, now)
    return worktime.due(max(case.due_at, now), worktime.Amount(USUAL_DELAY, "close"), worktime.calendar_of(case.agency))


def demand_lawful(dossier: Dossier, case: cases.Case, entry: cases.Entry) -> None:
    """Refuse a reception that promises a later day than the law gives, where that is counted in calendar days."""
    dossier.case = case
    latest = by_law(dossier, entry.at)
    if latest is not None and case.due_at > latest:
        raise Refused(
            "onestop.later_than_law",
            N_("By law the result is due by %(day)s at the latest."),
            day=f"{latest.astimezone(HCM):%H:%M %d/%m/%Y}",
        )


# ── why this deadline ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Why:
    """The way to the deadline in force. `steps` are none where no rule counted it; then somebody named it.

    `begun` is the promise that runs, `pauses` those since, `reckoned` where the steps lead.
    """

    begun: cases.Promise
    amount: worktime.Amount | None
    cutoff: dt.time | None
    pauses: tuple[worktime.Pause, ...]
    steps: tuple[worktime.Step, ...]
    reckoned: dt.datetime | None
    due_at: dt.datetime


def why(case: cases.Case) -> Why:
    """Return how the deadline of a dossier's case comes about, to the minute."""
    every = list(cases.promises(case))
    begun = next(promise for promise in every if promise.why != "resumed")
    pauses = _pauses(case, begun)
    rule, amount, cutoff = cases.terms_of(case), None, None
    agency = case.agency
    if begun.why == "opened":
        amount, agency = worktime.Amount(terms.RECEPTION_HOURS, "hour"), case.issuer
    elif begun.why in {"begun", "reopened"} and rule and rule.deadline:
        amount, cutoff = worktime.Amount(rule.deadline.amount, rule.deadline.unit), rule.deadline.cutoff
    calendar = worktime.calendar_of(agency)
    if amount is None or worktime.due(begun.at, amount, calendar, cutoff=cutoff) != begun.due_at:
        return Why(begun, None, None, pauses, (), None, case.due_at)
    steps = worktime.explain(begun.at, amount, calendar, cutoff=cutoff, pauses=pauses)
    return Why(begun, amount, cutoff, pauses, steps, steps[-1].ends if steps else begun.due_at, case.due_at)


def _pauses(case: cases.Case, begun: cases.Promise) -> tuple[worktime.Pause, ...]:
    """Return the stretches since a promise in which the case stood in a state whose clock is paused; one that lasts ends now."""
    states = cases.definition_of(case.kind).states
    found: list[worktime.Pause] = []
    since: dt.datetime | None = None
    for entry in case.entries.filter(seq__gte=begun.seq).order_by("seq"):
        state = states.get(entry.to_state)
        stands = state is not None and state.clock == "paused" and not state.final
        if stands and since is None:
            since = entry.at
        elif not stands and since is not None:
            found.append(worktime.Pause(since, entry.at))
            since = None
    if since is not None and case.open:
        found.append(worktime.Pause(since, max(since, clock.now())))
    return tuple(found)
