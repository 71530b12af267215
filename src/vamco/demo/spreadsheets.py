"""The departments' shared folder: CSV as Excel saves it, and XLSX with a title above the table."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from vamco.demo import datasets
from vamco.demo.dirt import Planted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vamco.demo.dirt import Dirt, Row
    from vamco.demo.province import Province

HEADER_ROW = 4  # of an XLSX, counted from 1: a title, the unit of account and an empty row lie above it
LONG_AGO = datetime(2025, 1, 1)  # noqa: DTZ001 - a workbook's own property has no time zone; fixed, so that bytes repeat
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Book:
    """One file, or one file for each value of the first column (`each`), that a department keeps."""

    dirt: Dirt
    path: str
    title: str = ""
    delimiter: str = ","
    day_format: str = "%Y-%m-%d"
    each: bool = False

    def bytes(self, rows: Sequence[Row]) -> bytes:
        """Give the file's content: XLSX or CSV by the ending of its path."""
        return _xlsx(self, rows) if self.path.endswith(".xlsx") else _csv(self, rows)


PLANS = Book(datasets.KHV, "so-tai-chinh/ke-hoach-von.xlsx", "KẾ HOẠCH VỐN ĐẦU TƯ CÔNG")
ESTIMATES = Book(datasets.DUTOAN, "so-tai-chinh/du-toan-thu.xlsx", "DỰ TOÁN THU NGÂN SÁCH NHÀ NƯỚC")
ENTERPRISES = Book(datasets.DKKD, "so-tai-chinh/doanh-nghiep-{}.csv", delimiter=";", day_format="%d/%m/%Y", each=True)
ACCIDENTS = Book(datasets.TNGT, "cong-an/tai-nan-giao-thong-{}.xlsx", "TAI NẠN GIAO THÔNG", each=True)
DOSSIERS = Book(datasets.HOSO, "mot-cua/ho-so-{}.csv", each=True)


def write(folder: Path, province: Province, seed: int, today: date, scale: int) -> list[Planted]:
    """Write what every department knows on `today`; a file whose content is unchanged is not touched."""
    kept = (
        (PLANS, datasets.planned(province, seed, today)),
        (ESTIMATES, datasets.estimated(province, seed, today)),
        (ENTERPRISES, datasets.founded(province, seed, today)),
        (ACCIDENTS, datasets.crashed(province, seed, today)),
        (DOSSIERS, datasets.filed(province, seed, today, scale)),
    )
    return [planted for book, rows in kept for planted in _write(folder, book, seed, rows)]


def _write(folder: Path, book: Book, seed: int, rows: Iterator[Row]) -> Iterator[Planted]:
    key = book.dirt.columns.index(book.dirt.key)
    for group, chosen in groupby(rows, key=lambda row: row[0] if book.each else None):
        name = book.path.format(group)
        marked = list(book.dirt.plant(seed, chosen))
        replace(folder / name, book.bytes([row for row, _ in marked]))
        for number, (row, flaw) in enumerate(marked, start=1):
            if flaw:
                yield Planted(book.dirt.dataset, name, number, str(row[key]), flaw.name, flaw.column)


def replace(path: Path, content: bytes) -> None:
    """Put a file in place whole or not at all; leave it alone when it already holds this content."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)


def _csv(book: Book, rows: Sequence[Row]) -> bytes:
    days: dict[date, str] = {}
    text = io.StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text, delimiter=book.delimiter, lineterminator="\r\n")
    writer.writerow(book.dirt.columns)
    for row in rows:
        for at, cell in enumerate(row):
            if isinstance(cell, date):
                row[at] = days.get(cell) or days.setdefault(cell, cell.strftime(book.day_format))
        writer.writerow(row)
    return text.getvalue().encode()


def _xlsx(book: Book, rows: Sequence[Row]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    workbook = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False})
    workbook.set_properties({"created": LONG_AGO})
    day = workbook.add_format({"num_format": "dd/mm/yyyy"})
    money = workbook.add_format({"num_format": "#,##0"})
    bold = workbook.add_format({"bold": True})
    sheet = workbook.add_worksheet("Dữ liệu")
    sheet.write_string(0, 0, book.title, bold)
    sheet.write_string(1, 0, "Đơn vị tính: đồng; số liệu mô phỏng")
    sheet.write_row(HEADER_ROW - 1, 0, book.dirt.columns, bold)
    for number, row in enumerate(rows, start=HEADER_ROW):
        for at, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, at, cell, day)
            elif isinstance(cell, int):
                sheet.write_number(number, at, cell, money if abs(cell) > 9999 else None)  # noqa: PLR2004
            elif cell is not None:
                sheet.write_string(number, at, cell)
    workbook.close()
    return content.getvalue()
