"""Spans of days, and what follows what: public bodies and places that begin, change and end by law.

Days are inclusive on both sides, as decrees have them ("until 30 June 2025"); None is an end that nobody has set.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable

UNRECORDED = dt.date.min  # the first day of what was there before records begin
DAY = dt.timedelta(days=1)


class Dated(Protocol):
    """A row of something that has a code and days."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def valid_from(self) -> dt.date: ...  # noqa: D102
    @property
    def valid_to(self) -> dt.date | None: ...  # noqa: D102


C = TypeVar("C")
D = TypeVar("D", bound=Dated)
N = TypeVar("N", bound="Hashable")


@dataclass(frozen=True, slots=True)
class Version(Generic[C]):
    """What holds of a thing from its first day to its last."""

    first: dt.date
    last: dt.date | None
    content: C

    def contains(self, day: dt.date) -> bool:
        """Whether it is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


def timeline(held: Iterable[Version[C]], given: Iterable[Version[C]]) -> list[Version[C]]:
    """Give the versions of one thing in order: those held, with those given in place of what begins on the same day.

    Each ends on the day before the next begins, or earlier where it says so: a new version closes the one before and
    leaves every earlier day as it was.
    """
    by_first = {version.first: version for version in (*held, *given)}
    ordered = [by_first[first] for first in sorted(by_first)]
    nexts = [version.first for version in ordered[1:]]
    closed = [
        version if version.last is not None and version.last < following else replace(version, last=following - DAY)
        for version, following in zip(ordered, nexts, strict=False)
    ]
    return [*closed, *ordered[-1:]]


def by_code(rows: Iterable[D]) -> dict[str, list[Version[D]]]:
    """Give the rows of each code in order, each ended by the one that follows."""
    found: dict[str, list[Version[D]]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(Version(row.valid_from, row.valid_to, row))
    return {code: timeline([], versions) for code, versions in found.items()}


def on(versions: Iterable[Version[C]], day: dt.date) -> C | None:
    """Give what is in force on a day, or None."""
    return next((version.content for version in versions if version.contains(day)), None)


def uncovered(versions: Iterable[Version[C]], first: dt.date, last: dt.date | None) -> dt.date | None:
    """Give the first day from `first` to `last` on which none of the versions is in force, or None."""
    day = first
    for version in sorted(versions, key=lambda version: version.first):
        if version.first > day:
            break
        if version.last is None:
            return None
        day = max(day, version.last + DAY)
    return day if last is None or day <= last else None


@dataclass(frozen=True, slots=True)
class Succession(Generic[N]):
    """On a day `after` took over, all or a part, from `before`."""

    before: N
    after: N
    on: dt.date


def heirs(of: N, successions: Iterable[Succession[N]], as_of: dt.date, in_force: Collection[N]) -> list[N]:
    """Give those in force on a day to whom what `of` was has come, in the order found; itself, if it is in force.

    From each that has ended it goes on by its last successions up to that day: an earlier one says only what it gave away
    while it went on. Empty when nobody is on record.
    """
    return [node for node in _ends(of, successions, as_of, in_force) if node in in_force]


def sole_heir(of: N, successions: Iterable[Succession[N]], as_of: dt.date, in_force: Collection[N]) -> N | None:
    """Give the one in force on a day to whom all that `of` was has come; None where a part of it went elsewhere, or nowhere known."""
    ends = _ends(of, successions, as_of, in_force)
    return ends[0] if len(ends) == 1 and ends[0] in in_force else None


def _ends(of: N, successions: Iterable[Succession[N]], as_of: dt.date, in_force: Collection[N]) -> list[N]:
    """Give those at which the ways from `of` end: who is in force, or has ended without a successor."""
    leaving: dict[N, list[Succession[N]]] = {}
    for succession in successions:
        if succession.on <= as_of:
            leaving.setdefault(succession.before, []).append(succession)
    found: list[N] = []
    seen, waiting = {of}, [of]
    for node in waiting:  # grows while it is walked
        if node in in_force:
            found.append(node)
            continue
        steps = leaving.get(node, [])
        if not steps:
            found.append(node)
            continue
        final = max(step.on for step in steps)
        for step in steps:
            if step.on == final and step.after not in seen:
                seen.add(step.after)
                waiting.append(step.after)
    return found
