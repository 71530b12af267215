"""An SMS gateway, Zalo's service and a push service that speak the real interfaces on loopback.

`python -m vamco.kernel.work.notices.adapters.simulators.web sms 8025`
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vamco.kernel.work.notices.adapters.simulators.provider import RETRY_AFTER_S, Mood, Provider, Taken, Verdict
from vamco.kernel.work.notices.rules import webpush

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

KEY, SECRET = "khoa", "bi-mat"  # of a provider that does not exist
ZALO_APP, ZALO_SECRET = "4242", "oa-bi-mat"  # see above
LONGEST = 1 << 16
Said = tuple[int, dict[str, Any], dict[str, str]]


class Service(ThreadingHTTPServer):
    """A server over a provider; `answer` reads one request and gives status, JSON and headers."""

    daemon_threads = True
    request_queue_size = 128
    provider: Provider
    answer: Callable[[Service, Request, bytes], Said]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller who hangs up is nobody's failure."""


class Request(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    timeout = 60
    server: Service

    def do_POST(self) -> None:
        """Answer a request as the provider is disposed to."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST))
        status, content, headers = self.server.answer(self.server, self, body)
        text = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Write nothing: addresses stand in the requests."""


def sms(server: Service, _request: Request, body: bytes) -> Said:
    """Answer as a brand-name gateway."""
    asked = json.loads(body)
    if (asked.get("ApiKey"), asked.get("SecretKey")) != (KEY, SECRET):
        return 200, {"CodeResult": "101"}, {}
    found = server.provider.receive(asked["RequestId"], asked["Phone"], "", asked["Content"])
    codes = {Mood.TAKES: "124" if found.duplicate else "100", Mood.REFUSES: "108", Mood.BROKE: "103"}
    return _usual(server, found) or (200, {"CodeResult": codes[found.mood], "SMSID": found.reference}, {})


def zalo(server: Service, request: Request, body: bytes) -> Said:
    """Answer as Zalo's service."""
    asked = json.loads(body)
    if request.headers.get("access_token") != SECRET:
        return 200, {"error": -124, "message": "Access token invalid"}, {}
    words = json.dumps(asked["template_data"], ensure_ascii=False)
    found = server.provider.receive(asked["tracking_id"], asked["phone"], asked["template_id"], words)
    codes = {Mood.TAKES: 0, Mood.REFUSES: -118, Mood.BROKE: -115}
    content = {"error": codes.get(found.mood, -100), "message": "", "data": {"msg_id": found.reference}}
    return _usual(server, found) or (200, content, {})


class Browser:
    """A browser that has subscribed; it alone can read what the push service carries."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        self._key: EllipticCurvePrivateKey = ec.generate_private_key(ec.SECP256R1())
        self._secret = hashlib.sha256(webpush.point(self._key)).digest()[:16]

    def subscription(self, service: str) -> str:
        """Give what it would hand to the site."""
        keys = {"p256dh": webpush.padded(webpush.point(self._key)), "auth": webpush.padded(self._secret)}
        return json.dumps({"endpoint": f"{service}/push/1", "keys": keys})

    def read(self, body: bytes) -> dict[str, str]:
        """Give what a body says."""
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        key, nonce = webpush.secrets_of(shared, self._secret, webpush.point(self._key), sender, salt)
        clear = AESGCM(key).decrypt(nonce, sealed, None)
        found: dict[str, str] = json.loads(clear.rpartition(b"\x02")[0])
        return found


def pushes(browser: Browser) -> Callable[[Service, Request, bytes], Said]:
    """Give the answers of a push service whose one browser reads at once."""

    def answer(server: Service, request: Request, body: bytes) -> Said:
        if not request.headers.get("Authorization", "").startswith("vapid t=") or not request.headers.get("TTL"):
            return 401, {}, {}
        said = browser.read(body)
        found = server.provider.receive(said["tag"], urlsplit(request.path).path, said["title"], said["body"])
        statuses = {Mood.TAKES: 201, Mood.REFUSES: 410, Mood.BROKE: 403}
        location = {"Location": f"/message/{found.reference}"} if found.reference else {}
        return _usual(server, found) or (statuses[found.mood], {}, location)

    return answer


def _usual(server: Service, found: Verdict) -> Said | None:
    """Give what every service answers to trouble; for a lost answer it raises, which closes the connection."""
    if found.mood == Mood.BUSY:
        return 429, {}, {"Retry-After": str(RETRY_AFTER_S)}
    if found.mood == Mood.DOWN:
        return 503, {}, {}
    if found.mood == Mood.SILENT:
        time.sleep(server.provider.late_s)
    if found.mood in {Mood.LOSES, Mood.SILENT}:
        raise ConnectionAbortedError
    return None


def sms_report(taken: Taken, *, delivered: bool = True) -> dict[str, str]:
    """Give the query with which the gateway tells what became of a message."""
    count = {"SendSuccess": str(int(delivered)), "SendFailed": str(int(not delivered))}
    return {"SMSID": taken.reference, "RequestId": taken.key, "SendStatus": "5", "TypeId": "2", **count}


def zalo_report(taken: Taken, secret: str = ZALO_SECRET) -> tuple[dict[str, str], bytes]:
    """Give headers and body with which Zalo tells that a message was received."""
    event = {
        "app_id": ZALO_APP,
        "event_name": "user_received_message",
        "timestamp": "1763800000000",
        "message": {"msg_id": taken.reference, "tracking_id": taken.key, "delivery_time": "1763799999000"},
    }
    body = json.dumps(event).encode()
    signed = hashlib.sha256(ZALO_APP.encode() + body + b"1763800000000" + secret.encode()).hexdigest()
    return {"X-ZEvent-Signature": f"mac={signed}"}, body


@contextlib.contextmanager
def running(answer: Callable[[Service, Request, bytes], Said], provider: Provider, port: int = 0) -> Iterator[str]:
    """Run a service in a thread; gives its address, such as http://127.0.0.1:40123."""
    with Service(("127.0.0.1", port), Request) as server:
        server.provider = provider
        server.answer = answer
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield "http://{}:{}".format(*server.server_address[:2])
        finally:
            server.shutdown()
            thread.join()


if __name__ == "__main__":
    kind = {"sms": sms, "zalo": zalo}[sys.argv[1]]
    with running(kind, Provider(idempotent=kind is sms), int(sys.argv[2])):
        threading.Event().wait()
