"""The province's totals as the generators need them: cumulative points in whole dong, for any year.

The figures are those of the demonstration layer (`figures.yaml`), where each published one names its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.demo.layer import Figures, Mark

BILLION = 1_000_000_000
FIRST_DAY = date(2025, 1, 1)
ONE_STOP_FIRST_DAY = date(2025, 7, 1)  # the two-tier government's systems start on this day
GROWTH = 1.05  # a year after the last one known repeats it, larger


def template(table: Mapping[int, object], year: int) -> tuple[int, float]:
    """Give the year whose figures serve for `year`, and the factor that they grow by."""
    if year in table:
        return year, 1.0
    last = max(table)
    return last, GROWTH ** (year - last)


@dataclass(frozen=True, slots=True)
class Published:
    """The totals of a province."""

    figures: Figures

    def disbursed(self, year: int) -> list[tuple[date, int]]:
        """List the cumulative points of what was disbursed of a year's plan, from nothing on the day before it begins."""
        return _points(self.figures.disbursed, year)

    def revenue(self, year: int) -> list[tuple[date, int]]:
        """List the cumulative points of a year's budget revenue, from nothing on the day before it begins."""
        return _points(self.figures.revenue, year)

    def plan(self, year: int) -> list[tuple[date, int, int]]:
        """List a year's plan decisions: in force from, dong added to the PM plan, dong added to the province's plan."""
        source, factor = template(self.figures.plans, year)
        return [
            (_moved(day, year - source), round(pm * factor) * BILLION, round(own * factor) * BILLION)
            for day, pm, own in self.figures.plans[source]
        ]

    def dossiers(self, year: int, month: int) -> int:
        """Give the province's dossiers of a month, before scaling."""
        base = self.figures.dossiers[month - 1]
        return base if year <= FIRST_DAY.year else round(base * 1.02 ** (year - FIRST_DAY.year))


def _points(table: Mapping[int, tuple[Mark, ...]], year: int) -> list[tuple[date, int]]:
    source, factor = template(table, year)
    amounts = [(mark.on, round(mark.amount * BILLION)) for mark in table[source]]
    moved = [
        (_moved(day, year - source), amount if factor == 1.0 else round(amount * factor)) for day, amount in amounts
    ]
    return [(date(year - 1, 12, 31), 0), *moved]


def _moved(day: date, years: int) -> date:
    return day.replace(year=day.year + years)  # no mark lies on 29 February
