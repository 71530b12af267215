"""A new version of a procedure before it is in force: what changed, and what it would do to open dossiers. Nothing is moved.

A dossier stays on the version by which it was received; this only shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Count

from vamco.kernel.base import clock
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.queries import PROCEDURES, procedure, versions
from vamco.systems.onestop.rules import terms
from vamco.systems.onestop.rules.versions import WhatIf
from vamco.systems.onestop.services import promising

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from vamco.systems.onestop.contracts import Procedure
    from vamco.systems.onestop.declaration import ProcedureItem

VIEW: Final = access.declare(
    "onestop.weigh_versions", N_("See what a new version of a procedure does to open dossiers")
)
MOST_SHOWN: Final = 200


def procedures_with_versions() -> list[tuple[str, list[Procedure]]]:
    """Return the procedures that have more than one version, those that changed last first."""
    rows = PROCEDURES.versions()
    codes = {row.code for row in rows if row.version > 1}
    found = [(code, versions(code)) for code in codes]
    return sorted(found, key=lambda each: each[1][-1].item.valid_from, reverse=True)


def open_by_version(code: str) -> dict[int, int]:
    """Return how many open dossiers of a procedure stand on each version."""
    rows = Dossier.objects.filter(procedure__code=code, case__open=True).order_by()
    return dict(rows.values_list("procedure__version").annotate(number=Count("pk")).order_by("procedure__version"))


def what_if(code: str, version: int) -> list[WhatIf]:
    """Return the open, received dossiers of older versions with the deadline that a version would have promised, the most changed first."""
    item = next(each.item for each in versions(code) if each.version == version)
    rows = (
        Dossier.objects.filter(procedure__code=code, procedure__version__lt=version, case__open=True)
        .exclude(received_at=None)
        .select_related("case__agency", "case__kind", "procedure")
        .order_by("case__due_at")[:MOST_SHOWN]
    )
    calendars: dict[int, worktime.Calendar] = {}
    found = []
    for dossier in rows:
        agency = dossier.case.agency
        calendar = calendars.setdefault(agency.pk, worktime.calendar_of(agency))
        found.append(
            WhatIf(
                dossier.number,
                dossier.pk,
                dossier.procedure.version,
                dossier.case.due_at,
                _would(dossier, item, calendar),
            )
        )
    return sorted(found, key=lambda each: abs(each.moves.total_seconds()) if each.moves else 0, reverse=True)


def _would(dossier: Dossier, item: ProcedureItem, calendar: worktime.Calendar) -> dt.datetime | None:
    """Return when a dossier would be due if its reception had promised by another version; what it waited for is moved on alike."""
    rule = terms.deadline(item.time)
    if rule is None or dossier.received_at is None:
        return None
    first = worktime.due(dossier.received_at, worktime.Amount(rule.amount, rule.unit), calendar, cutoff=rule.cutoff)
    why = promising.why(dossier.case)
    if why.pauses and rule.unit != "close":
        steps = worktime.explain(
            dossier.received_at,
            worktime.Amount(rule.amount, rule.unit),
            calendar,
            cutoff=rule.cutoff,
            pauses=why.pauses,
        )
        return steps[-1].ends if steps else first
    return first


def in_force(code: str) -> int:
    """Return the number of the version that is in force today."""
    return procedure(code, clock.today()).version


def totals(found: list[WhatIf]) -> Mapping[str, int]:
    """Return how many would be due later, earlier, alike, and of how many nobody can say."""
    return {
        "later": sum(1 for each in found if each.moves and each.moves.total_seconds() > 0),
        "earlier": sum(1 for each in found if each.moves and each.moves.total_seconds() < 0),
        "alike": sum(1 for each in found if each.moves is not None and not each.moves),
        "unknown": sum(1 for each in found if each.moves is None),
    }
