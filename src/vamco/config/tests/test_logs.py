"""Lines of the log: nothing from outside begins one."""

from __future__ import annotations

import logging
import sys

from vamco.config.logs import LineFormatter

FORGED = "x\n2026-11-30 10:00:00,000 INFO vamco.web: log-in of lanhdao\r\x1b[2K\u2028"


def written(message: str, *arguments: object, exc_info: object = None) -> str:
    record = logging.LogRecord("a", logging.ERROR, "a.py", 1, message, arguments, exc_info)  # type: ignore[arg-type]
    return LineFormatter("%(levelname)s %(name)s: %(message)s").format(record)


def test_a_record_is_one_line() -> None:
    line = written("Not Found: %s", FORGED)
    assert line == r"ERROR a: Not Found: x\n2026-11-30 10:00:00,000 INFO vamco.web: log-in of lanhdao\r\x1b[2K\u2028"
    assert written("Hồ sơ %s", "đã nhận") == "ERROR a: Hồ sơ đã nhận"


def test_a_traceback_is_indented_also_where_the_error_holds_lines() -> None:
    try:
        int(FORGED)
    except ValueError:
        lines = written("broken", exc_info=sys.exc_info()).split("\n")
    assert lines[:2] == ["ERROR a: broken", "    Traceback (most recent call last):"]
    assert all(line.startswith("    ") for line in lines[1:])
