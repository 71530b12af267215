"""When a delivery is due, which days a receipt covers, and whether a dataset is late. Pure.

A due time asks for the newest whole period before it, or for the one that it lies in (`due_for: current`, for plans). What has
been received meets it by what it covers, not by when it was published; where nobody knows what it covers, by when it came.
All rules are monotone: what meets a due time meets all earlier ones, so the newest one that is met says it all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from vamco.lib.time import HCM, Period, local_date
from vamco.systems.hub.contracts import ReceiptKind
from vamco.systems.hub.rules.grading import Cron

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from vamco.systems.hub.contracts import Contract, CoveredPeriod

    WorkingDay = Callable[[dt.date], bool]

MANY: Final = 10
"""Missed due times that are counted; nothing becomes worse after that."""

_DAY: Final = dt.timedelta(days=1)
_INSTANT: Final = dt.timedelta(microseconds=1)
_SATURDAY: Final = 5


def weekday(day: dt.date) -> bool:
    """Whether a day is none of the weekend: what is known where there is no calendar."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True)
class Arrival:
    """A receipt as lateness sees it: when it came, and the last day that its content speaks of, None if unknown."""

    at: dt.datetime
    kind: ReceiptKind = ReceiptKind.DELIVERED
    covers_until: dt.date | None = None


@dataclass(frozen=True)
class Lateness:
    """`due_at`: the first due time that was not met, or the next one. `missed`: the newest one missed, None when in time.

    A due time counts as missed once its grace has passed; `grace_until` is when that will be, of one that has passed by. `times`
    says how many were missed, counted up to MANY.
    """

    due_at: dt.datetime
    missed: dt.datetime | None
    late_by: dt.timedelta | None
    times: int = 0
    grace_until: dt.datetime | None = None


