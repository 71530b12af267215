"""What `vamco check` says about history that cannot be: file, line and what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.models import LoadedItem
from vamco.kernel.base.packs.tests import copies
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places

if TYPE_CHECKING:
    from pathlib import Path

AGENCIES = "code,name,name_en,kind,parent,place,valid_from,valid_to"
PLACES = "code,name,full_name,kind,parent,full_name_en,lon,lat,area_km2,valid_from,valid_to"
CODES = "code,scheme,agency,valid_from,valid_to,source"
FOLLOWS = "predecessor,successor,on,kind,source"
TOP = "Z1,Ủy ban,Committee,office,,,2020-01-01,"


def faults(folder: Path, **files: list[str]) -> list[tuple[str, int, str]]:
    """The mistakes in a pack of these files, each a header and rows."""
    for name, lines in files.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        packs.check(copies.alone(folder))
    except packs.PackRefused as refused:
        return [(fault.file, fault.line, fault.expected) for fault in refused.faults]
    return []


def office(code: str, parent: str = "Z1", since: str = "2020-01-01", until: str = "", place: str = "") -> str:
    return f"{code},Phòng {code},Office,office,{parent},{place},{since},{until}"


@pytest.mark.parametrize(
    ("rows", "line", "expected"),
    [
        (
            [office("Z2", until="2026-01-31"), office("Z2", since="2026-01-15")],
            3,
            "valid_to: a day before 2026-01-15, when another row of Z2 begins, found 2026-01-31",
        ),
        ([office("Z2", until="2019-12-31")], 3, "valid_to: a day not before 2020-01-01, found 2019-12-31"),
        (
            [office("Z2", until="2026-01-31"), office("Z3", "Z2")],
            4,
            "parent: an agency in force as long as this one; Z2 is not on 2026-02-01",
        ),
        (
            [office("Z2", since="2021-01-01"), office("Z3", "Z2")],
            4,
            "parent: an agency in force as long as this one; Z2 is not on 2020-01-01",
        ),
        ([office("Z2", "Z9")], 3, "parent: the code of an agency, found 'Z9'"),
        ([office("Z2", place="99")], 3, "place: the code of a place in force on its first day, found '99'"),
        ([office("Z2", "", since="")], 3, "valid_from: the first day, for the agency has not ended"),
        (
            [office("Z2"), office("Z2")],
            4,
            "a code_and_first_day of its own: Z2 2020-01-01 stands at agencies.csv:3",
        ),
    ],
)
def test_agencies_that_cannot_be(tmp_path: Path, rows: list[str], line: int, expected: str) -> None:
    assert faults(tmp_path, agencies=[AGENCIES, TOP, *rows]) == [("agencies.csv", line, expected)]


def test_a_ring_that_holds_for_a_while_is_found(tmp_path: Path) -> None:
    rows = [office("Z2"), office("Z3", "Z2"), office("Z2", "Z3", since="2024-01-01"), office("Z2", since="2024-02-01")]
    ring = "parent: an agency that does not lie below this one"
    assert faults(tmp_path, agencies=[AGENCIES, TOP, *rows]) == [
        ("agencies.csv", 4, ring),
        ("agencies.csv", 5, ring),
    ]


def test_history_that_can_be_is_let_through(tmp_path: Path) -> None:
    rows = [
        office("Z2", until="2026-01-31"),
        office("Z3", "Z2", until="2026-01-31"),
        office("Z3", since="2026-02-01"),
        office("Z4", since="", until="2020-06-30", parent=""),
    ]
    found = faults(
        tmp_path,
        agencies=[AGENCIES, TOP, *rows],
        agency_codes=[CODES, "000.00.02.H99,qcvn102,Z2,,2026-01-31,x", "000.00.02.H99,qcvn102,Z3,2026-02-01,,x"],
        agency_successions=[FOLLOWS, "Z2,Z3,2026-02-01,merged,x"],
    )
    assert found == []


@pytest.mark.parametrize(
    ("rows", "line", "expected"),
    [
        (["Z1.1,qcvn102,Z1,,,x"], 2, "code: one of the shape of 000.00.13.H53, found 'Z1.1'"),
        (["000.00.02.H99,qd20,Z1,,,x"], 2, "code: one of the shape of H53.13, found '000.00.02.H99'"),
        (["000.00.02.H99,qcvn102,Z9,,,x"], 2, "agency: the code of an agency, found 'Z9'"),
        (
            ["000.00.02.H99,qcvn102,Z1,,,x", "000.00.02.H99,qcvn102,Z2,2022-01-01,,x"],
            3,
            "code: one that no other has on 2022-01-01; agency_codes.csv:2 has it",
        ),
        (["Z2,qd20,Z1,2022-01-01,,x"], 2, "code: one that is no other agency's own on 2022-01-01, found 'Z2'"),
        (
            ["000.00.02.H99,qcvn102,Z1,2022-01-01,2021-01-01,x"],
            2,
            "valid_to: a day not before 2022-01-01, found 2021-01-01",
        ),
    ],
)
def test_codes_that_cannot_be(tmp_path: Path, rows: list[str], line: int, expected: str) -> None:
    found = faults(tmp_path, agencies=[AGENCIES, TOP, office("Z2")], agency_codes=[CODES, *rows])
    assert found == [("agency_codes.csv", line, expected)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["Z9,Z1,2026-01-01,merged,x"], ["predecessor: the code of an agency in force on 2025-12-31, found 'Z9'"]),
        (["Z2,Z1,2026-01-01,merged,x"], ["predecessor: the code of an agency in force on 2025-12-31, found 'Z2'"]),
        (["Z1,Z2,2026-01-01,merged,x"], ["successor: the code of an agency in force on 2026-01-01, found 'Z2'"]),
        (["Z1,Z1,2026-01-01,merged,x"], ["successor: another agency; a new name alone is a row of agencies.csv"]),
        (
            ["Z2,Z1,2025-07-01,renamed,x", "Z2,Z3,2025-07-01,split,x"],
            ["kind: merged or split, for more than two agencies take part"],
        ),
    ],
)
def test_successions_that_cannot_be(tmp_path: Path, rows: list[str], expected: list[str]) -> None:
    given = [AGENCIES, TOP, office("Z2", until="2025-06-30"), office("Z3")]
    found = faults(tmp_path, agencies=given, agency_successions=[FOLLOWS, *rows])
    assert [(file, text) for file, _, text in found] == [("agency_successions.csv", text) for text in expected]


PROVINCE = "80,Tỉnh,Tỉnh Tỉnh,province,,Province,106,11,1,2025-07-01,"


@pytest.mark.parametrize(
    ("rows", "line", "expected"),
    [
        (
            ["99901,A,Xã A,commune,80,A,106,11,1,2025-06-01,"],
            3,
            "parent: the code of the province or district above it on 2025-06-01, found '80'",
        ),
        (["99901,A,Xã A,commune,80,A,,11,1,2025-07-01,"], 3, "lon: a number, for the unit has not ended"),
        (["99901,A,Xã A,commune,80,A,106,11,,2025-07-01,"], 3, "area_km2: a number, for the unit has not ended"),
        (["72,A,Tỉnh A,province,,A,106,11,1,,"], 3, "valid_from: the first day, for the unit has not ended"),
        (
            ["72,A,Tỉnh A,province,,A,,,,2025-01-01,2024-01-01"],
            3,
            "valid_to: a day not before 2025-01-01, found 2024-01-01",
        ),
        (
            ["80,A,Tỉnh A,province,,A,,,,,2025-07-01"],
            3,
            "valid_to: a day before 2025-07-01; another unit has the code 80 from then on, found 2025-07-01",
        ),
    ],
)
def test_places_that_cannot_be(tmp_path: Path, rows: list[str], line: int, expected: str) -> None:
    assert faults(tmp_path, places=[PLACES, PROVINCE, *rows]) == [("places.csv", line, expected)]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("72,80,2025-07-01,merged,x", []),
        ("80,80,2025-07-01,renamed,x", []),
        ("72,80,2025-06-30,merged,x", ["successor: the code of a unit in force on 2025-06-30, found '79'"]),
        ("73,80,2025-07-01,merged,x", ["predecessor: the code of a unit in force on 2025-06-30, found '73'"]),
        ("80,80,2025-07-02,merged,x", ["on: the first day of another unit, found 2025-07-02"]),
    ],
)
def test_successions_of_places_that_cannot_be(tmp_path: Path, row: str, expected: list[str]) -> None:
    past = [f"{code},A,Tỉnh A,province,,A,,,,,2025-06-30" for code in ("72", "80")]
    row = row.replace("72,80,2025-06-30", "72,79,2025-06-30")
    found = faults(tmp_path, places=[PLACES, PROVINCE, *past], place_successions=[FOLLOWS, row])
    assert [text for _, _, text in found] == expected
    assert {file for file, _, _ in found} <= {"place_successions.csv"}


# Loading


@pytest.fixture
def tayninh(tmp_path: Path) -> Path:
    return copies.copied(tmp_path)


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.django_db
def test_a_row_that_is_edited_with_its_day_makes_a_version(tayninh: Path) -> None:
    import datetime as dt

    row = "H53.13,Sở Ngoại vụ,Department of Foreign Affairs,Sở Ngoại vụ,department,H53,,true,2025-07-01,"
    new = "H53.13,Sở Đối ngoại,Department of External Affairs,Sở Đối ngoại,department,H53.01,,true,2026-03-01,"
    change(tayninh / "agencies.csv", row, new)
    report = packs.load(tayninh)
    assert report.changed["agencies"] == ["H53.13 2026-03-01"]
    assert report.gone["agencies"] == ["H53.13 2025-07-01"]  # told, and kept
    before, after = (agencies.on("H53.13", dt.date(2026, month, day)) for month, day in ((2, 28), (3, 1)))
    assert (before.name, before.parent) == ("Sở Ngoại vụ", "H53")
    assert (after.name, after.parent) == ("Sở Đối ngoại", "H53.01")
    assert agencies.get("H53.13").path == "H53/H53.01/H53.13/"
    assert packs.load(tayninh).changed == {}


@pytest.mark.django_db
def test_a_merger_of_communes_is_a_matter_of_rows(tayninh: Path) -> None:
    """Two communes become one on 1 January 2027, with their committees: only files change."""
    import datetime as dt

    day, before = dt.date(2027, 1, 1), dt.date(2026, 12, 31)
    for code, kind in (
        ("25489", "Xã Tân Lập,commune,80,Tan Lap Commune"),
        ("25486", "Xã Tân Biên,commune,80,Tan Bien Commune"),
    ):
        path = tayninh / "places.csv"
        rows = path.read_text(encoding="utf-8").splitlines()
        rows[0] = rows[0] if rows[0].endswith("valid_to") else rows[0] + ",valid_to"
        rows = [row if row.count(",") == rows[0].count(",") else row + "," for row in rows]
        rows = [row + "2026-12-31" if row.startswith(code) and kind in row else row for row in rows]
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    with (tayninh / "places.csv").open("a", encoding="utf-8") as file:
        file.write("25999,Tân Biên Lập,Xã Tân Biên Lập,commune,80,Tan Bien Lap Commune,106,11.6,502,2027-01-01,,\n")
    with (tayninh / "place_successions.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{code},25999,2027-01-01,merged,giả định\n" for code in ("25486", "25489"))
    schematic = (tayninh / "schematic.geojson").read_text(encoding="utf-8").replace('"25486"', '"25999"')
    lines = [line for line in schematic.splitlines() if '"25489"' not in line]
    (tayninh / "schematic.geojson").write_text("\n".join(lines), encoding="utf-8")
    agency_rows = (tayninh / "agencies.csv").read_text(encoding="utf-8").splitlines()
    ended = [row + "2026-12-31" if row.startswith(("H53.25486,", "H53.25489,")) else row for row in agency_rows]
    ended.append("H53.25999,UBND xã Tân Biên Lập,People's Committee,UBND,commune,H53,25999,true,2027-01-01,")
    (tayninh / "agencies.csv").write_text("\n".join(ended) + "\n", encoding="utf-8")
    with (tayninh / "agency_successions.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"H53.{code},H53.25999,2027-01-01,merged,giả định\n" for code in ("25486", "25489"))
    packs.load(tayninh)
    assert [places.communes(on).count() for on in (before, day)] == [96, 95]
    assert places.the_one("xã Tân Lập", before).code == "25489"
    assert [place.code for place in places.successors(places.get("25489", before), day)] == ["25999"]
    assert {place.code for place in places.predecessors(places.get("25999", day))} == {"25486", "25489"}
    found = agencies.by_code("H53.25486", day)
    assert (found.standing, found.agency.code) == ("succeeded", "H53.25999")  # type: ignore[union-attr]
    assert agencies.serving("25999", day) == agencies.get("H53.25999")
    assert agencies.serving("25486", before) == agencies.get("H53.25486")
    assert agencies.serving("25486", day) is None


@pytest.mark.django_db
def test_what_was_loaded_is_known_row_by_row() -> None:
    keys = set(LoadedItem.objects.filter(section="agencies", key__startswith="H53 ").values_list("key", flat=True))
    assert keys == {"H53 0001-01-01", "H53 2025-07-01"}
