"""Contracts and sources as files: what is wrong is named with file, line and what was expected."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from vamco.kernel.base.packs import public as packs
from vamco.systems.hub import pack
from vamco.systems.hub.contracts import Check, Column, Layout
from vamco.systems.hub.pack import remark_datasets
from vamco.systems.hub.rules import feeds
from vamco.systems.hub.tests.building import KEY, contract, field, item, rule

TAYNINH = Path(__file__).resolve().parents[5] / "packs" / "tayninh"
HEAD = """\
code: bench
version: 0.1.0
name: Tỉnh
name_en: Province
"""
CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: thu
name: Thu
version: 1.0.0
status: active
team: {name: H53.04}
slaProperties:
  - {property: timeOfAvailability, value: "17:00", unit: day, scheduler: cron, schedule: "0 17 * * *"}
customProperties:
  - {property: vamco.delivery, value: append}
schema:
  - name: thu
    logicalType: object
    physicalType: table
    properties:
      - name: ma
        logicalType: string
        required: true
        primaryKey: true
        primaryKeyPosition: 1
      - name: ngay
        logicalType: date
        logicalTypeOptions: {minimum: "2025-01-01"}
        quality:
          - {name: q, type: custom, engine: vamco, severity: error, dimension: accuracy, implementation: {check: not_in_future}}
"""
SOURCES = """\
- code: so
  name: Sở
  name_en: Department
  agency: H53.04
  kind: file
  folder_from: VAMCO_SHARED_FOLDER
  folder: so
  schedule: "*/10 * * * *"
  datasets:
    - {dataset: thu, pattern: "*.csv"}
"""


def faults(folder: Path, contract: str = CONTRACT, sources: str = SOURCES) -> list[str]:
    (folder / "datasets").mkdir(exist_ok=True)
    for name in ("places.csv", "agencies.csv"):
        shutil.copy(TAYNINH / name, folder)
    shutil.copy(TAYNINH.with_name("vietnam") / "agency_kinds.yaml", folder)
    (folder / "pack.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "datasets" / "thu.odcs.yaml").write_text(contract, encoding="utf-8")
    (folder / "sources.yaml").write_text(sources, encoding="utf-8")
    try:
        packs.check(folder)
    except packs.PackRefused as error:
        return [str(fault) for fault in error.faults]
    return []


def test_these_files_are_right(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_the_provinces_own_files_are_right() -> None:
    found = packs.check(TAYNINH)
    assert len(found["datasets"]) >= 6
    assert {feed.dataset for entry in found["sources"] for feed in entry.item.datasets} <= {
        e.item.id for e in found["datasets"]
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("v3.1.0", "v9", 1, "apiVersion: Input should be 'v3.1.0'"),
        ("kind: DataContract", "kind: Foo", 2, "kind: Input should be 'DataContract'"),
        (
            "logicalType: date",
            "logicalType: banana",
            23,
            "schema.0.properties.1.logicalType: Input should be 'string', 'integer'",
        ),
        ("0 17 * * *", "0 25 * * *", 9, "slaProperties.0.schedule: Value error, hour: 0 to 23, found '25'"),
        ("value: append", "value: sometimes", 1, "vamco.delivery: append, replace or replace_where:column"),
        ("vamco.delivery", "vamco.delivry", 1, "one of vamco.corrections"),
        ("H53.04", "H99", 7, "team.name: the code of an agency, found 'H99'"),
        (
            "        primaryKey: true\n        primaryKeyPosition: 1\n",
            "",
            16,
            "a primary key, because rows are appended",
        ),
        ("required: true", "required: false", 17, "ma: required, as part of the key or of the delivery"),
        ("value: append", "value: 'replace_where:nam'", 10, "vamco.delivery: a column of the contract, found 'nam'"),
        (
            "{check: not_in_future}",
            "{check: not_before, column: hen}",
            13,
            "not_before: a column of the contract, found 'hen'",
        ),
        ("{check: not_in_future}", "{check: not_before, column: ma}", 13, "not_before:ngay: columns of the type date"),
        ("{check: not_in_future}", "{check: set}", 26, "set with all that it needs"),
        (
            "      - name: ngay\n",
            "      - name: ngay\n        classification: personal\n",
            10,
            "vamco.personalData: basic, as the classification of the fields has it",
        ),
        (
            "      - name: ngay\n",
            "      - name: ngay\n        classification: secret\n",
            23,
            "Input should be '', 'public', 'internal', 'personal' or 'personal-sensitive'",
        ),
        (
            "value: append}",
            "value: append}\n  - {property: vamco.personalData, value: basic}",
            10,
            "vamco.personalData: none",
        ),
        (
            "{check: not_in_future}",
            "{check: magic}",
            26,
            "schema.0.properties.1.quality.0.implementation.check: Input should be",
        ),
        ("2025-01-01", "soon", 22, "Invalid isoformat string"),
        ("  - name: thu\n", "  - name: khac\n", 13, "schema.0.name: thu, as the contract's id"),
        ("name: ngay", "name: ma", 16, "schema.0.properties: names that differ"),
        ("status: active", "status: active\nowner: me", 7, "owner: Extra inputs are not permitted"),
        (
            "  - name: thu\n    logicalType: object",
            "  - name: thu\n    logicalType: array",
            14,
            "schema.0.logicalType: Input should be 'object'",
        ),
        ("id: thu", "id: [", 5, "YAML"),
    ],
)
def test_a_wrong_contract_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in CONTRACT
    found = faults(tmp_path, CONTRACT.replace(old, new, 1))
    assert any(fault.startswith(f"datasets/thu.odcs.yaml:{line}: ") and told in fault for fault in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("H53.04", "H99", 4, "agency: the code of an agency, found 'H99'"),
        ("dataset: thu", "dataset: chi", 10, "datasets.dataset: a dataset of the pack, found 'chi'"),
        ("VAMCO_SHARED_FOLDER", "DATABASE_URL", 6, "folder_from: String should match pattern"),
        ("VAMCO_SHARED_FOLDER", '""', 1, "folder_from, because the kind is file"),
        ("folder: so", "folder: ../so", 7, "folder: String should match pattern"),
        ("folder: so", "folder: so/../..", 1, "folder: a folder below the shared one"),
        ('pattern: "*.csv"', 'pattern: "../*.csv"', 10, "datasets.0.pattern: String should match pattern"),
        ("*/10 * * * *", "now", 8, "schedule: Value error, five fields"),
        ("kind: file", "kind: ftp", 5, "kind: Input should be 'http' or 'file'"),
        ("kind: file", "kind: http", 1, "base_url_from, thu.path, thu.items, because the kind is http"),
    ],
)
def test_a_wrong_source_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, told: str) -> None:
    assert old in SOURCES
    found = faults(tmp_path, sources=SOURCES.replace(old, new, 1))
    assert any(fault.startswith(f"sources.yaml:{line}: ") and told in fault for fault in found), found


