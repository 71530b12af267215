"""Frames of a place: the background, everybody that moves in order of depth, lamps, weather; and the truth of each frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from vamco.demo.street import shading, weather
from vamco.demo.street.background import Scenery
from vamco.demo.street.places import PLACES, lamp_box
from vamco.engines.vision.contracts import Box, Kind, Light

if TYPE_CHECKING:
    from vamco.demo.street.movement import Movement, Mover
    from vamco.demo.street.places import Place

LAMPS = {Light.RED: (0, (60, 60, 255)), Light.YELLOW: (1, (60, 210, 255)), Light.GREEN: (2, (150, 255, 90))}
NOTE = "MO PHONG / SIMULATED"
FAR_M = 110.0
WIDE = {Kind.CAR: 1.75, Kind.BUS: 2.4, Kind.TRUCK: 2.3, Kind.MOTORBIKE: 0.6, Kind.PERSON: 0.45}


@dataclass(frozen=True, slots=True)
class Seen:
    """The truth of one mover in one frame: box of the whole of it, the share of it that is visible, the plate's width in pixels."""

    number: int
    kind: Kind
    box: Box
    visible: float
    plate: str
    plate_width: float


def side_of(at: tuple[float, float, float], camera_x: float, camera_y: float) -> str:
    """Return which side of a mover the camera sees: `front`, `rear` or `side`."""
    x, y, way = at
    view = math.atan2(y - camera_y, x - camera_x)
    turn = (way - view + math.pi) % (2 * math.pi) - math.pi
    if abs(turn) < math.radians(50):
        return "rear"
    return "front" if abs(turn) > math.radians(130) else "side"


