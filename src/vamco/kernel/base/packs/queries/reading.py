"""Reads the files of a layer into items that still know their file and lines."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from vamco.kernel.base.packs.contracts import Fault, Layer, Path_, Raw, Spot
from vamco.kernel.base.packs.rules import wording
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vamco.kernel.base.packs.declaration import Item

T = TypeVar("T", bound="Item")

_WIDE = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins


def read(layer: Layer, pattern: str) -> Iterator[Raw | Fault]:
    """All items of the files that match; a `.yaml` file is one item or a list, `.csv` one a row, `.geojson` one."""
    for path in sorted(layer.folder.glob(pattern)):
        name = path.relative_to(layer.folder).as_posix()
        text = _text(path, name)
        if isinstance(text, str):
            found: Iterator[Raw | Fault] = _READERS.get(path.suffix, _yaml_items)(name, text, layer.name)
        else:
            found = iter((text,))
        for item in found:
            if isinstance(item, Fault):
                item.layer = layer.name
            yield item


def _text(path: Path, name: str) -> str | Fault:
    try:
        content = path.read_bytes()
    except OSError as error:
        return Fault(name, 0, N_("a readable file in UTF-8 (%(error)s)"), {"error": error.strerror or error})
    if content.startswith(_WIDE):
        return Fault(name, 0, N_("a readable file in UTF-8, found UTF-16; save it anew as “UTF-8”"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Fault(name, line, N_("a readable file in UTF-8 (%(error)s)"), {"error": error})


def _csv_items(name: str, text: str, layer: str) -> Iterator[Raw | Fault]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        columns = reader.fieldnames or ()
        if fault := _wrong_header(name, columns):
            yield fault
            return
        line = reader.line_num + 1
        for row in reader:
            if None in row or None in row.values():
                found = sum(len(value) if key is None else value is not None for key, value in row.items())
                yield Fault(
                    name, line, N_("%(columns)s columns, found %(found)s"), {"columns": len(columns), "found": found}
                )
            else:
                yield Raw({key: value for key, value in row.items() if value != ""}, name, line, {}, layer)
            line = reader.line_num + 1  # a row with line breaks in it begins before the line on which it ends
    except csv.Error as error:
        yield Fault(name, line, N_("a row of CSV (%(error)s)"), {"error": error})


def _wrong_header(name: str, columns: Sequence[str]) -> Fault | None:
    if len(columns) == 1 and columns[0].count(";") + columns[0].count("\t"):
        found = ";" if ";" in columns[0] else "\\t"
        return Fault(name, 1, N_("commas between the columns, found “%(found)s”"), {"found": found})
    if doubled := sorted({column for column in columns if columns.count(column) > 1}):
        return Fault(name, 1, N_("each column once, found %(columns)s again"), {"columns": ", ".join(doubled)})
    return None


def _json_items(name: str, text: str, layer: str) -> Iterator[Raw | Fault]:
    try:
        yield Raw(json.loads(text), name, 1, {}, layer)
    except (ValueError, RecursionError) as error:
        yield Fault(name, getattr(error, "lineno", 0), N_("JSON (%(error)s)"), {"error": error})


def _yaml_items(name: str, text: str, layer: str) -> Iterator[Raw | Fault]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = YAML(typ="rt", pure=True)
    reader.Constructor = _constructor()
    try:
        document = reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        yield Fault(name, mark.line + 1 if mark else 0, N_("YAML (%(error)s)"), {"error": error.problem})
        return
    except YAMLError as error:  # a letter that YAML does not allow
        line = text.count("\n", 0, getattr(error, "position", 0)) + 1
        yield Fault(name, line, N_("YAML (%(error)s)"), {"error": str(error).splitlines()[0]})
        return
    except RecursionError:
        yield Fault(name, 1, N_("YAML that is not so deep"))
        return
    nodes = document if isinstance(document, list) else [] if document is None else [document]
    for index, node in enumerate(nodes):
        yield _located(name, node, _line(nodes, index, _line_of(node)), layer)


@cache
def _constructor() -> Any:
    from ruamel.yaml.constructor import RoundTripConstructor

    class Lenient(RoundTripConstructor):
        """Leaves a day that does not exist (2026-02-30) as text, for the shape to complain about with its line."""

        def construct_yaml_timestamp(self, node: Any, values: Any = None) -> Any:
            try:
                found = super().construct_yaml_timestamp(node, values)
            except ValueError:
                return node.value
            return found if isinstance(found, dt.date) else node.value  # type: ignore[redundant-expr]  # not typed there

    Lenient.add_constructor("tag:yaml.org,2002:timestamp", Lenient.construct_yaml_timestamp)
    return Lenient


def _located(name: str, node: Any, line: int, layer: str) -> Raw | Fault:
    lines: dict[Path_, int] = {}
    try:
        data = _plain(node, (), lines)
    except RecursionError:
        return Fault(name, line, N_("YAML without an anchor that holds itself"))
    return Raw(data, name, line, {path: Spot(layer, name, at) for path, at in lines.items()}, layer)


def _plain(node: Any, path: Path_, lines: dict[Path_, int]) -> Any:
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


def shaped(raw: Raw, model: type[T]) -> tuple[T | None, list[Fault]]:
    """Give the item in its shape, and its mistakes; one with mistakes in fields that may be left out is given without them.

    So what else is wrong, here and in what refers to the item, is found in the same round.
    """
    try:
        return model.model_validate(raw.data), []
    except ValidationError as error:
        faults = shape_faults(error, raw, model)
        wrong = {detail["loc"][0] for detail in error.errors(include_url=False) if detail["loc"]}
    if not isinstance(raw.data, dict):
        return None, faults
    try:
        return model.model_validate({name: value for name, value in raw.data.items() if name not in wrong}), faults
    except ValidationError:
        return None, faults


def shape_faults(error: ValidationError, raw: Raw, model: type[Item]) -> list[Fault]:
    """Give what is wrong in the shape of an item, each mistake where it is written."""
    return [
        Fault.at(raw.spot_of(detail["loc"]), wording.of_shape(detail, model))
        for detail in error.errors(include_url=False)
    ]


_READERS = {".csv": _csv_items, ".geojson": _json_items}
