"""Who may do what with a case, and who may have it in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person

    Actor = Person | access.Machine


ASSIGN = access.declare("cases.assign", N_("Assign cases to colleagues"))
READ = access.declare("cases.read", N_("Read cases and their histories without acting on them"))


def may(person: Person | None, act: str, agency: Agency | None, case: Case) -> bool:
    """Return whether the person may do an act of access in an agency on this case, where it lies and as it stands.

    Nobody handles a case in which they are the applicant, or hold a mandate of theirs.
    """
    return not access.concerned(person, owner(case)) and access.allow(
        person, act, agency, place=case.place_id, state=case.state
    )


def owner(case: Case) -> access.Owner:
    """Return whose case it is: the applicant's."""
    return access.Owner(case.applicant_id, case.applicant_organisation_id)


def for_whom(case: Case, by: Actor | None) -> access.Owner:
    """Return for whom somebody acts who stands on the applicant's side and is not the applicant; nobody for all others."""
    whose = owner(case)
    if whose == access.NOBODY or by is None or isinstance(by, access.Machine) or whose.person in access.selves(by):
        return access.NOBODY
    return whose if access.concerned(by, whose) else access.NOBODY


def holds(case: Case, person: Person) -> bool:
    """Tell whether a person, or one for whom they do today what the case waits for, has claimed it; and may still do that."""
    if case.taken_by_id is None or case.holder is None:
        return False
    if case.taken_by_id == person.pk:
        return may_take(case, person)
    scope = access.stands_for(person, case.needed).get(case.taken_by_id)
    return scope is not None and scope.covers(case.holder.path, case.place_id, case.state)


def may_take(case: Case, person: Person) -> bool:
    """Return whether a person could do what the case waits for."""
    return case.holder is not None and may(person, case.needed, case.holder, case)
