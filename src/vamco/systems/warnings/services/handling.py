"""What all acts on alarms share: the lock, the rights, the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.warnings.models import Alarm, Decision
from vamco.systems.warnings.services.judging import enter

if TYPE_CHECKING:
    from collections.abc import Collection

    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

CONFIRM, ISSUE = "warnings.confirm_alarm", "warnings.issue_directive"


def held(alarm_ids: Collection[int]) -> dict[int, Alarm]:
    """The alarms, locked, by number; those that do not exist are left out.

    The cases in which they wait are locked before them, as an act on such a case does it: so nobody blocks each other.
    """
    waiting = Decision.objects.select_for_update(of=("case",)).select_related("case")
    list(waiting.filter(alarm__in=alarm_ids, case__open=True).order_by("case"))
    found = Alarm.objects.select_for_update(of=("self",)).select_related("agency").filter(pk__in=alarm_ids)
    return {alarm.pk: alarm for alarm in found.order_by("pk")}


def held_for(alarm_id: int, by: Person, act: str, handlings: Collection[str]) -> Alarm:
    """The alarm, locked, if the person may do the act and nobody was faster."""
    alarm = held([alarm_id]).get(alarm_id)
    if alarm is None:
        raise missing(alarm_id)
    access.demand(by, act, alarm.agency)
    if alarm.handling not in handlings:
        raise Refused(
            "warnings.already_handled",
            N_("%(person)s has already handled this alarm."),
            person=last_handled_by(alarm),
        )
    return alarm


def missing(alarm_id: int) -> Missing:
    """That there is no such alarm."""
    return Missing("warnings.no_alarm", N_("There is no alarm %(alarm)s."), alarm=alarm_id)


def last_handled_by(alarm: Alarm) -> str:
    """The name of whoever handled an alarm last."""
    last = alarm.steps.select_related("by").exclude(by=None).order_by("-pk").first()
    return last.by.name if last and last.by else "–"


def waiting_case(alarm: Alarm) -> Case | None:
    """The open case in which an alarm waits for a decision."""
    found = Decision.objects.filter(alarm=alarm, case__open=True).select_related("case__taken_by").first()
    return found.case if found else None


def keep(alarm: Alarm, what: str, by: Person, note: str, act: str = "", **detail: str) -> None:
    """Write an alarm's handling, with its line in the history and in the audit log."""
    alarm.save(update_fields=["handling"])
    enter(alarm, what, by=by, note=note.strip())
    audit.record(
        f"warnings.{what}",
        actor=str(by.pk),
        chain=alarm.agency.code,
        subject=f"alarm:{alarm.pk}",
        detail={"level": alarm.level, **detail, **(access.on_behalf(by, act, alarm.agency) if act else {})},
    )
