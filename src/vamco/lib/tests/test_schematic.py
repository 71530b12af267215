import json

import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vamco.lib.geometry import EqualArea, Spot, outlines_around, schematic

PLANE = EqualArea(106.2, 10.9)

places = st.lists(
    st.tuples(st.integers(0, 999), st.integers(0, 999), st.integers(2, 300)),
    min_size=1,
    max_size=10,
    unique_by=lambda place: place[:2],
)


def spots_at(placed, step=0.001):
    return [
        Spot(str(n), f"Place {n}", round(106 + x * step, 5), round(10 + y * step, 5), float(area))
        for n, (x, y, area) in enumerate(placed)
    ]


def shapes_of(layer):
    return np.array([shapely.from_geojson(json.dumps(feature["geometry"])) for feature in layer["features"]])


def areas_km2(shapes):
    return shapely.area(shapely.transform(shapes, PLANE.to_metres)) / 1e6


def containing(shapes, spots):
    return sum(shapely.contains_xy(shape, spot.lon, spot.lat) for shape, spot in zip(shapes, spots, strict=True))


@settings(max_examples=20, deadline=None)
@given(places)
@example([(500, 500, 80)])
@example([(0, 0, 5), (999, 0, 5), (0, 999, 5)])
@example([(0, 0, 2), (0, 1, 2), (0, 2, 166), (0, 3, 2), (0, 4, 123)])  # slivers
@example([(0, 0, 2), (0, 1, 2), (28, 210, 110), (99, 31, 145), (249, 207, 300)])  # water in the middle
@example([(0, 1, 143), (0, 0, 2), (82, 118, 49), (58, 0, 27), (0, 152, 177), (279, 55, 239), (0, 13, 127)])
def test_any_places_make_a_map_without_gaps_or_overlaps_and_with_true_areas(placed):
    spots = spots_at(placed)
    layer = schematic(spots)
    shapes = shapes_of(layer)
    assert layer["schematic"] is True
    assert [feature["properties"]["code"] for feature in layer["features"]] == [spot.code for spot in spots]
    assert [feature["id"] for feature in layer["features"]] == [spot.code for spot in spots]
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    np.testing.assert_allclose(areas_km2(shapes), [spot.area_km2 for spot in spots], rtol=0.005)


def test_places_far_apart_are_islands():
    spots = spots_at([(0, 0, 50), (40, 0, 50), (2000, 1500, 20)])
    shapes = shapes_of(schematic(spots))
    assert len(shapely.get_parts(shapely.union_all(shapes))) == 2
    assert shapes[0].touches(shapes[1])
    assert containing(shapes, spots) == 3


def test_a_tiny_place_on_the_edge_keeps_its_land():
    """A large place's straightened edge may not cut off the small one beside it."""
    spots = spots_at([(0, 0, 2000), (255, 0, 2)])
    assert containing(shapes_of(schematic(spots)), spots) == 2


@pytest.mark.parametrize(
    "placed",
    [
        [(13, 5, 18), (25, 24, 99)],  # the first nudge goes out of the land
        [(0, 0, 20), (0, 1, 20), (0, 2, 166), (0, 3, 20), (0, 4, 123)],  # no nudge helps
    ],
)
def test_a_place_that_cannot_contain_its_point_still_has_its_area(placed):
    spots = spots_at(placed)
    shapes = shapes_of(schematic(spots))
    assert containing(shapes, spots) < len(spots)
    np.testing.assert_allclose(areas_km2(shapes), [spot.area_km2 for spot in spots], rtol=0.005)


def test_places_that_coincide_are_an_error():
    with pytest.raises(ValueError, match="coincide"):
        schematic(spots_at([(1, 1, 5), (1, 1, 6)]))


@given(places)
@settings(max_examples=20, deadline=None)
def test_each_outline_holds_its_points_and_its_area(placed):
    points = np.array([(x * 100.0, y * 100.0) for x, y, _ in placed])
    areas = np.array([area * 1e6 for _, _, area in placed])
    seen = []
    for members, outline in outlines_around(points, areas):
        assert outline.geom_type == "Polygon"
        assert shapely.contains_xy(outline, points[members]).all()
        assert outline.area == pytest.approx(areas[members].sum(), rel=1e-3)
        seen.extend(members.tolist())
    assert sorted(seen) == list(range(len(placed)))
