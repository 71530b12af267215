"""Delimited text as rows.

A file whose quotes are in pairs is read by DuckDB; another one is read again, slowly, line by line, which takes the rows that are
whole and marks those that are not. Both count rows alike: blank lines are no rows.
"""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TextIO

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.adapters.intake import decoding, gathering, scanning
from vamco.systems.hub.adapters.intake.placing import malformed
from vamco.systems.hub.adapters.intake.placing import places as _places
from vamco.systems.hub.adapters.intake.sql import chosen, literal
from vamco.systems.hub.rules import grading, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout

MAX_CELL = 1 << 20
_HEAD = 1 << 16
_LONGEST = 4 * MAX_CELL
SAMPLE = 1000
"""Rows whose cells are looked at, column by column, for text in another encoding."""


@dataclass(frozen=True)
class Record:
    """What stands between two ends of lines. `whole`: each of its quotes begins or ends a cell. `line` is its first one, from 1."""

    line: int
    cells: list[str]
    whole: bool = True
    breaks: bool = False

    @property
    def last(self) -> int:
        """Its last line."""
        return self.line + sum(cell.count("\n") for cell in self.cells)


@dataclass(frozen=True)
class Reading:
    """A query and what `reading.Text` says of it."""

    query: str
    numbered: bool
    plain: bool


def readings(
    database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column], folder: Path
) -> Iterator[Reading]:
    """Ways to read a file, the quick one first; each next one is to be tried when DuckDB refuses the one before."""
    path, layout = decoding.as_utf8(path, layout, folder)
    delimiter = delimiter_of(path, layout)
    facts = scanning.scan(path, delimiter)
    if is_laid_out(layout):
        raise malformed("CSV")  # here `rules.tables` will read `lines(path, layout)`
    with decoding.opened(path, layout) as stream:
        header = _header(records(stream, delimiter), layout)
        sample = list(islice(records(stream, delimiter), SAMPLE)) if facts.sound else []
    places = _places([texts.tidy(cell) for cell in header.cells], columns)
    for place in places.values():
        decoding.refuse_cells(record.cells[place] for record in sample if place < len(record.cells))
    breaks = any(column.line_breaks for column in columns)
    quick = header.line == 1 and not header.breaks and facts.sound and (breaks or not facts.breaks)
    if quick and not (sample and is_number_row(sample[0].cells)):
        yield Reading(_query(path, delimiter, header.cells, places, columns), numbered=False, plain=facts.plain)
    gathered = gathering.Gathered(places, len(header.cells))
    for number, record in _rows(path, layout, rows_in_cells=breaks):
        if number:
            numbered = number == 1 and is_number_row(record.cells)
            odd = texts.NUMBER_ROW if numbered else None if record.whole else texts.QUOTES
            gathered.add(number, record.cells, odd=odd)
    yield Reading(gathered.query(database, columns), numbered=True, plain=facts.plain)


def _query(path: Path, delimiter: str, header: Sequence[str], places: dict[str, int], columns: Sequence[Column]) -> str:
    kinds = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(header)))
    return (
        f"SELECT {chosen(columns, {name: f'c{place}' for name, place in places.items()})} FROM read_csv({literal(str(path))}, "
        f"auto_detect=false, header=false, skip=1, delim={literal(delimiter)}, quote='\"', escape='\"', strict_mode=true, "
        f"max_line_size={MAX_CELL}, columns={{{kinds}}})"
    )


_PLACES_AT_LEAST = 4


