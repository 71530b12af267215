"""Kinds of cells, and what only a whole column tells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from vamco.lib.errors import Refused
from vamco.systems.hub.adapters.intake import batch, reading
from vamco.systems.hub.contracts import Column, Finding, Layout
from vamco.systems.hub.rules import grading, headers
from vamco.systems.hub.tests.building import AMOUNT, CSV, KEY, contract, field, rule
from vamco.systems.hub.tests.test_intake import LISTS, TODAY, judge

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import Contract, Reason

SHEET = Layout("xlsx")
VN = Layout("xlsx", date_format="dd/MM/yyyy")
DECIMAL = {"physicalType": "DECIMAL(18,2)"}
Cells = list[dict[str, str | tuple[str, str] | None]]


@pytest.fixture
def sheet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Judges a table as a workbook gives it: a cell is a text, or a kind and a text. Gives the good rows, the bad ones, the refusal."""

    def judged(
        terms: Contract, cells: Cells, layout: Layout = SHEET
    ) -> tuple[list[Any], dict[int, list[str]], Reason | None]:
        def readings(database: Any, *_: Any) -> Any:
            columns: dict[str, Any] = {
                "_row": pa.array(range(1, len(cells) + 1)),
                "_odd": pa.array([None] * len(cells), pa.string()),
            }
            for column in terms.columns:
                pairs = [each if isinstance(each := row.get(column.name), tuple) else (None, each) for row in cells]
                columns[column.name] = pa.array([text for _, text in pairs], pa.string())
                columns[f"{column.name}:kind"] = pa.array([kind for kind, _ in pairs], pa.string())
            database.register("grid", pa.table(columns))
            yield reading.Text("SELECT * FROM grid", numbered=True, kinds=True)

        monkeypatch.setattr(reading, "readings", readings)
        with batch.opened(tmp_path, layout, terms, batch.Setting(LISTS, TODAY), tmp_path) as found:
            found.judge_keys(None)
            good = found.good(1).drop_columns(["_run"]).to_pylist()
            return good, {row: codes for row, codes, _ in found.bad()}, found.mixed

    return judged


NUM = field("x", "number", **DECIMAL)
KINDS: list[tuple[dict[str, Any], tuple[str, str], Any, list[str]]] = [
    (AMOUNT, ("error", "#REF!"), None, ["cell_error=#REF!:so_tien"]),
    (AMOUNT, ("error", "#n/a"), None, ["cell_error=#N/A:so_tien"]),
    (AMOUNT, ("error", "Nguyễn Văn A"), None, ["cell_error=#:so_tien"]),  # words of the file stay out of the message
    (AMOUNT, ("formula", ""), None, ["cell_formula:so_tien"]),
    (field("x", "integer"), ("formula", ""), None, ["cell_formula:x"]),  # not empty, though it need not be filled
    (field("x"), ("merged", ""), None, ["cell_merged:x"]),
    (field("x"), ("error", "#REF!"), None, ["cell_error=#REF!:x"]),
    (field("x"), ("date", "2026-05-03"), None, ["cell_date:x"]),
    (field("x"), ("bool", "true"), None, ["cell_bool:x"]),
    (field("x"), ("percent", "12.5"), None, ["cell_percent:x"]),
    (field("x"), ("number", "7"), "7", []),
    (field("x"), ("number", "123456789012345"), "123456789012345", []),
    (field("x"), ("number", "1234567890123456"), None, ["cell_digits:x"]),
    (field("x"), ("number", "1.23e+20"), None, ["cell_digits:x"]),
    (field("x", logicalTypeOptions={"pattern": r"\d{3}"}), ("date", "2026-05-03"), None, ["cell_date:x"]),  # said alone
    (field("x", "date"), ("date", "2026-05-03"), dt.date(2026, 5, 3), []),
    (field("x", "date"), ("number", "46145"), None, ["cell_number:x"]),
    (field("x", "date"), ("bool", "true"), None, ["cell_bool:x"]),
    (field("x", "date"), ("time", "05:06:00"), None, ["type:x"]),
    (field("x", "boolean"), ("bool", "true"), True, []),
    (field("x", "boolean"), ("date", "2026-05-03"), None, ["cell_date:x"]),
    (field("x", "integer"), ("number", "12.0"), 12, []),
    (field("x", "integer"), ("number", "12.5"), None, ["type:x"]),
    (field("x", "integer"), ("number", "1234567890.5"), None, ["type:x"]),  # half a dong of a large amount is no noise
    (field("x", "integer"), ("number", "299999999.99999994"), 300000000, []),
    (field("x", "integer"), ("number", "9007199254740994"), None, ["cell_digits:x"]),
    (field("x", "integer"), ("bool", "true"), None, ["cell_bool:x"]),
    (field("x", "integer"), ("percent", "12"), None, ["cell_percent:x"]),
    (NUM, ("number", "0.30000000000000004"), Decimal("0.30"), []),
    (NUM, ("number", "1234.5600000000001"), Decimal("1234.56"), []),
    (NUM, ("number", "5.551115123125783e-17"), Decimal("0.00"), []),
    (NUM, ("number", "0.123"), None, ["type:x"]),
    (NUM, ("number", "123456789012.345"), None, ["type:x"]),
    (NUM, ("number", "1e3"), Decimal("1000.00"), []),
    (NUM, ("date", "2026-05-03"), None, ["cell_date:x"]),
    ({**NUM, "businessName": "Tỷ lệ"}, ("percent", "12.5"), Decimal("12.50"), []),
    ({**NUM, "customProperties": [{"property": "vamco.unit", "value": "percent"}]}, ("percent", "7.000000000000001"), Decimal("7.00"), []),
]  # fmt: skip


