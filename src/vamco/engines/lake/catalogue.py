"""From table names to metadata files: Iceberg's SQL catalogue, in the caller's own database transaction.

The two tables are those of PyIceberg's `SqlCatalog` (and of Iceberg's JDBC catalogue), so that other engines can open the lake.
Its class is not used: it brings its own connections and commits by itself, and here a snapshot must roll back with its caller.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row
from pyiceberg.catalog.noop import NoopCatalog
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.serializers import FromInputFile, ToOutputFile
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.locations import load_location_provider
from pyiceberg.table.metadata import TableMetadata, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.table.update import update_table_metadata

from vamco.engines.lake.storage import storage_errors
from vamco.lib.errors import N_, Missing, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyiceberg.schema import Schema
    from pyiceberg.table.update import TableRequirement, TableUpdate

    from vamco.engines.lake.storage import Storage

NAMESPACE = "vamco"
CATALOGUE = "vamco"
_HERE = "catalog_name = %s AND table_namespace = %s AND table_name = %s"
_PROPERTIES = {
    # Without merging, a thousand daily batches are a thousand manifests to open for each plan.
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "32",
}
_KEPT_IN_MEMORY = 64


class Catalogue(NoopCatalog):  # type: ignore[misc, unused-ignore]
    """The pointer of each table. A transaction that moves one holds its row to the end, so the next writer waits."""

    def __init__(self, connect: Callable[[], psycopg.Connection], storage: Storage) -> None:
        super().__init__(CATALOGUE)
        self._connect = connect
        self._storage = storage
        # Metadata files never change, so one that was read once need not be read again.
        self._read = functools.lru_cache(_KEPT_IN_MEMORY)(self._read_metadata)

    def names(self) -> list[str]:
        """Give all tables, in order of name."""
        query = "SELECT table_name FROM iceberg_tables WHERE catalog_name = %s AND table_namespace = %s ORDER BY 1"
        return [str(name) for (name,) in self._execute(query, (CATALOGUE, NAMESPACE)).fetchall()]

    def exists(self, name: str) -> bool:
        """Tell whether there is such a table."""
        return self._location(name) is not None

    def find(self, name: str) -> Table:
        """Give the table as this transaction sees it; Missing when there is none."""
        return self._table(name, self._location(name))

    def hold(self, name: str) -> Table:
        """Give the newest state of the table and keep other writers waiting until this transaction ends."""
        connection = self._connect()
        if connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE:
            msg = "a snapshot is made inside the caller's transaction, and none is open"
            raise RuntimeError(msg)
        return self._table(name, self._location(name, " FOR UPDATE"))

    def add(self, name: str, schema: Schema) -> None:
        """Make an empty table; Refused when there is one of this name."""
        location = self._storage.table(name)
        metadata = new_table_metadata(
            schema,
            UNPARTITIONED_PARTITION_SPEC,
            UNSORTED_SORT_ORDER,
            location,
            dict(_PROPERTIES),
        )
        path = load_location_provider(location, metadata.properties).new_table_metadata_file_location()
        made = self._execute(
            "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, iceberg_type)"
            " VALUES (%s, %s, %s, %s, 'TABLE') ON CONFLICT DO NOTHING",
            (CATALOGUE, NAMESPACE, name, path),
        )
        if not made.rowcount:
            raise Refused("lake.table_exists", N_("There is already a table “%(table)s” in the lake."), table=name)
        self._write(metadata, path)

    def move(self, before: str, root: str) -> None:
        """Let the pointers lead to `root` where they lead to `before`."""
        for column in ("metadata_location", "previous_metadata_location"):
            self._execute(
                f"UPDATE iceberg_tables SET {column} = %s || substr({column}, %s)"  # noqa: S608 - a constant
                f" WHERE starts_with({column}, %s) AND catalog_name = %s AND table_namespace = %s",
                (root, len(before) + 1, f"{before}/", CATALOGUE, NAMESPACE),
            )

    def commit_table(
        self,
        table: Table,
        requirements: tuple[TableRequirement, ...],
        updates: tuple[TableUpdate, ...],
    ) -> CommitTableResponse:
        """Write the next metadata file and move the pointer to it; called by PyIceberg, for a table that is held."""
        for requirement in requirements:
            requirement.validate(table.metadata)
        metadata = update_table_metadata(table.metadata, updates, metadata_location=table.metadata_location)
        version = _version(table.metadata_location) + 1
        path = load_location_provider(metadata.location, metadata.properties).new_table_metadata_file_location(version)
        with storage_errors():
            self._drop_abandoned(table.metadata.location, version)
        self._write(metadata, path)
        self._execute(
            f"UPDATE iceberg_tables SET metadata_location = %s, previous_metadata_location = metadata_location WHERE {_HERE}",  # noqa: S608 - a constant
            (path, CATALOGUE, NAMESPACE, table.name()[-1]),
        )
        return CommitTableResponse(metadata=metadata, **{"metadata-location": path})

    def _drop_abandoned(self, location: str, version: int) -> None:
        """Remove metadata of rolled-back transactions.

        While the row is held nobody else writes here, so a file of this version or a later one belongs to no snapshot.
        Engines that find a table by listing its folder (Sail, Spark without a catalogue) would take it for the newest.
        """
        for file in self._storage.files(f"{location}/metadata"):
            if file.path.endswith(".metadata.json") and _version(file.path) >= version:
                self._storage.delete(file.path)

    def _location(self, name: str, suffix: str = "") -> str | None:
        query = f"SELECT metadata_location FROM iceberg_tables WHERE {_HERE}{suffix}"  # noqa: S608 - constants
        row = self._execute(query, (CATALOGUE, NAMESPACE, name)).fetchone()
        return str(row[0]) if row else None

    def _table(self, name: str, location: str | None) -> Table:
        if location is None:
            raise Missing("lake.no_table", N_("There is no table “%(table)s” in the lake."), table=name)
        return Table((NAMESPACE, name), self._read(location), location, self._storage.io, self)

    def _read_metadata(self, location: str) -> TableMetadata:
        with storage_errors():
            return FromInputFile.table_metadata(self._storage.io.new_input(location))

    def _write(self, metadata: TableMetadata, path: str) -> None:
        with storage_errors():
            ToOutputFile.table_metadata(metadata, self._storage.io.new_output(path))

    def _execute(self, query: str, parameters: tuple[object, ...]) -> psycopg.Cursor[tuple[object, ...]]:
        try:
            return self._connect().cursor(row_factory=tuple_row).execute(query.encode(), parameters)
        except (
            psycopg.errors.SerializationFailure,
            psycopg.errors.DeadlockDetected,
            psycopg.errors.LockNotAvailable,
        ) as error:
            raise Unavailable(
                "lake.busy",
                N_("Somebody else is writing to the lake just now. Try again in a moment."),
            ) from error


def _version(location: str) -> int:
    return int(location.rsplit("/", 1)[-1].split("-", 1)[0])
