"""From the engine's faults to a camera's condition, and when an operator is notified of a camera in doubt. Pure."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.engines.vision.contracts import Fault
from vamco.systems.traffic.contracts import IN_DOUBT

if TYPE_CHECKING:
    from collections.abc import Collection

    from vamco.systems.traffic.contracts import CameraCondition

_CONDITIONS: Final[tuple[tuple[Fault, CameraCondition], ...]] = (
    (Fault.SILENT, "away"),
    (Fault.BREAKS, "away"),
    (Fault.SIZE, "size"),
    (Fault.GREEN, "green"),
    (Fault.BLIND, "green"),
    (Fault.FROZEN, "frozen"),
    (Fault.CLOCK, "clock"),
)
"""The gravest first: what a camera has several faults of is called by that one."""

FAULTS: Final = frozenset(fault.value for fault in Fault)
HOLDS: Final = dt.timedelta(minutes=2)
QUIET: Final = dt.timedelta(hours=1)
AWAY: Final = dt.timedelta(minutes=5)


def condition(faults: Collection[Fault]) -> CameraCondition:
    """Return what a camera's condition is called."""
    return next((name for fault, name in _CONDITIONS if fault in faults), "ok")


def doubtful(doubt: Collection[str]) -> bool:
    """Return whether a passage was seen by a camera in doubt: then nothing is proposed. TC-01, TC-02."""
    return not FAULTS.isdisjoint(doubt)


def due(condition: str, since: dt.datetime | None, last: dt.datetime | None, now: dt.datetime) -> bool:
    """Return whether an operator is to be notified: in doubt for two minutes, and of this camera nothing was said for an hour.

    A camera that never came is not in trouble but not set up.
    """
    if condition not in IN_DOUBT or condition == "never" or since is None:
        return False
    return now - since >= HOLDS and (last is None or now - last >= QUIET)
