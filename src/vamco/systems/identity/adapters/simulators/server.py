"""The simulated issuer over HTTP. It listens where it is told to, and behaves badly on request: slow, down, another clock, other keys.

GET /.well-known/openid-configuration, /jwks, /authorize, /leave   POST /token, /decide, /leave   GET|POST /userinfo
GET /                                                              a page that shows and changes how it behaves
POST /control  {"delay": 12, "status": 503, "skew": 300, "rotate": true, "keep": false, "drip": 1}   for tests, with the client's secret
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from vamco.lib.errors import N_
from vamco.systems.identity.adapters.simulators.issuer import ProtocolError, Request, SimulatedIssuer, Stranger
from vamco.systems.identity.adapters.simulators.screens import Screens

if TYPE_CHECKING:
    from collections.abc import Iterator

COOKIE: Final = "simulated_eid"
_LARGEST_BODY: Final = 64 << 10
_WAITING: Final = 1000  # authorization requests that wait for an answer
_BEHAVIOURS: Final[dict[str, dict[str, Any]]] = {
    "up": {"delay": 0, "status": 0, "skew": 0, "maintenance": False},
    "slow": {"delay": 20},
    "down": {"status": 503},
    "maintenance": {"maintenance": True},
    "ahead": {"skew": 180},
    "rotate": {"rotate": True},
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gets."""

    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Behaviour:
    """How it answers: seconds before each answer, an error instead of it, seconds between its bytes, or a page for people. `calls` counts what programs ask."""

    state: str = "up"
    delay: float = 0
    status: int = 0
    drip: float = 0
    maintenance: bool = False
    calls: int = 0


