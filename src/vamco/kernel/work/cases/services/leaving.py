"""What somebody who leaves had in hand goes on with a colleague, or waits for the agency again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.events import public as events
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries.rights import may_take
from vamco.kernel.work.cases.services import ledger
from vamco.lib.errors import N_, Refused
from vamco.vocab.cases import CaseAssigned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


def in_hand(person: Person, agency: Agency | None = None) -> Sequence[Case]:
    """Return the open cases that a person has in hand, where an agency is named for that agency only, what is due first."""
    rows = Case.objects.filter(taken_by=person, open=True, holder__isnull=False)
    if agency is not None:
        rows = rows.filter(holder=agency)
    return list(rows.select_related("holder", "kind").defer("kind__content").order_by("due_at", "pk"))


def hand_on(person: Person, agency: Agency, to: Person | None, *, by: Person) -> int:
    """Give what a person has in hand for an agency to a colleague, or back to the agency; return how many cases.

    Whether `by` may decide about the person is for the caller to ask. Refused, and nothing is done, where the colleague may not do
    what one of the cases waits for.
    """
    with transaction.atomic():
        numbers = [case.pk for case in in_hand(person, agency)]
        return sum(_pass(number, person, to, by) for number in numbers)


def _pass(number: int, person: Person, to: Person | None, by: Person) -> bool:
    case, _others = ledger.held(number)
    if case.taken_by_id != person.pk or case.holder is None or not case.open:
        return False  # somebody was faster
    if to is not None and not may_take(case, to):
        raise Refused("cases.cannot_do", N_("%(person)s may not do what this case waits for."), person=to.name)
    case.taken_by = to
    code, other = ("assign", f"person:{to.pk}") if to else ("release", "")
    ledger.write(case, ledger.enter(case, code, by, case.state, agency=case.holder, other=other))
    if to is not None and to.pk != by.pk:
        events.emit(CaseAssigned(case.pk, case.seq, to.pk, by.pk))
    return True
