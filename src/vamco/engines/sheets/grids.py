"""A sheet as its filled cells, bounded before anything is allocated for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.engines.sheets.cells import Cell
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.engines.sheets.cells import CellKind

MAX_CELLS: Final = 5_000_000
"""Filled cells, and those between the first column and the last filled one of each row."""
FAR_ROWS, FAR_COLUMNS = 1000, 100
"""A cell that stands further from the others than this was not meant to be there."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAX_CELL: Final = 1 << 20

TOO_LARGE: Final = N_("The sheet “%(sheet)s” has more than %(limit)s cells; deliver it in several files, or as CSV")


class Enough(Exception):  # noqa: N818  # no error: the reader has seen what it wanted
    """The first lines are enough."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; `part` is where its format keeps it. `hidden`: also when only a macro can show it."""

    name: str
    hidden: bool
    part: str


class Grid:
    """The filled lines of a sheet, from top to bottom: number as people see it, and cells up to the last filled one.

    `most` lines are enough where somebody only looks. Cells that are only formatted are not there; a cell with nothing but blanks
    is. Hidden and filtered rows and columns are data like the others: who hides a row does not take it back.
    """

    def __init__(self, sheet: str, most: int = 0) -> None:
        self._sheet = sheet
        self._most = most
        self._lines: list[tuple[int, list[str | Cell | None]]] = []
        self._width = 0
        self._cells = 0
        self._merges: list[tuple[int, int, int, int]] = []

    def __iter__(self) -> Iterator[tuple[int, list[str | Cell | None]]]:
        """Each filled line."""
        return iter(self._lines)

    @property
    def width(self) -> int:
        """Up to which column, counted from 1, cells are filled; 0 of an empty sheet."""
        return self._width

    def reach(self, line: int, column: int, width: int) -> None:
        """Refuses a cell that stands far outside; `column` from 0, `width` the columns that its line fills already."""
        if not self.is_near(line, column, width):
            raise Refused(
                "hub.far_cell",
                N_(
                    "In the sheet “%(sheet)s” a cell stands far outside the table: %(cell)s. Delete that row and column"
                ),
                sheet=self._sheet,
                cell=f"{letters(column)}{line}",
            )

    def is_near(self, line: int, column: int, width: int) -> bool:
        """Whether a cell stands where a table may."""
        above = self._lines[-1][0] if self._lines else 0
        inside = line <= LAST_ROW and column < LAST_COLUMN
        return inside and line - above <= FAR_ROWS and column - max(width, self._width) <= FAR_COLUMNS

    def add(self, line: int, cells: list[str | Cell | None]) -> None:
        """Adds a line below the others. What is empty at its end is cut off; a line without anything is none."""
        while cells and cells[-1] is None:
            cells.pop()
        if not cells:
            return
        self.reach(line, len(cells) - 1, self._width or len(cells))
        self.room(len(cells))
        self._width = max(self._width, len(cells))
        self._lines.append((line, cells))
        if self._most and len(self._lines) >= self._most:
            raise Enough

    def room(self, cells: int) -> None:
        """Counts cells that are about to be made."""
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise Refused("hub.too_large", TOO_LARGE, sheet=self._sheet, limit=MAX_CELLS)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Notes a merged area; lines from 1, columns from 0, both ends included."""
        if bottom > top or right > left:
            self.room(1)
            self._merges.append((top, left, bottom, right))

    def finish(self) -> None:
        """Marks what belongs to merged areas: each cell but the first has the first one's text, and a kind that says so."""
        places = {line: place for place, (line, _) in enumerate(self._lines)}
        for top, left, bottom, right in self._merges:
            if top not in places or left >= self._width:
                continue
            first = self._lines[places[top]][1]
            content = first[left] if left < len(first) else None
            text = content.text if isinstance(content, Cell) else content or ""
            place = places[top]
            while place < len(self._lines) and self._lines[place][0] <= bottom:
                line, cells = self._lines[place]
                self._spread(cells, left, min(right, self._width - 1), text, below=line > top)
                place += 1

    def _spread(self, cells: list[str | Cell | None], left: int, right: int, text: str, *, below: bool) -> None:
        self.room(right - left + 1)
        if len(cells) <= right:
            cells.extend([None] * (right + 1 - len(cells)))
        for column in range(left, right + 1):
            if column > left or below:
                kind: CellKind = "merged_across" if column > left else "merged"
                cells[column] = Cell(text, kind)


def letters(column: int) -> str:
    """What a spreadsheet calls a column, counted from 0: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