@dataclass(frozen=True)
class DueTimes:
    """The due times of a contract. Those on days off move to the next working day, at the same time of day."""

    cron: Cron
    works: WorkingDay | None

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The first due time after a moment, in UTC."""
        if self.works is None:
            return self.cron.after(moment)
        first = local_date(moment)
        while not self.works(first - _DAY):
            first -= _DAY
        raw = dt.datetime.combine(first, dt.time(), HCM) - _INSTANT
        best: dt.datetime | None = None
        while True:
            raw = self.cron.after(raw)
            moved = self._moved(raw)
            if best is not None and local_date(moved) > local_date(best):
                return best
            if moved > moment and (best is None or moved < best):
                best = moved

    def until(self, moment: dt.datetime) -> dt.datetime:
        """The last due time up to a moment, that moment included, in UTC."""
        if self.works is None:
            return self.cron.until(moment)
        raw = moment + _INSTANT
        best: dt.datetime | None = None
        while True:
            raw = self.cron.until(raw - _INSTANT)
            moved = self._moved(raw)
            if best is not None and local_date(moved) < local_date(best):
                return best
            if moved <= moment and (best is None or moved > best):
                best = moved

    def grace(self, due: dt.datetime, days: int) -> dt.datetime:
        """The moment at which the grace of a due time ends: working days later, or days."""
        local = due.astimezone(HCM)
        if self.works is None:
            return (local + days * _DAY).astimezone(dt.UTC)
        while days:
            local += _DAY
            days -= self.works(local.date())
        return local.astimezone(dt.UTC)

    def _moved(self, raw: dt.datetime) -> dt.datetime:
        assert self.works is not None  # noqa: S101  # the callers have looked
        local = raw.astimezone(HCM)
        while not self.works(local.date()):
            local += _DAY
        return local.astimezone(dt.UTC)


def due_times(contract: Contract, works: WorkingDay) -> DueTimes | None:
    """The due times of a contract; None when nothing was promised."""
    return DueTimes(Cron.parse(contract.due), works if contract.working_days else None) if contract.due else None


def reach(period: CoveredPeriod, covers_until: dt.date, received_on: dt.date) -> dt.date:
    """The last day that a receipt tells all of.

    A period that is over when its content comes is covered to its end, whichever day in it the content names. A day beyond the next
    period's first is a slip of the pen, and would keep a dataset in time for years.
    """
    if period in {"", "day"}:
        return min(covers_until, received_on + _DAY)
    covered = _period(covers_until, period)
    return covered.end if covered.end < received_on else min(covers_until, _period(received_on, period).end + _DAY)


def lateness(
    contract: Contract,
    arrivals: Iterable[Arrival],
    known_since: dt.datetime,
    now: dt.datetime,
    works: WorkingDay = weekday,
) -> Lateness | None:
    """Whether a dataset is late; None when nothing was promised. Of one that never came the first due time after `known_since`."""
    due = due_times(contract, works)
    if due is None:
        return None
    came = [each for each in arrivals if each.at <= now and each.kind != ReceiptKind.EMPTY]
    met = [_newest_met(contract, due, _with_coverage(contract, each, came)) for each in came]
    since = min(
        [known_since, *(each.at for each in came)]
    )  # what came before it was agreed upon was agreed upon before
    wanted = due.after(max([since, *met]))
    over = due.grace(wanted, contract.grace_days)
    if over >= now:
        return Lateness(wanted, None, None, grace_until=over if wanted < now else None)
    missed, times = _missed(contract, due, wanted, now)
    return Lateness(wanted, missed, now - wanted, times)


def _with_coverage(contract: Contract, arrival: Arrival, others: Sequence[Arrival]) -> Arrival:
    """A source that has nothing new says no day: what it had before covers what it covered, and last year's is not this year's."""
    if arrival.covers_until or arrival.kind != ReceiptKind.UNCHANGED or not contract.period_column:
        return arrival
    known = [each.covers_until for each in others if each.covers_until and each.at <= arrival.at]
    return replace(arrival, covers_until=max(known)) if known else arrival


def _missed(contract: Contract, due: DueTimes, first: dt.datetime, now: dt.datetime) -> tuple[dt.datetime, int]:
    """The newest due time whose grace has passed, and how many there are from the first, counted up to MANY."""
    newest = due.until(now)
    while newest > first and due.grace(newest, contract.grace_days) >= now:
        newest = due.until(newest - _INSTANT)
    times, at = 0, first
    while at <= newest and times < MANY:
        times, at = times + 1, due.after(at)
    return newest, times


def _newest_met(contract: Contract, due: DueTimes, arrival: Arrival) -> dt.datetime:
    """The newest due time that a receipt meets."""
    by_time = due.after(arrival.at - _INSTANT)  # each due time asks for a receipt after the one before
    day = local_date(arrival.at)
    covers = arrival.covers_until
    if contract.period in {"", "day"}:
        if covers is None or arrival.kind in {ReceiptKind.UNCHANGED, ReceiptKind.NOTHING}:
            return by_time
        return min(by_time, due.until(_end(_last_due_day(contract, due, reach("day", covers, day)))))
    if covers is not None:
        return due.until(_end(_last_due_day(contract, due, reach(contract.period, covers, day))))
    while by_time > arrival.at and asked(contract, due, by_time) > _told_by(contract, day):
        by_time = due.until(by_time - _INSTANT)
    return by_time


def _told_by(contract: Contract, received_on: dt.date) -> dt.date:
    """The last day that a receipt of a day may speak of, when it names none."""
    return received_on if contract.due_for == "current" else received_on - _DAY


def asked(contract: Contract, due: DueTimes, at: dt.datetime) -> dt.date:
    """The day that a receipt must reach to meet a due time."""
    day = local_date(at)
    if contract.period in {"", "day"}:
        if contract.due_for == "current":
            return day
        day -= _DAY
        while due.works is not None and not due.works(day):
            day -= _DAY
        return day
    start = _period(day, contract.period).start
    return start if contract.due_for == "current" else start - _DAY


def _last_due_day(contract: Contract, due: DueTimes, reached: dt.date) -> dt.date:
    """The last day whose due times ask for no more than a day that was reached."""
    following = reached if contract.due_for == "current" else reached + _DAY
    if contract.period in {"", "day"}:
        while contract.due_for != "current" and due.works is not None and not due.works(following):
            following += _DAY
        return following
    return _period(following, contract.period).end


def _period(day: dt.date, period: CoveredPeriod) -> Period:
    return Period.containing(day, "month" if period == "month" else "year")


def _end(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day + _DAY, dt.time(), HCM) - _INSTANT
