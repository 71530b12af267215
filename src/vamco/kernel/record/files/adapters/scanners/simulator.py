"""A daemon that speaks clamd's protocol and knows one virus, the EICAR test file: for the demonstration and for tests.

`python -m vamco.kernel.record.files.adapters.scanners.simulator tcp://127.0.0.1:3310`
"""

from __future__ import annotations

import contextlib
import socketserver
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + b"!$H+H*"
FOUND = "Eicar-Test-Signature"
VERSION = "ClamAV 1.4.6/simulator"
MOST = 100 << 20  # bytes of one stream, as clamd's StreamMaxLength
LONGEST_COMMAND = 64


class Conversation(socketserver.StreamRequestHandler):
    """One connection: a command, and for INSTREAM the chunks of a content, each after its length, up to an empty one."""

    timeout = 60
    most = MOST

    def handle(self) -> None:
        """Answer one command; a caller who breaks off is nobody's failure."""
        with contextlib.suppress(OSError):
            self._handle()

    def _handle(self) -> None:
        mark = self.rfile.read(1)
        end = {b"z": b"\0", b"n": b"\n"}.get(mark, b"\n")
        command = b"" if mark in {b"z", b"n"} else mark
        while (letter := self.rfile.read(1)) not in {end, b""} and len(command) < LONGEST_COMMAND:
            command += letter
        answers = {b"PING": "PONG", b"VERSION": VERSION}
        text = self._scan() if command == b"INSTREAM" else answers.get(command, "UNKNOWN COMMAND")
        self.wfile.write(text.encode() + end)

    def _scan(self) -> str:
        kept, size, found = b"", 0, False
        while length := int.from_bytes(self.rfile.read(4), "big"):
            size += length
            if size > self.most:
                return "INSTREAM size limit exceeded. ERROR"
            kept += self.rfile.read(length)
            found = found or EICAR in kept
            kept = kept[-len(EICAR) :]  # it may lie across two chunks
        return f"stream: {FOUND} FOUND" if found else "stream: OK"


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


def server(address: str, *, most: int = MOST) -> _Tcp | _Unix:
    """Give a daemon bound to an address, "tcp://127.0.0.1:0" for any free port; `most`: its limit for one stream."""
    parts = urlsplit(address)
    conversation = type("Limited", (Conversation,), {"most": most})
    if parts.scheme == "unix":
        Path(parts.path).unlink(missing_ok=True)
        return _Unix(parts.path, conversation)
    return _Tcp((parts.hostname or "127.0.0.1", parts.port or 0), conversation)


@contextlib.contextmanager
def running(address: str = "tcp://127.0.0.1:0", *, most: int = MOST) -> Iterator[str]:
    """Run the daemon in a thread; gives its address."""
    with server(address, most=most) as daemon:
        thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield address if address.startswith("unix:") else "tcp://{}:{}".format(*daemon.socket.getsockname()[:2])
        finally:
            daemon.shutdown()
            thread.join()


if __name__ == "__main__":
    with server(sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:3310") as simulator:
        simulator.serve_forever()
