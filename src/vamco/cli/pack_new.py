"""`vamco pack new`: a working pack for any of the provinces, from the national list of units.

What is written is fact where the list has it, derived where it says so, and marked `synthetic` where the province must fill
in its own; the README that is written beside it tells them apart.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.cli.console import say
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.nearest import nearest
from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Row = dict[str, str]

BASE: Final = "vietnam"
LAST_DAY, MERGER = "2025-06-30", "2025-07-01"
RESOLUTION: Final = "Nghị quyết 202/2025/QH15"
COMMUNES_SOURCE: Final = (
    "Nghị quyết của UBTVQH về sắp xếp đơn vị hành chính cấp xã năm 2025, theo packs/vietnam/units/successions.csv"
)
_TITLES: Final = ("thanh pho ", "tinh ", "tp. ", "tp ", "tp.")

# A department's own centre stands below it; everything else below the provincial committee.
_ABOVE: Final = {"ioc": "science_technology", "public_service_centre": "provincial_office"}
# Of these the province's name is a part ("Công an tỉnh Cà Mau"), as in the committee's own.
_NAMED: Final = {"provincial_committee", "tax", "police", "statistics", "social_insurance", "power"}
_SHORT: Final = {
    "provincial_committee": "UBND {unit}",
    "provincial_office": "VP UBND {unit}",
    "education": "Sở GD&ĐT",
    "science_technology": "Sở KH&CN",
    "agriculture_environment": "Sở NN&MT",
    "culture": "Sở VHTTDL",
    "ethnic_religious": "Sở DT&TG",
    "economic_zone": "BQL Khu kinh tế",
    "ioc": "Trung tâm IOC",
    "public_service_centre": "TT PVHCC",
    "treasury": "Kho bạc",
    "customs": "Hải quan",
    "social_insurance": "BHXH {unit}",
    "state_bank": "NHNN khu vực",
    "hydromet": "Đài KTTV",
    "power": "Điện lực",
}
# What the committee of a unit is called after the unit.
_OFFICE_EN: Final = "People's Committee of {name}"


class NationalUnits:
    """The national list of units, read from the base."""

    def __init__(self, folder: Path) -> None:
        """Take the folder of the base's `units`."""
        self._folder = folder

    def _read(self, name: str) -> list[Row]:
        with (self._folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))

    @cached_property
    def provinces(self) -> dict[str, list[Row]]:
        """Return the rows of each province since 1 July 2025 by code, the newest last."""
        return _grouped(self._read("provinces"), "code")

    @cached_property
    def communes(self) -> dict[str, list[Row]]:
        """Return the communes since 1 July 2025 by province."""
        return _grouped(self._read("communes"), "parent")

    @cached_property
    def old_provinces(self) -> dict[str, Row]:
        """Return the 63 provinces until 30 June 2025 by code."""
        return {row["code"]: row for row in self._read("provinces_before_2025")}

    @cached_property
    def old_districts(self) -> dict[str, list[Row]]:
        """Return the districts until 30 June 2025 by province."""
        return _grouped(self._read("districts_before_2025"), "parent")

    @cached_property
    def old_communes(self) -> dict[str, list[Row]]:
        """Return the communes until 30 June 2025 by district."""
        return _grouped(self._read("communes_before_2025"), "parent")

    @cached_property
    def successions(self) -> list[Row]:
        """Return which unit came to which."""
        return self._read("successions")

    @cached_property
    def roots(self) -> dict[str, str]:
        """Return the agency code of each old province's committee by the province's code."""
        return {row["province"]: row["root"] for row in self._read("agency_roots")}

    def merged_into(self, code: str) -> list[Row]:
        """Return the old provinces that a province was made of, itself where it stayed what it was."""
        codes = [row["predecessor"] for row in self.successions if row["successor"] == code]
        return [self.old_provinces[old] for old in codes or [code]]

    def find(self, text: str) -> str:
        """Return the code of the province that a code or a name means; Missing, with what may have been meant."""
        wanted = text.strip()
        if wanted in self.provinces:
            return wanted
        names = {fold(rows[-1]["name"]): code for code, rows in self.provinces.items()}
        bare = fold(wanted)
        for title in _TITLES:
            bare = bare.removeprefix(title).strip()
        if bare in names:
            return names[bare]
        raise Missing(
            "pack.no_province",
            N_("There is no province with the code or name “%(found)s”. Did you mean %(meant)s?"),
            found=text,
            meant=self._meant(bare, names),
        )

    def _meant(self, bare: str, names: dict[str, str]) -> str:
        """Say the likeliest province; of a name of the past, the province that it is a part of today."""
        was = [(old, code) for code in self.provinces for old in self.merged_into(code)]
        heirs = {fold(old["name"]): code for old, code in was} | {old["code"]: code for old, code in was}
        near = bare if bare in heirs else nearest(bare, [name for name in (*names, *heirs) if not name.isdigit()])
        codes = [names.get(near) or heirs[near]] if near else []
        codes = codes or [code for code in self.provinces if code[:1] == bare[:1]] or list(self.provinces)
        return ", ".join(f"{self.provinces[code][-1]['full_name']} ({code})" for code in codes)


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


