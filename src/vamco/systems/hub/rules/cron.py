"""Cron lines on Vietnam's clock. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from vamco.lib.time import HCM

_LIMITS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_FIELDS = ("minute", "hour", "day", "month", "weekday")
_FAR = 366 * 9  # days that hold every combination of day, month and weekday, 29 February around 2100 included
_SUNDAY = 7


@dataclass(frozen=True)
class Cron:
    """A cron line on Vietnam's clock: minute, hour, day of month, month, day of week (0 and 7 are Sunday)."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool  # both days are restricted: as in cron, one of them is enough

    @classmethod
    def parse(cls, text: str) -> Cron:
        """The line as a rule; ValueError says what is wrong with it."""
        parts = text.split()
        if len(parts) != len(_FIELDS):
            raise ValueError(f"five fields ({', '.join(_FIELDS)}), found {len(parts)}")
        values = [_values(part, *limits, field) for part, limits, field in zip(parts, _LIMITS, _FIELDS, strict=True)]
        weekdays = frozenset(day % _SUNDAY for day in values[4])
        either = parts[2] != "*" and parts[4] != "*"
        cron = cls(tuple(values[0]), tuple(values[1]), frozenset(values[2]), frozenset(values[3]), weekdays, either)
        if not either and all(day not in _days_of(month) for month in values[3] for day in values[2]):
            raise ValueError("a day that some month has")
        return cron

    def after(self, moment: dt.datetime) -> dt.datetime:
        """The first time after a moment, in UTC."""
        local = moment.astimezone(HCM)
        for ahead in range(_FAR):
            day = local.date() + dt.timedelta(days=ahead)
            for time in self._times(day):
                if time > local:
                    return time.astimezone(dt.UTC)
        raise AssertionError("every cron line comes round")  # pragma: no cover  # parse has seen to it

    def until(self, moment: dt.datetime) -> dt.datetime:
        """The last time up to a moment, that moment included, in UTC."""
        local = moment.astimezone(HCM)
        for back in range(_FAR):
            day = local.date() - dt.timedelta(days=back)
            for time in reversed(self._times(day)):
                if time <= local:
                    return time.astimezone(dt.UTC)
        raise AssertionError("every cron line has come round")  # pragma: no cover  # parse has seen to it

    def _times(self, day: dt.date) -> list[dt.datetime]:
        if not self._on(day):
            return []
        return [dt.datetime(day.year, day.month, day.day, h, m, tzinfo=HCM) for h in self.hours for m in self.minutes]

    def _on(self, day: dt.date) -> bool:
        by_date, by_week = day.day in self.days, day.isoweekday() % _SUNDAY in self.weekdays
        return day.month in self.months and ((by_date or by_week) if self.either else (by_date and by_week))


def _values(text: str, low: int, high: int, field: str) -> list[int]:
    """The numbers that one field of a cron line stands for: `*`, `5`, `1-5`, `*/10`, `0-30/5`, `1,15`."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        if span == "*":
            begin, end = low, high
        elif first.isdecimal() and (last.isdecimal() or "-" not in span):
            begin, end = int(first), int(last or first)
        else:
            raise ValueError(f"{field}: a number, a range or *, found {part!r}")
        if not low <= begin <= end <= high or ("/" in part and not (step.isdecimal() and int(step))):
            raise ValueError(f"{field}: {low} to {high}, found {part!r}")
        found.update(range(begin, end + 1, int(step or 1)))
    return sorted(found)


def _days_of(month: int) -> range:
    return range(1, {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31) + 1)


def is_due(schedule: Cron, collected_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a source should be collected from: its last time on the schedule has passed without a collection."""
    return collected_at is None or schedule.until(now) > collected_at
