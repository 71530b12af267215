"""Made-up traffic with exact truth, and what a detector would make of it: noise, misses, occlusion, false alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vamco.engines.vision import heads
from vamco.engines.vision.contracts import Box, Detection, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    Truth = list[dict[int, Box]]

WIDTH, HEIGHT = 1920, 1080
SIZES = {Kind.CAR: (150, 120), Kind.MOTORBIKE: (55, 110), Kind.TRUCK: (210, 220), Kind.PERSON: (40, 105)}


def traffic(seed: int, pictures: int = 300, things: int = 40) -> tuple[Truth, list[dict[int, Kind]]]:
    """Lanes that come and go, a crossing road, people over the zebra; vehicles wait, motorbikes weave."""
    draws = np.random.default_rng(seed)
    truth: Truth = [{} for _ in range(pictures)]
    kinds: list[dict[int, Kind]] = [{} for _ in range(pictures)]
    for number in range(1, things + 1):
        kind = draws.choice([Kind.CAR, Kind.MOTORBIKE, Kind.MOTORBIKE, Kind.TRUCK, Kind.PERSON])
        for at, box in _drive(draws, Kind(kind), pictures):
            truth[at][number] = box
            kinds[at][number] = Kind(kind)
    return truth, kinds


def _drive(draws: np.random.Generator, kind: Kind, pictures: int) -> Iterator[tuple[int, Box]]:
    across = kind is Kind.PERSON or draws.random() < 0.3
    way = draws.choice([-1, 1])
    start = int(draws.integers(-120, pictures - 40))
    pace = draws.uniform(2, 4) if kind is Kind.PERSON else draws.uniform(6, 18)
    weave = draws.uniform(0, 25) if kind is Kind.MOTORBIKE else draws.uniform(0, 4)
    lane, phase = draws.uniform(0.1, 0.9), draws.uniform(0, 6)
    waits_at, waits_for = draws.uniform(0.3, 0.8), int(draws.integers(0, 60))
    gone, waited = 0.0, 0
    for at in range(start, pictures):
        total = WIDTH if across else HEIGHT
        if gone / total > waits_at and waited < waits_for:
            waited += 1
        else:
            gone += pace
        if gone > total * 1.1:
            return
        along = gone if way > 0 else total - gone
        x, foot = (along, 300 + lane * 600) if across else (200 + lane * 1500, 80 + along)
        x += weave * np.sin(at / 9 + phase)
        scale = 0.35 + 0.9 * np.clip(foot, 0, HEIGHT) / HEIGHT
        width, height = SIZES[kind]
        if across and kind is not Kind.PERSON:
            width = int(width * 1.7)
        box = Box(x - width * scale / 2, foot - height * scale, x + width * scale / 2, foot)
        if at >= 0 and box.x1 > 15 and box.x0 < WIDTH - 15 and box.y1 > 15 and box.y0 < HEIGHT - 15:
            yield at, box


def detections(
    truth: Truth,
    kinds: list[dict[int, Kind]],
    seed: int,
    *,
    missed: float = 0.06,
    noise: float = 0.035,
    false: float = 0.3,
) -> list[list[Detection]]:
    """What a detector gives: nearer things hide farther ones, the hidden score low or are missed."""
    draws = np.random.default_rng(seed + 1000)
    found = []
    for boxes, names in zip(truth, kinds, strict=True):
        numbers = list(boxes)
        array = np.array([boxes[number] for number in numbers]).reshape(-1, 4)
        nearer = array[None, :, 3] > array[:, None, 3]
        hidden = (heads.intersections(array, array) / np.maximum(heads.areas(array), 1)[:, None] * nearer).max(
            axis=1, initial=0
        )
        seen = []
        for place, number in enumerate(numbers):
            score = float(np.clip(draws.normal(0.7, 0.1) - 0.7 * hidden[place], 0.05, 0.95))
            if score < 0.2 or draws.random() < missed:
                continue
            size = array[place, 2:] - array[place, :2]
            shaken = array[place] + draws.normal(0, noise, 4) * np.tile(size, 2)
            seen.append(Detection(names[number], Box(*map(float, shaken)), score))
        for _ in range(draws.poisson(false)):
            x, y, size = draws.uniform(0, WIDTH), draws.uniform(0, HEIGHT), draws.uniform(40, 120)
            score = float(draws.uniform(0.2, 0.6))
            seen.append(Detection(Kind.CAR, Box(x, y, x + size, y + size), score))
        found.append(seen)
    return found
