"""The process in which the sheets of a workbook are read: what a file makes it take, it takes from itself alone.

Started by reading.py as `python -m`; the request comes as JSON on the standard input, the answer goes into a file. Nothing is printed: a
trace could quote a row.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from pathlib import Path
from typing import Any, Final

MEMORY: Final = 1 << 30
CPU_S: Final = 60
DISK: Final = 256 << 20


def main() -> None:
    """Read one workbook, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, DISK))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    answer = _answer(Path(request["path"]), int(request["most_lines"]))
    Path(request["answer"]).write_text(json.dumps(answer), encoding="utf-8")


def _answer(path: Path, most_lines: int) -> dict[str, Any]:
    from vamco.lib.errors import Refused

    try:
        return {"pages": _pages(path, most_lines)}
    except Refused as error:
        return {"refused": {"code": error.code, "message": error.message, "data": error.problem()["data"]}}
    except MemoryError:
        return {"too_hard": True}
    except Exception as error:  # noqa: BLE001  # whatever a broken file makes a parser say: it cannot be read
        place = traceback.extract_tb(error.__traceback__)[-1]
        return {"malformed": f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"}


def _pages(path: Path, most_lines: int) -> list[dict[str, Any]]:
    from vamco.engines.sheets.book import opened
    from vamco.engines.sheets.cells import Cell
    from vamco.lib.errors import N_, Refused

    pages, left = [], most_lines
    book = opened(path)
    try:
        for sheet in book.sheets:
            if sheet.hidden:
                continue
            lines = []
            for number, cells in book.grid(sheet):
                left -= 1
                if left < 0:
                    raise Refused(
                        "sheets.too_long", N_("The workbook has more than %(limit)s filled lines"), limit=most_lines
                    )
                lines.append([number, [list(c) if isinstance(c, Cell) else c for c in cells]])
            if lines:
                pages.append({"name": sheet.name, "lines": lines})
    finally:
        book.close()
    return pages


if __name__ == "__main__":
    main()
