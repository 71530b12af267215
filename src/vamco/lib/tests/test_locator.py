from __future__ import annotations

import json
import math
import random
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.geometry import Locator
from vamco.lib.geometry.locator import CELLS

PACK = Path(__file__).resolve().parents[4] / "packs" / "tayninh"


def first_with(areas: dict[str, shapely.Geometry], lon: float, lat: float) -> str | None:
    """The oracle: every area in turn, none prepared."""
    point = shapely.Point(lon, lat)
    return next((code for code, area in areas.items() if area.intersects(point)), None)


@pytest.fixture(scope="module")
def coverage() -> dict[str, shapely.Geometry]:
    layer = json.loads((PACK / "schematic.geojson").read_text(encoding="utf-8"))
    return {f["properties"]["code"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in layer["features"]}


def points_of(areas: dict[str, shapely.Geometry], count: int, seed: int) -> list[tuple[float, float]]:
    """Anywhere in the box and around it, near borders, on vertices, on the middle of edges, on lines of the grid."""
    draws = random.Random(seed)
    west, south, east, north = shapely.total_bounds(list(areas.values()))
    vertices = shapely.get_coordinates(list(areas.values()))
    found: list[tuple[float, float]] = []
    for _ in range(count):
        found.append((draws.uniform(west - 0.1, east + 0.1), draws.uniform(south - 0.1, north + 0.1)))
        x, y = vertices[draws.randrange(len(vertices))]
        found.append((float(x), float(y)))
        found.append((float(x) + draws.gauss(0, 1e-4), float(y) + draws.gauss(0, 1e-4)))
        at = draws.randrange(len(vertices) - 1)
        middle = (vertices[at] + vertices[at + 1]) / 2
        found.append((float(middle[0]), float(middle[1])))
        column, row = draws.randrange(CELLS + 1), draws.randrange(CELLS + 1)
        found.append((west + column * (east - west) / CELLS, south + row * (north - south) / CELLS))
    return found


def test_every_point_has_the_answer_of_the_oracle(coverage: dict[str, shapely.Geometry]) -> None:
    locator: Locator[str | None] = Locator(coverage, None)
    points = points_of(coverage, 600, seed=3)
    expected = [first_with(coverage, *point) for point in points]
    assert [locator.at(*point) for point in points] == expected
    assert locator.at_all(*zip(*points, strict=True)) == expected
    assert 0 < expected.count(None) < len(expected)
    assert locator.values == list(coverage)


boxes = st.builds(
    lambda x, y, w, h, hole: shapely.box(x, y, x + w, y + h).difference(
        shapely.box(x + w / 3, y + h / 3, x + 2 * w / 3, y + 2 * h / 3) if hole else shapely.Polygon()
    ),
    st.integers(0, 6),
    st.integers(0, 6),
    st.integers(1, 5),
    st.integers(1, 5),
    st.booleans(),
)
numbers = st.one_of(st.integers(-1, 12).map(float), st.floats(-1, 12), st.floats(allow_nan=True, allow_infinity=True))


@given(st.lists(boxes, max_size=4), st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20), st.integers(1, 9))
def test_areas_that_overlap_or_have_holes_answer_in_their_order(shapes: list, points: list, cells: int) -> None:
    areas = {str(number): shape for number, shape in enumerate(shapes)}
    locator: Locator[str | None] = Locator(areas, None, cells=cells)
    for lon, lat in points:
        finite = math.isfinite(lon) and math.isfinite(lat)
        assert locator.at(lon, lat) == (first_with(areas, lon, lat) if finite else None)


def test_a_border_has_one_owner_and_always_the_first() -> None:
    areas = {"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1), "c": shapely.box(0, 1, 2, 2)}
    for order in (["a", "b", "c"], ["c", "b", "a"]):
        locator: Locator[str] = Locator({code: areas[code] for code in order}, "none")
        assert locator.at(1, 0.5) == min("ab", key=order.index)
        assert locator.at(1, 1) == order[0]
        assert locator.at(2, 2) == "c"  # the last corner of the grid
        assert locator.at(0, 0) == "a"
        assert locator.at(math.nextafter(2, 3), 1) == "none"


def test_no_area_covers_nothing() -> None:
    locator: Locator[str | None] = Locator({}, None)
    assert locator.at(0, 0) is None
    assert locator.at(-1, -1) is None
    assert locator.at_all([0, math.nan], [0, 1]) == [None, None]


def test_many_points_are_answered_in_their_order() -> None:
    areas = {"a": shapely.box(0, 0, 1, 1), "b": shapely.box(1, 0, 2, 1)}
    locator: Locator[str | None] = Locator(areas, None)
    assert locator.at_all([1.5, 5, 1, 0.5], [0.5, 5, 0.5, 0.5]) == ["b", None, "a", "a"]
    assert locator.at_all(np.array([]), np.array([])) == []
