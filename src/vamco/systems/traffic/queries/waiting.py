"""How many violations wait, and which came last: without opening their evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from vamco.kernel.work.cases import public as cases
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import KIND
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.queries import table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True, slots=True)
class Short:
    """A violation in one line."""

    case: int
    number: str
    state: str
    title: str
    title_en: str
    camera_name: str
    camera_name_en: str
    at: dt.datetime
    plate: str
    doubtful: bool


def count(person: Person | None, state: str) -> int:
    """Return how many violations in a state the person may see."""
    return cases.visible(person).filter(kind__code=KIND, state=state).count()


def newest(person: Person | None, *, states: Sequence[str] = (), most: int = 6) -> list[Short]:
    """Return the violations that happened last, of those that the person may see."""
    seen = cases.visible(person).filter(pk=OuterRef("pk"))
    rows = Violation.objects.filter(Exists(seen)).select_related("case__kind", "camera", "rule").order_by("-at", "-pk")
    if states:
        rows = rows.filter(case__state__in=states)
    return [_short(each) for each in rows[:most]]


def _short(row: Violation) -> Short:
    rule = table.rule_of(row.rule, row.at.astimezone(HCM).date())
    return Short(
        case=row.pk,
        number=cases.number(row.case),
        state=row.case.state,
        title=rule.title,
        title_en=rule.title_en,
        camera_name=row.camera.name,
        camera_name_en=row.camera.name_en,
        at=row.at,
        plate=row.plate,
        doubtful=bool(row.doubt),
    )


def to_decide(person: Person, *, most: int) -> tuple[list[int], int, int]:
    """Return the cases on which the person may decide, the one that is due first at the top; how many more; how many are not theirs.

    Not theirs are those that they confirmed themselves.
    """
    rows = cases.visible(person).filter(kind__code=KIND, state="reviewed")
    own = cases.acted("confirm", person).values("case")
    others = rows.exclude(pk__in=own)
    found = list(others.order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    return found, others.count() - len(found), rows.filter(pk__in=own).count()
