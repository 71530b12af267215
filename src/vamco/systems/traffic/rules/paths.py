"""Where a track goes: sides of lines, stays in polygons, ways. Pixels, x to the right, y down. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vamco.engines.vision.contracts import Polygon, Sighting

    Point = tuple[float, float]

_OUTSIDE: Final = 0.02  # part of a line's length by which a crossing may lie beyond its ends
SIGHT_GAP: Final = dt.timedelta(seconds=0.5)  # between two sightings: longer, and nobody saw what happened


@dataclass(frozen=True, slots=True)
class Crossing:
    """A track went over a line: when, between which sightings. `seen` is False where too long a gap hides the moment."""

    at: dt.datetime
    before: int
    beyond: int
    seen: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """A run of sightings, first and last included."""

    first: int
    last: int


def inside(polygon: Polygon, point: Point) -> bool:
    """Return whether a point lies in a polygon, by the number of edges to its right."""
    x, y = point
    found = False
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            found = not found
    return found


def beyond(ends: tuple[Point, Point], way: Point, point: Point) -> float:
    """Return by how many pixels a point lies beyond a line, seen along the way; negative before it."""
    (x0, y0), (x1, y1) = ends
    length = hypot(x1 - x0, y1 - y0) or 1.0
    normal = (-(y1 - y0) / length, (x1 - x0) / length)
    if normal[0] * way[0] + normal[1] * way[1] < 0:
        normal = (-normal[0], -normal[1])
    return (point[0] - x0) * normal[0] + (point[1] - y0) * normal[1]


def crossing(path: Sequence[Sighting], ends: tuple[Point, Point], way: Point) -> Crossing | None:
    """Return the last time that a track went over a line along the way, between its ends; None where it did not."""
    found = None
    for n in range(1, len(path)):
        one, other = path[n - 1], path[n]
        before, after = (beyond(ends, way, each.box.foot) for each in (one, other))
        if not before < 0 <= after:
            continue
        part = before / (before - after)
        point = _between(one.box.foot, other.box.foot, part)
        if not _within_ends(ends, point):
            continue
        found = Crossing(one.at + (other.at - one.at) * part, n - 1, n, other.at - one.at <= SIGHT_GAP)
    return found


def stays(path: Sequence[Sighting], there: Callable[[Point], bool]) -> Iterator[Stay]:
    """Return the runs of sightings whose foot is somewhere."""
    first: int | None = None
    for n, sighting in enumerate(path):
        if there(sighting.box.foot):
            first = n if first is None else first
        elif first is not None:
            yield Stay(first, n - 1)
            first = None
    if first is not None:
        yield Stay(first, len(path) - 1)


def seconds(path: Sequence[Sighting], stay: Stay) -> float:
    """Return how long a stay is."""
    return (path[stay.last].at - path[stay.first].at).total_seconds()


def moved(path: Sequence[Sighting], stay: Stay) -> Point:
    """Return by how much the foot moved from the beginning of a stay to its end."""
    (x0, y0), (x1, y1) = path[stay.first].box.foot, path[stay.last].box.foot
    return x1 - x0, y1 - y0


def along(way: Point, move: Point) -> float:
    """Return the cosine between a way and a move; 0 for no move."""
    lengths = hypot(*way) * hypot(*move)
    return (way[0] * move[0] + way[1] * move[1]) / lengths if lengths else 0.0


def standing(path: Sequence[Sighting], stay: Stay) -> Stay | None:
    """Return the longest part of a stay in which a vehicle did not leave its place, by half of its own size."""
    best: Stay | None = None
    first = stay.first
    while first <= stay.last:
        last = first
        while last < stay.last and _near(path[first], path[last + 1]):
            last += 1
        if best is None or seconds(path, Stay(first, last)) > seconds(path, best):
            best = Stay(first, last)
        first = last + 1
    return best


def size(sighting: Sighting) -> float:
    """Return how large a vehicle is in the picture: the height of its box."""
    return sighting.box.y1 - sighting.box.y0


def gap(path: Sequence[Sighting], stay: Stay) -> bool:
    """Return whether nobody saw the vehicle for a while within a stay."""
    return any(path[n].at - path[n - 1].at > SIGHT_GAP for n in range(stay.first + 1, stay.last + 1))


def _near(one: Sighting, other: Sighting) -> bool:
    (x0, y0), (x1, y1) = one.box.foot, other.box.foot
    return hypot(x1 - x0, y1 - y0) <= size(one) / 2


def _between(one: Point, other: Point, part: float) -> Point:
    return one[0] + (other[0] - one[0]) * part, one[1] + (other[1] - one[1]) * part


def _within_ends(ends: tuple[Point, Point], point: Point) -> bool:
    (x0, y0), (x1, y1) = ends
    length = (x1 - x0) ** 2 + (y1 - y0) ** 2 or 1.0
    part = ((point[0] - x0) * (x1 - x0) + (point[1] - y0) * (y1 - y0)) / length
    return -_OUTSIDE <= part <= 1 + _OUTSIDE
