"""Who is told of what happens to cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.record.search import public as search
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.systems.desk import queries
from vamco.vocab.cases import CaseActed, CaseAssigned, CaseEscalated, CaseMoved
from vamco.web import casework

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.kernel.world.people.models import Person


@events.handler("desk.assigned", CaseAssigned)
def assigned(event: CaseAssigned) -> None:
    """Tell whoever was given a case."""
    by = people.get(event.by)
    to = [people.get(event.person)]
    _tell("cases.assigned", event.case, f"assigned:{event.seq}", to, by=by.name)


@events.handler("desk.moved", CaseMoved)
def moved(event: CaseMoved) -> None:
    """Tell who follows a case, but not who moved it, where it has come."""
    case = cases.by_id([event.case])[event.case]
    entry = cases.entry(case, event.seq)
    state = cases.definition_of(case.kind).states.get(entry.to_state)
    to = [person for person in cases.followers(case) if person.pk != entry.by_id]
    if state is not None:
        _tell("cases.moved", event.case, f"moved:{event.seq}", to, state=state.name, state_en=state.name_en)


@events.handler("desk.escalated", CaseEscalated)
def escalated(event: CaseEscalated) -> None:
    """Tell those who lead the agency whose turn it is; where it has nobody, those of the agency above it."""
    agency = agencies.get(event.agency)
    for code in [event.agency, *(above.code for above in reversed(agencies.ancestors(event.agency, clock.today())))]:
        staff = [member.person for member in people.staff(agencies.get(code))]
        leading = [person for person in staff if access.allow(person, event.may, agency)]
        if leading:
            _tell("cases.due_soon", event.case, f"escalated:{event.seq or event.level}", leading)
            return


@events.handler("desk.findable", CaseActed)
def findable(event: CaseActed) -> None:
    """Let a case be found as it is now, whoever handles it and whatever has become of it."""
    search.put(*queries.cases_found([str(event.case)]))


def _tell(template: str, number: int, key: str, to: Iterable[Person], **more: str) -> None:
    case = cases.by_id([number])[number]
    data: dict[str, object] = {"title": case.title, "number": cases.number(case), **more}
    if template != "cases.moved":
        data["due_at"] = case.due_at
    url = casework.address(case)
    try:
        notices.send(template, to, data, key=f"case:{number}:{key}", about=f"case:{number}", url=url)
    except Refused as refusal:
        if refusal.code != "notices.other_message":  # told before, in the words of that day: a replay says nothing anew
            raise
