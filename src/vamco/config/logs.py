"""Lines of the log. Nothing that came from outside can look like one of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from logging import LogRecord

_INDENT: Final = "    "  # of what follows a line, such as a traceback: a line of the log begins with its date


class LineFormatter(logging.Formatter):
    """Write a record as one line, and its traceback indented below."""

    def formatMessage(self, record: LogRecord) -> str:  # noqa: N802  # the library's name
        """Return the line, with control characters escaped."""
        return _escaped(super().formatMessage(record))

    def formatException(self, ei: tuple[type[BaseException], BaseException, object] | object) -> str:  # noqa: N802
        """Return the traceback; the text of an error may hold lines, too."""
        return _indented(super().formatException(ei))  # type: ignore[arg-type]  # as the library passes it on

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Return the stack."""
        return _indented(stack_info)


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _indented(text: str) -> str:
    return "\n".join(_INDENT + _escaped(line) for line in text.splitlines())
