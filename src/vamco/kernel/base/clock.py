"""The one clock. Rules take the time as an argument; services and pages ask here."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from vamco.lib.time import HCM


def now() -> dt.datetime:
    """Give the moment, aware, in UTC. On a fixed day of the demonstration the hour still runs."""
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
