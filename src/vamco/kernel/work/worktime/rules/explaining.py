"""The way to a deadline, step by step, as a page shows it. Pure."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from vamco.kernel.work.worktime.contracts import Reason, Step
from vamco.kernel.work.worktime.rules import reckoning
from vamco.kernel.work.worktime.rules.assembly import DAY, EPOCH, MICROSECOND, dates, moment
from vamco.lib.errors import N_
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.kernel.work.worktime.contracts import Amount, Calendar, Day, Pause

BREAK: Final = Reason("break", N_("midday break"))
OUTSIDE: Final = Reason("outside", N_("outside working hours"))
CUTOFF: Final = Reason("cutoff", N_("received too late in the day: counts from the next working day"))
PAUSED: Final = Reason("paused", N_("the deadline is paused"))
HALF_A_DAY: Final = 12 * reckoning.HOUR

Piece = tuple[int, int, Reason, bool]  # from, to, why, whether it counts


def explain(
    start: dt.datetime,
    amount: Amount,
    calendar: Calendar,
    *,
    cutoff: dt.time | None = None,
    pauses: Sequence[Pause] = (),
) -> tuple[Step, ...]:
    """Give the steps from `start` to the deadline that `rules.due` gives; what is counted in them sums to the amount.

    Days of rest are a step each, and so are breaks and pauses in working time; the nights between are left out.
    """
    begins, end_of_known = reckoning.begin(start, calendar, cutoff)
    stops = reckoning.merged(pauses, begins)
    ends = reckoning.deadline(begins, end_of_known, amount, calendar, stops)
    first = moment(start)
    steps = []
    for date in dates(start.astimezone(HCM).date(), _local(ends - 1).date()):
        day = calendar.days_by_date[date]
        provisional = date.year in calendar.provisional
        for since, to, reason, counts in _pieces(day, first, begins, ends, stops):
            counted = dt.timedelta(microseconds=to - since if counts else 0)
            steps.append(Step(_local(since), _local(to), counted, reason, provisional))
    return tuple(steps)


def _local(at: int) -> dt.datetime:
    return (EPOCH + at * MICROSECOND).astimezone(HCM)


def _pieces(day: Day, first: int, begins: int, ends: int, stops: Sequence[reckoning.Stretch]) -> Iterator[Piece]:
    """Give what lies in one day of the way from `first` to `ends`, counting from `begins`."""
    since, to = max(first, day.begins), min(ends, day.begins + DAY // MICROSECOND)
    if not day.windows:
        yield since, to, day.reason, False
        return
    opens, closes = day.windows[0][0], day.windows[-1][1]
    if since >= closes:
        yield since, to, OUTSIDE, False
        return
    if begins >= to:  # only the day on which it came in too late
        yield since, closes, CUTOFF, False
        return
    if first == since < opens:
        yield since, opens, OUTSIDE, False
    for number, (opening, closing) in enumerate(day.windows):
        if number:
            yield from _gap(day, max(day.windows[number - 1][1], since), opening, ends)
        yield from _worked(day, max(opening, since), min(closing, ends), stops)


def _gap(day: Day, since: int, to: int, ends: int) -> Iterator[Piece]:
    if since < to < ends:
        noon = day.begins + HALF_A_DAY
        yield since, to, BREAK if since <= noon < to else OUTSIDE, False


def _worked(day: Day, since: int, to: int, stops: Sequence[reckoning.Stretch]) -> Iterator[Piece]:
    """Give working time in turns with the pauses in it."""
    inside = [(max(stop, since), min(go, to)) for stop, go in stops if stop < to and go > since]
    edges = [since, *(edge for stretch in inside for edge in stretch), to]
    for number, (earlier, later) in enumerate(pairwise(edges)):
        if earlier < later:
            paused = number % 2 == 1
            yield earlier, later, PAUSED if paused else day.reason, not paused
