"""Reads the files of a pack into items that still know their file and lines."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from vamco.kernel.base.packs.contracts import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails


T = TypeVar("T", bound="Item")


class Item(BaseModel):
    """Base of all shapes in a pack: an unknown field is a mistake, not something to pass over.

    No field may be a set: its order would differ from process to process, and every load would look like a change.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Raw:
    """An item as written: its data, its file, its first line and the lines of its fields by path."""

    data: Any
    file: str
    line: int
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """Give the line of the field at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, self.line)


def read(folder: Path, pattern: str) -> Iterator[Raw | Fault]:
    """All items of the files that match; a `.yaml` file is one item or a list, `.csv` one a row, `.geojson` one."""
    for path in sorted(folder.glob(pattern)):
        name = path.relative_to(folder).as_posix()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (UnicodeDecodeError, OSError) as error:
            yield Fault(name, 0, f"a readable file in UTF-8 ({error})")
            continue
        yield from _READERS.get(path.suffix, _yaml_items)(name, text)


def _csv_items(name: str, text: str) -> Iterator[Raw | Fault]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        columns = reader.fieldnames or ()
        if doubled := sorted({column for column in columns if columns.count(column) > 1}):
            yield Fault(name, 1, f"each column once, found {', '.join(doubled)} again")
            return
        line = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                yield Fault(name, line, f"{len(columns)} columns")
            else:
                yield Raw({key: value for key, value in row.items() if value != ""}, name, line)
            line = reader.line_num + 1  # a row with line breaks in it begins before the line on which it ends
    except csv.Error as error:
        yield Fault(name, line, f"a row of CSV ({error})")


def _json_items(name: str, text: str) -> Iterator[Raw | Fault]:
    try:
        yield Raw(json.loads(text), name, 1)
    except ValueError as error:
        yield Fault(name, getattr(error, "lineno", 0), f"JSON ({error})")


def _yaml_items(name: str, text: str) -> Iterator[Raw | Fault]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        document = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        yield Fault(name, mark.line + 1 if mark else 0, f"YAML ({error.problem})")
        return
    except YAMLError as error:  # a letter that YAML does not allow
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        yield Fault(name, line, f"YAML ({str(error).splitlines()[0]})")
        return
    nodes = document if isinstance(document, list) else [] if document is None else [document]
    for index, node in enumerate(nodes):
        yield _located(name, node, _line(nodes, index, _line_of(node)))


def _located(name: str, node: Any, line: int) -> Raw | Fault:
    lines: dict[tuple[str | int, ...], int] = {}
    try:
        return Raw(_plain(node, (), lines), name, line, lines)
    except RecursionError:
        return Fault(name, line, "YAML without an anchor that holds itself")


def _plain(node: Any, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Any:
    """Give the node as plain dicts, lists and scalars, noting each field's line on the way."""
    if isinstance(node, dict):
        for key in node:
            lines[*path, key] = _line(node, key, _line_of(node))
        return {key: _plain(value, (*path, key), lines) for key, value in node.items()}
    if isinstance(node, list):
        for index in range(len(node)):
            lines[*path, index] = _line(node, index, _line_of(node))
        return [_plain(value, (*path, index), lines) for index, value in enumerate(node)]
    return node


def _line_of(node: Any) -> int:
    mark = getattr(node, "lc", None)
    return 1 if mark is None else int(mark.line) + 1


def _line(node: Any, key: str | int, otherwise: int) -> int:
    """Give the line of one entry; a key that an anchor brought in has none of its own."""
    marks = getattr(getattr(node, "lc", None), "data", None) or {}
    return int(marks[key][0]) + 1 if key in marks else otherwise


def validate(raw: Raw, model: type[T]) -> T | list[Fault]:
    """Give the item in its shape, or its mistakes."""
    try:
        return model.model_validate(raw.data)
    except ValidationError as error:
        return [_fault(raw, detail) for detail in error.errors(include_url=False)]


def _fault(raw: Raw, detail: ErrorDetails) -> Fault:
    path = detail["loc"]
    where = ".".join(map(str, path)) or "the item"
    found = "" if detail["type"] == "missing" else f", found {detail['input']!r:.60}"
    return Fault(raw.file, raw.line_of(path), f"{where}: {detail['msg']}{found}")


_READERS = {".csv": _csv_items, ".geojson": _json_items}
