"""The second opinion on deadlines of dossiers: walks from minute to minute over the calendar's files.

Written for itself: it shares no code with worktime or cases, nor with their own oracle. Moments are naive, on Vietnam's clock, whole minutes.
A dossier has so many working minutes from its reception on; those that fall into a pause do not count.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MINUTE = dt.timedelta(minutes=1)
ONE_DAY = dt.timedelta(days=1)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_DAY = 480
Span = tuple[dt.datetime, dt.datetime]


def _days(entry: dict[str, Any]) -> list[dt.date]:
    first, last = entry["first"], entry.get("last") or entry["first"]
    return [first + ONE_DAY * n for n in range((last - first).days + 1)]


class Year:
    """Which minutes of which days are worked, by the national days off and swaps and an agency's hours."""

    def __init__(self, packs: Path, agency: str = "") -> None:
        read = YAML(typ="safe", pure=True).load
        national = read(packs / "vietnam" / "calendar.yaml")[0]["years"]
        own = read(packs / "tayninh" / "calendar.yaml")
        self._hours = [item for item in own if not item.get("agency") or item["agency"] == agency]
        self._off = {day for year in national for holiday in year["holidays"] for day in _days(holiday)}
        swaps = [swap for year in national for swap in year.get("swaps", [])]
        self._off |= {swap["off"] for swap in swaps}
        self._instead = {swap["work"]: swap["off"] for swap in swaps}
        self._known: dict[dt.date, list[bool]] = {}

    def works(self, moment: dt.datetime) -> bool:
        """Tell whether the minute that begins at a moment is worked."""
        day = moment.date()
        if day not in self._known:
            self._known[day] = self._minutes(day)
        return self._known[day][moment.hour * 60 + moment.minute]

    def _minutes(self, day: dt.date) -> list[bool]:
        found = [False] * 1440
        if day in self._off:
            return found
        week: dict[str, list[str]] = {}
        for item in self._hours:  # the agency's own hours come after everybody's
            for hours in item["hours"]:
                if hours["valid_from"] <= day:
                    week = hours["week"]
        for window in week.get(WEEK[self._instead.get(day, day).weekday()], []):
            begin, end = ((int(clock[:2]) * 60 + int(clock[3:])) for clock in window.split("-"))
            found[begin:end] = [True] * (end - begin)
        return found

    def walk(self, start: dt.datetime, wanted: int, pauses: Sequence[Span]) -> dt.datetime:
        """Return the end of the minute with which `wanted` minutes were worked outside the pauses."""
        at, done = start, 0
        while done < wanted:
            if self.works(at) and not any(begin <= at < end for begin, end in pauses):
                done += 1
            at += MINUTE
        return at

    def to_close(self, start: dt.datetime) -> int:
        """Return how many minutes are worked from a moment to the close of the first day on which any is."""
        at, count = start, 0
        while not self.works(at):
            at += MINUTE
        day = at.date()
        while at.date() == day:
            count += self.works(at)
            at += MINUTE
        return count

    def due(self, received: dt.datetime, time: dict[str, Any], pauses: Sequence[Span]) -> dt.datetime:
        """Return until when a dossier is due that was received at a moment, by a procedure's `time` as its file says it."""
        cutoff = time.get("cutoff") or "24:00"
        start = received
        if f"{received:%H:%M}" > cutoff:
            start = dt.datetime.combine(received.date() + ONE_DAY, dt.time())
        if time["unit"] == "same_day":
            return self.walk(start, self.to_close(start), pauses)
        return self.walk(start, time["most"] * (60 if time["unit"] == "hour" else MINUTES_A_DAY), pauses)
