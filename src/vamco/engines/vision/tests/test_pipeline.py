"""A tiny drawn street through the whole pipeline; only the detector and the plate engine are made up."""

from __future__ import annotations

import datetime as dt
import re
from typing import ClassVar

import cv2
import numpy as np
import pytest

from vamco.engines.vision.contracts import (
    Box,
    Calibration,
    Colour,
    Detection,
    Drawing,
    Frame,
    Kind,
    Lane,
    Light,
    PlateRead,
    Signal,
    Zone,
)
from vamco.engines.vision.health import Fault
from vamco.engines.vision.pipeline import Live, Pipeline, Settings
from vamco.engines.vision.reading import PlateReader, Reading, sharpness, simple_vote
from vamco.engines.vision.tracking import Tracked

START = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
WIDTH, HEIGHT, FPS = 320, 240, 10
RED = (30, 20, 200)
NOISE = np.random.default_rng(1).integers(95, 115, (HEIGHT, WIDTH, 3)).astype(np.uint8)


class Sees:
    """Finds the red blocks of a drawn picture: cars; the blue ones: people."""

    name = "blocks 1"

    def __init__(self) -> None:
        self.looks = 0

    def detect(self, picture: np.ndarray) -> list[Detection]:
        self.looks += 1
        found = []
        for kind, colour in ((Kind.CAR, RED), (Kind.PERSON, (200, 20, 30))):
            mask = cv2.inRange(picture, *(np.array(colour) + way * 15 for way in (-1, 1)))
            mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
            count, _labels, stats, _middles = cv2.connectedComponentsWithStats(mask)
            for x, y, w, h, size in stats[1:count]:
                if size > 150:
                    found.append(Detection(kind, Box(float(x), float(y), float(x + w), float(y + h)), 0.8))
        return found


class Reads:
    """Reads the same plate on each block, and remembers what it was given."""

    versions: ClassVar = {"plate_reader": "stripes 1"}

    def __init__(self, text: str = "70A12345") -> None:
        self.text, self.crops = text, []

    def look(self, picture: np.ndarray, vehicle: Detection, day: dt.date) -> PlateRead | None:
        x0, y0, x1, y1 = (max(0, round(each)) for each in vehicle.box)
        crop = picture[y0:y1, x0:x1]
        self.crops.append(crop.shape)
        assert (vehicle.kind, day) == (Kind.CAR, START.date())
        assert (np.abs(crop.astype(int) - RED).max(axis=2) < 15).mean() > 0.3, "only vehicles are shown to it"
        return PlateRead(
            self.text,
            1,
            (0.99, 0.9),
            Colour.WHITE,
            complete=True,
            width=20,
            box=Box(x0 + 10, y0 + 20, x0 + 30, y0 + 26),
        )


def street(
    number: int, *cars: tuple[float, float], person: tuple[float, float] | None = None, light: Light = Light.RED
) -> Frame:
    picture = np.roll(NOISE, 7 * number, axis=1)
    for x, y in cars:
        left, top = round(x), round(y)
        picture[max(0, top) : max(0, top + 40), left : left + 50] = RED
        picture[max(0, top + 20) : max(0, top + 26), left + 10 : left + 30 : 4] = 255
    if person is not None:
        x, y = map(round, person)
        picture[y : y + 40, x : x + 15] = (200, 20, 30)
    picture[10:70, 290:312] = 30
    cv2.circle(
        picture, (301, 20 if light is Light.RED else 60), 8, (40, 30, 240) if light is Light.RED else (90, 230, 60), -1
    )
    return Frame("c1", number, START + dt.timedelta(seconds=number / FPS), picture)


NEAR = Settings(reading=Reading(narrowest=40))
DRAWING = Drawing(
    WIDTH, HEIGHT,
    lanes=(Lane("L1", ((60, 0), (160, 0), (160, 240), (60, 240)), ((110, 0), (110, 240))),),
    signals=(Signal("T1", Box(290, 10, 312, 70)),),
    calibration=Calibration(((60, 0), (160, 0), (160, 240), (60, 240)), ((0, 0), (4, 0), (4, 24), (0, 24)), 0.05),
)  # fmt: skip


def drive(pipeline: Pipeline, frames: int = 40) -> list:
    """One car from above to below, 5 pixels a frame: half a metre, 18 km/h; somebody stands aside."""
    steps = [pipeline.feed(street(i, (85, 5 * i), person=(200, 100))) for i in range(frames)]
    after = (street(i, person=(200, 100), light=Light.GREEN) for i in range(frames, frames + 60))
    return [*steps, *map(pipeline.feed, after)]


