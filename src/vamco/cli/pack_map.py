"""The maps of a pack: `vamco pack schematic` draws one, `vamco pack boundaries` takes the province's own."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.extent import VIETNAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vamco.lib.geometry import Spot

PLACES = "places.csv"
PROVINCES = ("province", "city")  # drawn by what lies in them
SCHEMATIC = "schematic.geojson"
LARGEST_LAYER = 64 * 1024 * 1024  # bytes; 168 communes drawn to the metre take about 10 MB

_RANGES = {  # Vietnam, and more than its largest province
    "lon": (VIETNAM[0], VIETNAM[2]),
    "lat": (VIETNAM[1], VIETNAM[3]),
    "area_km2": (0, 100_000),
}

Layer = dict[str, Any]  # a GeoJSON FeatureCollection


def write_schematic(pack: Path) -> Path:
    """Draw the schematic map of a pack's places into its folder; the same places give the same file."""
    from vamco.lib.geometry import schematic

    file = pack / SCHEMATIC
    file.write_text(as_text(schematic(read_spots(pack))), encoding="utf-8")
    return file


def import_boundaries(
    file: Path,
    pack: Path,
    store: Callable[[Layer], None],
    *,
    say: Callable[[str], object] = print,
    translate: Callable[[str], str] = str,
) -> bool:
    """Check a province's boundary layer against its pack, say what was found, and store it if nothing is an error.

    What is stored has the communes in the pack's order, with their codes and names as the pack spells them, and
    nothing else that the file may carry. Refused for a file that is too large or no GeoJSON.
    """
    from vamco.lib.geometry import check_layer

    spots = read_spots(pack)
    features = read_features(file)
    findings = check_layer(features, {spot.code for spot in spots}, {spot.code: spot.area_km2 for spot in spots})
    for finding in findings:
        say(f"{finding.level}: {finding.text(translate)} [{finding.code}]")
    if any(finding.level == "error" for finding in findings):
        return False
    store(_layer(features, spots))
    return True


def read_spots(pack: Path) -> list[Spot]:
    """Give a pack's communes of today as points with areas; Missing without a list, Refused, with the line, for a wrong one."""
    from vamco.lib.geometry import Spot

    file = pack / PLACES
    _size(file)
    spots: dict[str, Spot] = {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        for row in rows:
            if row.get("kind") in PROVINCES or row.get("valid_to"):
                continue
            numbers = {column: _number(row, column, file, rows.line_num) for column in _RANGES}
            spot = Spot(row.get("code") or "", row.get("name") or "", **numbers)
            if spot.code in spots:
                raise Refused(
                    "pack.same_place",
                    N_("%(file)s, line %(line)s: a line above has the code “%(code)s” too."),
                    file=file.name,
                    line=rows.line_num,
                    code=spot.code,
                )
            spots[spot.code] = spot
    return list(spots.values())


def read_features(file: Path) -> list[Any]:
    """Give the features of a GeoJSON file; Missing if it cannot be opened, Refused if it is too large or no such file."""
    if (size := _size(file)) > LARGEST_LAYER:
        raise Refused(
            "pack.layer_too_large",
            N_("%(file)s has %(size)s MB: give a layer of at most %(limit)s MB, simplified to a few metres."),
            file=file.name,
            size=size // 2**20,
            limit=LARGEST_LAYER // 2**20,
        )
    try:
        layer = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:  # bad UTF-8, bad JSON, JSON as a bomb
        raise Refused(
            "pack.layer_not_json",
            N_("%(file)s is not JSON: %(reason)s."),
            file=file.name,
            reason=str(error),
        ) from error
    features = layer.get("features") if isinstance(layer, dict) else None
    if not isinstance(features, list):
        raise Refused("pack.layer_no_features", N_("%(file)s is not a GeoJSON FeatureCollection."), file=file.name)
    return features


def as_text(layer: Layer) -> str:
    """Give a layer as GeoJSON with a feature a line, so that a difference shows which place changed."""
    head = {name: value for name, value in layer.items() if name != "features"}
    features = ",\n".join(_json(feature) for feature in layer["features"])
    return f'{_json(head)[:-1]},"features":[\n{features}\n]}}\n'


def _size(file: Path) -> int:
    try:
        with file.open("rb") as opened:
            return opened.seek(0, 2)
    except OSError as error:
        raise Missing(
            "pack.no_file",
            N_("%(file)s cannot be opened: %(reason)s."),
            file=str(file),
            reason=error.strerror,
        ) from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _layer(features: list[Any], spots: list[Spot]) -> Layer:
    from vamco.lib.geometry import feature_code

    geometry = {feature_code(feature): feature["geometry"] for feature in features}
    return {
        "type": "FeatureCollection",
        "schematic": False,
        "features": [
            {
                "type": "Feature",
                "id": spot.code,
                "properties": {"code": spot.code, "name": spot.name},
                "geometry": geometry[spot.code],
            }
            for spot in spots
        ],
    }


def _number(row: dict[str, str], column: str, file: Path, line: int) -> float:
    low, high = _RANGES[column]
    try:
        number = float(row.get(column) or "")
    except ValueError:
        number = low
    if low < number < high:
        return number
    raise Refused(
        "pack.bad_number",
        N_("%(file)s, line %(line)s, %(column)s: expected a number between %(low)s and %(high)s, found “%(found)s”."),
        file=file.name,
        line=line,
        column=column,
        low=low,
        high=high,
        found=row.get(column) or "",
    )
