"""What a batch brings, what leaves for it, and the snapshot that does both at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa
import pyarrow.compute as pc
from pyiceberg.expressions import BooleanExpression, In, IsNull, Or
from pyiceberg.expressions.visitors import _InclusiveMetricsEvaluator
from pyiceberg.manifest import ManifestContent

from vamco.engines.lake.contracts import Mode, ReplaceKeys, ReplaceWhere, Staged
from vamco.engines.lake.schema import arrow_schema, conform
from vamco.engines.lake.storage import storage_errors
from vamco.engines.lake.writing import matches, read_rows, shares_key, split_by, write_rows
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyiceberg.manifest import DataFile
    from pyiceberg.table import Table
    from pyiceberg.table.snapshots import Snapshot
    from pyiceberg.table.update.snapshot import _SnapshotProducer

    from vamco.engines.lake.storage import Storage

_SLICE_FILES = 64  # more slices than this in a batch share files, in order


def live_files(storage: Storage, state: Snapshot | None) -> list[DataFile]:
    """Give the data files of a snapshot, in an order that depends on nothing but the snapshot."""
    if state is None:
        return []
    with storage_errors():
        files = [
            entry.data_file
            for manifest in state.manifests(storage.io)
            if manifest.content == ManifestContent.DATA
            for entry in manifest.fetch_manifest_entry(storage.io)
        ]
    return sorted(files, key=lambda file: file.file_path)


def stage(storage: Storage, table: Table, name: str, rows: pa.Table, mode: Mode) -> Staged:
    """Write a batch, and for slices and keys the rows that stay of the files that they are cut from."""
    rows = conform(rows, table.schema())
    state = table.metadata.current_snapshot()
    base = state.snapshot_id if state else None
    schema = table.metadata.current_schema_id
    if isinstance(mode, str):
        return Staged(name, mode, rows.num_rows, write_rows(storage, table, [rows]), base, schema)
    values, hit = _leaving_rows(storage, table, rows, mode)
    column = _column(mode)
    parts = split_by(rows, column, _SLICE_FILES) if isinstance(mode, ReplaceWhere) else [rows]
    dropped = set()
    files = live_files(storage, state)
    for file in files:
        if not _may_hold(table, file, column, values):
            continue
        leaving = hit(file)
        if not pc.any(leaving).as_py():
            continue
        dropped.add(file.file_path)
        if not pc.all(leaving).as_py():
            rest = read_rows(storage, table, file).filter(pc.invert(leaving))
            parts.append(rest.select(rows.column_names).cast(rows.schema))
    return Staged(
        name,
        mode,
        rows.num_rows,
        write_rows(storage, table, parts),
        base,
        schema,
        dropped=frozenset(dropped),
        seen=frozenset(file.file_path for file in files),
        slices=frozenset(values.to_pylist()),
    )


def _column(mode: ReplaceWhere | ReplaceKeys) -> str:
    """Give the column by whose statistics files are passed over."""
    return mode.column if isinstance(mode, ReplaceWhere) else mode.columns[0]


def _leaving_rows(
    storage: Storage, table: Table, rows: pa.Table, mode: ReplaceWhere | ReplaceKeys
) -> tuple[pa.Array, Callable[[DataFile], pa.ChunkedArray]]:
    """Give the values of the column that rows must have to leave, and what tells which rows of a file do leave."""
    if isinstance(mode, ReplaceWhere):
        values = _slices(rows, mode)
        return values, lambda file: matches(read_rows(storage, table, file, mode.column), mode.column, values)
    if unknown := [name for name in mode.columns if name not in rows.column_names]:
        raise Refused("lake.unknown_column", N_("The table has no column “%(name)s”."), name=unknown[0])
    keys = rows.select(list(mode.columns)).drop_null()
    values = pc.unique(keys.column(mode.columns[0]))
    return values, lambda file: shares_key(read_rows(storage, table, file, *mode.columns), keys)


def commit(storage: Storage, table: Table, staged: Staged) -> Snapshot:
    """Make the snapshot of a table that is held; Refused when what the batch replaces is no longer what it saw."""
    if staged.schema != table.metadata.current_schema_id:
        raise _conflict(staged)
    state = table.metadata.current_snapshot()
    transaction = table.transaction()
    update = transaction.update_snapshot()
    producer: _SnapshotProducer[Any] = update.merge_append() if staged.mode == "append" else update.overwrite()
    for file in _leaving(storage, table, state, staged):
        producer.delete_data_file(file)
    for file in staged.added:
        producer.append_data_file(file)
    with storage_errors():
        producer.commit()
        transaction.commit_transaction()
        made = cast("Snapshot", table.metadata.current_snapshot())
        own = (m.manifest_path for m in made.manifests(storage.io) if m.added_snapshot_id == made.snapshot_id)
        storage.settle([*own, made.manifest_list, table.metadata_location])
    return made


def _leaving(storage: Storage, table: Table, state: Snapshot | None, staged: Staged) -> Iterable[DataFile]:
    if staged.mode == "append":
        return ()
    files = live_files(storage, state)
    if staged.mode == "replace":
        if (state.snapshot_id if state else None) != staged.base:
            raise _conflict(staged)
        return files
    present = {file.file_path for file in files}
    column = _column(staged.mode)
    values = pa.array(list(staged.slices), arrow_schema(table.schema()).field(column).type)
    fresh = [file for file in files if file.file_path not in staged.seen]
    if not staged.dropped <= present or any(_may_hold(table, file, column, values) for file in fresh):
        raise _conflict(staged)
    return [file for file in files if file.file_path in staged.dropped]


def _conflict(staged: Staged) -> Refused:
    return Refused(
        "lake.conflict",
        N_("The table “%(table)s” was changed by somebody else while this batch was being prepared: prepare it again."),
        table=staged.table,
    )


def _slices(rows: pa.Table, mode: ReplaceWhere) -> pa.Array:
    if mode.column not in rows.column_names:
        raise Refused("lake.unknown_column", N_("The table has no column “%(name)s”."), name=mode.column)
    column = rows.column(mode.column)
    if mode.values is None:
        return pc.unique(column)
    try:
        values = pc.unique(pa.array(list(mode.values), column.type))
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise Refused(
            "lake.bad_value",
            N_("A value of the column “%(name)s” does not fit the type %(type)s: %(reason)s"),
            name=mode.column,
            type=str(column.type),
            reason=str(error),
        ) from error
    if rows.num_rows and not pc.all(matches(rows, mode.column, values)).as_py():
        raise Refused(
            "lake.outside_slices",
            N_("The batch has rows whose “%(name)s” is none of the values that it replaces."),
            name=mode.column,
        )
    return values


def _may_hold(table: Table, file: DataFile, column: str, values: pa.Array) -> bool:
    """Tell whether a file may have a row with one of `values`, from the statistics in its manifest alone."""
    wanted = values.drop_null().to_pylist()
    # PyIceberg's annotations know only the fields of these classes, not what their constructors take.
    rule: BooleanExpression = In(column, wanted)  # type: ignore[arg-type, call-arg]
    if values.null_count:
        rule = Or(rule, IsNull(column))  # type: ignore[arg-type, call-arg]
    return bool(_InclusiveMetricsEvaluator(table.schema(), rule).eval(file))
