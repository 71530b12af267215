"""Target paths and gaps. Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from vamco.lib.time import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.lib.time import Kind
    from vamco.systems.indicators.contracts import Definition, Direction, Point

PLACES = Decimal("0.000001")
DAYS_KEPT = 31


def target_on(of: Definition, day: dt.date, plan_year: int = 0) -> Decimal | None:
    """The target on a day: the path of the plan year (0: the one that the day asks about first), or the fixed target.

    None where there is neither.
    """
    path = of.paths.get(plan_year or of.plan_year(day))
    return of.fixed if path is None else on_path(path, day)


def year_target(of: Definition, year: int) -> Decimal | None:
    """Return what the year's path leads to; None without a path."""
    path = of.paths.get(year)
    return path[-1].value if path else None


def on_path(points: tuple[Point, ...], day: dt.date) -> Decimal | None:
    """The target path on a day: a smooth S-curve through the points that never turns back between two of them.

    Monotone cubic interpolation (Fritsch and Carlson 1980, slopes by Fritsch and Butland 1984). None outside the points.
    """
    if not points or not points[0].on <= day <= points[-1].on:
        return None
    xs, ys, slopes = _curve(points)
    x = float(day.toordinal())
    i = bisect_left(xs, x)
    if xs[i] == x:
        return points[i].value.quantize(PLACES)
    i -= 1
    width = xs[i + 1] - xs[i]
    t = (x - xs[i]) / width
    value = (
        (2 * t**3 - 3 * t**2 + 1) * ys[i]
        + (t**3 - 2 * t**2 + t) * width * slopes[i]
        + (3 * t**2 - 2 * t**3) * ys[i + 1]
        + (t**3 - t**2) * width * slopes[i + 1]
    )
    return Decimal(repr(value)).quantize(PLACES)


@lru_cache(maxsize=256)
def _curve(points: tuple[Point, ...]) -> tuple[list[float], list[float], list[float]]:
    xs = [float(point.on.toordinal()) for point in points]
    ys = [float(point.value) for point in points]
    return xs, ys, _slopes(xs, ys)


def _slopes(xs: list[float], ys: list[float]) -> list[float]:
    """The slope at each point; harmonic means keep each stretch monotone."""
    widths = [b - a for a, b in pairwise(xs)]
    steps = [(b - a) / width for (a, b), width in zip(pairwise(ys), widths, strict=True)]
    if not steps:
        return [0.0] * len(xs)
    inner = []
    for i in range(1, len(steps)):
        before, after = steps[i - 1], steps[i]
        if before * after <= 0:
            inner.append(0.0)
            continue
        left, right = 2 * widths[i] + widths[i - 1], widths[i] + 2 * widths[i - 1]
        inner.append((left + right) / (left / before + right / after))
    return [steps[0], *inner, steps[-1]]


def gap(value: Decimal | None, target: Decimal | None, direction: Direction) -> Decimal | None:
    """How far the value is ahead of its target (positive) or behind (negative), in the unit of the indicator."""
    if value is None or target is None:
        return None
    return target - value if direction == "down" else value - target


def asked(of: Definition, periods: Iterable[Period]) -> list[tuple[Period, int]]:
    """The questions that periods ask: each with its plan year, 0 where there is none; twice while the old one is open too."""
    found = []
    for period in periods:
        year = period.end.year
        if not of.by_plan_year:
            found.append((period, 0))
            continue
        if (first := of.plan_year(period.end)) != year:
            found.append((period, first))
        found.append((period, year))
    return found


def is_judged(of: Definition, period: Period, known_on: dt.date, today: dt.date, cases: Decimal | None) -> bool:
    """Whether a value rests on enough to be held against its target.

    A period that is over does. One that still runs must have run for `least_days` up to the day on which the value was known, or
    have `least_cases` in its denominator.
    """
    if today > period.end or (not of.least_days and of.least_cases is None):
        return True
    days = (min(known_on, today) - period.start).days + 1
    enough = of.least_cases is not None and cases is not None and cases >= of.least_cases
    return enough or (of.least_days > 0 and days >= of.least_days)


def periods_to_settle(first: dt.date, horizon: dt.date, kind: Kind, *, whole: bool) -> list[Period]:
    """The periods of an indicator that are kept, up to the last day with data.

    For the whole province (`whole`) each period since `first`; for places and agencies the month's ends and the days of
    the last DAYS_KEPT days, which is what maps and rankings show. A month, quarter or year counts once it has begun.
    """
    if first > horizon:
        return []
    if kind != "day":
        found, period = [], Period.containing(first, kind)
        while period.start <= horizon:
            found.append(period)
            period = period.next()
        return found
    days = (first + dt.timedelta(days=n) for n in range((horizon - first).days + 1))
    kept = horizon - dt.timedelta(days=DAYS_KEPT)
    return [Period(day, "day") for day in days if whole or day > kept or (day + dt.timedelta(days=1)).day == 1]
