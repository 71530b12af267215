"""People who handle alarms."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.public import Case
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.indicators.tests.made import FINANCE
from vamco.systems.warnings import public as warnings
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


def reported(alarm: Alarm, by: Person) -> int:
    """A directive on an alarm, on which its agency has reported back: the number of its case."""
    due_on = clock.today() + dt.timedelta(days=7)
    warnings.confirm(alarm.pk, by=by)
    case = warnings.issue_directive(alarm.pk, agency=agencies.get(FINANCE), due_on=due_on, text="Đẩy nhanh.", by=by)
    handler = person("department_official", FINANCE, "Phạm Văn Đức")
    cases.act(case.pk, "accept", by=handler)
    cases.act(case.pk, "report", by=handler, note="Đã làm.", files=[files.store(io.BytesIO(b"%PDF-"), name="a.pdf")])
    return case.pk


def directives() -> QuerySet[Case]:
    """The cases of directives, without those in which alarms wait."""
    return Case.objects.filter(kind__code="directive")


def firing() -> list[tuple[str, str, int, str]]:
    """The alarms that fire, as (indicator or dataset, subject, level, handling)."""
    rows = Alarm.objects.filter(state="firing").order_by("pk")
    return [(row.indicator or row.dataset, row.subject, row.level, row.handling) for row in rows]
