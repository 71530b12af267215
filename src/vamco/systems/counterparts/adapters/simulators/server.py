"""The simulated bodies over HTTP, one program for all five. It checks signatures and nonces by itself, and behaves badly on request.

POST /population/cong-dan   /civil-status/trich-luc   /tax/ho-so   /post/buu-gui   /vehicles/xe
GET  /tax/tra-loi?sau=0     /post/buu-gui/NUMBER      /health
POST /control {"line": "tax", "status": 503, "delay": 2, "times": 1, "forge": true, "lose": true}   signed; "lose" does the work and drops the answer
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from vamco.systems.counterparts.adapters.simulators.bodies import No

if TYPE_CHECKING:
    from vamco.systems.counterparts.adapters.simulators.bodies import (
        SimulatedPost,
        SimulatedRegisters,
        SimulatedTaxOffice,
        SimulatedVehicles,
    )

_LARGEST: Final = 256 << 10
_TOLERANCE: Final = 300


@dataclass
class Behaviour:
    """How a line answers for the next `times` calls, or for good when that is 0."""

    status: int = 0
    delay: float = 0.0
    forge: bool = False
    lose: bool = False
    times: int = 0

    def spent(self) -> Behaviour:
        """Return how it answers after this call."""
        if self.times == 1:
            return Behaviour()
        return Behaviour(self.status, self.delay, self.forge, self.lose, max(0, self.times - 1))


@dataclass
class Service:
    """The bodies, the one client that they know, and how each line behaves."""

    registers: SimulatedRegisters
    tax: SimulatedTaxOffice
    post: SimulatedPost
    client: str
    secret: str
    vehicles: SimulatedVehicles
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    nonces: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sign(self, *parts: str, body: bytes) -> str:
        """Return the signature of a message."""
        text = "\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode()
        return hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()

    def fresh(self, nonce: str) -> bool:
        """Return whether a nonce was not seen in the time that a signature lasts."""
        now = time.time()
        with self.lock:
            self.nonces = {known: at for known, at in self.nonces.items() if at > now - 2 * _TOLERANCE}
            new = nonce not in self.nonces
            self.nonces[nonce] = now
        return new

    def behave(self, line: str) -> Behaviour:
        """Return how this call is answered."""
        with self.lock:
            found = self.behaviours.get(line, Behaviour())
            self.behaviours[line] = found.spent()
            self.calls.append(line)
        return found

    def answer(self, method: str, path: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Return what the bodies say."""
        parts = urlsplit(path)
        if method == "GET":
            return self._look(parts.path, parts.query)
        acts = {
            "/population/cong-dan": self._person,
            "/civil-status/trich-luc": self._extract,
            "/tax/ho-so": self.tax.send,
            "/post/buu-gui": self.post.send,
            "/vehicles/xe": self._vehicle,
            "/control": self._control,
        }
        if parts.path not in acts:
            raise No("khong_co_dich_vu", 404)
        return acts[parts.path](sent)

    def _look(self, path: str, query: str) -> dict[str, Any]:
        if path == "/tax/tra-loi":
            after = parse_qs(query).get("sau", ["0"])[0]
            return self.tax.answers(int(after) if after.isdecimal() else 0)
        if path.startswith("/post/buu-gui/"):
            return self.post.states(unquote(path.rpartition("/")[2]))
        raise No("khong_co_dich_vu", 404)

    def _person(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self.registers.person(
            _text(sent, "SoDinhDanh"), purpose=_text(sent, "MucDich"), basis=_text(sent, "CanCu")
        )

    def _extract(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self.registers.extract(
            _text(sent, "Loai"),
            number=_text(sent, "SoDinhDanh"),
            name=_text(sent, "HoVaTen"),
            born=_text(sent, "NgaySinh"),
            purpose=_text(sent, "MucDich"),
            basis=_text(sent, "CanCu"),
        )

    def _vehicle(self, sent: dict[str, Any]) -> dict[str, Any]:
        return self.vehicles.vehicle(_text(sent, "BienSo"), purpose=_text(sent, "MucDich"), basis=_text(sent, "CanCu"))

    def _control(self, sent: dict[str, Any]) -> dict[str, Any]:
        chosen = {name: value for name, value in sent.items() if name in Behaviour.__dataclass_fields__}
        with self.lock:
            self.behaviours[_text(sent, "line")] = Behaviour(**chosen)
        return {}


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str):
        raise No("sai_dinh_dang")
    return value


class Handler(BaseHTTPRequestHandler):
    """One call."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """Answer a question."""
        if self.path == "/health":
            self._write(200, b"{}", "")
        else:
            self._call("GET")

    def do_POST(self) -> None:
        """Answer a message."""
        self._call("POST")

    def _call(self, method: str) -> None:
        service, length = self.server.service, self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST:
            self.close_connection = True
            self._write(413, b"{}", "")
            return
        body, nonce = self.rfile.read(int(length)), self.headers.get("X-Nonce", "")
        if not self._proven(service, method, nonce, body):
            self._write(401, json.dumps({"loi": "chu_ky"}).encode(), nonce)
            return
        behaviour = service.behave(self.path.split("/")[1]) if self.path != "/control" else Behaviour()
        time.sleep(behaviour.delay)
        if behaviour.status:
            self._write(behaviour.status, b"<html>maintenance</html>", nonce)
            return
        try:
            sent = json.loads(body) if body else {}
            status, said = 200, service.answer(method, self.path, sent if isinstance(sent, dict) else {})
        except No as no:
            status, said = no.status, {"loi": no.word}
        except ValueError:
            status, said = 422, {"loi": "sai_dinh_dang"}
        if behaviour.lose:
            self.close_connection = True
            return
        self._write(status, json.dumps(said, ensure_ascii=False).encode(), "forged" if behaviour.forge else nonce)

    def _proven(self, service: Service, method: str, nonce: str, body: bytes) -> bool:
        moment, given = self.headers.get("X-Time", ""), self.headers.get("X-Signature", "")
        if self.headers.get("X-Client") != service.client or not moment.isdecimal() or len(nonce) < 16:  # noqa: PLR2004
            return False
        wanted = service.sign(method, self.path, moment, nonce, body=body)
        near = abs(time.time() - int(moment)) <= _TOLERANCE
        return near and hmac.compare_digest(given.encode(), wanted.encode()) and service.fresh(nonce)

    def _write(self, status: int, body: bytes, nonce: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Signature", self.server.service.sign(str(status), nonce, body=body))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Write nothing: addresses of parcels would stand in the log."""


class Server(ThreadingHTTPServer):
    """Serves one `Service`."""

    daemon_threads = True
    service: Service

    def __init__(self, host: str, port: int, service: Service) -> None:
        super().__init__((host, port), Handler)
        self.service = service
