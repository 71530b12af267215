"""People who handle alarms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from vamco.kernel.work.cases.public import Case
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.warnings.models import Alarm

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

OFFICE, IOC, INSPECTION, FARMING = "H53.01", "H53.15", "H53.14", "H53.09"


def person(role: str, agency: str, name: str) -> Person:
    """Somebody with a role in an agency."""
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=dt.date(2025, 7, 1))
    return found


def directives() -> QuerySet[Case]:
    """The cases of directives, without those in which alarms wait."""
    return Case.objects.filter(kind__code="directive")


def firing() -> list[tuple[str, str, int, str]]:
    """The alarms that fire, as (indicator or dataset, subject, level, handling)."""
    rows = Alarm.objects.filter(state="firing").order_by("pk")
    return [(row.indicator or row.dataset, row.subject, row.level, row.handling) for row in rows]
