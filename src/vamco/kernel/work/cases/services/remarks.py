"""What people add to a case without moving it: comments, files, and following it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.work.cases.contracts import Given
from vamco.kernel.work.cases.models import Watch
from vamco.kernel.work.cases.queries import cases
from vamco.kernel.work.cases.services import ledger
from vamco.lib.errors import N_, Forbidden, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.record.files.models import File
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person


def comment(case_id: int, *, by: Person, note: str, files: Sequence[File] = ()) -> Case:
    """Say something on a case that one takes part in, with or without files; nobody's decision is made stale by it."""
    if not note.strip() and not files:
        raise Refused("cases.empty_comment", N_("Please write something, or add a file."))
    with transaction.atomic():
        demand_part(case_id, by)
        case, _others = ledger.held(case_id)
        entry = ledger.enter(
            case,
            "comment" if note.strip() else "attach",
            by,
            case.state,
            agency=cases.side(case, by),
            given=Given(note=note, files=files),
        )
        ledger.write(case, entry, files)
    return case


def demand_part(case_id: int, by: Person) -> None:
    """Raise Missing for a case that the person may not see, Forbidden for one that they may only read."""
    if not cases.takes_part(cases.get(case_id, by), by):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act="cases.comment")


def followers(case: Case) -> list[Person]:
    """Give who follows a case and may see it still."""
    people = [watch.person for watch in case.watches.select_related("person").order_by("person")]
    return [person for person in people if cases.visible(person).filter(pk=case.pk).exists()]


def watch(case_id: int, *, by: Person, follows: bool = True) -> None:
    """Follow a case that one may see, or no longer."""
    case = cases.get(case_id, by)
    if follows:
        Watch.objects.get_or_create(case=case, person=by)
    else:
        Watch.objects.filter(case=case, person=by).delete()
