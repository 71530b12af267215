"""Bystanders: no pixel of theirs remains; the overlay touches a copy only."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision.contracts import Box, Drawing, Kind, Lane, Light, Signal, StopLine, Zone
from vamco.engines.vision.masking import Bystanders, bystanders, masked
from vamco.engines.vision.overlay import LIGHTS, Marked, drawn
from vamco.engines.vision.tracking import Tracked

DRAWS = np.random.default_rng(7)
# No value that the mask itself can give (8, 24, 40 …): what remains can be told from what was put.
PICTURE = (DRAWS.integers(0, 16, (200, 300, 3)) * 16 + 3).astype(np.uint8)


def track(number: int, kind: Kind, *box: float) -> Tracked:
    return Tracked(number, kind, Box(*box), 0.8, seen=True)


@given(st.floats(-50, 290), st.floats(-50, 190), st.floats(1, 200), st.floats(1, 200))
def test_no_pixel_of_a_masked_region_remains_and_none_else_changes(x: float, y: float, w: float, h: float) -> None:
    result = masked(PICTURE, Bystanders((Box(x, y, x + w, y + h),)))
    same = (result == PICTURE).any(axis=2)
    x0, y0 = max(0, int(np.floor(x))), max(0, int(np.floor(y)))
    x1, y1 = max(0, min(300, int(np.ceil(x + w)))), max(0, min(200, int(np.ceil(y + h))))
    assert not same[y0:y1, x0:x1].any()
    outside = np.ones(same.shape, bool)
    outside[y0:y1, x0:x1] = False
    assert (result == PICTURE)[outside].all()


def test_a_face_is_left_with_a_few_colours() -> None:
    result = masked(PICTURE, Bystanders((Box(100, 50, 140, 90),)))
    colours = np.unique(result[50:90, 100:140].reshape(-1, 3), axis=0)
    assert len(colours) <= 25


def test_a_mask_zone_is_black() -> None:
    zones = [
        Zone("house", ((10, 10), (60, 10), (60, 60), (10, 60)), "mask"),
        Zone("w", ((80, 80), (90, 80), (90, 90)), "watch"),
    ]
    result = masked(PICTURE, Bystanders(()), zones)
    assert not result[11:60, 11:60].any()
    assert (result[80:100, 80:100] == PICTURE[80:100, 80:100]).all()


def test_the_vehicle_concerned_is_spared_and_nobody_else() -> None:
    tracks = [
        track(1, Kind.CAR, 0, 100, 100, 200),
        track(2, Kind.CAR, 80, 90, 180, 190),  # beside it, plate unknown
        track(3, Kind.CAR, 200, 100, 300, 200),  # plate known
        track(4, Kind.PERSON, 30, 110, 50, 160),  # before the vehicle concerned
    ]
    who = bystanders(tracks, 1, {3: Box(240, 180, 260, 190)})
    assert who.spared == Box(0, 100, 100, 200)
    result = masked(PICTURE, who)
    same = (result == PICTURE).all(axis=2)
    assert same[170:200, 0:80].all(), "its plate is seen"
    assert not same[100:190, 101:180].any(), "the whole of the car whose plate nobody knows"
    assert not same[110:160, 30:50].any(), "who walks before it"
    assert not same[178:193, 236:264].any(), "the known plate of another"
    assert not same[100:155, 201:299].any(), "and who sits in it"
    assert same[160:177, 201:235].all(), "the rest of that car stays"


def test_the_rider_of_the_motorbike_concerned_keeps_no_face() -> None:
    result = masked(PICTURE, bystanders([track(1, Kind.MOTORBIKE, 100, 50, 150, 150)], 1))
    same = (result == PICTURE).all(axis=2)
    assert not same[50:95, 100:150].any()
    assert same[96:150, 100:150].all()


def test_the_overlay_draws_on_a_copy_and_shows_the_light() -> None:
    before = PICTURE.copy()
    drawing = Drawing(
        300, 200, (Lane("L", ((5, 5), (100, 5), (100, 190)), ((50, 10), (50, 180))),),
        (StopLine("S", ((20, 150), (120, 150)), ("L",), "T"),), (), (Signal("T", Box(250, 10, 270, 60)),),
    )  # fmt: skip
    tracks = [track(7, Kind.CAR, 150, 60, 220, 120), track(8, Kind.CAR, 20, 20, 60, 60)]
    marked = Marked(tracks, {7: [(180, 20), (185, 120)]}, {7: "70A12345"}, {"T": Light.RED}, only=7)
    result = drawn(PICTURE, marked, drawing)
    assert (before == PICTURE).all()
    assert tuple(result[150, 70]) == LIGHTS[Light.RED]
    assert tuple(result[90, 150]) == (80, 200, 60)
    assert (result[30:58, 22:58] == PICTURE[30:58, 22:58]).mean() > 0.8, "the other track is not drawn"


def test_what_stands_before_the_vehicle_concerned_does_not_come_back_with_it() -> None:
    car = Tracked(1, Kind.CAR, Box(20, 20, 100, 90), 0.9, seen=True)
    before = Tracked(2, Kind.MOTORBIKE, Box(50, 60, 70, 95), 0.9, seen=True)
    behind = Tracked(3, Kind.CAR, Box(70, 10, 130, 50), 0.9, seen=True)
    found = bystanders([car, before, behind], 1)
    assert (found.spared, found.nearer, found.vehicles) == (car.box, (before.box,), (behind.box,))
    picture = np.random.default_rng(1).integers(0, 255, (120, 140, 3), dtype=np.uint8)
    shown = masked(picture, found)
    assert not (shown[62:94, 52:68] == picture[62:94, 52:68]).all(axis=2).any()
    assert (shown[20:50, 72:100] == picture[20:50, 72:100]).all()  # of the car concerned itself nothing is lost
