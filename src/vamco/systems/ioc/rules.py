"""In which class of a map a value stands: around its target where it has one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.indicators.contracts import Direction, Threshold

Side = Literal["worse", "near", "better"]

NEAR, FAR = Decimal("0.05"), Decimal("0.15")
"""Shares of the target that part the classes where the indicator has no thresholds of its own."""
WORST_KEYS = {1: "watch", 2: "warning", 3: "urgent"}
NEAR_KEY, BETTER_KEY = "step-2", "step-4"


@dataclass(frozen=True)
class MapBand:
    """One class of a map around a target: gaps from `low` up to, not including, `high`; None is without end.

    Gaps are signed so that less is worse. `key` is its colour.
    """

    key: str
    side: Side
    low: Decimal | None
    high: Decimal | None

    def holds(self, gap: Decimal) -> bool:
        """Whether a gap stands in this class."""
        return (self.low is None or gap >= self.low) and (self.high is None or gap < self.high)

    def limits(self, target: Decimal, direction: Direction) -> tuple[Decimal | None, Decimal | None]:
        """The values between which the class lies, the lower one first."""
        if direction == "down":
            ends = (self.high, self.low)
            return tuple(None if end is None else target - end for end in ends)  # type: ignore[return-value]
        return tuple(None if end is None else target + end for end in (self.low, self.high))  # type: ignore[return-value]


def bands(target: Decimal, thresholds: Sequence[Threshold], *, limit: bool) -> list[MapBand]:
    """The classes of a map around a target, the worst first.

    Those behind are parted where alarms begin, so that the map says what the alarms say; around a limit there is no “near”
    on the good side: within is within.
    """
    begins = sorted({each.level: each.below for each in thresholds}.items(), reverse=True)
    if not begins:
        begins = [(2, -FAR * abs(target)), (1, -NEAR * abs(target))] if target else []
    found, low = [], None
    for level, below in begins:
        found.append(MapBand(WORST_KEYS[level], "worse", low, below))
        low = below
    if limit:
        if low is None:
            return [MapBand("watch", "worse", None, Decimal(0)), MapBand(BETTER_KEY, "better", Decimal(0), None)]
        return [*found, MapBand(NEAR_KEY, "near", low, Decimal(0)), MapBand(BETTER_KEY, "better", Decimal(0), None)]
    if low is None:
        return [MapBand("watch", "worse", None, Decimal(0)), MapBand(BETTER_KEY, "better", Decimal(0), None)]
    return [*found, MapBand(NEAR_KEY, "near", low, -low), MapBand(BETTER_KEY, "better", -low, None)]
