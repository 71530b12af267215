"""Polygons and lines in the picture: what lies in a lane, what crosses a line. Pure NumPy, pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Point = tuple[float, float]
    Floats = NDArray[np.floating[Any]]
    Flags = NDArray[np.bool_]


def inside(points: Sequence[Point] | Floats, polygon: Sequence[Point]) -> Flags:
    """Say of each of (n, 2) points whether it lies in the polygon (even-odd rule)."""
    lying = np.asarray(points, dtype=float).reshape(-1, 2)
    corners = np.asarray(polygon, dtype=float)
    following = np.roll(corners, -1, axis=0)
    x, y = lying[:, :1], lying[:, 1:]
    spans = (corners[:, 1] > y) != (following[:, 1] > y)
    rise = following[:, 1] - corners[:, 1]
    at = corners[:, 0] + (y - corners[:, 1]) * (following[:, 0] - corners[:, 0]) / np.where(rise == 0, 1, rise)
    within: Flags = (spans & (x < at)).sum(axis=1) % 2 == 1
    return within


def crosses(before: Point, after: Point, ends: tuple[Point, Point]) -> bool:
    """Say whether the step from `before` to `after` goes over the line between its ends."""
    first, second = _side(ends, before), _side(ends, after)
    if (first > 0) == (second > 0):
        return False
    return (_side((before, after), ends[0]) > 0) != (_side((before, after), ends[1]) > 0)


def area(polygon: Sequence[Point]) -> float:
    """Give a polygon's area, square pixels."""
    corners = np.asarray(polygon, dtype=float)
    following = np.roll(corners, -1, axis=0)
    return float(abs((corners[:, 0] * following[:, 1] - following[:, 0] * corners[:, 1]).sum()) / 2)


def _side(ends: tuple[Point, Point], point: Point) -> float:
    (x0, y0), (x1, y1) = ends
    return (x1 - x0) * (point[1] - y0) - (y1 - y0) * (point[0] - x0)
