"""The rendered road agrees with itself: geometry, drawing, picture, truth. No test needs SUMO."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

cv2 = pytest.importorskip("cv2")

from vamco.demo.street import film, hall, movement, passages, rendering, shading, truth  # noqa: E402
from vamco.demo.street.movement import Movement, Mover  # noqa: E402
from vamco.demo.street.places import GATE, JUNCTION, NO_STOPPING, ONE_WAY, PLACES, STRAIGHT, drawing, lamp_box  # noqa: E402
from vamco.engines.vision.contracts import Colour, Kind, Light  # noqa: E402

AWAY, HERE = math.pi / 2, -math.pi / 2
RED = {"main": ((0, Light.GREEN), (50, Light.RED))}


def mover(kind, ys, x, way=AWAY, number=0, start=0):
    """A vehicle whose front is at y = ys at each step."""
    path = np.stack([np.full(len(ys), x), np.asarray(ys, float), np.full(len(ys), way)], 1)
    return Mover(number, kind, 0, "70A12345", Colour.WHITE, 2, start, path)


def moved(place, *movers, lights=None, steps=400):
    return Movement(place.name, steps, movers, lights or {})


def acts(scene):
    return [(each.number, each.code) for each in truth.violations(scene)]


@given(x=st.floats(-7, 7), y=st.floats(12, 90), name=st.sampled_from(sorted(PLACES)))
def test_a_point_of_the_road_comes_back_from_its_pixel(x, y, name):
    camera = PLACES[name].camera
    back = camera.ground(camera.on_road(np.array([[x, y]])))[0]
    assert back == pytest.approx((x, y), abs=1e-6)


def test_there_is_no_road_above_the_horizon():
    camera = JUNCTION.camera
    pixels = np.array([[640.0, camera.horizon - 1], [640.0, camera.horizon + 5]])
    assert np.isnan(camera.ground(pixels)[0]).all()
    assert camera.ground(pixels)[1, 1] > 200


def test_what_is_nearer_is_larger_and_lower():
    camera = JUNCTION.camera
    near, far = camera.on_road(np.array([[0.0, 15.0], [0.0, 60.0]]))
    assert near[1] > far[1]
    assert camera.scale(0, 15) > 2 * camera.scale(0, 60)


@pytest.mark.parametrize("place", PLACES.values(), ids=lambda place: place.name)
def test_the_calibration_says_where_the_road_is(place):
    view = drawing(place)
    shape = cv2.getPerspectiveTransform(np.float32(view.calibration.pixels), np.float32(view.calibration.metres))
    (x, y) = place.camera.on_road(np.array([[1.0, 18.0]]))[0]
    flat = shape @ (x, y, 1)
    assert flat[:2] / flat[2] == pytest.approx((1.0, 18.0), abs=0.02)


def test_lanes_lead_where_their_vehicles_go():
    for place in PLACES.values():
        for ground, drawn in zip(place.lanes, drawing(place).lanes, strict=True):
            up = drawn.way[1][1] < drawn.way[0][1]  # towards the top of the picture is away from the camera
            assert up == (ground.way > 0)


def test_the_picture_has_paint_where_the_drawing_has_the_stop_line():
    picture = rendering.background(JUNCTION, 1)
    line = JUNCTION.lines[0]
    xs = np.linspace(line.x0 + 0.3, line.x1 - 0.3, 30)
    on = JUNCTION.camera.on_road(np.stack([xs, np.full(30, line.y + line.thick / 2)], 1)).astype(int)
    before = JUNCTION.camera.on_road(np.stack([xs, np.full(30, line.y - 1.0)], 1)).astype(int)
    assert np.median(picture[on[:, 1], on[:, 0]]) > 185
    assert np.median(picture[before[:, 1], before[:, 0]]) < 140
    left, right = drawing(JUNCTION).stop_lines[0].ends
    assert JUNCTION.camera.ground(np.array([left, right])) == pytest.approx(
        np.array([[line.x0, line.y], [line.x1, line.y]])
    )


@pytest.mark.parametrize("light", [Light.RED, Light.YELLOW, Light.GREEN])
def test_only_the_lamp_that_burns_is_bright(light):
    scene = moved(JUNCTION, lights={"main": ((0, light),)})
    picture, seen = rendering.Renderer(scene).frame(0)
    assert seen == []
    box = lamp_box(JUNCTION.camera, JUNCTION.lamps[0])
    part = picture[int(box.y0) : int(box.y1), int(box.x0) : int(box.x1)].max(2)
    thirds = [third.max() for third in np.array_split(part, 3)]
    assert int(np.argmax(thirds)) == [Light.RED, Light.YELLOW, Light.GREEN].index(light)
    assert sorted(thirds)[1] < 120
    assert max(thirds) > 200


def test_the_same_seed_gives_the_same_pixels_and_another_does_not():
    scene = moved(JUNCTION, mover(Kind.CAR, [20.0], 2.0))
    one, again, other = (rendering.Renderer(scene, seed).frame(0)[0] for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_what_stands_in_front_hides_what_is_behind():
    scene = moved(JUNCTION, mover(Kind.MOTORBIKE, [23.5], 2.0, number=0), mover(Kind.TRUCK, [20.0], 2.0, number=1))
    seen = {each.number: each for each in rendering.Renderer(scene).frame(0)[1]}
    assert seen[1].visible == 1.0
    assert seen[0].visible < 0.2


@pytest.mark.parametrize(("way", "length"), [(AWAY, 4.3), (HERE, 0.0)])
def test_a_box_stands_on_the_edge_that_the_camera_sees(way, length):
    scene = moved(JUNCTION, mover(Kind.CAR, [26.0], 2.0, way))
    (seen,) = rendering.Renderer(scene).frame(0)[1]
    x, y = JUNCTION.camera.on_road(np.array([[2.0, 26.0 - length]]))[0]
    assert seen.box.foot[0] == pytest.approx(x, abs=4.0)
    assert y - 16.0 < seen.box.foot[1] < y + 3.0  # tyres stand a little behind the bumper


def test_shapes_have_the_size_of_their_kind_and_stand_on_the_road():
    assert set(shading.shapes()) == {name for names in shading.BY_KIND.values() for name in names} | {
        "sitting-1",
        "person-1",
    }
    for kind, names in shading.BY_KIND.items():
        for name in names:
            shape = shading.shapes()[name]
            assert shape.parts.max() < len(shading.PARTS)
            assert shape.triangles.max() < len(shape.points)
            assert abs(shape.points[:, 2].min()) < 0.02
            if kind is not Kind.PERSON:
                long = float(np.ptp(shape.points[:, 1]))
                assert long == pytest.approx(movement.LENGTH[kind], abs=0.15)


def test_a_plate_is_seen_from_behind_and_a_motorbike_has_none_in_front():
    scene = moved(GATE, mover(Kind.MOTORBIKE, [18.0], 1.8), mover(Kind.MOTORBIKE, [18.0], -1.8, HERE, number=1))
    seen = {each.number: each for each in rendering.Renderer(scene).frame(0)[1]}
    assert seen[0].plate_width > 25
    assert seen[1].plate_width == 0


def test_the_detector_of_real_frames_finds_what_is_rendered():
    from vamco.engines.vision import ready
    from vamco.engines.vision.detectors import NANODET, Description, OnnxDetector

    if ready.missing():
        pytest.skip("the vehicle detector is not here: " + str(ready.missing()[0][0]))
    kinds = (Kind.CAR, Kind.MOTORBIKE, Kind.PERSON)
    every = [mover(kind, [21.0 + 9 * row], x, number=10 * row + at)
             for row in range(2) for at, (kind, x) in enumerate(zip(kinds, (-4.0, 1.5, 5.5), strict=True))]  # fmt: skip
    picture, seen = rendering.Renderer(moved(STRAIGHT, *every)).frame(0)
    found = OnnxDetector(ready.DETECTOR, Description.read(NANODET), tiles=(2, 2)).detect(picture)
    missed = [
        each for each in seen if not any(one.kind is each.kind and overlap(one.box, each.box) > 0.4 for one in found)
    ]
    assert len(seen) == 6
    assert len(missed) <= 1


def overlap(one, other):
    wide, high = min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)
    both = (one.x1 - one.x0) * (one.y1 - one.y0) + (other.x1 - other.x0) * (other.y1 - other.y0)
    return 0.0 if min(wide, high) <= 0 else wide * high / (both - wide * high)


def test_every_picture_says_that_it_is_simulated():
    picture = rendering.Renderer(moved(STRAIGHT), night=True, rain=True).frame(0)[0]
    corner = picture[-22:, -180:]
    assert (corner.min(2) > 200).sum() > 200


def test_a_red_light_run_is_one_only_while_it_is_red():
    ys = 10 + 0.3 * np.arange(200)
    assert acts(moved(JUNCTION, mover(Kind.MOTORBIKE, ys, 2.0, start=20), lights=RED)) == [(0, "red_light")]
    assert acts(moved(JUNCTION, mover(Kind.MOTORBIKE, ys, 2.0), lights=RED)) == []  # crosses at step 47: still green
    assert acts(moved(JUNCTION, mover(Kind.MOTORBIKE, ys[::-1], -2.0, HERE, start=20), lights=RED)) == []


def test_standing_beyond_the_line_is_the_line_only_even_if_green_comes():
    ys = [*(15 + 0.2 * np.arange(60)), *[27.0] * 200, *(27 + 0.2 * np.arange(100))]
    lights = {"main": ((0, Light.RED), (250, Light.GREEN))}
    assert acts(moved(JUNCTION, mover(Kind.MOTORBIKE, ys, 2.0), lights=lights)) == [(0, "stop_line")]
    before = np.minimum(ys, 23.5)
    assert acts(moved(JUNCTION, mover(Kind.MOTORBIKE, before, 2.0), lights=lights)) == []


def test_lanes_zones_and_speed():
    slow, fast = 15 + 0.4 * np.arange(120), 15 + 0.7 * np.arange(90)  # 36 and 63 km/h
    assert acts(moved(JUNCTION, mover(Kind.CAR, slow, 5.5))) == [(0, "wrong_lane")]
    assert acts(moved(JUNCTION, mover(Kind.MOTORBIKE, slow, 5.5))) == []
    assert acts(moved(STRAIGHT, mover(Kind.CAR, slow, 2.0))) == []
    assert acts(moved(STRAIGHT, mover(Kind.CAR, fast, 2.0))) == [(0, "speed")]
    assert acts(moved(ONE_WAY, mover(Kind.CAR, slow[::-1], 2.0, HERE))) == [(0, "wrong_way")]
    assert acts(moved(ONE_WAY, mover(Kind.TRUCK, slow, 2.0))) == [(0, "forbidden_vehicle")]
    assert acts(moved(ONE_WAY, mover(Kind.MOTORBIKE, slow, 5.0))) == [(0, "pavement")]
    stop = [*slow[:40], *[slow[40]] * 150]
    assert acts(moved(NO_STOPPING, mover(Kind.CAR, stop, 5.5))) == [(0, "illegal_stop")]
    assert acts(moved(NO_STOPPING, mover(Kind.CAR, stop, 2.0))) == []


def test_a_stored_movement_is_the_same(tmp_path):
    scene = moved(JUNCTION, mover(Kind.CAR, 10 + 0.31 * np.arange(100), 2.03, start=7), lights=RED, steps=107)
    movement.save(scene, tmp_path / "m.npz")
    back = movement.load(tmp_path / "m.npz")
    assert back.lights == scene.lights
    assert (back.place, back.steps, back.movers[0].plate, back.movers[0].start) == ("junction", 107, "70A12345", 7)
    assert back.movers[0].path == pytest.approx(scene.movers[0].path, abs=0.006)


def test_perfect_passages_stand_where_the_truth_is():
    scene = moved(STRAIGHT, mover(Kind.CAR, 14 + 0.6 * np.arange(60), 2.0))
    passage = passages.perfect(scene)[0]
    assert passage.speed.kmh == pytest.approx(0.6 / 0.04 * 3.6, abs=0.1)
    for one in passage.path[::10]:
        assert STRAIGHT.camera.ground(np.array([one.box.foot]))[0] == pytest.approx(one.ground, abs=1e-6)


def test_the_hall_counts_who_is_there():
    scene = hall.make(4, 5)
    assert scene == hall.make(4, 5)
    assert scene != hall.make(4, 6)
    picture, seen = hall.frame(scene, 50)
    there = [visitor for visitor in scene.visitors if visitor.at(50) is not None]
    said = hall.counts(scene, 50)
    assert picture.shape == (720, 1280, 3)
    assert len(seen) == len(there) + said["staffed"]
    assert said["staffed"] == sum(first <= 50 < last for first, last in scene.staffed)


@pytest.mark.parametrize("name", sorted(file.stem for file in film.CLIPS.glob("*.webm")))
def test_a_committed_clip_decodes_and_has_its_truth(name):
    about = json.loads((film.CLIPS / f"{name}.truth.json").read_text())
    view = json.loads((film.CLIPS / f"{name}.drawing.json").read_text())
    clip = cv2.VideoCapture(str(film.CLIPS / f"{name}.webm"))
    count = 0
    while True:
        there, picture = clip.read()
        if not there:
            break
        assert picture.shape == (view["height"], view["width"], 3)
        count += 1
    assert count == len(about["frames"])
    assert about["fps"] == 12.5


@pytest.mark.parametrize(
    "each", [f for f in film.FILMS if (film.CLIPS / f"{f.name}.webm").exists()], ids=lambda each: each.name
)
def test_a_clip_shows_the_violations_that_its_movement_holds(each):
    about = json.loads((film.CLIPS / f"{each.name}.truth.json").read_text())
    again = truth.violations(movement.load(film.CLIPS / f"{each.name}.npz"))
    assert about["violations"] == [[v.number, v.code, v.step] for v in again]
    assert {code for _, code, _ in about["violations"]} == set(each.intents)


def test_clips_and_shapes_stay_small():
    assert sum(file.stat().st_size for file in film.CLIPS.iterdir()) < 15_000_000
    assert sum(file.stat().st_size for file in shading.SHAPES.parent.iterdir()) < 1_000_000
