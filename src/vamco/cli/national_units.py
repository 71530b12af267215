"""Makes the national list of units (`packs/vietnam/units/*.csv`) from two public sources; run again on a new version of either.

    python -m vamco.cli.national_units DATASET.DB CONVERTER_2025.JSON MAPS packs/vietnam/units

The first two are the data of the package vietnamadminunits (names, codes, the units until 30 June 2025 and what became of
them), MAPS a Git directory of github.com/thanglequoc/vietnamese-provinces-database (areas, points, what changed on 30 April
2026). Both are MIT; the README beside the files says what was taken from where, and what is corrected here and why.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
import tarfile
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Row = dict[str, Any]

# The word before the name: the kind in the pack, the word in English. A city under a province was of the district level.
KINDS: Final = {
    "Tỉnh": ("province", "Province"),
    "Thành phố": ("city", "City"),
    "Xã": ("commune", "Commune"),
    "Phường": ("ward", "Ward"),
    "Thị trấn": ("township", "Township"),
    "Đặc khu": ("special_zone", "Special Zone"),
    "Huyện": ("district", "District"),
    "Quận": ("district", "District"),
    "Thị xã": ("district", "Town"),
}
MERGER: Final = "2025-07-01"
# Ba Chẽ (Quảng Ninh) has in the package the code of the township that ended; the list of QĐ 19/2025/QĐ-TTg has this one.
CORRECTED_CODES: Final = {"06970": "06978"}
# With the area that the package has, the communes of Đà Nẵng sum to the city's official area; the map has 350.
CORRECTED_AREAS: Final = {"20333": 305.0}
# The National Assembly made Đồng Nai a city (30/2026/QH16), its Standing Committee ten of its communes wards (237/NQ-UBTVQH16).
CITY_OF_2026: Final = "75"
CHANGE_OF_2026: Final = ("2026-04-29", "2026-04-30")
SOURCE_OF_2026: Final = "30/2026/QH16; 237/NQ-UBTVQH16"


@dataclass(frozen=True)
class Drawn:
    """What the maps say of a unit: its name since the last change, a point inside, its area."""

    full_name: str
    lon: float
    lat: float
    area_km2: float


def main(argv: Sequence[str]) -> None:
    """Write the six files into the folder named last."""
    database, converter, maps, folder = map(Path, argv)
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        new = [dict(row) for row in connection.execute("SELECT * FROM admin_units")]
        old = [dict(row) for row in connection.execute("SELECT * FROM admin_units_legacy")]
    for row in new:
        row["wardCode"] = CORRECTED_CODES.get(row["wardCode"], row["wardCode"])
    drawn = dict(read_maps(maps))
    merged = json.loads(converter.read_text(encoding="utf-8"))
    write(folder / "provinces.csv", provinces(new, drawn))
    write(folder / "communes.csv", communes(new, drawn))
    write(folder / "provinces_before_2025.csv", unique(unit(r["provinceCode"], r["province"]) for r in old))
    write(
        folder / "districts_before_2025.csv",
        unique(unit(r["districtCode"], r["district"], parent=r["provinceCode"]) for r in old),
    )
    write(
        folder / "communes_before_2025.csv",
        unique(unit(r["wardCode"], r["ward"], parent=r["districtCode"]) for r in old if r["wardCode"]),
    )
    write(folder / "successions.csv", successions(new, old, merged))


def read_maps(repository: Path) -> Iterator[tuple[str, Drawn]]:
    """Read name, area and a point inside each unit of the drawn boundaries, which are not kept."""
    import shapely

    command = ["git", "-C", str(repository), "archive", "HEAD", "json/geojson"]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE) as archive,  # noqa: S603  # git, on a folder that the caller names
        tarfile.open(fileobj=archive.stdout, mode="r|") as files,
    ):
        for file in files:
            content = files.extractfile(file) if file.name.endswith(".geojson") else None
            if content is None:
                continue
            feature = json.loads(content.read())["features"][0]
            point = shapely.from_geojson(json.dumps(feature["geometry"])).point_on_surface()
            given = feature["properties"]
            place = Drawn(given["fullName"], round(point.x, 5), round(point.y, 5), given["areaKm2"])
            yield given["code"], place
    if archive.returncode:
        raise subprocess.CalledProcessError(archive.returncode, command)


def unit(code: str, full_name: str, **more: object) -> Row:
    """Give code, names and kind of a unit; the English name is the Vietnamese one without diacritics, as on maps."""
    full_name = " ".join(unicodedata.normalize("NFC", full_name).split())
    longest = sorted(KINDS, key=len, reverse=True)
    word = next(word for word in longest if full_name.lower().startswith(f"{word.lower()} "))  # also “Thành Phố”, “xã”
    name = full_name[len(word) + 1 :]
    full_name = f"{word} {name}"
    kind, english = KINDS[word]
    if kind == "city" and len(code) > 2:  # noqa: PLR2004  # three digits: of the district level
        kind = "district"
    bare = plain(name)
    numbered = f"{english} {bare}" if bare.isdigit() else f"{bare} {english}"
    return {"code": code, "name": name, "full_name": full_name, "kind": kind, "full_name_en": numbered, **more}


def plain(text: str) -> str:
    """Give a Vietnamese name in plain Latin letters."""
    parts = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def provinces(new: Iterable[Row], drawn: Mapping[str, Drawn]) -> list[Row]:
    """Give the provinces and cities in force since 1 July 2025."""
    units = unique(unit(row["provinceCode"], row["province"]) for row in new)
    return [version for row in units for version in _versions(row, drawn)]


def communes(new: Iterable[Row], drawn: Mapping[str, Drawn]) -> list[Row]:
    """Give the communes, wards and special zones in force since 1 July 2025."""
    new = list(new)
    units = unique(unit(row["wardCode"], row["ward"], parent=row["provinceCode"]) for row in new)
    given = {row["wardCode"]: row for row in new}
    for row in units:
        if (
            row["kind"] == "special_zone"
        ):  # of many islands: a point on the main one, not on the largest polygon's inside
            code = row["code"]
            lon, lat = given[code]["wardLon"], given[code]["wardLat"]
            area = CORRECTED_AREAS.get(code, drawn[code].area_km2)
            drawn = {**drawn, code: Drawn(drawn[code].full_name, lon, lat, area)}
    return [version for row in units for version in _versions(row, drawn)]


def _versions(row: Row, drawn: Mapping[str, Drawn]) -> Iterator[Row]:
    """Give a unit as it is; what became something else on 30 April 2026 as it was, then as it is."""
    place = drawn[row["code"]]
    found = {"lon": place.lon, "lat": place.lat, "area_km2": place.area_km2}
    now = unit(row["code"], place.full_name)
    if now["kind"] == row["kind"]:
        yield {**row, **found, "valid_from": MERGER, "valid_to": "", "source": ""}
        return
    if CITY_OF_2026 not in {row["code"], row.get("parent")}:
        raise ValueError(f"the sources disagree on the kind of {row['code']}: {row['full_name']}, {place.full_name}")
    last, first = CHANGE_OF_2026
    yield {**row, **found, "valid_from": MERGER, "valid_to": last, "source": ""}
    yield {**row, **now, **found, "valid_from": first, "valid_to": "", "source": SOURCE_OF_2026}


def successions(new: Iterable[Row], old: Iterable[Row], merged: Mapping[str, Any]) -> list[Row]:
    """Give which unit came, all or a part, to which on 1 July 2025, by code."""
    province_now = {row["provinceKey"]: row["provinceCode"] for row in new}
    commune_now = {(row["provinceKey"], row["wardKey"]): row["wardCode"] for row in new}
    province_then = {row["provinceKey"]: row["provinceCode"] for row in old}
    # The five island districts without communes became special zones themselves.
    then = {
        f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}": row["wardCode"] or row["districtCode"]
        for row in old
    }
    edges = {
        (province_then[before], province_now[key])
        for key, names in merged["DICT_PROVINCE"].items()
        for before in names
        if len(names) > 1  # one alone stayed what it was
    }
    for key, units in merged["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        edges |= {(then[name], commune_now[key, now]) for now, names in units.items() for name in names}
    for key, units in merged["DICT_PROVINCE_WARD_DIVIDED"].items():
        edges |= {(then[name], commune_now[key, part["newWardKey"]]) for name, parts in units.items() for part in parts}
    before, after = Counter(edge[0] for edge in edges), Counter(edge[1] for edge in edges)
    kinds = {edge: _kind(before[edge[0]], after[edge[1]]) for edge in edges}
    return [
        {"predecessor": edge[0], "successor": edge[1], "on": MERGER, "kind": kinds[edge]}
        for edge in sorted(edges, key=lambda edge: (len(edge[0]) == 5, edge))  # noqa: PLR2004  # provinces and islands first
    ]


def _kind(successors: int, predecessors: int) -> str:
    if successors > 1:
        return "split"
    return "merged" if predecessors > 1 else "renamed"


def unique(rows: Iterable[Row]) -> list[Row]:
    """Give each row once, by code; the same code with two names is a mistake of the source."""
    found: dict[str, Row] = {}
    for row in rows:
        if found.setdefault(row["code"], row) != row:
            raise ValueError(f"{row['code']} is {found[row['code']]['full_name']} and {row['full_name']}")
    return [found[code] for code in sorted(found)]


def write(file: Path, rows: Sequence[Row]) -> None:
    """Write rows as CSV."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1:])
