"""Reads the files of a pack into items that still know their file and lines."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from vamco.kernel.base.packs.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails


T = TypeVar("T", bound="Item")


class Item(BaseModel, extra="forbid", frozen=True):
    """Base of all shapes in a pack: an unknown field is a mistake, not something to pass over."""


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
    """All items of the files that match; a `.yaml` file is one item, or a list of them; a `.csv` file one a row."""
    for path in sorted(folder.glob(pattern)):
        name = path.relative_to(folder).as_posix()
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (UnicodeDecodeError, OSError) as error:
            yield Fault(name, 0, f"a readable file in UTF-8 ({error})")
            continue
        yield from _csv_items(name, text) if path.suffix == ".csv" else _yaml_items(name, text)


def _csv_items(name: str, text: str) -> Iterator[Raw | Fault]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            if None in row or None in row.values():
                yield Fault(name, reader.line_num, f"{len(reader.fieldnames or ())} columns")
                continue
            yield Raw({key: value for key, value in row.items() if value != ""}, name, reader.line_num)
    except csv.Error as error:
        yield Fault(name, reader.line_num, f"a row of CSV ({error})")


def _yaml_items(name: str, text: str) -> Iterator[Raw | Fault]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        document = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        yield Fault(name, mark.line + 1 if mark else 0, f"YAML ({error.problem})")
        return
    except YAMLError as error:
        yield Fault(name, 0, f"YAML ({error})")
        return
    if isinstance(document, list):
        for index, entry in enumerate(document):
            yield _located(name, entry, document.lc.item(index)[0] + 1)  # type: ignore[attr-defined]
    elif document is not None:
        yield _located(name, document, 1)


def _located(name: str, node: Any, line: int) -> Raw:
    lines: dict[tuple[str | int, ...], int] = {}
    return Raw(_plain(node, (), lines), name, line, lines)


def _plain(node: Any, path: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> Any:
    """Give the node as plain dicts, lists and scalars, noting each field's line on the way."""
    if isinstance(node, dict):
        for key in node:
            lines[*path, key] = node.lc.key(key)[0] + 1  # type: ignore[attr-defined]
        return {key: _plain(value, (*path, key), lines) for key, value in node.items()}
    if isinstance(node, list):
        for index in range(len(node)):
            lines[*path, index] = node.lc.item(index)[0] + 1  # type: ignore[attr-defined]
        return [_plain(value, (*path, index), lines) for index, value in enumerate(node)]
    return node


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