@dataclass
class Service:
    """The issuer with what its browsers are in the middle of."""

    issuer: SimulatedIssuer
    behaviour: Behaviour = field(default_factory=Behaviour)
    waiting: dict[str, Request] = field(default_factory=dict)

    def control(self, wish: dict[str, Any], state: str = "") -> None:
        """Behave otherwise from now on."""
        for name in ("delay", "status", "drip", "maintenance"):
            setattr(self.behaviour, name, wish.get(name, getattr(self.behaviour, name)))
        self.issuer.skew = wish.get("skew", self.issuer.skew)
        if wish.get("rotate"):
            self.issuer.keys.rotate(keep=wish.get("keep", True))
        self.behaviour.state = state or self.behaviour.state

    def authorize(self, query: dict[str, str], browser: str, screens: Screens) -> Answer:
        """Ask the reader, or lead back at once."""
        try:
            request = self.issuer.read(query)
        except Stranger:
            return _page(screens.stranger(), 400)
        except ProtocolError as error:
            said = {"error": error.code, "error_description": error.description, "state": query.get("state", "")}
            said = {name: value for name, value in said.items() if value} | {"iss": self.issuer.address}
            return _to(f"{query['redirect_uri']}?{urlencode(said)}")
        silent = self.issuer.silent(request, browser)
        if silent is not None:
            return _to(silent)
        name = secrets.token_urlsafe(16)
        while len(self.waiting) >= _WAITING:
            self.waiting.pop(next(iter(self.waiting)))
        self.waiting[name] = request
        answer = _page(screens.ask(name, request, self.issuer.citizens.values(), self.issuer.sessions.get(browser)))
        return _with_cookie(answer, browser)

    def decide(self, form: dict[str, str], browser: str, screens: Screens) -> Answer:
        """Take the reader's answer, and lead back with a code or a refusal."""
        name = form.get("request", "")
        request = self.waiting.get(name)
        if request is None:
            return _page(screens.gone(), 410)
        if form.get("decision") != "agree":
            self.waiting.pop(name, None)
            return _to(self.issuer.back(request, error="access_denied"))
        key, level = form.get("person", ""), form.get("level", "")
        citizen = self.issuer.citizens.get(key)
        session = self.issuer.sign_in(browser, key, int(level) if level in {"1", "2"} else 0, form.get("pin", ""))
        if session is None:
            if citizen is not None and citizen.deceased:
                return _page(screens.shut(self.issuer.back(request, error="access_denied")), 403)
            fault = screens.words(N_("The PIN is wrong."))
            return _page(screens.ask(name, request, self.issuer.citizens.values(), None, fault), 422)
        self.waiting.pop(name, None)
        return _to(self.issuer.agree(request, session))

    def leave(self, query: dict[str, str], browser: str, screens: Screens, *, sure: bool) -> Answer:
        """Sign out here, after the reader has said so; lead back only to an address of the client's."""
        back = query.get("post_logout_redirect_uri", "")
        if query.get("client_id") != self.issuer.client.id or back not in self.issuer.client.after_leaving:
            back = ""
        if not sure:
            return _page(screens.leave(urlencode(query)))
        self.issuer.sessions.pop(browser, None)
        state = f"?{urlencode({'state': query['state']})}" if back and query.get("state") else ""
        return _page(screens.left(back + state if back else ""))


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            return self._send(_json(413, error="too large"))
        raw = self.rfile.read(int(length))
        if self.path == "/control":
            return self._send(self._control(raw))
        return self._answer(dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True)))

    def _control(self, raw: bytes) -> Answer:
        secret = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(secret.encode(), self.server.service.issuer.client.secret.encode()):
            return _json(401, error="secret")
        self.server.service.control(json.loads(raw or b"{}"))
        return _json(200, calls=self.server.service.behaviour.calls)

    def _answer(self, form: dict[str, str]) -> None:
        url, service = urlsplit(self.path), self.server.service
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        screens = Screens((query.get("ui_locales") or self._language())[:2])
        found = self._about_itself(url.path, form, screens)
        if found is None:
            service.behaviour.calls += 1
            time.sleep(service.behaviour.delay)
            found = self._misbehaving(screens) or self._for_programs(url.path, form)
        self._send(found or self._for_readers(url.path, query, form, screens) or _json(404, error="not_found"))

    def _about_itself(self, path: str, form: dict[str, str], screens: Screens) -> Answer | None:
        service = self.server.service
        if path == "/favicon.ico":
            return Answer(204)
        if path == "/health":
            return _json(200, ok=True)
        if path == "/behave":
            if form.get("to") in _BEHAVIOURS:
                service.control(_BEHAVIOURS[form["to"]], form["to"])
            return _to("/")
        return _page(screens.home(service.behaviour.state)) if path == "/" else None

    def _misbehaving(self, screens: Screens) -> Answer | None:
        behaviour = self.server.service.behaviour
        if behaviour.maintenance:
            return _page(screens.maintenance())
        return _json(behaviour.status, error="temporarily_unavailable") if behaviour.status else None

    def _for_programs(self, path: str, form: dict[str, str]) -> Answer | None:
        issuer = self.server.service.issuer
        try:
            if path == "/.well-known/openid-configuration":
                return _json(200, **issuer.discovery())
            if path == "/jwks":
                return _json(200, **issuer.keys.published())
            if path == "/token" and self.command == "POST":
                return _json(200, **issuer.exchange(form, *self._client(form)))
            if path == "/userinfo":
                return _json(200, **issuer.userinfo(self.headers.get("Authorization", "").removeprefix("Bearer ")))
        except ProtocolError as error:
            status = 401 if error.code in {"invalid_client", "invalid_token"} else 400
            return _json(status, error=error.code)
        return None

    def _for_readers(self, path: str, query: dict[str, str], form: dict[str, str], screens: Screens) -> Answer | None:
        service, posted, browser = self.server.service, self.command == "POST", self._browser()
        if path == "/authorize":
            return service.authorize(form if posted else query, browser, screens)
        if path == "/decide" and posted:
            return service.decide(form, browser, screens)
        if path == "/leave":
            return service.leave(query, browser, screens, sure=posted)
        return None

    def _client(self, form: dict[str, str]) -> tuple[str, str]:
        kind, _, given = self.headers.get("Authorization", "").partition(" ")
        if kind != "Basic":
            return form.get("client_id", ""), form.get("client_secret", "")
        try:
            name, _, secret = base64.b64decode(given).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return unquote(name), unquote(secret)

    def _browser(self) -> str:
        try:
            held = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            held = None
        return held.value if held else secrets.token_urlsafe(24)

    def _language(self) -> str:
        try:
            held = SimpleCookie(self.headers.get("Cookie", "")).get("vamco_language")
        except CookieError:
            held = None
        return held.value if held else "vi"

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in (("Content-Type", answer.kind), ("Cache-Control", "no-store"), *answer.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        drip = self.server.service.behaviour.drip
        for start in range(0, len(answer.body), 1 if drip else len(answer.body) or 1):
            self.wfile.write(answer.body[start : start + 1] if drip else answer.body)
            time.sleep(drip)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it
        """Stay silent: addresses hold codes."""


class Server(ThreadingHTTPServer):
    """The service on a port."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self.service: Service

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client leaves in the middle of an answer; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def running(server: Server) -> Iterator[Service]:
    """Run a server in a thread."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode())


def _json(status: int, **content: object) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False).encode(), "application/json")


def _to(address: str) -> Answer:
    return Answer(303, headers=(("Location", address),))


def _with_cookie(answer: Answer, browser: str) -> Answer:
    cookie = ("Set-Cookie", f"{COOKIE}={browser}; Path=/; HttpOnly; SameSite=Lax")
    return Answer(answer.status, answer.body, answer.kind, (*answer.headers, cookie))
