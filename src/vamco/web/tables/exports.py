"""A table as a file. Rows are written as they come: a million of them need no more memory than a thousand.

A CSV is what Excel opens by a double click on a machine with Vietnamese settings: semicolons, decimal comma, UTF-8 with a mark.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

from django.utils import translation
from django.utils.translation import gettext as _

from vamco.lib.time import HCM
from vamco.web.components import Cell
from vamco.web.tables.rules import harmless, kept_as_text
from vamco.web.tables.sources import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.web.components import Column, Figure, Text

    Line = Sequence[Cell | Text]

MOST_ROWS: Final = 1_048_500  # of a sheet, below its heading; a sheet ends at 1 048 576
_MOST_CHARACTERS: Final = 32_767  # of a cell
_EXACT: Final = 10**15  # beyond, a spreadsheet would round a number
_MOST_DECIMALS: Final = 2
_BATCH: Final = 500
_SETTINGS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_BOM: Final = "\ufeff"  # by which Excel knows that the characters are UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands above the rows: a title, lines that say unit, period, filters, time and exporter, and the heads."""

    title: Text
    lines: tuple[tuple[Text, Text], ...]  # "Kỳ", "Tháng 11/2026"
    columns: tuple[Column, ...]
    author: str = ""

    @property
    def heads(self) -> list[str]:
        """Return the head of each column, with its unit."""
        return [f"{column.label} ({column.unit})" if column.unit else str(column.label) for column in self.columns]


