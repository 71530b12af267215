"""Night, rain, grain and compression, laid over a finished day picture. Same seed: same pixels."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import cv2
import numpy as np

NIGHT = np.array((0.34, 0.30, 0.30), np.float32)


def darken(picture: Any) -> Any:
    """Return the picture by night, under street lamps: float32, BGR."""
    high, wide = picture.shape[:2]
    rows, columns = np.mgrid[0:high, 0:wide].astype(np.float32)
    pools = np.zeros((high, wide), np.float32)
    for x, y, size in ((0.22, 0.75, 0.3), (0.8, 0.7, 0.3), (0.4, 0.4, 0.16), (0.62, 0.38, 0.16), (0.5, 0.95, 0.35)):
        pools += np.exp(-(((columns / wide - x) / size) ** 2 + ((rows / high - y) / (size * 0.7)) ** 2))
    lit: Any = picture * (NIGHT + 0.3 * np.clip(pools, 0, 1)[..., None] * np.array((0.75, 0.95, 1.1), np.float32))
    lit[: int(high * 0.14)] *= 0.55
    return lit


def glow(picture: Any, x: float, y: float, size: float, colour: tuple[float, float, float]) -> None:
    """Add light round a point, in place."""
    reach = int(size * 3) + 2
    x0, x1 = max(0, int(x) - reach), min(picture.shape[1], int(x) + reach)
    y0, y1 = max(0, int(y) - reach), min(picture.shape[0], int(y) + reach)
    if x1 <= x0 or y1 <= y0:
        return
    rows, columns = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    far = ((columns - x) ** 2 + (rows - y) ** 2) / max(size, 1.0) ** 2
    picture[y0:y1, x0:x1] += np.exp(-far)[..., None] * np.array(colour, np.float32)


def wet(picture: Any, horizon: int) -> Any:
    """Return a wet road: flatter, darker, with the upper part mirrored faintly in it."""
    out = picture * 0.82 + 24
    road = out[horizon:]
    mirrored = cv2.GaussianBlur(road, (0, 0), sigmaX=3, sigmaY=14)
    out[horizon:] = road * 0.8 + mirrored * 0.2
    return out


def streaks(picture: Any, rng: np.random.Generator, count: int = 260) -> Any:
    """Return the picture with falling rain."""
    layer = np.zeros(picture.shape[:2], np.uint8)
    for x, y, long in zip(
        rng.integers(0, picture.shape[1], count),
        rng.integers(0, picture.shape[0], count),
        rng.integers(9, 26, count),
        strict=True,
    ):
        cv2.line(
            layer,
            (int(x), int(y)),
            (int(x) - int(long) // 6, int(y) + int(long)),
            int(rng.integers(40, 110)),
            1,
            cv2.LINE_AA,
        )
    soft = cv2.GaussianBlur(layer, (0, 0), 0.7).astype(np.float32)
    return picture + 0.55 * soft[..., None]


@lru_cache(maxsize=4)
def _grains(high: int, wide: int, strength: float) -> Any:
    one = np.random.default_rng(7).normal(0, strength, (high + 64, wide + 64, 1))
    return np.repeat(np.round(one), 3, axis=2).astype(np.int16)


def grain(picture: Any, rng: np.random.Generator, strength: float) -> Any:
    """Return a picture (uint8) with the noise of a sensor: one field of noise, shifted at random."""
    high, wide = picture.shape[:2]
    x, y = (int(v) for v in rng.integers(0, 64, 2))
    noise = _grains(high, wide, strength)[y : y + high, x : x + wide]
    return cv2.add(picture, np.ascontiguousarray(noise), dtype=cv2.CV_8U)


def compress(picture: Any, quality: int) -> Any:
    """Return what JPEG of a quality leaves of a picture."""
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
