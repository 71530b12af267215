"""Who has a case in hand: claims, assignments, hand-overs with receipt, merging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases.contracts import Given
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries import definitions, rights
from vamco.kernel.work.cases.queries.rights import ASSIGN, holds, may_take
from vamco.kernel.work.cases.services import ledger
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Forbidden, Refused
from vamco.vocab.cases import CaseAssigned

if TYPE_CHECKING:
    from vamco.kernel.work.cases.contracts import Definition
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


def claim(case_id: int, *, by: Person, seen: int | None = None) -> Case:
    """Take a case that waits for one's own agency, so that no colleague works on it meanwhile."""
    with transaction.atomic():
        case = _waiting(case_id, seen)
        _demand_turn(case, by)
        if case.taken_by_id is not None and not holds(case, by):
            raise Refused(
                "cases.taken", N_("A colleague has claimed this case. It must be released or assigned to you first.")
            )
        return case if case.taken_by_id == by.pk else _take(case, "claim", by, by)


def release(case_id: int, *, by: Person, seen: int | None = None) -> Case:
    """Give a claimed case back to the agency; one's own or that of whom one stands for, or a colleague's as head."""
    with transaction.atomic():
        case = _waiting(case_id, seen)
        if case.taken_by_id is None:
            raise Refused("cases.not_taken", N_("Nobody has claimed this case."))
        if not holds(case, by):
            _demand_head(case, by)
        return _take(case, "release", by, None)


def assign(case_id: int, to: Person, *, by: Person, seen: int | None = None) -> Case:
    """Give a case to a colleague who may do what it waits for, as head of the agency."""
    with transaction.atomic():
        case = _waiting(case_id, seen)
        _demand_head(case, by)
        if not may_take(case, to):
            raise Refused("cases.cannot_do", N_("%(person)s may not do what this case waits for."), person=to.name)
        case = _take(case, "assign", by, to)
        if to.pk != by.pk:
            events.emit(CaseAssigned(case.pk, case.seq, to.pk, by.pk))
        return case


def release_left() -> int:
    """Release the cases of those who can no longer do what these wait for; gives how many. By the clock, safe to repeat."""
    taken = (
        Case.objects.filter(open=True, taken_by__isnull=False).select_related("taken_by", "holder").order_by("taken_by")
    )
    people: dict[int, Person] = {}  # so that what each holds is asked once
    left = []
    for case in taken.iterator():
        assert case.taken_by is not None  # noqa: S101  # asked for
        if not may_take(case, people.setdefault(case.taken_by.pk, case.taken_by)):
            left.append(case.pk)
    return sum(_release(number) for number in left)


def _release(case_id: int) -> bool:
    with transaction.atomic():
        case, _others = ledger.held(case_id)
        if case.taken_by is None or case.holder is None or may_take(case, case.taken_by):
            return False
        case.taken_by = None
        ledger.write(case, ledger.enter(case, "release", None, case.state, agency=case.holder))
        return True


def receive(case_id: int, *, by: Person, seen: int | None = None) -> Case:
    """Take a case that another agency hands over: from now on one's own agency answers for it."""
    return _answer(case_id, by, seen, takes=True)


def give_back(case_id: int, *, by: Person, note: str, seen: int | None = None) -> Case:
    """Refuse a case that another agency hands over, with a reason; it stays where it was."""
    if not note.strip():
        raise Refused("cases.reason_needed", N_("Please say why you give the case back."))
    return _answer(case_id, by, seen, takes=False, note=note)


def recall(case_id: int, *, by: Person, seen: int | None = None) -> Case:
    """Take a hand-over back that the other agency has not answered."""
    with transaction.atomic():
        case, to = _handed(case_id, seen)
        if not rights.may(by, case.needed, case.agency, case):
            raise Forbidden("cases.not_your_turn", N_("This case does not wait for you."))
        entry = ledger.enter(case, "recall", by, case.state, agency=case.agency, other=f"agency:{to.code}")
        case.handed_to = None
        ledger.move(case, definitions.definition_of(case.kind), case.state, entry.at)
        ledger.write(case, entry)
    return case


