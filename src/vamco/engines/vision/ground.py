"""From pixels to metres on the road: a homography from measured points. Pure NumPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vamco.engines.vision.contracts import Calibration

    Floats = NDArray[np.floating[Any]]

_FEWEST: Final = 4


class BadCalibration(ValueError):  # noqa: N818  # read as a sentence where it is raised
    """The points do not determine the road: too few, on one line, or contradicting each other."""


class Ground:
    """The plane of the road. `off` is how far, in metres, the measured points lie from where the homography puts them (RMS)."""

    def __init__(self, calibration: Calibration) -> None:
        pixels, metres = np.array(calibration.pixels, float), np.array(calibration.metres, float)
        if len(pixels) < _FEWEST or pixels.shape != metres.shape:
            raise BadCalibration("at least four points, each with its metres, are needed")
        self._matrix = _homography(pixels, metres)
        self.exact = calibration.exact
        self.off = float(np.sqrt(((self.metres(pixels) - metres) ** 2).sum(axis=1).mean()))
        spread = float(np.linalg.norm(metres - metres.mean(axis=0), axis=1).max())
        depth = np.concatenate((pixels, np.ones((len(pixels), 1))), axis=1) @ self._matrix[2]
        folded = depth.min() * depth.max() <= 0  # some points would lie beyond the horizon
        if folded or not np.isfinite(self.off) or self.off > 0.05 * spread:  # no plane at all
            raise BadCalibration("the points contradict each other")

    def metres(self, pixels: Floats) -> Floats:
        """Give where points of the picture lie on the road: (n, 2) pixels to (n, 2) metres."""
        whole = np.concatenate((pixels, np.ones((len(pixels), 1))), axis=1) @ self._matrix.T
        found: Floats = whole[:, :2] / whole[:, 2:]
        return found

    def metres_a_pixel(self, pixels: Floats) -> Floats:
        """Give how many metres the next pixel below is away, at each of (n, 2) points: how exactly a foot can be placed."""
        below = self.metres(pixels + np.array([0.0, 1.0]))
        step: Floats = np.linalg.norm(below - self.metres(pixels), axis=1)
        return step


def _homography(pixels: Floats, metres: Floats) -> Floats:
    """Solve for the matrix that takes pixels to metres by the normalised direct linear transform."""
    into, source = _normalised(pixels)
    out, target = _normalised(metres)
    rows = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[-x, -y, -1, 0, 0, 0, u * x, u * y, u], [0, 0, 0, -x, -y, -1, v * x, v * y, v]]
    _left, strength, vectors = np.linalg.svd(np.array(rows))
    if strength[7] < 1e-6 * strength[0]:  # eight equations, but fewer facts
        raise BadCalibration("three of the points lie on one line")
    matrix: Floats = np.linalg.inv(out) @ vectors[-1].reshape(3, 3) @ into
    whole: Floats = matrix / matrix[2, 2]
    return whole


def _normalised(points: Floats) -> tuple[Floats, Floats]:
    """Move points about 0 and scale them to about 1; gives the matrix that does it, and the points."""
    middle = points.mean(axis=0)
    scale = np.sqrt(2) / max(float(np.linalg.norm(points - middle, axis=1).mean()), 1e-12)
    matrix = np.array([[scale, 0, -scale * middle[0]], [0, scale, -scale * middle[1]], [0, 0, 1]])
    return matrix, (points - middle) * scale
