"""When a payment whose outcome is not known is asked about again. Pure. Source: PR-10."""

from __future__ import annotations

import datetime as dt
from typing import Final

STEPS: Final = tuple(dt.timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 120, 240, 480, 720, 1080, 1440))
"""After the payment began; the last one is also the end, after which a person asks the gateway."""
LIMIT: Final = STEPS[-1]


def next_at(begun: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return when to ask next, None when it has become a person's task."""
    return next((begun + step for step in STEPS if begun + step > now), None)
