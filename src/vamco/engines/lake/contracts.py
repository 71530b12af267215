"""What the lake takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from pyiceberg.manifest import DataFile


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    `name` is lower-case ASCII (`so_tien`); names that begin with `_` belong to the platform. `was` is its former name,
    for `evolve`.
    """

    name: str
    type: str  # string | long | double | boolean | date | timestamptz | decimal(p,s)
    required: bool = False
    doc: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class ReplaceWhere:
    """Replace the slices of the table (months, say) in which `column` has one of `values`.

    Without `values`: the slices that occur in the batch.
    """

    column: str
    values: Collection[object] | None = None


@dataclass(frozen=True, slots=True)
class ReplaceKeys:
    """Replace the rows of the table that say the same in `columns` as some row of the batch; the others stay."""

    columns: tuple[str, ...]


Mode = Literal["append", "replace"] | ReplaceWhere | ReplaceKeys


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a table. `at` is when it was made; `rows` counts the whole table."""

    id: int
    at: dt.datetime
    rows: int


@dataclass(frozen=True, slots=True)
class Staged:
    """Files that wait for `commit`; until then no reader sees them."""

    table: str
    mode: Mode
    rows: int
    added: tuple[DataFile, ...]
    base: int | None  # the snapshot that the batch was staged against
    schema: int  # and the schema
    dropped: frozenset[str] = field(default=frozenset())  # paths that leave with the commit, whole or rewritten
    seen: frozenset[str] = field(default=frozenset())  # all paths looked at, for a slice
    slices: frozenset[object] = field(default=frozenset())  # values of the slice column, or of the first one of a key


def catalogue_sql() -> str:
    """Give the statements that make the catalogue's tables, for a migration."""
    return """\
CREATE TABLE iceberg_tables (
    catalog_name VARCHAR(255) NOT NULL,
    table_namespace VARCHAR(255) NOT NULL,
    table_name VARCHAR(255) NOT NULL,
    metadata_location VARCHAR(1000),
    previous_metadata_location VARCHAR(1000),
    iceberg_type VARCHAR(5),
    PRIMARY KEY (catalog_name, table_namespace, table_name)
);
CREATE TABLE iceberg_namespace_properties (
    catalog_name VARCHAR(255) NOT NULL,
    namespace VARCHAR(255) NOT NULL,
    property_key VARCHAR(255) NOT NULL,
    property_value VARCHAR(1000) NOT NULL,
    PRIMARY KEY (catalog_name, namespace, property_key)
);
INSERT INTO iceberg_namespace_properties VALUES ('vamco', 'vamco', 'exists', 'true');
"""
