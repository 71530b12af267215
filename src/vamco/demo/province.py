"""Who acts in the synthetic province: communes, investors and departments of the pack, with their size and speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.demo import layer
from vamco.demo.pace import draws
from vamco.demo.published import Published

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

WARD_FACTOR = 1.6


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune: its place code, its committee's agency code, and its weights."""

    code: str
    agency: str
    people: float
    revenue: float


@dataclass(frozen=True, slots=True)
class Investor:
    """An investor: the share of the plan it holds and how fast it spends (1 = as planned)."""

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
    published: Published
    gates: frozenset[str]  # communes with a border gate or port
    slump_from: date
    slump: dict[str, float]  # from that day, the share of dossiers that an agency returns on time

    @classmethod
    def read(cls, pack: Path, seed: int) -> Province:
        """Read `agencies.csv` of a pack and its demonstration layer; sizes are drawn from the seed."""
        rows, weights = layer.rows(pack, "agencies.csv"), layer.weights(pack)
        communes = tuple(_commune(row, seed, weights) for row in rows if row["kind"] == "commune")
        return cls(
            communes,
            tuple(_investor(row, seed, weights) for row in rows if row["kind"] == "investor"),
            tuple(row["code"] for row in rows if row["kind"] == "department"),
            Published(layer.figures(pack)),
            frozenset(weights.gates or [commune.code for commune in communes[:1]]),
            weights.slump_from,
            weights.slump,
        )


def _commune(row: dict[str, str], seed: int, weights: layer.Weights) -> Commune:
    random = draws(seed, "commune", row["place"])
    people = random.lognormvariate(0.0, 0.38) * weights.large.get(row["place"], 1.0)
    if "phường" in row["name"]:
        people *= WARD_FACTOR
    revenue = people * random.lognormvariate(0.0, 0.3) * (6.0 if row["place"] in weights.industrial else 1.0)
    return Commune(row["place"], row["code"], people, revenue)


def _investor(row: dict[str, str], seed: int, weights: layer.Weights) -> Investor:
    number = int(row["code"].rpartition(".")[2])
    random = draws(seed, "investor", row["code"])
    size = weights.large_investors.get(number, 1.0) * random.uniform(0.7, 1.3)
    return Investor(row["code"], number, size, weights.slow_investors.get(number, random.uniform(1.0, 1.5)))
