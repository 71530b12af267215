"""Delivered files as rows of text.

A well-formed CSV is read by DuckDB; one that it refuses is read again, slowly, by Python's csv module, which takes what is
whole and marks what is not. Both count rows alike: blank lines are no rows. In a spreadsheet they are, so that a row is always
as far below the header as its number says.
"""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.adapters.intake import archive
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout

MAX_CELL = 1 << 20
_HEAD = 1 << 16
_WHOLE = 1e15
csv.field_size_limit(MAX_CELL)

Row = "tuple[int, int, list[str | None]]"


@dataclass(frozen=True)
class Text:
    """A query for the columns as text. `numbered`: it brings `_row`, and `_odd` for rows with too few or too many cells.

    Otherwise rows come in the order of the file, none left out, and all of them are whole.
    """

    query: str
    numbered: bool


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


def _json_query(path: Path, columns: Sequence[Column]) -> str:
    kinds = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in columns)
    names = ", ".join(quoted(column.name) for column in columns)
    return (
        f"SELECT {names} FROM read_json({literal(str(path))}, format='newline_delimited', "
        f"columns={{{kinds}}}, maximum_object_size={16 * MAX_CELL})"
    )


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


def _chosen(columns: Sequence[Column], expressions: dict[str, str]) -> str:
    return ", ".join(f"{expressions.get(c.name, 'NULL::VARCHAR')} AS {quoted(c.name)}" for c in columns)


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


def _places(cells: Sequence[str | None], columns: Sequence[Column]) -> dict[str, int]:
    header = grading.match_header([cell or "" for cell in cells], columns)
    if header.problem:
        raise Refused("hub.header", header.problem, columns=", ".join(header.columns))
    return header.places


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row: its number, its line in the file (from 1), its cells."""
    form = layout.format or _sniff(path)
    if form == "jsonl":
        return _json_rows(path)
    return _sheet_rows(path, layout) if form == "xlsx" else _csv_rows(path, layout)


def labels(path: Path, layout: Layout) -> tuple[str, ...]:
    """The labels of all columns in a file, also of those that the contract does not know."""
    if (layout.format or _sniff(path)) == "jsonl":
        with path.open(encoding="utf-8") as file:
            return tuple(dict.fromkeys(name for line in file for name in json.loads(line)))
    _, _, cells = next(rows(path, layout))
    return tuple(cell or "" for cell in cells)


def _json_rows(path: Path) -> Iterator[tuple[int, int, list[str | None]]]:
    with path.open(encoding="utf-8") as file:
        first = file.readline()
        names = list(json.loads(first)) if first else []
        yield 0, 0, list(names)
        for number, line in enumerate(chain([first], file), start=1):
            item = json.loads(line, parse_float=str, parse_int=str)
            yield number, number, [_json_text(item.get(name)) for name in names]


def _json_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _delimiter(path: Path, layout: Layout) -> str:
    if layout.delimiter:
        return layout.delimiter
    with path.open(encoding=layout.encoding, errors="replace", newline="") as file:
        for _ in range(layout.header_row - 1):
            file.readline(_HEAD)
        return grading.delimiter_of(file.readline(_HEAD))


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


def _sheet_rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    archive.refuse_bomb(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            if layout.sheet and layout.sheet not in book.sheet_names:
                raise Refused("hub.no_sheet", N_("The workbook has no sheet “%(sheet)s”"), sheet=layout.sheet)
            sheet = book.get_sheet_by_name(layout.sheet) if layout.sheet else book.get_sheet_by_index(0)
            grid = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError):
        raise _malformed("XLSX") from None
    if len(grid) < layout.header_row:
        raise Refused("hub.no_header", N_("The file has no header in row %(row)s"), row=layout.header_row)
    for line, cells in enumerate(grid[layout.header_row - 1 :], start=layout.header_row):
        texts = [cell_text(cell) for cell in cells]
        if line == layout.header_row or any(texts):
            yield line - layout.header_row, line, texts


def cell_text(cell: Any) -> str | None:
    """What a spreadsheet's cell says, as text: days in ISO form, whole numbers without a point."""
    match cell:
        case str():
            return cell or None
        case bool():
            return str(cell).lower()
        case float() if cell.is_integer() and abs(cell) < _WHOLE:
            return str(int(cell))
        case dt.datetime() if cell.time() == dt.time():
            return cell.date().isoformat()
        case dt.date() | dt.time():
            return cell.isoformat()
    return None if cell is None else str(cell)


def _malformed(form: str) -> Refused:
    return Refused("hub.malformed", N_("The file cannot be read as %(format)s"), format=form)


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
