"""The process that inspects: it holds the heavy libraries and forks a child for each file.

It is started by `sandbox`, with a socket as its standard input. A request is one message: the kind, and three open files (the
content, a place for the rendition, a pipe for the answer). It has no secrets in its environment and no database. A child that
takes too much time or memory is killed by the kernel, and its pipe ends without an answer.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
import resource
import signal
import socket
from dataclasses import asdict
from typing import TYPE_CHECKING, BinaryIO

from vamco.kernel.record.files.adapters.inspection import images, limits, packages, pdfs, xmls
from vamco.kernel.record.files.adapters.inspection.problem import Problem
from vamco.kernel.record.files.contracts import DISK_FULL, IMAGES, Finding, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

MESSAGE = 200  # bytes; a request is the name of a kind


def inspect(kind: Kind, source: BinaryIO, rendition: BinaryIO) -> Finding:
    """Give what is in a content of this kind, or what is wrong with it."""
    try:
        return _look(kind, source, rendition)
    except Problem as problem:
        return Finding(problem.code, problem.data)
    except (MemoryError, RecursionError):
        return Finding("too_heavy")
    except OSError as error:
        return Finding(DISK_FULL if error.errno in {errno.ENOSPC, errno.EDQUOT} else "too_heavy")


def _look(kind: Kind, source: BinaryIO, rendition: BinaryIO) -> Finding:
    if kind in IMAGES:
        return images.inspect(kind, source, rendition)
    if kind is Kind.PDF:
        return pdfs.inspect(source)
    return xmls.inspect(source) if kind is Kind.XML else packages.inspect(kind, source)


def serve(control: socket.socket) -> None:
    """Answer requests until the other side is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    while True:
        message, given, _, _ = socket.recv_fds(control, MESSAGE, 3)
        if not message:
            return
        if os.fork() == 0:
            control.close()
            _child(message.decode(), given)
        for one in given:
            os.close(one)


def _child(name: str, given: Sequence[int]) -> None:
    """Inspect one file within the limits and end, whatever happens."""
    code = 1
    try:
        _confine()
        content, rendition, answer = given
        with os.fdopen(content, "rb") as source, os.fdopen(rendition, "wb") as out:
            finding = inspect(Kind[name], source, out)
            out.flush()
            os.fsync(out.fileno())
        with os.fdopen(answer, "wb") as pipe:
            pipe.write(json.dumps(asdict(finding), default=dt.datetime.isoformat).encode())
        code = 0
    finally:
        os._exit(code)  # never back into the server


def _confine() -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(limits.WALL_S)
    for what, most in (
        (resource.RLIMIT_CPU, limits.CPU_S),
        (resource.RLIMIT_AS, limits.MEMORY),
        (resource.RLIMIT_FSIZE, limits.EXPANDED),
        (resource.RLIMIT_NOFILE, limits.OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))  # no process of its own; root is not held by it


if __name__ == "__main__":
    with socket.socket(fileno=0) as stdin:
        serve(stdin)
