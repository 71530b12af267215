"""Lines of JSON as rows."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.adapters.intake.delimited import MAX_CELL
from vamco.systems.hub.adapters.intake.sql import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vamco.systems.hub.contracts import Column


def _json_query(path: Path, columns: Sequence[Column]) -> str:
    kinds = ", ".join(f"{literal(column.name)}: 'VARCHAR'" for column in columns)
    names = ", ".join(quoted(column.name) for column in columns)
    return (
        f"SELECT {names} FROM read_json({literal(str(path))}, format='newline_delimited', "
        f"columns={{{kinds}}}, maximum_object_size={16 * MAX_CELL})"
    )


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
