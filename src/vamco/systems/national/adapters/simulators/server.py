"""The simulated portal over HTTP, with its weather.

POST /token, /LaySoHoSo, /TaiTep, /NoiHoSo, /CapNhatTienTrinh, /CapNhatTrangThai   GET /LayThuTuc, /LayTrangThai, /LayHoSo, /TepTin/ID
GET  /  /p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html?ma_thu_tuc=CODE  /officials   pages for people, with POST /file, /move, /weather
POST /control  {"dropped": 0.1, "forget": true, "refusing": ["1.004873"]}   for tests, with the client's secret
"""

from __future__ import annotations

import json
import secrets
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from vamco.systems.national.adapters.simulators.portal import Refusal, SimulatedPortal
from vamco.systems.national.adapters.simulators.screens import Citizen, Screens
from vamco.systems.national.adapters.simulators.weather import FAIR, STORM, Climate, Weather

if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST_BODY: Final = 32 << 20
_CALLS: Final = {"/NoiHoSo": "create", "/CapNhatTienTrinh": "progress", "/CapNhatTrangThai": "status"}
_FEEDS: Final = {"/LayTrangThai": "statuses", "/LayHoSo": "dossiers"}
LINK: Final = "/p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gets; with `broken` the line breaks instead."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    broken: bool = False


