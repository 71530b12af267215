from __future__ import annotations

import logging
import re
import socket
from typing import IO
from urllib.parse import urlsplit

from vamco.kernel.record.files.contracts import Scan, Verdict

CHUNK = 1 << 16
CONNECT_S = 3
ANSWER_S = 60
LONGEST_ANSWER = 4096
PORT = 3310
INFECTED = re.compile(r"stream: (\S.*) FOUND")
log = logging.getLogger(__name__)


class Clamd:
    """ClamAV's daemon at "tcp://host:port" or "unix:///run/clamav/clamd.ctl"; contents go to it as a stream (INSTREAM)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def scan(self, stream: IO[bytes]) -> Verdict:
        """Have a content looked through; UNSCANNED when the daemon is away, too slow, or finds the content too large."""
        try:
            answer, version = self._stream(stream), self._ask(b"VERSION")
        except OSError as error:
            log.warning("the virus scanner at %s does not answer: %s", self.address, error)
            return Verdict(Scan.UNSCANNED)
        if answer == "stream: OK":
            return Verdict(Scan.CLEAN, scanner=version)
        if infected := INFECTED.fullmatch(answer):
            return Verdict(Scan.INFECTED, infected[1][:200], version)
        log.warning("the virus scanner at %s answers: %s", self.address, answer[:200])
        return Verdict(Scan.UNSCANNED)

    def _stream(self, stream: IO[bytes]) -> str:
        with self._connect() as daemon:
            try:
                daemon.sendall(b"zINSTREAM\0")
                while chunk := stream.read(CHUNK):
                    daemon.sendall(len(chunk).to_bytes(4, "big") + chunk)
                daemon.sendall(bytes(4))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough and says why
            return _answer(daemon)

    def _ask(self, command: bytes) -> str:
        with self._connect() as daemon:
            daemon.sendall(b"z" + command + b"\0")
            return _answer(daemon)[:100]

    def _connect(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                daemon.settimeout(CONNECT_S)
                daemon.connect(parts.path)
            except OSError:
                daemon.close()
                raise
        else:
            daemon = socket.create_connection((parts.hostname or "localhost", parts.port or PORT), CONNECT_S)
        daemon.settimeout(ANSWER_S)
        return daemon


def _answer(daemon: socket.socket) -> str:
    heard = b""
    while b"\0" not in heard and len(heard) < LONGEST_ANSWER:
        if not (more := daemon.recv(LONGEST_ANSWER)):
            break
        heard += more
    if not heard:
        raise ConnectionError("it closed the connection without an answer")
    return heard.split(b"\0")[0].decode(errors="replace").strip()
