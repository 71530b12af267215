"""What the definitions say, row by row, in plain Python: slow, and too simple to be wrong."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vamco.engines.measure import Formula, Measured, Term
    from vamco.lib.time import Period

Row = dict[str, Any]
FILTERS: dict[str, Callable[[Row], bool]] = {
    "": lambda _: True,
    "nguon = 'a'": lambda r: r["nguon"] == "a",
    "nguon <> 'a'": lambda r: r["nguon"] is not None and r["nguon"] != "a",
    "NOT nguon IN ('a', 'b') OR so IS NULL": lambda r: (
        r["so"] is None or (r["nguon"] is not None and r["nguon"] not in "ab")
    ),
    "so BETWEEN -5 AND 5": lambda r: r["so"] is not None and -5 <= r["so"] <= 5,
    "ngay >= '2026-01-01'": lambda r: r["ngay"] is not None and r["ngay"] >= dt.date(2026, 1, 1),
    "ngay < xong OR xong IS NULL": lambda r: r["xong"] is None or (r["ngay"] is not None and r["ngay"] < r["xong"]),
}


def compute(
    formula: Formula, rows: Sequence[Row], periods: Sequence[Period], place: str, agency: str
) -> list[Measured]:
    """Gives one line of `compute`."""
    from vamco.engines.measure import Measured

    found = []
    for period in periods:
        above = _term(formula.numerator, rows, period, place, agency)
        if formula.denominator is None:
            value = None if above[0] is None else above[0] * formula.scale
            found.append(Measured(period, place, agency, value, above[0], None, above[1]))
            continue
        below = _term(formula.denominator, rows, period, place, agency)
        value = _round(above[0] * formula.scale, below[0]) if above[0] is not None and below[0] else None
        found.append(Measured(period, place, agency, value, above[0], below[0], above[1] + below[1]))
    return found


def behind(term: Term, rows: Sequence[Row], period: Period, place: str, agency: str) -> list[Row]:
    """Gives the rows that count in a period."""
    last = period.end
    found = []
    for row in rows:
        if row["ngay"] is None or (place and row["xa"] != place) or (agency and row["cq"] != agency):
            continue
        if not FILTERS[term.filter](row) or (term.column and row[term.column] is None):
            continue
        if term.year and row[term.year] != last.year:
            continue
        if _in_window(term, rows, row, period, last):
            found.append(row)
    return found


def _in_window(term: Term, rows: Sequence[Row], row: Row, period: Period, last: dt.date) -> bool:
    day, leave = row["ngay"], row["xong"]
    match term.window:
        case "period":
            return period.contains(day)
        case "ytd":
            return dt.date(last.year, 1, 1) <= day <= last
        case "to_date":
            return day <= last
        case "open":
            return day <= last and (leave is None or leave > last)
        case "overdue":
            return day < last and (leave is None or leave > last)
        case "in_force":
            same = [
                r for r in rows if r["ngay"] is not None and r["ngay"] <= last and all(r[k] == row[k] for k in term.key)
            ]
            same = [r for r in same if not term.year or r[term.year] == row[term.year]]
            return bool(same) and max(same, key=lambda r: (r["ngay"], r["_row"])) is row


def _term(term: Term, rows: Sequence[Row], period: Period, place: str, agency: str) -> tuple[Decimal | None, int]:
    dated = [row for row in rows if row["ngay"] is not None]
    if term.window == "in_force":
        known = any(row["ngay"] <= period.end and (not term.year or row[term.year] == period.end.year) for row in dated)
    else:
        firsts = [row["ngay"] for row in dated]
        lasts = firsts + [row["xong"] for row in dated if term.leave and row["xong"] is not None]
        known = bool(firsts) and min(firsts) <= period.end and period.start <= max(lasts)
    if not known:
        return None, 0
    found = behind(term, rows, period, place, agency)
    if term.agg == "count":
        return Decimal(len(found)), len(found)
    values = [Decimal(repr(v)) if isinstance(v := row[term.column], float) else Decimal(v) for row in found]
    if term.agg == "sum":
        return sum(values, Decimal(0)), len(found)
    if not values:
        return None, 0
    return {"max": max, "min": min, "mean": lambda v: _round(sum(v), len(v))}[term.agg](values), len(found)


def _round(above: Decimal, below: Any) -> Decimal:
    with localcontext(prec=200, rounding=ROUND_HALF_UP):
        found = Decimal(above) / below
        whole = Context(prec=80, rounding=ROUND_HALF_UP).plus(found)
        return whole if found.adjusted() > 73 else found.quantize(Decimal("0.000001"))  # no place for decimals
