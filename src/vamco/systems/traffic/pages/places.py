"""The cameras on a small map that needs no script: outlines of the communes, a point for each camera. The list is its twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.world.places import public as places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.web.components import Tone

WIDTH: Final = 480.0
_STRETCH: Final = 1 / 0.982  # of latitude against longitude at 11 degrees north
_ground: dict[int, _Ground] = {}


@dataclass(frozen=True, slots=True)
class _Ground:
    height: float
    west: float
    north: float
    scale: float
    path: str

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        return 2 + (lon - self.west) * self.scale, 2 + (self.north - lat) * self.scale * _STRETCH


@dataclass(frozen=True, slots=True)
class Spot:
    """A camera: where it stands, by what name, how it is, and where its page is."""

    lon: float
    lat: float
    name: str
    tone: Tone
    word: str
    url: str


@dataclass(frozen=True, slots=True)
class CameraMap:
    """The drawing: outlines of communes in one path, and a point for each camera (x, y, its spot)."""

    width: int
    height: int
    path: str
    points: tuple[tuple[str, str, Spot], ...]
    schematic: bool


def draw(spots: Iterable[Spot]) -> CameraMap | None:
    """Return the map of some cameras; None where the pack brings no map."""
    layer = places.map_layer()
    if layer is None:
        return None
    ground = _ground_of(layer)
    points = []
    for spot in spots:
        x, y = ground.spot(spot.lon, spot.lat)
        points.append((f"{x:.1f}", f"{y:.1f}", spot))
    return CameraMap(round(WIDTH), round(ground.height), ground.path, tuple(points), bool(layer["schematic"]))


def _ground_of(layer: dict[str, Any]) -> _Ground:
    """Return the outlines of a layer; a layer never changes, so they are drawn once by each process."""
    found = _ground.get(layer["pk"])
    if found is None:
        rings = [ring for feature in layer["geojson"]["features"] for ring in _rings(feature["geometry"])]
        points = [point for ring in rings for point in ring]
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        scale = (WIDTH - 4) / (east - west)
        bare = _Ground(4 + (north - south) * scale * _STRETCH, west, north, scale, "")
        path = "".join(_line(bare, ring) for ring in rings)
        _ground.clear()
        found = _ground[layer["pk"]] = _Ground(bare.height, west, north, scale, path)
    return found


def _line(ground: _Ground, ring: Sequence[Any]) -> str:
    spots = (ground.spot(point[0], point[1]) for point in ring[:-1])
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in spots) + "Z"


def _rings(geometry: dict[str, Any]) -> list[Any]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]
