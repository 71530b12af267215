"""What the queue of the halls takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import datetime as dt

CALL: Final = "tickets.call"
MANAGE: Final = "tickets.manage"

State = Literal["waiting", "called", "done", "no_show", "left", "expired"]
"""`called` lasts until the clerk finishes it; `left` is the person's own doing, `expired` the end of the day."""

OPEN: Final = ("waiting", "called")
Channel = Literal["kiosk", "phone"]
DeviceKind = Literal["screen", "kiosk"]
PRIORITIES: Final = ("elderly", "disabled", "pregnant", "child", "merit", "other")
"""Who is served first: Luật Người cao tuổi, Luật Người khuyết tật; which others is the hall's own rule."""

SHOWN_S: Final = 10
"""So long each call is shown; the next one waits. Case PR-06."""


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket as officials and other systems see it; it names nobody."""

    code: str
    text: str  # "A017"
    office: str
    service: str
    state: str
    counter: int | None
    subject: str
    taken_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Waited:
    """What happened to a ticket on its day, for figures: moments, None where it did not come to it."""

    service: str
    state: str
    taken_at: dt.datetime
    called_at: dt.datetime | None
    ended_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class HourFigures:
    """What one hour of a day saw: tickets taken, served, and the median wait in seconds of those called first in it."""

    hour: int
    taken: int
    served: int
    median_wait_s: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a hall's day looked like. A median of nobody is None. Waits are seconds from taking the number to the first call."""

    waiting: int
    at_counter: int
    served: int
    no_shows: int
    left: int
    expired: int
    median_wait_s: int | None
    longest_wait_s: int | None
    median_service_s: int | None
    waiting_longest_s: int | None  # of those who wait now
    by_hour: tuple[HourFigures, ...] = ()
    by_service: dict[str, int] = field(default_factory=dict)  # how many wait now, by letter
