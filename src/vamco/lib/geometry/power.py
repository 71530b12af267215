"""A map cut into cells of given areas: the power diagram.

The cell of point p with weight w is where |x - p|² - w is least. Some weights give every cell its wished-for area
(F. Aurenhammer, F. Hoffmann, B. Aronov, "Minkowski-type theorems and least-squares clustering", Algorithmica 20, 1998);
the damped Newton method of J. Kitagawa, Q. Mérigot and B. Thibert ("Convergence of a Newton algorithm for semi-discrete
optimal transport", J. Eur. Math. Soc. 21, 2019) finds them: the derivative of a cell's area by a neighbour's weight is
minus the length of their common border over twice the distance of their points.

The same places give the same cells on every processor. Linear algebra differs from one to the next in the last bits, so
the weights, which are all that it decides, are rounded after each step to a grid far finer than the tolerance; the cells
come from the weights by sums and products alone, which no processor rounds differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import MultiPolygon, Polygon

Floats = npt.NDArray[np.float64]

_NEWTON_STEPS = 50
_HALVINGS = 30
_FRAME = -1  # stands for a neighbour where a cell meets the frame that all cells are cut from


@dataclass(frozen=True, slots=True)
class _Diagram:
    weights: Floats
    cells: npt.NDArray[np.object_]  # n Polygons or MultiPolygons
    areas: Floats
    pairs: npt.NDArray[np.int64]  # (m, 2): neighbours, the lower first
    borders: Floats  # (m,): metres of common border


def power_diagram(
    points: Floats, areas: Floats, outline: Polygon, tolerance: float = 1e-4
) -> Sequence[Polygon | MultiPolygon]:
    """Give for each point its cell; the cells fill `outline` and have areas in the proportions of `areas`.

    `points` has shape (n, 2), in a plane where areas are true; `areas` shape (n,), positive. Each cell is within
    `tolerance` (a share) of its area. A cell may lie beside its point, and may be in pieces where the outline is
    not convex. ValueError for points that coincide or lie outside; ArithmeticError when the areas are not reached.
    """
    if len(np.unique(points, axis=0)) < len(points):
        raise ValueError("two points coincide")
    if not shapely.contains_xy(outline, points).all():
        raise ValueError("a point lies outside the outline")
    wanted = areas * (outline.area / areas.sum())
    now = _diagram(points, np.zeros(len(points)), outline)  # Voronoi: no cell is empty, as Newton's method needs
    least = min(now.areas.min(), wanted.min()) / 2
    for _ in range(_NEWTON_STEPS):
        if (np.abs(now.areas - wanted) <= tolerance * wanted).all():
            return list(now.cells)
        now = _step(now, points, wanted, outline, least, tolerance)
    raise ArithmeticError(f"no cells within {tolerance} of the areas after {_NEWTON_STEPS} steps")


def _step(  # noqa: PLR0917  # what a diagram is made of
    now: _Diagram, points: Floats, wanted: Floats, outline: Polygon, least: float, tolerance: float
) -> _Diagram:
    """Go in Newton's direction as far as no cell gets smaller than `least` and the error falls."""
    first, second = now.pairs.T
    rate = now.borders / (2 * np.linalg.norm(points[first] - points[second], axis=1))
    slope = np.zeros((len(points), len(points)))
    slope[first, second] = slope[second, first] = -rate
    np.fill_diagonal(slope, -slope.sum(axis=1))
    direction = np.zeros(len(points))  # the first weight stays: only differences count
    direction[1:] = np.linalg.lstsq(slope[1:, 1:], (wanted - now.areas)[1:])[0]  # never fails, unlike solve
    grain = _grain(tolerance * wanted.min() / (len(points) ** 0.5 * slope.max()))
    error = np.linalg.norm(now.areas - wanted)
    length = 1.0
    for _ in range(_HALVINGS):
        weights = now.weights + length * direction
        tried = _diagram(points, np.round(weights / grain) * grain if grain else weights, outline)
        if tried.areas.min() > least and np.linalg.norm(tried.areas - wanted) <= (1 - length / 2) * error:
            return tried
        length /= 2
    return now


