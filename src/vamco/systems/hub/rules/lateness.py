"""When a dataset is late. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.systems.hub.rules.cron import Cron

MANY = 10  # missed due times that are counted; nothing becomes worse after that


@dataclass(frozen=True)
class Lateness:
    """`due_at`: the first due time that was missed, or the next one. `missed`: the newest missed one, None when in time.

    `times` says how many were missed, counted up to MANY.
    """

    due_at: dt.datetime
    missed: dt.datetime | None
    late_by: dt.timedelta | None
    times: int = 0


def lateness(due: Cron, published_at: dt.datetime | None, known_since: dt.datetime, now: dt.datetime) -> Lateness:
    """Whether a dataset is late.

    A publication meets the first due time that is not before it; the next one needs a publication of its own. Of a dataset
    that never came, the first due time after it was agreed upon is expected.
    """
    if published_at is None:
        wanted = due.after(known_since)
    else:
        met = due.after(published_at - dt.timedelta(microseconds=1))
        wanted = due.after(met)
    if wanted >= now:
        return Lateness(wanted, None, None)
    return Lateness(wanted, due.until(now), now - wanted, _times(due, wanted, now))


def _times(due: Cron, first: dt.datetime, now: dt.datetime) -> int:
    """How many due times lie between the first missed one and now, both included, counted up to MANY."""
    found, at = 0, first
    while at <= now and found < MANY:
        found, at = found + 1, due.after(at)
    return found
