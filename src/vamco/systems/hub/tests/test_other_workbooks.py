"""Spreadsheets of OpenDocument, and workbooks of Excel 97 to 2003."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from vamco.engines.sheets import containers, ods, xls
from vamco.engines.sheets.cells import Cell
from vamco.lib.errors import Refused
from vamco.systems.hub.adapters.intake import reading
from vamco.systems.hub.contracts import Layout
from vamco.systems.hub.tests import sheets
from vamco.systems.hub.tests.test_workbooks import MA, ROW1, SO, grid, refused

if TYPE_CHECKING:
    from pathlib import Path


# OpenDocument


def cell(text: str, kind: str = "string", **said: str) -> str:
    words = "".join(f' {name.replace("_", ":", 1).replace("_", "-")}="{value}"' for name, value in said.items())
    return f'<table:table-cell office:value-type="{kind}"{words}><text:p>{text}</text:p></table:table-cell>'


def test_every_kind_of_cell_of_a_spreadsheet(tmp_path: Path) -> None:
    styles = (
        '<number:number-style style:name="N5"><number:number number:decimal-places="0" number:min-integer-digits="5"/></number:number-style>'
        '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N5"/>'
        '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    line = (
        cell("Mã") + cell("1,0", "float", office_value="1") + cell("12,5 %", "percentage", office_value="0.125")
        + cell("x", "date", office_date_value="2026-03-05") + cell("x", "boolean", office_boolean_value="true")
        + cell("#REF!", "float", office_value="0") + cell("00007", "float", office_value="7", table_style_name="ce1")
        + '<table:table-cell table:formula="of:=A1"/>'
        + '<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell>'
        + '<table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>m</text:p></table:table-cell><table:covered-table-cell/>'
        + '<table:table-cell table:number-columns-repeated="16000"/>'
    )  # fmt: skip
    rows = (
        '<table:table-column table:number-columns-repeated="3" table:default-cell-style-name="ce1"/>'
        f'<table:table-row>{line}</table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="2">{cell("r", table_number_columns_repeated="2")}</table:table-row>'
        f"<table:table-row>{cell('8', 'float', office_value='8')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = sheets.ods(
        tmp_path / "b.ods",
        f'<table:table table:name="Ẩn" table:style-name="ta2"/><table:table table:name="T">{rows}</table:table>',
        styles,
    )
    book = ods.Workbook(path)
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("Ẩn", True), ("T", False)]
    found = grid(path, 1)
    assert found[1] == [
        "Mã", "00001", Cell("12.5", "percent"), Cell("2026-03-05", "date"), Cell("true", "bool"), Cell("#REF!", "error"), "00007",
        Cell("=", "formula"), "a  b\nc", "m",
    ]  # fmt: skip
    assert (found[4], found[5], found[6]) == (["r", "r"], ["r", "r"], ["00008"])
    assert len(found) == 4


def test_a_spreadsheet_that_shows_thousands_says_so(tmp_path: Path) -> None:
    styles = (
        '<number:currency-style style:name="N9"><number:number number:display-factor="1000"/></number:currency-style>'
        '<style:style style:name="ce9" style:family="table-cell" style:data-style-name="N9"/>'
    )
    shown = cell("1,234", "currency", office_value="1234000", table_style_name="ce9")
    path = sheets.ods(
        tmp_path / "b.ods",
        f'<table:table table:name="T"><table:table-row>{shown}</table:table-row></table:table>',
        styles,
    )
    assert grid(path) == {1: [Cell("1234000", "scaled")]}


@pytest.mark.parametrize(
    "bomb",
    [
        cell("x", table_number_columns_repeated="16384"),
        f'<table:table-cell table:number-columns-repeated="16383"/>{cell("x")}',
        cell("x", table_number_columns_repeated="99999999999"),
    ],
)
def test_repeated_cells_are_bounded_before_they_are_made(tmp_path: Path, bomb: str) -> None:
    path = sheets.ods(
        tmp_path / "b.ods", f'<table:table table:name="T"><table:table-row>{bomb}</table:table-row></table:table>'
    )
    assert refused(path).code in {"hub.far_cell", "hub.malformed"}


def test_repeated_rows_are_bounded_before_they_are_made(tmp_path: Path) -> None:
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell("x", table_number_columns_repeated="50")}</table:table-row>'
    path = sheets.ods(tmp_path / "b.ods", f'<table:table table:name="T">{row}</table:table>')
    assert refused(path).code == "hub.too_large"


# Excel 97 to 2003


def test_an_old_workbook(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    hidden = book.add_sheet("Cũ")
    hidden.visibility = 2
    hidden.write(0, 0, "Mã")
    sheet = book.add_sheet("Mới")
    forms = {code: xlwt.easyxf(num_format_str=code) for code in ("00000", "0.00%", "DD/MM/YYYY")}
    for place, (value, code) in enumerate(
        [("Mã", ""), (7, "00000"), (0.125, "0.00%"), (46086, "DD/MM/YYYY"), (True, ""), (1.5, ""), (12345678901, "")]
    ):
        sheet.write(0, place, value, forms[code]) if code else sheet.write(0, place, value)
    sheet.write_merge(1, 2, 0, 0, "gộp")
    sheet.write(2, 1, 3)
    path = tmp_path / "b.xls"
    book.save(str(path))
    assert containers.of(path) == "xls"
    assert [(each.name, each.hidden) for each in xls.Workbook(path).sheets] == [("Cũ", True), ("Mới", False)]
    found = grid(path, 1)
    assert found[1] == [
        "Mã", "00007", Cell("12.5", "percent"), Cell("2026-03-05", "date"), Cell("true", "bool"), Cell("1.5", "number"),
        Cell("12345678901", "number"),
    ]  # fmt: skip
    assert found[3] == [Cell("gộp", "merged"), Cell("3", "number")]


def test_a_broken_old_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook\0".encode("utf-16-le") + bytes(600))
    assert refused(path).code == "hub.malformed"


# Files that are none


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "pdf"),
        (b"{\\rtf1", "rtf"),
        (b"Rar!\x1a", "archive"),
        (b"\x89PNG\r\n", "image"),
        (b"<html><table>", "html"),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html>", "html"),
        ("<HTML xmlns:x='urn:schemas-microsoft-com:office:spreadsheet'>".encode("utf-16"), "html"),
        (b"<table border=1>", "html"),
        (b"MIME-Version: 1.0\r\n", "mhtml"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "spreadsheetml"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b'{"ma": 1}', "json"),
        ("Mã;Số\n".encode(), "text"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage\0".encode("utf-16-le"), "encrypted"),
        (b"\xd0\xcf\x11\xe0" + "WordDocument\0".encode("utf-16-le"), "doc"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 9, "ole"),
        (b"PK\x03\x04", "ole"),
        (b"\0" * 9, "ole"),
    ],
)
def test_what_is_no_workbook_is_called_by_its_name(tmp_path: Path, content: bytes, kind: str) -> None:
    path = tmp_path / "b.xls"
    path.write_bytes(content)
    assert containers.of(path) == kind
    found = refused(path)
    assert found.code == ("hub.empty_file" if kind == "empty" else "hub.not_workbook")
    assert found.message == containers.NAMES[kind]


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["word/document.xml"], "docx"),
        (["ppt/presentation.xml"], "pptx"),
        (["xl/workbook.bin"], "xlsb"),
        (["a.xlsx", "b.xlsx"], "zip"),
    ],
)
def test_archives_are_called_by_what_is_in_them(tmp_path: Path, names: list[str], kind: str) -> None:
    path = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path, "w") as out:
        for name in names:
            out.writestr(name, "x")
    assert containers.of(path) == kind
    assert refused(path).message == containers.NAMES[kind]


def test_a_workbook_announced_as_text_is_refused(tmp_path: Path) -> None:
    path = sheets.xlsx(tmp_path / "b.csv", ROW1)
    with pytest.raises(Refused) as caught:
        next(reading.readings(None, path, Layout("csv"), (MA, SO), tmp_path))  # type: ignore[arg-type]
    assert caught.value.code == "hub.not_text"


def test_a_protected_spreadsheet_is_called_so(tmp_path: Path) -> None:
    path = sheets.ods(tmp_path / "b.ods", "", manifest="<encryption-data/>")
    assert refused(path).message == containers.NAMES["encrypted"]
