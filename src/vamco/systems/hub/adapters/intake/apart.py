"""Has a workbook read by a process of its own, and survives whatever the file does to it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.hub.adapters.intake.placing import header, malformed
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.adapters.intake.workbooks import MAX_ROW, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.systems.hub.contracts import Column, Layout
    from vamco.systems.hub.rules.headers import Header

CHILD: Final = "vamco.systems.hub.adapters.intake.child"
WALL_S: Final = 600
TOO_HARD: Final = "hub.too_hard"
_SENT: Final = ("name", "type", "title", "titles", "required", "unit", "multiplier")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """The rows of a workbook in a file, and what stands around them."""

    rows: Path
    labels: tuple[str | None, ...]
    parts: tuple[Part, ...]
    as_of: dt.date | None

    def lines(self) -> Iterator[tuple[int, int, list[str | None]]]:
        """The header as row 0, then each row: its number, its line in its sheet, its cells."""
        names = [f"c{place}" for place in range(len(self.labels))]
        yield 0, self.parts[0].header, list(self.labels)
        with self.rows.open(encoding="utf-8") as file:
            for text in file:
                row = json.loads(text)
                yield row["_row"], row["_line"], [row.get(name) for name in names]

    def query(self, layout: Layout, columns: Sequence[Column]) -> tuple[str, Header]:
        """The query for `_row`, and for each column its text and its kind; and where each column stands."""
        rest = islice(self.lines(), 1, None)
        found = header(self.labels, columns, layout, rest)
        place = found.places
        names = {f"{letter}{n}" for letter in "ck" for n in place.values()}
        shape = ", ".join(["_row: 'BIGINT'", *(f"{name}: 'VARCHAR'" for name in sorted(names))])
        chosen = ", ".join(
            f"{letter}{place[column.name]} AS {quoted(name)}"
            if column.name in place
            else f"NULL::VARCHAR AS {quoted(name)}"
            for column in columns
            for letter, name in (("c", column.name), ("k", f"{column.name}:kind"))
        )
        query = (
            f"SELECT _row, NULL::VARCHAR AS _odd, {chosen} FROM read_json({literal(str(self.rows))}, format='newline_delimited', "  # noqa: S608
            f"columns={{{shape}}}, maximum_object_size={32 * MAX_ROW})"
        )
        return query, found


@contextmanager
def read(path: Path, layout: Layout, columns: Sequence[Column], folder: Path | None = None) -> Iterator[Found]:
    """The rows of a workbook, until the block ends; `folder` is where there is room for them."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="workbook-") as name:
        answer = _ask(path, layout, columns, Path(name))
        day = answer["as_of"]
        yield Found(
            Path(name) / "rows",
            tuple(answer["labels"]),
            tuple(Part(**part) for part in answer["parts"]),
            dt.date.fromisoformat(day) if day else None,
        )


def _ask(path: Path, layout: Layout, columns: Sequence[Column], folder: Path) -> dict[str, Any]:
    """The child's answer; Refused when the file is not to be read, Unavailable when the child died of it."""
    request = {
        "path": str(path.absolute()),
        "layout": asdict(layout),
        "columns": [{name: getattr(column, name) for name in _SENT} for column in columns],
        "rows": str(folder / "rows"),
        "answer": str(folder / "answer"),
    }
    _run(json.dumps(request))
    try:
        answer: dict[str, Any] = json.loads((folder / "answer").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        answer = {"too_hard": True}
    if refused := answer.get("refused"):
        raise Refused(refused["code"], refused["message"], **refused["data"])
    if "too_hard" in answer:
        raise Unavailable(TOO_HARD, N_("Reading this file takes more memory or time than it may; nothing was taken in"))
    if trace := answer.get("malformed"):
        _log.warning("A workbook cannot be read: %s", trace)
        raise malformed("XLSX")
    return answer


def _run(request: str) -> None:
    paths = os.pathsep.join(each for each in sys.path if each)
    try:
        subprocess.run(  # noqa: S603  # our own module, with nothing of this environment
            [sys.executable, "-m", CHILD],
            input=request.encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": paths, "LANG": "C.UTF-8"},
            cwd="/",
            timeout=WALL_S,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return  # killed; there is no answer
