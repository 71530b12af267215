"""Workbooks as rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.adapters.intake import archive
from vamco.systems.hub.adapters.intake.placing import malformed as _malformed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vamco.systems.hub.contracts import Layout

_WHOLE = 1e15


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row that holds something: its number, its line, its cells."""
    from python_calamine import CalamineError, CalamineWorkbook

    archive.refuse_bomb(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            if layout.sheet and layout.sheet not in book.sheet_names:
                raise Refused("hub.no_sheet", N_("The workbook has no sheet “%(sheet)s”"), sheet=layout.sheet)
            sheet = book.get_sheet_by_name(layout.sheet) if layout.sheet else book.get_sheet_by_index(0)
            grid = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise _malformed("XLSX") from None
    if len(grid) < layout.header_row:
        raise Refused("hub.no_header", N_("The file has no header in row %(row)s"), row=layout.header_row)
    for line, cells in enumerate(grid[layout.header_row - 1 :], start=layout.header_row):
        texts = [cell_text(cell) for cell in cells]
        if line == layout.header_row or any(texts):
            yield line - layout.header_row, line, texts


def cell_text(cell: Any) -> str | None:
    """What a spreadsheet's cell says, as text: days in ISO form, whole numbers without a point."""
    match cell:
        case str():
            return cell or None
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer() and abs(cell) < _WHOLE:
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
    return None if cell is None else str(cell)
