"""Rows that Python has read, for DuckDB: gathered in parts, so that the texts of a large file are not all Python's at once."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake.sql import chosen, quoted
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from vamco.systems.hub.contracts import Column

WIDTH = grading.WIDTH
_PART = 20_000


class Gathered:
    """Rows as they come. `places` says which cell is which column; `width` how many cells a row has."""

    def __init__(self, places: Mapping[str, int], width: int) -> None:
        self._places = places
        self._parts: list[pa.RecordBatch] = []
        self._width = width
        self._begin()

    def _begin(self) -> None:
        self._numbers: list[int] = []
        self._odd: list[str | None] = []
        self._texts: dict[str, list[str | None]] = {name: [] for name in self._places}

    def add(self, number: int, cells: Sequence[str | None], *, odd: str | None = None) -> None:
        """One more row. `odd`: the code of why it is not whole."""
        self._numbers.append(number)
        self._odd.append(odd or (None if self._fits(cells) else WIDTH))
        for name, place in self._places.items():
            self._texts[name].append((cells[place] or None) if place < len(cells) else None)
        if len(self._numbers) == _PART:
            self._close()

    def _fits(self, cells: Sequence[str | None]) -> bool:
        """Whether a row has the cells of the header. Empty ones behind them say nothing; DuckDB passes over them too."""
        return len(cells) == self._width or (len(cells) > self._width and not any(cells[self._width :]))

    def _close(self) -> None:
        import pyarrow as pa

        arrays = {name: pa.array(values, pa.string()) for name, values in self._texts.items()}
        self._parts.append(
            pa.RecordBatch.from_pydict(
                {"_row": pa.array(self._numbers, pa.int64()), "_odd": pa.array(self._odd, pa.string()), **arrays}
            )
        )
        self._begin()

    def query(self, database: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> str:
        """The query for the rows, once all are there."""
        import pyarrow as pa

        self._close()
        database.register("read_rows", pa.Table.from_batches(self._parts))
        return f"SELECT _row, _odd, {chosen(columns, {name: quoted(name) for name in self._places})} FROM read_rows"
