"""The one clock. Rules take the time as an argument; services and pages ask here."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.conf import settings

from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterator

_stands_at: ContextVar[dt.datetime | None] = ContextVar("stands_at", default=None)


def now() -> dt.datetime:
    """Give the moment, aware, in UTC. On a fixed day of the demonstration the hour still runs."""
    if (moment := _stands_at.get()) is not None:
        return moment
    real = dt.datetime.now(dt.UTC)
    fixed: dt.date | None = settings.VAMCO_TODAY
    if fixed is None:
        return real
    return dt.datetime.combine(fixed, real.astimezone(HCM).time(), HCM).astimezone(dt.UTC)


def not_before(begun: dt.datetime) -> dt.datetime:
    """Give the moment, as the end of what began at `begun`: were the clock set back, it would end before."""
    return max(now(), begun)


def today() -> dt.date:
    """Give the day in the province."""
    return now().astimezone(HCM).date()


@contextmanager
def standing_at(moment: dt.datetime) -> Iterator[None]:
    """Let the clock stand still at a moment that has passed, for what the demonstration says happened then; nowhere else."""
    if not settings.VAMCO_DEMO:
        raise RuntimeError("only the demonstration makes up a past")
    before = _stands_at.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _stands_at.reset(before)
