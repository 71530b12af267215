"""What the platform itself does with alarms: raises, raises further, ends; and says when it cannot know."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.warnings.models import Alarm, Step
from vamco.systems.warnings.rules import answers, levels
from vamco.systems.warnings.rules.answers import Question, Verdict
from vamco.vocab.warnings import AlarmRaised

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.contracts import Definition, ValueView
    from vamco.systems.warnings.contracts import Doubt, End

    Series = dict[tuple[str, str, int], list[ValueView]]

BEHIND, LATE, FIRING = "behind", "late", "firing"
END_OVER = "warnings.end_over"
KEPT = 40
"""How many values of the province are judged."""


def enter(alarm: Alarm, what: str, *, by: Person | None = None, note: str = "", doubt: Doubt | None = None) -> None:
    """Add a line to an alarm's history."""
    Step.objects.create(
        alarm=alarm, at=clock.now(), what=what, by=by, note=note, level=alarm.level, detail=_detail(doubt)
    )


def judge(code: str) -> None:
    """Judge the newest values of an indicator: of the province, and of those who answer for parts of it, in each plan year.

    An alarm whose values say nothing comparable stays, marked as unknown. Where nothing is judged any more (no thresholds, an
    indicator retired) alarms are withdrawn.
    """
    of = indicators.definition(code)
    with transaction.atomic():
        firing = {(alarm.place, alarm.subject, alarm.plan_year): alarm for alarm in _firing(of)}
        if not (of.active and of.thresholds):
            for each in firing.values():
                _end(each, "withdrawn")
            return
        series = _series(of, {year for _place, _subject, year in firing if year})
        horizon = max((views[-1].period_end for views in series.values()), default=clock.today())
        late = _late(of) if firing else ""
        for place, subject, year in {**firing, **series}:
            key = (place, subject, year)
            alarm, views = firing.get(key), series.get(key, [])
            reference = _reference(alarm) if alarm else None
            asked = Question(of, year, horizon, late, reference, newer=_newer(series, key))
            verdict = answers.judge(views, asked, alarm.level if alarm else 0)
            if alarm is not None:
                _follow(alarm, verdict)
            elif verdict.level and verdict.view is not None:
                _raise_behind(of, key, verdict, verdict.view)


def _firing(of: Definition) -> Iterable[Alarm]:
    """Return the alarms that fire, locked; those from before plan years were kept get theirs."""
    found = list(
        Alarm.objects.select_for_update(of=("self",))
        .select_related("agency")
        .filter(cause=BEHIND, indicator=of.code, state=FIRING)
        .order_by("pk")
    )
    for alarm in found:
        if not alarm.plan_year and alarm.value_id is not None:
            alarm.plan_year = answers.year_of(of, indicators.value(alarm.value_id))
    return found


def _reference(alarm: Alarm) -> Any:
    """Return the denominator that an alarm rests on; of an older one that of its value."""
    if alarm.denominator is None and alarm.value_id is not None:
        return indicators.value(alarm.value_id).denominator
    return alarm.denominator


def _series(of: Definition, years: set[int]) -> Series:
    """Return the newest values by (place, subject, plan year), oldest first: of the years that alarms are about, and of the newest two.

    Of the province, and of each agency or, where rows name none, each commune.
    """
    views = _recent(of, None)
    have = {view.plan_year for view in views} - {0}
    for year in sorted((years | {each + 1 for each in have}) - have) if have else ():
        views += _recent(of, year)
    found: Series = {}
    for view in views:
        key = (view.place, view.agency or view.place, answers.year_of(of, view))
        found.setdefault(key, []).append(view)
    return {key: sorted(each, key=lambda view: view.period_end) for key, each in found.items()}


def _recent(of: Definition, year: int | None) -> list[ValueView]:
    """Return the newest values of a plan year; None: of the one that the newest day asks about first."""
    found = list(indicators.recent(of, count=KEPT, plan_year=year))
    level = "agency" if "agency" in of.levels else "place"
    return [*found, *indicators.recent_across(of, level, plan_year=year)] if level in of.levels else found


def _newer(series: Series, of: tuple[str, str, int]) -> bool:
    """Return whether the subject has values of a later plan year."""
    return any(key[:2] == of[:2] and key[2] > of[2] for key in series)


def _late(of: Definition) -> str:
    """Return a dataset behind an indicator that has come before, and is late now; "" if there is none."""
    late = {each.dataset for each in hub.freshness(clock.now()) if each.late_by and each.last_published_at}
    return next((dataset for dataset in of.datasets if dataset in late), "")


def _raise_behind(of: Definition, key: tuple[str, str, int], verdict: Verdict, view: ValueView) -> None:
    place, subject, year = key
    if view.agency:
        agency = agencies.find(view.agency)
    elif place:
        agency = agencies.serving(place)
    else:
        agency = None
    alarm = Alarm(
        cause=BEHIND,
        indicator=of.code,
        place=place,
        subject=subject,
        plan_year=year,
        agency=agency or agencies.get(of.responsible),
        level=verdict.level,
        raised_at=clock.now(),
        denominator=verdict.reference,
        **_measure(view),
    )
    _raise(alarm)
    if verdict.doubt is not None:
        _doubt(alarm, verdict.doubt)


def _measure(view: ValueView) -> dict[str, Any]:
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