@dataclass
class Service:
    """The portal, its weather, the made-up citizens who file there, and the site that it leads back to."""

    portal: SimulatedPortal
    secret: str = field(repr=False)
    weather: Weather = field(default_factory=Weather)
    citizens: list[Citizen] = field(default_factory=list)
    site: str = ""
    calls: int = 0

    def called(self, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]) -> Answer | None:
        """Answer a program's call in the present weather; None where no program calls that."""
        if path not in {"/token", "/LaySoHoSo", "/TaiTep", "/LayThuTuc", *_CALLS, *_FEEDS} and not path.startswith(
            "/TepTin/"
        ):
            return None
        self.calls += 1
        time.sleep(self.weather.climate.delay)
        mishap = self.weather.mishap()
        if mishap == "dropped":
            return Answer(0, broken=True)
        if mishap in {"failed", "busy", "refused"} and path != "/token":
            return _json({"failed": 502, "busy": 429, "refused": 400}[mishap], MaLoi="MO_PHONG")
        answer = self._answer(path, query, body, headers)
        if mishap == "doubled":
            answer = self._answer(path, query, body, headers)
        return Answer(0, broken=True) if mishap == "lost_answer" else answer

    def _answer(self, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]) -> Answer:
        try:
            return self._right_answer(path, query, body, headers)
        except Refusal as refusal:
            return _json(refusal.status, MaLoi=refusal.code)
        except (ValueError, KeyError, AttributeError):
            return _json(400, MaLoi="NOI_DUNG")

    def _right_answer(self, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]) -> Answer:
        portal = self.portal
        if path == "/token":
            form = dict(parse_qsl(body.decode()))
            return _json(200, **portal.token(form.get("client_id", ""), form.get("client_secret", "")))
        portal.demand(headers.get("authorization", "").removeprefix("Bearer "))
        if path.startswith("/TepTin/"):
            return Answer(200, portal.download(unquote(path.removeprefix("/TepTin/"))), "application/octet-stream")
        return _json(200, **self._content(path, query, body, headers))

    def _content(self, path: str, query: dict[str, str], body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        portal = self.portal
        if path in _CALLS:
            return portal.take(_CALLS[path], json.loads(body))
        if path in _FEEDS:
            found = portal.feed(_FEEDS[path], query.get("TuViTri", ""))
            return {**found, "DanhSach": self.weather.shuffled(found["DanhSach"])}
        if path == "/LaySoHoSo":
            return {"MaHoSo": portal.number(json.loads(body).get("MaDonVi", ""))}
        if path == "/TaiTep":
            return portal.upload(*_part(body, headers.get("content-type", "")))
        return portal.procedures()

    def control(self, wish: dict[str, Any], secret: str) -> Answer:
        """Behave as a test wants."""
        if not secrets.compare_digest(secret.encode(), self.secret.encode()):
            return _json(401, MaLoi="SECRET")
        shares = {name: float(value) for name, value in wish.items() if name in Climate.__dataclass_fields__}
        self.weather.change(**shares)
        if wish.get("forget"):
            self.portal.forget_tokens()
        if "refusing" in wish:
            self.portal.refusing = set(wish["refusing"])
        if "hand_over" in wish:
            self.portal.hand_over(wish["hand_over"])
        return _json(200, calls=self.calls, counts=self.weather.counts)

    def shown(self, path: str, query: dict[str, str], form: dict[str, str], screens: Screens) -> Answer | None:
        """Show people a page, or do what they press there."""
        pages = {
            "/": lambda: screens.home(self.weather.climate == STORM, self.portal.own()),
            LINK: lambda: screens.filing(query.get("ma_thu_tuc", "")[:20], self.citizens),
            "/officials": lambda: screens.officials(self.portal.own()),
        }
        if path in pages:
            return _page(pages[path]())
        acts = {"/file": self._file, "/move": self._move, "/weather": self._change}
        if path not in acts or not form:
            return None
        try:
            return acts[path](form, screens)
        except (Refusal, ValueError):
            return _page(screens.refused(), 422)

    def _file(self, form: dict[str, str], screens: Screens) -> Answer:
        citizen = next((each for each in self.citizens if each.key == form.get("person")), None)
        if citizen is None:
            return _page(screens.filing(form.get("procedure", "")[:20], self.citizens), 422)
        number = self.portal.file_own(form.get("procedure", "")[:20], citizen.name, citizen.number)
        return _page(screens.filed(number, self.site))

    def _move(self, form: dict[str, str], _screens: Screens) -> Answer:
        self.portal.move_own(form.get("number", ""), int(form.get("to", "0")), form.get("text", "")[:200])
        return Answer(303, headers=(("Location", "/officials"),))

    def _change(self, form: dict[str, str], _screens: Screens) -> Answer:
        self.weather.climate = STORM if form.get("to") == "storm" else FAIR
        return Answer(303, headers=(("Location", "/"),))


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            return self._send(_json(413, MaLoi="DUNG_LUONG"))
        return self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        url, service = urlsplit(self.path), self.server.service
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if url.path in {"/health", "/favicon.ico"}:
            return self._send(_json(200, ok=True))
        if url.path == "/control":
            return self._send(
                service.control(json.loads(body or b"{}"), headers.get("authorization", "").removeprefix("Bearer "))
            )
        found = service.called(url.path, query, body, headers)
        if found is None:
            form = dict(parse_qsl(body.decode(errors="replace"))) if self.command == "POST" else {}
            found = service.shown(url.path, query, form, Screens(self._language()))
        return self._send(found or _json(404, MaLoi="KHONG_CO"))

    def _language(self) -> str:
        try:
            held = SimpleCookie(self.headers.get("Cookie", "")).get("vamco_language")
        except CookieError:
            held = None
        return held.value if held else "vi"

    def _send(self, answer: Answer) -> None:
        if answer.broken:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in (("Content-Type", answer.kind), ("Cache-Control", "no-store"), *answer.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it
        """Stay silent."""


class Server(ThreadingHTTPServer):
    """The service on a port."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), _Handler)
        self.service: Service

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when a client leaves in the middle of an answer; anything else is shown as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def running(server: Server) -> Iterator[str]:
    """Run a server in a thread, and give its address."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _part(body: bytes, kind: str) -> tuple[str, bytes]:
    """Return the name and the content of the one file of a multipart body."""
    message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    for part in message.walk():
        if part.get_filename() is not None:
            content = part.get_payload(decode=True)
            return str(part.get_filename()), content if isinstance(content, bytes) else b""
    raise Refusal(400, "TepTin")


def _json(status: int, **content: object) -> Answer:
    return Answer(status, json.dumps(content, ensure_ascii=False).encode())


def _page(text: str, status: int = 200) -> Answer:
    return Answer(status, text.encode(), "text/html; charset=utf-8")
