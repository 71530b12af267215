"""DTC01 a second time, straight from the departments' own files, and the payments that bring it back to its path.

Nothing of the hub or the engines is used. The rows that the demonstration garbled on purpose are left out by their place
in the file, so that the hub's checks are not repeated here either.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final

from vamco.demo import datasets, spreadsheets, treasury

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.demo.build import Demo

PAID: Final = datasets.GIAINGAN.dataset
_PLANNED: Final = datasets.KHV.dataset
_FIRST_LATE: Final = 9001  # numbers of a day's transactions that no day of the demonstration reaches

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Share:
    """What was paid on the year's plan by the end of `day`, and the plan in force then; dong."""

    day: date
    paid: int
    planned: int

    @property
    def percent(self) -> Decimal:
        """Give the share, to the sixth decimal."""
        with localcontext() as context:
            context.prec = 60
            return (Decimal(self.paid) * 100 / Decimal(self.planned)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def share(demo: Demo) -> Share:
    """Give the share on the newest day that has a payment."""
    paid = list(_clean(demo, PAID, _payments(demo)))
    day = max(date.fromisoformat(row["ngay"]) for row in paid)
    planned = _clean(demo, _PLANNED, _plan(demo))
    return Share(
        day,
        sum(row["so_tien"] for row in paid if row["nam_ke_hoach"] == day.year),
        sum(int(r["ke_hoach_ttg"]) for r in planned if r["nam_ke_hoach"] == day.year and _day(r) <= day),
    )


def payments(demo: Demo, code: str) -> list[Row]:
    """Give the rows of the Treasury's stream that carry a transaction's code, garbled ones left out."""
    return [row for row in _clean(demo, PAID, _payments(demo)) if row["ma_giao_dich"] == code]


def catching_up(demo: Demo, to_percent: int, count: int = 100) -> list[Row]:
    """Give payments of the demonstration's today, equal ones, after which the share is `to_percent` or a hair less.

    They are made out like the newest payment there is; the list is empty when the share is that high already.
    """
    now = share(demo)
    amount = (now.planned * to_percent // 100 - now.paid) // count
    like = [row for row in _clean(demo, PAID, _payments(demo)) if row["nam_ke_hoach"] == now.day.year][-1]
    return [
        {**like, "ma_giao_dich": f"KB{demo.today:%Y%m%d}{number:04}", "ngay": demo.today.isoformat(), "so_tien": amount}
        for number in range(_FIRST_LATE, _FIRST_LATE + count)
        if amount > 0
    ]


def _clean(demo: Demo, dataset: str, rows: Iterable[Row]) -> Iterator[Row]:
    garbled = {planted.row for planted in demo.planted if planted.dataset == dataset}
    return (row for number, row in enumerate(rows, start=1) if number not in garbled)


def _payments(demo: Demo) -> Iterator[Row]:
    return map(json.loads, treasury.lines(treasury.stream(demo.treasury, PAID)))


def _plan(demo: Demo) -> Iterator[Row]:
    from python_calamine import CalamineWorkbook

    cells = CalamineWorkbook.from_path(demo.shared / spreadsheets.PLANS.path).get_sheet_by_index(0)
    table = cells.to_python(skip_empty_area=False)[spreadsheets.HEADER_ROW - 1 :]
    return (dict(zip(map(str, table[0]), row, strict=True)) for row in table[1:])


def _day(row: Row) -> date:
    cell = row["ngay_hieu_luc"]
    return cell.date() if isinstance(cell, datetime) else cell
