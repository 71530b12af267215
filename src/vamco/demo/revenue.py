"""Budget revenue collected by the Treasury, by commune and kind, and the year's estimates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from vamco.demo import published
from vamco.demo.pace import days_between, draws, segments, split, treasury_weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.demo.province import Province

DOMESTIC, CUSTOMS_DUTY, LAND, OTHER = "noi_dia", "xuat_nhap_khau", "tien_su_dung_dat", "khac"
KIND_WEIGHTS = {DOMESTIC: 70, CUSTOMS_DUTY: 15, LAND: 11, OTHER: 4}
ROWS = {DOMESTIC: 4, CUSTOMS_DUTY: 14, LAND: 1, OTHER: 1}  # receipts of a commune in a month


@dataclass(slots=True)
class Receipt:
    """The revenue of one kind that one commune's Treasury counter booked on one day."""

    day: date
    year: int
    commune: str
    kind: str
    amount: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A commune's share of the year's revenue estimate: the Government's and the province's own."""

    year: int
    commune: str
    central: int
    own: int


def estimates(province: Province, seed: int, year: int) -> list[Estimate]:
    """Give a year's estimates; they sum to the province's totals to the dong."""
    table = province.published.figures.estimates
    source, factor = published.template(table, year)
    central, own = (round(total * factor) * 1000 for total in table[source])
    weights = _expected(province, seed, year)
    pairs = zip(split(central, weights), split(own - central, weights), strict=True)
    million = 1_000_000
    return [
        Estimate(year, commune.code, part * million, (part + more) * million)
        for commune, (part, more) in zip(province.communes, pairs, strict=True)
    ]


def _expected(province: Province, seed: int, year: int) -> list[float]:
    """Give each commune's expected share: its own revenue, and the customs duty of border gates and ports."""
    whole = sum(c.revenue for c in province.communes)
    gates = sum(c.revenue for c in province.communes if c.code in province.gates)
    duty = KIND_WEIGHTS[CUSTOMS_DUTY] / sum(KIND_WEIGHTS.values())
    return [
        ((1 - duty) * c.revenue / whole + (duty * c.revenue / gates if c.code in province.gates else 0.0))
        * draws(seed, "estimate", year, c.code).uniform(0.8, 1.2)
        for c in province.communes
    ]


def receipts(province: Province, seed: int, until: date) -> list[Receipt]:
    """Give all receipts to the end of `until`, by day, with their codes; a day's receipts never change later."""
    found: list[Receipt] = []
    for year in range(published.FIRST_DAY.year, until.year + 1):
        for first, last, amount in segments(province.published.revenue(year)):
            if first <= until:
                found += _segment(province, seed, (first, last), amount)
    found.sort(key=lambda receipt: receipt.day)
    day, number = date.min, 0
    for receipt in found:
        day, number = receipt.day, number + 1 if receipt.day == day else 1
        receipt.code = f"TN{day:%Y%m%d}{number:04}"
    return [receipt for receipt in found if receipt.day <= until]


def _segment(province: Province, seed: int, span: tuple[date, date], amount: int) -> Iterator[Receipt]:
    days = days_between(*span)
    weights = [treasury_weight(day) for day in days]
    for kind, total in zip(ROWS, split(amount, list(KIND_WEIGHTS.values())), strict=True):
        random = draws(seed, "revenue", span[0], kind)
        at = [c for c in province.communes if kind != CUSTOMS_DUTY or c.code in province.gates]
        shares = split(total, [c.revenue * random.lognormvariate(0.0, 0.25) for c in at])
        for commune, share in zip(at, shares, strict=True):
            count = max(1, round(ROWS[kind] * len(days) / 30))
            parts = split(share, [random.lognormvariate(0.0, 0.5) for _ in range(count)])
            for day, part in zip(random.choices(days, weights, k=count), parts, strict=True):
                yield Receipt(day, span[0].year, commune.code, kind, part)
