"""The second opinion: walks through time minute by minute.

Reads the items of a pack's calendar as they stand in the file, and shares no code with the product. Slow, and plain on purpose.
Moments are naive, on Vietnam's clock, whole minutes.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from math import lcm
from typing import Any

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Pauses = list[tuple[dt.datetime, dt.datetime]]


class UnknownYear(Exception):  # noqa: N818 - an error is a noun phrase here
    """The walk came into a year of which nothing is known."""


def _date(value: Any) -> dt.date:
    return dt.date.fromisoformat(str(value))


def _minutes(windows: list[str]) -> set[int]:
    found: set[int] = set()
    for window in windows:
        begin, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in window.split("-"))
        found |= set(range(begin, end))
    return found


class Walker:
    """The calendar of one agency; `lineage` are the codes of the agencies above it, from the top, and its own at the end."""

    def __init__(self, items: list[dict[str, Any]], lineage: list[str]) -> None:
        by_agency = {item.get("agency", ""): item for item in items}
        self.items = [by_agency[""]]
        for code in lineage:
            item = by_agency.get(code)
            if item and (code == lineage[-1] or item.get("subtree", True)):
                self.items.append(item)
        self.years = {int(year["year"]): year for year in self.items[0]["years"]}
        self.known: dict[dt.date, tuple[set[int], int]] = {}
        full = {self._full(hours) for item in self.items for hours in item.get("hours", [])}
        self.unit = lcm(*full)  # a working day, in parts that fit into a minute of every kind of day

    def _full(self, hours: dict[str, Any]) -> int:
        return max(len(_minutes(windows)) for windows in hours["week"].values())

    def _hours(self, day: dt.date) -> dict[str, Any]:
        for item in reversed(self.items):
            for hours in item.get("hours", []):
                last = hours.get("valid_to")
                if _date(hours["valid_from"]) <= day and (last is None or day <= _date(last)):
                    return hours
        raise AssertionError(f"no hours on {day}")

    def day(self, day: dt.date) -> tuple[set[int], int]:
        """Give the minutes that are worked on a day, and how many make a full day."""
        if day not in self.known:
            self.known[day] = self._day(day)
        return self.known[day]

    def _day(self, day: dt.date) -> tuple[set[int], int]:
        if day.year not in self.years:
            raise UnknownYear(day.year)
        hours = self._hours(day)
        minutes = self._official(day, hours["week"])
        for item in self.items:
            for own in item.get("exceptions", []):
                if _date(own["first"]) <= day <= _date(own.get("last") or own["first"]):
                    if "open" in own:
                        minutes = _minutes(own["open"])
                    else:
                        gone = {"day": range(1440), "morning": range(720), "afternoon": range(720, 1440)}[own["closed"]]
                        minutes = minutes - set(gone)
        return minutes, self._full(hours)

    def _official(self, day: dt.date, week: dict[str, Any]) -> set[int]:
        year = self.years[day.year]
        minutes = _minutes(week.get(NAMES[day.weekday()], []))
        for swap in year.get("swaps", []):
            if day == _date(swap["work"]):
                minutes = _minutes(week.get(NAMES[_date(swap["off"]).weekday()], []))
            if day == _date(swap["off"]):
                minutes = set()
        for holiday in year.get("holidays", []):
            if _date(holiday["first"]) <= day <= _date(holiday.get("last") or holiday["first"]):
                minutes = set()
        return minutes

    def _counts(self, at: dt.datetime, pauses: Pauses) -> bool:
        open_, _ = self.day(at.date())
        return at.hour * 60 + at.minute in open_ and not any(begin <= at < end for begin, end in pauses)

    def due(
        self,
        start: dt.datetime,
        count: Fraction,
        unit: str,
        cutoff: dt.time | None = None,
        pauses: Pauses | None = None,
    ) -> dt.datetime:
        """Give the end of the minute in which the amount is complete."""
        pauses = pauses or []
        self.day(start.date())
        if cutoff and start.time() > cutoff:
            start = dt.datetime.combine(start.date() + DAY, dt.time())
        if unit == "close":
            count, unit = Fraction(self._to_close(start, int(count)), 60), "hour"
        at, done = start, 0
        wanted = {"hour": count * 60, "half": count * self.unit / 2, "day": count * self.unit}[unit]
        while True:
            if self._counts(at, pauses):
                done += 1 if unit == "hour" else self.unit // self.day(at.date())[1]
                if done >= wanted:
                    return at + MINUTE
            at += MINUTE

    def _to_close(self, start: dt.datetime, more: int) -> int:
        """Give the minutes that are worked from `start` to the close of its working day and of so many more."""
        at, minutes, days = start, 0, -1
        today = None
        while True:
            if self._counts(at, []):
                if at.date() != today:
                    today, days = at.date(), days + 1
                minutes += 1
            at += MINUTE
            if days == more and at.date() != today:
                return minutes

    def worked(self, start: dt.datetime, end: dt.datetime, pauses: Pauses | None = None) -> tuple[int, Fraction]:
        """Give how many minutes were worked between two moments, and how many working days they are."""
        minutes, parts, at = 0, 0, start
        self.day(start.date())
        while at < end:
            if self._counts(at, pauses or []):
                minutes += 1
                parts += self.unit // self.day(at.date())[1]
            at += MINUTE
        return minutes, Fraction(parts, self.unit)
