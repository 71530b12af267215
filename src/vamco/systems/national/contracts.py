"""What travels between the platform and the national portal, and how the synchronisation stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import datetime as dt

Call = Literal["create", "progress", "status"]
"""NoiHoSo, CapNhatTienTrinh, CapNhatTrangThai, in the order in which those of one act are sent."""
CALLS: Final[tuple[Call, ...]] = ("create", "progress", "status")
FeedName = Literal["statuses", "dossiers"]
State = Literal["waiting", "sent", "parked", "left"]

SOURCE: Final = "national"
ROOM: Final = "national"
FAULT: Final = "sync_fault"
MANAGE: Final = "national.manage"
RESOLVE: Final = "national.resolve"


@dataclass(frozen=True, slots=True)
class Profile:
    """How an adapter of the portal speaks: its paths, its field for the key of a message, its form of times, its code lists."""

    source: str
    paths: dict[str, str]
    key: str
    moment: str
    subjects: dict[str, str]
    copies: dict[str, str]
    channels: dict[str, str]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as the portal knows it (IdTepTin, HashTepTin), and what kind of copy it is."""

    ref: str
    digest: str
    name: str
    copy: str


@dataclass(frozen=True, slots=True)
class PortalStatus:
    """What the portal says of a dossier that it keeps, at a time of its own."""

    number: str
    procedure: str
    status: int
    at: dt.datetime
    agency: str
    handler: str
    holder: str
    received_at: dt.datetime | None
    due_at: dt.datetime | None
    finished_at: dt.datetime | None
    text: str
    result_url: str


@dataclass(frozen=True, slots=True)
class PortalPaper:
    """A paper of a dossier that the portal hands over: which one, the file's id there, its name and kind of copy."""

    paper: str
    ref: str
    name: str
    copy: str


@dataclass(frozen=True, slots=True)
class PortalDossier:
    """A dossier that somebody filed at the portal and that an office of the province decides."""

    number: str
    procedure: str
    office: str
    holder: str
    name: str
    phone: str
    email: str
    address: str
    papers: tuple[PortalPaper, ...]


@dataclass(frozen=True, slots=True)
class PortalProcedure:
    """A procedure as the portal's catalogue has it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A piece of a feed, and where to read on; entries that could not be read are counted, never guessed."""

    entries: tuple[Any, ...]
    cursor: str
    more: bool
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Lag:
    """How far the portal is behind: messages waiting and parked, the oldest one's age, and of what was sent in a day 50 and 95 of 100."""

    waiting: int
    parked: int
    oldest: dt.timedelta | None
    sent: int
    p50_s: float | None
    p95_s: float | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A message that the portal refused, and the case in which a person settles it."""

    message: int
    number: str
    call: Call
    seq: int
    answer: str
    parked_at: dt.datetime
    case: int | None


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A dossier with messages that wait."""

    case: int
    number: str
    messages: int
    since: dt.datetime
    next_at: dt.datetime | None
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class FeedState:
    """How far a feed of the portal was read."""

    name: FeedName
    at: dt.datetime | None
    reason: str
    unreadable: int
