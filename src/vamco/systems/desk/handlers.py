"""Who is told of what happens to cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext

from vamco.kernel.base.events import public as events
from vamco.kernel.record.search import public as search
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.lib.money import NO_VALUE
from vamco.systems.desk import queries
from vamco.vocab.cases import CaseActed, CaseAssigned, CaseEscalated, CaseMoved, CasePassed
from vamco.web import casework

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.kernel.world.people.models import Person


@events.handler("desk.assigned", CaseAssigned)
def assigned(event: CaseAssigned) -> None:
    """Tell whoever was given a case."""
    case, by, to = cases.by_id([event.case])[event.case], people.get(event.by), people.get(event.person)
    _tell("cases.assigned", case, f"assigned:{event.seq}", [to], by=by.name, due_at=case.due_at)


@events.handler("desk.passed", CasePassed)
def passed(event: CasePassed) -> None:
    """Tell who has the turn now that it is theirs, and who asked for a case, or worked on it, what became of it.

    Whoever did it is not told. A turn that has gone on meanwhile is no longer announced; an outcome always is.
    """
    case = cases.by_id([event.case])[event.case]
    entry = cases.entry(case, event.seq)
    turn, outcome = _concerned(case, entry)
    _announce(case, entry, turn)
    _tell("cases.outcome", case, f"outcome:{event.seq}", outcome, **_outcome(case, entry), **_by(entry, "note"))


@events.handler("desk.moved", CaseMoved)
def moved(event: CaseMoved) -> None:
    """Tell who follows a case where it has come; not who moved it, nor who is told of the same as their own matter."""
    case = cases.by_id([event.case])[event.case]
    entry = cases.entry(case, event.seq)
    state = cases.definition_of(case.kind).states.get(entry.to_state)
    others = {entry.by_id, *(person.pk for group in _concerned(case, entry) for person in group)}
    to = [person for person in cases.followers(case) if person.pk not in others]
    if state is not None:
        _tell("cases.moved", case, f"moved:{event.seq}", to, state=state.name, state_en=state.name_en)


@events.handler("desk.escalated", CaseEscalated)
def escalated(event: CaseEscalated) -> None:
    """Tell those who lead the agency whose turn it is, where nobody does who has the turn; once it is late also who asked for it."""
    case = cases.by_id([event.case])[event.case]
    definition = cases.definition_of(case.kind)
    leading, key = _leading(event) or cases.in_turn(case), f"escalated:{event.seq or event.level}"
    levels = definition.escalations[event.level - 1 : event.level] if event.level else ()
    if event.level == 0:
        state = definition.states.get(cases.entry(case, event.seq).to_state)
        if state is not None:
            _tell("cases.step_overdue", case, key, leading, state=state.name, state_en=state.name_en)
    elif levels and levels[0].hours >= 0:
        agency = {"agency": case.agency.name, "agency_en": case.agency.name_en}
        _tell("cases.overdue", case, key, [*leading, *cases.asked_by(case)], **agency, due_at=case.due_at)
    else:
        _tell("cases.due_soon", case, key, leading, due_at=case.due_at)


def _leading(event: CaseEscalated) -> list[Person]:
    """Return who may do the event's act for its agency: of its staff, or of the nearest agency above it that has such."""
    agency = agencies.get(event.agency)
    for near in cases.nearest(agency):
        staff = [member.person for member in people.staff(near)]
        if leading := [person for person in staff if access.allow(person, event.may, agency)]:
            return leading
    return []


def _concerned(case: cases.Case, entry: cases.Entry) -> tuple[list[Person], list[Person]]:
    """Return to whom the turn has come by an entry, and who else is to know what became of the case; without who did it."""
    passage = cases.passage(case, entry)
    turn: list[Person] = []
    outcome: list[Person] = []
    if passage in {"given", "sent_back", "passed"} and not cases.moved_since(case, entry.seq):
        turn = cases.in_turn(case)
    if passage == "ended" or (passage == "sent_back" and entry.act != "give_back"):  # a refused hand-over is no outcome
        outcome = cases.asked_by(case)
    if passage == "ended":
        outcome += cases.working_on(case)
    if entry.by_id is None and case.issuer_id == case.agency_id:
        outcome = []  # an agency's own case that the platform ends: its page says so, and who acted knows
    told = {person.pk for person in turn} | {entry.by_id}
    return [person for person in turn if person.pk != entry.by_id], [
        person for person in outcome if person.pk not in told
    ]


def _announce(case: cases.Case, entry: cases.Entry, to: list[Person]) -> None:
    """Tell people that a case has come to them, in the words that fit how it came."""
    passage, key = cases.passage(case, entry), f"turn:{entry.seq}"
    agency = {"agency": entry.agency.name, "agency_en": entry.agency.name_en}
    state = cases.definition_of(case.kind).states[case.state]
    if passage == "sent_back":
        _tell("cases.sent_back", case, key, to, **_by(entry, "reason"), due_at=case.due_at)
    elif passage == "given":
        _tell("cases.given", case, key, to, **agency, due_at=case.due_at)
    else:
        _tell("cases.waiting", case, key, to, **agency, state=state.name, state_en=state.name_en)


def _by(entry: cases.Entry, note: str) -> dict[str, str]:
    """Return who did something, for which agency and with which words, as a notice says it."""
    machine = access.machines().get(entry.machine)
    who = entry.by.name if entry.by else gettext(machine.title) if machine else NO_VALUE
    agency = entry.agency
    return {"by": who, "agency": agency.name, "agency_en": agency.name_en, note: entry.note or NO_VALUE}


def _outcome(case: cases.Case, entry: cases.Entry) -> dict[str, str]:
    """Return what became of a case in words: the act by which it was sent back, else the state in which it ended."""
    definition = cases.definition_of(case.kind)
    state, act = definition.states.get(entry.to_state), definition.acts.get(entry.act)
    found = state if state is not None and (state.final or act is None) else act
    return {"outcome": found.name, "outcome_en": found.name_en} if found else {"outcome": "", "outcome_en": ""}


@events.handler("desk.findable", CaseActed)
def findable(event: CaseActed) -> None:
    """Let a case be found as it is now, whoever handles it and whatever has become of it."""
    search.put(*queries.cases_found([str(event.case)]))


def _tell(template: str, case: cases.Case, key: str, to: Iterable[Person], **more: object) -> None:
    data: dict[str, object] = {"title": case.title, "number": cases.number(case), **more}
    if not (to := list(to)):
        return
    about, url = f"case:{case.pk}", casework.address(case)
    try:
        notices.send(template, to, data, key=f"{about}:{key}", about=about, url=url)
    except Refused as refusal:
        if refusal.code != "notices.other_message":  # told before, in the words of that day: a replay says nothing anew
            raise
