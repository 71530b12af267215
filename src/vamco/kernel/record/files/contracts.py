from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

MB = 1 << 20


class Kind(enum.Enum):
    """What people may hand in; the value is the media type under which it is given out again."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XML = "application/xml"
    P7S = "application/pkcs7-signature"
    TEXT = "text/plain"
    CSV = "text/csv"


IMAGES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
OFFICE = frozenset({Kind.DOCX, Kind.XLSX})
EXTENSIONS = {
    "pdf": Kind.PDF,
    "jpg": Kind.JPEG,
    "jpeg": Kind.JPEG,
    "png": Kind.PNG,
    "webp": Kind.WEBP,
    "docx": Kind.DOCX,
    "xlsx": Kind.XLSX,
    "xml": Kind.XML,
    "p7s": Kind.P7S,
    "txt": Kind.TEXT,
    "csv": Kind.CSV,
}


class Scan(enum.StrEnum):
    """What the virus scanner said of a content."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


@dataclass(frozen=True)
class Terms:
    """What may be handed in: `kinds` None lets everything through unread.

    `max_files` and `max_total` (bytes) count for one owner, `max_at_once` for one act.
    """

    kinds: frozenset[Kind] | None
    max_bytes: int
    max_files: int = 1_000_000
    max_total: int = 1 << 50
    max_at_once: int = 1_000_000


AS_DELIVERED = Terms(None, 2 << 30)
"""For what our own programs write and departments deliver under a contract, which is checked elsewhere."""

FROM_PEOPLE = Terms(frozenset(Kind), 20 * MB, max_files=200, max_total=1024 * MB, max_at_once=10)
"""For what somebody uploads."""


@dataclass(frozen=True)
class Facts:
    """What a picture says of itself beside what it shows; it is cut out of the rendition.

    `taken_at` is the camera's own clock, without a zone when the camera told none. Longitude and latitude WGS 84.
    """

    taken_at: dt.datetime | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Finding:
    """What the inspection found: `code` "" when nothing is wrong, else the part of an error code behind "files.".

    `pages` of a PDF, `side` the shorter side of a picture in pixels; 0 for other kinds.
    """

    code: str = ""
    data: dict[str, str | int] = field(default_factory=dict)
    signed: bool = False
    rendition: bool = False
    pages: int = 0
    side: int = 0
    facts: Facts = field(default_factory=Facts)


DISK_FULL = "disk_full"
"""The one code of a finding that says nothing about the file."""


@dataclass(frozen=True)
class Verdict:
    """What a scanner said: the state, the name of what it found, and which scanner with which signatures."""

    scan: Scan
    found: str = ""
    scanner: str = ""


class Scanner(Protocol):
    """A port to a virus scanner."""

    def scan(self, stream: IO[bytes]) -> Verdict:
        """Read the stream to its end. A scanner that does not answer gives UNSCANNED; it never raises for that."""
        ...


class Store(Protocol):
    """A port to the place where contents lie, each under its SHA-256."""

    def put(self, part: Path, sha256: str) -> None:
        """Lay a finished file down durably, whole or not at all; `part` stays. What lay there before is replaced."""
        ...

    def has(self, sha256: str, size: int) -> bool:
        """Whether the content lies here with that size."""
        ...

    def path(self, sha256: str) -> Path | None:
        """Give a file on this machine with the content, None when it lies nowhere."""
        ...

    def remove(self, sha256: str) -> None:
        """Take the content away; nothing happens when it is not there."""
        ...

    def older(self, sha256: str, before: dt.datetime) -> bool:
        """Whether the content was laid down before a moment of the machine's clock."""
        ...

    def old(self, before: dt.datetime) -> Iterator[str]:
        """Give the contents that were laid down before a moment of the machine's clock."""
        ...
