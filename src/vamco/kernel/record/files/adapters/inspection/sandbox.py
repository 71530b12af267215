"""Has a file inspected by the process next door, and survives whatever the file does to it."""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from vamco.kernel.record.files.adapters.inspection import limits
from vamco.kernel.record.files.contracts import Facts, Finding
from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.record.files.contracts import Kind

SERVER = "vamco.kernel.record.files.adapters.inspection.server"
PATIENCE_S = limits.WALL_S + 20  # beyond the child's own limit: the time that the server needs to start
AT_ONCE = 4  # children; each may take MEMORY

_room = threading.BoundedSemaphore(AT_ONCE)
_lock = threading.Lock()
_server: tuple[int, socket.socket, subprocess.Popen[bytes]] | None = None


def inspect(kind: Kind, content: Path, rendition: Path) -> Finding:
    """Give what is in a content, which stays untouched; a picture's rendition is written to `rendition`, durably.

    A file that breaks its inspection is refused as "too_heavy": what it would do to those who open it, nobody has to learn.
    """
    with _room:
        answer = _ask(kind, content, rendition)
    if answer is None:
        return Finding("too_heavy")
    told: dict[str, Any] = json.loads(answer)
    taken = told["facts"]["taken_at"]
    facts = Facts(**{**told.pop("facts"), "taken_at": dt.datetime.fromisoformat(taken) if taken else None})
    return Finding(**told, facts=facts)


def _ask(kind: Kind, content: Path, rendition: Path) -> bytes | None:
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(content.open("rb"))
        out = stack.enter_context(rendition.open("wb"))
        reading, writing = os.pipe()
        stack.callback(os.close, reading)
        try:
            _send(kind.name.encode(), [source.fileno(), out.fileno(), writing])
        finally:
            os.close(writing)
        return _hear(reading)


def _send(message: bytes, files: list[int]) -> None:
    """Hand a request to the server, to a new one if it has died."""
    for attempt in (1, 2):
        try:
            socket.send_fds(_control(fresh=attempt > 1), [message], files)
        except OSError as error:
            if attempt > 1:
                raise Unavailable(
                    "files.no_inspection", N_("Files cannot be checked just now; nothing was stored.")
                ) from error
        else:
            return


def _hear(reading: int) -> bytes | None:
    """Read the answer to its end; None when there is none: the child was killed."""
    end, heard = time.monotonic() + PATIENCE_S, b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        if not (more := os.read(reading, 65_536)):
            return heard or None
        heard += more
    return None


def _control(*, fresh: bool) -> socket.socket:
    """Give the socket to this process's server, started when it is first needed."""
    global _server  # noqa: PLW0603  # one a process, as the lock sees to
    with _lock:
        if _server is None or _server[0] != os.getpid() or fresh:
            close()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            paths = os.pathsep.join(path for path in sys.path if path)
            with theirs:
                process = subprocess.Popen(  # noqa: S603  # our own module, with nothing of this environment
                    [sys.executable, "-m", SERVER],
                    stdin=theirs.fileno(),
                    env={"PYTHONPATH": paths, "LANG": "C.UTF-8"},
                    cwd="/",
                )
            _server = os.getpid(), ours, process
        return _server[1]


def close() -> None:
    """End the server of this process; the next file starts another."""
    global _server  # noqa: PLW0603  # see _control
    if _server is None:
        return
    owner, control, process = _server
    _server = None
    control.close()
    if owner == os.getpid():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)


atexit.register(close)
