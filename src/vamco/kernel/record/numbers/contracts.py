from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True)
class Number:
    """A number of a series: the count `n` within unit and period, and as it is written on paper."""

    series: str
    unit: str
    day: dt.date
    n: int
    text: str
