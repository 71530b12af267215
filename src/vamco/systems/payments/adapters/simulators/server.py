"""The simulated bank, gateway and carrier over HTTP.

GET /, /bank?qr=, /pay?vnp_…, /statement.csv?account=, /health   POST /bank, /decide, /query, /receipts, /voids, /summaries
"""

from __future__ import annotations

import json
import sys
import threading
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

from vamco.systems.payments.adapters.simulators.screens import Screens
from vamco.systems.payments.adapters.simulators.world import CARDS, TRANSFERS
from vamco.systems.payments.rules import vietqr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.payments.adapters.simulators.world import World

_LARGEST_BODY: Final = 64 << 10
_HTML: Final = "text/html; charset=utf-8"
_CARRIED: Final = {"/receipts": "receipt", "/voids": "void", "/summaries": "summary"}


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:  # the base class names it
        """Answer a look."""
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        world, screens = self.server.world, Screens(self._language())
        if url.path == "/health":
            self._send(200, "ok", "text/plain")
        elif url.path == "/":
            self._send(200, screens.home(world))
        elif url.path == "/bank":
            try:
                self._send(200, screens.bank(query.get("qr", ""), vietqr.read(query.get("qr", "").strip())))
            except ValueError:
                self._send(422, screens.unreadable())
        elif url.path == "/pay":
            order = world.begin(query)
            self._send(200, screens.card(order)) if order else self._send(403, screens.unreadable())
        elif url.path == "/statement.csv":
            self._send(200, world.statement(query.get("account", "")), "text/csv; charset=utf-8")
        else:
            self._send(404, "")

    def do_POST(self) -> None:
        """Do what is asked."""
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(min(length, _LARGEST_BODY)).decode(errors="replace")
        path = urlsplit(self.path).path
        if path in {"/bank", "/decide"}:
            self._play(path, dict(parse_qsl(body)))
            return
        try:
            content: dict[str, Any] = dict(json.loads(body))
        except (ValueError, TypeError):
            self._send(400, "")
            return
        if path == "/query":
            given = {str(name): str(value) for name, value in content.items()}
            self._json(200, self.server.world.answer(given))
        elif path in _CARRIED and self.headers.get("Authorization") == f"Bearer {self.server.world.carrier_key}":
            self._json(200, {"id": self.server.world.carry(_CARRIED[path], content)})
        else:
            self._send(403 if path in _CARRIED else 404, "")

    def _play(self, path: str, form: dict[str, str]) -> None:
        world, screens = self.server.world, Screens(self._language())
        way = form.get("behaviour", "honest")
        if path == "/bank" and way in TRANSFERS:
            try:
                world.transfer(form.get("qr", "").strip(), way)
            except ValueError:
                self._send(422, screens.unreadable())
                return
            self._send(200, screens.sent(world.site))
        elif path == "/decide" and way in CARDS and form.get("order") in world.orders:
            to = world.decide(form["order"], way)
            self._to(to) if to else self._send(200, screens.closed())
        else:
            self._send(404, "")

    def _language(self) -> str:
        try:
            held = SimpleCookie(self.headers.get("Cookie", "")).get("vamco_language")
        except CookieError:
            held = None
        return held.value if held else "vi"

    def _json(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, json.dumps(content, ensure_ascii=False), "application/json")

    def _to(self, address: str) -> None:
        self.send_response(303)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, text: str, kind: str = _HTML) -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it
        """Stay silent: addresses hold references."""


class Server(ThreadingHTTPServer):
    """The services on a port."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self.world: World

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client leaves in the middle of an answer; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def running(server: Server) -> Iterator[World]:
    """Run a server in a thread."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