def test_a_car_becomes_one_passage_with_plate_speed_and_path() -> None:
    reads, sees = Reads(), Sees()
    pipeline = Pipeline("c1", sees, DRAWING, plates=reads, settings=NEAR)
    steps = drive(pipeline)
    (passage,) = [passage for step in steps for passage in step.passages]
    assert (passage.camera, passage.kind, passage.doubt) == ("c1", Kind.CAR, frozenset())
    assert passage.plate is not None
    assert passage.plate.text == "70A12345"
    assert passage.plate.box is not None
    assert passage.plate.box.x0 == pytest.approx(95, abs=3), "in pixels of the whole picture"
    assert passage.speed is not None
    assert passage.speed.kmh == pytest.approx(18, rel=0.03)
    assert passage.models == {"detector": "blocks 1", "plate_reader": "stripes 1"}
    assert passage.first_at <= START + dt.timedelta(seconds=0.2)
    assert re.fullmatch("[0-9a-f]{64}", passage.key)
    assert pipeline.finish() == (), "who only stands there is no passage"
    assert 1 <= len(reads.crops) <= 8
    assert sees.looks == 100


class TwoCars:
    """Two cars that pass through each other; boxes as they are, no picture needed."""

    name = "two cars"

    def __init__(self) -> None:
        self.at = 0

    def detect(self, picture: np.ndarray) -> list[Detection]:
        x, self.at = 6.0 * self.at, self.at + 1
        boxes = (Box(x, 60, x + 60, 110), Box(250 - x, 64, 310 - x, 114)) if self.at <= 40 else ()
        return [Detection(Kind.CAR, box, 0.8) for box in boxes]


class ByPlace:
    """Reads the left or right plate by where the car was seen, as if both had turned round in the middle."""

    versions: ClassVar = {"plate_reader": "by place"}

    def look(self, picture: np.ndarray, vehicle: Detection, day: dt.date) -> PlateRead | None:
        x = (vehicle.box.x0 + vehicle.box.x1) / 2
        return (
            None
            if 110 < x < 200
            else PlateRead("70A33333" if x < 155 else "62C11111", 1, (0.95,), Colour.WHITE, complete=True, width=60)
        )


def test_two_tracks_whose_plates_changed_places_are_doubtful_and_nothing_is_kept_of_them() -> None:
    settings = Settings(reading=Reading(narrowest=40, blurred=-1, enough=0.9))
    pipeline = Pipeline("c1", TwoCars(), plates=ByPlace(), settings=settings)
    passages = [passage for i in range(120) for passage in pipeline.feed(street(i)).passages]
    assert [passage.doubt for passage in passages] == [{"swapped"}, {"swapped"}]
    assert not pipeline._plates._tracks
    assert not pipeline._crossings._met
    assert not pipeline._gone


def test_the_same_pictures_give_the_same_key_and_others_another() -> None:
    keys = []
    for text in ("70A12345", "70A12345", "70A99999"):
        steps = drive(Pipeline("c1", Sees(), DRAWING, plates=Reads(text), settings=NEAR))
        keys += [passage.key for step in steps for passage in step.passages]
    assert keys[0] == keys[1] != keys[2]


def test_light_changes_and_the_live_state() -> None:
    steps = drive(Pipeline("c1", Sees(), DRAWING, plates=Reads(), settings=NEAR))
    changes = [change for step in steps for change in step.changes]
    assert [(change.light, change.at) for change in changes] == [
        (Light.RED, START),
        (Light.GREEN, START + dt.timedelta(seconds=4)),
    ]
    live: Live = steps[20].live
    assert live.kinds == {Kind.CAR: 1, Kind.PERSON: 1}
    assert list(live.plates.values()) == ["70A12345"]
    assert live.lights == {"T1": Light.RED}
    assert live.health.good


def test_a_stride_looks_at_each_third_picture_and_finds_the_same() -> None:
    sees = Sees()
    pipeline = Pipeline("c1", sees, DRAWING, settings=Settings(stride=3))
    steps = drive(pipeline)
    assert sees.looks == 34
    (passage,) = [passage for step in steps for passage in step.passages]
    assert passage.plate is None
    assert passage.speed is not None
    assert passage.speed.kmh == pytest.approx(18, rel=0.03)
    boxes = [one.box.x0 for one in steps[20].live.tracks if one.kind is Kind.CAR]
    assert boxes == pytest.approx([85], abs=4), "expected between two looks"


