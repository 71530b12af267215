"""What the platform itself does with alarms: raises, raises further, resolves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.indicators import public as indicators
from vamco.systems.warnings import rules
from vamco.systems.warnings.models import Alarm, Step
from vamco.vocab.warnings import AlarmRaised

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.contracts import Definition, ValueView

BEHIND, LATE = "behind", "late"
END_OVER = "warnings.end_over"


def enter(alarm: Alarm, what: str, *, by: Person | None = None, note: str = "") -> None:
    """Adds a line to an alarm's history."""
    Step.objects.create(alarm=alarm, at=clock.now(), what=what, by=by, note=note, level=alarm.level)


def judge(code: str) -> None:
    """Judges the newest values of an indicator: of the province, and of those who answer for parts of it.

    Where nothing is left to judge (values withdrawn, no thresholds any more, an indicator retired) the alarm ends.
    """
    of = indicators.definition(code)
    with transaction.atomic():
        firing = {
            (alarm.place, alarm.subject): alarm
            for alarm in Alarm.objects.select_for_update().filter(cause=BEHIND, indicator=code, state="firing")
        }
        judged = _subjects(of) if of.active and of.thresholds else {}
        for (place, subject), views in judged.items():
            gaps = [(view.period_end, view.gap) for view in views if view.gap is not None]
            alarm = firing.pop((place, subject), None)
            level = rules.judge(gaps, of.thresholds, alarm.level if alarm else 0, daily=of.frequency == "day")
            if alarm is None and level:
                _raise_behind(of, place, subject, views[-1], level)
            elif alarm is not None:
                _follow(alarm, level, views[-1])
        for alarm in firing.values():
            _change(alarm, 0)


def _subjects(of: Definition) -> dict[tuple[str, str], list[ValueView]]:
    """The newest values that can be judged, by (place, subject).

    Of the province, and of each agency or, where rows name none, each commune.
    """
    found = {("", ""): indicators.recent(of, count=40)}
    level = "agency" if "agency" in of.levels else "place"
    if level in of.levels:
        for view in indicators.recent_across(of, level):
            found.setdefault((view.place, view.agency or view.place), []).append(view)
    judged = {key: [view for view in views if view.gap is not None] for key, views in found.items()}
    return {key: views for key, views in judged.items() if views}


def _raise_behind(of: Definition, place: str, subject: str, view: ValueView, level: int) -> None:
    if view.agency:
        agency = agencies.find(view.agency)
    elif place:
        agency = agencies.serving(place)
    else:
        agency = None
    agency = agency or agencies.get(of.responsible)
    alarm = Alarm(
        cause=BEHIND,
        indicator=of.code,
        place=place,
        subject=subject,
        agency=agency,
        level=level,
        raised_at=clock.now(),
        **_measure(view),
    )
    _raise(alarm)


def _measure(view: ValueView) -> dict[str, Decimal | str | int | None]:
    return {
        "period": view.period,
        "value": view.value,
        "target": view.target,
        "gap": view.gap,
        "value_id": view.id,
    }


def _raise(alarm: Alarm) -> None:
    alarm.save()
    enter(alarm, "raised")
    events.emit(AlarmRaised(alarm.pk, alarm.indicator, alarm.dataset, str(alarm.level)))
    _record(alarm, "warnings.raise")


def _follow(alarm: Alarm, level: int, view: ValueView) -> None:
    if alarm.value_id == view.id and level == alarm.level:
        return
    for name, content in _measure(view).items():
        setattr(alarm, name, content)
    _change(alarm, level)


def _change(alarm: Alarm, level: int) -> None:
    before, alarm.level = alarm.level, level or alarm.level
    if level > before and alarm.handling == "dismissed":
        alarm.handling = "new"  # what was dismissed was milder
    if not level:
        alarm.state, alarm.resolved_at = "resolved", clock.not_before(alarm.raised_at)
    alarm.save()
    if level != before:
        enter(alarm, "resolved" if not level else "raised_further" if level > before else "eased")
        _record(alarm, "warnings.follow")
    if not level and alarm.handling == "confirmed":
        # Later, in a transaction of its own: whoever acts on the waiting case locks it before the alarm, and so must we.
        jobs.later(END_OVER, key=END_OVER)


def _record(alarm: Alarm, act: str) -> None:
    audit.record(
        act,
        actor=audit.SYSTEM,
        chain=alarm.agency.code,
        subject=f"alarm:{alarm.pk}",
        detail={"level": alarm.level, "state": alarm.state, "value": alarm.value_id},
    )


def dataset_late(dataset: str, owner: str, due_at: dt.datetime, *, missed: int = 1) -> None:
    """Raises the alarm of a dataset that was not there when it was last due, or raises it further: it missed so many times."""
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update().filter(cause=LATE, dataset=dataset, state="firing").first()
        if alarm is None:
            _raise(
                Alarm(
                    cause=LATE,
                    dataset=dataset,
                    agency=agencies.get(owner),
                    level=rules.late_level(missed),
                    raised_at=clock.now(),
                    due_at=due_at,
                    missed=missed,
                )
            )
        elif alarm.due_at is None or due_at > alarm.due_at:
            alarm.due_at, alarm.missed = due_at, missed
            _change(alarm, rules.late_level(alarm.missed))


def dataset_came(dataset: str) -> None:
    """Resolves the alarm of a dataset that has come."""
    with transaction.atomic():
        for alarm in Alarm.objects.select_for_update().filter(cause=LATE, dataset=dataset, state="firing"):
            _change(alarm, 0)
