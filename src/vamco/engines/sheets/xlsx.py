"""Workbooks of Office Open XML (.xlsx, .xlsm): one pass over each part, and nothing kept that is not a filled cell.

Libraries give a cell's value without saying that it is a formula nobody has reckoned, or that it is merged away. Source:
ECMA-376-1 §18 (both its namespaces).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from functools import partial
from typing import IO, TYPE_CHECKING, Final
from xml.parsers import expat

from vamco.engines.sheets import cells
from vamco.engines.sheets.cells import Cell
from vamco.engines.sheets.grids import MAX_CELL, Enough, Grid, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Start = Callable[[str, dict[str, str]], None]
    End = Callable[[str], None]
    Words = Callable[[str], None]

_MAIN: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHUNK: Final = 1 << 16
_STALE: Final = frozenset({"0", "0.0"})


class Malformed(ValueError):  # noqa: N818  # an error is a noun phrase here
    """The content breaks its format."""


def parse(stream: IO[bytes], start: Start, end: End, words: Words) -> None:
    """Reads XML through handlers whose names are "namespace name"; a document type is refused, for it can grow."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)  # expat's own
    except expat.ExpatError as error:
        raise Malformed(str(error)) from None


def _no_doctype(*_: object) -> None:
    raise Malformed("a document type")


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition(" ")[2]


def main(name: str) -> str:
    """The name when it is of the spreadsheet's own namespace, else ""."""
    space, _, own = name.rpartition(" ")
    return own if space in _MAIN else ""


class Workbook:
    """An opened workbook. `sheets` are those with cells, in their order."""

    def __init__(self, path: Path) -> None:
        self._zip = zipfile.ZipFile(path)
        self._parts = {name.lower(): name for name in self._zip.namelist()}
        book = next((t for t, kind in self._relations("").values() if kind == "officeDocument"), "xl/workbook.xml")
        self._relations_of_book = self._relations(book)
        self.sheets: tuple[Sheet, ...] = ()
        self._from_1904 = self._stale = False
        self._read(book, self._book_start)
        self._strings: list[str] | None = None
        self._codes: list[str] | None = None

    def close(self) -> None:
        """Closes the file."""
        self._zip.close()

    def grid(self, sheet: Sheet, most: int = 0) -> Grid:
        """The filled cells of a sheet; of its first lines only, when `most` says so."""
        if self._strings is None or self._codes is None:
            self._strings, self._codes = self._texts(), self._formats()
        grid = Grid(sheet.name, most)
        reader = _Lines(grid, self._strings, self._codes, from_1904=self._from_1904, stale=self._stale)
        try:
            self._read(sheet.part, reader.start, reader.end, reader.words)
        except Enough:
            return grid
        grid.finish()
        return grid

    def _read(self, part: str, start: Start, end: End | None = None, words: Words | None = None) -> bool:
        name = self._parts.get(part.lower())
        if name is None:
            return False
        with self._zip.open(name) as stream:
            parse(stream, start, end or (lambda _: None), words or (lambda _: None))
        return True

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Where the parts are that a part speaks of, and what they are, by their ids."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}

        def start(element: str, said: dict[str, str]) -> None:
            if local(element) == "Relationship" and said.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, said.get("Target", ""))).lstrip("/")
                found[said.get("Id", "")] = (target, posixpath.basename(said.get("Type", "")))

        self._read(posixpath.join(folder, "_rels", f"{name}.rels"), start)
        return found

    def _book_start(self, element: str, said: dict[str, str]) -> None:
        match main(element):
            case "workbookPr":
                self._from_1904 = said.get("date1904") in {"1", "true"}
            case "calcPr":
                self._stale = said.get("fullCalcOnLoad") in {"1", "true"}
            case "sheet":
                key = next((value for name, value in said.items() if local(name) == "id"), "")
                part, kind = self._relations_of_book.get(key, ("", ""))
                if kind == "worksheet":  # not a chart, a dialogue, a macro
                    hidden = said.get("state", "visible") != "visible"
                    self.sheets += (Sheet(said.get("name", ""), hidden, part),)

    def _texts(self) -> list[str]:
        """The texts that cells share: runs of rich text joined, the readings of Asian scripts (rPh) left out."""
        part = next((t for t, kind in self._relations_of_book.values() if kind == "sharedStrings"), "")
        found: list[str] = []
        reader = _Texts(found.append)
        self._read(part, reader.start, reader.end, reader.words)
        return found

    def _formats(self) -> list[str]:
        """The number format of each style of a cell, "" where it changes nothing."""
        part = next((t for t, kind in self._relations_of_book.values() if kind == "styles"), "")
        codes: dict[str, str] = {}
        styles: list[str] = []
        inside: list[str] = []

        def start(element: str, said: dict[str, str]) -> None:
            name = main(element)
            if name == "numFmt" and inside[-1:] == ["numFmts"]:
                codes[said.get("numFmtId", "")] = said.get("formatCode", "")
            elif name == "xf" and inside[-1:] == ["cellXfs"]:
                styles.append(said.get("numFmtId", "0"))
            inside.append(name)

        def end(_element: str) -> None:
            inside.pop()

        self._read(part, start, end)
        return [codes.get(key) or _built_in(key) for key in styles]


