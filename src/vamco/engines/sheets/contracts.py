from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.engines.sheets.grids import letters

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A filled cell. `kind` is "" for text, else as `cells.CellKind` says; dates are ISO, numbers have a point and no groups."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A filled line: its number as a spreadsheet counts it, and its cells from column A on, None where one is empty."""

    number: int
    cells: tuple[SheetCell | None, ...]

    def text(self, column: int) -> str:
        """Return the text in a column, counted from 0, without blanks around it; "" when there is none."""
        cell = self.cells[column] if column < len(self.cells) else None
        return cell.text.strip() if cell else ""

    def name_of(self, column: int) -> str:
        """Return what a spreadsheet calls the cell in a column: "C7"."""
        return f"{letters(column)}{self.number}"


@dataclass(frozen=True, slots=True)
class Page:
    """A visible sheet with its filled lines, from top to bottom."""

    name: str
    lines: Sequence[Line]
