"""Who is called next, and when each call is shown."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.systems.tickets.contracts import SHOWN_S

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from vamco.kernel.work.worktime.public import Calendar

SHOWN: Final = dt.timedelta(seconds=SHOWN_S)
_MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Queued:
    """A waiting ticket as the order sees it. `only` is the counter that it was sent to, 0 for any."""

    id: int
    service: str
    priority: bool
    queued_at: dt.datetime
    only: int = 0


def place(ticket: Queued) -> tuple[bool, dt.datetime, int]:
    """Return by what tickets are ordered: those with priority first, then by when they were taken. The table's query says the same."""
    return (not ticket.priority, ticket.queued_at, ticket.id)


def fits(ticket: Queued, counter: int, services: Collection[str]) -> bool:
    """Return whether a counter takes a ticket: one sent to it, or to nobody and of a service that it takes."""
    return ticket.only == counter if ticket.only else ticket.service in services


def following(waiting: Iterable[Queued], counter: int, services: Collection[str]) -> Queued | None:
    """Return the ticket that a counter calls next, None when nobody waits for it."""
    return min((ticket for ticket in waiting if fits(ticket, counter, services)), key=place, default=None)


def begins(now: dt.datetime, last_ends: dt.datetime | None) -> dt.datetime:
    """Return when a call is shown: at once, or when the one before it has had its whole time."""
    return max(now, last_ends) if last_ends else now


def text(letter: str, number: int) -> str:
    """Write a number as it is printed: A017."""
    return f"{letter}{number:03d}"


def is_open(calendar: Calendar, now: dt.datetime, day: dt.date) -> bool:
    """Return whether a moment of a day lies in the office's working time; not on a day that the calendar does not know."""
    known = calendar.days_by_date.get(day)
    moment = round(now.timestamp() * _MICRO)
    return known is not None and any(opens <= moment < closes for opens, closes in known.windows)


def opens_next(calendar: Calendar, now: dt.datetime) -> dt.datetime | None:
    """Return when working time begins next, None when the calendar does not reach so far."""
    moment = round(now.timestamp() * _MICRO)
    found = next((opens for opens in calendar.opens if opens > moment), None)
    return None if found is None else dt.datetime.fromtimestamp(found // _MICRO, dt.UTC)
