from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import xlsxwriter

from vamco.engines.sheets import reading
from vamco.engines.sheets.contracts import SheetCell
from vamco.engines.sheets.reading import read
from vamco.lib.errors import Refused, Unavailable

if TYPE_CHECKING:
    from pathlib import Path


def workbook(path: Path) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Dự án")
    sheet.write_row(1, 0, ["Tên", "Diện tích"])
    sheet.write_row(3, 0, ["Khu công nghiệp", 12.5])
    sheet.write_datetime(3, 3, dt.date(2026, 6, 24), book.add_format({"num_format": "dd/mm/yyyy"}))
    book.add_worksheet("Trống")
    hidden = book.add_worksheet("Ẩn")
    hidden.write(0, 0, "không ai thấy")
    hidden.hide()
    book.close()
    return path


def test_visible_sheets_with_lines_as_a_spreadsheet_counts_them(tmp_path: Path) -> None:
    (page,) = read(workbook(tmp_path / "a.xlsx"))
    assert page.name == "Dự án"
    assert [line.number for line in page.lines] == [2, 4]
    assert page.lines[1].cells == (
        SheetCell("Khu công nghiệp"),
        SheetCell("12.5", "number"),
        None,
        SheetCell("2026-06-24", "date"),
    )
    assert page.lines[1].name_of(3) == "D4"
    assert page.lines[1].text(2) == page.lines[1].text(9) == ""


def test_more_lines_than_allowed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        read(workbook(tmp_path / "a.xlsx"), most_lines=1)
    assert refusal.value.code == "sheets.too_long"


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7 ...")
    with pytest.raises(Refused) as refusal:
        read(path)
    assert (refusal.value.code, refusal.value.data["found"]) == ("hub.not_workbook", "pdf")


def test_a_child_without_an_answer_leaves_the_caller_alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHILD", "vamco.lib.text")
    with pytest.raises(Unavailable) as refusal:
        read(workbook(tmp_path / "a.xlsx"))
    assert refusal.value.code == "sheets.too_hard"
