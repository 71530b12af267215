"""The schematic map of the communes as a small drawing that needs no script, and the list that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib.money import format_number
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

WIDTH: Final = 480.0
STEPS: Final = 5
_outlines: dict[int, _Outlines] = {}


@dataclass(frozen=True, slots=True)
class _Outlines:
    height: float
    paths: Mapping[str, str]
    project: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """A commune on the map: its outline, and the class of its figure."""

    code: str
    path: str
    group: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A commune in the list: its name, how many, and where its own list is."""

    name: str
    count: int
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class PlaceMap:
    """The drawing, its classes in words, and the list twin. `area` is a boundary laid over it, "" for none."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    classes: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    schematic: bool
    area: str = ""


def draw(counts: Counter[str], here: str, chosen: str = "", area: dict[str, Any] | None = None) -> PlaceMap | None:
    """Return the map of how many lie in each commune; None where the pack brings no map. `here` is the list's address."""
    layer = places.map_layer()
    if layer is None:
        return None
    outlines = _outlines_of(layer)
    units = list(places.communes(clock.today()))
    most = max(counts.values(), default=0)
    names = {unit.code: either(unit.full_name, unit.name_en) for unit in units}
    shapes = tuple(
        Shape(code, path, _group(counts[code], most), f"{names.get(code, code)}: {counts[code]}")
        for code, path in outlines.paths.items()
    )
    lines = tuple(
        Line(names[unit.code], counts[unit.code], f"{here}?commune={unit.code}", unit.code == chosen)
        for unit in units
        if counts[unit.code] or unit.code == chosen
    )
    return PlaceMap(
        round(WIDTH), round(outlines.height), shapes, tuple(_classes(most)), lines, bool(layer["schematic"]),
        _boundary(area, outlines) if area else "",
    )  # fmt: skip


def _group(count: int, most: int) -> str:
    if not count:
        return "none"
    return f"step-{max(1, min(STEPS, -(-count * min(STEPS, most) // most)))}"


def _classes(most: int) -> Iterable[tuple[str, str]]:
    steps = min(STEPS, most)
    for step in range(1, steps + 1):
        low, high = (step - 1) * most // steps + 1, step * most // steps
        yield f"step-{step}", str(low) if low == high else f"{low}–{format_number(high, 0, language())}"
    yield "none", "0"


def _outlines_of(layer: dict[str, Any]) -> _Outlines:
    """Return the outlines of a layer as paths; a layer never changes, so they are drawn once by each process."""
    found = _outlines.get(layer["pk"])
    if found is None:
        features = layer["geojson"]["features"]
        points = [point for feature in features for ring in _rings(feature["geometry"]) for point in ring]
        west, east = min(p[0] for p in points), max(p[0] for p in points)
        south, north = min(p[1] for p in points), max(p[1] for p in points)
        scale = (WIDTH - 4) / (east - west)
        stretch = 1 / 0.982  # of latitude against longitude at 11 degrees north

        def project(lon: float, lat: float) -> str:
            return f"{2 + (lon - west) * scale:.1f} {2 + (north - lat) * scale * stretch:.1f}"

        height = 4 + (north - south) * scale * stretch
        paths = {str(f["properties"]["code"]): _path(_rings(f["geometry"]), project) for f in features}
        _outlines.clear()
        found = _outlines[layer["pk"]] = _Outlines(height, paths, project)
    return found


def _boundary(area: dict[str, Any], outlines: _Outlines) -> str:
    return _path(_rings(area), outlines.project)


def _rings(geometry: dict[str, Any]) -> list[Any]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _path(rings: Iterable[Any], project: Any) -> str:
    return "".join("M" + "L".join(project(point[0], point[1]) for point in ring[:-1]) + "Z" for ring in rings)
