"""A province drawn from its places' points and areas alone, for as long as its own boundaries are not to hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
import shapely

from vamco.lib.geometry.power import Floats, power_diagram
from vamco.lib.geometry.projection import EqualArea

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapely import MultiPolygon, Polygon

    Land = Polygon | MultiPolygon

# Lengths in units of the mean place's radius, so that a province of any size comes out alike.
_BAY, _STRAIGHT, _ROUND = 1.1, 0.22, 0.18
_BISECTIONS = 30
_NUDGES = 8
_GRID_DEGREES, _DECIMALS = 1e-6, 6  # about a tenth of a metre

Layer = dict[str, Any]  # a GeoJSON FeatureCollection
Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as far as a schematic map knows it: a point somewhere inside it (WGS 84) and its area."""

    code: str
    name: str
    lon: float
    lat: float
    area_km2: float


def schematic(spots: Sequence[Spot]) -> Layer:
    """Give a GeoJSON layer, marked `"schematic": true`, of one polygon a place: areas true, shapes invented.

    Each area holds within 0.5 % down to places of 1 km², and borders are shared exactly. Where it can be, a place
    contains its point.
    ValueError where two points coincide.

    The same places give the same layer on every processor: sines, arcs and linear algebra differ in the last bits, so
    what comes out of each is rounded to a grid before anything is decided by it.
    """
    lonlat = np.array([(spot.lon, spot.lat) for spot in spots])
    areas = np.round(np.array([spot.area_km2 for spot in spots]) * 1e6)
    plane = EqualArea(*lonlat.mean(axis=0))
    points = _to_millimetres(plane.to_metres(lonlat))
    cells = np.empty(len(spots), dtype=object)
    for members, outline in outlines_around(points, areas):
        cells[members] = _cells_around_points(points[members], areas[members], outline)
    features = [
        {
            "type": "Feature",
            "id": spot.code,
            "properties": {"code": spot.code, "name": spot.name},
            "geometry": _geojson(cell),
        }
        for spot, cell in zip(
            spots, _coverage(shapely.transform(cells, lambda xy: _rounded(plane.to_lonlat(xy)))), strict=True
        )
    ]
    return {"type": "FeatureCollection", "schematic": True, "features": features}


def outlines_around(points: Floats, areas: Floats) -> Iterator[tuple[Indices, Polygon]]:
    """Give the land as one polygon or, where places lie far apart, several, each with the places that it holds.

    It is a guess from points and areas: discs in the proportion of the areas, the bays between them filled, all scaled
    until the area is right, long curves straightened. Each polygon has the area of its places, and holds their points.
    """
    todo: list[Indices] = [np.arange(len(points))]
    while todo:
        members = todo.pop()
        some_points, some_areas = points[members], areas[members]
        parts = shapely.get_parts(_land(some_points, some_areas, lambda land, _: land))
        if len(parts) > 1:
            todo.extend(members[shapely.contains_xy(part, some_points)] for part in parts)
            continue
        drawn = _land(some_points, some_areas, _drawn)
        good = drawn.geom_type == "Polygon" and shapely.contains_xy(drawn, some_points).all()
        chosen = cast("Polygon", drawn if good else parts[0])
        yield members, shapely.transform(chosen, _to_millimetres)


def _land(points: Floats, areas: Floats, draw: Callable[[Land, float], Land]) -> Land:
    """Give the land around discs as large as the whole area allows, then grown by the little that is still missing.

    Little, because the discs' land grows in leaps, as when the last gap around a bay closes; a rim does not.
    """
    radius = float(np.sqrt(areas.mean() / np.pi))
    marks, radii = shapely.points(points), np.sqrt(areas / np.pi)

    def around_discs(scale: float) -> Land:
        discs = shapely.union_all(shapely.buffer(marks, scale * radii))
        return draw(discs.buffer(_BAY * radius).buffer(-_BAY * radius), radius)

    whole = areas.sum()
    enough = 1.1 * len(points) ** 0.5  # the largest disc alone has the whole area then
    return _largest(_largest(around_discs, whole, enough).buffer, whole, enough * radius)


def _largest(draw: Callable[[float], Land], area: float, most: float) -> Land:
    """Give the largest land of at most `area` that `draw` makes of a number from 0 to `most`, growing with it."""
    low, high = 0.0, most
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if draw(middle).area <= area else (low, middle)
    return draw(low)


def _drawn(land: Land, radius: float) -> Land:
    # Of two corners equally far off, as every arc has them, chance in the last bits would choose; a grid chooses alike.
    rough = shapely.transform(land, _to_millimetres).simplify(_STRAIGHT * radius)
    corner = _ROUND * radius
    return rough.buffer(corner).buffer(-2 * corner).buffer(corner)


def _cells_around_points(points: Floats, areas: Floats, outline: Polygon) -> npt.NDArray[np.object_]:
    """Give cells that contain their points as far as a few nudges get.

    Large neighbours can push a small cell off its point; then its point in the diagram, which need not be the one on
    the map, moves the other way.
    """
    marks = shapely.points(points)
    best = cells = _diagram(points, areas, outline)
    centres = points
    for _ in range(_NUDGES):
        away = ~shapely.contains(cells, marks)
        if not away.any():
            break
        centres = centres.copy()
        centres[away] += points[away] - shapely.get_coordinates(shapely.centroid(cells[away]))
        try:
            cells = _diagram(centres, areas, outline)
        except (ValueError, ArithmeticError):  # a nudge too far
            break
        if shapely.contains(cells, marks).sum() > shapely.contains(best, marks).sum():
            best = cells
    return best


def _diagram(points: Floats, areas: Floats, outline: Polygon) -> npt.NDArray[np.object_]:
    return np.array(power_diagram(points, areas, outline), dtype=object)


def _coverage(cells: npt.NDArray[np.object_]) -> list[Any]:
    """Give the cells on a grid of round coordinates with the same corners on both sides of each border.

    The cells' corners lie on the grid already, so that two cells' borders are the same line, not two that cross at
    chance. All borders are laid on the grid together, which puts a corner wherever two of them meet; the faces between them
    then go back to the cells that they came from. Faces that lie in no cell are water, but for the slivers by which
    the grid moved a border.
    """
    lines = shapely.union_all(shapely.boundary(cells), grid_size=_GRID_DEGREES)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    marks = shapely.point_on_surface(faces)
    face, owner = shapely.STRtree(cells).query_nearest(marks, max_distance=2 * _GRID_DEGREES, all_matches=False)
    return [shapely.coverage_union_all(faces[face[owner == i]]) for i in range(len(cells))]


def _geojson(cell: Polygon | MultiPolygon) -> dict[str, Any]:
    rounded = shapely.transform(shapely.normalize(cell), _rounded)
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(shapely.orient_polygons(rounded)))
    return geometry


def _to_millimetres(metres: Floats) -> Floats:
    return np.round(metres, 3)


def _rounded(lonlat: Floats) -> Floats:
    return np.round(lonlat, _DECIMALS)
