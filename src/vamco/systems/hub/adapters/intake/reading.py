"""Delivered files as rows of text."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake import workbooks
from vamco.systems.hub.adapters.intake.delimited import _csv_query, _csv_rows
from vamco.systems.hub.adapters.intake.jsonl import _json_query, _json_rows
from vamco.systems.hub.adapters.intake.placing import malformed as _malformed
from vamco.systems.hub.adapters.intake.placing import places as _places
from vamco.systems.hub.adapters.intake.sql import chosen as _chosen
from vamco.systems.hub.adapters.intake.sql import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout


@dataclass(frozen=True)
class Text:
    """A query for the columns as text. `numbered`: it brings `_row`, and `_odd` for rows with too few or too many cells.

    Otherwise rows come in the order of the file, none left out, and all of them are whole. `kinds`: beside each column `x` stands
    `x:kind`, what a workbook says of the cell beyond its text (see docs/decisions/0028).
    """

    query: str
    numbered: bool
    kinds: bool = False


def readings(
    database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column]
) -> Iterator[Text]:
    """Ways to read a file, the quick one first; each next one is to be tried when DuckDB refuses the one before."""
    form = layout.format or _sniff(path)
    if form == "jsonl":
        yield Text(_json_query(path, columns), numbered=False)
        raise _malformed("JSON")
    if form == "csv" and (query := _csv_query(path, layout, columns)):
        yield Text(query, numbered=False)
    yield Text(_rows_query(database, path, layout, columns), numbered=True)
    raise _malformed(form.upper())


def _sniff(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    return (
        "xlsx" if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else "jsonl" if head.startswith(b"{") else "csv"
    )


def _rows_query(database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column]) -> str:
    import pyarrow as pa

    reader = rows(path, layout)
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


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row: its number, its line in the file (from 1), its cells."""
    form = layout.format or _sniff(path)
    if form == "jsonl":
        return _json_rows(path)
    return workbooks.rows(path, layout) if form == "xlsx" else _csv_rows(path, layout)


def labels(path: Path, layout: Layout) -> tuple[str, ...]:
    """The labels of all columns in a file, also of those that the contract does not know."""
    if (layout.format or _sniff(path)) == "jsonl":
        with path.open(encoding="utf-8") as file:
            return tuple(dict.fromkeys(name for line in file for name in json.loads(line)))
    _, _, cells = next(rows(path, layout))
    return tuple(cell or "" for cell in cells)
