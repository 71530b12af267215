"""The process in which a workbook is read: what a file makes it take, it takes from itself alone.

Started by apart.py as `python -m`; the request comes as JSON on the standard input, the answer goes into a file. Nothing heavy is
imported here, so that starting costs little, and nothing is printed: a trace could quote a row.
"""

from __future__ import annotations

import json
import resource
import sys
import traceback
from pathlib import Path
from typing import Any, Final

MEMORY: Final = 2 << 30
CPU_S: Final = 240
DISK: Final = 4 << 30


def main() -> None:
    """Reads one workbook, within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (DISK, DISK))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    request = json.load(sys.stdin)
    answer = _answer(request)
    Path(request["answer"]).write_text(json.dumps(answer), encoding="utf-8")


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    from vamco.lib.errors import Refused
    from vamco.systems.hub.adapters.intake import workbooks
    from vamco.systems.hub.contracts import Column, Layout

    columns = [Column(**{**each, "titles": tuple(each["titles"])}) for each in request["columns"]]
    try:
        return workbooks.write(Path(request["path"]), Layout.of(request["layout"]), columns, Path(request["rows"]))
    except Refused as error:
        return {"refused": {"code": error.code, "message": error.message, "data": error.problem()["data"]}}
    except MemoryError:
        return {"too_hard": True}
    except Exception as error:  # noqa: BLE001  # whatever a broken file makes a parser say: it cannot be read
        place = traceback.extract_tb(error.__traceback__)[-1]
        return {"malformed": f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"}


if __name__ == "__main__":
    main()
