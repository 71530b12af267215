"""Delivered files as rows of text.

A well-formed CSV is read by DuckDB; one that it refuses is read again, slowly, by Python's csv module, which takes what is
whole and marks what is not. Both count rows alike: blank lines are no rows. In a spreadsheet they are, so that a row is always
as far below the header as its number says.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Refused
from vamco.systems.hub import rules
from vamco.systems.hub.intake import archive

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


def load(database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column]) -> None:
    """Makes the table `raw`: `_row`, `_odd` (not as many cells as the header), and each column as text."""
    import duckdb

    form = layout.format or _sniff(path)
    if form == "jsonl":
        _load_json(database, path, columns)
        return
    if form == "csv":
        try:
            _load_csv(database, path, layout, columns)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            pass  # its message quotes the row, which must not reach a log
        else:
            return
    _load_rows(database, path, layout, columns)


def _sniff(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(8)
    return "xlsx" if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) else "jsonl" if head.startswith(b"{") else "csv"


def _load_json(database: duckdb.DuckDBPyConnection, path: Path, columns: Sequence[Column]) -> None:
    import duckdb

    kinds = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in columns)
    names = ", ".join(quoted(column.name) for column in columns)
    try:
        database.execute(
            f"CREATE TEMP TABLE text AS SELECT {names} FROM read_json({literal(str(path))}, "  # noqa: S608  # quoted
            f"format='newline_delimited', columns={{{kinds}}}, maximum_object_size={16 * MAX_CELL})",
        )
    except duckdb.Error:
        raise _malformed("JSON") from None
    database.execute("CREATE TEMP VIEW raw AS SELECT rowid + 1 AS _row, false AS _odd, * FROM text")


def _load_csv(database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column]) -> None:
    cells, delimiter, skip = _csv_head(path, layout)
    places = _places(cells, columns)
    kinds = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(cells)))
    chosen = _chosen(columns, {name: f"c{place}" for name, place in places.items()})
    database.execute(
        f"CREATE TEMP TABLE text AS SELECT {chosen} FROM read_csv({literal(str(path))}, auto_detect=false, header=false, "  # noqa: S608  # quoted
        f"skip={skip}, delim={literal(delimiter)}, quote='\"', escape='\"', strict_mode=true, max_line_size={MAX_CELL}, "
        f"columns={{{kinds}}})",
    )
    database.execute("CREATE TEMP VIEW raw AS SELECT rowid + 1 AS _row, false AS _odd, * FROM text")


def _chosen(columns: Sequence[Column], expressions: dict[str, str]) -> str:
    return ", ".join(f"{expressions.get(c.name, 'NULL::VARCHAR')} AS {quoted(c.name)}" for c in columns)


def _load_rows(database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column]) -> None:
    import pyarrow as pa

    reader = rows(path, layout)
    _, _, header = next(reader)
    cells = [cell or "" for cell in header]
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
    table = pa.table({"_row": pa.array(numbers, pa.int64()), "_odd": pa.array(odd, pa.bool_()), **arrays})
    database.register("read_rows", table)
    chosen = _chosen(columns, {name: quoted(name) for name in places})
    database.execute(f"CREATE TEMP TABLE raw AS SELECT _row, _odd, {chosen} FROM read_rows")  # noqa: S608  # quoted
    database.unregister("read_rows")


def _places(cells: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    header = rules.match_header(cells, columns)
    if header.problem:
        raise Refused("hub.header", header.problem, columns=", ".join(header.columns))
    return header.places


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row: its number, its line in the file (from 1), its cells."""
    form = layout.format or _sniff(path)
    if form == "jsonl":
        return _json_rows(path)
    return _sheet_rows(path, layout) if form == "xlsx" else _csv_rows(path, layout)


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


def _csv_head(path: Path, layout: Layout) -> tuple[list[str], str, int]:
    """The header's cells, the delimiter, and the number of lines up to and with the header."""
    reader = _csv_rows(path, layout)
    _, line, cells = next(reader)
    return [cell or "" for cell in cells], _delimiter(path, layout), line


def _delimiter(path: Path, layout: Layout) -> str:
    if layout.delimiter:
        return layout.delimiter
    with path.open(encoding=layout.encoding, errors="replace", newline="") as file:
        for _ in range(layout.header_row - 1):
            file.readline(_HEAD)
        return rules.delimiter_of(file.readline(_HEAD))


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
                    yield number, reader.line_num, list(row)
        except UnicodeDecodeError:
            raise Refused(
                "hub.encoding", N_("The file is not text in UTF-8 (after line %(line)s); save it as “CSV UTF-8”"),
                line=reader.line_num,
            ) from None
        except csv.Error:
            raise Refused(
                "hub.cell_too_long", N_("Line %(line)s holds a cell of more than %(limit)s characters, or a quote is not closed"),
                line=reader.line_num + 1, limit=MAX_CELL,
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