class Renderer:
    """Draws the frames of one movement. Same movement, seed and weather: same pixels."""

    def __init__(
        self,
        movement: Movement,
        seed: int = 0,
        *,
        night: bool = False,
        rain: bool = False,
        quality: int = 0,
        place: Place | None = None,
    ) -> None:
        """`place`: the movement's place with another camera."""
        self.movement, self.place = movement, place or PLACES[movement.place]
        self.camera, self.seed = self.place.camera, seed
        self.night, self.rain, self.quality = night, rain, quality
        self.background = background(self.place, seed % 5)

    def frame(self, step: int) -> tuple[Any, list[Seen]]:
        """Return the picture of a step (BGR uint8) and what is in it."""
        picture = self.background.astype(np.float32)
        owner = np.zeros(picture.shape[:2], np.uint16)
        placed = [
            (mover, at)
            for mover in self.movement.movers
            if (at := mover.at(step)) is not None and self._near(mover, at)
        ]
        placed.sort(key=lambda entry: -self._far(*entry))
        for mover, at in placed:
            self._shadow(picture, mover, at)
        drawn = [(mover, *self._draw(picture, owner, mover, at, step)) for mover, at in placed]
        if self.rain:
            picture = weather.wet(picture, int(self.camera.horizon))
        if self.night:
            picture = weather.darken(picture)
            for mover, box, whole, _ in drawn:
                if whole:
                    self._headlights(picture, mover, box, step)
        self._lamps(picture, step)
        seen = []
        for mover, box, whole, wide in drawn:
            if whole:
                visible = float((owner == mover.number + 1).sum()) / whole
                seen.append(Seen(mover.number, mover.kind, box, visible, mover.plate, wide))
        return self._finish(picture, step), seen

    def _near(self, mover: Mover, at: tuple[float, float, float]) -> bool:
        """Return whether all of a mover is ahead of the camera and not too far to matter."""
        rear = at[1] - mover.length * math.sin(at[2])
        return min(at[1], rear) > 3.0 + self.camera.y and max(at[1], rear) < FAR_M

    def _far(self, mover: Mover, at: tuple[float, float, float]) -> float:
        x, y, way = at
        half = mover.length / 2
        return math.hypot(x - half * math.cos(way) - self.camera.x, y - half * math.sin(way) - self.camera.y)

    def _shadow(self, picture: Any, mover: Mover, at: tuple[float, float, float]) -> None:
        """Darken the road under a mover and beside it, away from the sun."""
        long, wide = mover.length, WIDE.get(mover.kind, 0.5)
        for aside, grow, dark in ((0.0, 0.06, 0.5), (0.32, 0.15, 0.74)):
            flat = np.array([(-wide / 2, 0.0, 0), (wide / 2, 0.0, 0), (wide / 2, -long, 0), (-wide / 2, -long, 0)])
            flat *= 1 + grow
            ground = shading.placed(flat, *at)[:, :2] + (aside, aside * 0.6)
            pixels = self.camera.on_road(ground)
            if not np.isfinite(pixels).all():
                continue
            soft = max(1.0, 0.1 * self.camera.scale(at[0], at[1]))
            x0, y0 = (int(v - 3 * soft - 2) for v in pixels.min(0))
            x1, y1 = (int(v + 3 * soft + 2) for v in pixels.max(0))
            a, b, c, d = max(0, x0), max(0, y0), min(picture.shape[1], x1), min(picture.shape[0], y1)
            if c - a < 2 or d - b < 2:
                continue
            mask = np.zeros((d - b, c - a), np.float32)
            cv2.fillConvexPoly(mask, np.round((pixels - (a, b)) * 16).astype(np.int32), 1.0, cv2.LINE_AA, 4)
            mask = cv2.GaussianBlur(mask, (0, 0), soft)
            picture[b:d, a:c] *= 1 - (1 - dark) * mask[..., None]

    def _draw(
        self, picture: Any, owner: Any, mover: Mover, at: tuple[float, float, float], step: int
    ) -> tuple[Box, int, float]:
        """Draw a mover; returns its box, its pixels if nothing hid it, and its plate's width in pixels."""
        name = shading.name_of(mover.kind, mover.look, step)
        shape, table = shading.shapes()[name], shading.colours(mover.kind, mover.look)
        thing = (shading.placed(shape.points, *at), shape, table)
        plate, wide = None, 0.0
        side = side_of(at, self.camera.x, self.camera.y)
        if (
            mover.plate
            and mover.kind is not Kind.PERSON
            and side != "side"
            and not (mover.kind is Kind.MOTORBIKE and side == "front")
        ):
            corners = shading.placed(shading.plate_corners(mover.kind, name, side, mover.lines), *at)
            plate = (shading.plate_of(mover.plate, mover.colour, mover.lines, mover.kind is Kind.MOTORBIKE), corners)
            left, right = self.camera.project(corners[:2])
            wide = float(np.hypot(*(right - left)))
        drawn = shading.draw(picture, owner, self.camera, thing, mover.number, plate)
        return drawn.box, drawn.whole, wide

    def _lamps(self, picture: Any, step: int) -> None:
        for lamp in self.place.lamps:
            box = lamp_box(self.camera, lamp)
            x0, y0, x1, y1 = (int(v) for v in box)
            cv2.rectangle(picture, (x0, y0), (x1, y1), (28, 28, 28), -1)
            state = self.movement.light(lamp.code, step)
            for light, (row, bright) in LAMPS.items():
                centre = ((x0 + x1) // 2, int(y0 + (row + 0.5) * (y1 - y0) / 3))
                colour = bright if light is state else tuple(int(v * 0.16 + 12) for v in bright)
                cv2.circle(picture, centre, max(2, int((x1 - x0) * 0.4)), colour, -1, cv2.LINE_AA)

    def _headlights(self, picture: Any, mover: Mover, box: Box, step: int) -> None:
        at = mover.at(step)
        if at is None or mover.kind is Kind.PERSON:
            return
        side = side_of(at, self.camera.x, self.camera.y)
        wide, high = box.x1 - box.x0, box.y1 - box.y0
        spots = ((0.5, 0.55),) if mover.kind is Kind.MOTORBIKE else ((0.16, 0.62), (0.84, 0.62))
        for x, y in spots:
            px, py = box.x0 + x * wide, box.y0 + y * high
            if side == "front":
                weather.glow(picture, px, py, max(2.0, 0.07 * high), (210, 235, 250))
                weather.glow(picture, px, box.y1 + 0.25 * high, 0.35 * high, (26, 34, 38))
            else:
                weather.glow(picture, px, py, max(1.5, 0.045 * high), (40, 40, 210))

    def _finish(self, picture: Any, step: int) -> Any:
        rng = np.random.default_rng((self.seed, step))
        if self.rain:
            picture = weather.streaks(picture, rng)
        picture = cv2.GaussianBlur(cv2.convertScaleAbs(np.maximum(picture, 0)), (0, 0), 0.9 if self.rain else 0.6)
        picture = weather.grain(picture, rng, 6.0 if self.night else 2.5)
        if self.quality:
            picture = weather.compress(picture, self.quality)
        mark(picture)
        return picture


def mark(picture: Any) -> None:
    """Write onto a picture that it is simulated."""
    size = cv2.getTextSize(NOTE, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)[0]
    x, y = picture.shape[1] - size[0] - 8, picture.shape[0] - 8
    cv2.rectangle(picture, (x - 6, y - size[1] - 6), (picture.shape[1], picture.shape[0]), (40, 40, 40), -1)
    cv2.putText(picture, NOTE, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (245, 245, 245), 1, cv2.LINE_AA)


@lru_cache(maxsize=8)
def background(place: Place, seed: int) -> Any:
    """Return the empty road of a place by day."""
    return Scenery(place, seed).paint()
