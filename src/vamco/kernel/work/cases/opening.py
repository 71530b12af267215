from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.cases import definitions, ledger, rules, timing
from vamco.kernel.work.cases.contracts import Given
from vamco.kernel.work.cases.models import Case

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


def open_case(  # a case has that many parts
    code: str,
    *,
    key: str,
    title: str,
    agency: Agency,
    issuer: Agency,
    by: Person,
    due_at: dt.datetime | None = None,
    note: str = "",
) -> Case:
    """Open a case. `key` names what it is about: a second call with the same key gives the first case back.

    `due_at`: None takes the deadline of the kind. Whether `by` may open it is for the calling system to ask.
    """
    with transaction.atomic():
        version = definitions.newest(code)
        definition = definitions.of(version)
        now = clock.now()
        case, created = Case.objects.get_or_create(
            key=f"{code}:{key}",
            defaults={
                "kind": version,
                "title": title,
                "state": definition.initial,
                "agency": agency,
                "issuer": issuer,
                "opened_by": by,
                "opened_at": now,
                "due_at": timing.first_due(definition, agency, now, due_at),
            },
        )
        if created:
            entry = ledger.enter(case, rules.OPEN, by, definition.initial, agency=issuer, given=Given(note=note))
            timing.promise(case, case.due_at, now, "opened")
            ledger.move(case, definition, definition.initial, now)
            ledger.write(case, entry)
    return case
