"""Speed over a calibrated road: exact without noise, within its interval with it; shapes of the drawing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision.contracts import Box, Calibration, Sighting
from vamco.engines.vision.ground import BadCalibration, Ground
from vamco.engines.vision.shapes import area, crosses, inside
from vamco.engines.vision.speed import speed

START = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
METRES = ((0.0, 0.0), (7.0, 0.0), (7.0, 30.0), (0.0, 30.0), (3.5, 15.0))
# A camera six metres above the road's near end, looking along it.
CAMERA = np.array([[130.0, 95.0, 560.0], [0.0, 22.0, 900.0], [0.0, 0.1, 1.0]])


def pixels(metres: np.ndarray) -> np.ndarray:
    whole = np.concatenate((metres, np.ones((len(metres), 1))), axis=1) @ CAMERA.T
    return whole[:, :2] / whole[:, 2:]


def calibration(exact: float = 0.05, shaken: float = 0.0) -> Calibration:
    points = pixels(np.array(METRES)) + np.random.default_rng(2).normal(0, shaken, (5, 2))
    return Calibration(tuple(map(tuple, points.tolist())), METRES, exact)


def drive(kmh: float, seed: int = 0, *, noise: float = 0.0, fps: float = 12.5, outliers: int = 0) -> list[Sighting]:
    draws, ground = np.random.default_rng(seed), Ground(calibration())
    count = int(28 / (kmh / 3.6) * fps)
    road = np.array([[3.0, 1 + i / fps * kmh / 3.6] for i in range(count)])
    seen = pixels(road) + draws.normal(0, 1, (count, 2)) * noise
    for place in draws.choice(count, outliers, replace=False):
        seen[place] += 40
    there = ground.metres(seen)
    at = [START + dt.timedelta(seconds=i / fps) for i in range(count)]
    return [
        Sighting(
            at[i], i, Box(seen[i][0] - 9, seen[i][1] - 20, seen[i][0] + 9, seen[i][1]), 0.8, tuple(there[i].tolist())
        )
        for i in range(count)
    ]


def test_the_homography_takes_pixels_to_metres() -> None:
    ground = Ground(calibration())
    assert ground.metres(pixels(np.array([[1.0, 12.0]]))) == pytest.approx(np.array([[1, 12]]), abs=1e-6)
    assert ground.off < 1e-6
    assert 0 < Ground(calibration(shaken=2)).off < 1
    near, far = ground.metres_a_pixel(pixels(np.array([[3.5, 2.0], [3.5, 28.0]])))
    assert far > near


@pytest.mark.parametrize(
    "points", [METRES[:3], ((0, 0), (1, 1), (2, 2), (3, 3)), ((0, 0), (9, 0), (0, 30), (9, 30), (9, -90))]
)
def test_points_that_make_no_plane_are_refused(points: tuple[tuple[float, float], ...]) -> None:
    own = tuple(map(tuple, pixels(np.array(METRES))[: len(points)].tolist()))
    with pytest.raises(BadCalibration):
        Ground(Calibration(own, points))


@pytest.mark.parametrize("kmh", [12, 38.5, 60, 118])
def test_without_noise_the_speed_is_exact(kmh: float) -> None:
    found = speed(drive(kmh), calibration())
    assert found is not None
    assert found.kmh == pytest.approx(kmh, rel=1e-6)
    assert 0 < found.within < 0.01 * kmh, "the points were measured to 5 cm over 30 m"


def test_with_noise_95_of_100_lie_within_five_per_cent_and_within_their_interval() -> None:
    draws = np.random.default_rng(9)
    off, held = [], 0
    for seed in range(120):
        kmh = float(draws.uniform(20, 110))
        found = speed(drive(kmh, seed, noise=3, outliers=1), calibration())
        assert found is not None
        off.append(abs(found.kmh - kmh) / kmh)
        held += abs(found.kmh - kmh) <= found.within
    assert np.quantile(off, 0.95) < 0.05
    assert held >= 110, "92 of 100 at least"


def test_a_few_mistaken_sightings_change_little() -> None:
    found = speed(drive(50, 3, noise=1, outliers=3), calibration())
    assert found is not None
    assert found.kmh == pytest.approx(50, rel=0.03)


def test_too_short_a_path_has_no_speed() -> None:
    assert speed(drive(50)[:5], calibration()) is None
    assert speed(drive(4)[:10], calibration()) is None, "less than three metres"
    standing = [Sighting(one.at, one.frame, one.box, one.score) for one in drive(50)]
    assert speed(standing, calibration()) is None


def test_what_lies_in_a_polygon_and_what_crosses_a_line() -> None:
    square = ((0, 0), (10, 0), (10, 10), (0, 10))
    assert inside([(5, 5), (15, 5), (-1, -1)], square).tolist() == [True, False, False]
    assert inside([], square).tolist() == []
    assert area(square) == 100
    assert crosses((5, -1), (5, 1), ((0, 0), (10, 0)))
    assert not crosses((15, -1), (15, 1), ((0, 0), (10, 0)))
    assert not crosses((5, 1), (5, 3), ((0, 0), (10, 0)))


@given(st.floats(-20, 20), st.floats(-20, 20))
def test_a_point_is_inside_a_polygon_whichever_way_it_is_drawn(x: float, y: float) -> None:
    shape = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (5.0, 4.0), (0.0, 10.0))
    assert inside([(x, y)], shape).tolist() == inside([(x, y)], shape[::-1]).tolist()
