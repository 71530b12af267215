import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.lib.geometry import power_diagram

OBLONG = shapely.box(0, 0, 4, 2)
ELL = shapely.Polygon([(0, 0), (4, 0), (4, 1), (1, 1), (1, 4), (0, 4)])


def cells_of(points, areas, outline, **options):
    return power_diagram(np.array(points, dtype=float), np.array(areas, dtype=float), outline, **options)


def test_one_place_has_it_all():
    (cell,) = cells_of([(1, 1)], [5], OBLONG)
    assert cell.equals(OBLONG)


def test_two_places_share_in_proportion():
    small, large = cells_of([(1, 1), (3, 1)], [1, 3], OBLONG, tolerance=1e-12)
    np.testing.assert_allclose(small.bounds, (0, 0, 1, 2), atol=1e-9)
    np.testing.assert_allclose(large.bounds, (1, 0, 4, 2), atol=1e-9)


def test_a_cell_may_lie_beside_its_point():
    left, right = cells_of([(1, 1), (1.5, 1)], [3, 1], OBLONG)
    np.testing.assert_allclose(left.bounds, (0, 0, 3, 2), atol=1e-3)
    assert not right.contains(shapely.Point(1.5, 1))


def test_a_cell_may_be_in_pieces_where_the_outline_is_not_convex():
    corner, both_ends = cells_of([(0.2, 0.2), (0.5, 0.5)], [1, 1], ELL)
    assert both_ends.geom_type == "MultiPolygon"
    assert corner.area == pytest.approx(both_ends.area, rel=2e-4)


coordinate = st.integers(1, 99).map(lambda n: n / 25)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(coordinate, coordinate, st.floats(1, 20)),
        min_size=1,
        max_size=12,
        unique_by=lambda spot: spot[:2],
    )
)
def test_cells_have_their_areas_and_fill_the_outline_without_overlap(spots):
    outline = shapely.box(0, 0, 4, 4)
    areas = np.array([area for _, _, area in spots])
    cells = cells_of([spot[:2] for spot in spots], areas, outline)
    np.testing.assert_allclose(shapely.area(cells), areas * 16 / areas.sum(), rtol=1.01e-4)
    assert shapely.union_all(cells, grid_size=1e-9).area == pytest.approx(16)  # a grid: see layer.py
    assert sum(shapely.area(cells)) == pytest.approx(16)


def test_borders_stand_at_right_angles_to_the_line_between_the_points():
    points = np.array([(1, 1), (3, 1.5), (2, 0.4), (0.3, 1.8)])
    cells = cells_of(points, [2, 1, 1, 1], OBLONG)
    for i in range(4):
        for j in range(i):
            border = shapely.intersection(cells[i], cells[j].buffer(1e-9)).intersection(cells[j].boundary.buffer(1e-9))
            if not border.is_empty and border.length > 0.01:
                (x0, y0, x1, y1), (dx, dy) = border.bounds, points[i] - points[j]
                assert min(abs(dx * (x1 - x0) + dy * (y1 - y0)), abs(dx * (x1 - x0) - dy * (y1 - y0))) < 1e-6


def test_points_that_coincide_are_an_error():
    with pytest.raises(ValueError, match="coincide"):
        cells_of([(1, 1), (2, 1), (1, 1)], [1, 1, 1], OBLONG)


def test_a_point_outside_is_an_error():
    with pytest.raises(ValueError, match="outside"):
        cells_of([(1, 1), (5, 1)], [1, 1], OBLONG)


def test_what_cannot_be_reached_is_an_error_and_does_not_run_for_ever():
    with pytest.raises(ArithmeticError, match="50 steps"):
        cells_of([(1, 1), (3, 1), (2, 0.3)], [1, 1, 3], OBLONG, tolerance=0)
