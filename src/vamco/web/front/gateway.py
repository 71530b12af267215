"""Between the asynchronous server and the site, which is a WSGI application that runs in threads."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from vamco.web import spool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Application = Callable[[dict[str, Any], Any], Iterable[bytes]]

BLOCK: Final = 64 << 10  # bytes of an answer that travel at once
_AT_ONCE: Final = 1 << 20  # bytes; a longer answer waits in a file for its reader, not in a thread


class FileAnswer:
    """What WSGI calls a file wrapper: an answer that is a file."""

    def __init__(self, file: IO[bytes], _block: int = BLOCK) -> None:
        self.file = file

    def __iter__(self) -> Iterator[bytes]:
        """Iterate over its blocks."""
        return iter(lambda: self.file.read(BLOCK), b"")

    def close(self) -> None:
        """End the answer, and with it the file."""
        self.file.close()


@dataclass(slots=True)
class Answer:
    """An answer: its beginning or all of it, and the file that holds the rest."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes = b""
    rest: IO[bytes] | None = None


def environ(scope: dict[str, Any], body: IO[bytes], size: int) -> dict[str, Any]:
    """Return the request as WSGI describes it.

    A header with an underscore in its name is dropped: in WSGI's names it could not be told from the one with hyphens,
    and what a proxy says about the client could be overwritten.
    """
    found: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": scope["server"][0],
        "SERVER_PORT": str(scope["server"][1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileAnswer,
    }
    for raw, value in scope["headers"]:
        if b"_" in raw:
            continue
        name = raw.decode("latin-1").upper().replace("-", "_")
        if name in {"CONTENT_LENGTH", "TRANSFER_ENCODING"}:
            continue
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        text = value.decode("latin-1")
        found[key] = f"{found[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}" if key in found else text
    if size:
        found["CONTENT_LENGTH"] = str(size)
    return found


def respond(application: Application, environment: dict[str, Any]) -> Answer:
    """Ask the application and take its answer as fast as it gives it, however slow the reader is. Runs in a thread."""
    answer = Answer(500, [])

    def start(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        answer.status = int(status.split(" ", 1)[0])
        answer.headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    found = application(environment, start)
    if isinstance(found, FileAnswer):
        _take_file(answer, found)
        return answer
    with contextlib.closing(found) if hasattr(found, "close") else contextlib.nullcontext():  # type: ignore[type-var]
        _take_blocks(answer, found)
    return answer


def _take_file(answer: Answer, found: FileAnswer) -> None:
    answer.content = found.file.read(_AT_ONCE)
    if len(answer.content) < _AT_ONCE:
        found.close()
    else:
        answer.rest = found.file  # `close` of it ends the answer


def _take_blocks(answer: Answer, found: Iterable[bytes]) -> None:
    blocks: list[bytes] = []
    size = 0
    rest: IO[bytes] | None = None
    for block in found:
        size += len(block)
        if rest is not None:
            rest.write(block)
            continue
        blocks.append(block)
        if size > _AT_ONCE and len(blocks) > 1:
            rest = spool.open_file()
    answer.content = b"".join(blocks)
    if rest is not None:
        rest.seek(0)
        answer.rest = rest
    if not any(name.lower() == b"content-length" for name, _ in answer.headers):
        answer.headers.append((b"content-length", str(size).encode()))
