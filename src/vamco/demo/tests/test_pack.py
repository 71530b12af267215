"""What the demonstration makes is what the pack's contracts and sources describe."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from open_data_contract_standard.model import OpenDataContractStandard
from ruamel.yaml import YAML

from vamco.demo import build, datasets, layer
from vamco.demo.spreadsheets import HEADER_ROW

PACK = Path(__file__).parents[4] / "packs" / "tayninh"
BASE = PACK.with_name("vietnam")
CONTRACTS = sorted((BASE / "datasets").glob("*.odcs.yaml"))
DIRTS = {
    d.dataset: d
    for d in (
        datasets.GIAINGAN, datasets.THU, datasets.KHV, datasets.DUTOAN, datasets.DKKD, datasets.TNGT, datasets.HOSO
    )
}  # fmt: skip
CHECKS = {"set", "reference", "not_in_future", "not_before", "row_count", "ytd_monotone", "coverage"}


def load(path: Path):
    return YAML(typ="safe", pure=True).load(path)


def own(path: Path) -> bool:
    """Whether the platform itself publishes the dataset: its system's tests hold the rows against the contract."""
    return any(item["property"] == "vamco.publishedBy" for item in load(path)["customProperties"])


def agencies() -> list[dict[str, str]]:
    with (PACK / "agencies.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_is_valid_odcs_3_1(path):
    schema = json.loads(
        resources.files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    )
    contract = load(path)
    assert contract["apiVersion"] == "v3.1.0"
    jsonschema.validators.validator_for(schema)(schema).validate(contract)
    assert OpenDataContractStandard.from_file(str(path)).id == path.name.removesuffix(".odcs.yaml")


@pytest.mark.parametrize("path", [path for path in CONTRACTS if not own(path)], ids=lambda path: path.stem)
def test_a_contract_has_the_columns_that_the_demonstration_writes(path):
    contract = load(path)
    properties = contract["schema"][0]["properties"]
    dirt = DIRTS[contract["id"]]
    assert [column["name"] for column in properties] == list(dirt.columns)
    assert dirt.key in {column["name"] for column in properties if column.get("primaryKey")}
    with (PACK / "agency_kinds.csv").open(encoding="utf-8", newline="") as file:
        assert contract["team"]["name"] in {f"@{row['kind']}" for row in csv.DictReader(file)}
    assert all(" / " in column["description"] for column in properties)


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_contract_uses_only_the_documented_checks(path):
    table = load(path)["schema"][0]
    rules = [*table.get("quality", []), *(rule for column in table["properties"] for rule in column.get("quality", []))]
    assert {rule["implementation"]["check"] for rule in rules} <= CHECKS
    assert {rule["engine"] for rule in rules} == {"vamco"}
    names = {column["name"] for column in table["properties"]}
    assert {rule["implementation"]["column"] for rule in rules if "column" in rule["implementation"]} <= names


def test_every_dataset_has_one_source_and_every_file_of_the_demonstration_one_dataset(tmp_path):
    demo = build.build(tmp_path, pack=PACK, today=date(2025, 10, 3), scale=500)
    offers = [(source, item) for source in load(PACK / "sources.yaml") for item in source["datasets"]]
    assert Counter(item["dataset"] for _, item in offers) == Counter(DIRTS.keys())
    claimed: Counter[Path] = Counter()
    for source, item in offers:
        if source["kind"] == "file":
            files = list((demo.shared / source["folder"]).glob(item["pattern"]))
            assert files
            claimed.update(files)
            assert item["header_row"] == (HEADER_ROW if item["format"] == "xlsx" else 1)
        else:
            assert item["path"] == f"/v1/{item['dataset']}"
    assert claimed == Counter(path for path in demo.shared.rglob("*") if path.is_file())


def test_the_pack_has_the_published_numbers_of_agencies():
    kinds = Counter(row["kind"] for row in agencies())
    assert kinds["commune"] == 96
    assert kinds["investor"] == 48
    departments = [row["code"] for row in agencies() if row["code"] in {f"H53.{n:02}" for n in range(1, 15)}]
    assert len(departments) == 14
    with (PACK / "places.csv").open(encoding="utf-8", newline="") as file:
        places = {row["code"] for row in csv.DictReader(file) if row["kind"] != "province"}
    assert {row["place"] for row in agencies() if row["kind"] == "commune"} == places


def test_every_person_has_a_role_and_an_agency_of_the_pack():
    roles = {role["code"] for role in load(BASE / "roles.yaml")}
    codes = {row["code"] for row in agencies()}
    everybody = layer.log_ins(PACK)
    assert {person.role for person in everybody} == roles
    assert {person.agency for person in everybody} <= codes
    assert len({person.username for person in everybody}) == len(everybody)


def test_boards_and_indicators_name_each_other():
    indicators = {path.stem: load(path) for path in (BASE / "indicators").glob("*.yaml")}
    assert all(item["code"] == code for code, item in indicators.items())
    for board in load(BASE / "boards.yaml"):
        assert set(board["cards"]) <= set(indicators)


def test_the_path_of_2026_is_made_as_its_comment_says():
    paths = load(PACK / "indicators" / "DTC01.yaml")["target"]["paths"]
    points = {point["on"].isoformat(): point["value"] for path in paths for point in path["points"]}
    for day in ("07-05", "09-25", "10-02", "11-20", "12-31"):
        assert points[f"2026-{day}"] == pytest.approx(points[f"2025-{day}"] * 92 / 86, abs=0.05)
    assert points["2026-03-05"] == points["2025-03-05"] == 3.42
