"""Until when: promises, pauses, the planned step, and when a case is brought before somebody else."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import F, Q
from pydantic import TypeAdapter

from vamco.kernel.work.cases.contracts import Terms
from vamco.kernel.work.cases.queries import rows
from vamco.kernel.work.worktime import public as worktime
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Act, Deadline, Definition
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.agencies.models import Agency

HOUR = dt.timedelta(hours=1)


_TERMS = TypeAdapter(Terms)


def written(terms: Terms | None) -> str:
    """Return terms as a case keeps them."""
    return "" if terms is None else _TERMS.dump_json(terms).decode()


def terms_of(case: Case) -> Terms | None:
    """Return what a case was promised other than what its kind says."""
    return _TERMS.validate_json(case.terms) if case.terms else None


def deadline(definition: Definition, terms: Terms | None) -> Deadline | None:
    """Return how long a case may take: by its own terms, else by its kind."""
    return terms.deadline if terms and terms.deadline else definition.deadline


def first_due(rule: Deadline | None, agency: Agency, now: dt.datetime) -> dt.datetime:
    """Return when a case must be done that begins now, by a rule, in the agency's working time."""
    if rule is None:
        raise Refused("cases.no_deadline", N_("Please say until when: this kind of case has no deadline of its own."))
    calendar = worktime.calendar_of(agency)
    return worktime.due(now, worktime.Amount(rule.amount, rule.unit), calendar, cutoff=rule.cutoff)


def wants_until(case: Case, definition: Definition, act: Act) -> bool:
    """Tell whether who acts must name a deadline: of what extends, and of what begins where no rule counts it."""
    return act.effect == "extend" or (act.effect == "begin" and _begins_by(case, definition) is None)


def _begins_by(case: Case, definition: Definition) -> Deadline | None:
    """Return the rule of a deadline that is promised anew. Terms without one say that none can be counted, so the kind's does not stand in."""
    terms = terms_of(case)
    return terms.deadline if terms else definition.deadline


def promise(case: Case, due_at: dt.datetime, now: dt.datetime, why: str) -> None:
    """Keep a deadline as promised from now on; `case.seq` is the entry with which it was."""
    case.due_at, case.escalated = due_at, 0
    rows.promise(case, now, why)


def begin(case: Case, definition: Definition, now: dt.datetime, until: dt.datetime | None) -> None:
    """Promise the deadline of a case from now on, by the rule of its own terms, else of its kind; without one `until` says it."""
    rule = _begins_by(case, definition)
    if rule is None and (until is None or until <= now):
        raise Refused("cases.until_missing", N_("Please say until when."))
    case.paused_at = None
    promise(case, first_due(rule, case.agency, now) if rule or until is None else until, now, "begun")


def extend(case: Case, now: dt.datetime, until: dt.datetime | None) -> None:
    """Promise a later deadline; Refused without one, or for one that is no later than that which holds, or than now."""
    if until is None:
        raise Refused("cases.until_missing", N_("Please say until when."))
    if until <= max(case.due_at, now):
        raise Refused(
            "cases.until_too_early", N_("The new day must be later than the one that was promised, and than today.")
        )
    promise(case, until, now, "extended")


def settle(case: Case, definition: Definition, before: str, now: dt.datetime) -> None:
    """Bring the times of a case that has come from the state `before` into line with where it is now.

    A step that goes on in the same state keeps its time, whoever has been asked to take the case; who takes it begins anew.
    """
    state, left = definition.states[case.state], definition.states[before]
    if case.paused_at is not None and (state.final or state.clock == "runs"):
        since, case.paused_at = case.paused_at, None
        if not state.final and (moved := _moved(case, definition, since, now)) != case.due_at:
            told = case.escalated
            promise(case, moved, now, "resumed")
            case.escalated = _still_told(case, definition, told, now)
    if left.final and not state.final and (rule := deadline(definition, terms_of(case))) is not None:
        promise(case, first_due(rule, case.agency, now), now, "reopened")
    if case.paused_at is None and state.clock == "paused" and not state.final:
        case.paused_at = now
    plan(case, definition, now, kept=case.step_due_at if case.state == before else None)


def plan(case: Case, definition: Definition, now: dt.datetime, *, kept: dt.datetime | None = None) -> None:
    """Say until when the present step should be done, and when the case is next brought before somebody else.

    `kept` is the planned end of a step that goes on. While the deadline stands still, an agency that checks has only the term of
    its own step, and the case is brought before somebody else when that is over.
    """
    turn, paused = definition.states[case.state].turn, case.paused_at is not None
    case.step_due_at = case.escalate_at = None
    if turn is None or (paused and case.holder is None):
        return
    terms = terms_of(case)
    hours = terms.hours.get(case.state, turn.hours) if terms else turn.hours
    if not hours and (paused or not definition.escalations):
        return
    calendar = worktime.calendar_of(case.holder or case.agency)
    if hours:
        case.step_due_at = kept or worktime.due(now, worktime.Amount(hours, "hour"), calendar)
    if paused:
        case.escalate_at = case.step_due_at if case.step_due_at and case.step_due_at > now else None
    else:
        _plan_escalation(case, definition, calendar)


