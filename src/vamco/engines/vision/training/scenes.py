"""Scenes for the plate detector: rendered plates on photographs of roads (CC BY 4.0), with things that are not plates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from vamco.engines.vision.training import rendering

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Numbers = NDArray[np.float64]

SIDE: Final = 160
_WORDS: Final = "ABCDEFGHIKLMNOPQRSTUVXY0123456789"


class Scene(NamedTuple):
    """A picture of SIDE × SIDE, BGR, and the corners of its plates (n, 4, 2), from top left clockwise as the plate is read."""

    picture: Picture
    quads: Numbers


def photographs(folders: Sequence[Path], longest: int = 640) -> list[Picture]:
    """Return the pictures of the folders, and one of forty frames of their films."""
    import cv2

    found: list[Picture] = []
    for folder in folders:
        for file in sorted(folder.rglob("*.jpg")):
            picture = cv2.imread(str(file))
            if picture is None:
                raise OSError(f"{file} is not a picture")
            scale = longest / max(picture.shape[:2])
            found.append(
                np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
            )
        for file in sorted(folder.rglob("*.mp4")):
            film = cv2.VideoCapture(str(file))
            frames = iter(film.read, (False, None))
            found += [np.asarray(frame, np.uint8) for number, (_, frame) in enumerate(frames) if number % 40 == 0]
    return found


def random_scene(rng: np.random.Generator, backgrounds: Sequence[Picture], fonts: Path | None) -> Scene:
    """Return a scene with no, one or two plates."""
    picture = _background(rng, backgrounds)
    if rng.random() < 0.35:
        _sign(rng, picture)
    quads: list[Numbers] = []
    for _ in range(int(rng.choice((0, 1, 2), p=(0.12, 0.63, 0.25)))):
        quad = _mount(rng, picture, fonts, quads)
        if quad is not None:
            quads.append(quad)
    picture = rendering.light(rng, picture) if rng.random() < 0.5 else picture
    if rng.random() < 0.15:
        _stamp(rng, picture)
    picture = np.asarray(rendering.sensor(rng, picture), np.uint8)
    return Scene(picture, np.array(quads).reshape(-1, 4, 2))


def _background(rng: np.random.Generator, backgrounds: Sequence[Picture]) -> Picture:
    import cv2

    if not backgrounds or rng.random() < 0.05:
        return np.full((SIDE, SIDE, 3), rng.integers(20, 200), np.uint8)
    whole = backgrounds[int(rng.integers(len(backgrounds)))]
    high, wide = whole.shape[:2]
    side = min(int(np.exp(rng.uniform(np.log(90), np.log(500)))), high, wide)
    narrow = max(40, int(side * rng.uniform(0.65, 1.0)))
    x, y = rng.integers(0, wide - narrow + 1), rng.integers(0, high - side + 1)
    part = cv2.resize(whole[y : y + side, x : x + narrow], (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(part[:, ::-1] if rng.random() < 0.5 else part)


def _mount(rng: np.random.Generator, picture: Picture, fonts: Path | None, others: list[Numbers]) -> Numbers | None:
    """Paint a plate, often with a dark holder and a lamp round it, and return its corners; None where there is no room."""
    import cv2

    plate = rendering.draw_flat(rng, fonts)
    high, wide = plate.picture.shape[:2]
    quad = rendering.random_quad(rng, wide / high)
    quad[:, 0] *= rng.uniform(0.6, 1.0)
    quad *= np.exp(rng.uniform(np.log(18), np.log(105))) / np.ptp(quad[:, 0])
    if np.ptp(quad[:, 1]) > 90:
        quad *= 90 / np.ptp(quad[:, 1])
    reach = np.ptp(quad, axis=0) / 2
    quad += rng.uniform(reach * 0.9, SIDE - reach * 0.9) - quad.mean(axis=0)
    if any(
        (np.abs(quad.mean(axis=0) - other.mean(axis=0)) < reach + np.ptp(other, axis=0) / 2).all() for other in others
    ):
        return None
    if rng.random() < 0.55:
        _holder(rng, picture, quad)
    scale = min(1.0, 1.6 * np.ptp(quad[:, 0]) / wide)
    small = cv2.resize(plate.picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    corners = np.array([(0, 0), (small.shape[1], 0), small.shape[1::-1], (0, small.shape[0])], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
    lit = np.clip(small * rng.uniform(0.5, 1.25), 0, 255).astype(np.uint8)
    cv2.warpPerspective(lit, matrix, (SIDE, SIDE), dst=picture, borderMode=cv2.BORDER_TRANSPARENT)
    return quad


def _holder(rng: np.random.Generator, picture: Picture, quad: Numbers) -> None:
    import cv2

    low, size = quad.min(axis=0), np.ptp(quad, axis=0)
    shade = tuple(float(v) for v in np.clip(rng.uniform(5, 80) + rng.normal(0, 10, 3), 0, 255))
    start = low - size * rng.uniform(0.05, 0.5, 2)
    end = low + size * (1 + rng.uniform(0.05, 0.5, 2))
    cv2.rectangle(picture, tuple(start.astype(int).tolist()), tuple(end.astype(int).tolist()), shade, -1)
    if rng.random() < 0.5:
        red = (float(rng.uniform(20, 90)), float(rng.uniform(10, 80)), float(rng.uniform(150, 255)))
        centre = low + size * (0.5, -rng.uniform(0.3, 0.8))
        axes = (max(2, int(size[0] * rng.uniform(0.15, 0.5))), max(2, int(size[1] * rng.uniform(0.1, 0.3))))
        cv2.ellipse(picture, tuple(centre.astype(int).tolist()), axes, 0, 0, 360, red, -1, cv2.LINE_AA)


def _sign(rng: np.random.Generator, picture: Picture) -> None:
    """Paint something that is not a plate: a shop sign with words, a bright board, stripes."""
    import cv2

    wide, high = int(rng.integers(14, 110)), int(rng.integers(8, 50))
    x, y = int(rng.integers(0, SIDE - 10)), int(rng.integers(0, SIDE - 8))
    tint = tuple(float(v) for v in rng.uniform(60, 255, 3))
    roll = rng.random()
    if roll < 0.3:
        for step in range(0, wide, 14):
            cv2.line(picture, (x + step, y), (x + step + 10, y + high), tint, 5)
        return
    cv2.rectangle(picture, (x, y), (x + wide, y + high), tint, -1)
    if roll < 0.75:
        word = "".join(rng.choice(list(_WORDS), int(rng.integers(10, 26))))
        size = rng.uniform(0.25, 0.6)
        for line in range(int(rng.integers(1, 4))):
            ink = tuple(float(v) for v in rng.uniform(0, 120, 3))
            cv2.putText(picture, word[line:], (x + 2, y + 10 + line * 9), 0, size, ink, 1, cv2.LINE_AA)


def _stamp(rng: np.random.Generator, picture: Picture) -> None:
    import cv2

    word = "".join(rng.choice(list("0123456789/:"), 16))
    place = (int(rng.integers(-20, 60)), int(rng.integers(10, SIDE)))
    tint = (60.0, 230.0, 230.0) if rng.random() < 0.5 else (240.0, 240.0, 240.0)
    cv2.putText(picture, word, place, 0, rng.uniform(0.25, 0.5), tint, 1, cv2.LINE_AA)
