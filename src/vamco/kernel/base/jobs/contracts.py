from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Room:
    """The queue of one room. `waiting` are those that could begin now, `later` those whose time has not come."""

    name: str
    waiting: int
    later: int
    running: int
    failed: int
    since: dt.datetime | None  # when the oldest that could begin now was deferred, or became due


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A job that some worker is doing; `done` and `total` are what it reported last, None when it has not."""

    job: int
    task: str
    since: dt.datetime | None
    done: int | None
    total: int | None
    stopping: bool  # it was asked to stop


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that failed for good, or was stopped; `reason` is the class and code of its error, never the text."""

    job: int
    task: str
    at: dt.datetime
    reason: str
    trace: str
    stopped: bool
    repeatable: bool  # its row is still there, so that it can be sent again