@pytest.mark.parametrize(("column", "cell", "value", "reasons"), KINDS)
def test_the_kind_of_a_cell_is_asked(
    sheet: Any, column: dict[str, Any], cell: tuple[str, str], value: Any, reasons: list[str]
) -> None:
    good, bad, mixed = sheet(contract(KEY, column), [{"ma": "a", column["name"]: cell}])
    assert bad == ({1: reasons} if reasons else {})
    assert [row[column["name"]] for row in good] == ([] if reasons else [value])
    assert mixed is None


def test_texts_of_a_workbook_are_read_as_texts(sheet: Any) -> None:
    terms = contract(KEY, field("n", "number", **DECIMAL), field("d", "date"))
    good, bad, mixed = sheet(
        terms, [{"ma": "a", "n": "1.5", "d": "19/03/2026"}, {"ma": "b", "n": "0.123", "d": "46145"}], VN
    )
    assert [(row["n"], row["d"]) for row in good] == [(Decimal("1.50"), dt.date(2026, 3, 19))]
    assert bad == {2: ["cell_number:d", "type:n"]}
    assert mixed is None


def test_a_reason_names_the_error_in_a_sentence() -> None:
    terms = contract(KEY, AMOUNT)
    assert grading.explain(terms, "cell_error=#REF!:so_tien").text(str) == "Số tiền: the cell holds the error #REF!"
    assert grading.explain(terms, "twin:ma").text(str) == (
        "ma: another row has the same key and is wrong, so that nobody knows which one is true"
    )


DAYS = contract(KEY, field("ngay", "date", businessName="Ngày"))


@pytest.mark.parametrize(
    ("cells", "layout", "code"),
    [
        ([("date", "2026-05-03"), ("date", "2026-12-03"), "19/03/2026", "31/03/2026"], VN, "swapped_days"),
        ([("date", "2026-05-03"), *[("date", "2026-07-03")] * 9, "19/03/2026"], SHEET, "swapped_days"),  # the text is bad by itself
        ([("date", "2026-05-03"), "03/25/2026"], VN, "swapped_days"),
        ([("date", "2026-05-13"), ("date", "2026-05-03"), "19/03/2026"], VN, None),
        ([("date", "2026-05-03"), ("date", "2026-12-03")], VN, None),
        ([("date", "2026-05-03"), "05/03/2026"], VN, None),
        (["19/03/2026", "31/03/2026"], VN, None),
        (["19/03/2026", "2026-03-19"], VN, "mixed_days"),
        (["03/25/2026", "03/05/2026"], VN, "mixed_days"),
        (["03/25/2026", "13/05/2026"], VN, None),  # the first is bad by itself, and nothing else may be meant otherwise
    ],
)  # fmt: skip
def test_days_in_two_notations_refuse_the_file(sheet: Any, cells: list[Any], layout: Layout, code: str | None) -> None:
    _, _, mixed = sheet(DAYS, [{"ma": str(n), "ngay": cell} for n, cell in enumerate(cells)], layout)
    assert (mixed.code if mixed else None) == code


