"""A table as a file: whole, typed, without formulas, and without holding it in memory."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from vamco.lib.time import HCM
from vamco.web.components import Cell, Column
from vamco.web.tables import exports

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = (
    Column(label="Tên"),
    Column(label="=Số", unit="vụ", number=True),
    Column(label="Tỷ lệ", figure="percent"),
    Column(label="Phí", figure="money", unit="đồng"),
    Column(label="Ngày"),
    Column(label="Lúc"),
    Column(label="Ghi chú"),
)
LINES = (("Kỳ", "Tháng 11/2026"), ("Bộ lọc", "=Tên: An"), ("Người xuất", "Trần Quốc Bảo"))
SHEET = exports.Sheet(title="Danh sách & hồ sơ", lines=LINES, columns=COLUMNS, author="Trần Quốc Bảo")
DAY = dt.date(2026, 11, 20)
MOMENT = dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC)
ROWS: tuple[tuple[Any, ...], ...] = (
    ("=1+1", Cell(text="1.000", value=1000), Cell(value=Decimal("64.5")), Cell(value=1_500_000), Cell(moment=DAY), Cell(moment=MOMENT), "Đã xong"),
    ("@evil", Cell(text="-5", value=Decimal("-5.25")), Cell(text="–", value=""), "", "", "", 'a"b\nc;d,=1+1'),
    (Cell(text="x"), Cell(text="lớn", value=10**16), Cell(value=Decimal("1.5"), figure=""), "+84", "2026-11", "0123", "\x01\x00 lạ"),
)  # fmt: skip


def raw(rows: Any = ROWS, sheet: exports.Sheet = SHEET) -> str:
    content = b"".join(exports.csv_lines(sheet, rows, "vi"))
    assert content.startswith(b"\xef\xbb\xbf"), "the mark by which Excel knows UTF-8"
    return content.decode("utf-8-sig")


def written(rows: Any = ROWS, sheet: exports.Sheet = SHEET) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw(rows, sheet), newline=""), delimiter=";"))


def test_a_csv_opens_in_excel_with_vietnamese_settings() -> None:
    assert written() == [
        ["Danh sách & hồ sơ"],
        ["Kỳ", "Tháng 11/2026"],
        ["Bộ lọc", "'=Tên: An"],
        ["Người xuất", "Trần Quốc Bảo"],
        [],
        ["Tên", "'=Số (vụ)", "Tỷ lệ", "Phí (đồng)", "Ngày", "Lúc", "Ghi chú"],
        ["'=1+1", "1000", "64,5%", "1500000", "2026-11-20", "2026-11-21 01:30", "Đã xong"],
        ["'@evil", "-5,25", "", "", "", "", "a\"b\nc;d,'=1+1"],
        ["x", '="10000000000000000"', "1,5", "'+84", '="2026-11"', '="0123"', "\x01 lạ"],
    ]
    assert raw().count("\r\n") == 9


def test_a_csv_holds_no_formula_whatever_the_separator_is() -> None:
    """Whoever opens it with commas or tabs finds no cell that begins with what a spreadsheet runs."""
    starts = [
        "=1+1",
        " =1+1",
        "+1+cmd|' /C calc'!A0",
        "-2+3+cmd",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "＝1",
        "a,=1",
        "a\t=1",
        "a;=1",
    ]
    column = exports.Sheet(title="=HYPERLINK(1)", lines=(("Bộ lọc", "=x,=1"),), columns=(Column(label="+x"),))
    text = raw([(start,) for start in starts] + [("x",)], column)
    for separator in ";,\t":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            for cell in row:
                assert cell.strip()[:1] not in set("=+-@＝＋－＠"), (separator, cell)


@pytest.mark.parametrize(
    "code", ["0123", "001099012345", "3-5", "2026-11", "1/2", "1e5", "12,5", "0912 345 678", "10%"]
)
def test_codes_stay_texts(code: str) -> None:
    assert written([(code, *[""] * 6)])[-1][0] == f'="{code}"'
    (sheet,) = pages([(code, *[""] * 6)])
    cell = sheet.cell(7, 1)
    assert (cell.value, cell.data_type, cell.number_format) == (code, "s", "@")


@pytest.mark.parametrize("text", ["H53.13-261120-0001", "Quý IV/2026", "12 ngày", "–", "", "(12"])
def test_other_words_are_left_alone(text: str) -> None:
    assert written([(text, *[""] * 6)])[-1][0] == text


def test_csv_speaks_the_readers_language_after_the_request_is_over() -> None:
    rows = ((Cell(text=gettext_lazy("Overdue")),) for _n in range(1201))
    with translation.override("en"):
        sheet = exports.Sheet(title="x", lines=(), columns=(Column(label=gettext_lazy("Status")),))
        content = b"".join(exports.csv_lines(sheet, rows, "vi")).decode("utf-8-sig").split("\r\n")
        assert translation.get_language() == "en"
    assert content[:3] == ['"x"', "", '"Trạng thái"']
    assert set(content[3:-1]) == {'"Quá hạn"'}
    assert len(content) == 1205


def test_csv_comes_in_pieces() -> None:
    """A piece is there long before the last row was asked for."""
    asked = 0

    def rows() -> Iterator[tuple[str]]:
        nonlocal asked
        for asked in range(1, 100_001):
            yield (f"n{asked}",)

    lines = exports.csv_lines(exports.Sheet(title="x", lines=(), columns=(Column(label="n"),)), rows(), "vi")
    tracemalloc.start()
    try:
        assert next(lines).endswith(b'"n500"\r\n')
        assert asked == 500
        rest = sum(piece.count(b"\r\n") for piece in lines)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert rest == 99_500


def pages(rows: Any = ROWS, sheet: exports.Sheet = SHEET) -> list[Worksheet]:
    with exports.workbook(sheet, rows) as file:
        return list(openpyxl.load_workbook(io.BytesIO(file.read())).worksheets)


def values(page: Worksheet) -> list[list[Any]]:
    return [list(row) for row in page.iter_rows(values_only=True)]


def test_a_workbook_holds_figures_days_and_texts_as_what_they_are() -> None:
    (page,) = pages()
    assert [row[0] for row in values(page)[:5]] == [
        "Danh sách & hồ sơ", "Kỳ: Tháng 11/2026", "Bộ lọc: =Tên: An", "Người xuất: Trần Quốc Bảo", None,
    ]  # fmt: skip
    assert values(page)[5] == ["Tên", "=Số (vụ)", "Tỷ lệ", "Phí (đồng)", "Ngày", "Lúc", "Ghi chú"]
    day = dt.datetime.combine(DAY, dt.time())
    local = MOMENT.astimezone(HCM).replace(tzinfo=None)  # the province's clock
    assert values(page)[6] == ["=1+1", 1000, 0.645, 1_500_000, day, local, "Đã xong"]
    assert values(page)[7] == ["@evil", -5.25, None, None, None, None, 'a"b\nc;d,=1+1']
    assert values(page)[8][1:6] == ["10000000000000000", 1.5, "+84", "2026-11", "0123"]  # 17 digits would be rounded
    assert [cell.number_format for cell in page[7]] == [
        "@", "#,##0", "0.0%", '#,##0\\ "đồng"', "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "@",
    ]  # fmt: skip
    assert page.cell(8, 2).number_format == "#,##0.00"
    assert page.cell(9, 3).number_format == "#,##0.0"
    assert [cell.data_type for cell in page[7]] == ["s", "n", "n", "n", "d", "d", "s"]
    assert (page.freeze_panes, page.auto_filter.ref) == ("B7", "A6:G9")


def test_a_number_keeps_all_its_digits_and_shows_few() -> None:
    value = Decimal("64.516129032258")
    columns = (Column(label="a"), Column(label="b", decimals=1), Column(label="c", figure="percent", decimals=0))
    (page,) = pages([tuple(Cell(value=value) for _ in columns)], exports.Sheet(title="x", lines=(), columns=columns))
    assert values(page)[3] == [64.516129032258, 64.516129032258, 0.64516129032258]
    assert [cell.number_format for cell in page[4]] == ["#,##0.00", "#,##0.0", "0%"]


def test_a_workbook_has_no_formula_no_link_and_no_way_to_become_one() -> None:
    evil = ("http://evil.example", "mailto:a@b.c", "internal:A1", "{=1}", "=HYPERLINK(1)", "@x", "+1")
    sheet = exports.Sheet(title="=&evil", lines=(("Bộ lọc", "=1"),), columns=COLUMNS)
    with exports.workbook(sheet, [*ROWS, evil]) as file, zipfile.ZipFile(file) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in page
        assert "<hyperlink" not in page
        assert "quotePrefix" in parts.read("xl/styles.xml").decode()
        assert "&amp;&amp;evil" in page
        assert not [name for name in parts.namelist() if "rels" in name and "sheet1" in name]


def test_more_rows_than_a_sheet_takes_go_on_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 4)
    found = pages([(str(n), Cell(value=n), *[""] * 5) for n in range(10)])
    assert [page.max_row - 6 for page in found] == [4, 4, 2]
    assert [row[1] for page in found for row in values(page)[6:]] == list(range(10))
    assert all(values(page)[5][0] == "Tên" for page in found)


def test_an_empty_table_is_a_file_with_its_head() -> None:
    assert written(rows=())[5:] == [["Tên", "'=Số (vụ)", "Tỷ lệ", "Phí (đồng)", "Ngày", "Lúc", "Ghi chú"]]
    (page,) = pages(rows=())
    assert page.max_row == 6


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("NaN"), "NaN"),
        (Decimal("Infinity"), "Infinity"),
        (True, "Yes"),
        ("x" * 40_000, "x" * 40_000),
        (0.1, "0,1"),
    ],
)
def test_odd_values_break_nothing(value: Any, said: str) -> None:
    row = (Cell(text="?", value=value), *[""] * 6)
    with translation.override("en"):
        assert len(pages([row])) == 1
    assert written([row])[-1][0] == ("Có" if said == "Yes" else said)


def test_a_source_that_breaks_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows() -> Iterator[tuple[Any, ...]]:
        yield from ROWS
        raise ConnectionError

    with pytest.raises(ConnectionError):
        exports.workbook(SHEET, rows())
    assert list(tmp_path.iterdir()) == []
