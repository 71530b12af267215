"""Delimited text as rows.

A well-formed CSV is read by DuckDB; one that it refuses is read again, slowly, by Python's csv module, which takes what is
whole and marks what is not. Both count rows alike: blank lines are no rows.
"""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.adapters.intake.placing import places as _places
from vamco.systems.hub.adapters.intake.sql import chosen as _chosen
from vamco.systems.hub.adapters.intake.sql import literal
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vamco.systems.hub.contracts import Column, Layout

MAX_CELL = 1 << 20
_HEAD = 1 << 16
csv.field_size_limit(MAX_CELL)


def _csv_query(path: Path, layout: Layout, columns: Sequence[Column]) -> str:
    """The query for a file whose first line is its header; "" for others, because DuckDB's `skip` has lines of its own."""
    _, line, cells = next(_csv_rows(path, layout))
    if line > 1:
        return ""
    places = _places(cells, columns)
    kinds = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(cells)))
    chosen = _chosen(columns, {name: f"c{place}" for name, place in places.items()})
    return (
        f"SELECT {chosen} FROM read_csv({literal(str(path))}, auto_detect=false, header=false, skip=1, "
        f"delim={literal(_delimiter(path, layout))}, quote='\"', escape='\"', strict_mode=true, max_line_size={MAX_CELL}, "
        f"columns={{{kinds}}})"
    )


def _csv_rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    if path.stat().st_size == 0:
        raise Refused("hub.empty_file", N_("The file is empty"))
    number = -1
    with path.open(encoding=layout.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=_delimiter(path, layout))
        try:
            for row in reader:
                if number < 0 and reader.line_num < layout.header_row:
                    continue
                if row:
                    number += 1
                    yield number, reader.line_num, [cell or None for cell in row]
        except UnicodeDecodeError:
            raise Refused(
                "hub.encoding",
                N_("The file is not text in UTF-8 (after line %(line)s); save it as “CSV UTF-8”"),
                line=reader.line_num,
            ) from None
        except csv.Error:
            raise Refused(
                "hub.cell_too_long",
                N_("Line %(line)s holds a cell of more than %(limit)s characters, or a quote is not closed"),
                line=reader.line_num + 1,
                limit=MAX_CELL,
            ) from None
    if number < 0:
        raise Refused("hub.no_header", N_("The file has no header in row %(row)s"), row=layout.header_row)


def _delimiter(path: Path, layout: Layout) -> str:
    if layout.delimiter:
        return layout.delimiter
    with path.open(encoding=layout.encoding, errors="replace", newline="") as file:
        for _ in range(layout.header_row - 1):
            file.readline(_HEAD)
        return grading.delimiter_of(file.readline(_HEAD))
