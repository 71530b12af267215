"""What really happened, from paths in metres: the oracle that findings are held against. Knows nothing of pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vamco.demo.street.movement import STEP_S
from vamco.demo.street.places import PLACES
from vamco.engines.vision.contracts import Kind, Light

if TYPE_CHECKING:
    from vamco.demo.street.movement import Movement, Mover
    from vamco.demo.street.places import GroundLane, GroundLine, GroundZone, Place

STILL_KMH = 1.5
STOP_S = 4.0  # standing so long is a stop
OVER_KMH = 5.0
WENT_ON_M = 4.0


@dataclass(frozen=True, slots=True)
class Violation:
    """A mover did it, from this step on."""

    number: int
    code: str
    step: int


def feet(mover: Mover) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return the points of a mover that the camera sees lowest (n, 2): its rear when it drives away, else its front."""
    away = np.sin(mover.path[:, 2]) > 0
    return np.where(away[:, None], mover.rear(), mover.path[:, :2])


def kmh(mover: Mover) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the speed at each step."""
    moved = np.hypot(*np.diff(mover.path[:, :2], axis=0, prepend=mover.path[:1, :2]).T)
    moved[0] = moved[1] if len(moved) > 1 else 0
    speeds: np.ndarray[tuple[int], np.dtype[np.float64]] = moved / STEP_S * 3.6
    return speeds


def violations(movement: Movement) -> list[Violation]:
    """Return every violation that a movement holds within its steps and within the camera's lanes."""
    place = PLACES[movement.place]
    found: list[Violation] = []
    for mover in movement.movers:
        if mover.kind is Kind.PERSON:
            continue
        for line in place.lines:
            found += _at_line(movement, mover, line)
        for lane in place.lanes:
            found += _in_lane(movement, mover, lane)
        for zone in place.zones:
            found += _in_zone(movement, mover, zone)
        found += _speed(movement, place, mover)
    once = {(each.number, each.code): each for each in reversed(found)}
    return sorted(once.values(), key=lambda each: (each.step, each.number))


def _shown(movement: Movement, mover: Mover) -> int:
    """Return how many steps of a mover's path lie within the movement."""
    return max(0, min(len(mover.path), movement.steps - mover.start))


def _at_line(movement: Movement, mover: Mover, line: GroundLine) -> list[Violation]:
    """Tell running a red light from stopping beyond the line.

    Red light: its front goes over the line while the light is red, and its rear at least 4 m further in the same red. Stop line: its
    rear stands beyond the line in red; that it drives on when green comes is no red light run.
    """
    count = _shown(movement, mover)
    front, rear = mover.path[:count, 1], mover.rear()[:count, 1]
    if count < 2 or not line.x0 <= mover.path[0, 0] <= line.x1 or front[0] >= line.y or front[-1] < line.y:
        return []
    step = int(np.argmax(front >= line.y))
    if movement.light(line.signal, mover.start + step) is not Light.RED:
        return []
    red = np.array([movement.light(line.signal, mover.start + each) is Light.RED for each in range(count)])
    after = int(np.argmin(red[step:])) + step if not red[step:].all() else count
    if rear[after - 1] >= line.y + WENT_ON_M:
        return [Violation(mover.number, "red_light", mover.start + step)]
    stands = (rear > line.y) & (kmh(mover)[:count] < STILL_KMH) & red
    return [Violation(mover.number, "stop_line", mover.start + step)] if stands.any() else []


def _in_lane(movement: Movement, mover: Mover, lane: GroundLane) -> list[Violation]:
    """Against the way, or a kind that has no business in the lane: for at least 6 m and 1 s within it."""
    count = _shown(movement, mover)
    at = feet(mover)[:count]
    inside = (at[:, 0] > lane.x0) & (at[:, 0] < lane.x1) & (at[:, 1] > lane.y0) & (at[:, 1] < lane.y1)
    if inside.sum() * STEP_S < 1.0:
        return []
    begin = int(np.argmax(inside))
    stay = at[inside]
    moved = float(stay[-1, 1] - stay[0, 1]) * lane.way
    if moved < -6:
        return [Violation(mover.number, "wrong_way", mover.start + begin)]
    if moved > 6 and lane.kinds and mover.kind not in lane.kinds:
        return [Violation(mover.number, "wrong_lane", mover.start + begin)]
    return []


def _in_zone(movement: Movement, mover: Mover, zone: GroundZone) -> list[Violation]:
    codes = {"forbidden": "forbidden_vehicle", "pavement": "pavement", "no_stopping": "illegal_stop"}
    if zone.purpose not in codes or (zone.kinds and mover.kind not in zone.kinds):
        return []
    count = _shown(movement, mover)
    at = feet(mover)[:count]
    (x0, y0), (x1, y1) = zone.shape[0], zone.shape[2]
    inside = (at[:, 0] > x0) & (at[:, 0] < x1) & (at[:, 1] > y0) & (at[:, 1] < y1)
    if zone.purpose == "no_stopping":
        inside &= kmh(mover)[:count] < STILL_KMH
        if inside.sum() * STEP_S < STOP_S:
            return []
    elif inside.sum() * STEP_S < 1.0 or abs(at[inside][-1, 1] - at[inside][0, 1]) < 6:
        return []
    return [Violation(mover.number, codes[zone.purpose], mover.start + int(np.argmax(inside)))]


def _speed(movement: Movement, place: Place, mover: Mover) -> list[Violation]:
    """The mean speed within the camera's lanes is more than 5 km/h above the limit."""
    if place.limit_kmh is None:
        return []
    count = _shown(movement, mover)
    at = feet(mover)[:count]
    inside = (at[:, 1] > place.lanes[0].y0) & (at[:, 1] < place.lanes[0].y1)
    if inside.sum() * STEP_S < 1.0 or float(kmh(mover)[:count][inside].mean()) <= place.limit_kmh + OVER_KMH:
        return []
    return [Violation(mover.number, "speed", mover.start + int(np.argmax(inside)))]
