"""OpenDocument spreadsheets (.ods): one pass over the content, repeated cells bounded before they are made.

Source: ODF 1.3 part 3, §9 (tables) and §16 (data styles).
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from vamco.engines.sheets import cells
from vamco.engines.sheets.cells import Cell
from vamco.engines.sheets.grids import MAX_CELL, Enough, Grid, Sheet
from vamco.engines.sheets.xlsx import Malformed, parse

if TYPE_CHECKING:
    from pathlib import Path

_SPACES: Final = {
    f"urn:oasis:names:tc:opendocument:xmlns:{long}:1.0": short
    for long, short in {
        "table": "table",
        "office": "office",
        "text": "text",
        "style": "style",
        "datastyle": "number",
    }.items()
}
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_ASIDE: Final = frozenset({"office:annotation", "office:annotation-end", "text:ruby-text", "text:note"})
_MOST_PADDING: Final = 30
_MANY: Final = 1_000_000  # spaces in one element; beyond that it is no text


def short(name: str) -> str:
    """The name with the usual prefix of its namespace: "table:table-cell"; other namespaces give ""."""
    space, _, own = name.rpartition(" ")
    prefix = _SPACES.get(space)
    return f"{prefix}:{own}" if prefix else ""


class Workbook:
    """An opened spreadsheet. `sheets` are its tables, in their order."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._styles = _Styles()
        for part in ("styles.xml", "content.xml"):
            if part in self._zip.namelist():
                with self._zip.open(part) as stream:
                    parse(stream, self._styles.start, self._styles.end, _nothing)
        self.sheets = tuple(
            Sheet(name, style in self._styles.hidden, str(place))
            for place, (name, style) in enumerate(self._styles.tables)
        )

    def close(self) -> None:
        """Closes the file."""
        self._zip.close()

    def grid(self, sheet: Sheet, most: int = 0) -> Grid:
        """The filled cells of a sheet; of its first lines only, when `most` says so."""
        grid = Grid(sheet.name, most)
        reader = _Lines(grid, int(sheet.part), self._styles.padding)
        with self._zip.open("content.xml") as stream:
            try:
                parse(stream, reader.start, reader.end, reader.words)
            except Enough:
                return grid
        grid.finish()
        return grid


def _nothing(_text: str) -> None:
    return


class _Styles:
    """Handlers that find the tables, which styles hide one, and which styles of cells pad numbers with zeros."""

    def __init__(self) -> None:
        self.tables: list[tuple[str, str]] = []
        self.hidden: set[str] = set()
        self.padding: dict[str, str] = {}
        self._formats: dict[str, str] = {}
        self._style = self._format = ""
        self._depth = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        said = {short(name): value for name, value in attributes.items()}
        match short(element):
            case "table:table":
                if not self._depth:  # a table in a cell belongs to that cell
                    self.tables.append((said.get("table:name", ""), said.get("table:style-name", "")))
                self._depth += 1
            case "style:style":
                self._style = said.get("style:name", "")
                code = self._formats.get(said.get("style:data-style-name", ""), "")
                code = code or self.padding.get(said.get("style:parent-style-name", ""), "")
                if code:
                    self.padding[self._style] = code
            case "style:table-properties" if said.get("table:display") == "false":
                self.hidden.add(self._style)
            case "number:number-style" | "number:currency-style":
                self._format = said.get("style:name", "")
            case "number:number" if self._format:
                if code := _code_of(said):
                    self._formats[self._format] = code

    def end(self, element: str) -> None:
        """An element ends."""
        match short(element):
            case "table:table":
                self._depth -= 1
            case "number:number-style" | "number:currency-style":
                self._format = ""


def _code_of(said: dict[str, str]) -> str:
    """The number format of Excel that shows the same, where it pads with zeros or shows thousands as one; else ""."""
    if said.get("number:display-factor", "1") != "1":
        return "#,##0,"
    least, places = said.get("number:min-integer-digits", "1"), said.get("number:decimal-places", "0")
    grouped = said.get("number:grouping", "false") == "true"
    padded = least.isdigit() and 1 < int(least) <= _MOST_PADDING and places == "0" and not grouped
    return "0" * int(least) if padded else ""


