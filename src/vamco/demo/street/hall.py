"""A reception hall from above at an angle: people who come, sit or stand and wait, are served and leave; counters staffed or not.

Moved by our own seeded schedule (SUMO has no halls). The truth is counts: waiting, at a counter, counters staffed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cv2
import numpy as np

from vamco.demo.street import shading, weather
from vamco.demo.street.background import fill, noise
from vamco.demo.street.camera import Camera
from vamco.demo.street.movement import STEP_S
from vamco.demo.street.rendering import Seen, mark
from vamco.engines.vision.contracts import Box, Drawing, Kind, Zone

CAMERA = Camera(height=4.4, tilt=19.0, focal=820.0)
COUNTERS = (-5.2, -2.6, 0.0, 2.6, 5.2)
COUNTER_Y, COUNTER_TOP, WALL_Y = 15.0, 1.05, 18.5
SEATS = tuple((x, y) for y in (7.6, 9.2, 10.8) for x in (-3.6, -2.7, -1.8, 1.8, 2.7, 3.6))
DOOR = (-7.5, 7.0)
SEAT_M = 0.42


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person: (step, x, y) points joined by straight walks, and the steps in which it sits."""

    number: int
    look: int
    points: tuple[tuple[int, float, float], ...]
    sits: tuple[int, int]

    def at(self, step: int) -> tuple[float, float, bool] | None:
        """Return x, y and whether it sits; None if not there."""
        if not self.points[0][0] <= step <= self.points[-1][0]:
            return None
        times = [point[0] for point in self.points]
        x, y = (float(np.interp(step, times, [point[i] for point in self.points])) for i in (1, 2))
        return x, y, self.sits[0] <= step < self.sits[1]

    def way(self, step: int) -> tuple[float, bool]:
        """Return the way it faces in radians, and whether it walks; who stands faces the counters."""
        for (first, x0, y0), (last, x1, y1) in zip(self.points, self.points[1:], strict=False):
            if first <= step < last and math.hypot(x1 - x0, y1 - y0) > 0.1:
                return math.atan2(y1 - y0, x1 - x0), True
        return math.pi / 2, False


@dataclass(frozen=True, slots=True)
class Hall:
    """A scene: its steps, visitors, and by counter the steps in which somebody works there."""

    steps: int
    visitors: tuple[Visitor, ...]
    staffed: tuple[tuple[int, int], ...]


