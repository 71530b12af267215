"""Lines of JSON as rows.

Python reads them, because DuckDB rounds long numbers on the way to text. Numbers stay as they were written; a name that comes twice
in one object, NaN and whatever is not one object a line refuse the file.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.adapters.intake import decoding, delimited, gathering
from vamco.systems.hub.adapters.intake.placing import header
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout
    from vamco.systems.hub.rules.headers import Header

_LONGEST = 16 << 20


def query(
    database: duckdb.DuckDBPyConnection, path: Path, layout: Layout, columns: Sequence[Column], folder: Path
) -> tuple[str, Header, tuple[str, ...]]:
    """The query for the rows, each with its number; which name is which column; and the columns that no object has."""
    path, layout = decoding.as_utf8(path, layout, folder)
    known = {grading.label(text): column.name for column in columns for text in _names(column)}
    gathered = gathering.Gathered({column.name: place for place, column in enumerate(columns)}, len(columns))
    shapes: dict[tuple[str, ...], list[str | None]] = {}
    sample: list[list[str | None]] = []
    for number, (_, item) in enumerate(_items(path, layout), start=1):
        shape = tuple(item)
        picked = shapes.get(shape)
        if picked is None:
            by_column = {known.get(grading.label(name)): name for name in shape}
            picked = shapes[shape] = [by_column.get(column.name) for column in columns]
        cells = [None if name is None else _text(item[name]) for name in picked]
        gathered.add(number, cells)
        if number <= delimited.SAMPLE:
            sample.append(cells)
    names = list(dict.fromkeys(chain.from_iterable(shapes)))
    completed = _with_left_out(names, columns)
    found = header(completed, columns, rest=_sample(path, layout, names))
    for place in range(len(columns)):
        decoding.refuse_cells(cells[place] for cells in sample)
    return gathered.query(database, columns), found, tuple(completed[len(names) :])


def _names(column: Column) -> list[str]:
    return [text for text in (column.name, column.title, *column.titles, column.was) if text]


def _sample(path: Path, layout: Layout, names: list[str]) -> Iterator[tuple[int, int, list[str | None]]]:
    for number, (line, item) in enumerate(_items(path, layout), start=1):
        yield number, line, [_text(item.get(name)) for name in names]


def labels(path: Path, layout: Layout) -> tuple[str, ...]:
    """All names in a file, in the order in which they first come."""
    return tuple(dict.fromkeys(name for _, item in _items(path, layout) for name in item))


def rows(path: Path, layout: Layout) -> Iterator[tuple[int, int, list[str | None]]]:
    """The names of the first object as row 0, then each row: its number, its line in the file (from 1), its values as text."""
    names: list[str] = []
    for number, (line, item) in enumerate(_items(path, layout), start=1):
        if number == 1:
            names = list(item)
            yield 0, 0, list(names)
        yield number, line, [_text(item.get(name)) for name in names]


def _with_left_out(labels: list[str], columns: Sequence[Column]) -> list[str]:
    """The names, and those that a service leaves out where there is nothing to say, unless a new name may stand for one of them."""
    own = {column.name: {grading.label(text) for text in _names(column)} for column in columns}
    given = {grading.label(name) for name in labels}
    if given - set().union(*own.values()):
        return labels
    return labels + [column.name for column in columns if not column.required and not own[column.name] & given]


def _items(path: Path, layout: Layout) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each object and its line."""
    line = 0
    try:
        with decoding.opened(path, layout) as stream:
            while text := stream.readline(_LONGEST):
                line += 1
                if text.strip():
                    yield line, _item(text)
    except UnicodeDecodeError:
        raise decoding.undecodable(path) from None
    except (ValueError, RecursionError) as error:
        raise _malformed(line, str(error)) from None


def _item(text: str) -> dict[str, Any]:
    item = json.loads(
        text, parse_float=_Number, parse_int=_Number, parse_constant=_no_constant, object_pairs_hook=_without_repeats
    )
    if isinstance(item, dict):
        return item
    raise ValueError(_LIST)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_TWICE)
    return found


_TWICE, _LIST = "a name twice", "no object"


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _malformed(line: int, why: str) -> Refused:
    if why == _TWICE:
        return Refused(
            "hub.repeated_name", N_("Line %(line)s gives a name twice, so nobody knows which value is meant"), line=line
        )
    return Refused(
        "hub.malformed",
        N_("Line %(line)s is not one JSON object, as each line must be; the file may be cut off there, or be a list"),
        line=line,
    )


_LONE = re.compile("[\ud800-\udfff]")


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return (
            value
            if value.isascii() or not _LONE.search(value)
            else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        )
    return _json(value)


def _json(value: Any) -> str:
    """A value within a value as JSON, its numbers as they were written."""
    match value:
        case _Number():
            return str(value)
        case dict():
            return (
                "{" + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_json(v)}" for name, v in value.items()) + "}"
            )
        case list():
            return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
