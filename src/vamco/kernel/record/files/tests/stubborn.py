"""The inspecting process with small limits, whose inspections do what a clever file might make them do."""

from __future__ import annotations

import os
import signal
import socket
import time
from typing import IO

from vamco.kernel.record.files.adapters.inspection import limits, server
from vamco.kernel.record.files.contracts import Finding, Kind

limits.CPU_S, limits.WALL_S, limits.EXPANDED = 1, 2, 1 << 20


def inspect(kind: Kind, source: IO[bytes], rendition: IO[bytes]) -> Finding:
    if kind is Kind.PDF:
        while True:
            pass
    if kind is Kind.XML:
        time.sleep(60)
    if kind is Kind.DOCX:
        os.kill(os.getpid(), signal.SIGSEGV)
    if kind is Kind.XLSX:
        bytearray(2 << 30)
    if kind is Kind.PNG:
        rendition.write(bytes(2 << 20))
        rendition.flush()
    return Finding(data={"pid": os.getpid()})


if __name__ == "__main__":
    server._look = inspect
    with socket.socket(fileno=0) as stdin:
        server.serve(stdin)