def test_counts_come_each_minute_and_are_empty_after_a_fault() -> None:
    pipeline = Pipeline("c1", Sees(), DRAWING, settings=Settings(counts_every=dt.timedelta(seconds=5)))
    lanes = [lane for step in drive(pipeline) for lane in step.lanes]
    assert [lane.passed for lane in lanes] == [{Kind.CAR: 1}]
    still = street(500).pixels
    for i in range(101, 400):
        frame = Frame("c1", i, START + dt.timedelta(seconds=i / FPS), still)
        lanes += pipeline.feed(frame).lanes
    assert [lane.passed for lane in lanes][-1] is None, "a frozen picture counts nothing, not 0"
    assert Fault.FROZEN in pipeline.watch.judge(frame.at).since


def test_a_passage_seen_by_a_camera_in_doubt_says_so() -> None:
    pipeline = Pipeline("c1", Sees(), Drawing(640, 480))
    steps = drive(pipeline)
    (passage,) = [passage for step in steps for passage in step.passages]
    assert passage.doubt == {"size"}


def test_dropped_frames_make_a_passage_doubtful() -> None:
    pipeline = Pipeline("c1", Sees())
    frames = [street(4 * i, (85, 20 * i)) for i in range(10)] + [street(i) for i in range(40, 110)]
    shed = [Frame(f.camera, f.number, f.at, f.pixels, dropped=min(3 * i, 27)) for i, f in enumerate(frames)]
    (passage,) = [passage for frame in shed for passage in pipeline.feed(frame).passages]
    assert passage.doubt == {"shed"}


def test_what_still_goes_on_at_the_end_comes_with_the_last_step() -> None:
    pipeline = Pipeline("c1", Sees(), DRAWING)
    *_steps, last = pipeline.run(street(i, (85, 5 * i)) for i in range(20))
    assert [passage.kind for passage in last.passages] == [Kind.CAR]


def test_a_hall_has_counts_and_no_passages() -> None:
    hall = Drawing(WIDTH, HEIGHT, zones=(Zone("W", ((150, 50), (319, 50), (319, 239), (150, 239)), "waiting"),))
    pipeline = Pipeline("h1", Sees(), hall, settings=Settings(counts_every=dt.timedelta(seconds=5)))
    steps = [pipeline.feed(street(i, person=(200, 100))) for i in range(55)]
    (count,) = [step.hall for step in steps if step.hall is not None]
    assert count.most_waiting == 1
    assert pipeline.finish() == ()


def read(text: str, *chars: float, complete: bool = True) -> PlateRead:
    return PlateRead(text, 1, chars, Colour.WHITE, complete, 90)


def test_the_vote_prefers_whole_reads_and_the_surest_of_the_winner() -> None:
    reads = [read("70A1", 0.99, complete=False), read("70A12345", 0.6), read("70A12345", 0.7), read("70A12346", 0.9)]
    assert simple_vote(reads) == reads[2]
    assert simple_vote(reads[:1]) == reads[0]
    assert simple_vote([]) is None


def test_a_vehicle_that_waits_far_away_is_still_read_when_it_comes_near() -> None:
    reader = PlateReader(Reads(), Reading(narrowest=40, most_a_track=6, enough=2))
    frame = street(0, (85, 60)).pixels
    widths = [42] * 60 + [42 + i for i in range(30)]
    for number, width in enumerate(widths):
        reader.look(
            number,
            frame,
            [Tracked(1, Kind.CAR, Box(110 - width / 2, 60, 110 + width / 2, 100), 0.8, seen=True)],
            START.date(),
        )
    pictures = [picture for picture, _read in reader.reads(1)]
    assert len(pictures) == 6
    assert [widths[picture] for picture in pictures[3:]] == [48, 54, 61]


def test_plates_are_read_sharp_large_and_seldom() -> None:
    engine = Reads()
    reader = PlateReader(engine, Reading(narrowest=40, most_a_track=6, enough=2))
    frame = street(0, (85, 60), (180, 60)).pixels

    def track(number: int, *box: float) -> Tracked:
        return Tracked(number, Kind.CAR, Box(*box), 0.8, seen=True)

    for number in range(40):
        reader.look(number, frame, [track(1, 85, 60, 135, 100), track(2, 180, 60, 210, 100)], START.date())
    assert [picture for picture, _read in reader.reads(1)] == [0, 1, 4], "half of six, rarer and rarer"
    assert reader.reads(2) == [], "too narrow to be legible"
    blurred = cv2.GaussianBlur(frame, (0, 0), 7)
    assert sharpness(blurred[60:100, 85:135]) < 20 < sharpness(frame[60:100, 85:135])
    reader.look(50, blurred, [track(3, 85, 60, 135, 100)], START.date())
    assert reader.reads(3) == []
    reader.forget([1])
    assert reader.reads(1) == []