def make(seconds: float, seed: int, *, visitors: int = 12) -> Hall:
    """Return a hall; the same seed gives the same."""
    rng = np.random.default_rng(seed)
    steps, found = round(seconds / STEP_S), []
    seats = rng.permutation(len(SEATS))
    for number in range(visitors):
        seat = SEATS[int(seats[number % len(SEATS)])]
        counter = COUNTERS[int(rng.integers(len(COUNTERS)))]
        sit = int(rng.integers(-500, steps // 2))
        up = sit + int(rng.integers(500, 1200))
        front = (counter + float(rng.uniform(-0.2, 0.2)), COUNTER_Y - 0.7)
        aisle = (0.0, seat[1])
        points = (
            (sit - 90, *DOOR),
            (sit - 45, *aisle),
            (sit, *seat),
            (up, *seat),
            (up + 30, *aisle),
            (up + 75, *front),
        )
        leave = up + 75 + int(rng.integers(200, 600))
        found.append(
            Visitor(number, int(rng.integers(1000)), (*points, (leave, *front), (leave + 120, *DOOR)), (sit, up))
        )
    for number in range(visitors, visitors + 3):
        front = (COUNTERS[(number * 2) % 5], COUNTER_Y - 0.7)
        found.append(
            Visitor(
                number, int(rng.integers(1000)), ((-10, *front), (int(rng.integers(steps // 2, steps)), *front)), (0, 0)
            )
        )
    staffed = tuple(
        (0, steps) if rng.random() < 0.6 else (0, steps // 2) if rng.random() < 0.5 else (0, 0) for _ in COUNTERS
    )
    return Hall(steps, tuple(found), staffed)


def counts(hall: Hall, step: int) -> dict[str, int]:
    """Return the truth of a step: people waiting, people at a counter, counters staffed."""
    spots = [spot for visitor in hall.visitors if (spot := visitor.at(step)) is not None]
    return {
        "waiting": sum(1 for _, y, _ in spots if 6.8 <= y <= 11.6),
        "at_counter": sum(1 for _, y, _ in spots if y >= COUNTER_Y - 1.2),
        "staffed": sum(1 for first, last in hall.staffed if first <= step < last),
    }


def drawing(camera: Camera = CAMERA) -> Drawing:
    """Return the hall's drawing: waiting area, a zone before and one behind each counter, in pixels."""

    def pixels(x0: float, y0: float, x1: float, y1: float, z: float = 0.0) -> tuple[tuple[float, float], ...]:
        corners = np.array([[x0, y0, z], [x1, y0, z], [x1, y1, z], [x0, y1, z]], float)
        return tuple((float(x), float(y)) for x, y in camera.project(corners))

    zones = [Zone("waiting", pixels(-4.4, 6.8, 4.4, 11.6), "waiting")]
    for index, x in enumerate(COUNTERS, 1):
        zones.append(Zone(f"counter-{index}", pixels(x - 1.1, COUNTER_Y - 1.4, x + 1.1, COUNTER_Y - 0.2), "counter"))
        zones.append(
            Zone(f"staff-{index}", pixels(x - 1.1, COUNTER_Y - 0.1, x + 1.1, WALL_Y - 0.6, COUNTER_TOP), "staff")
        )
    return Drawing(camera.width, camera.height_px, zones=tuple(zones))


def _quad(picture: Any, points: list[tuple[float, float, float]], colour: tuple[int, int, int]) -> None:
    fill(picture, CAMERA.project(np.array(points, float)), colour)


@lru_cache(maxsize=1)
def room() -> Any:
    """Return the empty hall with its floor, walls and windows."""
    picture = np.full((CAMERA.height_px, CAMERA.width, 3), (206, 214, 216), np.uint8)
    _quad(picture, [(-9, 2.2, 0), (9, 2.2, 0), (9, WALL_Y, 0), (-9, WALL_Y, 0)], (178, 188, 192))
    for x in np.arange(-9, 9, 0.8):
        _quad(picture, [(x, 2.2, 0), (x + 0.03, 2.2, 0), (x + 0.03, WALL_Y, 0), (x, WALL_Y, 0)], (160, 170, 174))
    for y in np.arange(2.4, WALL_Y, 0.8):
        _quad(picture, [(-9, y, 0), (9, y, 0), (9, y + 0.03, 0), (-9, y + 0.03, 0)], (160, 170, 174))
    _quad(picture, [(-9, WALL_Y, 0), (9, WALL_Y, 0), (9, WALL_Y, 4.2), (-9, WALL_Y, 4.2)], (214, 224, 226))
    _quad(picture, [(-9, WALL_Y, 2.9), (9, WALL_Y, 2.9), (9, WALL_Y, 3.5), (-9, WALL_Y, 3.5)], (50, 50, 170))
    for side in (-9, 9):
        _quad(picture, [(side, 2.2, 0), (side, WALL_Y, 0), (side, WALL_Y, 4.2), (side, 2.2, 4.2)], (196, 206, 208))
        for y in (6, 10, 14):
            _quad(picture, [(side, y, 1), (side, y + 2.4, 1), (side, y + 2.4, 2.7), (side, y, 2.7)], (226, 216, 190))
    grain = cv2.resize(noise(256, 3, (2, 16, 64)), (picture.shape[1], picture.shape[0]))
    return np.clip(picture.astype(np.float32) * (1 + 0.018 * grain[..., None]), 0, 255)


def _person(  # noqa: PLR0917  # the picture, its owners, and who stands where
    picture: Any, owner: Any, look: int, spot: tuple[float, float, float], name: str, number: int, way: float
) -> tuple[Box, int]:
    """Draw a person in a pose (`shading.shapes`) whose feet are at x, y, z, facing `way`."""
    x, y, z = spot
    shape, table = shading.shapes()[name], shading.colours(Kind.PERSON, look)
    thing = (shading.placed(shape.points + np.array((0, 0, z)), x, y, way), shape, table)
    drawn = shading.draw(picture, owner, CAMERA, thing, number)
    return drawn.box, drawn.whole


def _chair(picture: Any, x: float, y: float) -> None:
    for shape, colour in (
        (
            [
                (x - 0.3, y - 0.3, SEAT_M),
                (x + 0.3, y - 0.3, SEAT_M),
                (x + 0.3, y + 0.1, SEAT_M),
                (x - 0.3, y + 0.1, SEAT_M),
            ],
            (150, 110, 60),
        ),
        (
            [
                (x - 0.3, y - 0.3, 0.08),
                (x + 0.3, y - 0.3, 0.08),
                (x + 0.3, y - 0.3, SEAT_M),
                (x - 0.3, y - 0.3, SEAT_M),
            ],
            (120, 84, 44),
        ),
    ):
        _quad(picture, shape, colour)


def frame(hall: Hall, step: int, seed: int = 0) -> tuple[Any, list[Seen]]:
    """Return the picture of a step (BGR uint8) and who is in it, staff with numbers from 1000."""
    picture, owner = room().copy(), np.zeros((CAMERA.height_px, CAMERA.width), np.uint16)
    drawn: list[tuple[int, Box, int]] = []
    for index, (x, (first, last)) in enumerate(zip(COUNTERS, hall.staffed, strict=True)):
        if first <= step < last:
            stand = (x, COUNTER_Y + 0.9, 0.1)
            drawn.append(
                (1000 + index, *_person(picture, owner, 40 + index * 7, stand, "person-1", 1000 + index, -math.pi / 2))
            )
        _desk(picture, owner, x)
    everybody = [(spot[1], visitor, spot) for visitor in hall.visitors if (spot := visitor.at(step)) is not None]
    things: list[tuple[float, Any]] = [(y, ("person", visitor, spot)) for y, visitor, spot in everybody]
    things += [(y + 0.01, ("chair", x, y)) for x, y in SEATS]
    for _, thing in sorted(things, key=lambda each: -each[0]):
        if thing[0] == "chair":
            _chair(picture, thing[1], thing[2])
            continue
        visitor, (x, y, sits) = thing[1], thing[2]
        way, moves = visitor.way(step)
        name = "sitting-1" if sits else ("person-2", "person-3")[step // 10 % 2] if moves else "person-1"
        where = (x, y + 0.2, 0.0) if sits else (x, y, 0.0)
        drawn.append(
            (
                visitor.number,
                *_person(picture, owner, visitor.look, where, name, visitor.number, math.pi / 2 if sits else way),
            )
        )
    seen = [
        Seen(number, Kind.PERSON, box, float((owner == number + 1).sum()) / whole, "", 0.0)
        for number, box, whole in drawn
        if whole
    ]
    grain = np.random.default_rng((seed, step)).normal(0, 2.2, owner.shape).astype(np.float32)
    done = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.6) + grain[..., None], 0, 255).astype(np.uint8)
    done = weather.compress(done, 88)
    mark(done)
    return done, seen


def _desk(picture: Any, owner: Any, x: float) -> None:
    y, top = COUNTER_Y, COUNTER_TOP
    before = picture.copy()
    _quad(
        picture,
        [(x - 1.15, y, top), (x + 1.15, y, top), (x + 1.15, y + 0.55, top), (x - 1.15, y + 0.55, top)],
        (150, 186, 206),
    )
    _quad(picture, [(x - 1.15, y, 0), (x + 1.15, y, 0), (x + 1.15, y, top), (x - 1.15, y, top)], (96, 132, 164))
    _quad(picture, [(x - 1.15, y, 0.75), (x + 1.15, y, 0.75), (x + 1.15, y, 0.82), (x - 1.15, y, 0.82)], (70, 96, 130))
    owner[np.abs(picture - before).sum(2) > 0] = 0
