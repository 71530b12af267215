"""Have the sheets of a workbook read by a process of its own, and survive whatever the file does to it."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.engines.sheets.contracts import Line, Page, SheetCell
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

CHILD: Final = "vamco.engines.sheets.child"
WALL_S: Final = 120
MOST_LINES: Final = 20_000
_log = logging.getLogger(__name__)


def read(path: Path, *, most_lines: int = MOST_LINES) -> tuple[Page, ...]:
    """Return the visible sheets of a workbook that hold anything.

    Refused when the file is none, is broken or has more filled lines than `most_lines`; Unavailable when reading takes more memory or time
    than it may.
    """
    with tempfile.TemporaryDirectory(prefix="sheets-") as folder:
        answer = Path(folder) / "answer"
        _run(json.dumps({"path": str(path.absolute()), "most_lines": most_lines, "answer": str(answer)}))
        try:
            found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {"too_hard": True}
    if refused := found.get("refused"):
        raise Refused(refused["code"], refused["message"], **refused["data"])
    if "too_hard" in found:
        raise Unavailable(
            "sheets.too_hard", N_("Reading this file takes more memory or time than it may; nothing was taken in")
        )
    if trace := found.get("malformed"):
        _log.warning("A workbook cannot be read: %s", trace)
        raise Refused("sheets.malformed", N_("The file cannot be read as %(format)s"), format="XLSX")
    return tuple(Page(page["name"], tuple(_line(*line) for line in page["lines"])) for page in found["pages"])


def _line(number: int, cells: Sequence[str | list[str] | None]) -> Line:
    return Line(number, tuple(None if c is None else SheetCell(*([c] if isinstance(c, str) else c)) for c in cells))


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
