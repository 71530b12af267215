"""`vamco pack new`: a working pack for every province."""

import csv
import json
from pathlib import Path

import pytest

from vamco.cli import pack, pack_new
from vamco.lib.errors import Missing, Refused

PACKS = Path(__file__).parents[4] / "packs"
UNITS = pack_new.NationalUnits(PACKS / "vietnam" / "units")
# One without a merger, cities with a far island, one with three special zones, one that became a city, one whose areas do not sum.
SOME = ("12", "48", "56", "75", "91", "96")


def rows(file):
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make each pack once."""
    folder, held = tmp_path_factory.mktemp("packs"), {}

    def make(code):
        if code not in held:
            held[code] = pack_new.write(code, folder / code, PACKS)
        return held[code]

    return make


@pytest.mark.parametrize(
    "code",
    [code if code in SOME else pytest.param(code, marks=pytest.mark.full) for code in UNITS.provinces],
)
def test_the_pack_of_every_province_is_right(made, code):
    from vamco.kernel.base.packs import public as packs

    folder = made(code)
    contents = packs.check(folder)  # PackRefused names every mistake
    communes = {row["code"] for row in UNITS.communes[code]}
    drawn = json.loads((folder / "schematic.geojson").read_text(encoding="utf-8"))["features"]
    assert {feature["id"] for feature in drawn} == communes
    assert len(contents["agencies_of_kinds"]) == 27
    committees = [e.item for e in contents["agencies"] if e.item.kind == "commune" and e.item.valid_to is None]
    assert {item.place for item in committees} == communes


def test_khanh_hoa_has_truong_sa_and_what_ninh_thuan_was(made):
    folder = made("56")
    places = {row["code"]: row for row in rows(folder / "places.csv")}
    far = places["22736"]
    assert (far["full_name"], far["kind"], far["parent"]) == ("Đặc khu Trường Sa", "special_zone", "56")
    assert float(far["lon"]) > 114
    assert places["22738"]["origin"] == "ex-Ninh Thuận"
    steps = rows(folder / "place_successions.csv")
    assert [(r["predecessor"], r["successor"], r["kind"], r["source"]) for r in steps[:2]] == [
        ("56", "56", "merged", "Nghị quyết 202/2025/QH15"),
        ("58", "56", "merged", "Nghị quyết 202/2025/QH15"),
    ]
    assert {(r["predecessor"], r["successor"]) for r in rows(folder / "agency_successions.csv")} == {("H43", "H32")}
    agencies = {row["code"]: row for row in rows(folder / "agencies.csv")}
    assert agencies["H32"]["name"] == "Ủy ban nhân dân tỉnh Khánh Hòa"
    assert agencies["H32.22736"]["name"] == "Ủy ban nhân dân đặc khu Trường Sa"
    assert {r["code"] for r in rows(folder / "agency_codes.csv")} == {"000.00.00.H32", "000.00.00.H43"}


def test_a_city_is_called_a_city(made):
    folder = made("48")
    agencies = {row["code"]: row["name"] for row in rows(folder / "agencies.csv")}
    assert agencies["H17"] == "Ủy ban nhân dân thành phố Đà Nẵng"
    assert "Thanh tra thành phố" in agencies.values()
    assert "Công an thành phố Đà Nẵng" in agencies.values()
    assert not any("tỉnh" in name for name in agencies.values())


def test_what_became_a_city_later_keeps_both_names_with_their_days(made):
    folder = made("75")
    committee = [row for row in rows(folder / "agencies.csv") if row["code"] == "H19"]
    assert [(row["name"], row["valid_from"], row["valid_to"]) for row in committee] == [
        ("Ủy ban nhân dân tỉnh Đồng Nai", "2025-07-01", "2026-04-29"),
        ("Ủy ban nhân dân thành phố Đồng Nai", "2026-04-30", ""),
    ]
    ward = [row for row in rows(folder / "agencies.csv") if row["code"] == "H19.26368"]
    assert [row["short_name"] for row in ward] == ["UBND xã Long Thành", "UBND phường Long Thành"]
    finance = [row for row in rows(folder / "agencies.csv") if row["name"] == "Sở Tài chính"]
    assert [(row["valid_from"], row["valid_to"]) for row in finance] == [("2025-07-01", "")]


def test_a_province_without_a_merger_says_where_no_unit_lay_before(made):
    folder = made("12")
    assert {row["origin"] for row in rows(folder / "places.csv")} == {""}
    assert not (folder / "agency_successions.csv").exists()


@pytest.mark.parametrize("text", ["96", "Cà Mau", "ca mau", "Tỉnh Cà Mau", " cà  mau "])
def test_a_province_is_found_by_code_and_by_name(text):
    assert UNITS.find(text) == "96"


@pytest.mark.parametrize("text", ["TP. Hồ Chí Minh", "TP.Hồ Chí Minh", "Thành phố Hồ Chí Minh", "ho chi minh"])
def test_a_city_is_found_however_its_title_is_written(text):
    assert UNITS.find(text) == "79"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ca Mua", "Tỉnh Cà Mau (96)"),
        ("Long An", "Tỉnh Tây Ninh (80)"),  # a part of it since the merger
        ("49", "Thành phố Đà Nẵng (48)"),  # the code of Quảng Nam, a part of it
        ("47", "Tỉnh Nghệ An (40)"),
    ],
)
def test_an_unknown_province_says_which_may_be_meant(text, meant):
    with pytest.raises(Missing) as missing:
        UNITS.find(text)
    assert missing.value.code == "pack.no_province"
    assert meant in missing.value.data["meant"]
    assert f"“{text}”" in missing.value.text(str)


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        pack_new.write("12", tmp_path, PACKS)
    assert refused.value.code == "pack.folder_not_empty"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_what_fails_on_the_way_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("vamco.cli.pack_map.write_schematic", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pack_new.write("12", tmp_path / "laichau", PACKS)
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_into_the_folder_that_it_is_given(tmp_path, capsys):
    folder = tmp_path / "moi"
    folder.mkdir()
    assert pack.main(["new", "Lai Châu", str(folder)]) == 0
    assert f"{folder}: a pack to begin with" in capsys.readouterr().out
    assert (folder / "pack.yaml").read_text(encoding="utf-8").splitlines()[1] == "code: laichau"
    assert (
        (folder / "README.md")
        .read_text(encoding="utf-8")
        .startswith("# Gói tỉnh Lai Châu / The pack of Lai Chau Province")
    )
