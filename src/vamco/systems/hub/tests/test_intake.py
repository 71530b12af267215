"""Reading and checking a file, without a database."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import unicodedata
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.engines.sheets import archive
from vamco.lib.errors import Refused
from vamco.systems.hub.adapters.intake import batch, checks, reading
from vamco.systems.hub.contracts import Column, Finding, Layout
from vamco.systems.hub.tests.building import AMOUNT, CSV, KEY, contract, field, rule

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import Contract

TODAY = dt.date(2026, 11, 20)
LISTS = {
    "communes": [("25459", dt.date(2025, 7, 1), None), ("25000", dt.date(2004, 1, 1), dt.date(2025, 6, 30))],
    "agencies": [],
}
ROW = [*"tn"]
LINES = {"property": "vamco.lineBreaks", "value": True}


@dataclass
class Judged:
    rows: int
    repeats: int
    good: list[dict[str, Any]]
    bad: dict[int, list[str]]
    raw: dict[int, dict[str, Any]]
    findings: tuple[Finding, ...]


def judge(
    folder: Path, terms: Contract, content: str | bytes | Path, layout: Layout = CSV, table: pa.Table | None = None
) -> Judged:
    path = content if isinstance(content, Path) else folder / "in"
    if not isinstance(content, Path):
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def standing(columns: Any, _span: Any) -> pa.Table:
        assert table is not None
        return table.select(list(columns))

    with batch.opened(path, layout, terms, batch.Setting(LISTS, TODAY), folder) as found:
        found.judge_keys(standing if table is not None else None)
        bad = list(found.bad())
        count, repeats = found.counts()
        good = found.good(7).to_pylist()
        assert len(good) == count
        assert len(good) + repeats + len(bad) == found.rows
        assert {row["_run"] for row in good} <= {7}
        return Judged(
            found.rows,
            repeats,
            good,
            {row: codes for row, codes, _ in bad},
            {row: json.loads(raw) for row, _, raw in bad},
            found.findings(),
        )


def one(folder: Path, column: dict[str, Any], cell: str, **more: Any) -> tuple[Any, list[str]]:
    """The value and the reasons of a single cell in a row that is otherwise good."""
    text = io.StringIO()
    csv.writer(text).writerows([["ma", column["name"]], ["a", cell]])
    found = judge(folder, contract(KEY, column, **more), text.getvalue())
    return (found.good[0][column["name"]] if found.good else None), found.bad.get(1, [])


CASES: list[tuple[dict[str, Any], str, Any, list[str]]] = [
    # required
    (field("x", required=True), "", None, ["required:x"]),
    (field("x", required=True), "   ", None, ["required:x"]),
    (field("x", required=True), "0", "0", []),
    (field("x"), "", None, []),
    (field("x"), "  ", None, []),
    (field("x"), " a ", "a", []),
    # types
    (field("x", "integer"), "12", 12, []),
    (field("x", "integer"), " 12 ", 12, []),
    (field("x", "integer"), "007", 7, []),
    (field("x", "integer"), "-9223372036854775808", -(2**63), []),
    (field("x", "integer"), "9223372036854775808", None, ["type:x"]),
    (field("x", "integer"), "1.5", None, ["type:x"]),
    (field("x", "integer"), "1e3", None, ["type:x"]),
    (field("x", "integer"), "1_000", None, ["type:x"]),
    (field("x", "integer"), "1.000.000", None, ["type:x"]),
    (field("x", "integer"), "0x10", None, ["type:x"]),
    (field("x", "integer"), "khoảng 5 đồng", None, ["type:x"]),
    (field("x", "integer"), "=1+1", None, ["type:x"]),
    (field("x", "number"), "1.5", 1.5, []),
    (field("x", "number"), "-.5e-3", -0.0005, []),
    (field("x", "number"), "nan", None, ["type:x"]),
    (field("x", "number"), "inf", None, ["type:x"]),
    (field("x", "number"), "1,5", None, ["type:x"]),
    (field("x", "number", physicalType="DECIMAL(10,2)"), "1.50", Decimal("1.50"), []),
    (field("x", "number", physicalType="DECIMAL(10,2)"), "1.505", None, ["type:x"]),
    (field("x", "number", physicalType="DECIMAL(10,2)"), "1.5000", Decimal("1.50"), []),
    (field("x", "number", physicalType="DECIMAL(4,2)"), "123.45", None, ["type:x"]),
    (field("x", "boolean"), "TRUE", True, []),
    (field("x", "boolean"), "0", False, []),
    (field("x", "boolean"), "có", None, ["type:x"]),
    (field("x", "date"), "2026-02-28", dt.date(2026, 2, 28), []),
    (field("x", "date"), "2026-02-31", None, ["type:x"]),
    (field("x", "date"), "2026/02/28", None, ["type:x"]),
    (field("x", "date"), "28/02/2026", None, ["type:x"]),
    (field("x", "date"), "2026-2-8", None, ["type:x"]),
    (field("x", "date"), "infinity", None, ["type:x"]),
    (field("x", "date"), "-infinity", None, ["type:x"]),
    (field("x", "date"), "epoch", None, ["type:x"]),
    (field("x", "date"), "12026-01-01", None, ["type:x"]),
    (field("x", "timestamp"), "2026-11-20T08:30:00+07:00", dt.datetime(2026, 11, 20, 1, 30, tzinfo=dt.UTC), []),
    (field("x", "timestamp"), "2026-11-20 08:30:00Z", dt.datetime(2026, 11, 20, 8, 30, tzinfo=dt.UTC), []),
    (field("x", "timestamp"), "2026-11-20T08:30:00", None, ["type:x"]),  # no zone: no moment
    # text
    (field("x"), "Đường số 7 – ₫ “ngoặc”", "Đường số 7 – ₫ “ngoặc”", []),
    (field("x"), "=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", []),
    (field("x"), unicodedata.normalize("NFD", "Tây Ninh"), "Tây Ninh", []),
    (field("x"), "a\x07b", None, ["text:x"]),
    (field("x"), "dòng 1\ndòng 2", None, ["line_breaks:x"]),
    (field("x", customProperties=[LINES]), "dòng 1\ndòng 2", "dòng 1\ndòng 2", []),
    (field("x"), "\u212b", "Å", []),  # the Ångström sign is the letter
    # limits
    (field("x", physicalType="VARCHAR(3)"), "đđđ", "đđđ", []),
    (field("x", physicalType="VARCHAR(3)"), "đđđđ", None, ["max_length:x"]),
    (field("x", logicalTypeOptions={"maxLength": 2}, physicalType="VARCHAR(9)"), "abc", None, ["max_length:x"]),
    (field("x", logicalTypeOptions={"pattern": r"^\d{2}$"}), "12", "12", []),
    (field("x", logicalTypeOptions={"pattern": r"\d{2}"}), "123", None, ["pattern:x"]),
    (field("x", logicalTypeOptions={"pattern": r"^\d{2}$"}), "12\n", None, ["line_breaks:x", "pattern:x"]),
    (field("x", "integer", logicalTypeOptions={"minimum": 1, "maximum": 3}), "0", None, ["minimum:x"]),
    (field("x", "integer", logicalTypeOptions={"minimum": 1, "maximum": 3}), "1", 1, []),
    (field("x", "integer", logicalTypeOptions={"minimum": 1, "maximum": 3}), "3", 3, []),
    (field("x", "integer", logicalTypeOptions={"minimum": 1, "maximum": 3}), "4", None, ["maximum:x"]),
    (field("x", "date", logicalTypeOptions={"minimum": "2025-01-01"}), "2024-12-31", None, ["minimum:x"]),
    (field("x", "date", logicalTypeOptions={"minimum": "2025-01-01"}), "2025-01-01", dt.date(2025, 1, 1), []),
    # quality rules
    (field("x", quality=[rule("set", values=["a", "b'c"])]), "b'c", "b'c", []),
    (field("x", quality=[rule("set", values=["a", "b'c"])]), "A", None, ["set:x"]),
    (field("x", quality=[rule("set", values=["a"])]), "", None, []),
    (field("x", quality=[rule("reference", list="communes")]), "25459", "25459", []),
    (field("x", quality=[rule("reference", list="communes")]), "25000", "25000", []),  # merged away; no day to go by
    (field("x", quality=[rule("reference", list="communes", as_of="today")]), "25459", "25459", []),
    (field("x", quality=[rule("reference", list="communes", as_of="today")]), "25000", None, ["reference:x"]),
    (field("x", quality=[rule("reference", list="communes")]), "99999", None, ["reference:x"]),
    (
        field("x", quality=[rule("reference", list="agencies")]),
        "H53",
        None,
        ["reference:x"],
    ),  # an empty list holds nothing
    (field("x", "date", quality=[rule("not_in_future")]), "2026-11-20", TODAY, []),
    (field("x", "date", quality=[rule("not_in_future")]), "2026-11-21", None, ["not_in_future:x"]),
    # a warning counts and lets pass
    (field("x", quality=[rule("set", values=["a"], severity="warning")]), "z", "z", []),
    # all reasons at once
    (
        field("x", physicalType="VARCHAR(2)", logicalTypeOptions={"pattern": "[a-z]+"}),
        "A\x01BC",
        None,
        ["text:x", "max_length:x", "pattern:x"],
    ),
]


@pytest.mark.parametrize(("column", "cell", "value", "reasons"), CASES)
def test_each_check_both_ways(
    tmp_path: Path, column: dict[str, Any], cell: str, value: Any, reasons: list[str]
) -> None:
    assert one(tmp_path, column, cell, custom=[{"property": "vamco.maxBad", "value": 1}]) == (value, reasons)


def test_a_code_may_be_asked_for_as_of_the_rows_own_day(tmp_path: Path) -> None:
    terms = contract(
        KEY, field("ngay", "date"), field("xa", quality=[rule("reference", list="communes", as_of="ngay")])
    )
    found = judge(
        tmp_path,
        terms,
        "ma,ngay,xa\n1,2025-06-30,25000\n2,2025-07-01,25000\n3,2025-07-01,25459\n4,2025-06-30,25459\n5,,25459\n",
    )
    assert [row["ma"] for row in found.good] == ["1", "3", "5"]
    assert found.bad == {2: ["reference:xa"], 4: ["reference:xa"]}


def test_a_day_not_before_another(tmp_path: Path) -> None:
    terms = contract(KEY, field("tu", "date"), field("den", "date", quality=[rule("not_before", column="tu")]))
    found = judge(
        tmp_path, terms, "ma,tu,den\n1,2026-01-02,2026-01-01\n2,2026-01-01,2026-01-01\n3,,2026-01-01\n4,2026-01-01,\n"
    )
    assert found.bad == {1: ["not_before:den"]}
    assert len(found.good) == 3


def test_rows_carry_their_number_in_the_file_and_findings_count(tmp_path: Path) -> None:
    column = field("so", "integer")
    warn = field("w", quality=[rule("set", values=["a"], severity="warning")])
    found = judge(tmp_path, contract(KEY, column, warn), "ma,so,w\na,1,a\nb,x,b\nc,3,c\n")
    assert [(row["_row"], row["ma"], row["so"]) for row in found.good] == [(1, "a", 1), (3, "c", 3)]
    assert found.raw == {2: {"ma": "b", "so": "x", "w": "b"}}
    assert found.findings == (Finding("type:so", 1, "error"), Finding("set:w", 2, "warning"))


# Keys


def test_of_equal_rows_the_first_is_kept_and_of_different_ones_none(tmp_path: Path) -> None:
    found = judge(tmp_path, contract(KEY, AMOUNT), "ma,so_tien\na,1\nb,2\na,1\nc,3\nb,4\na,1\nd,5\n")
    assert [(row["_row"], row["ma"]) for row in found.good] == [(1, "a"), (4, "c"), (7, "d")]
    assert found.bad == {2: ["unique:ma"], 5: ["unique:ma"]}
    assert found.repeats == 2
    assert found.findings == (Finding("repeat:ma", 2, "error"), Finding("unique:ma", 2, "error"))


def test_beside_a_bad_row_with_its_key_no_row_is_good(tmp_path: Path) -> None:
    found = judge(tmp_path, contract(KEY, AMOUNT), "ma,so_tien\na,1\na,-1\n,7\n,7\nb,2\n")
    assert [row["_row"] for row in found.good] == [
        5
    ]  # who is right, 1 or -1, is not known; rows without a key have no twin
    assert found.bad == {1: ["twin:ma"], 2: ["minimum:so_tien"], 3: ["required:ma"], 4: ["required:ma"]}


def test_against_the_table(tmp_path: Path) -> None:
    table = pa.table({"ma": ["a", "b", "z"], "so_tien": pa.array([1, 2, 9], pa.int64())})
    found = judge(tmp_path, contract(KEY, AMOUNT, delivery="append"), "ma,so_tien\na,1\nb,3\nc,4\n", table=table)
    assert [row["ma"] for row in found.good] == ["c"]
    assert (found.repeats, found.bad) == (1, {2: ["unique:ma"]})


def test_a_key_of_two_columns_and_a_unique_column_besides(tmp_path: Path) -> None:
    parts = [
        field(n, required=True, primaryKey=True, primaryKeyPosition=p) for p, n in enumerate(("nam", "xa"), start=1)
    ]
    terms = contract(*parts, field("so", unique=True))
    found = judge(tmp_path, terms, "nam,xa,so\n1,a,\n1,b,\n2,a,x\n2,b,x\n1,a,\n")
    assert (found.repeats, found.bad) == (1, {3: ["unique:so"], 4: ["unique:so"]})


# Files


BOTH = contract(KEY, field("ten"), AMOUNT)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_of_any_kind(tmp_path: Path, *, delimiter: str, told: bool, bom: str, newline: str) -> None:
    lines = [["Số tiền", "MA", "thừa", "ten"], ["5", "a", "?", f'"Xã ""A""{delimiter} phường"'], ["6", "b", "", ""]]
    content = bom + newline.join(delimiter.join(line) for line in lines) + newline
    found = judge(tmp_path, BOTH, content, Layout("csv", delimiter=delimiter if told else ""))  # type: ignore[arg-type]
    assert found.bad == {}
    assert [(r["_row"], r["ma"], r["ten"], r["so_tien"]) for r in found.good] == [
        (1, "a", f'Xã "A"{delimiter} phường', 5),
        (2, "b", None, 6),
    ]


def test_a_title_above_the_header(tmp_path: Path) -> None:
    found = judge(
        tmp_path, BOTH, 'TIÊU ĐỀ,,\n"hai\ndòng",,\nma,ten,so_tien\na,x,1\n\nb,y,2\n', Layout("csv", header_row=4)
    )
    assert [(r["_row"], r["ma"]) for r in found.good] == [(1, "a"), (2, "b")]


def test_rows_with_too_few_or_too_many_cells_are_put_aside(tmp_path: Path) -> None:
    found = judge(tmp_path, BOTH, "ma,ten,so_tien\na,x,1\nb,y\n\nc,z,3,4\nd,v,5\n")
    assert [(r["_row"], r["ma"]) for r in found.good] == [(1, "a"), (4, "d")]
    assert found.bad == {2: ["columns", "required:so_tien"], 3: ["columns"]}
    assert found.raw[3] == {"ma": "c", "ten": "z", "so_tien": "3"}


def test_a_quote_out_of_place_and_nul_bytes_lose_no_other_row(tmp_path: Path) -> None:
    found = judge(tmp_path, BOTH, b'ma,ten,so_tien\na,x\x00y,1\nb,"q"r,2\nc,ok,3\n')
    assert found.bad == {1: ["text:ten"], 2: ["quotes"]}
    assert found.raw[1]["ten"] == "x\ufffdy"  # PostgreSQL could not keep the NUL
    assert [r["ma"] for r in found.good] == ["c"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "hub.empty_file"),
        (b"\n\n", "hub.no_header"),
        (b"sai,ten,so_tien\na,b,1\n", "hub.header"),
        (b"ma,ma,so_tien\na,b,1\n", "hub.header"),
        ("ma,ten,so_tien\na,Tây Ninh,1\n".encode("cp1258", "replace"), "hub.encoding"),
        ("ma,ten,so_tien\na,Tây Ninh,1\n".encode("utf-16"), "hub.encoding"),
        (b"ma,ten,so_tien\na," + b"x" * (10 << 20) + b",1\n", "hub.cell_too_long"),
        (b"<!doctype html><html></html>", "hub.not_text"),
    ],
)
def test_what_is_no_such_csv_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        judge(tmp_path, BOTH, content)
    assert caught.value.code == code
    assert "Tây" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_header_alone_is_no_rows(tmp_path: Path) -> None:
    found = judge(tmp_path, BOTH, "ma,ten,so_tien\n")
    assert (found.rows, found.good, found.bad) == (0, [], {})


# Not the letters of Western Europe: text of them looks like TCVN3 or VNI soon.
CELLS = st.text(
    st.sampled_from('"",;\t\r\n \xa0\x0b')
    | st.characters(codec="utf-8", max_codepoint=0x7E, exclude_characters="\x00")
    | st.characters(codec="utf-8", min_codepoint=0x1EA0, exclude_categories=["Cs"]),
    max_size=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=20), st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n"])
)
def test_the_quick_and_the_slow_reader_see_the_same_cells(
    tmp_path: Path, lines: list[Any], delimiter: str, newline: str
) -> None:
    import duckdb

    path = tmp_path / "both.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=newline)
        writer.writerows([["ma", "ten"], *lines])
    layout = Layout("csv", delimiter=delimiter)  # type: ignore[arg-type]
    slow = [tuple(cell or "" for cell in cells) for number, _, cells in reading.rows(path, layout) if number]
    with duckdb.connect() as database:
        text = next(
            reading.readings(
                database, path, layout, [Column(n, "string", line_breaks=True) for n in ("ma", "ten")], tmp_path
            )
        )
        if text.numbered:  # so it is the slow reader
            return
        try:
            quick = database.execute(text.query).fetchall()
        except duckdb.Error:  # it gave up: the slow reader is then the one that counts
            return
    assert [tuple(cell or "" for cell in row) for row in quick] == slow


def test_lines_of_json(tmp_path: Path) -> None:
    lines = [
        {"ma": "a", "so_tien": 1, "ten": "Đ", "khac": [1]},
        {"so_tien": "2", "ma": "b"},
        {"ma": "c", "so_tien": 3.0},
        {"ma": "d", "so_tien": 4, "ten": {"x": [1]}},
        {"ma": "e", "so_tien": True},
        {"ma": "f", "so_tien": 9007199254740993},
        {"ma": "g", "so_tien": 1, "ten": "x\x00y"},
    ]
    content = "".join(json.dumps(line) + "\n" for line in lines)
    found = judge(tmp_path, BOTH, content, Layout("jsonl"))
    assert [(r["_row"], r["ma"], r["so_tien"]) for r in found.good] == [
        (1, "a", 1),
        (2, "b", 2),
        (4, "d", 4),
        (6, "f", 9007199254740993),
    ]
    assert json.loads(found.good[2]["ten"]) == {"x": [1]}
    assert found.bad == {3: ["type:so_tien"], 5: ["type:so_tien"], 7: ["text:ten"]}
    assert list(reading.rows(tmp_path / "in", Layout("jsonl")))[1] == (1, 1, ["a", "1", "Đ", "[1]"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"ma": "a"}\n{"ma": \n', "hub.malformed"),
        (b"<html>", "hub.not_text"),
        (b'{"ma": "\xff"}\n', "hub.encoding"),
    ],
)
def test_what_is_no_json_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        judge(tmp_path, BOTH, content, Layout("jsonl"))
    assert caught.value.code == code


# Workbooks


def workbook(path: Path, rows: list[list[Any]], sheet: str = "Dữ liệu", above: int = 3) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Bìa").write(0, 0, "BÌA")
    grid = book.add_worksheet(sheet)
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    grid.write(0, 0, "TIÊU ĐỀ")
    for line, row in enumerate(rows, start=above):
        for place, cell in enumerate(row):
            if isinstance(cell, dt.date):
                grid.write_datetime(line, place, cell, day)
            elif isinstance(cell, str) and cell.startswith("="):
                grid.write_formula(line, place, cell, value="cached")
            else:
                grid.write(line, place, cell)
    book.close()
    return path


SHEET = Layout("xlsx", sheet="Dữ liệu", header_row=4)


def test_a_workbook(tmp_path: Path) -> None:
    terms = contract(KEY, AMOUNT, field("ngay", "date"), field("dung", "boolean"))
    path = workbook(tmp_path / "b.xlsx", [
        ["Ma", "Số tiền", "ngay", "dung"], ["a", 5, dt.date(2026, 1, 31), True], [], ["b", 6.0, "2026-02-28", False],
        ["c", 1.5, "28/02/2026", "x"], [7, 12345678901234, None, None], ["=1+1", 1, None, None],
    ])  # fmt: skip
    found = judge(tmp_path, terms, path, SHEET)
    assert [(r["_row"], r["ma"], r["so_tien"], r["ngay"], r["dung"]) for r in found.good] == [
        (1, "a", 5, dt.date(2026, 1, 31), True),
        (3, "b", 6, dt.date(2026, 2, 28), False),
        (5, "7", 12345678901234, None, None),
        (6, "cached", 1, None, None),
    ]
    assert found.bad == {4: ["type:so_tien", "type:ngay", "type:dung"]}
    assert found.raw[4] == {"ma": "c", "so_tien": "1.5", "ngay": "28/02/2026", "dung": "x"}


def test_days_as_the_department_writes_them(tmp_path: Path) -> None:
    terms = contract(KEY, field("ngay", "date"))
    local = Layout("csv", date_format="dd/MM/yyyy")
    found = judge(
        tmp_path, terms, "ma,ngay\na,28/02/2026\nb,1/2/2026\nc,2026-02-28\nd,31/02/2026\ne,02/28/2026\n", local
    )
    assert [r["ngay"] for r in found.good] == [dt.date(2026, 2, 28), dt.date(2026, 2, 1)]
    assert found.bad == {3: ["type:ngay"], 4: ["type:ngay"], 5: ["type:ngay"]}
    path = workbook(tmp_path / "b.xlsx", [["ma", "ngay"], ["a", dt.date(2026, 1, 31)], ["b", "28/02/2026"]])
    found = judge(tmp_path, terms, path, Layout("xlsx", sheet="Dữ liệu", header_row=4, date_format="dd/MM/yyyy"))
    assert [r["ngay"] for r in found.good] == [dt.date(2026, 1, 31), dt.date(2026, 2, 28)]


def test_a_workbook_without_the_sheet_or_the_header(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [["ma"]])
    for layout, code in (
        (Layout("xlsx", sheet="Khác"), "hub.no_sheet"),
        (Layout("xlsx", header_row=99), "hub.no_header"),
    ):
        with pytest.raises(Refused) as caught:
            judge(tmp_path, BOTH, path, layout)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 not a zip", "hub.not_workbook"),
        (b"\xd0\xcf\x11\xe0 not a workbook", "hub.not_workbook"),
        (b"", "hub.empty_file"),
        (b"ma,ten\n", "hub.not_workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        judge(tmp_path, BOTH, content, SHEET)
    assert caught.value.code == code


def zipped(path: Path, size: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out, out.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(size >> 20):
            part.write(bytes(1 << 20))
    return path


def test_a_bomb_is_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        judge(tmp_path, BOTH, zipped(tmp_path / "bomb.xlsx", 64 << 20), SHEET)
    assert caught.value.code == "hub.bomb"


def test_a_bomb_that_lies_about_its_size_is_not_opened(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.xlsx", 64 << 20)
    with zipfile.ZipFile(path) as whole:
        true = whole.infolist()[0].file_size.to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(true, (1000).to_bytes(4, "little")))
    with pytest.raises(Refused) as caught:
        judge(tmp_path, BOTH, path, SHEET)
    assert caught.value.code == "hub.bomb"


def test_an_archive_that_is_torn_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "b.xlsx", [["ma", "so_tien"], ["a", 1]])
    content = bytearray(path.read_bytes())
    content[60:200] = bytes(140)
    path.write_bytes(bytes(content))
    with pytest.raises(Refused) as caught:
        archive.refuse_bomb(path)
    assert caught.value.code == "hub.malformed"


def test_a_text_check_is_left_out_only_where_another_check_implies_it() -> None:
    terms = contract(
        field("a", logicalTypeOptions={"pattern": r"^KB\d{12}$"}),
        field("b", logicalTypeOptions={"pattern": ".*"}),
        field("c", logicalTypeOptions={"pattern": "[^x]+"}),
        field("d", quality=[rule("set", values=["x"])]),
        field("e", quality=[rule("set", values=["x"], severity="warning")]),
        field("f", logicalTypeOptions={"pattern": r"\D+"}),
    )
    from vamco.systems.hub.rules import grading

    kept = {check.column for check in checks.needed(grading.row_checks(terms)) if check.kind == "text"}
    assert kept == {"b", "c", "e", "f"}
