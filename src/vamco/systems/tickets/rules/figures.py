"""Figures of a hall's day, out of what happened to its tickets."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from vamco.lib.time import HCM
from vamco.systems.tickets.contracts import Figures, HourFigures

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from vamco.systems.tickets.contracts import Waited

ENOUGH: Final = 5
"""So many must have been called before anything is said of how long one waits."""
LAST: Final = 20


def figures(tickets: Sequence[Waited], now: dt.datetime) -> Figures:
    """Return the figures of one hall and day. Who left before being called counts as no wait."""
    waits = [_seconds(ticket.called_at - ticket.taken_at) for ticket in tickets if ticket.called_at]
    services = [
        _seconds(ticket.ended_at - ticket.called_at)
        for ticket in tickets
        if ticket.state == "done" and ticket.called_at and ticket.ended_at
    ]
    waiting = [ticket for ticket in tickets if ticket.state == "waiting"]
    count = {state: sum(ticket.state == state for ticket in tickets) for state in _STATES}
    return Figures(
        waiting=len(waiting),
        at_counter=count["called"],
        served=count["done"],
        no_shows=count["no_show"],
        left=count["left"],
        expired=count["expired"],
        median_wait_s=median(waits),
        longest_wait_s=max(waits, default=None),
        median_service_s=median(services),
        waiting_longest_s=max((_seconds(now - ticket.taken_at) for ticket in waiting), default=None),
        by_hour=_by_hour(tickets),
        by_service={
            letter: sum(ticket.service == letter for ticket in waiting)
            for letter in sorted({ticket.service for ticket in waiting})
        },
    )


_STATES: Final = ("waiting", "called", "done", "no_show", "left", "expired")


def usual_wait(tickets: Iterable[Waited]) -> int | None:
    """Return the median wait in seconds of the last who were called, None while they are too few to say anything."""
    called = [ticket for ticket in tickets if ticket.called_at]
    called.sort(key=lambda ticket: ticket.called_at or ticket.taken_at, reverse=True)
    if len(called) < ENOUGH:
        return None
    return median([_seconds(ticket.called_at - ticket.taken_at) for ticket in called[:LAST] if ticket.called_at])


def median(values: Sequence[int]) -> int | None:
    """Return the median in whole seconds, None of nothing."""
    return round(statistics.median(values)) if values else None


def _by_hour(tickets: Sequence[Waited]) -> tuple[HourFigures, ...]:
    taken = [_hour(ticket.taken_at) for ticket in tickets]
    served = [_hour(ticket.ended_at) for ticket in tickets if ticket.state == "done" and ticket.ended_at]
    waits: dict[int, list[int]] = {}
    for ticket in tickets:
        if ticket.called_at:
            waits.setdefault(_hour(ticket.called_at), []).append(_seconds(ticket.called_at - ticket.taken_at))
    hours = {*taken, *served, *waits}
    if not hours:
        return ()
    return tuple(
        HourFigures(hour, taken.count(hour), served.count(hour), median(waits.get(hour, [])))
        for hour in range(min(hours), max(hours) + 1)
    )


def _hour(moment: dt.datetime) -> int:
    return moment.astimezone(HCM).hour


def _seconds(span: dt.timedelta) -> int:
    return max(0, int(span.total_seconds()))