def hand_over(case: Case, to: Agency | None) -> None:
    """Ask another agency to take the case; part of an act."""
    if to is None:
        raise Refused("cases.agency_missing_for_hand_over", N_("Please name the agency that the case is handed to."))
    if to.pk == case.agency_id:
        raise Refused("cases.same_agency", N_("The case is with this agency already."))
    demand_at_work(to)
    case.handed_to = to


def demand_at_work(agency: Agency) -> None:
    """Refuse an agency that does not exist today: nobody there could take anything."""
    if not agencies.at_work().filter(pk=agency.pk).exists():
        message = N_("The agency %(agency)s is not in force. Please name the one that took over.")
        raise Refused("cases.agency_ended", message, agency=agency.code)


def merge(case: Case, definition: Definition, into: Case | None, by: Person) -> None:
    """Let a case end in another open one of the same kind, which keeps a line about it; part of an act."""
    if into is None or into.pk == case.pk:
        raise Refused("cases.merge_target", N_("Please name the other case that this one is merged into."))
    if into.agency_id != case.agency_id:
        raise Refused("cases.merge_agency", N_("A case can be merged only into one that the same agency handles."))
    if not into.open or into.kind.code != definition.code:
        raise Refused("cases.merge_kind", N_("A case can be merged only into an open case of the same kind."))
    case.merged_into = into
    entry = ledger.enter(
        into, "merged", by, into.state, agency=case.agency, given=Given(note=case.title), other=f"case:{case.pk}"
    )
    ledger.write(into, entry)


def _waiting(case_id: int, seen: int | None) -> Case:
    """Give an open case, locked, of which the person has seen all that counts."""
    case, _others = ledger.held(case_id)
    ledger.demand_seen(case, definitions.definition_of(case.kind), seen)
    if not case.open:
        raise Refused("cases.ended", N_("This case has ended."))
    if case.holder is None:
        raise Refused("cases.waits_for_applicant", N_("The case does not wait for an agency at present."))
    return case


def _handed(case_id: int, seen: int | None) -> tuple[Case, Agency]:
    """Give a case that is being handed over, locked, and to whom."""
    case = _waiting(case_id, seen)
    if case.handed_to is None:
        raise Refused("cases.not_handed", N_("This case is not being handed over."))
    return case, case.handed_to


def _demand_head(case: Case, by: Person) -> None:
    if not rights.may(by, ASSIGN, case.holder, case):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=ASSIGN)


def _demand_turn(case: Case, by: Person) -> None:
    if case.handed_to_id is not None:
        raise Refused(
            "cases.in_hand_over",
            N_("The case is being handed over: the other agency must take it or give it back first."),
        )
    if not rights.may(by, case.needed, case.holder, case):
        raise Forbidden("cases.not_your_turn", N_("This case does not wait for you."))


def _take(case: Case, code: str, by: Person, to: Person | None) -> Case:
    assert case.holder is not None  # noqa: S101  # asked by the callers
    case.taken_by = to
    entry = ledger.enter(case, code, by, case.state, agency=case.holder, other=f"person:{to.pk}" if to else "")
    ledger.write(case, entry)
    return case


def _answer(case_id: int, by: Person, seen: int | None, *, takes: bool, note: str = "") -> Case:
    with transaction.atomic():
        case, to = _handed(case_id, seen)
        definition = definitions.definition_of(case.kind)
        if not rights.may(by, case.needed, to, case):
            raise Forbidden("cases.not_your_turn", N_("This case does not wait for you."))
        code = "receive" if takes else "give_back"
        entry = ledger.enter(
            case, code, by, case.state, agency=to, given=Given(note=note), other=f"agency:{case.agency.code}"
        )
        if takes:
            case.agency, case.step_due_at = to, None  # its step begins anew
        case.handed_to = None
        ledger.move(case, definition, case.state, entry.at)
        ledger.write(case, entry)
    return case