def _grain(error: float) -> float:
    """Give the grid for weights that may be wrong by `error`; 0, no grid, where nothing may be.

    A power of two, so that rounding to it is exact.
    """
    return float(2.0 ** np.floor(np.log2(error / 8))) if error else 0.0


def _diagram(points: Floats, weights: Floats, outline: Polygon) -> _Diagram:
    west, south, east, north = outline.buffer(1).bounds
    frame = np.array([(west, south), (east, south), (east, north), (west, north)])
    rings, borders = [], {}
    for i in range(len(points)):
        ring, neighbours = _convex_cell(i, points, weights, frame)
        rings.append(shapely.Polygon(ring))
        borders.update(
            {(i, j): (a, b) for j, a, b in zip(neighbours, ring, np.roll(ring, -1, axis=0), strict=True) if j > i}
        )
    cells = shapely.intersection(np.array(rings, dtype=object), outline)
    lines = shapely.linestrings(np.array(list(borders.values())).reshape(-1, 2, 2))
    return _Diagram(
        weights,
        cells,
        shapely.area(cells),
        np.array(list(borders), dtype=np.int64).reshape(-1, 2),
        np.asarray(shapely.length(shapely.intersection(lines, outline))),
    )


def _convex_cell(i: int, points: Floats, weights: Floats, frame: Floats) -> tuple[Floats, list[int]]:
    """Give the corners of a cell, and for each the neighbour beyond the edge that begins there."""
    offsets = points - points[i]
    # nearer, in the power distance, to i than to j:  2 (p_j - p_i)·x <= |p_j|² - w_j - |p_i|² + w_i
    limits = (points**2).sum(axis=1) - weights - (points[i] ** 2).sum() + weights[i]
    ring, neighbours = frame, [_FRAME] * len(frame)
    squares = (offsets**2).sum(axis=1)
    # How far off the border with each neighbour runs. One beyond the farthest corner cuts nothing; the margin is far above
    # what rounding does, so that skipping it changes no corner on any processor.
    with np.errstate(divide="ignore", invalid="ignore"):
        away = (squares - weights + weights[i]) / (2 * np.sqrt(squares))
    reach = _reach(ring, points[i])
    for j in np.argsort(squares - weights, kind="stable"):  # the nearest cut most
        if j == i or away[j] > reach or not len(ring):
            continue
        cut, neighbours = _cut(ring, neighbours, 2 * offsets[j], limits[j], int(j))
        if cut is not ring:
            ring = cut
            reach = _reach(ring, points[i])
    return ring, neighbours


def _reach(ring: Floats, centre: Floats) -> float:
    """Give a little more than the distance of the farthest corner."""
    if not len(ring):
        return 0.0
    return float(np.sqrt(((ring - centre) ** 2).sum(axis=1).max())) * 1.001 + 1


def _cut(ring: Floats, neighbours: list[int], normal: Floats, limit: float, beyond: int) -> tuple[Floats, list[int]]:
    """Give the part of a convex ring where normal·x <= limit, its new edge marked with `beyond`."""
    over = ring[:, 0] * normal[0] + ring[:, 1] * normal[1] - limit  # not `@`, whose last bits differ by processor
    if (over <= 0).all():
        return ring, neighbours
    corners, marks = [], []
    for k, excess in enumerate(over):
        after = (k + 1) % len(ring)
        if excess <= 0:
            corners.append(ring[k])
            marks.append(neighbours[k])
        if (excess <= 0) != (over[after] <= 0):
            share = excess / (excess - over[after])
            corners.append(ring[k] + share * (ring[after] - ring[k]))
            marks.append(beyond if excess <= 0 else neighbours[k])
    return np.array(corners), marks
