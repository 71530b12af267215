"""What is wrong with a boundary layer, said so that the people who drew it can mend it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import shapely

from vamco.lib.errors import N_, fill
from vamco.lib.extent import VIETNAM
from vamco.lib.geometry.projection import EqualArea

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

_VIETNAM = shapely.box(*VIETNAM)
# Without a grid GEOS 3.14 can take two polygons whose common border differs by a rounding error for overlapping.
_GRID_METRES = 0.001
_POLYGONS = ("Polygon", "MultiPolygon")

Shapes = dict[str, Any]  # geometry by code
_Draft = tuple[Literal["error", "warning"], str, str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; a layer with an error cannot be used, one with a warning can."""

    level: Literal["error", "warning"]
    code: str
    message: str  # an English msgid, filled from data
    data: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str) -> str:
        """Give the message in the language of `translate`, filled."""
        return fill(translate(self.message), self.data)


def check_layer(
    features: Sequence[Any],
    expected_codes: Collection[str],
    expected_areas: Mapping[str, float],
    *,
    area_tolerance: float = 0.05,
    sliver_m2: float = 1000,
) -> list[Finding]:
    """Give what is wrong with GeoJSON features that should be the communes, errors first.

    A feature's code is its property "code", or else its id. `expected_areas` in km²; a deviation of more than the
    share `area_tolerance` is a warning, for official areas are not always those of the drawn boundaries. Overlaps
    (errors) and gaps (warnings, for there may be a lake) count from `sliver_m2`; a gap is a hole in the whole, a slit
    that is open to the outside is not seen. Never fails, whatever JSON the features are.
    """
    drafts: list[_Draft] = []
    shapes: Shapes = {}
    codes: list[str] = []
    for number, feature in enumerate(features, start=1):
        code = feature_code(feature)
        if code is None:
            drafts.append(("error", "layer.no_code", N_("Feature %(number)s has no code."), {"number": number}))
            continue
        codes.append(code)
        shapes.setdefault(code, _shape(feature))
    drafts.extend(_check_codes(codes, set(expected_codes)))
    known = {code: shape for code, shape in shapes.items() if code in expected_codes}
    drafts.extend(_check_shapes(known, expected_areas, area_tolerance, sliver_m2))
    return [Finding(*draft) for draft in sorted(drafts, key=lambda draft: draft[0])]


def feature_code(feature: object) -> str | None:
    """Give the code of a GeoJSON feature, its property "code" or else its id, as text; None if it has none."""
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    named = properties.get("code") if isinstance(properties, dict) else None
    code = feature.get("id") if named is None else named
    return str(code) if isinstance(code, str | int) and code != "" else None


def _shape(feature: Mapping[str, Any]) -> shapely.Geometry | None:
    try:
        shape = shapely.from_geojson(json.dumps(feature.get("geometry")))
    except shapely.errors.GEOSException:
        return None
    return shapely.force_2d(shape) if shape.geom_type in _POLYGONS and not shape.is_empty else None


def _check_codes(codes: Sequence[str], expected: set[str]) -> Iterator[_Draft]:
    for code in sorted(set(codes) - expected):
        yield "error", "layer.unknown_code", N_("%(code)s is not a code of this province's communes."), {"code": code}
    for code in sorted(expected - set(codes)):
        yield "error", "layer.missing_code", N_("Commune %(code)s is not in the layer."), {"code": code}
    for code, count in sorted(Counter(codes).items()):
        if count > 1:
            data = {"code": code, "count": count}
            yield "error", "layer.duplicate_code", N_("Commune %(code)s is in the layer %(count)s times."), data


def _check_shapes(
    shapes: Shapes, official: Mapping[str, float], area_tolerance: float, sliver_m2: float
) -> Iterator[_Draft]:
    for code in [code for code, shape in shapes.items() if shape is None]:
        yield "error", "layer.not_a_polygon", N_("The geometry of commune %(code)s is not a polygon."), {"code": code}
    drawn = {code: shape for code, shape in shapes.items() if shape is not None}
    strays = [code for code, shape in drawn.items() if not _VIETNAM.covers(shapely.box(*shape.bounds))]
    if strays:  # in another system of coordinates nothing more can be said
        yield _stray(strays, drawn[strays[0]])
        return
    for code in [code for code, shape in drawn.items() if not shape.is_valid]:
        data = {"code": code, "reason": shapely.is_valid_reason(drawn.pop(code))}
        yield "error", "layer.invalid_geometry", N_("The geometry of commune %(code)s is invalid: %(reason)s."), data
    if drawn:
        plane = EqualArea(*shapely.get_coordinates(list(drawn.values())).mean(axis=0))
        flat = {code: shapely.transform(shape, plane.to_metres) for code, shape in drawn.items()}
        yield from _check_areas(flat, official, area_tolerance)
        yield from _check_overlaps(flat, sliver_m2)
        yield from _check_gaps(flat, sliver_m2, plane)


def _stray(strays: Sequence[str], shape: shapely.Geometry) -> _Draft:
    x, y = shapely.get_coordinates(shape)[0]
    message = N_(
        "%(count)s communes lie outside Vietnam, such as %(code)s at %(x)s, %(y)s: "
        "the coordinates must be longitude and latitude in WGS 84 (EPSG:4326)."
    )
    data = {"count": len(strays), "code": strays[0], "x": float(x), "y": float(y)}
    return "error", "layer.wrong_crs", message, data


def _check_areas(flat: Shapes, official: Mapping[str, float], tolerance: float) -> Iterator[_Draft]:
    for code, shape in flat.items():
        share = shape.area / 1e6 / official[code] - 1
        if abs(share) > tolerance:
            message = N_(
                "Commune %(code)s measures %(measured)s km², its official area is %(official)s km² (%(percent)s %%)."
            )
            data = {"measured": round(shape.area / 1e6, 2), "official": official[code], "percent": f"{share:+.1%}"[:-1]}
            yield "warning", "layer.area_differs", message, {"code": code, **data}


def _check_overlaps(flat: Shapes, sliver_m2: float) -> Iterator[_Draft]:
    codes, shapes = list(flat), np.array(list(flat.values()), dtype=object)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    areas = shapely.area(shapely.intersection(shapes[first], shapes[second], grid_size=_GRID_METRES))
    for i, j, area in zip(first, second, areas, strict=True):
        if area > sliver_m2:
            data = {"first": codes[i], "second": codes[j], "area": round(area)}
            yield "error", "layer.overlap", N_("Communes %(first)s and %(second)s overlap by %(area)s m²."), data


def _check_gaps(flat: Shapes, sliver_m2: float, plane: EqualArea) -> Iterator[_Draft]:
    whole = shapely.get_parts(shapely.union_all(list(flat.values()), grid_size=_GRID_METRES))
    for hole in [shapely.Polygon(ring) for part in whole for ring in part.interiors]:
        if hole.area > sliver_m2:
            lon, lat = plane.to_lonlat(shapely.get_coordinates(hole.point_on_surface()))[0]
            data: dict[str, object] = {
                "area": round(hole.area),
                "lon": round(float(lon), 5),
                "lat": round(float(lat), 5),
            }
            yield "warning", "layer.gap", N_("No commune covers %(area)s m² around %(lon)s, %(lat)s."), data
