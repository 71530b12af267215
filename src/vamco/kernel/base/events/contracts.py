from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Plan:
    """What a replay would do: events by version; of them `unreadable` cannot be read, `skipped` were discarded by somebody."""

    events: int
    versions: Mapping[int, int]
    unreadable: int
    skipped: int
    first: dt.datetime | None
    last: dt.datetime | None


@dataclass(frozen=True, slots=True)
class ReplayView:
    """A replay: `handled`, `failed` and `skipped` of `total` events so far. `failed` ones rest as dead letters or are on their way."""

    id: int
    handler: str
    since: dt.datetime
    until: dt.datetime
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    total: int
    handled: int
    failed: int
    skipped: int
    state: str  # waiting | running | done | stopped

    @property
    def passed(self) -> int:
        """How many of the events are behind it."""
        return self.handled + self.failed + self.skipped