def make(text: str, folder: Path | None, *, demonstration: bool = False) -> None:
    """Write a pack beside those of the checkout, and say where it is and what comes next."""
    from vamco.config.environment import CHECKOUT

    written = write(text, folder, CHECKOUT / "packs", demonstration=demonstration)
    say(
        N_(
            "%(folder)s: a pack to begin with. Its README.md says what is fact and what to fill in; then: vamco check %(folder)s"
        ),
        folder=written,
    )


def write(text: str, folder: Path | None, packs: Path, *, demonstration: bool = False) -> Path:
    """Write a pack for the province that `text` names into a folder, by default one beside the other packs.

    Missing for an unknown province, Refused for a folder that is not empty. The folder is there whole or not at all.
    `demonstration` adds made-up investors and the sources of the demonstration, so that `vamco up` can show it.
    """
    units = NationalUnits(packs / BASE / "units")
    province = Province(units, units.find(text), packs / BASE)
    folder = folder or packs / province.slug
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(
            "pack.folder_not_empty",
            N_("%(folder)s is not empty: name a folder that is empty or not there yet."),
            folder=str(folder),
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        made.chmod(0o755)
        province.write_to(made)
        if demonstration:
            from vamco.demo import layer

            layer.add(made)
        if folder.exists():
            folder.rmdir()
        made.rename(folder)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return folder


@dataclass(frozen=True)
class Version:
    """What the province is called during a span of days, as its agencies' names have it."""

    unit: str  # "tỉnh" or "thành phố"
    full_name: str
    name_en: str
    first: str
    last: str


class Province:
    """A province as its pack says it."""

    def __init__(self, units: NationalUnits, code: str, base: Path) -> None:
        """Take the national list, the province's code there, and the folder of the base."""
        self.units, self.code, self._base = units, code, base
        self.rows = units.provinces[code]
        self.now = self.rows[-1]
        self.slug = fold(self.now["name"]).replace(" ", "")
        self.old = units.merged_into(code)
        same = [old for old in self.old if old["name"] == self.now["name"]]
        self.root = units.roots[same[0]["code"]]

    @property
    def unit(self) -> str:
        """Return what such a province is called in a text."""
        return _unit(self.now)

    @property
    def unit_en(self) -> str:
        """Return the same in English."""
        return "City" if self.unit == "thành phố" else "Provincial"

    def write_to(self, folder: Path) -> None:
        """Write all files of the pack."""
        from vamco.cli import pack_map
        from vamco.cli.pack_new_texts import calendar, head, readme

        _write(folder / "places.csv", self.places())
        _write(folder / "places_before_2025.csv", self.places_before())
        _write(folder / "place_successions.csv", self.place_successions())
        agencies = list(self.agencies())
        _write(folder / "agencies.csv", agencies)
        _write(folder / "agencies_before_2025.csv", self.agencies_before())
        _write(folder / "agency_successions.csv", self.agency_successions())
        _write(folder / "agency_codes.csv", self.agency_codes())
        _write(folder / "agency_kinds.csv", self.agency_kinds())
        (folder / "pack.yaml").write_text(head(self), encoding="utf-8")
        (folder / "calendar.yaml").write_text(calendar(), encoding="utf-8")
        (folder / "README.md").write_text(readme(self), encoding="utf-8")
        pack_map.write_schematic(folder)

    # ── places ──

    @property
    def communes(self) -> list[Row]:
        """Return all rows of the province's communes."""
        return self.units.communes[self.code]

    @property
    def present(self) -> list[Row]:
        """Return the communes that are in force."""
        return [row for row in self.communes if not row["valid_to"]]

    def places(self) -> Iterator[Row]:
        """Give the province and its communes since 1 July 2025."""
        names = ("code", "name", "full_name", "kind", "parent", "full_name_en", "lon", "lat", "area_km2")
        origins = self._origins()
        for row in [{"parent": "", **row} for row in self.rows] + self.communes:
            dates = {"valid_from": row["valid_from"], "valid_to": row["valid_to"]}
            yield {name: row[name] for name in names} | dates | {"origin": origins.get(row["code"], "")}

    def _origins(self) -> dict[str, str]:
        """Give of each commune the old province that it lay in, where all of it came from one and that one ended."""
        if len(self.old) == 1:
            return {}
        lay_in = {row["code"]: province["name"] for province in self.old for row in self._parts(province["code"])}
        found: dict[str, set[str]] = defaultdict(set)
        for row in self.units.successions:
            if row["predecessor"] in lay_in:
                found[row["successor"]].add(lay_in[row["predecessor"]])
        return {code: f"ex-{next(iter(names))}" for code, names in found.items() if len(names) == 1}

    def _parts(self, province: str) -> Iterator[Row]:
        for district in self.units.old_districts[province]:
            yield district
            yield from self.units.old_communes[district["code"]]

    def places_before(self) -> Iterator[Row]:
        """Give the provinces, districts and communes that ended on 30 June 2025."""
        names = ("code", "name", "full_name", "kind", "parent", "full_name_en")
        rows = [{"parent": "", **province} for province in self.old]
        rows += [row for province in self.old for row in self._parts(province["code"])]
        for row in rows:
            yield {name: row[name] for name in names} | {"valid_to": LAST_DAY}

    def place_successions(self) -> Iterator[Row]:
        """Give which unit came to which; the units of the district level ended without a successor of their own."""
        today = {self.code} | {row["code"] for row in self.communes}
        for row in self.units.successions:
            if row["successor"] in today:
                source = RESOLUTION if row["successor"] == self.code else COMMUNES_SOURCE
                yield {name: row[name] for name in ("predecessor", "successor", "on", "kind")} | {"source": source}

    # ── agencies ──

    @cached_property
    def _kinds(self) -> list[dict[str, Any]]:
        """Read the particular kinds of agencies of the base."""
        from ruamel.yaml import YAML

        kinds = YAML(typ="safe", pure=True).load((self._base / "agency_kinds.yaml").read_text(encoding="utf-8"))
        return [kind for kind in kinds if kind.get("within")]

    @cached_property
    def _codes(self) -> dict[str, str]:
        """Give each particular kind the code of its agency: numbered below the root, central agencies on their own."""
        central = [kind["code"] for kind in self._kinds if kind["within"] == "central"]
        own = [kind["code"] for kind in self._kinds if kind["within"] not in {"central", "committee"}]
        return (
            {"provincial_committee": self.root}
            | {kind: f"{self.root}.{number:02}" for number, kind in enumerate(own, start=1)}
            | {kind: f"{self.root}.TW.{number:02}" for number, kind in enumerate(central, start=1)}
        )

    def agencies(self) -> Iterator[Row]:
        """Give the provincial committee and what stands below it, then the committee of each unit.

        What the change of a unit's kind renames is a row more.
        """
        for kind in self._kinds:
            names: list[Row] = []
            for version in self._versions():
                row = self._agency(kind, version)
                if names and all(row[name] == names[-1][name] for name in ("name", "name_en", "short_name")):
                    names[-1]["valid_to"] = row["valid_to"]
                else:
                    names.append(row)
            yield from names
        for commune in self.communes:
            short = f"{_unit(commune)} {commune['name']}"
            yield {
                "code": f"{self.root}.{commune['code']}",
                "name": f"Ủy ban nhân dân {short}",
                "name_en": _OFFICE_EN.format(name=commune["full_name_en"]),
                "short_name": f"UBND {short}",
                "kind": "commune",
                "parent": self.root,
                "place": commune["code"],
                "synthetic": "true",
                "valid_from": commune["valid_from"],
                "valid_to": commune["valid_to"],
            }

    def _versions(self) -> list[Version]:
        return [
            Version(_unit(row), row["full_name"], row["full_name_en"], row["valid_from"], row["valid_to"])
            for row in self.rows
        ]

    def _agency(self, kind: dict[str, Any], version: Version) -> Row:
        code = kind["code"]
        name, name_en = kind["name"].replace("${unit}", version.unit), kind["name_en"]
        if code in _NAMED:
            name = f"{name.removesuffix(f' {version.unit}')} {version.unit} {self.now['name']}"
            name_en = f"{name_en.removeprefix('Provincial ')} of {version.name_en}"
        above = _ABOVE.get(code)
        top = code == "provincial_committee"
        return {
            "code": self._codes[code],
            "name": name,
            "name_en": name_en,
            "short_name": _SHORT.get(code, kind["name"].replace("${unit}", version.unit)).format(unit=version.unit),
            "kind": kind["within"],
            "parent": "" if top else self._codes[above] if above else self.root,
            "place": self.code if top else "",
            "synthetic": "false" if top else "true",
            "valid_from": version.first,
            "valid_to": version.last,
        }

    def agencies_before(self) -> Iterator[Row]:
        """Give the committees of the provinces until 30 June 2025."""
        for old in self.old:
            yield {
                "code": self.units.roots[old["code"]],
                "name": f"Ủy ban nhân dân {_unit(old)} {old['name']}",
                "name_en": _OFFICE_EN.format(name=old["full_name_en"]),
                "short_name": f"UBND {_unit(old)} {old['name']}" if len(self.old) > 1 else f"UBND {_unit(old)}",
                "kind": "committee",
                "parent": "",
                "place": old["code"],
                "synthetic": "false",
                "valid_from": "",
                "valid_to": LAST_DAY,
            }

    def agency_successions(self) -> list[Row]:
        """Give which committee took over from which."""
        roots = [self.units.roots[old["code"]] for old in self.old]
        return [
            {"predecessor": root, "successor": self.root, "on": MERGER, "kind": "merged", "source": RESOLUTION}
            for root in roots
            if root != self.root
        ]

    def agency_codes(self) -> Iterator[Row]:
        """Give the committees' codes as they were written before, derived from the shape alone."""
        for old in self.old:
            root = self.units.roots[old["code"]]
            yield {
                "code": f"000.00.00.{root}",
                "scheme": "qcvn102",
                "agency": root,
                "valid_from": "",
                "valid_to": "" if root == self.root else LAST_DAY,
                "source": f"Dạng cũ của {root} theo cách viết của QCVN 102:2016/BTTTT (suy ra)",
            }

    def agency_kinds(self) -> Iterator[Row]:
        """Give which agency is of which kind."""
        for kind in self._kinds:
            yield {"kind": kind["code"], "agency": self._codes[kind["code"]]}


def _unit(row: Row) -> str:
    """Give the word before a unit's name as it stands in a text: "tỉnh", "thành phố", "xã", "đặc khu"."""
    return row["full_name"].removesuffix(row["name"]).strip().lower()


def _write(file: Path, rows: Iterable[Row]) -> None:
    rows = list(rows)
    if not rows:
        return
    columns: Sequence[str] = list(rows[0])
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
