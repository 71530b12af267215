"""Lon/lat to metres and back, keeping areas."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Coordinates = npt.NDArray[np.float64]  # shape (n, 2): lon, lat in degrees, or x, y in metres

_A = 6378137.0  # WGS 84: equatorial radius, metres
_E2 = 0.00669437999014  # and squared eccentricity
_E = _E2**0.5
_SAME_RADIANS = 1e-13


class EqualArea:
    """The cylindrical equal-area projection of the WGS 84 ellipsoid around a point.

    Areas are true everywhere, shapes near the point's latitude (within a province, to about 1 %).
    Source: J. P. Snyder, Map Projections: A Working Manual, USGS 1987, pp. 81-83 (eq. 10-13 to 10-15, 3-12).
    """

    def __init__(self, lon: float, lat: float) -> None:
        """Take the central meridian and the true latitude, in degrees."""
        self._lon = lon
        sin = np.sin(np.radians(lat))
        self._k = float(np.cos(np.radians(lat)) / np.sqrt(1 - _E2 * sin * sin))

    def to_metres(self, lonlat: Coordinates) -> Coordinates:
        """Give x, y in metres for lon, lat in degrees."""
        x = _A * self._k * np.radians(lonlat[:, 0] - self._lon)
        return np.column_stack([x, _A * _q(np.radians(lonlat[:, 1])) / (2 * self._k)])

    def to_lonlat(self, metres: Coordinates) -> Coordinates:
        """Give lon, lat in degrees for x, y in metres."""
        lon = self._lon + np.degrees(metres[:, 0] / (_A * self._k))
        return np.column_stack([lon, np.degrees(_latitude(2 * self._k * metres[:, 1] / _A))])


def _q(phi: Coordinates) -> Coordinates:
    sin = np.sin(phi)
    wave = np.log((1 - _E * sin) / (1 + _E * sin))
    q: Coordinates = (1 - _E2) * (sin / (1 - _E2 * sin * sin) - wave / (2 * _E))
    return q


def _latitude(q: Coordinates) -> Coordinates:
    """Invert `_q` by Newton's method (Snyder's eq. 3-16); from the sphere's latitude three or four rounds do."""
    phi: Coordinates = np.arcsin(q / 2)
    step = np.ones_like(phi)
    while np.abs(step).max(initial=0) > _SAME_RADIANS:
        sin = np.sin(phi)
        step = (q - _q(phi)) * (1 - _E2 * sin * sin) ** 2 / (2 * (1 - _E2) * np.cos(phi))
        phi = phi + step
    return phi
