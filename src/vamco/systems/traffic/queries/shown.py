"""What lies in the evidence of a violation, ready to be drawn over its pictures."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PIL import Image, UnidentifiedImageError

from vamco.kernel.record.files import public as kept
from vamco.systems.traffic.models import DrawingVersion
from vamco.systems.traffic.queries import violations
from vamco.systems.traffic.rules import drawings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.engines.vision.contracts import Drawing
    from vamco.kernel.world.people.models import Person
    from vamco.systems.traffic.models import Violation

Corners = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Step:
    """Where the vehicle was at a moment: pixels of the camera's picture."""

    frame: int
    at: dt.datetime
    box: Corners

    @property
    def foot(self) -> tuple[float, float]:
        """Where it stands."""
        return (self.box[0] + self.box[2]) / 2, self.box[3]


@dataclass(frozen=True, slots=True)
class Shown:
    """The evidence as a page draws it. `drawing` is the version by which it was judged, None where none was kept.

    `chars` are the characters of the plate with their confidence; `crop` the name of the picture of the plate, "" for none.
    """

    pictures: tuple[str, ...] = ()
    clip: str = ""
    crop: str = ""
    path: tuple[Step, ...] = ()
    marks: tuple[int, ...] = ()  # the frames of which there are pictures, in order: 01.jpg is the first
    drawing: Drawing | None = None
    version: int = 0
    chars: tuple[tuple[str, float], ...] = ()
    second: str = ""
    plate_box: Corners | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    manifest: str = ""
    size: tuple[int, int] = (0, 0)  # of the pictures, in pixels

    def step(self, picture: str) -> Step | None:
        """Return where the vehicle is in a picture, None where its name does not say at which frame it was taken."""
        stem = picture.rpartition("/")[2].partition(".")[0]
        place = int(stem) - 1 if stem.isdecimal() and len(stem) < 4 else -1  # noqa: PLR2004
        if not 0 <= place < len(self.marks):
            return None
        return next((each for each in self.path if each.frame == self.marks[place]), None)


def evidence(case_id: int, person: Person | None) -> Shown:
    """Return what lies in the evidence of a violation that the person may see; Missing otherwise."""
    return of(violations.row(case_id, person))


def of(violation: Violation) -> Shown:
    """Return what lies in the evidence of a violation. What cannot be read of it, or is no longer kept, is left out, never guessed."""
    if violation.evidence.file.content is None:
        return Shown(manifest=violation.evidence.manifest)
    with zipfile.ZipFile(kept.content_path(violation.evidence.file)) as archive:
        names = archive.namelist()
        what, track = (_json(archive, name) for name in ("what.json", "track.json"))
        pictures = tuple(sorted(name for name in names if name.startswith("frames/")))
        size = _size(archive.read(pictures[0])) if pictures else (0, 0)
    version = int(what.get("drawing") or 0)
    row = DrawingVersion.objects.filter(camera_id=violation.camera_id, version=version).first() if version else None
    plate, path = track.get("plate") or {}, tuple(_steps(track))
    wanted = set(what.get("frames") or ())
    return Shown(
        pictures=pictures,
        clip=next((name for name in names if name.startswith("clip.")), ""),
        crop=next((name for name in names if name.rpartition("/")[2].startswith("plate")), ""),
        path=path,
        marks=tuple(each.frame for each in path if each.frame in wanted),
        drawing=drawings.read(row.content) if row else None,
        version=version,
        chars=tuple(zip(str(plate.get("text", "")), plate.get("chars", ()), strict=False)),
        second=str((track.get("second") or {}).get("text", "")),
        plate_box=_corners(plate.get("box")),
        models={str(name): str(which) for name, which in (what.get("models") or {}).items()},
        document=str((what.get("rule") or {}).get("document", "")),
        manifest=violation.evidence.manifest,
        size=size,
    )


def _size(picture: bytes) -> tuple[int, int]:
    """Return width and height as the head of a picture says them; zeros where it is none."""
    try:
        with Image.open(io.BytesIO(picture)) as found:
            return found.size
    except (UnidentifiedImageError, OSError, ValueError):
        return 0, 0


def _steps(track: dict[str, Any]) -> Iterator[Step]:
    for raw in track.get("path", ()):
        box = _corners(raw.get("box"))
        if box is not None:
            yield Step(int(raw["frame"]), dt.datetime.fromisoformat(str(raw["at"])), box)


def _corners(raw: Any) -> Corners | None:
    return (float(raw[0]), float(raw[1]), float(raw[2]), float(raw[3])) if raw and len(raw) == 4 else None  # noqa: PLR2004


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    try:
        found = json.loads(archive.read(name))
    except (KeyError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
