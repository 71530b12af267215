"""Drawn lamps by day and night, changes over time, the controller's feed."""

from __future__ import annotations

import datetime as dt

import cv2
import numpy as np
import pytest

from vamco.engines.vision.contracts import Box, Light, LightChange
from vamco.engines.vision.signals import SignalWatch, lamp, light_at, night

START = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
BGR = {Light.RED: (40, 30, 240), Light.YELLOW: (30, 200, 250), Light.GREEN: (190, 230, 60)}
PLACE = {Light.RED: 25, Light.YELLOW: 60, Light.GREEN: 95}
HOUSING = Box(100, 50, 140, 170)


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def signal(
    *lit: Light, dark: bool = False, bloom: bool = False, around: tuple[int, int, int] = (150, 140, 130)
) -> np.ndarray:
    picture = np.full((240, 240, 3), 8 if dark else around, np.uint8)
    picture[50:170, 100:140] = 6 if dark else 35
    for light, down in PLACE.items():
        colour = BGR[light] if light in lit else (12, 12, 12) if dark else (50, 50, 50)
        centre = (120, 50 + down)
        if bloom and light in lit:
            cv2.circle(picture, centre, 17, colour, -1)
            cv2.circle(picture, centre, 9, (255, 255, 255), -1)  # overexposed in the middle
        else:
            cv2.circle(picture, centre, 12, colour, -1)
    noise = np.random.default_rng(3).integers(-6, 7, picture.shape)
    return np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", list(BGR))
@pytest.mark.parametrize(("dark", "bloom"), [(False, False), (True, False), (True, True)])
def test_a_lamp_is_read(light: Light, *, dark: bool, bloom: bool) -> None:
    assert lamp(signal(light, dark=dark, bloom=bloom), HOUSING) is light


def test_nothing_lit_and_two_lit_are_unknown() -> None:
    assert lamp(signal(), HOUSING) is Light.UNKNOWN
    assert lamp(signal(Light.RED, Light.GREEN), HOUSING) is Light.UNKNOWN


def test_a_red_board_behind_the_green_lamp_s_place_is_no_red() -> None:
    picture = signal()
    cv2.circle(picture, (120, 145), 12, BGR[Light.RED], -1)
    assert lamp(picture, HOUSING) is not Light.RED


def test_an_orange_lamp_is_yellow_and_never_red() -> None:
    for down, wanted in ((60, {Light.YELLOW}), (25, {Light.YELLOW, Light.UNKNOWN})):
        picture = signal()
        cv2.circle(picture, (120, 50 + down), 12, (15, 90, 255), -1)  # as a junction's camera shows it: 17 degrees
        assert lamp(picture, HOUSING) in wanted


def test_what_is_too_small_or_outside_is_unknown() -> None:
    picture = signal(Light.RED)
    assert lamp(picture, Box(118, 70, 122, 80)) is Light.UNKNOWN
    assert lamp(picture, Box(500, 500, 540, 600)) is Light.UNKNOWN


def test_night_is_told_from_day() -> None:
    assert night(signal(Light.RED, dark=True))
    assert not night(signal(Light.RED))


def test_a_state_counts_once_it_is_seen_twice_since_it_was_seen_first() -> None:
    watch = SignalWatch("S1")
    assert watch.take(at(0), Light.RED) is None
    assert watch.take(at(0.1), Light.GREEN) is None
    assert watch.take(at(0.2), Light.RED) is None
    assert watch.take(at(0.3), Light.RED) == LightChange("S1", at(0.2), Light.RED)
    assert watch.take(at(0.4), Light.RED) is None


def test_a_lamp_hidden_for_a_moment_stays_as_it_was_and_then_becomes_unknown() -> None:
    watch = SignalWatch("S1")
    watch.take(at(0), Light.RED)
    watch.take(at(0.1), Light.RED)
    assert watch.take(at(1), Light.UNKNOWN) is None
    assert watch.take(at(2.9), Light.UNKNOWN) is None
    assert watch.light is Light.RED
    assert watch.take(at(3), Light.UNKNOWN) == LightChange("S1", at(1), Light.UNKNOWN)


def test_the_feed_says_the_state_at_a_moment() -> None:
    changes = [
        LightChange("S1", at(0), Light.RED),
        LightChange("S2", at(5), Light.GREEN),
        LightChange("S1", at(30), Light.GREEN),
    ]
    assert light_at(changes, "S1", at(-1)) is Light.UNKNOWN
    assert light_at(changes, "S1", at(29.9)) is Light.RED
    assert light_at(changes, "S1", at(30)) is Light.GREEN
    assert light_at(changes, "S3", at(30)) is Light.UNKNOWN
    assert light_at(changes, "S1", at(200), dt.timedelta(seconds=120)) is Light.UNKNOWN
