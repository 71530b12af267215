"""The head's view: who has which dossiers in hand, what would be late tomorrow, and moving work from one colleague to another."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.onestop.contracts import APPRAISE, APPROVE, NUMBER, RECEIVE, SIGN
from vamco.systems.onestop.models import Dossier

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True, slots=True)
class Hands:
    """How much somebody has in hand; `person` None is what nobody has taken."""

    person: Person | None
    open: int
    late: int
    tomorrow: int


def dossiers(person: Person) -> QuerySet[Dossier]:
    """Return the open dossiers that wait for agencies whose cases the person may assign."""
    reach = access.agency_ids(access.scope(person, cases.ASSIGN))
    rows = Dossier.objects.filter(case__open=True, case__holder__isnull=False)
    if reach is not None:
        rows = rows.filter(case__holder__in=reach)
    beside = ("case", "case__kind", "case__agency", "case__issuer", "case__holder", "case__taken_by", "office")
    rows = rows.exclude(access.involving(person, "case__applicant", "case__applicant_organisation"))
    return rows.select_related(*beside).defer("case__kind__content", "answers", "case__terms")


def horizon(agency: Agency) -> dt.datetime:
    """Return the close of the next working day: what is due by then and not done will be late tomorrow."""
    calendar = worktime.calendar_of(agency)
    today = worktime.due(clock.now(), worktime.SAME_DAY, calendar)
    return worktime.due(today + dt.timedelta(minutes=1), worktime.SAME_DAY, calendar)


def soon(rows: QuerySet[Dossier], until: dt.datetime) -> QuerySet[Dossier]:
    """Return those that are not late yet and will be by a moment, unless somebody acts."""
    return rows.filter(case__due_at__gte=clock.now(), case__due_at__lte=until, case__paused_at=None)


def hands(person: Person, until: dt.datetime) -> list[Hands]:
    """Return the load of each colleague, the heaviest first; what nobody has taken comes last."""
    now = clock.now()
    rows = (
        dossiers(person)
        .select_related(None)
        .order_by()
        .values("case__taken_by")
        .annotate(
            number=Count("pk"),
            late=Count("pk", filter=Q(case__due_at__lt=now, case__paused_at=None)),
            tomorrow=Count("pk", filter=Q(case__due_at__gte=now, case__due_at__lte=until, case__paused_at=None)),
        )
    )
    found = list(rows)
    known = people.by_id({row["case__taken_by"] for row in found} - {None})
    drawn = [Hands(known.get(row["case__taken_by"]), row["number"], row["late"], row["tomorrow"]) for row in found]
    return sorted(drawn, key=lambda each: (each.person is None, -each.open))


def colleagues(person: Person) -> list[Person]:
    """Return the staff of one's agency who may have a dossier in hand, in Vietnamese order."""
    home = people.home(person)
    found = {member.person_id: member.person for member in people.staff(home)}
    acts = (RECEIVE, APPRAISE, APPROVE, SIGN, NUMBER)
    return [each for each in found.values() if any(access.allow(each, act, home, place=home.place_id) for act in acts)]


def move(case_id: int, to: Person, *, by: Person, seen: int | None) -> cases.Case:
    """Give a dossier to a colleague; the kernel asks whether both may."""
    return cases.assign(case_id, to, by=by, seen=seen)