def test_a_dataset_has_one_source(tmp_path: Path) -> None:
    assert faults(tmp_path, sources=SOURCES + SOURCES.replace("code: so", "code: hai")) == [
        "sources.yaml:20: dataset: thu comes from so already",
    ]


def test_what_the_standard_knows_and_we_do_not_is_found_twice(tmp_path: Path) -> None:
    raw = packs.check(TAYNINH)["datasets"][0]
    broken = packs.Located(
        raw.item, type(raw.raw)({**raw.raw.data, "version": 7, "team": 3}, raw.raw.file, 1, raw.raw.spots)
    )
    found = [fault.expected for fault in pack._check_standard(broken)]
    assert any("7 is not of type 'string'" in each for each in found)
    assert any("valid string" in each for each in found)


def test_a_contract_as_the_hub_works_with_it() -> None:
    terms = contract(
        {**KEY, "primaryKeyPosition": 2}, field("nam", "integer", required=True, primaryKey=True, primaryKeyPosition=1),
        field("tien", "number", physicalType="DECIMAL(18, 2)", businessName="Tiền", logicalTypeOptions={"minimum": 0}),
        field("luc", "timestamp"), field("co", "boolean"), field("do", "number"),
        field("ngay", "date", logicalTypeOptions={"minimum": "2025-01-01", "maximum": "2026-01-01"}),
        field("moi", customProperties=[{"property": "vamco.was", "value": "cu"}], physicalType="VARCHAR(9)", logicalTypeOptions={"maxLength": 5}),
        delivery="replace_where:nam", quality=[rule("row_count", minimum=1, maximum=5), rule("freshness", column="ngay", days=3)],
        custom=[{"property": "vamco.maxBad", "value": 0}, {"property": "vamco.personalData", "value": "basic"},
                {"property": "vamco.synthetic", "value": True}, {"property": "vamco.nameEn", "value": "Trial"}, {"property": "x.y", "value": 1}],
        slaProperties=[{"property": "timeOfAvailability", "value": "17:00", "unit": "day", "scheduler": "cron", "schedule": "0 17 * * *"}],
    )  # fmt: skip
    assert [(c.name, c.type) for c in terms.columns] == [
        ("ma", "string"),
        ("nam", "long"),
        ("tien", "decimal(18,2)"),
        ("luc", "timestamptz"),
        ("co", "boolean"),
        ("do", "double"),
        ("ngay", "date"),
        ("moi", "string"),
    ]
    assert terms.key == ("nam", "ma")
    assert terms.column("ngay") == Column("ngay", "date", minimum=dt.date(2025, 1, 1), maximum=dt.date(2026, 1, 1))
    assert terms.column("moi") == Column("moi", "string", max_length=5, was="cu")
    assert (
        terms.delivery,
        terms.slice_column,
        terms.due,
        terms.max_bad,
        terms.personal_data,
        terms.synthetic,
        terms.title_en,
    ) == (
        "replace_where",
        "nam",
        "0 17 * * *",
        0,
        "basic",
        True,
        "Trial",
    )
    assert terms.declared == (Check("row_count", value={"minimum": 1, "maximum": 5}), Check("freshness", "ngay", 3))
    plain = contract(KEY)
    assert (plain.delivery, plain.max_bad, plain.due, plain.personal_data, plain.title_en) == (
        "replace",
        0.2,
        "",
        "none",
        "Thử nghiệm",
    )


