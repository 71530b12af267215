"""How the turn goes from hand to hand: who is to know, what came back, and what was handed in to be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q

from vamco.kernel.base import clock
from vamco.kernel.work.cases.models import Entry
from vamco.kernel.work.cases.queries import cases, definitions, rights
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vamco.kernel.work.cases.contracts import Party
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

# Entries that bring a case on without a new state; a hand-over in the same state is answered by one of them.
_BRINGS_ON = ("receive", "give_back", "recall")
_MOVED = ~Q(from_state=F("to_state")) | Q(act__in=_BRINGS_ON)


def passage(case: Case, entry: Entry) -> moves.Passage:
    """Return what an entry did to whose turn it is."""
    return moves.passage(definitions.definition_of(case.kind), entry.act, entry.from_state, entry.to_state)


def moved_since(case: Case, seq: int) -> bool:
    """Return whether a case has moved on since an entry: then what that asked of somebody is done, or no longer wanted."""
    handed = [act.code for act in definitions.definition_of(case.kind).acts.values() if act.effect == "hand_over"]
    return case.entries.filter(_MOVED | Q(act__in=handed), seq__gt=seq).exists()


def in_turn(case: Case) -> list[Person]:
    """Return who can do now what a case waits for: who has it in hand, else the staff of the agency whose turn it is.

    With them those below who may do it for that agency, as an office does for its committee. Where there is nobody, it is the
    staff of the nearest agency above who may: who could do everything everywhere is not asked as long as others are there.
    """
    if not case.open or case.holder is None:
        return []
    if case.taken_by is not None and rights.may_take(case, case.taken_by):
        return [case.taken_by]
    for agency in nearest(case.holder):
        found = [person for person in _staff(agency, case.needed) if rights.may_take(case, person)]
        if found:
            return found
    return []


def working_on(case: Case) -> list[Person]:
    """Return who does, or did, the work of a case for its handler and may still: who has acted on it or has it, else all who may."""
    acted = case.entries.filter(agency=case.agency_id).exclude(act__in=(moves.OPEN, *moves.QUIET)).select_related("by")
    known = {entry.by.pk: entry.by for entry in acted if entry.by is not None}
    known |= {person.pk: person for person in (case.taken_by, case.left_with) if person is not None}
    acts = _acts(case, "handler")
    may = _may(case, acts, case.agency)
    return [person for person in known.values() if may(person)] or [
        person for person in _staff(case.agency, *acts) if may(person)
    ]


def asked_by(case: Case) -> list[Person]:
    """Return who asked for a case and may still see it; in the place of one who may not, those of the issuer who follow it up."""
    opener = case.opened_by
    if opener is not None and cases.visible(opener).filter(pk=case.pk).exists():
        return [opener]
    acts = _acts(case, "issuer")
    may = _may(case, acts, case.issuer)
    return [person for person in _staff(case.issuer, *acts) if may(person)]


def nearest(agency: Agency) -> Iterator[Agency]:
    """Yield an agency and those above it, from below."""
    yield agency
    for above in reversed(agencies.ancestors(agency.code, clock.today())):
        yield agencies.get(above.code)


def sent_back(found: Iterable[Case]) -> dict[int, Entry]:
    """Return, by id, the entry by which a case came back to who has the turn and has not moved since: one statement for all."""
    open_ones = {case.pk: case for case in found if case.open and case.handed_to_id is None}
    if not open_ones:
        return {}
    last = Entry.objects.filter(_MOVED, case__in=list(open_ones)).order_by("case", "-seq").distinct("case")
    return {
        entry.case_id: entry
        for entry in last.select_related("by", "agency")
        if passage(open_ones[entry.case_id], entry) == "sent_back"
    }


def handed_in(case: Case) -> Entry | None:
    """Return the newest result that is to be decided on in the state of a case, with people and files; None where there is none."""
    wanted = moves.checked(definitions.definition_of(case.kind), case.state)
    return cases.timeline(case).filter(act__in=wanted).first() if wanted else None


def _staff(agency: Agency, *acts: str) -> list[Person]:
    """Return the staff of an agency, and those of agencies below it whose role lets them do one of the acts anywhere."""
    roles = frozenset[str]().union(*(access.roles_everywhere(act) for act in acts))
    members = [*people.staff(agency), *(people.staff_below(agency, roles) if roles else ())]
    return list({member.person_id: member.person for member in members}.values())


def _acts(case: Case, party: Party) -> list[str]:
    """Return the acts of access by which a party does something on a case."""
    return sorted({act.may for act in definitions.definition_of(case.kind).acts.values() if act.party == party})


def _may(case: Case, acts: list[str], agency: Agency) -> Callable[[Person], bool]:
    """Return the question whether a person may do any of these acts of access for an agency on a case."""
    return lambda person: any(rights.may(person, may, agency, case) for may in acts)
