"""What the engine takes and gives. Pictures are NumPy arrays `uint8`, shape (height, width, 3), colour order BGR.

Boxes and points are pixels of the picture that the camera sent, x to the right, y down, origin at the outer corner of the first
pixel. Times are aware, UTC. Nothing here knows whose a plate is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]


class Kind(StrEnum):
    """What is told apart in a picture. A rider belongs to the motorbike; a person walks, stands or sits."""

    CAR = "car"
    MOTORBIKE = "motorbike"
    BICYCLE = "bicycle"
    BUS = "bus"
    TRUCK = "truck"
    PERSON = "person"


class Box(NamedTuple):
    """A rectangle in pixels, x0 < x1 and y0 < y1; it may reach over the edge of the picture."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def foot(self) -> tuple[float, float]:
        """Where the thing stands: the middle of the lower edge."""
        return (self.x0 + self.x1) / 2, self.y1


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a camera. `at` is the server's time, `shown` the camera's own clock where it is known.

    `number` counts the pictures that the camera sent, also those that were dropped before this one (`dropped`).
    """

    camera: str
    number: int
    at: dt.datetime
    pixels: Picture
    shown: dt.datetime | None = None
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Detection:
    """One thing in one picture; `score` from 0 to 1."""

    kind: Kind
    box: Box
    score: float


class Colour(StrEnum):
    """The ground of a plate, which says whose kind of vehicle it is (TT 79/2024)."""

    WHITE = "white"
    YELLOW = "yellow"
    BLUE = "blue"
    RED = "red"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PlateRead:
    """What stands on a plate: letters and digits in reading order, without signs, top line before bottom line.

    `chars` are the confidences of the characters, 0 to 1; the weakest decides. `complete` is False where a line is missing or the
    text has no form that the grammar knows: such a read is never matched. `box` and `width` are pixels of the whole picture, that of
    number `frame`; None where nobody said.
    """

    text: str
    lines: int
    chars: tuple[float, ...]
    colour: Colour
    complete: bool
    width: float
    box: Box | None = None
    frame: int | None = None

    @property
    def confidence(self) -> float:
        """The weakest character's."""
        return min(self.chars, default=0.0)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A track at one moment. `ground` is the foot in metres on the road where the camera is calibrated."""

    at: dt.datetime
    frame: int
    box: Box
    score: float
    ground: tuple[float, float] | None = None


class Fault(StrEnum):
    """What is wrong with a camera."""

    SILENT = "silent"
    FROZEN = "frozen"
    CLOCK = "clock"
    GREEN = "green"
    BLIND = "blind"
    SIZE = "size"
    BREAKS = "breaks"


class Light(StrEnum):
    """The state of a signal; UNKNOWN where neither picture nor controller says it."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LightChange:
    """A signal took a state at a time."""

    signal: str
    at: dt.datetime
    light: Light


@dataclass(frozen=True, slots=True)
class Speed:
    """Kilometres an hour, with half the width of the interval that holds the truth 95 times of 100."""

    kmh: float
    within: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A vehicle went by: the whole of one track.

    `key` is the hash of what was seen (hex SHA-256): the same passage handed over twice is once. `doubt` holds codes of reasons
    for which a person must look (`swapped`, `clock`, `shed`, `no_helmet_seen`, …).
    """

    key: str
    camera: str
    track: int
    kind: Kind
    first_at: dt.datetime
    last_at: dt.datetime
    path: tuple[Sighting, ...]
    plate: PlateRead | None = None
    second: PlateRead | None = None
    speed: Speed | None = None
    doubt: frozenset[str] = frozenset()
    models: Mapping[str, str] = field(default_factory=dict)


Polygon = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """Where vehicles go: a polygon on the road and the way they may go in it, as a line from where they enter to where they leave."""

    code: str
    polygon: Polygon
    way: tuple[tuple[float, float], tuple[float, float]]
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class StopLine:
    """Behind it vehicles wait: its two ends, the lanes that it closes and the signal that rules it ("" for none)."""

    code: str
    ends: tuple[tuple[float, float], tuple[float, float]]
    lanes: tuple[str, ...]
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Zone:
    """A polygon with a purpose: `no_stopping`, `forbidden` (to `kinds`), `pavement`, `watch`, `waiting`, `counter`, `staff`, `mask`."""

    code: str
    polygon: Polygon
    purpose: str
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Signal:
    """A traffic light: its housing in the picture, or the feed of its controller (`box` None)."""

    code: str
    box: Box | None = None
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """At least four points of the road: pixels, and metres in a plane of the road's own. Measured says how exactly, in metres."""

    pixels: tuple[tuple[float, float], ...]
    metres: tuple[tuple[float, float], ...]
    exact: float = 0.1


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was drawn on a frame of a camera of this size; another size of picture needs another drawing."""

    width: int
    height: int
    lanes: tuple[Lane, ...] = ()
    stop_lines: tuple[StopLine, ...] = ()
    zones: tuple[Zone, ...] = ()
    signals: tuple[Signal, ...] = ()
    calibration: Calibration | None = None
    limit_kmh: int | None = None
