"""When a clock of the law on personal data runs out. Pure.

Working days run as everywhere on the platform (decision 0008). Calendar days: the day of receipt does not count, the term ends at the end of
its last day, and where that is a day of rest at the end of the next working day. Source: Bộ luật Dân sự 2015, Đ. 147(2), 148(5), 148(6).
"""

from __future__ import annotations

import calendar as calendar_month
import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.kernel.work.worktime import public as worktime
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from vamco.systems.privacy.contracts import Clock, Term

_LAST: Final = dt.time(23, 59, 59)


def term_on(clock: Clock, day: dt.date) -> Term:
    """Return the term in force on a day; Missing where none is yet."""
    found = [term for term in clock.terms if term.valid_from <= day]
    if not found:
        raise Missing("privacy.no_term", N_("No term was in force on that day for %(clock)s."), clock=clock.code)
    return max(found, key=lambda term: term.valid_from)


def due(term: Term, start: dt.datetime, calendar: worktime.Calendar) -> dt.datetime:
    """Return the moment, in UTC, until which a term that begins at `start` runs. Refused beyond the known calendar."""
    if term.unit == "hour":  # hours of the clock: a breach waits for no office hours
        return (start + dt.timedelta(hours=term.amount)).astimezone(dt.UTC)
    if term.unit == "working_day":
        return worktime.due(start, worktime.Amount(term.amount, "day"), calendar)
    last = start.astimezone(HCM).date() + dt.timedelta(days=term.amount)
    while not _works(last, calendar):
        last += dt.timedelta(days=1)
    return dt.datetime.combine(last, _LAST, HCM).astimezone(dt.UTC)


def _works(day: dt.date, calendar: worktime.Calendar) -> bool:
    known = calendar.days_by_date.get(day)
    if known is None:
        raise Refused(
            "worktime.no_calendar",
            N_("There is no working calendar for the year %(year)s: its public holidays must be entered first."),
            year=day.year,
        )
    return bool(known.windows)


def months_before(moment: dt.datetime, months: int) -> dt.datetime:
    """Return the moment so many months earlier, at the last day of a month that is shorter."""
    local = moment.astimezone(HCM)
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, calendar_month.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day).astimezone(dt.UTC)
