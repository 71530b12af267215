"""What is wrong in a layer that has the right shape. Pure."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from vamco.kernel.work.worktime.rules.assembly import DAY, dates, hours_on

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.work.worktime.contracts import Layer, Year


class Fault(NamedTuple):
    """A mistake, by its path in the pack's item."""

    path: tuple[str | int, ...]
    expected: str


def faults(layer: Layer, *, general: bool) -> Iterator[Fault]:
    """Give the mistakes; `general` for the layer that must speak of every day of its years."""
    yield from _overlaps(layer)
    numbers = [year.year for year in layer.years]
    if general and not numbers:
        yield Fault(("years",), "at least one year")
    for index, (earlier, later) in enumerate(pairwise(numbers), 1):
        if later != earlier + 1:
            yield Fault(
                ("years", index, "year"), f"{earlier + 1}, found {later}: years follow each other without a gap"
            )
    for index, year in enumerate(layer.years):
        yield from _days_of(index, year)
        if general:
            yield from _covered(index, year, layer)


def _overlaps(layer: Layer) -> Iterator[Fault]:
    for index, (earlier, later) in enumerate(pairwise(layer.hours), 1):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            yield Fault(("hours", index, "valid_from"), "a day after the hours before have ended")
    seen: set[dt.date] = set()
    for index, own in enumerate(layer.own_days):
        days = set(dates(own.first, own.last))
        if days & seen:
            yield Fault(("exceptions", index, "first"), f"days of its own, found {min(days & seen)} again")
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
                yield Fault(("years", index, *path), f"days in {year.year}, found {day}")
            elif day in seen:
                yield Fault(("years", index, *path), f"a day that is named once, found {day} again")
            seen.add(day)


def _covered(index: int, year: Year, layer: Layer) -> Iterator[Fault]:
    """Look for days without hours, and for swaps of a day that is no working day or with one that is."""
    try:
        for day in dates(dt.date(year.year, 1, 1), dt.date(year.year + 1, 1, 1) - DAY):
            hours_on(day, [layer])
    except ValueError as error:
        yield Fault(("years", index, "year"), f"hours for each day ({error})")
        return
    for number, swap in enumerate(year.swaps):
        if not hours_on(swap.off, [layer]).week[swap.off.weekday()]:
            yield Fault(("years", index, "swaps", number, "off"), f"a working day, found {swap.off}")
        if hours_on(swap.work, [layer]).week[swap.work.weekday()]:
            yield Fault(("years", index, "swaps", number, "work"), f"a day of rest, found {swap.work}")
