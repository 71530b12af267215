"""Draws over a picture what the engine makes of it: boxes, ways, plates, lanes, stop lines, lights. It answers "why this"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Kind, Light

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.engines.vision.contracts import Drawing, Picture
    from vamco.engines.vision.tracking import Tracked

    Bgr = tuple[int, int, int]

COLOURS: Final[dict[Kind, Bgr]] = {
    Kind.CAR: (80, 200, 60), Kind.MOTORBIKE: (0, 150, 255), Kind.BICYCLE: (230, 80, 230), Kind.BUS: (255, 170, 0),
    Kind.TRUCK: (230, 220, 0), Kind.PERSON: (90, 90, 255),
}  # fmt: skip
LIGHTS: Final[dict[Light, Bgr]] = {
    Light.RED: (40, 40, 235), Light.YELLOW: (0, 210, 255), Light.GREEN: (70, 200, 40), Light.UNKNOWN: (150, 150, 150),
}  # fmt: skip
_LANE: Final[Bgr] = (200, 200, 200)
_DARK: Final[Bgr] = (20, 20, 20)


@dataclass(frozen=True, slots=True)
class Marked:
    """What is drawn over a picture. `ways` are the feet of a track up to now, `plates` their texts, `only` limits it to one track."""

    tracks: Sequence[Tracked] = ()
    ways: Mapping[int, Sequence[tuple[float, float]]] | None = None
    plates: Mapping[int, str] | None = None
    lights: Mapping[str, Light] | None = None
    only: int | None = None


def drawn(picture: Picture, marked: Marked, drawing: Drawing | None = None) -> Picture:
    """Give a copy of a BGR picture with everything drawn on it; the text is Latin letters and digits only."""
    import cv2

    copy = picture.copy()
    thick = max(1, round(picture.shape[1] / 900))
    if drawing is not None:
        _draw_road(copy, drawing, marked.lights or {}, thick)
    for one in marked.tracks:
        if marked.only not in {None, one.number}:
            continue
        colour = COLOURS[one.kind]
        way = np.round(np.array((marked.ways or {}).get(one.number, ()), dtype=float)).astype(np.int32)
        if len(way) > 1:
            cv2.polylines(copy, [way.reshape(-1, 1, 2)], isClosed=False, color=colour, thickness=thick)
        x0, y0, x1, y1 = (round(each) for each in one.box)
        cv2.rectangle(copy, (x0, y0), (x1, y1), colour, thick if one.seen else 1)
        plate = (marked.plates or {}).get(one.number, "")
        _write(copy, f"{one.number} {plate}".strip(), (x0, y0), colour, thick)
    return copy


def _draw_road(picture: Picture, drawing: Drawing, lights: Mapping[str, Light], thick: int) -> None:
    import cv2

    for lane in drawing.lanes:
        corners = np.round(np.array(lane.polygon)).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(picture, [corners], isClosed=True, color=_LANE, thickness=1)
        start, end = ((round(x), round(y)) for x, y in lane.way)
        cv2.arrowedLine(picture, start, end, _LANE, thick, tipLength=0.1)
    for zone in drawing.zones:
        corners = np.round(np.array(zone.polygon)).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(picture, [corners], isClosed=True, color=(200, 120, 200), thickness=1)
    for line in drawing.stop_lines:
        start, end = ((round(x), round(y)) for x, y in line.ends)
        colour = LIGHTS[lights.get(line.signal, Light.UNKNOWN)]
        cv2.line(picture, start, end, colour, 2 * thick)
    for signal in drawing.signals:
        if signal.box is not None:
            x0, y0, x1, y1 = (round(each) for each in signal.box)
            light = lights.get(signal.code, Light.UNKNOWN)
            cv2.rectangle(picture, (x0, y0), (x1, y1), LIGHTS[light], thick)
            _write(picture, f"{signal.code} {light.value}", (x0, y0), LIGHTS[light], thick)


def _write(picture: Picture, text: str, at: tuple[int, int], colour: Bgr, thick: int) -> None:
    import cv2

    size = 0.45 * max(1, thick * 0.8)
    (width, height), base = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, thick)
    x, y = max(0, at[0]), max(height + base, at[1])
    cv2.rectangle(picture, (x, y - height - base), (x + width, y), _DARK, cv2.FILLED)
    cv2.putText(picture, text, (x, y - base // 2), cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick, cv2.LINE_AA)
