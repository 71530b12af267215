"""Which area a point lies in, in about a microsecond: a grid over a coverage of polygons, prepared for the cells it cuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

T = TypeVar("T")

CELLS = 256  # a side; more cells answer more points without geometry and take longer to build
_BLUR = (
    1e-9  # degrees (0.1 mm) by which a cell is held to be larger, so that rounding cannot put a point beside its cell
)
_NOWHERE = (0.0, 0.0, -1.0, -1.0)  # a box without an inside


class Locator(Generic[T]):
    """Answers for points in longitude and latitude with the value of the area that covers them.

    A border belongs to the areas on both sides: the first in the order given has the point, so that each point has one
    answer and the same one every time. A point that no area covers, or that is no number, has `outside`. A cell of the
    grid that lies well inside one area, or outside all, answers at once; in the others the candidates' polygons decide.
    Immutable: threads may share it.
    """

    def __init__(self, areas: Mapping[T, shapely.Geometry], outside: T, *, cells: int = CELLS) -> None:
        self._side = cells + 1  # the easternmost and northernmost points fall into a row and a column of their own
        self._values = list(areas)
        self._outside = outside
        self._polygons = np.array(list(areas.values()), dtype=object)
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)
        bounds = shapely.total_bounds(self._polygons) if self._values else _NOWHERE
        self._west, self._south, self._east, self._north = (float(edge) for edge in bounds)
        self._per_lon = cells / max(self._east - self._west, _BLUR)
        self._per_lat = cells / max(self._north - self._south, _BLUR)
        self._cells = self._grid()

    @property
    def values(self) -> list[T]:
        """The values of the areas, in the order given."""
        return list(self._values)

    def at(self, lon: float, lat: float) -> T:
        """Give the value of the area at a point."""
        # Written out rather than divided into functions: a call costs a tenth of the whole.
        if not (self._west <= lon <= self._east and self._south <= lat <= self._north):  # NaN is in no interval
            return self._outside
        column = int((lon - self._west) * self._per_lon)
        row = int((lat - self._south) * self._per_lat)
        value, candidates = self._cells[row * self._side + column]
        for polygon, of in candidates:
            if shapely.intersects_xy(polygon, lon, lat):
                return of
        return value

    def at_all(self, lons: Iterable[float], lats: Iterable[float]) -> list[T]:
        """Give the values of many points, in their order."""
        x, y = np.array([*lons], dtype=float), np.array([*lats], dtype=float)
        points = np.asarray(shapely.points(x, y), dtype=object)
        which, areas = self._tree.query(points, predicate="intersects")
        first = np.full(len(x), len(self._values))
        np.minimum.at(first, which, areas)
        values = [*self._values, self._outside]
        return [values[index] for index in first]

    def _grid(self) -> list[tuple[T, tuple[tuple[shapely.Geometry, T], ...]]]:
        """Give for each cell what it answers when no candidate has the point, and the candidates in order."""
        boxes = self._boxes()
        answers: list[tuple[T, tuple[tuple[shapely.Geometry, T], ...]]] = [(self._outside, ())] * len(boxes)
        tree = shapely.STRtree(boxes)
        for polygon, value in zip(self._polygons, self._values, strict=True):
            inside = set(tree.query(polygon, predicate="contains_properly").tolist())
            for cell in tree.query(polygon, predicate="intersects").tolist():
                answer, candidates = answers[cell]
                if answer is not self._outside:  # an area that comes first has the whole cell
                    continue
                answers[cell] = (value, candidates) if cell in inside else (answer, (*candidates, (polygon, value)))
        return answers

    def _boxes(self) -> np.ndarray:
        west = self._west + np.arange(self._side) / self._per_lon
        south = self._south + np.arange(self._side) / self._per_lat
        lon, lat = np.meshgrid(west, south)
        return np.asarray(
            shapely.box(
                lon.ravel() - _BLUR,
                lat.ravel() - _BLUR,
                lon.ravel() + 1 / self._per_lon + _BLUR,
                lat.ravel() + 1 / self._per_lat + _BLUR,
            )
        )