def _built_in(key: str) -> str:
    return cells.BUILT_IN.get(int(key), "") if key.isdigit() else ""


class _Texts:
    """Handlers for a list of texts."""

    def __init__(self, put: Callable[[str], None]) -> None:
        self._put = put
        self._kept: list[str] = []
        self._reading = self._aside = False

    def start(self, element: str, _said: Mapping[str, str]) -> None:
        """An element begins."""
        name = main(element)
        if name == "t":
            self._reading = not self._aside
        elif name == "rPh":
            self._aside = True

    def end(self, element: str) -> None:
        """An element ends."""
        name = main(element)
        if name == "t":
            self._reading = False
        elif name == "rPh":
            self._aside = False
        elif name == "si":
            self._put(unescaped("".join(self._kept)))
            self._kept.clear()

    def words(self, text: str) -> None:
        """Text stands in an element."""
        if self._reading:
            self._kept.append(text)


class _Lines:
    """Handlers for the cells of a sheet."""

    def __init__(self, grid: Grid, strings: list[str], codes: list[str], *, from_1904: bool, stale: bool) -> None:
        self._grid, self._strings, self._stale = grid, strings, stale
        numbers = [partial(cells.number, code=code, from_1904=from_1904) if code else None for code in codes]
        self._numbers = numbers or [None]
        self._columns: dict[str, int] = {}
        self._space = self._cell = self._value = self._row = ""
        self._line = 0
        self._aside = False
        self._cells: list[str | Cell | None] = []
        self._said: dict[str, str] = {}
        self._kept: list[str] = []
        self._formula: str | None = None
        self._given: str | None = None
        self._inline: list[str] | None = None
        self._reading = False

    def start(self, element: str, said: dict[str, str]) -> None:
        """An element begins. The most frequent come first."""
        if element == self._cell:
            self._said, self._formula, self._given, self._inline = said, None, None, None
        elif element == self._value:
            self._reading = True
        elif element == self._row:
            self._line = self._next_line(said.get("r"))
            self._cells = []
        elif not self._space:
            self._root(element)
        else:
            self._rarely(main(element), said)

    def _root(self, element: str) -> None:
        self._space, _, name = element.rpartition(" ")
        if self._space not in _MAIN or name != "worksheet":
            raise Malformed("not a worksheet")
        self._cell, self._value, self._row = (f"{self._space} {name}" for name in ("c", "v", "row"))

    def _rarely(self, name: str, said: dict[str, str]) -> None:
        match name:
            case "f":
                self._reading = True
            case "is":
                self._inline = []
            case "rPh":
                self._aside = True
            case "t":
                self._reading = self._inline is not None and not self._aside
            case "mergeCell":
                self._grid.merge(*self._area(said.get("ref", "")))

    def words(self, text: str) -> None:
        """Text stands in an element."""
        if self._reading:
            self._kept.append(text)

    def end(self, element: str) -> None:
        """An element ends."""
        if element == self._value:
            self._given = self._taken()
        elif element == self._cell:
            self._end_of_cell()
        elif element == self._row:
            self._grid.add(self._line, self._cells)
        else:
            match main(element):
                case "f":
                    self._formula = self._taken()
                case "t" if self._inline is not None and self._reading:
                    self._inline.append(self._taken())
                case "rPh":
                    self._aside = False

    def _taken(self) -> str:
        text = self._kept[0] if len(self._kept) == 1 else "".join(self._kept)
        self._kept.clear()
        self._reading = False
        if len(text) > MAX_CELL:
            raise Malformed("a cell with more text than there is room for")
        return text

    def _next_line(self, said: str | None) -> int:
        line = int(said) if said else self._line + 1
        if line <= self._line:
            raise Malformed("a row that stands above the one before")
        return line

    def _end_of_cell(self) -> None:
        reference = self._said.get("r")
        column = self._column(reference) if reference else None
        content = self._content()
        if content is None:
            if column is None:
                self._cells.append(None)
            return
        width = len(self._cells)
        if column is None:
            column = width
        if column < width and self._cells[column] is not None:
            raise Malformed("a cell that is there twice")
        if column > width:
            self._grid.reach(self._line, column, width)
            self._cells.extend([None] * (column - width))
        if column >= width:
            self._cells.append(content)
        else:
            self._cells[column] = content

    def _column(self, reference: str) -> int:
        name = reference.rstrip("0123456789")
        found = self._columns.get(name)
        if found is None:
            found = self._columns[name] = column_of(name)
        return found

    def _content(self) -> str | Cell | None:
        kind = self._said.get("t", "n")
        if self._formula is not None and self._is_unreckoned(kind):
            return Cell(f"={self._formula[:100]}", "formula")
        if kind == "inlineStr" and self._inline is not None:
            return cells.text(unescaped("".join(self._inline)))
        given = self._given
        if not given:
            return None
        if kind == "s":
            return cells.text(self._strings[int(given)])
        if kind == "n":
            own = self._numbers[int(self._said.get("s", 0))]
            return own(given.strip()) if own else cells.number(given.strip())
        return _seldom(kind, given)

    def _is_unreckoned(self, kind: str) -> bool:
        """Whether a formula has no value, or one that a program wrote which reckons nothing and asks Excel to do it."""
        if not self._given:
            return not (kind == "str" and self._given is not None)
        return self._stale and kind == "n" and self._given in _STALE

    def _area(self, reference: str) -> tuple[int, int, int, int]:
        first, _, last = reference.replace("$", "").partition(":")
        corners = [re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise Malformed("a merged area that is nowhere")
        (left, top), (right, bottom) = ((column_of(c[1]), int(c[2])) for c in corners if c)
        return top, left, bottom, right


def _seldom(kind: str, given: str) -> str | Cell | None:
    match kind:
        case "str" | "inlineStr":
            return cells.text(unescaped(given))
        case "b":
            return Cell("true" if given.strip() in {"1", "true"} else "false", "bool")
        case "d":
            return Cell(given.removesuffix("Z").removesuffix(".000").removesuffix("T00:00:00"), "date")
    return Cell(given, "error")


def column_of(name: str) -> int:
    """The place of a column from 0 by its letters."""
    place = 0
    for letter in name:
        if not "A" <= letter <= "Z":
            raise Malformed("a column without a name")
        place = place * 26 + ord(letter) - ord("A") + 1
    if not place:
        raise Malformed("a column without a name")
    return place - 1


def unescaped(text: str) -> str:
    """A text without the escapes _xHHHH_ for characters that XML cannot hold."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return found[0] if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004  # surrogates are no characters
