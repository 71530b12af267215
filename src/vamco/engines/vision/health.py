"""Whether a camera can be believed: frozen, silent, clock off, green, blind, another size, breaking off (TC-01, TC-02).

Pure judgement over what the source measured: a `Glance` at each picture, and the moments when the connection broke. A camera in
doubt proposes nothing, and what it counted in that time is empty, not 0.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Fault

if TYPE_CHECKING:
    from vamco.engines.vision.contracts import Frame, Picture

_STEP: Final = 8  # each so many-th pixel is looked at


@dataclass(frozen=True, slots=True)
class Glance:
    """What one picture tells: its size, a checksum of a sample, the share of it that is decoder green, and its contrast (0 to 127)."""

    at: dt.datetime
    width: int
    height: int
    digest: int
    green: float
    contrast: float
    shown: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """When a camera is at fault. A clock within `clock` is right; `breaks` is how often it may break off within `breaks_within`."""

    silent: dt.timedelta = dt.timedelta(seconds=10)
    frozen: dt.timedelta = dt.timedelta(seconds=20)
    clock: dt.timedelta = dt.timedelta(seconds=10)
    green: float = 0.2
    contrast: float = 2.0
    breaks: int = 3
    breaks_within: dt.timedelta = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Health:
    """The faults at a moment, each with the time since when; `clock_off` is the camera's time less the server's."""

    at: dt.datetime
    since: dict[Fault, dt.datetime] = field(default_factory=dict)
    clock_off: dt.timedelta | None = None

    @property
    def good(self) -> bool:
        """Whether what is seen may be believed."""
        return not self.since


def glance(frame: Frame) -> Glance:
    """Look at a frame quickly (below a millisecond at 1080p)."""
    height, width = frame.pixels.shape[:2]
    sample = frame.pixels[::_STEP, ::_STEP]
    grey = sample[:, :, 1].astype(np.float32)
    return Glance(
        frame.at,
        width,
        height,
        zlib.crc32(sample.tobytes()),
        green_share(sample),
        float(grey.std()),
        frame.shown,
    )


def green_share(sample: Picture) -> float:
    """Give the share of pixels (BGR) that a decoder shows where data are missing: about (0, 135, 0), without the red of leaves."""
    blue, green, red = (sample[:, :, channel] for channel in range(3))
    return float(((blue < 24) & (red < 24) & (green > 90) & (green < 190)).mean())  # noqa: PLR2004  # the colour above


class Watch:
    """Judges one camera. `size` is what its drawing was made for (width, height)."""

    def __init__(self, size: tuple[int, int] | None = None, limits: Limits | None = None) -> None:
        self._size = size
        self._limits = limits or Limits()
        self._last: Glance | None = None
        self._same_since: dt.datetime | None = None
        self._broken: deque[dt.datetime] = deque(maxlen=64)
        self._since: dict[Fault, dt.datetime] = {}

    def take(self, seen: Glance) -> None:
        """Take a picture into account."""
        if self._last is None or self._last.digest != seen.digest:
            self._same_since = seen.at
        self._last = seen
        if self._size is None:
            self._size = (seen.width, seen.height)

    def broke(self, at: dt.datetime) -> None:
        """Take note that the connection broke off."""
        self._broken.append(at)

    def judge(self, now: dt.datetime) -> Health:
        """Give the camera's health at a moment; faults that go on keep the time of their beginning."""
        begun = self._faults(now)
        self._since = {fault: min(at, self._since.get(fault, at)) for fault, at in begun.items()}
        last = self._last
        off = last.shown - last.at if last is not None and last.shown is not None else None
        return Health(now, dict(self._since), off)

    def _faults(self, now: dt.datetime) -> dict[Fault, dt.datetime]:
        limits, last, found = self._limits, self._last, {}
        recent = [at for at in self._broken if now - at <= limits.breaks_within]
        if len(recent) >= limits.breaks:
            found[Fault.BREAKS] = recent[0]
        if last is None:
            return found
        if now - last.at > limits.silent:
            found[Fault.SILENT] = last.at
        if self._same_since is not None and last.at - self._same_since >= limits.frozen:
            found[Fault.FROZEN] = self._same_since
        if last.shown is not None and abs(last.shown - last.at) > limits.clock:
            found[Fault.CLOCK] = last.at
        if last.green >= limits.green:
            found[Fault.GREEN] = last.at
        if last.contrast < limits.contrast:
            found[Fault.BLIND] = last.at
        if self._size is not None and (last.width, last.height) != self._size:
            found[Fault.SIZE] = last.at
        return found
