"""The newest picture of each camera, and what the engine sees in it: two small files that a worker writes and pages read.

`VAMCO_DATA/traffic/live/CODE.jpg` is the picture with what the engine drew, `CODE-plain.jpg` the same without it (what lanes are
drawn on), `CODE.json` what was seen. Each is replaced whole, so a page never reads half of one. Whoever writes has blurred faces
and bystanders; nothing here is kept: the next picture takes its place.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from vamco.kernel.base import clock

if TYPE_CHECKING:
    from collections.abc import Mapping

FRESH: Final = dt.timedelta(seconds=20)
"""A picture that is older is no live picture any more. TC-01."""
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the engine saw in the newest picture. `counts` by kind of vehicle in the picture, None where the camera is in doubt.

    `lights` by code of signal. `drawing` is the version that the picture was judged by, 0 for none.
    """

    at: dt.datetime
    counts: Mapping[str, int] | None = None
    lights: Mapping[str, str] = field(default_factory=dict)
    drawing: int = 0
    width: int = 0
    height: int = 0

    @property
    def age(self) -> dt.timedelta:
        """How old the picture is."""
        return max(clock.now() - self.at, dt.timedelta(0))

    @property
    def fresh(self) -> bool:
        """Whether it may be called live."""
        return self.age <= FRESH


def folder() -> Path:
    """Return where the newest pictures lie."""
    return Path(settings.VAMCO_DATA) / "traffic" / "live"


def keep(camera: str, drawn: bytes, seen: Seen, *, plain: bytes = b"") -> None:
    """Put the newest picture (JPEG) of a camera in the place of the one before; `plain` is the same without the drawing."""
    if not _CODE.fullmatch(camera):
        raise ValueError(f"no code of a camera: {camera!r}")
    where = folder()
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(where / f"{camera}.jpg", drawn)
    if plain:
        _replace(where / f"{camera}-plain.jpg", plain)
    content = {
        "at": seen.at.isoformat(),
        "counts": dict(seen.counts) if seen.counts is not None else None,
        "lights": dict(seen.lights),
        "drawing": seen.drawing,
        "width": seen.width,
        "height": seen.height,
    }
    _replace(where / f"{camera}.json", json.dumps(content).encode())


def picture(camera: str, *, plain: bool = False) -> bytes | None:
    """Return the newest picture of a camera as JPEG, None where there is none; how old it is says `seen`."""
    names = [f"{camera}-plain.jpg", f"{camera}.jpg"] if plain else [f"{camera}.jpg"]
    return next((found for name in names if (found := _read(camera, name)) is not None), None)


def seen(camera: str) -> Seen | None:
    """Return what was seen in the newest picture; None where there is none, or what lies there cannot be read."""
    content = _read(camera, f"{camera}.json")
    if content is None:
        return None
    try:
        raw = json.loads(content)
        return Seen(
            at=dt.datetime.fromisoformat(raw["at"]).astimezone(dt.UTC),
            counts={str(kind): int(count) for kind, count in raw["counts"].items()}
            if raw["counts"] is not None
            else None,
            lights={str(code): str(light) for code, light in raw["lights"].items()},
            drawing=int(raw["drawing"]),
            width=int(raw["width"]),
            height=int(raw["height"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def drop(camera: str) -> None:
    """Forget the picture of a camera."""
    if _CODE.fullmatch(camera):
        for name in (f"{camera}.jpg", f"{camera}-plain.jpg", f"{camera}.json"):
            (folder() / name).unlink(missing_ok=True)


def _read(camera: str, name: str) -> bytes | None:
    if not _CODE.fullmatch(camera):
        return None
    try:
        return (folder() / name).read_bytes()
    except OSError:
        return None


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; no sync to the disk, for the next one comes in a second."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
