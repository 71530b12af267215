"""How fast a year runs: published points, a monotone curve between them, and what a day weighs."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, pairwise
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DAY = timedelta(days=1)
TET = {  # first day of the lunar year
    2024: date(2024, 2, 10), 2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6),
    2028: date(2028, 1, 26), 2029: date(2029, 2, 13), 2030: date(2030, 2, 3), 2031: date(2031, 1, 23),
}  # fmt: skip
FIXED_HOLIDAYS = {(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)}
SATURDAY = 5


def draws(seed: int, *key: object) -> Random:
    """Give the random numbers of one thing on one day: the same for ever, whatever else is generated."""
    return Random(f"{seed}:{':'.join(map(str, key))}")  # noqa: S311 - a demonstration, not a secret


@cache
def is_tet(day: date) -> bool:
    """Say whether offices are shut for the lunar new year: four days before it to four days after."""
    first = TET.get(day.year)
    return first is not None and -4 <= (day - first).days <= 4  # noqa: PLR2004


@cache
def is_working(day: date) -> bool:
    """Say whether offices work (swap days are left out: the demonstration has no need of them)."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in FIXED_HOLIDAYS and not is_tet(day)


@cache
def working_days(year: int) -> tuple[date, ...]:
    """List the working days of a year and of the next one, which due dates run into."""
    first = date(year, 1, 1)
    return tuple(day for n in range(731) if is_working(day := first + n * DAY))


def after_working_days(day: date, count: int) -> date:
    """Give the day that lies `count` working days after `day` (with 0, the next working day or `day`)."""
    days = working_days(day.year)
    at = bisect_right(days, day)
    if count == 0:
        return day if is_working(day) else days[at]
    return days[at + count - 1]


def split(total: int, weights: Sequence[float]) -> list[int]:
    """Split a whole number by weights: whole parts whose sum is the total to the last unit."""
    sums = list(accumulate(weights))
    whole = sums[-1] if sums else 0.0
    if whole <= 0:
        raise ValueError("nothing to split by: every weight is zero")
    edges = [0, *(round(total * part / whole) for part in sums[:-1]), total]
    return [right - left for left, right in pairwise(edges)]


def segments(points: Sequence[tuple[date, int]]) -> Iterator[tuple[date, date, int]]:
    """Cut a cumulative series into (first day, last day, amount): each sum of amounts meets its point."""
    for (before, low), (last, high) in pairwise(points):
        yield before + DAY, last, high - low


def days_between(first: date, last: date) -> list[date]:
    """List the days from first to last, both included."""
    return [first + n * DAY for n in range((last - first).days + 1)]


@cache
def treasury_weight(day: date) -> float:
    """Weigh a day for the Treasury: nothing when shut, more towards the month's and the quarter's end."""
    if not is_working(day):
        return 0.0
    left = ((day.replace(day=28) + 4 * DAY).replace(day=1) - day).days
    weight = 1.0 + (1.2 if left <= 4 else 0.0) + (0.8 if left <= 4 and day.month % 3 == 0 else 0.0)  # noqa: PLR2004
    return weight * (1.25 if day.weekday() == SATURDAY - 1 else 1.0)


@cache
def office_weight(day: date) -> float:
    """Weigh a day for an office with online filing: Mondays are full, weekends nearly empty, Tết silent."""
    if is_tet(day):
        return 0.02
    if not is_working(day):
        return 0.06
    return (1.25, 1.08, 1.0, 0.97, 0.9)[day.weekday()]
