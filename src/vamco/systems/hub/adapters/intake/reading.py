"""Delivered files as rows of text."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake import apart, containers
from vamco.systems.hub.adapters.intake.delimited import _csv_query, _csv_rows
from vamco.systems.hub.adapters.intake.jsonl import _json_query, _json_rows
from vamco.systems.hub.adapters.intake.placing import malformed as _malformed
from vamco.systems.hub.adapters.intake.placing import places as _places
from vamco.systems.hub.adapters.intake.sql import chosen as _chosen
from vamco.systems.hub.adapters.intake.sql import quoted

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout


@dataclass(frozen=True)
class Text:
    """A query for the columns as text. `numbered`: it brings `_row`, and `_odd` for rows with too few or too many cells.

    Otherwise rows come in the order of the file, none left out, and all of them are whole. `kinds`: beside each column `x` stands
    `x:kind`, what a workbook says of the cell beyond its text (see docs/decisions/0028).
    `as_of` is the day on which the file says that it was true.
    """

    query: str
    numbered: bool
    kinds: bool = False
    as_of: dt.date | None = None


def readings(
    database: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    columns: Sequence[Column],
    folder: Path | None = None,
) -> Iterator[Text]:
    """Ways to read a file, the quick one first; each next one is to be tried when DuckDB refuses the one before.

    What a way needs is there until the next one is asked for. `folder` is where there is room.
    """
    form = layout.format or _sniff(path)
    if form == "jsonl":
        yield Text(_json_query(path, columns), numbered=False)
        raise _malformed("JSON")
    if form == "xlsx":
        with apart.read(path, layout, columns, folder) as found:
            yield Text(found.query(columns), numbered=True, kinds=True, as_of=found.as_of)
        raise _malformed("XLSX")
    containers.refuse_binary(path)
    if query := _csv_query(path, layout, columns):
        yield Text(query, numbered=False)
    yield Text(_rows_query(database, path, layout, columns), numbered=True)
    raise _malformed("CSV")


def _sniff(path: Path) -> str:
    """The format of a file that may be any; what only looks like a workbook is refused by those who read workbooks."""
    kind = containers.guess(path)
    return "jsonl" if kind == "json" else "csv" if kind in {"text", "empty"} else "xlsx"


def _rows_query(database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column]) -> str:
    import pyarrow as pa

    reader = _csv_rows(path, layout)
    _, _, cells = next(reader)
    places = _places(cells, columns)
    numbers: list[int] = []
    odd: list[bool] = []
    texts: dict[str, list[str | None]] = {name: [] for name in places}
    for number, _, row in reader:
        numbers.append(number)
        odd.append(len(row) != len(cells))
        for name, place in places.items():
            texts[name].append(row[place] if place < len(row) else None)
    arrays = {name: pa.array(values, pa.string()) for name, values in texts.items()}
    database.register(
        "read_rows", pa.table({"_row": pa.array(numbers, pa.int64()), "_odd": pa.array(odd, pa.bool_()), **arrays})
    )
    return f"SELECT _row, _odd, {_chosen(columns, {name: quoted(name) for name in places})} FROM read_rows"


def rows(path: Path, layout: Layout, columns: Sequence[Column] = ()) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row: its number, its line in the file or sheet (from 1), its cells.

    `columns` are those of the contract that the file was read by: where its table lies may depend on them.
    """
    form = layout.format or _sniff(path)
    if form == "jsonl":
        yield from _json_rows(path)
    elif form == "xlsx":
        as_written = [replace(column, unit="") if column.unit == "dong" else column for column in columns]
        with apart.read(path, layout, as_written) as found:  # amounts as they stand there, not multiplied
            yield from found.lines()
    else:
        yield from _csv_rows(path, layout)


def labels(path: Path, layout: Layout, columns: Sequence[Column] = ()) -> tuple[str, ...]:
    """The labels of all columns in a file, also of those that the contract does not know."""
    if (layout.format or _sniff(path)) == "jsonl":
        with path.open(encoding="utf-8") as file:
            return tuple(dict.fromkeys(name for line in file for name in json.loads(line)))
    _, _, cells = next(rows(path, layout, columns))
    return tuple(cell or "" for cell in cells)