@pytest.mark.parametrize(
    ("delivery", "quality"),
    [
        ("replace_where:ngay", []),
        ("replace", [rule("freshness", column="ngay", days=3)]),
        ("replace", [rule("ytd_monotone", column="tien", date="ma", by="ngay")]),
    ],
)
def test_what_is_shown_to_all_is_not_taken_from_a_personal_field(delivery: str, quality: list[Any]) -> None:
    personal = [{"property": "vamco.personalData", "value": "sensitive"}]
    birth = field("ngay", "date", required=True, classification="personal-sensitive")
    terms = contract(KEY, birth, field("tien", "integer"), delivery=delivery, quality=quality, custom=personal)
    assert pack.quoted_personal(terms) == ["ngay"]
    assert pack.quoted_personal(contract(KEY, birth, custom=personal)) == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (field("x", "integer", logicalTypeOptions={"minimum": "1"}), "numbers, for a number"),
        (field("x", logicalTypeOptions={"minimum": 1}), "numbers, for a number"),
        (field("x", "integer", logicalTypeOptions={"pattern": "a"}), "for a string only"),
        (field("x", logicalTypeOptions={"pattern": "("}), "a regular expression"),
        (field("x", quality=[rule("reference")]), "reference with all that it needs"),
        (field("x", quality=[rule("not_before")]), "not_before with all that it needs"),
        (field("X"), "match pattern"),
    ],
)
def test_fields_that_cannot_be_checked_are_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        item(wrong)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("vamco.odd", 1, "one of vamco.corrections"),
        ("vamco.maxBad", 2, "a share from 0 to 1"),
        ("vamco.maxBad", "x", "a share"),
        ("vamco.personalData", "some", "none, basic or sensitive"),
    ],
)
def test_properties_of_our_own_are_checked(name: str, value: Any, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        item(KEY, custom=[{"property": name, "value": value}])


def test_every_way_of_asking_for_a_check_needs_its_parts() -> None:
    for how in (
        {"check": "row_count"},
        {"check": "freshness", "column": "x"},
        {"check": "ytd_monotone", "column": "x"},
    ):
        with pytest.raises(ValidationError, match="with all that it needs"):
            item(KEY, quality=[rule(**how)])


def test_a_feed_says_how_its_files_are_laid_out() -> None:
    feed = feeds.FeedItem(dataset="x", format="xlsx", sheet="Dữ liệu", header_row=4, date_format="dd/MM/yyyy")
    assert feed.layout() == Layout("xlsx", "utf-8-sig", "", "Dữ liệu", 4, "dd/MM/yyyy")


@pytest.mark.django_db
def test_loading_keeps_every_version_and_the_state_of_sources(tmp_path: Path) -> None:
    from vamco.systems.hub import public as hub
    from vamco.systems.hub.models import ContractVersion, Dataset, Source, SourceState

    assert faults(tmp_path) == []
    packs.load(tmp_path)
    source = Source.objects.get(code="so")
    SourceState.objects.create(source=source, dataset="thu", state={"files": {}})
    since = Dataset.objects.get(code="thu").known_since
    assert packs.load(tmp_path).changed.get("datasets") is None
    faults(
        tmp_path,
        CONTRACT.replace("version: 1.0.0", "version: 1.1.0").replace("H53.04", "H53.05"),
        SOURCES.replace("Sở", "Sở khác"),
    )
    packs.load(tmp_path)
    assert list(
        ContractVersion.objects.filter(dataset__code="thu").order_by("number").values_list("number", "content__version")
    ) == [
        (1, "1.0.0"),
        (2, "1.1.0"),
    ]
    assert (hub.contract("thu").version, hub.contract("thu").owner) == ("1.1.0", "H53.05")
    assert Dataset.objects.get(code="thu").known_since == since
    assert Source.objects.get(code="so").content["name"] == "Sở khác"
    assert SourceState.objects.filter(source=source).count() == 1


FIELDS = """\
      - {name: xa, logicalType: string, quality: [QUALITY]}
      - {name: tien, logicalType: integer}
"""
RULE = "{name: q, type: custom, engine: vamco, severity: error, dimension: accuracy, implementation: IT}"


@pytest.mark.parametrize(
    ("it", "told"),
    [
        ("{check: reference, list: communes}", ""),  # the one column of days says by which
        ("{check: reference, list: communes, as_of: today}", ""),
        ('{check: reference, list: communes, as_of: "ngay, today"}', ""),
        ("{check: reference, list: communes, as_of: hom_nay}", "reference: a column of the contract, found 'hom_nay'"),
        ("{check: reference, list: communes, as_of: tien}", "reference:xa: columns of the type date"),
        ("{check: sum_of, columns: [tien]}", "sum_of:xa: columns of numbers"),
        ("{check: sum_of, columns: [khac]}", "sum_of: a column of the contract, found 'khac'"),
        ("{check: jump, column: ma, at_most_of_previous: 2}", "jump:ma: columns of numbers"),
        ("{check: jump, column: tien, at_most_of_previous: 2}", ""),
        ("{check: coverage, column: xa, list: communes, date: tien}", "coverage:xa: columns of the type date"),
        ("{check: coverage, column: xa, list: communes, date: ngay}", ""),
        ("{check: empties, column: khac, at_most: 0.1}", "empties: a column of the contract, found 'khac'"),
        (
            "{check: ytd_monotone, column: tien, date: ngay, by: nam}",
            "ytd_monotone: a column of the contract, found 'nam'",
        ),
    ],
)
def test_a_check_names_columns_that_can_be_checked_so(tmp_path: Path, it: str, told: str) -> None:
    found = faults(tmp_path, CONTRACT + FIELDS.replace("QUALITY", RULE.replace("IT", it)))
    assert len(found) == bool(told)
    assert not told or told in found[0]


def test_a_list_says_by_which_day_its_codes_are_judged(tmp_path: Path) -> None:
    rules = FIELDS.replace("QUALITY", RULE.replace("IT", "{check: reference, list: communes}"))
    undated = (
        CONTRACT.replace("logicalType: date", "logicalType: string").partition("        logicalTypeOptions")[0] + rules
    )
    expected = "reference:xa: as_of, a column with the day by which the code must be in force, or today"
    for text, told in ((undated, 1), (undated.replace("list: communes", "list: communes, as_of: today"), 0)):
        assert faults(tmp_path, text) == []  # right, and yet it lets old codes pass
        contents = packs.check(tmp_path)
        assert [expected in str(each) for each in remark_datasets(contents["datasets"], contents)] == [True] * told


def test_a_check_of_a_row_stands_with_its_field(tmp_path: Path) -> None:
    content = (
        CONTRACT + "    quality: [" + RULE.replace("IT", "{check: reference, list: communes, as_of: today}") + "]\n"
    )
    assert ["reference: with the field that it checks" in fault for fault in faults(tmp_path, content)] == [True]
