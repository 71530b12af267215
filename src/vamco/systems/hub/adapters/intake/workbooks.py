"""Workbooks as one table: which sheets, in which form, one below the other. Runs in a process of its own (see apart.py)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.engines.sheets.book import opened
from vamco.engines.sheets.cells import Cell
from vamco.lib.errors import N_, Refused
from vamco.systems.hub.rules import marks, tables
from vamco.systems.hub.rules.grading import label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from vamco.engines.sheets.book import Book
    from vamco.engines.sheets.grids import Grid, Sheet
    from vamco.systems.hub.contracts import Column, Layout

_PEEKED: Final = 60
MAX_ROW: Final = 1 << 18
"""Characters in all cells of a row."""


@dataclass(frozen=True)
class Part:
    """What came from one sheet: its rows are numbered from `first` + 1 on, and row n stands in line `header` + n - `first`."""

    sheet: str
    header: int
    first: int


def write(path: Path, layout: Layout, columns: Sequence[Column], out: Path) -> dict[str, Any]:
    """Writes the rows of a workbook as lines of JSON, and tells the rest.

    A line has `_row`, `_line`, and for column n the text `cn` and the kind `kn`, where there is one. (CSV would not do: told the ends of lines, DuckDB
    loses a row without a word where a quoted cell ends in line breaks; not told, it fails.)
    """
    book = opened(path)
    try:
        grids = _chosen(book, layout, columns)
        width = max(grid.width for _, grid in grids)
        parts: list[Part] = []
        labels: list[str | None] = []
        days: set[dt.date | None] = set()
        last = 0
        with out.open("w", encoding="utf-8") as file:
            for sheet, grid in grids:
                table = tables.read(grid, layout, columns)
                _refuse_other_labels(sheet, labels, table.labels, first=not parts)
                labels = labels or list(table.labels)
                days.add(table.as_of)
                part = Part(sheet.name, table.header, last)
                parts.append(part)
                for row in table.rows:
                    last = part.first + row.number
                    file.write(_written(last, row))
    finally:
        book.close()
    if len(days) > 1:
        raise Refused("hub.as_of_differs", N_("The sheets say that they were true on different days"))
    day = days.pop()
    return {
        "labels": labels + [None] * (width - len(labels)),
        "parts": [asdict(part) for part in parts],
        "as_of": day.isoformat() if day else None,
    }


def _written(number: int, row: tables.Row) -> str:
    said: dict[str, str | int | None] = {"_row": number, "_line": row.line}
    length = 0
    for place, cell in enumerate(row.cells):
        if isinstance(cell, Cell):
            said[f"k{place}"] = cell.kind
            if cell.kind == "merged":
                continue
        if cell is not None:
            text = cell.text if isinstance(cell, Cell) else cell
            said[f"c{place}"] = text
            length += len(text)
    if length > MAX_ROW:
        raise Refused(
            "hub.row_too_long", N_("Line %(line)s has more than %(limit)s characters"), line=row.line, limit=MAX_ROW
        )
    return json.dumps(said, ensure_ascii=False) + "\n"


def _refuse_other_labels(
    sheet: Sheet, wanted: Sequence[str | None], found: Sequence[str | None], *, first: bool
) -> None:
    if not first and _bare(wanted) != _bare(found):
        raise Refused(
            "hub.sheets_differ",
            N_("The header of the sheet “%(sheet)s” is not that of the sheet before it"),
            sheet=sheet.name,
        )


def _bare(labels: Sequence[str | None]) -> list[str]:
    found = [label(text or "") for text in labels]
    while found and not found[-1]:
        found.pop()
    return found


# ── which sheets ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen(book: Book, layout: Layout, columns: Sequence[Column]) -> list[tuple[Sheet, Grid]]:
    """The sheets that the layout means, with their cells: never a hidden one, unless it says so."""
    if layout.sheet:
        return [(sheet, grid) for sheet in _named(book, layout) for grid in [_filled(book, sheet, layout)]]
    visible = [sheet for sheet in book.sheets if layout.hidden_sheets or not sheet.hidden]
    if not visible:
        raise Refused("hub.no_visible_sheet", N_("The workbook has no visible sheet with cells"))
    found: tuple[Sheet, Grid] | None = None
    rivals = []
    for sheet in visible:
        if found is None:
            grid = book.grid(sheet)
            found = (sheet, grid) if grid.width else None  # an empty sheet means nothing
            if found and not tables.fits(grid, columns):
                return [found]  # what is wrong with it is said of it; a later sheet is not what was meant
        elif tables.fits(book.grid(sheet, _PEEKED), columns):
            rivals.append(sheet)
    if found is None:
        raise tables.no_header(layout)
    if rivals:
        names = ", ".join(f"“{sheet.name}”" for sheet in (found[0], *rivals))
        raise Refused(
            "hub.which_sheet",
            N_("Several sheets hold such a table (%(sheets)s): name the right one in the layout (sheet)"),
            sheets=names,
        )
    return [found]


def _named(book: Book, layout: Layout) -> list[Sheet]:
    """The sheets of a name, or of a pattern when none is called exactly so."""
    exact = [sheet for sheet in book.sheets if marks.plain(sheet.name) == marks.plain(layout.sheet)]
    found = exact or [sheet for sheet in book.sheets if marks.fits(sheet.name, (layout.sheet,))]
    if not found:
        raise Refused("hub.no_sheet", N_("The workbook has no sheet “%(sheet)s”"), sheet=layout.sheet)
    shown = [sheet for sheet in found if layout.hidden_sheets or not sheet.hidden]
    if not shown:
        raise Refused("hub.hidden_sheet", N_("The sheet “%(sheet)s” is hidden"), sheet=layout.sheet)
    return shown


def _filled(book: Book, sheet: Sheet, layout: Layout) -> Grid:
    grid = book.grid(sheet)
    if not grid.width:
        raise tables.no_header(layout)
    return grid
