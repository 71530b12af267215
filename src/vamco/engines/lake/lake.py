"""Tables of facts: append, replace, look at any past state. Importing this module costs nothing; using it loads Iceberg."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

from vamco.engines.lake.contracts import Snapshot
from vamco.lib.errors import N_, Missing
from vamco.vocab.relation import DataFile, Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import psycopg
    import pyarrow as pa
    from pyiceberg.manifest import DataFile as IcebergFile
    from pyiceberg.table import Table
    from pyiceberg.table.snapshots import Snapshot as IcebergSnapshot

    from vamco.engines.lake.catalogue import Catalogue
    from vamco.engines.lake.contracts import Column, Mode, Staged
    from vamco.engines.lake.storage import Storage


class Lake:
    """Iceberg tables under `warehouse`, a folder or an `s3://` URL with PyIceberg's `s3.*` options.

    `connect` gives the psycopg connection of the caller's transaction (Django: `lambda: connection.connection`): what
    is created, committed or evolved appears when that transaction commits and vanishes when it rolls back.
    """

    def __init__(
        self,
        warehouse: str,
        connect: Callable[[], psycopg.Connection],
        options: Mapping[str, str] | None = None,
    ) -> None:
        self._warehouse = warehouse
        self._connect = connect
        self._options = dict(options or {})

    @cached_property
    def _storage(self) -> Storage:
        from vamco.engines.lake.storage import Storage

        return Storage(self._warehouse, self._options)

    @cached_property
    def _catalogue(self) -> Catalogue:
        from vamco.engines.lake.catalogue import Catalogue

        return Catalogue(self._connect, self._storage)

    def create(self, table: str, columns: Sequence[Column]) -> None:
        """Make an empty table with the system columns `_run`, `_row` and `columns`; Refused when it exists."""
        from vamco.engines.lake.schema import check_name, schema_of

        self._catalogue.add(check_name(table), schema_of(columns))

    def exists(self, table: str) -> bool:
        """Tell whether there is such a table."""
        return self._catalogue.exists(table)

    def tables(self) -> list[str]:
        """Give the names of all tables, in order."""
        return self._catalogue.names()

    def evolve(self, table: str, columns: Sequence[Column]) -> bool:
        """Bring the table's columns to `columns`, and tell whether that changed anything.

        A column whose `was` is in the table is renamed and keeps its data; an unknown one is added, optional because old
        rows lack it; a wider decimal is allowed, any other new type is Refused. Columns that are not named stay, optional.
        Snapshots made before keep their old names.
        """
        from vamco.engines.lake.evolution import evolve

        return evolve(self._catalogue.hold(table), columns)

    def stage(self, table: str, rows: pa.Table, mode: Mode = "append") -> Staged:
        """Write `rows` to files that nobody sees until `commit`; needs no transaction.

        `rows` carries `_run` and `_row`. What will leave is decided here too, against the table as it is now.
        """
        from vamco.engines.lake.staging import stage

        return stage(self._storage, self._catalogue.find(table), table, rows, mode)

    def commit(self, staged: Staged) -> Snapshot:
        """Make the snapshot, inside the caller's transaction.

        Waits for another transaction that is committing to the same table. Appends then land both; Refused with
        `lake.conflict` when rows that this batch would replace have changed since it was staged: stage it again.
        """
        from vamco.engines.lake.staging import commit

        return _snapshot(commit(self._storage, self._catalogue.hold(staged.table), staged))

    def discard(self, staged: Staged) -> None:
        """Remove the files of a batch that will not be committed; without it `sweep` does so later."""
        for file in staged.added:
            self._storage.delete(file.file_path)

    def relation(self, table: str, snapshot: int | None = None) -> Relation:
        """Give the plan of a snapshot, the newest by default, under the names that it had then."""
        from vamco.engines.lake.schema import fields_of
        from vamco.engines.lake.staging import live_files

        found = self._catalogue.find(table)
        state = self._state(found, snapshot)
        schema = found.schemas()[state.schema_id] if state and state.schema_id is not None else found.schema()
        return Relation(
            table,
            found.metadata.location,
            state.snapshot_id if state else None,
            fields_of(schema),
            tuple(_file(file) for file in live_files(self._storage, state)),
        )

    def history(self, table: str) -> list[Snapshot]:
        """Give all snapshots, oldest first."""
        return [_snapshot(state) for state in self._catalogue.find(table).metadata.snapshots]

    def sweep(self, older_than: dt.timedelta) -> int:
        """Remove files that no snapshot knows and that were last changed before `older_than` ago; give their number.

        Choose it longer than any batch takes from `stage` to `commit`: a waiting batch's files look the same.
        """
        from vamco.engines.lake.sweeping import sweep

        return sweep(self._storage, self._catalogue, older_than)

    @property
    def root(self) -> str:
        """The folder or bucket under which all files lie, as their metadata write it."""
        return self._storage.root

    def files(self) -> set[str]:
        """Give the locations of all files that any snapshot of any table needs, as this transaction sees them."""
        from vamco.engines.lake.storage import storage_errors
        from vamco.engines.lake.sweeping import known_files

        with storage_errors():
            return known_files(self._storage, self._catalogue)

    def move(self, before: str) -> int:
        """Make a lake that was copied here from the root `before` name its files here; give how many files were rewritten.

        Nobody else may use it meanwhile. Snapshots keep their numbers.
        """
        from vamco.engines.lake.moving import move

        return move(self._storage, self._catalogue, before)

    @staticmethod
    def _state(table: Table, snapshot: int | None) -> IcebergSnapshot | None:
        if snapshot is None:
            return table.metadata.current_snapshot()
        if state := table.metadata.snapshot_by_id(snapshot):
            return state
        raise Missing(
            "lake.no_snapshot",
            N_("The table “%(table)s” has no snapshot %(snapshot)s."),
            table=table.name()[-1],
            snapshot=snapshot,
        )


def _snapshot(state: IcebergSnapshot) -> Snapshot:
    at = dt.datetime.fromtimestamp(state.timestamp_ms / 1000, tz=dt.UTC)
    return Snapshot(state.snapshot_id, at, int(state.summary["total-records"] or 0) if state.summary else 0)


def _file(file: IcebergFile) -> DataFile:
    return DataFile(file.file_path, file.file_size_in_bytes, file.record_count)
