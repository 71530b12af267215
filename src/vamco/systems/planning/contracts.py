"""What is taken in from a sheet, and what is shown of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

Kind = Literal["notice", "project"]
CellType = Literal["text", "number", "billions", "date", "choice", "communes", "area", "yes"]


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A column of a sheet: the headings under which it may stand, and what its cells hold."""

    key: str
    titles: tuple[str, ...]
    type: CellType = "text"
    required: bool = False
    longest: int = 300
    choices: Mapping[str, str] = field(default_factory=dict)  # as people write it → code
    summed: bool = False  # groups and totals state its sum


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong in a sheet: the cell as a spreadsheet calls it, and a msgid with its data."""

    sheet: str
    cell: str
    message: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that could be read: its values by column."""

    sheet: str
    line: int
    values: dict[str, Any]

    @property
    def code(self) -> str:
        """Return the code by which the row is known."""
        return str(self.values.get("code") or "")


@dataclass(frozen=True, slots=True)
class TotalCheck:
    """A figure that a heading or the total states, beside what its rows add up to; `column` is "" for their number."""

    sheet: str
    cell: str
    label: str
    column: str
    stated: Decimal
    counted: Decimal

    @property
    def holds(self) -> bool:
        """Tell whether the sheet adds up."""
        return self.stated == self.counted


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a workbook holds: rows, what is wrong, figures checked, and a fingerprint of the content of each sheet."""

    rows: tuple[SheetRow, ...]
    faults: tuple[CellFault, ...]
    totals: tuple[TotalCheck, ...]
    fingerprints: dict[str, str]
    unused: tuple[tuple[str, str], ...] = ()  # sheet and heading of columns that mean nothing here


@dataclass(frozen=True, slots=True)
class RowChange:
    """What publishing would do with a row: new, changed with the fields that differ, or unchanged."""

    row: SheetRow
    standing: Literal["new", "changed", "unchanged"]
    fields: tuple[tuple[str, Any, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What an upload would publish, and whether it may."""

    parsed: Parsed
    changes: tuple[RowChange, ...]
    published: bool

    @property
    def may_be_published(self) -> bool:
        """Tell whether nothing is wrong and anything would change."""
        return not self.published and not self.parsed.faults and any(c.standing != "unchanged" for c in self.changes)

    def count(self, standing: str) -> int:
        """Return how many rows are new, changed or unchanged."""
        return sum(change.standing == standing for change in self.changes)