def is_number_row(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: (1), (2) … or, for four columns or more, 1, 2 …; A, B may stand before."""
    given = [cell.strip() for cell in cells]
    while given and re.fullmatch(r"\(?[A-Z]\)?", given[0]):
        given = given[1:]
    if not given or len(cells) < 2:  # noqa: PLR2004
        return False
    numbers = range(1, len(given) + 1)
    return given == [f"({n})" for n in numbers] or (
        len(cells) >= _PLACES_AT_LEAST and given == [str(n) for n in numbers]
    )


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    """The header as row 0, then each row: its number, its (last) line in the file (from 1), its cells."""
    decoding.refuse_disguise(path)
    for number, record in _rows(path, layout, rows_in_cells=True):
        yield number, record.last, [cell or None for cell in record.cells]


def is_laid_out(layout: Layout) -> bool:
    """Whether header and rows must be found by `rules.tables`, from `lines`: the layout says more than where the header stands."""
    return layout.header_row == 0 or layout.header_rows > 1 or bool(
        layout.number_row or layout.ends_before or layout.leave_out or layout.total_row or layout.fill_down
        or layout.unit_label or layout.as_of_label
    )  # fmt: skip


def lines(path: Path, layout: Layout) -> Iterator[tuple[int, list[str | None]]]:
    """Each line that is not blank: its number in the file (from 1), its cells. What `rules.tables` finds header and rows in.

    Path and layout come from `decoding.as_utf8`, and `scanning.scan` has looked at the file. Refused where quotes are not in pairs.
    """
    delimiter = delimiter_of(path, layout)
    with decoding.opened(path, layout) as stream:
        for record in records(stream, delimiter):
            if not record.whole:
                raise open_quote(record.line)
            yield record.line, [cell or None for cell in record.cells]


def _rows(path: Path, layout: Layout, *, rows_in_cells: bool) -> Iterator[tuple[int, Record]]:
    """Header and rows with their numbers. `rows_in_cells`: whether a cell may hold what looks like rows."""
    delimiter = delimiter_of(path, layout)
    try:
        with decoding.opened(path, layout) as stream:
            found = records(stream, delimiter)
            header = _header(found, layout)
            yield 0, header
            for number, record in enumerate(found, start=1):
                if record.breaks and not rows_in_cells and _swallows(record, len(header.cells), delimiter):
                    raise open_quote(record.line)
                yield number, record
    except UnicodeDecodeError:
        raise decoding.undecodable(path) from None


def _header(found: Iterator[Record], layout: Layout) -> Record:
    for record in found:
        if record.last >= layout.header_row:
            return record
    raise Refused("hub.no_header", N_("The file has no header in row %(row)s"), row=layout.header_row)


def _swallows(record: Record, width: int, delimiter: str) -> bool:
    """Whether a cell with line breaks looks like rows behind a quote that was not closed: a line with as many cells as a row."""
    inner = [line for cell in record.cells if "\n" in cell for line in re.split(r"\r?\n", cell)[1:-1]]
    return width > 1 and any(line.count(delimiter) == width - 1 for line in inner)


def delimiter_of(path: Path, layout: Layout) -> str:
    """The delimiter: as declared, or the one that stands in the header most often."""
    if layout.delimiter:
        return layout.delimiter
    encoding = "utf-16" if layout.encoding == "utf-16" else "latin-1"  # the delimiters are the same in all others
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        for _ in range(layout.header_row - 1):
            file.readline(_HEAD)
        return grading.delimiter_of(file.readline(_HEAD))


def open_quote(line: int) -> Refused:
    """What is said of a file in which a quotation mark has no partner."""
    return Refused(
        "hub.open_quote", N_("A quotation mark that opens a cell in line %(line)s is not closed there"), line=line
    )


def records(stream: TextIO, delimiter: str) -> Iterator[Record]:
    """The records of a text, blank lines left out. Refused: a quote that opens and is never closed, a cell that is too long."""
    return _Records(stream, delimiter).all()


@dataclass
class _Records:
    stream: TextIO
    delimiter: str
    line: int = field(default=0, init=False)

    def all(self) -> Iterator[Record]:
        while text := self._next():
            begun, bare = self.line, text.rstrip("\r\n")
            if not bare:
                continue
            found = self._split(bare)
            if found is None:
                yield self._long(text, begun)
                continue
            cells, whole = found
            if max(map(len, cells)) > MAX_CELL:
                raise _too_long(begun)
            yield Record(begun, cells, whole)

    def _next(self) -> str:
        text = self.stream.readline(_LONGEST)
        if len(text) == _LONGEST:
            raise _too_long(self.line + 1)
        self.line += 1
        return text

    def _long(self, text: str, begun: int) -> Record:
        """A record that goes on in the next lines, because a quote is open at the end of its first one."""
        parts, quotes, size = [text], text.count('"'), len(text)
        while quotes % 2:
            following = self._next()
            parts.append(following)
            quotes, size = quotes + following.count('"'), size + len(following)
            if not following or size > _LONGEST:
                raise open_quote(begun)
            found = None if quotes % 2 else self._split("".join(parts).rstrip("\r\n"))
            if found is None:
                continue
            if not found[1]:
                break
            return Record(begun, found[0], breaks=True)
        raise open_quote(begun)

    def _split(self, text: str) -> tuple[list[str], bool] | None:
        """The cells of a record and whether its quotes are in pairs; None when one is still open at its end."""
        if '"' not in text:
            return text.split(self.delimiter), True
        cells: list[str] = []
        place = 0
        while True:
            if text.startswith('"', place):
                found = _QUOTED.match(text, place)
                if found is None:
                    return None
                cell, place = found[1].replace('""', '"'), found.end()
                whole = place == len(text) or text[place] == self.delimiter
            else:
                end = text.find(self.delimiter, place)
                end = len(text) if end < 0 else end
                cell, place = text[place:end], end
                whole = '"' not in cell
            if not whole:
                return text.split(self.delimiter), False
            cells.append(cell)
            if place == len(text):
                return cells, True
            place += 1


_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')


def _too_long(line: int) -> Refused:
    return Refused(
        "hub.cell_too_long",
        N_("Line %(line)s holds a cell of more than %(limit)s characters, or a quote is not closed"),
        line=line,
        limit=MAX_CELL,
    )
