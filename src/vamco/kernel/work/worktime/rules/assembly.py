"""Folds the layers of an office's calendar into one table of windows. Pure."""

from __future__ import annotations

import datetime as dt
from itertools import accumulate, pairwise
from math import lcm
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from vamco.kernel.work.worktime.contracts import Calendar, Day, Reason, Window
from vamco.lib.errors import N_
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.kernel.work.worktime.contracts import Hours, Layer, OwnDays, Year

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND: Final = dt.timedelta(microseconds=1)
DAY: Final = dt.timedelta(days=1)
NOON: Final = dt.time(12)
WORKED: Final = Reason("worked", N_("working time"))
WEEKDAYS: Final = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip


def moment(at: dt.datetime) -> int:
    """Give an aware moment in microseconds since 1970; TypeError for a naive one, which has no place on earth."""
    return (at - EPOCH) // MICROSECOND


def assemble(layers: Sequence[Layer], version: int) -> Calendar:
    """Give the calendar that the layers make, the general one first and each further one nearer to the agency.

    The first layer holds the years and hours for all their days; the pack's check sees to that, and ValueError says it here.
    """
    years = sorted(layers[0].years, key=lambda year: year.year)
    days = {date: day for year in years for date, day in _days(year, layers)}
    full = {day.full for day in days.values()}
    parts = lcm(*full)
    windows = [(opens, closes, parts // day.full) for day in days.values() for opens, closes in day.windows]
    if not windows:
        raise ValueError("a calendar in which nobody ever works")
    lengths = [closes - opens for opens, closes, _ in windows]
    weights = [(closes - opens) * rate for opens, closes, rate in windows]
    return Calendar(
        version=version,
        days_by_date=MappingProxyType(days),
        provisional=frozenset(year.year for year in years if year.provisional),
        blocks=_blocks([year.year for year in years]),
        day_parts=parts,
        opens=tuple(opens for opens, _, _ in windows),
        closes=tuple(closes for _, closes, _ in windows),
        time=tuple(accumulate(lengths, initial=0))[:-1],
        days=tuple(accumulate(weights, initial=0))[:-1],
        rates=tuple(rate for _, _, rate in windows),
        last_closes=tuple(day.windows[-1][1] for day in days.values() if day.windows),
    )


def _blocks(years: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Give the stretches of years without a gap, from their first moment to the first after them."""
    blocks: list[tuple[int, int]] = []
    for year in years:
        begins, ends = (moment(dt.datetime(first, 1, 1, tzinfo=HCM)) for first in (year, year + 1))
        if blocks and blocks[-1][1] == begins:
            begins = blocks.pop()[0]
        blocks.append((begins, ends))
    return tuple(blocks)


def _days(year: Year, layers: Sequence[Layer]) -> Iterator[tuple[dt.date, Day]]:
    special = _special(year)
    date = dt.date(year.year, 1, 1)
    while date.year == year.year:
        hours = hours_on(date, layers)
        reason, like = special.get(date, (None, date))
        windows = hours.week[like.weekday()] if like else ()
        for own in _own(date, layers):
            windows = windows_of(own, windows)
            reason = Reason("own", N_("the office keeps other hours"), own.name, own.name_en)
        if reason is None:
            reason = WORKED if windows else Reason("weekend", WEEKDAYS[date.weekday()])
        yield date, _day(date, windows, reason, hours)
        date += DAY


def _special(year: Year) -> dict[dt.date, tuple[Reason | None, dt.date | None]]:
    """Give the days that are not like their weekday: why, and like which day they are worked, None for not at all."""
    found: dict[dt.date, tuple[Reason | None, dt.date | None]] = {}
    for swap in year.swaps:
        found[swap.work] = Reason("make_up", N_("make-up day"), swap.name, swap.name_en), swap.off
        found[swap.off] = Reason("swap", N_("swapped day off"), swap.name, swap.name_en), None
    for holiday in year.holidays:
        for date in dates(holiday.first, holiday.last):
            found[date] = Reason("holiday", N_("public holiday"), holiday.name, holiday.name_en), None
    return found


def dates(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """All days from one to another, inclusive."""
    return (first + DAY * number for number in range((last - first).days + 1))


def hours_on(date: dt.date, layers: Sequence[Layer]) -> Hours:
    """Give the hours in force on a day: those of the nearest layer that has some."""
    for layer in reversed(layers):
        for hours in layer.hours:
            if hours.valid_from <= date and (hours.valid_to is None or date <= hours.valid_to):
                return hours
    raise ValueError(f"no working hours are in force on {date}")


def _own(date: dt.date, layers: Iterable[Layer]) -> Iterator[OwnDays]:
    return (own for layer in layers for own in layer.own_days if own.first <= date <= own.last)


def windows_of(own: OwnDays, usual: Sequence[Window]) -> tuple[Window, ...]:
    """Give the windows of a day that an agency keeps otherwise than usual; noon parts the halves of a day."""
    if own.open is not None:
        return own.open
    if own.closed == "morning":
        return tuple(Window(max(window.opens, NOON), window.closes) for window in usual if window.closes > NOON)
    if own.closed == "afternoon":
        return tuple(Window(window.opens, min(window.closes, NOON)) for window in usual if window.opens < NOON)
    return ()


def _day(date: dt.date, windows: Sequence[Window], reason: Reason, hours: Hours) -> Day:
    begins = moment(dt.datetime.combine(date, dt.time(), HCM))  # every day has 24 hours: Vietnam keeps no summer time
    return Day(
        begins=begins,
        windows=tuple((begins + _since_midnight(one.opens), begins + _since_midnight(one.closes)) for one in windows),
        reason=reason,
        full=full_day(hours),
    )


def full_day(hours: Hours) -> int:
    """Give the length of a full working day in microseconds: the longest of the week."""
    lengths = (sum(_since_midnight(one.closes) - _since_midnight(one.opens) for one in day) for day in hours.week)
    return max(lengths)


def _since_midnight(time: dt.time) -> int:
    return (time.hour * 60 + time.minute) * 60_000_000


def in_order(windows: Sequence[Window]) -> bool:
    """Whether each window ends after it begins, and before the next one does."""
    edges = [edge for window in windows for edge in (window.opens, window.closes)]
    return all(earlier < later for earlier, later in pairwise(edges))
