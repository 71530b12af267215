"""A table as a file: whole, typed, without formulas, and without holding it in memory."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tracemalloc
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from python_calamine import CalamineWorkbook

from vamco.lib.time import HCM
from vamco.web.components import Cell
from vamco.web.tables import exports
from vamco.web.tables.public import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEADS = ("Tên", "=Số", "Ngày", "Lúc", "Ghi chú")
MOMENT = dt.datetime(2026, 11, 20, 18, 30, tzinfo=dt.UTC)
ROWS = (
    Row(key="1", cells=("=1+1", Cell(text="1.000", value=1000), Cell(moment=dt.date(2026, 11, 20)), Cell(moment=MOMENT), "Đã xong")),
    Row(key="2", cells=("@evil", Cell(text="-5", value=Decimal("-5.25")), "", Cell(text="–", value=""), 'a"b\nc;d')),
    Row(key="3", cells=(Cell(text="x", tone=None), Cell(text="lớn", value=10**16), "0123", "+84", "\x01\x00 lạ")),
)  # fmt: skip
ALL = (0, 1, 2, 3, 4)


def written(rows: Any = ROWS, places: tuple[int, ...] = ALL) -> list[list[str]]:
    content = b"".join(exports.csv_lines([HEADS[place] for place in places], rows, places, "vi"))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_keeps_figures_and_days_and_disarms_formulas() -> None:
    assert written() == [
        ["Tên", "'=Số", "Ngày", "Lúc", "Ghi chú"],
        ["'=1+1", "1000", "2026-11-20", "2026-11-21 01:30", "Đã xong"],
        ["'@evil", "-5.25", "", "", 'a"b\nc;d'],
        ["x", "10000000000000000", "0123", "'+84", "\x01 lạ"],
    ]


def test_only_the_chosen_columns_are_taken_in_their_order() -> None:
    assert written(places=(0, 4))[1] == ["'=1+1", "Đã xong"]


def test_csv_speaks_the_readers_language_after_the_request_is_over() -> None:
    rows = (Row(key=str(n), cells=(Cell(text=gettext_lazy("Overdue")),)) for n in range(1201))
    with translation.override("en"):
        lines = exports.csv_lines((gettext_lazy("Status"),), rows, (0,), "vi")
        content = b"".join(lines).decode("utf-8-sig").split("\r\n")
        assert translation.get_language() == "en"
    assert content[0] == "Trạng thái"
    assert set(content[1:-1]) == {"Quá hạn"}
    assert len(content) == 1203


def test_csv_comes_in_pieces() -> None:
    """A piece is there long before the last row was asked for."""
    asked = 0

    def rows() -> Iterator[Row]:
        nonlocal asked
        for asked in range(1, 100_001):
            yield Row(key=str(asked), cells=(str(asked),))

    lines = exports.csv_lines(("n",), rows(), (0,), "vi")
    tracemalloc.start()
    try:
        assert next(lines).endswith(b"500\r\n")
        assert asked == 500
        rest = sum(piece.count(b"\r\n") for piece in lines)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert rest == 99_500


def sheets(rows: Any = ROWS, title: str = "Danh sách") -> list[list[list[Any]]]:
    with exports.workbook(title, HEADS, rows, ALL) as file:
        book = CalamineWorkbook.from_filelike(file)
        return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_a_workbook_holds_figures_days_and_texts_as_what_they_are() -> None:
    (sheet,) = sheets()
    assert sheet[0] == list(HEADS)
    assert sheet[1][:3] == ["=1+1", 1000.0, dt.date(2026, 11, 20)]
    assert sheet[1][3] == MOMENT.astimezone(HCM).replace(tzinfo=None)  # the province's clock
    assert sheet[2] == ["@evil", -5.25, "", "", 'a"b\nc;d']
    assert sheet[3][1] == "10000000000000000"  # as a number a spreadsheet would round it
    assert sheet[3][2:4] == ["0123", "+84"]


def test_a_workbook_has_no_formula_no_link_and_no_way_to_become_one() -> None:
    rows = [*ROWS, Row(key="4", cells=("http://evil.example", "mailto:a@b.c", "internal:A1", "{=1}", "=HYPERLINK(1)"))]
    with exports.workbook("&evil", HEADS, rows, ALL) as file, zipfile.ZipFile(file) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
        assert "quotePrefix" in parts.read("xl/styles.xml").decode()
        assert "&amp;&amp;evil" in sheet
        assert not [name for name in parts.namelist() if "rels" in name and "sheet1" in name]


def test_more_rows_than_a_sheet_takes_go_on_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 4)
    many = [Row(key=str(n), cells=(str(n), Cell(value=n), "", "", "")) for n in range(10)]
    found = sheets(many)
    assert [len(sheet) - 1 for sheet in found] == [4, 4, 2]
    assert [row[1] for sheet in found for row in sheet[1:]] == [float(n) for n in range(10)]
    assert all(sheet[0] == list(HEADS) for sheet in found)


def test_an_empty_table_is_a_file_with_its_head() -> None:
    assert written(rows=()) == [["Tên", "'=Số", "Ngày", "Lúc", "Ghi chú"]]
    (sheet,) = sheets(rows=())
    assert sheet == [list(HEADS)]


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), True, "x" * 40_000])
def test_odd_values_break_nothing(value: Any) -> None:
    row = Row(key="1", cells=tuple(Cell(text="?", value=value) for _ in ALL))
    assert len(written([row])) == 2
    assert len(sheets([row])[0]) == 2


def test_a_source_that_breaks_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def rows() -> Iterator[Row]:
        yield from ROWS
        raise ConnectionError

    with pytest.raises(ConnectionError):
        exports.workbook("x", HEADS, rows(), ALL)
    assert list(tmp_path.iterdir()) == []
