"""A frozen plan of one snapshot of one table: what the lake gives, and what the query and measure engines read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Within = tuple[Mapping[str, frozenset[str]], ...] | None
"""Limits on rows, as alternatives: a row lies within when one of them has its code in every column. None: every row does."""

RUN = "_run"
"""Column of every table: the hub's run that brought the row."""

ROW = "_row"
"""Column of every table: the 1-based row in the run's source file, header not counted."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column as the snapshot names it; `id` stays the same when the name changes."""

    id: int
    name: str
    type: str  # string | long | double | boolean | date | timestamptz | decimal(p,s)
    required: bool = False
    doc: str = ""


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file; its columns are known by field id, their names in the file may be older ones."""

    path: str
    size: int  # bytes
    rows: int


@dataclass(frozen=True, slots=True)
class Relation:
    """All that an engine needs to read one snapshot; equal plans read equal rows for ever."""

    table: str
    location: str
    snapshot: int | None  # None: no snapshot yet, so no rows
    fields: tuple[Field, ...]
    files: tuple[DataFile, ...]

    @property
    def rows(self) -> int:
        """Give the number of rows."""
        return sum(file.rows for file in self.files)

    @property
    def columns(self) -> dict[str, str]:
        """Give the type of each column by name, in order."""
        return {field.name: field.type for field in self.fields}
