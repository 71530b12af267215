"""A drawing as rows of a form, and back: what a person types or draws on a frame. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.engines.vision import contracts as vision
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SHAPES: Final = ("lane", "stop_line", "zone", "signal", "calibration")
PURPOSES: Final = ("no_stopping", "forbidden", "pavement", "watch", "waiting", "counter", "staff", "mask")
MOST_ROWS: Final = 60
MOST_POINTS: Final = 60
ENDS: Final = 2
_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}")
_POINT: Final = re.compile(r"(-?\d{1,6}(?:\.\d{1,4})?)\s*[,;]\s*(-?\d{1,6}(?:\.\d{1,4})?)")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One shape as it is typed. `points` "x,y x,y" in pixels; `way` two points of a lane; `metres` of a calibration."""

    shape: str
    code: str = ""
    points: str = ""
    way: str = ""
    lanes: str = ""
    signal: str = ""
    purpose: str = ""
    kinds: str = ""
    metres: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed in it."""
        return not (self.code.strip() or self.points.strip())


class RowError(ValueError):
    """A row cannot be read: which one (from 0), why (a msgid), and with what."""

    def __init__(self, row: int, msgid: str, **data: object) -> None:
        super().__init__(msgid)
        self.row, self.msgid, self.data = row, msgid, data


def read(rows: Sequence[Row], *, width: int, height: int, limit_kmh: int | None = None) -> vision.Drawing:
    """Return the drawing that rows describe; RowError for the first row that cannot be read. Empty rows are left out."""
    lanes: list[vision.Lane] = []
    lines: list[vision.StopLine] = []
    zones: list[vision.Zone] = []
    signals: list[vision.Signal] = []
    calibration: vision.Calibration | None = None
    for place, row in enumerate(rows):
        if row.empty:
            continue
        if row.shape != "calibration" and not _CODE.fullmatch(row.code.strip()):
            raise RowError(place, N_("Enter a code of letters, digits, “-” and “_”."))
        if row.shape == "lane":
            lanes.append(_lane(place, row))
        elif row.shape == "stop_line":
            lines.append(_line(place, row))
        elif row.shape == "zone":
            zones.append(_zone(place, row))
        elif row.shape == "signal":
            signals.append(_signal(place, row))
        elif row.shape == "calibration":
            calibration = _calibration(place, row)
        else:
            raise RowError(place, N_("Choose what is drawn."))
    return vision.Drawing(
        width, height, tuple(lanes), tuple(lines), tuple(zones), tuple(signals), calibration, limit_kmh
    )


def rows(drawing: vision.Drawing) -> list[Row]:
    """Return a drawing as rows."""
    return list(_rows(drawing))


def _rows(drawing: vision.Drawing) -> Iterator[Row]:
    for lane in drawing.lanes:
        yield Row("lane", lane.code, written(lane.polygon), way=written(lane.way), kinds=_kinds_written(lane.kinds))
    for line in drawing.stop_lines:
        yield Row("stop_line", line.code, written(line.ends), lanes=" ".join(line.lanes), signal=line.signal)
    for zone in drawing.zones:
        yield Row("zone", zone.code, written(zone.polygon), purpose=zone.purpose, kinds=_kinds_written(zone.kinds))
    for signal in drawing.signals:
        box = signal.box
        corners = [(box.x0, box.y0), (box.x1, box.y1)] if box else []
        yield Row("signal", signal.code, written(corners), signal=signal.feed)
    if drawing.calibration:
        yield Row("calibration", "", written(drawing.calibration.pixels), metres=written(drawing.calibration.metres))


def written(points: Iterable[Point]) -> str:
    """Write points as "x,y x,y"."""
    return " ".join(f"{_figure(x)},{_figure(y)}" for x, y in points)


def _figure(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def _points(place: int, text: str, *, least: int, most: int = MOST_POINTS) -> tuple[Point, ...]:
    if _POINT.sub("", text).strip():
        raise RowError(place, N_("Write points as x,y, with a space between two of them: 100,200 300,400."))
    found = tuple((float(x), float(y)) for x, y in _POINT.findall(text))
    if not least <= len(found) <= most:
        raise RowError(place, N_("It needs at least %(least)s and at most %(most)s points."), least=least, most=most)
    return found


def _lane(place: int, row: Row) -> vision.Lane:
    way = _points(place, row.way, least=ENDS, most=ENDS)
    return vision.Lane(
        row.code.strip(), _points(place, row.points, least=3), (way[0], way[1]), _kinds(place, row.kinds)
    )


def _line(place: int, row: Row) -> vision.StopLine:
    ends = _points(place, row.points, least=ENDS, most=ENDS)
    return vision.StopLine(row.code.strip(), (ends[0], ends[1]), tuple(row.lanes.split()), row.signal.strip())


def _zone(place: int, row: Row) -> vision.Zone:
    if row.purpose not in PURPOSES:
        raise RowError(place, N_("Choose what the area is for."))
    return vision.Zone(row.code.strip(), _points(place, row.points, least=3), row.purpose, _kinds(place, row.kinds))


def _signal(place: int, row: Row) -> vision.Signal:
    if not row.points.strip():
        if not row.signal.strip():
            raise RowError(place, N_("Draw the housing of the light, or name the feed of its controller."))
        return vision.Signal(row.code.strip(), None, row.signal.strip())
    (x0, y0), (x1, y1) = _points(place, row.points, least=ENDS, most=ENDS)
    if x0 == x1 or y0 == y1:
        raise RowError(place, N_("The box has no width or no height."))
    return vision.Signal(
        row.code.strip(), vision.Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), row.signal.strip()
    )


def _calibration(place: int, row: Row) -> vision.Calibration:
    pixels, metres = _points(place, row.points, least=4), _points(place, row.metres, least=4)
    if len(pixels) != len(metres):
        raise RowError(place, N_("Give as many points in metres as in pixels."))
    return vision.Calibration(pixels, metres)


def _kinds(place: int, text: str) -> frozenset[vision.Kind]:
    try:
        return frozenset(vision.Kind(each) for each in text.replace(",", " ").split())
    except ValueError as error:
        raise RowError(place, N_("Kinds are: car, motorbike, bicycle, bus, truck, person.")) from error


def _kinds_written(kinds: frozenset[vision.Kind]) -> str:
    return " ".join(sorted(kinds))
