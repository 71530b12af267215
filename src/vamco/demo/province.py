"""Who acts in the synthetic province: communes, investors and departments of the pack, with their size and speed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.demo.pace import draws

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

WARD_FACTOR = 1.6
# Communes that are plainly larger in dossiers or revenue; Đức Hòa: over 20,000 of 700,000 dossiers in 2025 (published).
LARGE = {"27937": 3.2, "27694": 2.6, "25459": 2.4, "27991": 2.2, "28159": 2.2, "27976": 1.9, "25708": 1.9, "27964": 1.8}
INDUSTRIAL = {
    "27937",
    "27964",
    "27976",
    "27991",
    "28159",
    "25708",
    "25732",
    "27694",
    "25459",
    "28207",
    "25654",
    "28126",
}
CUSTOMS = ("25489", "25681", "27793", "27907", "28207", "27991")  # border gates and the port
SLOW_INVESTORS = {2: 0.62, 9: 0.25, 14: 0.30, 21: 0.22, 30: 0.35, 36: 0.28, 39: 0.20, 44: 0.40}  # by number, 1 to 48
LARGE_INVESTORS = {1: 9.0, 2: 16.0, 3: 6.0, 4: 4.0, 5: 5.0, 6: 4.0, 7: 3.5, 20: 3.5, 22: 3.0, 40: 3.0, 48: 3.0}


@dataclass(frozen=True, slots=True)
class Commune:
    """One of the 96: its place code, its committee's agency code, and its weights."""

    code: str
    agency: str
    people: float
    revenue: float


@dataclass(frozen=True, slots=True)
class Investor:
    """One of the 48: the share of the plan it holds and how fast it spends (1 = as planned)."""

    code: str
    number: int
    size: float
    speed: float

    def speed_in(self, day: date) -> float:
        """Give its pace in a month: from July 2026 the slow become slower (synthetic, so that an alarm is due)."""
        if self.speed < 1.0 and (day.year, day.month) >= (2026, 7):
            return self.speed * 0.4
        return self.speed


@dataclass(frozen=True, slots=True)
class Province:
    """The pack's agencies as the generators need them."""

    communes: tuple[Commune, ...]
    investors: tuple[Investor, ...]
    departments: tuple[str, ...]

    @classmethod
    def read(cls, pack: Path, seed: int) -> Province:
        """Read `agencies.csv` of a pack; sizes are drawn from the seed."""
        with (pack / "agencies.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return cls(
            tuple(_commune(row, seed) for row in rows if row["kind"] == "commune"),
            tuple(_investor(row, seed) for row in rows if row["kind"] == "investor"),
            tuple(row["code"] for row in rows if row["kind"] == "department"),
        )


def _commune(row: dict[str, str], seed: int) -> Commune:
    random = draws(seed, "commune", row["place"])
    people = random.lognormvariate(0.0, 0.38) * LARGE.get(row["place"], 1.0)
    if "phường" in row["name"]:
        people *= WARD_FACTOR
    revenue = people * random.lognormvariate(0.0, 0.3) * (6.0 if row["place"] in INDUSTRIAL else 1.0)
    return Commune(row["place"], row["code"], people, revenue)


def _investor(row: dict[str, str], seed: int) -> Investor:
    number = int(row["code"].rpartition(".")[2])
    random = draws(seed, "investor", row["code"])
    size = LARGE_INVESTORS.get(number, 1.0) * random.uniform(0.7, 1.3)
    return Investor(row["code"], number, size, SLOW_INVESTORS.get(number, random.uniform(1.0, 1.5)))
