"""When an office is open, and how far it is."""

from __future__ import annotations

from math import asin, cos, hypot, radians, sin, sqrt
from typing import TYPE_CHECKING, Final

from vamco.systems.portal.contracts import Opening

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.systems.portal.contracts import DayHours

EARTH_KM: Final = 6371.0


def opening(now: dt.datetime, days: Sequence[DayHours]) -> Opening:
    """Return whether an office is open, and until when that stays so; `days` are today and those that follow.

    It is open from the first moment of a window, and closed from its last one on.
    """
    for window in (window for day in days for window in day.windows):
        opens, closes = window
        if opens <= now < closes:
            return Opening(is_open=True, until=closes)
        if now < opens:
            return Opening(is_open=False, until=opens)
    return Opening(is_open=False, until=None)


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two points (lon, lat) as the crow flies, in km."""
    (lon1, lat1), (lon2, lat2) = ((radians(lon), radians(lat)) for lon, lat in (one, other))
    half = hypot(sin((lat2 - lat1) / 2), sqrt(cos(lat1) * cos(lat2)) * sin((lon2 - lon1) / 2))
    return 2 * EARTH_KM * asin(min(1.0, half))
