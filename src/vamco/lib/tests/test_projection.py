import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.geometry import EqualArea

TAY_NINH = EqualArea(106.2, 10.9)
lons = st.floats(-180, 180)
lats = st.floats(-89, 89)


@given(st.lists(st.tuples(lons, lats), min_size=1, max_size=5))
def test_there_and_back(lonlat):
    back = TAY_NINH.to_lonlat(TAY_NINH.to_metres(np.array(lonlat)))
    np.testing.assert_allclose(back, lonlat, atol=1e-8)


def test_no_points_stay_none():
    assert TAY_NINH.to_lonlat(TAY_NINH.to_metres(np.empty((0, 2)))).shape == (0, 2)


def test_the_whole_earth_has_its_area():
    (west, south), (east, north) = TAY_NINH.to_metres(np.array([(-180, -90), (180, 90)]))
    assert (east - west) * (north - south) == pytest.approx(510_065_621_724_089, rel=1e-9)  # NIMA TR8350.2, table C.1


def test_scale_is_true_at_the_centre():
    # A degree at 10.9° on WGS 84: 109,315.2 m along the parallel, 110,613.8 m along the meridian (Snyder, eq. 4-18, 4-19)
    step = 1e-3
    x, y = (
        TAY_NINH.to_metres(np.array([(106.2 + step, 10.9 + step)])) - TAY_NINH.to_metres(np.array([(106.2, 10.9)]))
    )[0]
    sin2 = np.sin(np.radians(10.9)) ** 2
    e2 = 0.00669437999014
    parallel = 6378137 * np.cos(np.radians(10.9)) / np.sqrt(1 - e2 * sin2) * np.radians(step)
    meridian = 6378137 * (1 - e2) / (1 - e2 * sin2) ** 1.5 * np.radians(step)
    assert (x, y) == pytest.approx((parallel, meridian), rel=1e-5)
