from __future__ import annotations

import datetime as dt  # noqa: TC003  # what is kept as JSON is read back by its annotations
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Unit = Literal["day", "half", "hour", "close"]
Half = Literal["morning", "afternoon"]
Code = Literal["worked", "make_up", "holiday", "swap", "own", "weekend", "break", "outside", "cutoff", "paused"]

# What an office's calendar is made of.


@dataclass(frozen=True)
class Window:
    """Working time without a break, on Vietnam's clock."""

    opens: dt.time
    closes: dt.time


@dataclass(frozen=True)
class Hours:
    """The windows of each weekday, Monday first; dates inclusive."""

    valid_from: dt.date
    valid_to: dt.date | None
    week: tuple[tuple[Window, ...], ...]


@dataclass(frozen=True)
class Holiday:
    """Days off by law, inclusive."""

    first: dt.date
    last: dt.date
    name: str
    name_en: str


@dataclass(frozen=True)
class Swap:
    """A working day `off` that is worked on the day of rest `work` instead, in the hours of the former."""

    off: dt.date
    work: dt.date
    name: str
    name_en: str


@dataclass(frozen=True)
class Year:
    """What is official in a year; `provisional` until the notice of that year is out."""

    year: int
    provisional: bool
    holidays: tuple[Holiday, ...]
    swaps: tuple[Swap, ...]


@dataclass(frozen=True)
class OwnDays:
    """Days, inclusive, that an agency keeps otherwise: other windows, or a part of the usual ones closed."""

    first: dt.date
    last: dt.date
    open: tuple[Window, ...] | None
    closed: Literal["day", "morning", "afternoon", ""]
    name: str
    name_en: str


@dataclass(frozen=True)
class Layer:
    """What the pack says of one agency and those below it, or of all."""

    hours: tuple[Hours, ...]
    years: tuple[Year, ...]
    own_days: tuple[OwnDays, ...]


# What is computed with. Moments are microseconds since 1970 UTC: whole numbers, so that sums are exact.


@dataclass(frozen=True)
class Reason:
    """Why time counts or does not: a name from the pack in both languages, or else a msgid."""

    code: Code
    message: str
    name: str = ""
    name_en: str = ""

    def text(self, lang: str, translate: Callable[[str], str]) -> str:
        """Give it in a language; `translate` is that language's gettext."""
        if lang.startswith("en"):
            return self.name_en or self.name or translate(self.message)
        return self.name or translate(self.message)


@dataclass(frozen=True)
class Day:
    """One day of a calendar: its windows as moments, and why it is as it is."""

    begins: int
    windows: tuple[tuple[int, int], ...]
    reason: Reason
    full: int  # a full working day by the hours in force, in microseconds


@dataclass(frozen=True, eq=False)
class Calendar:
    """The working time of one agency in all known years; made by `assembly.assemble`.

    Window i lasts from `opens[i]` to `closes[i]`. Before it `time[i]` microseconds had been worked, or `days[i]` parts of which
    `day_parts` are a working day; a microsecond in it is `rates[i]` parts. `blocks` are the stretches of known years.
    """

    version: int
    days_by_date: Mapping[dt.date, Day] = field(repr=False)
    provisional: frozenset[int]
    blocks: tuple[tuple[int, int], ...]
    day_parts: int
    opens: tuple[int, ...] = field(repr=False)
    closes: tuple[int, ...] = field(repr=False)
    time: tuple[int, ...] = field(repr=False)
    days: tuple[int, ...] = field(repr=False)
    rates: tuple[int, ...] = field(repr=False)
    last_closes: tuple[int, ...] = field(repr=False)


# What is asked and answered.


@dataclass(frozen=True)
class Amount:
    """What is promised: working days, half days, hours, or the close of the n-th working day, 0 being the first.

    A day is a full day of the agency's own calendar, see decision 0008. ValueError for nothing, or a close that is not whole.
    """

    count: Fraction
    unit: Unit

    def __init__(self, count: Fraction | float | str, unit: Unit) -> None:
        """Take the count as a number or as text such as "2.5"."""
        exact = Fraction(count)
        if exact < 0 or (exact == 0 and unit != "close") or (unit == "close" and exact.denominator != 1):
            raise ValueError(f"{count} {unit} is no amount of working time")
        object.__setattr__(self, "count", exact)
        object.__setattr__(self, "unit", unit)


SAME_DAY = Amount(0, "close")


@dataclass(frozen=True)
class Pause:
    """A stretch in which a promise does not run; aware moments. One that still lasts ends now."""

    begins: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True)
class Worked:
    """Working time between two moments, also in working days; below zero when the second is the earlier."""

    time: dt.timedelta
    days: Fraction


@dataclass(frozen=True)
class Step:
    """A piece of the way to a deadline: `counted` of it is working time. Moments are on Vietnam's clock."""

    begins: dt.datetime
    ends: dt.datetime
    counted: dt.timedelta
    reason: Reason
    provisional: bool

    @property
    def day(self) -> dt.date:
        """The day that it lies in."""
        return self.begins.date()
