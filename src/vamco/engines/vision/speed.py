"""Speed from where a track stood on the road, with the interval that holds the truth 95 times of 100. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision.contracts import Speed
from vamco.engines.vision.ground import Ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.vision.contracts import Calibration, Sighting
    from vamco.engines.vision.ground import Floats

_FEWEST: Final = 6
_SHORTEST_S: Final = 0.3
_SHORTEST_M: Final = 3.0
_ROUNDS: Final = 12
_ROBUST: Final = 4.685  # Tukey's bisquare
_MAD: Final = 1.4826


def speed(path: Sequence[Sighting], calibration: Calibration) -> Speed | None:
    """Give the mean speed over the calibrated stretch; None where the path is too short to say.

    The road must be straight enough there for one direction of travel. Where a pixel is many metres a sighting counts for less.
    Two things make the interval: how far the sightings lie about the line (they resemble their neighbours, so they count for
    fewer), and how exactly the points were measured.
    """
    standing = [one for one in path if one.ground is not None]
    if len(standing) < _FEWEST:
        return None
    times = np.array([(one.at - standing[0].at).total_seconds() for one in standing])
    places = np.array([one.ground for one in standing], dtype=float)
    way = _direction(times, places)
    along = places @ way
    coarse = Ground(calibration).metres_a_pixel(np.array([one.box.foot for one in standing]))
    if times[-1] - times[0] < _SHORTEST_S or abs(along[-1] - along[0]) < _SHORTEST_M:
        return None
    pace, error = robust_line(times, along, coarse)
    measured = calibration.exact * np.sqrt(2) / max(_extent(calibration, way), 1e-6)
    whole = np.hypot(error, pace * measured)
    return Speed(kmh=float(abs(pace) * 3.6), within=float(1.96 * whole * 3.6))


def robust_line(times: Floats, values: Floats, coarse: Floats | None = None) -> tuple[float, float]:
    """Give the slope of the line through (n,) values, and its standard error; outliers weigh little or nothing.

    `coarse` says of each value how inexact it is beside the others, in any unit.
    """
    unit = np.ones_like(times) if coarse is None else np.maximum(coarse / np.median(coarse), 1e-3)
    trust = np.ones_like(times)
    slope = offset = 0.0
    left = values
    for _round in range(_ROUNDS):
        slope, offset = _weighted(times, values, trust / unit**2)
        left = (values - (slope * times + offset)) / unit
        scale = max(_MAD * float(np.median(np.abs(left - np.median(left)))), 1e-6)
        trust = np.clip(1 - (left / (_ROBUST * scale)) ** 2, 0, None) ** 2
    weights = trust / unit**2
    middle = (weights * times).sum() / weights.sum()
    spread = (weights * (times - middle) ** 2).sum()
    variance = (trust * left**2).sum() / max(trust.sum() - 2, 1)
    kept = left[trust > 0]
    return slope, float(np.sqrt(variance * _inflation(kept) / spread) * _student(trust.sum()))


def _weighted(times: Floats, values: Floats, weights: Floats) -> tuple[float, float]:
    total = weights.sum()
    t, v = (weights * times).sum() / total, (weights * values).sum() / total
    slope = (weights * (times - t) * (values - v)).sum() / max((weights * (times - t) ** 2).sum(), 1e-12)
    return float(slope), float(v - slope * t)


def _inflation(left: Floats) -> float:
    """Give by how much neighbours that resemble each other raise the variance: (1 + r) / (1 − r)."""
    centred = left - left.mean()
    power = float((centred**2).sum())
    likeness = float((centred[1:] * centred[:-1]).sum() / power) if power > 1e-12 else 0.0  # noqa: PLR2004  # no noise
    likeness = min(max(likeness + 1 / len(left), 0.0), 0.9)  # few values make it look smaller than it is
    return (1 + likeness) / (1 - likeness)


def _student(count: float) -> float:
    """Give how much wider the interval is for few values: the 97.5 % point of Student's distribution over 1.96."""
    free = max(float(count) - 2, 1)
    return 1 + 1.21 / free + 1.5 / free**2


def _direction(times: Floats, places: Floats) -> Floats:
    """Give the way of travel as a vector of length 1."""
    step = np.array([robust_line(times, places[:, axis])[0] for axis in range(2)])
    length = float(np.linalg.norm(step))
    return step / length if length > 0 else np.array([1.0, 0.0])


def _extent(calibration: Calibration, way: Floats) -> float:
    """Give how far the measured points reach along the way, in metres."""
    along = np.array(calibration.metres, dtype=float) @ way
    return float(along.max() - along.min())