def csv_lines(sheet: Sheet, rows: Iterable[Line], language: str) -> Iterator[bytes]:
    """Yield a CSV file in pieces.

    Each piece is made in the reader's language: by the time the server asks for it, the request is over.
    """
    paper = io.StringIO(newline="")
    # Everything is quoted: a comma or tab inside a text must not split it where the separator is another.
    write = csv.writer(paper, delimiter=";", lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    paper.write(_BOM)
    with translation.override(language):
        write.writerow([harmless(str(sheet.title))])
        write.writerows([str(name), harmless(_tidy(text))] for name, text in sheet.lines)
        write.writerow([])
        write.writerow([harmless(head) for head in sheet.heads])
    rows = iter(rows)
    while True:
        with translation.override(language):
            batch = list(islice(rows, _BATCH))
            write.writerows([_for_csv(*found) for found in zip(sheet.columns, row, strict=True)] for row in batch)
        if text := paper.getvalue():
            yield text.encode()
        if len(batch) < _BATCH:
            return
        paper.seek(0)
        paper.truncate()


def _for_csv(column: Column, cell: Cell | Text) -> str:
    value = _value(cell)
    match value:
        case int() | Decimal() if _is_text(value):
            return kept_as_text(str(value))
        case int() | Decimal():
            figure = format(Decimal(value), "f").replace(".", ",")
            return f"{figure}%" if _figure(column, cell) == "percent" else figure
        case dt.datetime():
            return f"{value.astimezone(HCM):%Y-%m-%d %H:%M}"
        case dt.date():
            return value.isoformat()  # a spreadsheet of any settings takes it for this day and no other
    return kept_as_text(harmless(_tidy(value)))


def _tidy(value: Any) -> str:
    return str(value).replace("\0", "")


def _value(cell: Cell | Text) -> Any:
    """Return what a cell stands for: yes and no in words, and floats by their shortest digits."""
    value = plain(cell)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return Decimal(repr(value)) if isinstance(value, float) else value


def _figure(column: Column, cell: Cell | Text) -> Figure:
    own = cell.figure if isinstance(cell, Cell) else None
    return column.figure if own is None else own


# ── a workbook ──


def workbook(sheet: Sheet, rows: Iterable[Line]) -> IO[bytes]:
    """Return an XLSX file, open at its beginning and gone when it is closed. More rows than a sheet takes go on to the next sheet."""
    import xlsxwriter

    file = tempfile.TemporaryFile(prefix="vamco-export-")  # noqa: SIM115  # the answer closes it
    try:
        with tempfile.TemporaryDirectory(prefix="vamco-export-") as folder:
            book = xlsxwriter.Workbook(file, {**_SETTINGS, "tmpdir": folder})
            book.set_properties({"title": str(sheet.title)[:250], "author": sheet.author})
            try:
                looks = _Looks(book)
                left, waiting = True, iter(rows)
                while left:
                    left = _page(book, looks, sheet, waiting)
            except BaseException:
                for page in book.worksheets():
                    page.row_data_fh.close()  # its rows so far; only `close` would
                raise
            book.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


class _Looks:
    """The formats of a book, each made once."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[str, Any] = {}
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.text = book.add_format(
            {"num_format": "@", "quote_prefix": True}
        )  # stays a text even when somebody edits the cell

    def number(self, code: str) -> Any:
        """Return the format of a number by its code."""
        if code not in self._known:
            self._known[code] = self._book.add_format({"num_format": code})
        return self._known[code]


def _page(book: Any, looks: _Looks, sheet: Sheet, rows: Iterator[Line]) -> bool:
    """Write one sheet of a book; True when it is full."""
    page = book.add_worksheet()
    top = len(sheet.lines) + 2  # the title, the lines, a row of space
    page.set_header(f"&L{str(sheet.title).replace('&', '&&')[:100]}&R&P / &N")
    page.freeze_panes(top + 1, 1)
    page.repeat_rows(top)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_column(0, 0, 40)
    page.set_column(1, max(len(sheet.columns) - 1, 1), 18)
    page.write_string(0, 0, str(sheet.title), looks.title)
    for number, (name, text) in enumerate(sheet.lines, 1):
        page.write_string(number, 0, f"{name}: {_tidy(text)}"[:_MOST_CHARACTERS], looks.text)
    for place, head in enumerate(sheet.heads):
        page.write_string(top, place, head, looks.head)
    count = 0
    for count, row in enumerate(islice(rows, MOST_ROWS), 1):
        for place, (column, cell) in enumerate(zip(sheet.columns, row, strict=True)):
            _write(page, looks, (top + count, place), column, cell)
    page.autofilter(top, 0, top + count, len(sheet.columns) - 1)
    return count == MOST_ROWS


def _write(page: Any, looks: _Looks, place: tuple[int, int], column: Column, cell: Cell | Text) -> None:
    value = _value(cell)
    if isinstance(value, int | Decimal) and not _is_text(value):
        figure = _figure(column, cell)
        shown = value / 100 if figure == "percent" else value
        page.write_number(*place, shown, looks.number(_number_format(value, figure, column.decimals)))
    elif isinstance(value, dt.datetime):
        page.write_datetime(*place, value.astimezone(HCM).replace(tzinfo=None), looks.number("dd/mm/yyyy hh:mm"))
    elif isinstance(value, dt.date):
        page.write_datetime(*place, dt.datetime.combine(value, dt.time()), looks.number("dd/mm/yyyy"))
    elif value not in {None, ""}:
        page.write_string(*place, str(value)[:_MOST_CHARACTERS], looks.text)


def _number_format(value: int | Decimal, figure: Figure, decimals: int | None) -> str:
    """Return the code of a number's format; a spreadsheet writes its marks as its own settings have them."""
    if decimals is None:
        exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
        decimals = min(max(-int(exponent), 0), _MOST_DECIMALS)
    places = "." + "0" * decimals if decimals else ""
    return {"": f"#,##0{places}", "percent": f"0{places}%", "money": f'#,##0{places}\\ "đồng"'}[figure]


def _is_text(value: int | Decimal) -> bool:
    """Whether a spreadsheet could not hold the number as it is."""
    if isinstance(value, Decimal) and not value.is_finite():
        return True
    return not -_EXACT < value < _EXACT
