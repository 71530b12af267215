"""When an alarm begins, rises, falls and ends. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from vamco.systems.indicators.contracts import Threshold

MOST_URGENT = 3


def judge(
    gaps: Sequence[tuple[dt.date, Decimal]], thresholds: Sequence[Threshold], level: int, *, daily: bool = True
) -> int:
    """The level after the newest gap, 0 for none.

    `gaps` are the gaps to the target by the last day of their periods, oldest first; less is worse. A level begins when
    every gap of its last `days` days lies below its threshold; it lasts until a gap lies above `clear`, so that a value
    that wavers at the threshold does not ring again and again. Periods longer than a day (not `daily`) count at once.
    """
    if not gaps:
        return 0
    newest = gaps[-1][1]
    standing = [
        t.level for t in thresholds if _begins(gaps, t, daily=daily) or (t.level <= level and newest <= t.clear)
    ]
    return max(standing, default=0)


def _begins(gaps: Sequence[tuple[dt.date, Decimal]], threshold: Threshold, *, daily: bool) -> bool:
    last = gaps[-1][0]
    since = last - dt.timedelta(days=threshold.days)
    window = [gap for day, gap in gaps if day > since]
    long_enough = len(window) >= threshold.days or not daily
    return long_enough and all(gap < threshold.below for gap in window)


def late_level(missed: int) -> int:
    """The level of a dataset that has missed so many due times in a row."""
    return min(missed, MOST_URGENT)


def may_close(*, firing: bool, handling: str) -> bool:
    """Whether a directive may be closed: only when the values, or the data's arrival, have confirmed that it helped."""
    return not firing and handling == "directed"
