"""Who may have a case in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.cases.services import ledger
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person


ASSIGN = access.declare("cases.assign", N_("Assign cases to colleagues"))


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
    return case.holder is not None and ledger.may(person, case.needed, case.holder, case)
