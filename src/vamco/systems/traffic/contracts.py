"""What the traffic system takes and gives. Shapes of what was seen are those of `engines.vision.contracts`."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # dataclasses are read at run time by whoever shows them
from collections.abc import Mapping  # noqa: TC003  # see above
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

WATCH: Final = "traffic.watch"
MANAGE: Final = "traffic.manage_cameras"
REVIEW: Final = "traffic.review"
DECIDE: Final = "traffic.decide"
HEAR: Final = "traffic.hear"
SEARCH: Final = "traffic.search_plates"
HOT_LIST: Final = "traffic.manage_hot_list"
TOLD_HOT: Final = "traffic.be_told_hot"
KIND: Final = "violation"
CHAIN: Final = "traffic"

Use = Literal["street", "hall"]
CameraCondition = Literal["never", "ok", "frozen", "clock", "green", "size", "away"]
IN_DOUBT: Final = frozenset({"never", "frozen", "clock", "green", "size", "away"})
"""Conditions in which a camera proposes nothing and its counts are empty, not 0. TC-01, TC-02."""
OF_CARS: Final = "car"
OF_MOTORBIKES: Final = "motorbike"


class ActCode(StrEnum):
    """What a camera can show. `no_helmet` is an assist only: it never makes a case."""

    RED_LIGHT = "red_light"
    STOP_LINE = "stop_line"
    WRONG_WAY = "wrong_way"
    WRONG_LANE = "wrong_lane"
    FORBIDDEN_VEHICLE = "forbidden_vehicle"
    PAVEMENT = "pavement"
    ILLEGAL_STOP = "illegal_stop"
    SPEED_5 = "speed_5"
    SPEED_10 = "speed_10"
    SPEED_20 = "speed_20"
    SPEED_35 = "speed_35"
    NO_HELMET = "no_helmet"


Outcome = Literal["propose", "person", "none"]
"""`person`: a case may be opened, with remarks that keep it from going on by itself; `none`: no case at all."""


@dataclass(frozen=True, slots=True)
class Sanction:
    """What the text of a day says of an act by one class of vehicle. Nothing of it is printed unless the rule is verified."""

    article: str
    fine_min: int  # dong
    fine_max: int
    points: int = 0


@dataclass(frozen=True, slots=True)
class RoadRule:
    """An act in the wording of one span of days; `valid_to` is its last day. An act is judged by the text of its day."""

    act: ActCode
    title: str
    title_en: str
    document: str
    valid_from: dt.date
    valid_to: dt.date | None
    verified: bool
    by: Mapping[str, Sanction]  # "car", "motorbike"
    tolerance: float = 0.0  # km/h of speeds, pixels beyond a line
    grace_s: float = 0.0  # after a change of light or sign. TC-03
    lasts_s: float = 0.0  # how long a stop or a way must last


@dataclass(frozen=True, slots=True)
class SignChange:
    """A variable sign showed a limit from a moment on. TC-03."""

    at: dt.datetime
    limit_kmh: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in one passage. `measured` is what the evidence says of it; `held` are codes of reasons for a person."""

    act: ActCode
    at: dt.datetime
    frames: tuple[int, ...]
    outcome: Outcome
    measured: Mapping[str, object]
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CameraView:
    """A camera as pages show it."""

    code: str
    name: str
    name_en: str
    agency: str
    place: str
    lon: float
    lat: float
    view: str
    source: str
    use: Use
    hall: str
    days: int
    active: bool
    synthetic: bool
    drawing: int  # version in force, 0 for none
    condition: CameraCondition
    since: dt.datetime | None
    seen_at: dt.datetime | None
    clock_off_s: float | None
    dropped: int
    per_second: float | None
    held_at: dt.datetime | None = None  # since then it proposes nothing, until somebody has looked. TC-07

    @property
    def in_doubt(self) -> bool:
        """Whether nothing it says counts now."""
        return self.condition in IN_DOUBT


@dataclass(frozen=True, slots=True)
class EvidenceFiles:
    """What goes into an evidence file: pictures by name ("01.jpg", JPEG), a clip, the plate's picture.

    `owner` are pictures for the owner, bystanders blurred (`engines.vision.masking`), or only the vehicle cut out.
    """

    frames: Mapping[str, bytes]
    owner: Mapping[str, bytes] = field(default_factory=dict)
    clip: bytes = b""
    clip_name: str = "clip.webm"
    plate: bytes = b""
    more: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ViolationView:
    """What is known of a violation beside its case. `plate` is as corrected, else as read."""

    case: int
    number: str
    state: str
    act: ActCode
    title: str
    title_en: str
    camera: str
    camera_name: str
    camera_name_en: str
    at: dt.datetime
    plate: str
    plate_read: str
    kind: str
    colour: str
    doubt: tuple[str, ...]
    measured: Mapping[str, object]
    article: str  # "" unless verified
    verified: bool
    evidence: int
    frames: tuple[str, ...]
    clip: str
    notice: str
    notified_at: dt.datetime | None
    limitation: dt.date
    sanction_number: str
    sanction_day: dt.date | None
    amount: int | None
    seq: int


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What the owner of a vehicle sees of a violation, found by plate and number of the notice. It names no official."""

    code: str
    notice: str
    state: str
    state_name: str
    state_name_en: str
    title: str
    title_en: str
    at: dt.datetime
    place: str
    plate: str
    kind: str
    article: str
    agency: str
    agency_en: str
    frames: tuple[str, ...]
    may_contest: bool
    amount: int | None
    invoice: str
    decided_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Found:
    """One passage that a search found."""

    camera: str
    camera_name: str
    at: dt.datetime
    plate: str
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Counted:
    """Five minutes of a camera's lane. All figures None: the camera was in doubt, which is not 0."""

    camera: str
    at: dt.datetime
    lane: str
    by_kind: Mapping[str, int] | None
    mean_kmh: float | None
    occupancy: float | None
    queue: int | None


@dataclass(frozen=True, slots=True)
class HallCounted:
    """A minute of a hall: people who wait, counters with staff; None where the camera was in doubt."""

    camera: str
    at: dt.datetime
    waiting: int | None
    staffed: int | None
    crowded: bool | None


@dataclass(frozen=True, slots=True)
class Health:
    """What a worker says of a camera."""

    condition: CameraCondition
    at: dt.datetime
    seen_at: dt.datetime | None = None
    clock_off_s: float | None = None
    dropped: int = 0
    per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """What the register says of a plate on a day."""

    plate: str
    kind: str
    colour: str
    valid: bool
    owner: str = ""
    address: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of checking an evidence file: `faults` names each thing that was edited, missing or added."""

    ok: bool
    faults: tuple[str, ...]
    camera: str = ""
    made_at: str = ""
    signer: str = ""
