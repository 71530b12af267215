"""A camera that freezes, lies about its clock, turns green, changes its size, breaks off (TC-01, TC-02)."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from vamco.engines.vision.contracts import Frame
from vamco.engines.vision.health import Fault, Watch, glance

START = dt.datetime(2026, 11, 30, 1, 5, tzinfo=dt.UTC)
DRAWS = np.random.default_rng(4)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def road(width: int = 640, height: int = 360) -> np.ndarray:
    """A noisy road with a lawn and trees, so that green alone is no fault."""
    picture = DRAWS.integers(70, 120, (height, width, 3)).astype(np.uint8)
    picture[: height // 2] = (60, 130, 70)
    picture[: height // 2] += DRAWS.integers(0, 25, (height // 2, width, 3)).astype(np.uint8)
    return picture


def frame(second: float, pixels: np.ndarray | None = None, shown: dt.datetime | None = None) -> Frame:
    return Frame("c", int(second * 5), at(second), road() if pixels is None else pixels, shown)


def test_a_camera_that_works_has_no_fault() -> None:
    watch = Watch((640, 360))
    for second in range(30):
        watch.take(glance(frame(second, shown=at(second - 2))))
        assert watch.judge(at(second)).good
    assert watch.judge(at(29)).clock_off == dt.timedelta(seconds=-2)


def test_a_frozen_picture_is_one_that_is_the_same_for_twenty_seconds() -> None:
    watch, still = Watch(), road()
    watch.take(glance(frame(0)))
    for second in range(1, 21):
        watch.take(glance(frame(second, still)))
        assert watch.judge(at(second)).good
    watch.take(glance(frame(21, still)))
    assert watch.judge(at(21)).since == {Fault.FROZEN: at(1)}
    watch.take(glance(frame(22)))
    assert watch.judge(at(22)).good


def test_a_stream_without_pictures_is_silent_since_its_last_one() -> None:
    watch = Watch()
    watch.take(glance(frame(0)))
    assert watch.judge(at(10)).good
    assert watch.judge(at(11)).since == {Fault.SILENT: START}


def test_a_clock_that_is_off_by_95_seconds_is_a_fault() -> None:
    watch = Watch()
    watch.take(glance(frame(95, shown=START)))
    state = watch.judge(at(95))
    assert state.since == {Fault.CLOCK: at(95)}
    assert state.clock_off == dt.timedelta(seconds=-95)
    watch.take(glance(frame(100, shown=at(4))))
    assert watch.judge(at(100)).since == {Fault.CLOCK: at(95)}, "it keeps the time of its beginning"


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_a_picture_that_turns_green_is_a_fault_and_trees_are_none(share: float) -> None:
    watch, torn = Watch(), road()
    watch.take(glance(frame(0)))
    assert watch.judge(at(0)).good
    torn[-int(360 * share) :] = (0, 135, 0)
    watch.take(glance(frame(1, torn)))
    assert Fault.GREEN in watch.judge(at(1)).since


def test_a_blind_camera_is_a_fault() -> None:
    watch = Watch()
    watch.take(glance(frame(0, np.full((360, 640, 3), 12, np.uint8))))
    assert watch.judge(at(0)).since == {Fault.BLIND: START}


def test_another_size_than_the_drawing_s_is_a_fault() -> None:
    watch = Watch((640, 360))
    watch.take(glance(frame(0, road(1280, 720))))
    assert watch.judge(at(0)).since == {Fault.SIZE: START}
    watch.take(glance(frame(1)))
    assert watch.judge(at(1)).good


def test_without_a_drawing_the_first_size_is_the_right_one() -> None:
    watch = Watch()
    watch.take(glance(frame(0)))
    watch.take(glance(frame(1, road(320, 180))))
    assert watch.judge(at(1)).since == {Fault.SIZE: at(1)}


def test_a_camera_that_breaks_off_every_two_seconds_is_at_fault_until_it_holds() -> None:
    watch = Watch()
    for second in (0, 2, 4):
        watch.take(glance(frame(second)))
        watch.broke(at(second + 1))
    assert watch.judge(at(5)).since == {Fault.BREAKS: at(1)}
    watch.take(glance(frame(66)))
    assert watch.judge(at(66)).good
