"""A mail server that delivers nowhere: enough of SMTP (RFC 5321) for one sender, and the failures of a real one.

`python -m vamco.kernel.work.notices.adapters.simulators.mail 8025`
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import socket
import socketserver
import sys
import threading
import time
from typing import TYPE_CHECKING

from vamco.kernel.work.notices.adapters.simulators.provider import Mood, Provider

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 4096
LONGEST_LETTER = 1 << 20
_REFUSALS = {
    "MAIL": {Mood.BROKE: "530 5.7.0 not served"},
    "RCPT": {Mood.BUSY: "421 4.7.0 too many", Mood.DOWN: "451 4.3.0 not now", Mood.REFUSES: "550 5.1.1 no such user"},
}


class Conversation(socketserver.StreamRequestHandler):
    """One connection: a letter after the other."""

    timeout = 60
    disable_nagle_algorithm = True
    server: MailServer
    to = ""

    def handle(self) -> None:
        """Greet, and obey until QUIT; a caller who breaks off is nobody's failure."""
        with contextlib.suppress(OSError):
            self._say("220 simulator ESMTP")
            while self._obey(self.rfile.readline(LONGEST_LINE).decode("ascii", "replace").strip()):
                pass

    def _obey(self, line: str) -> bool:
        command, _space, rest = line.partition(" ")
        match command.upper():
            case "EHLO" | "HELO":
                self._say("250 simulator")
            case "MAIL":
                self._say(self._before("MAIL") or "250 ok")
            case "RCPT":
                self.to = rest.partition("<")[2].partition(">")[0]
                refusal = self._before("RCPT")
                self._say(refusal or "250 ok")
                return not refusal.startswith("421")
            case "DATA":
                self._say("354 go on")
                return self._take()
            case "RSET" | "NOOP":
                self._say("250 ok")
            case "QUIT":
                self._say("221 bye")
                return False
            case "":
                return False
            case _:
                self._say("502 not here")
        return True

    def _before(self, command: str) -> str:
        """Give what the server says against a letter before it has seen it; "" for nothing."""
        provider = self.server.provider
        mood = provider.moods[0] if provider.moods else Mood.TAKES
        if command == "RCPT" and self.to in provider.refused:
            mood = Mood.REFUSES
        refusal = _REFUSALS.get(command, {}).get(mood, "")
        if refusal:
            provider.receive("", self.to, "", "")
        return refusal

    def _take(self) -> bool:
        lines, size = [], 0
        while (line := self.rfile.readline(LONGEST_LINE)) not in {b".\r\n", b""} and size < LONGEST_LETTER:
            lines.append(line[1:] if line.startswith(b"..") else line)
            size += len(line)
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.SMTP)
        key = str(letter["Message-ID"]).strip("<>").partition("@")[0]
        found = self.server.provider.receive(
            key, self.to, str(letter["Subject"]), letter.get_content().replace("\r\n", "\n")
        )
        if found.mood == Mood.SILENT:
            time.sleep(self.server.provider.late_s)
        if found.mood in {Mood.LOSES, Mood.SILENT}:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """The server over a provider."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 128
    provider: Provider


@contextlib.contextmanager
def running(provider: Provider, port: int = 0) -> Iterator[str]:
    """Run the server in a thread; gives its address, such as smtp://127.0.0.1:40123."""
    with MailServer(("127.0.0.1", port), Conversation) as server:
        server.provider = provider
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield "smtp://{}:{}".format(*server.server_address[:2])
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    with running(Provider(idempotent=False), int(sys.argv[1])):
        threading.Event().wait()