def test_the_rows_are_shown_and_no_value_is(sheet: Any) -> None:
    cells = [("date", "2026-05-03"), ("date", "2026-07-03"), "19/03/2026", "25/03/2026"]
    _, _, mixed = sheet(DAYS, [{"ma": str(n), "ngay": cell} for n, cell in enumerate(cells)], VN)
    assert mixed.data == {"column": "Ngày", "rows": "1, 2, 3, 4"}
    assert "2026" not in mixed.text(str)


SHARE = contract(KEY, field("x", "number", **DECIMAL, businessName="Tỷ lệ (%)"))


@pytest.mark.parametrize(
    ("cells", "mixed"),
    [
        (
            [("percent", "12.5"), ("percent", "98"), ("number", "45.5"), ("percent", "100"), ("number", "12")],
            False,
        ),  # case a04
        ([("percent", "12.5"), ("number", "0.98")], True),
        ([("percent", "12.5"), "1"], True),
        ([("percent", "12.5"), ("number", "0")], False),
        ([("percent", "0.5"), ("percent", "0.7")], False),
        ([("number", "0.5"), ("number", "45")], False),  # half a percent is one
    ],
)
def test_percentages_beside_fractions_refuse_the_file(sheet: Any, cells: list[Any], *, mixed: bool) -> None:
    _, _, found = sheet(SHARE, [{"ma": str(n), "x": cell} for n, cell in enumerate(cells)])
    assert (found.code if found else None) == ("mixed_percent" if mixed else None)


AREA = contract(
    KEY, field("x", "number", physicalType="DECIMAL(18,3)"), custom=[{"property": "vamco.maxBad", "value": 1}]
)


@pytest.mark.parametrize(
    ("cells", "layout", "code"),
    [
        (["950", "1.250", "12.400", "980,5"], Layout("csv", delimiter=";"), "mixed_signs"),  # case c01
        (["950", "1.250", "12.400"], CSV, "grouped_digits"),
        (["1.250", "1.250.000"], CSV, "grouped_digits"),
        (["950", "1.250", "12.4"], CSV, None),
        (["0.250", "1.250"], CSV, None),  # a group never begins with nought
        (["1250.500", "1.250"], CSV, None),
        (["950", "1.250"], Layout("csv", decimal="."), None),  # the source says so
        (["950", "1250"], CSV, None),
    ],
)
def test_signs_in_numbers_that_may_be_groups_refuse_the_file(
    tmp_path: Path, cells: list[str], layout: Layout, code: str | None
) -> None:
    path = tmp_path / "in.csv"
    path.write_text("ma;x\n" + "".join(f"{n};{cell}\n" for n, cell in enumerate(cells)))
    with batch.opened(path, layout, AREA, batch.Setting(LISTS, TODAY), tmp_path) as found:
        assert (found.mixed.code if found.mixed else None) == code


def test_numbers_of_a_workbook_have_no_signs(sheet: Any) -> None:
    good, bad, mixed = sheet(AREA, [{"ma": "a", "x": ("number", "1.25")}, {"ma": "b", "x": ("number", "2.125")}])
    assert ([row["x"] for row in good], bad, mixed) == ([Decimal("1.250"), Decimal("2.125")], {}, None)


