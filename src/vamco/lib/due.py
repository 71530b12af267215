"""How near a due time is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vamco.lib.time import local_date

if TYPE_CHECKING:
    import datetime as dt

SOON = 3  # days


@dataclass(frozen=True)
class Due:
    """`days` from today to the due day in the province: positive ahead, negative behind."""

    standing: Literal["overdue", "today", "soon", "later"]
    days: int


def due(due_at: dt.datetime, now: dt.datetime) -> Due:
    """How near a due time is; what was due earlier today is overdue by no days."""
    days = (local_date(due_at) - local_date(now)).days
    if due_at < now:
        return Due("overdue", days)
    if days == 0:
        return Due("today", days)
    return Due("soon" if days <= SOON else "later", days)