def overdue(now: dt.datetime) -> Q:
    """Return the cases whose deadline has passed; while it stands still, only those that were late when it stopped."""
    return Q(due_at__lt=now) & (Q(paused_at=None) | Q(due_at__lt=F("paused_at")))


def is_overdue(case: Case, now: dt.datetime) -> bool:
    """Return the same of one case."""
    return case.due_at < (case.paused_at or now)


def left(case: Case, now: dt.datetime) -> worktime.Worked:
    """Return how much working time of the agency that answers for a case is left until its deadline, nothing when it has passed."""
    since = case.paused_at or now
    return worktime.worked(min(since, case.due_at), case.due_at, worktime.calendar_of(case.agency))


def plan_escalation(case: Case, definition: Definition) -> None:
    """Say when a case that has just been brought before somebody is next brought before another; its step goes on."""
    _plan_escalation(case, definition, worktime.calendar_of(case.holder or case.agency))


def _plan_escalation(case: Case, definition: Definition, calendar: worktime.Calendar) -> None:
    case.escalate_at = None
    if case.escalated < len(definition.escalations):
        case.escalate_at = escalation_at(case, definition.escalations[case.escalated].hours, calendar)


def escalation_at(case: Case, hours: int, calendar: worktime.Calendar) -> dt.datetime:
    """Give the moment `hours` of working time after the deadline, before it where negative."""
    if hours >= 0:
        return worktime.due(case.due_at, worktime.Amount(hours, "hour"), calendar) if hours else case.due_at
    total = worktime.worked(case.opened_at, case.due_at, calendar).time + hours * HOUR
    if total <= dt.timedelta():
        return case.opened_at
    return worktime.due(case.opened_at, worktime.Amount(Fraction(total // _TICK, HOUR // _TICK), "hour"), calendar)


_TICK = dt.timedelta(microseconds=1)


def _moved(case: Case, definition: Definition, since: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Give the deadline after a pause: what was left of it when the pause began is left when it ends, in the promise's own unit.

    A pause counts only from where the promise began to run: what is received late in the day runs from the next. A deadline
    that was given, and not reckoned by a rule, is measured in hours; so is the close of a day.
    """
    if case.due_at <= since:
        return case.due_at  # it was late already, and a pause makes nothing good
    promised, until, why = rows.promised(case)
    agency, rule = _kept(case, definition, why)
    calendar = worktime.calendar_of(agency)
    if rule is not None and (why != "opened" or first_due(rule, agency, promised) == until):
        begun = worktime.running_since(promised, calendar, rule.cutoff)
    else:
        rule, begun = None, since
    rest = worktime.worked(max(since, begun), case.due_at, calendar)
    if rest.time <= dt.timedelta():
        return max(case.due_at, now)  # nobody works until then: it was not late, and is due as it comes back
    amount = worktime.Amount(Fraction(rest.time // _TICK, HOUR // _TICK), "hour")
    if rule is not None and rule.unit in {"day", "half"}:
        amount = worktime.Amount(rest.days, "day")
    # A deadline that was given for an hour outside working time is not drawn forward to the last one in it.
    return max(case.due_at, worktime.due(max(now, begun), amount, calendar))


def _kept(case: Case, definition: Definition, why: str) -> tuple[Agency, Deadline | None]:
    """Return who keeps a promise that was given for a reason, and its rule, None for a day that somebody named.

    Where an act begins the case, what comes before is that act's party's to keep, in its hours, and by the kind's own deadline.
    """
    if why == "extended":
        return case.agency, None
    if why == "begun":
        return case.agency, _begins_by(case, definition)
    beginning = next((act for act in definition.acts.values() if act.effect == "begin"), None)
    if why == "opened" and beginning is not None:
        return case.issuer if beginning.party == "issuer" else case.agency, definition.deadline
    return case.agency, deadline(definition, terms_of(case))


def _still_told(case: Case, definition: Definition, told: int, now: dt.datetime) -> int:
    """Give how many of the escalations that were told have come by the moved deadline, too: nobody is told of these again."""
    if not told:
        return 0
    calendar = worktime.calendar_of(case.holder or case.agency)
    return sum(escalation_at(case, level.hours, calendar) <= now for level in definition.escalations[:told])