def _follow(alarm: Alarm, verdict: Verdict) -> None:
    """Bring an alarm to where the newest values put it; nothing is written when they say nothing new."""
    wanted = {"denominator": verdict.reference} | (_measure(verdict.view) if verdict.view else {})
    changed = [name for name, content in wanted.items() if getattr(alarm, name) != content]
    for name in changed:
        setattr(alarm, name, wanted[name])
    if verdict.end:
        _end(alarm, verdict.end)
        return
    if verdict.level != alarm.level:
        _change(alarm, verdict.level)
    elif changed:
        alarm.save()
    _doubt(alarm, verdict.doubt)


def _doubt(alarm: Alarm, doubt: Doubt | None) -> None:
    """Mark an alarm as unknown, or as known again; a line in the history for each new reason."""
    before, detail = alarm.unknown, _detail(doubt)
    if alarm.unknown_detail == detail:
        return
    alarm.unknown, alarm.unknown_detail = (doubt.reason if doubt else ""), detail
    alarm.unknown_since = None if doubt is None else alarm.unknown_since or clock.now()
    alarm.save()
    if alarm.unknown != before:
        enter(alarm, "unknown" if doubt else "known", doubt=doubt)
        _record(alarm, "warnings.follow")


def _detail(doubt: Doubt | None) -> dict[str, Any]:
    """Return a doubt as it is kept: what it says, numbers as text."""
    said = {name: content for name, content in asdict(doubt).items() if content} if doubt else {}
    return {name: str(content) if name in {"before", "now"} else content for name, content in said.items()}


def _change(alarm: Alarm, level: int) -> None:
    """Put an alarm on another level."""
    before, alarm.level = alarm.level, level
    if level > before and alarm.handling == "dismissed":
        alarm.handling = "new"  # what was dismissed was milder
    alarm.save()
    enter(alarm, "raised_further" if level > before else "eased")
    _record(alarm, "warnings.follow")


def _end(alarm: Alarm, how: End) -> None:
    """End an alarm: by a better answer, because nobody judges it any more, or with its plan year."""
    alarm.state, alarm.resolved_at = how, clock.not_before(alarm.raised_at)
    alarm.unknown, alarm.unknown_since, alarm.unknown_detail = "", None, {}
    alarm.save()
    enter(alarm, "no_longer_judged" if how == "withdrawn" else how)
    _record(alarm, "warnings.follow")
    if alarm.handling == "confirmed":
        # Later, in a transaction of its own: whoever acts on the waiting case locks it before the alarm, and so must we.
        jobs.later(END_OVER, key=END_OVER)


def _record(alarm: Alarm, act: str) -> None:
    unknown = {"unknown": alarm.unknown} if alarm.unknown else {}
    audit.record(
        act,
        actor=audit.SYSTEM,
        chain=alarm.agency.code,
        subject=f"alarm:{alarm.pk}",
        detail={"level": alarm.level, "state": alarm.state, "value": alarm.value_id, **unknown},
    )


# ── late data ────────────────────────────────────────────────────────────────────────────────────────────────────────


def dataset_late(dataset: str, owner: str, due_at: dt.datetime, *, missed: int = 1) -> None:
    """Raise the alarm of a dataset that was not there when it was last due, or raise it further: it missed so many times."""
    with transaction.atomic():
        alarm = Alarm.objects.select_for_update().filter(cause=LATE, dataset=dataset, state=FIRING).first()
        if alarm is None:
            _raise(
                Alarm(
                    cause=LATE,
                    dataset=dataset,
                    agency=agencies.get(owner),
                    level=levels.late_level(missed),
                    raised_at=clock.now(),
                    due_at=due_at,
                    missed=missed,
                )
            )
        elif alarm.due_at is None or due_at > alarm.due_at:
            alarm.due_at, alarm.missed = due_at, missed
            level = levels.late_level(missed)
            if level != alarm.level:
                _change(alarm, level)
            else:
                alarm.save()


def dataset_came(dataset: str, how: End = "resolved") -> None:
    """End the alarm of a dataset that has come, or that nobody has promised any more."""
    with transaction.atomic():
        for alarm in Alarm.objects.select_for_update().filter(cause=LATE, dataset=dataset, state=FIRING):
            _end(alarm, how)


def judge_after(dataset: str) -> None:
    """Judge the alarms that rest on a dataset that is late now, or has come: their answers became unknown, or known."""
    fire = set(Alarm.objects.filter(cause=BEHIND, state=FIRING).values_list("indicator", flat=True))
    for code, of in indicators.definitions().items():
        if code in fire and dataset in of.datasets:
            judge(code)


def look_again() -> None:
    """Judge what time alone may have changed: late data that came without news of it, and answers that were unknown."""
    now = {status.dataset: status for status in hub.freshness(clock.now())}
    for dataset in Alarm.objects.filter(cause=LATE, state=FIRING).values_list("dataset", flat=True):
        status = now.get(dataset)
        if status is None or status.due_at is None:
            dataset_came(dataset, "withdrawn")
        elif not status.late_by:
            dataset_came(dataset)
    unknown = Alarm.objects.filter(cause=BEHIND, state=FIRING).exclude(unknown="")
    for code in unknown.order_by().values_list("indicator", flat=True).distinct():
        judge(code)
