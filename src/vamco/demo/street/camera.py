"""A pinhole camera above a plane road.

The road's plane has x to the right and y away from the camera, in metres, z up; the camera stands above (0, 0) and looks along +y,
turned by `pan` to the right and by `tilt` downwards. Pixels as in `engines.vision.contracts`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

NEAR_M = 0.5


@dataclass(frozen=True, slots=True)
class Camera:
    """`height` in metres, `tilt` and `pan` in degrees, `focal` in pixels of a picture of `width` x `height_px`."""

    height: float
    tilt: float
    focal: float
    width: int = 1280
    height_px: int = 720
    pan: float = 0.0
    x: float = 0.0
    y: float = 0.0

    def axes(self) -> Points:
        """Return the camera's right, down and forward directions as rows, shape (3, 3)."""
        tilt, pan = math.radians(self.tilt), math.radians(self.pan)
        right = (math.cos(pan), -math.sin(pan), 0.0)
        ahead = (math.sin(pan) * math.cos(tilt), math.cos(pan) * math.cos(tilt), -math.sin(tilt))
        down = (-math.sin(pan) * math.sin(tilt), -math.cos(pan) * math.sin(tilt), -math.cos(tilt))
        return np.array([right, down, ahead])

    def depth(self, points: Points) -> Points:
        """Return how far points (n, 3) lie along the camera's axis, in metres."""
        return self._seen(points)[:, 2]

    def _seen(self, points: Points) -> Points:
        seen: Points = (np.asarray(points, float).reshape(-1, 3) - (self.x, self.y, self.height)) @ self.axes().T
        return seen

    def project(self, points: Points) -> Points:
        """Return the pixels (n, 2) of points in metres (n, 3); points behind the camera are NaN."""
        seen = self._seen(points)
        depth = np.where(seen[:, 2] > NEAR_M, seen[:, 2], np.nan)
        return np.stack(
            [self.width / 2 + self.focal * seen[:, 0] / depth, self.height_px / 2 + self.focal * seen[:, 1] / depth], 1
        )

    def on_road(self, points: Points) -> Points:
        """Return the pixels (n, 2) of points of the road (n, 2) in metres."""
        flat = np.asarray(points, float).reshape(-1, 2)
        return self.project(np.concatenate([flat, np.zeros((len(flat), 1))], 1))

    def ground(self, pixels: Points) -> Points:
        """Return the points of the road (n, 2) in metres under pixels (n, 2); NaN at and above the horizon."""
        at = np.asarray(pixels, float).reshape(-1, 2)
        rays = np.concatenate([(at - (self.width / 2, self.height_px / 2)) / self.focal, np.ones((len(at), 1))], 1)
        rays = rays @ self.axes()
        down = np.where(rays[:, 2] < -1e-9, rays[:, 2], np.nan)
        return (self.x, self.y) + rays[:, :2] * (-self.height / down)[:, None]

    def scale(self, x: float, y: float) -> float:
        """Return how many pixels a metre across takes for something that stands at a point of the road."""
        depth = float(self.depth(np.array([[x, y, 0.8]]))[0])
        return self.focal / max(depth, NEAR_M)

    @property
    def horizon(self) -> float:
        """The row of the picture where the road ends."""
        return self.height_px / 2 - self.focal * math.tan(math.radians(self.tilt))
