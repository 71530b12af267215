"""Delivered files as rows of text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from vamco.engines.sheets import containers
from vamco.systems.hub.adapters.intake import apart, decoding, delimited, jsonl
from vamco.systems.hub.adapters.intake.placing import malformed as _malformed

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout
    from vamco.systems.hub.rules.headers import Header


@dataclass(frozen=True)
class Text:
    """A query for the columns as text. `numbered`: it brings `_row`, and `_odd`, the code of why a row is not whole, or NULL.

    Otherwise rows come in the order of the file, none left out, and all of them are whole. `kinds`: beside each column `x` stands
    `x:kind`, what a workbook says of the cell beyond its text (see docs/decisions/0028). `plain`: cells have letters, digits and
    ASCII only and no line breaks, so nothing but blanks at their ends need be taken away. `unknown`: labels of the file's columns that
    the contract does not know. `absent`: columns that it lacks, because its name gives them. `left_out`: columns
    that no object of JSON has, as services do where there is nothing to say. `as_of` is the day on which the file says that it was
    true.
    """

    query: str
    numbered: bool
    kinds: bool = False
    plain: bool = False
    unknown: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    as_of: dt.date | None = None


def readings(
    database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column], folder: Path
) -> Iterator[Text]:
    """Ways to read a file, the quick one first; each next one is to be tried when DuckDB refuses the one before.

    What a way needs is there until the next one is asked for. A working copy lies in `folder` as long as the query is used.
    """
    form = layout.format or _sniff(path)
    if form == "jsonl":
        query, header, left_out = jsonl.query(database, path, layout, columns, folder)
        yield Text(query, numbered=True, unknown=header.unknown, left_out=left_out)
    elif form == "csv":
        for found in delimited.readings(database, path, layout, columns, folder):
            yield Text(
                found.query,
                found.numbered,
                plain=found.plain,
                unknown=found.header.unknown,
                absent=_absent(found.header, columns),
                as_of=found.as_of,
            )
    else:
        with apart.read(path, layout, columns, folder) as book:
            query, header = book.query(layout, columns)
            sample = [cells for _, _, cells in islice(book.lines(), 1, delimited.SAMPLE)]
            for column in columns:
                if column.type == "string" and (place := header.places.get(column.name)) is not None:
                    decoding.refuse_cells(cells[place] for cells in sample)
            absent = _absent(header, columns)
            yield Text(query, numbered=True, kinds=True, unknown=header.unknown, absent=absent, as_of=book.as_of)
    raise _malformed(form.upper())


def _absent(header: Header, columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(column.name for column in columns if column.name not in header.places)


def _sniff(path: Path) -> str:
    """The format of a file that may be any; what only looks like a workbook is refused by those who read workbooks."""
    kind = containers.guess(path)
    return "jsonl" if kind == "json" else "csv" if kind in {"text", "empty"} else "xlsx"


def rows(path: Path, layout: Layout, columns: Sequence[Column] = ()) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row: its number, its line in the file or sheet (from 1), its cells as they stand there.

    `columns` are those of the contract that the file was read by: where its table lies may depend on them.
    """
    form = layout.format or _sniff(path)
    as_written = [replace(column, unit="") if column.unit == "dong" else column for column in columns]  # not multiplied
    if form == "jsonl":
        yield from jsonl.rows(path, layout)
    elif form == "csv":
        yield from delimited.rows(path, layout, as_written)
    else:
        with apart.read(path, layout, as_written) as found:
            yield from found.lines()


def labels(path: Path, layout: Layout, columns: Sequence[Column] = ()) -> tuple[str, ...]:
    """The labels of all columns in a file, also of those that the contract does not know."""
    if (layout.format or _sniff(path)) == "jsonl":
        return jsonl.labels(path, layout)
    _, _, cells = next(rows(path, layout, columns))
    return tuple(cell or "" for cell in cells)
