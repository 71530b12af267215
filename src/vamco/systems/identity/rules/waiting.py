"""When log-ins must wait, so that guessing is slow and nobody is locked out by somebody else. Decision 0021."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Final

WINDOW: Final = dt.timedelta(minutes=15)
PAUSE: Final = dt.timedelta(seconds=2)
PER_DEVICE: Final = 10  # failures of a name on a device that it has logged in from before
PER_NETWORK: Final = 5  # failures of a name from one network
HUNTED: Final = 20  # failures of a name from all networks; from here on each network has one attempt
BESIEGED: Final = 100  # from here on only known devices have any
NOISY: Final = 100  # failures of all names from one network; from here on they are slow
FLOODED: Final = 1000  # the same from everywhere
SLOW: Final = 10  # attempts within PAUSE that a flood from everywhere leaves room for


class Wait(Enum):
    """Whether an attempt is examined."""

    NOT = 0
    MOMENT = 1  # others are trying; in a moment it is this one's turn
    WINDOW = 2


@dataclass(frozen=True, slots=True)
class Failures:
    """Attempts within WINDOW that failed or are under way, of strangers: devices that the name does not know.

    The last two are those within PAUSE.
    """

    name_here: int = 0
    name: int = 0
    network: int = 0
    everywhere: int = 0
    network_just_now: int = 0
    everywhere_just_now: int = 0


def known_device_waits(failures: int) -> Wait:
    """Judge an attempt on a device that the name has logged in from before: only its own failures count."""
    return Wait.WINDOW if failures >= PER_DEVICE else Wait.NOT


def stranger_waits(found: Failures) -> Wait:
    """Judge an attempt on any other device.

    A name is closed for one network after few failures, and for all strangers only when many networks guess it. What
    fails under other names never closes a network, or whoever shares it could lock the others out: it makes it slow.
    """
    allowed = 0 if found.name >= BESIEGED else 1 if found.name >= HUNTED else PER_NETWORK
    if found.name_here >= allowed:
        return Wait.WINDOW
    slow_here = found.network >= NOISY and found.network_just_now >= 1
    slow_everywhere = found.everywhere >= FLOODED and found.everywhere_just_now >= SLOW
    return Wait.MOMENT if slow_here or slow_everywhere else Wait.NOT