def test_an_apostrophe_before_a_code_refuses_the_file(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("ma,ten\n'007,a\n008,'Ama Kông\n")
    with batch.opened(path, CSV, contract(KEY, field("ten")), batch.Setting(LISTS, TODAY), tmp_path) as found:
        assert found.mixed is not None
        assert (found.mixed.code, found.mixed.data) == ("apostrophes", {"column": "ma", "rows": "1"})


def test_a_column_that_is_not_what_it_was_refuses_the_file(tmp_path: Path) -> None:
    terms = contract(KEY, field("ngay", "date"), custom=[{"property": "vamco.maxBad", "value": 1}])
    path = tmp_path / "in.csv"
    for content, text in (
        ("ma,ngay\na,19/03/2026\nb,20/03/2026\nc,2026-03-19\n",
         "ngay: 2 of 3 cells are not what the column holds; they look like dd/MM/yyyy"),
        ("ma,ngay\na,x\nb,y\nc,2026-03-19\n", "ngay: 2 of 3 cells are not what the column holds"),
        ("ma,ngay\na,x\nb,2026-03-19\nc,\n", ""),
    ):  # fmt: skip
        path.write_text(content)
        with batch.opened(path, CSV, terms, batch.Setting(LISTS, TODAY), tmp_path) as found:
            assert (found.mixed.text(str) if found.mixed else "") == text


# Headers


COLUMNS = [
    Column("ma", "string", "Mã", required=True),
    Column("so_tien", "long", "Số tiền", titles=("Giá trị",), was="tien"),
    Column("ngay", "date", "Ngày"),
]


@pytest.mark.parametrize("header", [("Mã", "Giá trị", "ngay"), ("ma", "TIEN", "Ngày"), ("ma", "so_tien", "ngay")])
def test_a_column_has_other_titles_and_a_former_name(header: tuple[str, ...]) -> None:
    assert headers.match_header(header, COLUMNS).places == {"ma": 0, "so_tien": 1, "ngay": 2}


def test_a_former_name_that_another_column_bears_now_is_that_one() -> None:
    columns = [Column("tien_moi", "long", was="tien"), Column("tien", "long")]
    assert headers.match_header(["tien", "tien_moi"], columns).places == {"tien": 0, "tien_moi": 1}
    assert headers.match_header(["tien"], columns).columns == ("tien_moi",)
    assert headers.match_header(["so_tien", "Giá trị", "ma", "ngay"], COLUMNS).problem == headers.TWICE


@pytest.mark.parametrize(
    ("header", "rows", "proposals"),
    [
        (["Mã", "Số tiền (đồng)", "Ngày"], [["a", "1", ""]], {"so_tien": ("Số tiền (đồng)",)}),
        (["Mã", "Kinh phí", "Ngày", "Ghi chú"], [["a", "1.000", "", "x"]], {"so_tien": ("Kinh phí",)}),  # by its cells alone
        (["Mã", "Ghi chú", "Ngày"], [["a", "x", ""]], {}),
        (["Mã", "Số tiền ghi chú", "Số tiền kỳ này", "Ngày"], [["a", "x", "5", ""]],
         {"so_tien": ("Số tiền kỳ này", "Số tiền ghi chú")}),
        (["Nguyễn Văn A", "5", "x"], [["b", "6", "y"]], {}),  # no header: a row of data is never quoted
    ],
)  # fmt: skip
def test_a_column_that_lacks_gets_proposals(
    header: list[str], rows: list[list[str]], proposals: dict[str, Any]
) -> None:
    found = headers.match_header(header, COLUMNS, sample=rows)
    assert found.problem == headers.MISSING_COLUMNS
    assert found.proposals == proposals


def test_a_renamed_column_refuses_the_file_with_the_likely_name(tmp_path: Path) -> None:
    terms = contract(KEY, {**AMOUNT, "required": False}, field("ghi_chu"))
    with pytest.raises(Refused) as caught:
        judge(tmp_path, terms, "ma,Số tiền (đồng),ghi_chu\na,1,x\n")
    assert str(caught.value) == "The header lacks Số tiền; renamed perhaps: Số tiền → “Số tiền (đồng)”"


def test_a_column_more_is_passed_over_with_a_finding(tmp_path: Path) -> None:
    found = judge(tmp_path, contract(KEY), "ma,Cột: lạ,,x,x\na,1,,2,3\n")
    assert (len(found.good), found.bad) == (1, {})
    assert found.findings == (
        Finding("unknown_column:Cột: lạ", 0, "warning"),
        Finding("unknown_column:x", 0, "warning"),
    )
    assert grading.explain(contract(KEY), "unknown_column:Cột: lạ").data["column"] == "Cột: lạ"


def test_the_name_of_a_file_gives_a_column(tmp_path: Path) -> None:
    terms = contract(KEY, field("nam", "integer", required=True), field("x"))
    path = tmp_path / "in.csv"
    path.write_text("ma,x\na,1\n")
    layout = Layout("csv", name_form=r"(?P<nam>\d{4})\.csv")
    with batch.opened(path, layout, terms, batch.Setting(LISTS, TODAY, {"nam": "2026"}), tmp_path) as found:
        found.judge_keys(None)
        assert [row["nam"] for row in found.good(1).to_pylist()] == [2026]
    path.write_text("ma,nam,x\na,2026,1\nb,2025,1\n")
    with batch.opened(path, layout, terms, batch.Setting(LISTS, TODAY, {"nam": "2026"}), tmp_path) as found:
        found.judge_keys(None)
        assert [(row, codes) for row, codes, _ in found.bad()] == [(2, ["named:nam"])]
    with pytest.raises(Refused, match="lacks x"):
        judge(tmp_path, terms, "ma\na\n", layout)


def test_a_field_that_no_object_has_refuses_lines_of_json(tmp_path: Path) -> None:
    terms, lines = contract(KEY, field("ten"), field("x")), Layout("jsonl")
    found = judge(tmp_path, terms, '{"ma": "a", "la": 1}\n{"ma": "b", "x": "1"}\n{"ten": "c", "ma": "c"}\n', lines)
    assert ([row["x"] for row in found.good], found.findings) == (
        [None, "1", None],
        (Finding("unknown_column:la", 0, "warning"),),
    )
    with pytest.raises(Refused) as caught:
        judge(tmp_path, terms, '{"ma": "a", "Tên mới": "b", "x": null}\n', lines)
    assert str(caught.value) == "The header lacks ten; renamed perhaps: ten → “Tên mới”"


def test_late_fields_of_json_are_found(tmp_path: Path) -> None:
    content = '{"ma": "k%s"}\n' * 80 % tuple(range(80)) + '{"ma": "z", "ten": "c"}\n'
    assert judge(tmp_path, contract(KEY, field("ten")), content, Layout("jsonl")).good[-1]["ten"] == "c"


# Codes by date, sums


def test_without_a_date_a_code_that_ever_was_is_taken_and_counted(tmp_path: Path) -> None:
    xa = field("xa", quality=[rule("reference", list="communes")])
    found = judge(tmp_path, contract(KEY, xa), "ma,xa\na,25000\nb,25459\nc,99999\nd,\n")
    assert found.bad == {3: ["reference:xa"]}
    assert Finding("outdated:xa", 1, "warning") in found.findings
    # case d08: the one day of a row says by which date, and several do only when one is that of the period
    dated = "ma,xa,ngay\na,25000,2025-06-30\nb,25000,2025-07-01\n"
    found = judge(tmp_path, contract(KEY, xa, field("ngay", "date")), dated)
    assert (found.bad, found.findings) == ({2: ["reference:xa"]}, (Finding("reference:xa", 1, "error"),))
    two = contract(KEY, xa, field("ngay", "date"), field("ngay_hai", "date"))
    assert (
        judge(
            tmp_path, two, dated.replace("ngay", "ngay,ngay_hai").replace("\n", ",\n").replace("_hai,", "_hai", 1)
        ).bad
        == {}
    )


@pytest.mark.parametrize(
    "kind", [{"logicalType": "integer"}, {"logicalType": "number"}, {"logicalType": "number", **DECIMAL}]
)
def test_columns_add_up(tmp_path: Path, kind: dict[str, str]) -> None:
    much = (
        "8" + "9" * (14 if "physicalType" in kind else 17) + "0"
    )  # twice that is more than a whole number of the lake may be
    whole = {"name": "tong", **kind, "quality": [rule("sum_of", columns=["x", "y"], tolerance=1)]}
    terms = contract(KEY, {"name": "x", **kind}, {"name": "y", **kind}, whole)
    found = judge(tmp_path, terms, f"ma,x,y,tong\na,1,2,3\nb,1,2,4\nc,1,2,5\nd,,2,9\ne,{much},{much},1\n")
    assert found.bad == {3: ["sum_of:tong"], 5: ["sum_of:tong"]}
    assert grading.explain(terms, "sum_of:tong").text(str) == "tong: not the sum of x + y"
