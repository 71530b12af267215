"""When a dossier is due, walked minute by minute from the words of the law and of decisions 0008 and 0033. It knows no worktime code.

A working day is the office's own full day, a shorter one counts for its share. What comes after the cutoff counts from the next working
day. Time in which the applicant has the turn does not count: who asked for something with three hours left has three hours
left when it comes, also where the promise was the close of a day. A day named by a person moves by the working hours in a pause. What was
late when a pause began stays late; of what nothing was left nothing is left, so it is due when it comes back. A promise stays as given when a holiday is announced later; a pause is measured by the calendar known when it ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MINUTE: Final = dt.timedelta(minutes=1)
DAY: Final = dt.timedelta(days=1)
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GONE: Final = {"day": range(1440), "morning": range(720), "afternoon": range(720, 1440)}


@dataclass(frozen=True)
class Point:
    """A moment on Vietnam's clock: a whole minute and a share of the next, for a part of a short day need not end on the minute."""

    minute: dt.datetime
    share: Fraction = Fraction(0)

    def whole(self) -> dt.datetime:
        """The end of the minute that it lies in."""
        return self.minute + MINUTE * ceil(self.share)

    def seconds_from(self, other: dt.datetime) -> float:
        """How far it lies after another moment."""
        return (self.minute - other).total_seconds() + 60 * float(self.share)


@dataclass
class Office:
    """What an office works, by the items of a calendar: first everybody's, then those of the agencies above it, its own last."""

    items: Sequence[dict[str, Any]]
    _days: dict[dt.date, tuple[list[int], int]] = field(default_factory=dict)

    def day(self, date: dt.date) -> tuple[list[int], int]:
        """The minutes of a day in which somebody works, in order, and how many make a full day."""
        if date not in self._days:
            self._days[date] = self._told(date)
        return self._days[date]

    def _told(self, date: dt.date) -> tuple[list[int], int]:
        week = self._week(date)
        minutes = self._usual(date, week)
        for own in (own for item in self.items for own in item.get("exceptions", ())):
            if _day(own["first"]) <= date <= _day(own.get("last") or own["first"]):
                minutes = _minutes(own["open"]) if "open" in own else minutes - set(_GONE[own["closed"]])
        return sorted(minutes), max(len(_minutes(windows)) for windows in week.values())

    def _week(self, date: dt.date) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in self.items:
            for hours in item.get("hours", ()):
                if _day(hours["valid_from"]) <= date <= _day(hours.get("valid_to") or dt.date.max):
                    found = hours["week"]
        return found

    def _usual(self, date: dt.date, week: dict[str, list[str]]) -> set[int]:
        like: dt.date | None = date
        year = {int(each["year"]): each for each in self.items[0]["years"]}[date.year]
        for swap in year.get("swaps", ()):
            like = _day(swap["off"]) if date == _day(swap["work"]) else None if date == _day(swap["off"]) else like
        for holiday in year.get("holidays", ()):
            if _day(holiday["first"]) <= date <= _day(holiday.get("last") or holiday["first"]):
                like = None
        return _minutes(week.get(_NAMES[like.weekday()], [])) if like else set()

    def worked_from(self, at: dt.datetime) -> Iterator[tuple[dt.datetime, int]]:
        """Every worked minute from a moment on, with how many of them make a full day there."""
        date, first = at.date(), at.hour * 60 + at.minute
        while True:
            minutes, full = self.day(date)
            midnight = dt.datetime.combine(date, dt.time())
            yield from ((midnight + MINUTE * minute, full) for minute in minutes if minute >= first)
            date, first = date + DAY, 0


@dataclass
class Promise:
    """A promise to an applicant. `by_day`: measured in days and their shares, else in minutes; `begun`: it runs from then on."""

    due: Point
    begun: dt.datetime
    by_day: bool

    def pause(self, office: Office, since: dt.datetime, until: dt.datetime) -> bool:
        """Move it by what was worked while it stood; tells whether it moved."""
        if self.due.whole() <= since:
            return False
        stood, amount = max(since, self.begun), Fraction(0)
        if next(office.worked_from(stood))[0] >= self.due.whole():  # named for an hour in which nobody works
            self.due = max(self.due, Point(until), key=lambda point: (point.minute, point.share))
            return True
        for minute, full in office.worked_from(stood):
            if minute >= until:
                break
            amount += Fraction(1, full) if self.by_day else 1
        if amount:
            self.due = forward(office, self.due, amount, by_day=self.by_day)
        return bool(amount)


def forward(office: Office, at: Point, amount: Fraction, *, by_day: bool) -> Point:
    """Walk until so much has been worked: days where `by_day`, else minutes."""
    left, gone = amount, at.share
    for minute, full in office.worked_from(at.minute):
        worth = Fraction(1, full) if by_day else Fraction(1)
        begun = gone if minute == at.minute else Fraction(0)
        if left <= worth * (1 - begun):
            share = begun + left / worth
            return Point(minute + MINUTE * int(share), share % 1)
        left -= worth * (1 - begun)
    raise AssertionError


def promised(office: Office, at: dt.datetime, unit: str, amount: int, cutoff: str) -> Promise:
    """What is promised at a moment: so many hours or working days from now, or "same_day"."""
    begun = at
    if cutoff and at.time() > dt.time.fromisoformat(cutoff):
        begun = next(office.worked_from(dt.datetime.combine(at.date() + DAY, dt.time())))[0]
    if unit == "same_day":
        day = next(office.worked_from(begun))[0].date()
        closing = dt.datetime.combine(day, dt.time()) + MINUTE * (office.day(day)[0][-1] + 1)
        return Promise(Point(closing), begun, by_day=False)
    by_day = unit == "working_day"
    due = forward(office, Point(begun), Fraction(amount if by_day else amount * 60), by_day=by_day)
    return Promise(due, begun, by_day)


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))


def _minutes(windows: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for window in windows:
        opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in window.split("-"))
        found |= set(range(opens, closes))
    return found
