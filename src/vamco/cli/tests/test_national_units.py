"""The national list of units: what law says of it, and that its files fit together."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from vamco.cli import national_units

PACKS = Path(__file__).parents[4] / "packs"
UNITS = PACKS / "vietnam" / "units"
MERGER, CITY_OF_DONG_NAI = "2025-07-01", "2026-04-30"


def rows(name, folder=UNITS):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def kinds_on(name, day):
    return Counter(r["kind"] for r in rows(name) if r["valid_from"] <= day <= (r["valid_to"] or day))


def test_the_counts_are_those_of_the_law():
    assert kinds_on("provinces", MERGER) == {"province": 28, "city": 6}
    assert kinds_on("communes", MERGER) == {"commune": 2621, "ward": 687, "special_zone": 13}
    assert kinds_on("provinces", CITY_OF_DONG_NAI) == {"province": 27, "city": 7}
    assert kinds_on("communes", CITY_OF_DONG_NAI) == {"commune": 2611, "ward": 697, "special_zone": 13}
    assert len(rows("provinces_before_2025")) == 63
    assert len(rows("districts_before_2025")) == 696
    assert len(rows("communes_before_2025")) == 10035


@pytest.mark.parametrize("name", ["provinces", "communes"])
def test_codes_are_sorted_and_the_same_twice_only_where_a_unit_changed(name):
    keys = [(r["code"], r["valid_from"]) for r in rows(name)]
    assert keys == sorted(set(keys))
    changed = [code for code, count in Counter(code for code, _ in keys).items() if count > 1]
    assert all(code == "75" or name == "communes" for code in changed)
    assert len(changed) == {"provinces": 1, "communes": 10}[name]


def test_every_unit_lies_in_one_that_is_there():
    assert {r["parent"] for r in rows("communes")} == {r["code"] for r in rows("provinces")}
    assert {r["parent"] for r in rows("districts_before_2025")} == {r["code"] for r in rows("provinces_before_2025")}
    assert {r["parent"] for r in rows("communes_before_2025")} <= {r["code"] for r in rows("districts_before_2025")}


def test_every_old_commune_came_to_one_of_today_and_each_of_today_from_one():
    steps = rows("successions")
    old = {r["code"] for r in rows("communes_before_2025")}
    islands = {"318", "471", "498", "536", "755"}  # island districts without communes
    communes = [r for r in steps if len(r["predecessor"]) > 2]
    assert {r["predecessor"] for r in communes} == old | islands
    assert {r["successor"] for r in communes} == {r["code"] for r in rows("communes")}
    successors = Counter(r["predecessor"] for r in communes)
    assert all((r["kind"] == "split") == (successors[r["predecessor"]] > 1) for r in communes)


def test_the_sum_of_the_communes_is_the_area_of_the_province_but_for_those_that_the_readme_names():
    sums = Counter()
    for row in rows("communes"):
        if not row["valid_to"]:
            sums[row["parent"]] += float(row["area_km2"])
    deviations = {r["name"]: sums[r["code"]] / float(r["area_km2"]) - 1 for r in rows("provinces") if not r["valid_to"]}
    assert {name: round(100 * d, 1) for name, d in deviations.items() if abs(d) > 0.005} == {
        "Cà Mau": -20.5,
        "Ninh Bình": -3.1,
        "An Giang": 1.0,
        "Quảng Ninh": -0.9,
        "Vĩnh Long": -0.8,
    }


def test_tay_ninh_has_the_same_units_in_its_own_pack_but_for_where_the_tone_is_written():
    from vamco.lib.text import spelling

    own = {r["code"]: r for r in rows("places", PACKS / "tayninh") if r["kind"] != "province"}
    here = {r["code"]: r for r in rows("communes") if r["parent"] == "80"}
    assert own.keys() == here.keys()
    for name in ("kind", "area_km2", "full_name_en"):
        assert {code: r[name] for code, r in own.items()} == {code: r[name] for code, r in here.items()}
    assert sum(own[code]["full_name"] != r["full_name"] for code, r in here.items()) == 11
    assert all(spelling(own[code]["full_name"]) == spelling(r["full_name"]) for code, r in here.items())


def test_each_old_province_has_an_agency_root_of_its_own():
    roots = rows("agency_roots")
    assert [r["province"] for r in roots] == [r["code"] for r in rows("provinces_before_2025")]
    assert sorted(r["root"] for r in roots) == [f"H{number:02}" for number in range(1, 64)]
    assert {r["name"]: r["root"] for r in roots if r["name"] in {"Tây Ninh", "Long An", "Quảng Ninh", "Thái Bình"}} == {
        "Tây Ninh": "H53",
        "Long An": "H39",
        "Quảng Ninh": "H49",
        "Thái Bình": "H54",
    }


def test_the_licences_of_both_sources_are_carried():
    text = (UNITS / "LICENSE").read_text(encoding="utf-8")
    assert "Copyright (c) 2025 Tran Ngoc Minh Hieu" in text
    assert "Copyright (c) 2021 Thang Le Quoc" in text


@pytest.mark.parametrize(
    ("code", "given", "full_name", "kind", "english"),
    [
        ("46", "Thành phố Huế", "Thành phố Huế", "city", "Hue City"),
        ("060", "Thành Phố Bắc Kạn", "Thành phố Bắc Kạn", "district", "Bac Kan City"),
        ("24490", "Xã Cư M'ta", "Xã Cư M'ta", "commune", "Cu M'ta Commune"),
        ("26740", "Phường 12", "Phường 12", "ward", "Ward 12"),
        ("22736", "Đặc khu Trường Sa", "Đặc khu Trường Sa", "special_zone", "Truong Sa Special Zone"),
    ],
)
def test_the_kind_comes_from_the_word_before_the_name(code, given, full_name, kind, english):
    made = national_units.unit(code, given)
    assert (made["full_name"], made["kind"], made["full_name_en"]) == (full_name, kind, english)
