"""When an alarm's level begins, rises and falls. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from vamco.systems.indicators.contracts import Threshold

MOST_URGENT = 3


@dataclass(frozen=True)
class Reading:
    """What a value says of its gap on the last day of its period: it lies between `low` and `high`, less being worse.

    Of a complete value both are its gap. None where there is no bound: nobody can say how bad, or how good, it is at most.
    """

    day: dt.date
    low: Decimal | None
    high: Decimal | None


def judge(
    readings: Sequence[Reading],
    thresholds: Sequence[Threshold],
    level: int,
    *,
    daily: bool = True,
    lasting: bool = False,
) -> int:
    """Return the level after the newest reading, 0 for none.

    `readings` are those with an upper bound, oldest first. A level begins when every gap of its last `days` days surely lies
    below its threshold; it lasts until a gap surely lies above `clear`, so that a value that wavers at the threshold does not
    ring again and again. `lasting`: nothing newer says whether it is over, so it lasts. Periods longer than a day (not `daily`)
    count at once.
    """
    newest = readings[-1].low if readings and not lasting else None
    standing = [
        t.level
        for t in thresholds
        if _begins(readings, t, daily=daily) or (t.level <= level and (newest is None or newest <= t.clear))
    ]
    return max(standing, default=0)


def _begins(readings: Sequence[Reading], threshold: Threshold, *, daily: bool) -> bool:
    if not readings:
        return False
    since = readings[-1].day - dt.timedelta(days=threshold.days)
    window = [reading.high for reading in readings if reading.day > since]
    long_enough = len(window) >= threshold.days or not daily
    return long_enough and all(high is not None and high < threshold.below for high in window)


def late_level(missed: int) -> int:
    """Return the level of a dataset that has missed so many due times in a row."""
    return min(missed, MOST_URGENT)
