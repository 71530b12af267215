"""When a promise falls due, and how much was worked between two moments. Pure.

Nothing walks: a calendar holds the total that was worked before each of its windows, so a deadline is one search in the totals
and a measurement the difference of two of them.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from vamco.kernel.work.worktime.contracts import Worked
from vamco.kernel.work.worktime.rules.assembly import EPOCH, MICROSECOND, moment
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.kernel.work.worktime.contracts import Amount, Calendar, Pause

HOUR: Final = 3_600_000_000
Stretch = tuple[int, int]


def due(
    start: dt.datetime,
    amount: Amount,
    calendar: Calendar,
    *,
    cutoff: dt.time | None = None,
    pauses: Sequence[Pause] = (),
) -> dt.datetime:
    """Give the moment, in UTC, at which the amount has been worked since `start`.

    What is received later than `cutoff`, on Vietnam's clock, counts from the next working day. A pause that begins before the
    promise falls due moves it by exactly the working time in it. Refused when the way leads into a year without a calendar.
    """
    begins, end_of_known = begin(start, calendar, cutoff)
    found = deadline(begins, end_of_known, amount, calendar, merged(pauses, begins) if pauses else ())
    return EPOCH + dt.timedelta(microseconds=found)


def worked(
    start: dt.datetime,
    end: dt.datetime,
    calendar: Calendar,
    *,
    cutoff: dt.time | None = None,
    pauses: Sequence[Pause] = (),
) -> Worked:
    """Give the working time from `start` to `end` without the pauses; below zero when the end comes first.

    With the deadline as the end it is what is left; the other way round it is the delay. `cutoff` as in `due`.
    """
    last = moment(end)
    if last < moment(start):
        other = worked(end, start, calendar, pauses=pauses)
        return Worked(-other.time, -other.days)
    first, end_of_known = begin(start, calendar, cutoff)
    if last > end_of_known:
        raise unknown(end_of_known)
    stretches = [(first, max(first, last)), *((go, stop) for stop, go in merged(pauses, first, last))]
    time = sum(worked_at(calendar, to) - worked_at(calendar, since) for since, to in stretches)
    days = sum(parts_at(calendar, to) - parts_at(calendar, since) for since, to in stretches)
    return Worked(dt.timedelta(microseconds=time), Fraction(days, calendar.day_parts))


def running_since(start: dt.datetime, calendar: Calendar, cutoff: dt.time | None) -> dt.datetime:
    """Give the moment, in UTC, from which a promise given at `start` counts; `cutoff` as in `due`."""
    return EPOCH + dt.timedelta(microseconds=begin(start, calendar, cutoff)[0])


def begin(start: dt.datetime, calendar: Calendar, cutoff: dt.time | None) -> Stretch:
    """Give the moment from which a promise counts, and the end of the known years that it lies in."""
    at = moment(start)
    ends = known_until(at, calendar)
    if cutoff is not None:
        local = start.astimezone(HCM)
        if local.time() > cutoff:
            midnight = dt.datetime.combine(local.date() + dt.timedelta(days=1), dt.time(), HCM)
            following = bisect_left(calendar.opens, moment(midnight))
            if following == len(calendar.opens) or calendar.opens[following] >= ends:
                raise unknown(ends)
            at = calendar.opens[following]
    return at, ends


def deadline(begins: int, end_of_known: int, amount: Amount, calendar: Calendar, pauses: Iterable[Stretch]) -> int:
    """Give the moment at which the amount has been worked; `pauses` in order, without overlap, none before the beginning."""
    count = amount.count
    by_day = amount.unit in {"day", "half"}
    if amount.unit == "close":
        closing = bisect_right(calendar.last_closes, begins) + count.numerator
        if closing >= len(calendar.last_closes):
            raise unknown(end_of_known)
        found = calendar.last_closes[closing]
        target = worked_at(calendar, found)
    elif by_day:
        parts = count.numerator * calendar.day_parts
        divisor = count.denominator * (2 if amount.unit == "half" else 1)
        target = parts_at(calendar, begins) - (-parts // divisor)
        found = _find(calendar, calendar.days, target, by_day=True)
    else:
        target = worked_at(calendar, begins) - (-count.numerator * HOUR // count.denominator)
        found = _find(calendar, calendar.time, target, by_day=False)
    total = parts_at if by_day else worked_at
    for stop, go in pauses:
        if found > end_of_known or stop >= found:
            break
        if go > end_of_known:
            raise unknown(end_of_known)
        target += total(calendar, go) - total(calendar, stop)
        found = _find(calendar, calendar.days if by_day else calendar.time, target, by_day=by_day)
    if found > end_of_known:
        raise unknown(end_of_known)
    return found


def _find(calendar: Calendar, totals: Sequence[int], target: int, *, by_day: bool) -> int:
    """Give the first moment with so much worked before it; beyond the last window when there is none."""
    window = bisect_left(totals, target) - 1
    missing = target - totals[window]
    found = calendar.opens[window] + (-(-missing // calendar.rates[window]) if by_day else missing)
    if found > calendar.closes[window]:  # only the last window can be too short
        raise unknown(calendar.blocks[-1][1])
    return found


def worked_at(calendar: Calendar, at: int) -> int:
    """Give the microseconds that were worked before a moment."""
    window = bisect_right(calendar.opens, at) - 1
    if window < 0:
        return 0
    return calendar.time[window] + min(at, calendar.closes[window]) - calendar.opens[window]


def parts_at(calendar: Calendar, at: int) -> int:
    """Give the parts of working days that were worked before a moment."""
    window = bisect_right(calendar.opens, at) - 1
    if window < 0:
        return 0
    return calendar.days[window] + (min(at, calendar.closes[window]) - calendar.opens[window]) * calendar.rates[window]


def merged(pauses: Iterable[Pause], since: int, until: int | None = None) -> list[Stretch]:
    """Give pauses in order, overlapping ones as one, cut to what lies after `since` and before `until`."""
    found: list[Stretch] = []
    for begins, ends in sorted((moment(pause.begins), moment(pause.ends)) for pause in pauses):
        stop, go = max(begins, since), ends if until is None else min(ends, until)
        if stop >= go:
            continue
        if found and stop <= found[-1][1]:
            found[-1] = found[-1][0], max(go, found[-1][1])
        else:
            found.append((stop, go))
    return found


def known_until(at: int, calendar: Calendar) -> int:
    """Give the end of the known years around a moment; Refused when its year has no calendar."""
    for begins, ends in calendar.blocks:
        if begins <= at < ends:
            return ends
    raise unknown(at)


def unknown(at: int) -> Refused:
    """Give the refusal for a moment in a year without a calendar."""
    year = (EPOCH + at * MICROSECOND).astimezone(HCM).year
    return Refused(
        "worktime.no_calendar",
        N_("There is no working calendar for the year %(year)s: its public holidays must be entered first."),
        year=year,
    )
