"""Arrow rows to Parquet files, and back."""

from __future__ import annotations

import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue
from pyiceberg.io.pyarrow import (
    ArrowScan,
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import FileScanTask
from pyiceberg.table.locations import load_location_provider
from pyiceberg.typedef import Record

from vamco.engines.lake.storage import Storage, storage_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyiceberg.table import Table

ROWS_PER_FILE = 524_288
ROWS_PER_GROUP = 122_880  # DuckDB gives one row group to one thread, and this is its own size of it
_WORKERS = min(4, os.cpu_count() or 1)


def write_rows(storage: Storage, table: Table, parts: Sequence[pa.Table]) -> tuple[DataFile, ...]:
    """Write each part to its own files, none longer than ROWS_PER_FILE, side by side, and settle them on the disk."""
    slices = [part.slice(start, ROWS_PER_FILE) for part in parts for start in range(0, part.num_rows, ROWS_PER_FILE)]
    with ThreadPoolExecutor(_WORKERS) as workers, storage_errors():
        return tuple(workers.map(lambda rows: _write(storage, table, rows), slices))


def read_rows(storage: Storage, table: Table, file: DataFile, *columns: str) -> pa.Table:
    """Read one file, or some columns of it, under the table's present names."""
    schema = table.schema().select(*columns) if columns else table.schema()
    with storage_errors():
        scan = ArrowScan(table.metadata, storage.io, schema, AlwaysTrue())
        return scan.to_table([FileScanTask(file)])


def _write(storage: Storage, table: Table, rows: pa.Table) -> DataFile:
    provider = load_location_provider(table.metadata.location, table.metadata.properties)
    location = provider.new_data_location(f"{uuid.uuid4()}.parquet")
    system, path = storage.at(location)
    if storage.local:
        system.create_dir(os.path.dirname(path), recursive=True)  # noqa: PTH120 - a location, not a Path
    try:
        with (
            system.open_output_stream(path) as sink,
            pq.ParquetWriter(sink, rows.schema, compression="zstd", compression_level=1) as writer,
        ):
            writer.write_table(rows, row_group_size=ROWS_PER_GROUP)
        storage.settle([path])
    except OSError:
        storage.delete(location)  # half a file on a full disk helps nobody
        raise
    statistics = data_file_statistics_from_parquet_metadata(
        writer.writer.metadata,
        compute_statistics_plan(table.schema(), table.metadata.properties),
        parquet_path_to_id_mapping(table.schema()),
    )
    return DataFile.from_args(
        content=DataFileContent.DATA,
        file_path=location,
        file_format=FileFormat.PARQUET,
        partition=Record(),
        file_size_in_bytes=system.get_file_info(path).size,
        sort_order_id=None,
        spec_id=table.metadata.default_spec_id,
        equality_ids=None,
        key_metadata=None,
        **statistics.to_serialized_dict(),
    )


def split_by(rows: pa.Table, column: str, limit: int) -> list[pa.Table]:
    """Give one part for each value of `column`, so that a slice can later leave as whole files.

    With more than `limit` values: the rows in order of the column, in one part.
    """
    values = pc.unique(rows.column(column))
    if len(values) > limit:
        return [rows.sort_by(column)]
    return [rows.filter(_is_one_of(rows.column(column), values.slice(i, 1))) for i in range(len(values))]


def matches(rows: pa.Table, column: str, values: pa.Array) -> pa.ChunkedArray:
    """Tell for each row whether `column` has one of `values`; a null matches a null."""
    return _is_one_of(rows.column(column), values)


def _is_one_of(column: pa.ChunkedArray, values: pa.Array) -> pa.ChunkedArray:
    return pc.is_in(column, value_set=values.cast(column.type), skip_nulls=False)


def shares_key(rows: pa.Table, keys: pa.Table) -> pa.ChunkedArray:
    """Tell for each row whether all its columns that `keys` has say the same as in some row of `keys`; a null never does."""
    numbered = rows.select(keys.column_names).cast(keys.schema).append_column("_place", pa.array(range(rows.num_rows)))
    hits = numbered.join(keys, keys=keys.column_names, join_type="left semi").column("_place")
    return pc.is_in(numbered.column("_place"), value_set=hits.combine_chunks())
