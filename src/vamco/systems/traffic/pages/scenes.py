"""The pictures of a violation with what was found drawn over them: lines, lanes, lights, the way of the vehicle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from vamco.systems.traffic.pages import wording
from vamco.systems.traffic.queries import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.engines.vision.contracts import Drawing
    from vamco.kernel.world.people.public import Person
    from vamco.systems.traffic.public import ViolationView

WEAKEST: Final = 0.8
"""Below it a character is marked, where the pack says nothing else. TC-08."""


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line with its name."""

    code: str
    x0: str
    y0: str
    x1: str
    y1: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What is drawn on every picture of a camera, in pixels of the size that it was drawn on."""

    width: int
    height: int
    lines: tuple[Line, ...]
    lanes: tuple[tuple[str, str], ...]  # code, points of the polygon
    zones: tuple[tuple[str, str, str], ...]  # code, purpose, points
    signals: tuple[tuple[str, str, str, str, str], ...]  # code, x, y, width, height


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: where it lies, what it is, and the vehicle in it (x, y, width, height), None where it is not known."""

    url: str
    caption: str
    box: tuple[str, str, str, str] | None = None
    path: str = ""
    main: bool = False  # drawn large


@dataclass(frozen=True, slots=True)
class Character:
    """A character of the plate with its confidence; `weak` ones must be looked at."""

    text: str
    share: str
    weak: bool


def part_url(case: int, name: str) -> str:
    """Return where a part of the evidence lies."""
    return f"{reverse('traffic:evidence', args=[case])}?{urlencode({'part': name})}"


def ground(drawing: Drawing | None, size: tuple[int, int]) -> Ground | None:
    """Return what a drawing puts on each picture; without one only the vehicle and its way can be drawn, in pixels of the picture."""
    if drawing is None:
        return Ground(*size, (), (), (), ()) if all(size) else None
    return Ground(
        width=drawing.width,
        height=drawing.height,
        lines=tuple(Line(each.code, *(_n(c) for end in each.ends for c in end)) for each in drawing.stop_lines),
        lanes=tuple((each.code, points(each.polygon)) for each in drawing.lanes),
        zones=tuple((each.code, each.purpose, points(each.polygon)) for each in drawing.zones),
        signals=tuple(
            (each.code, _n(each.box.x0), _n(each.box.y0), _n(each.box.x1 - each.box.x0), _n(each.box.y1 - each.box.y0))
            for each in drawing.signals
            if each.box is not None
        ),
    )


def points(polygon: Iterable[tuple[float, float]]) -> str:
    """Write corners as SVG has them."""
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in polygon)


def _n(value: float) -> str:
    return f"{value:.0f}"


def pictures(seen: ViolationView, found: shown.Shown) -> Iterator[Picture]:
    """Give the pictures in order, each with the vehicle where its name says at which frame it was taken."""
    path = points(step.foot for step in found.path)
    for place, picture in enumerate(found.pictures):
        step = found.step(picture)
        box = None
        if step is not None:
            x0, y0, x1, y1 = step.box
            box = (_n(x0), _n(y0), _n(x1 - x0), _n(y1 - y0))
        caption = _caption(picture, place, len(found.pictures))
        yield Picture(part_url(seen.case, picture), caption, box, path, main=place == len(found.pictures) // 2)


def _caption(picture: str, place: int, count: int) -> str:
    stem = picture.rpartition("/")[2].partition(".")[0]
    named = {"before": _("Before it"), "at": _("At the moment"), "after": _("After it"), "wide": _("The whole scene")}
    if stem in named:
        return named[stem]
    if count == 3:  # noqa: PLR2004  # as the evidence of a line has them
        return (_("Before it"), _("At the moment"), _("After it"))[place]
    return _("Picture %(number)s") % {"number": place + 1}


def characters(found: shown.Shown, weakest: float = WEAKEST) -> list[Character]:
    """Return the characters as read, each with its confidence."""
    return [Character(text, f"{share * 100:.0f}%", share < weakest) for text, share in found.chars]


def context(case: int, person: Person, seen: ViolationView, *, weakest: float = WEAKEST) -> dict[str, Any]:
    """Return all that a page needs to show the evidence of a violation."""
    found = shown.evidence(case, person)
    drawn = list(pictures(seen, found))
    crop = part_url(case, found.crop) if found.crop else ""
    light = seen.measured.get("light")
    return {
        "v": seen,
        "why": wording.why(seen),
        "ground": ground(found.drawing, found.size),
        "pictures": drawn,
        "clip": part_url(case, found.clip) if found.clip else "",
        "crop": crop,
        "close": _close(found, drawn) if not crop else None,
        "chars": characters(found, weakest),
        "second": wording.plate(found.second) if found.second and found.second != seen.plate_read else "",
        "measures": wording.measures(seen.measured),
        "doubts": wording.doubts(seen.doubt),
        "light": wording.LIGHTS.get(str(light)) if light else None,
        "models": ", ".join(f"{name} {which}" for name, which in found.models.items()),
        "document": found.document if seen.verified else "",
        "manifest": found.manifest,
    }


def _close(found: shown.Shown, drawn: list[Picture]) -> tuple[str, str] | None:
    """Return a picture, and the part of it (an SVG view box) in which the plate is; None where no picture is known to hold it."""
    box = found.plate_box
    if box is None:
        return None
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for picture in drawn:
        if picture.box is not None:
            x, y, width, height = (float(each) for each in picture.box)
            if x <= middle[0] <= x + width and y <= middle[1] <= y + height:
                return picture.url, f"{_n(box[0])} {_n(box[1])} {_n(box[2] - box[0])} {_n(box[3] - box[1])}"
    return None