class _Lines:
    """Handlers for the cells of one table."""

    def __init__(self, grid: Grid, wanted: int, padding: dict[str, str]) -> None:
        self._grid, self._wanted, self._padding = grid, wanted, padding
        self._table, self._depth = -1, 0
        self._line = self._times = 0
        self._cells: list[str | Cell | None] = []
        self._at = 0  # the column where the next cell stands, from 0; empty ones are not in `_cells` yet
        self._columns: list[tuple[int, str]] = []  # up to which column a style is the columns' own
        self._said: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._aside = 0

    def start(self, element: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        name = short(element)
        if name == "table:table":
            self._table += not self._depth
            self._depth += 1
            return
        if self._table != self._wanted or self._depth != 1:
            return
        if name in _ASIDE:
            self._aside += 1
        elif not self._aside and name:
            self._begin(name, {short(key): value for key, value in attributes.items()})

    def _begin(self, name: str, said: dict[str, str]) -> None:
        match name:
            case "table:table-column":
                last = self._columns[-1][0] if self._columns else 0
                style = said.get("table:default-cell-style-name", "")
                self._columns.append((last + _times(said, "table:number-columns-repeated"), style))
            case "table:table-row":
                self._cells, self._at = [], 0
                self._times = _times(said, "table:number-rows-repeated")
            case "table:table-cell" | "table:covered-table-cell":
                self._said, self._paragraphs = said, []
            case "text:p" | "text:h":
                self._paragraphs.append([])
            case "text:s":
                self._write(" " * _times(said, "text:c"))
            case "text:tab":
                self._write("\t")
            case "text:line-break":
                self._write("\n")

    def _write(self, text: str) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(text)

    def words(self, text: str) -> None:
        """Text stands in an element."""
        if self._paragraphs and not self._aside and self._depth == 1:
            self._paragraphs[-1].append(text)

    def end(self, element: str) -> None:
        """An element ends."""
        name = short(element)
        if name == "table:table":
            self._depth -= 1
        elif self._table != self._wanted or self._depth != 1:
            return
        elif name in _ASIDE:
            self._aside -= 1
        elif name in _CELLS and not self._aside:
            self._end_of_cell(covered=name == "table:covered-table-cell")
        elif name == "table:table-row":
            self._end_of_row()

    def _end_of_cell(self, *, covered: bool) -> None:
        times = _times(self._said, "table:number-columns-repeated")
        content = None if covered else self._content()
        if content is not None:
            first, last = self._at, self._at + times - 1
            line = self._line + 1
            self._grid.reach(line, first, len(self._cells))
            self._grid.reach(line, last, first)
            self._grid.room(times)
            self._cells.extend([None] * (first - len(self._cells)))
            self._cells.extend([content] * times)
        across = _times(self._said, "table:number-columns-spanned")
        down = _times(self._said, "table:number-rows-spanned")
        if across > 1 or down > 1:
            self._grid.merge(self._line + 1, self._at, self._line + down, self._at + across - 1)
        self._at += times
        self._paragraphs = []

    def _end_of_row(self) -> None:
        if self._cells:
            self._grid.room(self._times * len(self._cells))
            for repeat in range(self._times):
                self._grid.add(self._line + 1 + repeat, list(self._cells))
        self._line += self._times

    def _content(self) -> str | Cell | None:
        said = self._said
        shown = "\n".join("".join(part) for part in self._paragraphs)
        if len(shown) > MAX_CELL:
            raise Malformed("a cell with more text than there is room for")
        if isinstance(failed := cells.text(shown), Cell) and failed.kind == "error":
            return failed  # an error has the value 0
        if (kind := said.get("office:value-type", "")) in {"float", "currency"}:
            return cells.number(said.get("office:value", ""), self._code())
        if "table:formula" in said and not shown and not kind:
            return Cell("=", "formula")
        return _of_kind(kind, said) or cells.text(said.get("office:string-value", shown))

    def _code(self) -> str:
        style = self._said.get("table:style-name")
        if style is None:
            style = next((own for end, own in self._columns if self._at < end), "")
        return self._padding.get(style, "")


def _of_kind(kind: str, said: dict[str, str]) -> Cell | None:
    match kind:
        case "percentage":
            value = said.get("office:value", "")
            text = cells.plain(value)
            return Cell(value, "error") if text is None else Cell(cells.percent(text), "percent")
        case "date":
            return Cell(said.get("office:date-value", "").removesuffix("T00:00:00"), "date")
        case "time":
            return Cell(said.get("office:time-value", ""), "time")
        case "boolean":
            return Cell(said.get("office:boolean-value", ""), "bool")
    return None


def _times(said: dict[str, str], name: str) -> int:
    text = said.get(name, "1")
    if not text.isdigit() or not 0 < int(text) <= _MANY * 10:
        raise Malformed("a number of repeats that is none")
    return int(text)
