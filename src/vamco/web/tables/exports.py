"""A table as a file. Rows are written as they come: a million of them need no more memory than a thousand."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from decimal import Decimal
from itertools import islice
from typing import IO, TYPE_CHECKING, Any, Final

from django.utils import translation

from vamco.lib.time import HCM
from vamco.web.tables.rules import harmless
from vamco.web.tables.sources import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.web.components import Text
    from vamco.web.tables.contracts import Row

MOST_ROWS: Final = 1_048_575  # of a sheet, below its head
_MOST_LETTERS: Final = 32_767  # of a cell
_EXACT: Final = 10**15  # beyond, a spreadsheet would round a number
_BATCH: Final = 500
_SETTINGS: Final = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_BOM: Final = "\ufeff"  # by which Excel knows that the letters are UTF-8


def csv_lines(heads: Sequence[Text], rows: Iterable[Row], places: Sequence[int], language: str) -> Iterator[bytes]:
    """Give a CSV file in pieces, as RFC 4180 has it; `places` are the columns to write, in order.

    Each piece is made in the reader's language: by the time the server asks for it, the request is over.
    """
    paper = io.StringIO(newline="")
    write = csv.writer(paper, lineterminator="\r\n")
    paper.write(_BOM)
    with translation.override(language):
        write.writerow([harmless(str(head)) for head in heads])
    rows = iter(rows)
    while True:
        with translation.override(language):
            batch = list(islice(rows, _BATCH))
            write.writerows([_for_csv(plain(row.cells[place])) for place in places] for row in batch)
        if text := paper.getvalue():
            yield text.encode()
        if len(batch) < _BATCH:
            return
        paper.seek(0)
        paper.truncate()


def _for_csv(value: Any) -> str | int | Decimal:
    match value:
        case int() | Decimal():
            return value
        case dt.datetime():
            return f"{value.astimezone(HCM):%Y-%m-%d %H:%M}"
        case dt.date():
            return value.isoformat()
    return harmless(str(value).replace("\0", ""))


def workbook(title: str, heads: Sequence[Text], rows: Iterable[Row], places: Sequence[int]) -> IO[bytes]:
    """Give an XLSX file, open at its beginning and gone when it is closed. More rows than a sheet takes go on to the next sheet."""
    import xlsxwriter

    file = tempfile.TemporaryFile(prefix="vamco-export-")  # noqa: SIM115  # the answer closes it
    try:
        with tempfile.TemporaryDirectory(prefix="vamco-export-") as folder:
            book = xlsxwriter.Workbook(file, {**_SETTINGS, "tmpdir": folder})
            try:
                _write(book, title, heads, iter(rows), places)
            except BaseException:
                for sheet in book.worksheets():
                    sheet.row_data_fh.close()  # its rows so far; only `close` would
                raise
            book.close()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _write(book: Any, title: str, heads: Sequence[Text], rows: Iterator[Row], places: Sequence[int]) -> None:
    looks = {
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy"}),
        "moment": book.add_format({"num_format": "hh:mm dd/mm/yyyy"}),
        "text": book.add_format({"quote_prefix": True}),  # stays a text even when somebody edits the cell
    }
    left = True
    while left:
        left = _sheet(book, looks, title, heads, rows, places)


def _sheet(  # noqa: PLR0917  # one sheet needs all of it
    book: Any, looks: dict[str, Any], title: str, heads: Sequence[Text], rows: Iterator[Row], places: Sequence[int]
) -> bool:
    """Write one sheet; tells whether it is full."""
    sheet = book.add_worksheet()
    sheet.set_header(f"&L{title.replace('&', '&&')[:100]}&R&P / &N")
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, max(len(places) - 1, 1), 18)
    for column, head in enumerate(heads):
        sheet.write_string(0, column, str(head), looks["head"])
    number = 0
    for number, row in enumerate(islice(rows, MOST_ROWS), 1):
        for column, place in enumerate(places):
            _cell(sheet, looks, number, column, plain(row.cells[place]))
    sheet.autofilter(0, 0, number, len(places) - 1)
    return number == MOST_ROWS


def _cell(sheet: Any, looks: dict[str, Any], row: int, column: int, value: Any) -> None:  # a place and what goes there
    if isinstance(value, int | Decimal) and not _is_text(value):
        sheet.write_number(row, column, value)
    elif isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value.astimezone(HCM).replace(tzinfo=None), looks["moment"])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time()), looks["day"])
    elif value not in {None, ""}:
        sheet.write_string(row, column, str(value)[:_MOST_LETTERS], looks["text"])


def _is_text(value: int | Decimal) -> bool:
    """Whether a spreadsheet could not hold the number as it is."""
    if isinstance(value, Decimal) and not value.is_finite():
        return True
    return not -_EXACT < value < _EXACT
