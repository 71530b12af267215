"""Values as the indicators would give them, made by hand: complete ones and those that say less."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from vamco.engines.measure.contracts import Formula, Term
from vamco.systems.indicators.contracts import Definition, Missing, Point, Threshold, ValueView

if TYPE_CHECKING:
    from vamco.lib.time import Kind
    from vamco.systems.indicators.contracts import Direction

TARGET = Decimal(50)
LEVELS = (
    Threshold(1, Decimal(-5), Decimal(-3), 3),
    Threshold(2, Decimal(-10), Decimal(-7), 3),
    Threshold(3, Decimal(-15), Decimal(-12), 3),
)
CLEAR = max(each.clear for each in LEVELS)


def path(year: int, until: dt.date) -> tuple[Point, ...]:
    return tuple(Point(day, TARGET, "proposed", "thử") for day in (dt.date(year, 1, 1), until))


INVESTMENT = {2026: path(2026, dt.date(2027, 1, 31)), 2027: path(2027, dt.date(2028, 1, 31))}


def definition(
    *,
    direction: Direction = "up",
    divides: bool = True,
    frequency: Kind = "day",
    paths: dict[int, tuple[Point, ...]] | None = None,
) -> Definition:
    term = Term("kb_giaingan", "sum", "so_tien", "ngay", "to_date")
    return Definition(
        code="DTC01", version=1, group="DTC", name="Tỷ lệ", name_en="Rate", short_name="Tỷ lệ", short_name_en="Rate",
        unit="percent", decimals=1, direction=direction, frequency=frequency, history_from=dt.date(2025, 1, 1),
        owner="H53.04", responsible="H53.04", legal_basis=(), formula=Formula(term, term if divides else None, 100 if divides else 1),
        paths=paths or {}, fixed=None if paths else TARGET, thresholds=LEVELS, max_age_days=4, directive=None, order=1, reason="",
    )  # fmt: skip


def view(
    day: dt.date,
    gap: int | Decimal | None,
    *,
    of: Definition,
    denominator: int | None = 100,
    year: int = 0,
    missing: Missing | None = None,
    judged: bool = True,
    place: str = "",
    number: int = 1,
) -> ValueView:
    """A value whose gap to the target is `gap`, None: that has no value."""
    sign = -1 if of.direction == "down" else 1
    value = None if gap is None else TARGET + sign * gap
    divided = of.formula.denominator is not None
    below = Decimal(denominator) if denominator is not None and divided else None
    above = None if value is None else value * below / 100 if below else value
    return ValueView(
        id=number, indicator=of.code, version=1, period=day.isoformat(), period_end=day, place=place, agency="", value=value,
        numerator=above, denominator=below, rows=1, target=TARGET, gap=None if gap is None else Decimal(gap),
        known_from=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), known_to=None, settlement=1, plan_year=year, missing=missing, judged=judged,
    )  # fmt: skip
