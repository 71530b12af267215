"""What is wrong in a layer that has the right shape. Pure."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from vamco.kernel.work.worktime.rules.assembly import DAY, dates, hours_on
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.worktime.contracts import Layer, Year


class Fault(NamedTuple):
    """A mistake, by its path in the pack's item."""

    path: tuple[str | int, ...]
    expected: str  # a msgid
    data: dict[str, object] = {}  # noqa: RUF012  # never changed


def faults(layer: Layer, *, general: bool) -> Iterator[Fault]:
    """Give the mistakes; `general` for the layer that must speak of every day of its years."""
    yield from _overlaps(layer)
    numbers = [year.year for year in layer.years]
    if general and not numbers:
        yield Fault(("years",), N_("at least one year"))
    for index, (earlier, later) in enumerate(pairwise(numbers), 1):
        if later != earlier + 1:
            yield Fault(
                ("years", index, "year"),
                N_("%(year)s, found %(found)s: years follow each other without a gap"),
                {"year": earlier + 1, "found": later},
            )
    for index, year in enumerate(layer.years):
        yield from _days_of(index, year)
        if general:
            yield from _covered(index, year, layer)


def _overlaps(layer: Layer) -> Iterator[Fault]:
    for index, (earlier, later) in enumerate(pairwise(layer.hours), 1):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            yield Fault(("hours", index, "valid_from"), N_("a day after the hours before have ended"))
    seen: set[dt.date] = set()
    for index, own in enumerate(layer.own_days):
        days = set(dates(own.first, own.last))
        if days & seen:
            yield Fault(
                ("exceptions", index, "first"),
                N_("days of its own, found %(found)s again"),
                {"found": min(days & seen)},
            )
        seen |= days


def _days_of(index: int, year: Year) -> Iterator[Fault]:
    """Look for days of another year and for days that are named twice."""
    seen: set[dt.date] = set()
    named = [
        *((("holidays", number, "first"), dates(holiday.first, holiday.last)) for number, holiday in enumerate(year.holidays)),
        *((("swaps", number, "off"), [swap.off]) for number, swap in enumerate(year.swaps)),
        *((("swaps", number, "work"), [swap.work]) for number, swap in enumerate(year.swaps)),
    ]  # fmt: skip
    for path, days in named:
        for day in days:
            if day.year != year.year:
                yield Fault(
                    ("years", index, *path), N_("days in %(year)s, found %(found)s"), {"year": year.year, "found": day}
                )
            elif day in seen:
                yield Fault(
                    ("years", index, *path), N_("a day that is named once, found %(found)s again"), {"found": day}
                )
            seen.add(day)


def _covered(index: int, year: Year, layer: Layer) -> Iterator[Fault]:
    """Look for days without hours, and for swaps of a day that is no working day or with one that is."""
    try:
        for day in dates(dt.date(year.year, 1, 1), dt.date(year.year + 1, 1, 1) - DAY):
            hours_on(day, [layer])
    except ValueError as error:
        yield Fault(("years", index, "year"), N_("hours for each day (%(error)s)"), {"error": error})
        return
    for number, swap in enumerate(year.swaps):
        if not hours_on(swap.off, [layer]).week[swap.off.weekday()]:
            yield Fault(
                ("years", index, "swaps", number, "off"), N_("a working day, found %(found)s"), {"found": swap.off}
            )
        if hours_on(swap.work, [layer]).week[swap.work.weekday()]:
            yield Fault(
                ("years", index, "swaps", number, "work"), N_("a day of rest, found %(found)s"), {"found": swap.work}
            )
