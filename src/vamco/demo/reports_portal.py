"""Another system of the province, simulated: `python -m vamco.demo.reports_portal --port …`, “Cổng báo cáo nội bộ (mô phỏng)”.

It knows nothing of the platform but its address, and signs its users in there with an OpenID client library that is not ours (Authlib).

    GET  /            who is signed in, and what was passed on
    GET  /sign-in     to the platform, and back to /callback
    POST /log-out     here and there
    POST /logged-out  the platform says that somebody has left (back channel)
    GET  /health

Its own session is a cookie; it keeps them in memory. VAMCO_PORTAL_ISSUER, VAMCO_PORTAL_CLIENT and VAMCO_PORTAL_SECRET are in its
environment. It listens on the loopback address only.
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import json
import os
import secrets
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwk, jwt
from joserfc.errors import JoseError

if TYPE_CHECKING:
    from collections.abc import Sequence

COOKIE: Final = "portal_session"
SCOPE: Final = "openid profile email phone post"
_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LEEWAY_S: Final = 120
_MOST: Final = 1000  # sessions and sign-ins under way
_BODY: Final = 16 << 10
_PAGE: Final = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Cổng báo cáo nội bộ (mô phỏng)</title><style>body{{font:1.05rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}}
table{{border-collapse:collapse}}th,td{{text-align:left;padding:.25rem 1rem .25rem 0;vertical-align:top;overflow-wrap:anywhere}}button,a.button{{font:inherit;padding:.5rem 1rem}}</style></head>
<body><main><h1>Cổng báo cáo nội bộ (mô phỏng)</h1>{body}</main></body></html>"""


class Refusal(Exception):  # noqa: N818
    """The platform said something that does not hold."""


@dataclass
class Session:
    """Who is signed in here, as the platform said it."""

    sid: str
    claims: dict[str, Any]
    info: dict[str, Any]
    id_token: str


@dataclass
class Portal:
    """What the system knows, apart from HTTP."""

    issuer: str
    client: str
    secret: str
    address: str
    sessions: dict[str, Session] = field(default_factory=dict)
    under_way: dict[str, tuple[str, str]] = field(default_factory=dict)  # by state: verifier and nonce
    seen: dict[str, float] = field(default_factory=dict)  # log-out tokens by jti
    lock: threading.Lock = field(default_factory=threading.Lock)
    _metadata: dict[str, Any] = field(default_factory=dict)

    @property
    def metadata(self) -> dict[str, Any]:
        """Return what the platform says of itself, read once."""
        if not self._metadata:
            found = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=10).json()
            if found["issuer"] != self.issuer:
                raise Refusal("another issuer")
            self._metadata = found
        return self._metadata

    def begin(self) -> str:
        """Return the address at which a person signs in."""
        verifier, nonce, state = generate_token(48), generate_token(24), generate_token(24)
        with self.lock:
            self.under_way = dict([*self.under_way.items(), (state, (verifier, nonce))][-_MOST:])
        with self._client() as session:
            address, _state = session.create_authorization_url(
                self.metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(address)

    def finish(self, query: dict[str, str]) -> str:
        """Take a code, and return the key of the session that begins; Refusal where anything does not hold."""
        with self.lock:
            held = self.under_way.pop(query.get("state", ""), None)
        if held is None or query.get("iss") != self.issuer:
            raise Refusal("this sign-in was not begun here")
        if "code" not in query:
            raise Refusal(query.get("error", "no code"))
        verifier, nonce = held
        with self._client() as session:
            tokens = session.fetch_token(
                self.metadata["token_endpoint"],
                grant_type="authorization_code",
                code=query["code"],
                code_verifier=verifier,
            )
            claims = self._check(tokens["id_token"])
            if claims.get("nonce") != nonce:
                raise Refusal("nonce")
            info = session.get(self.metadata["userinfo_endpoint"], timeout=10).json()
        if info.get("sub") != claims["sub"]:
            raise Refusal("sub")
        key = secrets.token_urlsafe(24)
        with self.lock:
            made = (key, Session(str(claims.get("sid", "")), claims, info, tokens["id_token"]))
            self.sessions = dict([*self.sessions.items(), made][-_MOST:])
        return key

    def _client(self) -> OAuth2Session:
        return OAuth2Session(
            self.client,
            self.secret,
            scope=SCOPE,
            redirect_uri=f"{self.address}/callback",
            code_challenge_method="S256",
            timeout=10,
        )

    def _check(self, token: str) -> dict[str, Any]:
        """Return the claims of a token that the platform signed for us; Refusal for another."""
        try:
            claims = self._decode(token)
        except (JoseError, ValueError, KeyError):
            raise Refusal("token") from None
        now = now_s()
        fresh = claims.get("iat", 0) - _LEEWAY_S <= now <= claims.get("exp", 0) + _LEEWAY_S
        if claims.get("iss") != self.issuer or claims.get("aud") != self.client or not fresh:
            raise Refusal("token")
        return claims

    def _decode(self, token: str) -> dict[str, Any]:
        keys = requests.get(self.metadata["jwks_uri"], timeout=10).json()
        return dict(jwt.decode(token, jwk.KeySet.import_key_set(keys), algorithms=["RS256"]).claims)

    def logged_out(self, token: str) -> None:
        """End the sessions of a stay that the platform says has ended; Refusal for what is no such word of it, or came before."""
        claims = self._check(token)
        sid, mark = claims.get("sid"), claims.get("jti", "")
        with self.lock:
            if _EVENT not in claims.get("events", {}) or "nonce" in claims or not sid or mark in self.seen:
                raise Refusal("no log-out token")
            now = time.monotonic()
            self.seen = {jti: at for jti, at in self.seen.items() if now - at < 2 * _LEEWAY_S} | {mark: now}
            self.sessions = {key: held for key, held in self.sessions.items() if held.sid != sid}

    def leave(self, key: str) -> str:
        """End a session here, and return the address at which it ends there."""
        with self.lock:
            held = self.sessions.pop(key, None)
        if held is None:
            return "/"
        query = {"id_token_hint": held.id_token, "post_logout_redirect_uri": f"{self.address}/"}
        return f"{self.metadata['end_session_endpoint']}?{urlencode(query)}"


def now_s() -> float:
    """Return the moment in seconds; on the demonstration's fixed day the hour still runs."""
    day = os.environ.get("VAMCO_TODAY")
    if not day:
        return time.time()
    zone = dt.timezone(dt.timedelta(hours=7))
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.datetime.now(zone).time(), zone).timestamp()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        portal = self.server.portal
        if url.path == "/health":
            return self._send(HTTPStatus.OK, "ok")
        try:
            if url.path == "/sign-in":
                return self._lead(portal.begin())
            if url.path == "/callback":
                key = portal.finish({name: values[-1] for name, values in parse_qs(url.query).items()})
                return self._lead("/", cookie=key)
        except (Refusal, requests.RequestException) as error:
            return self._send(HTTPStatus.BAD_REQUEST, f"<p>Không đăng nhập được: {html.escape(str(error))}</p>{_AGAIN}")
        if url.path != "/":
            return self._send(HTTPStatus.NOT_FOUND, "<p>Không có trang này.</p>")
        return self._send(HTTPStatus.OK, self._home())

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(min(length, _BODY)).decode(errors="replace")
        if self.path == "/log-out":
            return self._lead(self.server.portal.leave(self._key()), cookie="gone")
        if self.path != "/logged-out":
            return self._send(HTTPStatus.NOT_FOUND, "")
        try:
            self.server.portal.logged_out(parse_qs(raw).get("logout_token", [""])[0])
        except (Refusal, requests.RequestException):
            return self._send(HTTPStatus.BAD_REQUEST, "")
        return self._send(HTTPStatus.OK, "")

    def _home(self) -> str:
        held = self.server.portal.sessions.get(self._key())
        if held is None:
            return f"<p>Bạn chưa đăng nhập.</p>{_AGAIN}"
        named = {**held.info, **{name: held.claims.get(name) for name in ("acr", "amr", "auth_time", "sid")}}
        rows = "".join(
            f"<tr><th scope=row>{html.escape(name)}</th><td>{html.escape(json.dumps(value, ensure_ascii=False))}</td></tr>"
            for name, value in named.items()
        )
        name = html.escape(str(held.info.get("name", "")))
        leave = '<form method="post" action="/log-out"><button>Đăng xuất</button></form>'
        return f"<p>Xin chào <b>{name}</b>. Hệ thống này nhận được từ Vàm Cỏ:</p><table>{rows}</table>{leave}"

    def _key(self) -> str:
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return ""
        return found.value if found else ""

    def _lead(self, target: str, *, cookie: str = "") -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", target)
        if cookie:
            self.send_header("Set-Cookie", f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, body: str) -> None:
        content = _PAGE.format(body=body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Keep codes and tokens, which stand in addresses, out of the log."""


_AGAIN: Final = '<p><a class="button" href="/sign-in">Đăng nhập bằng tài khoản Vàm Cỏ</a></p>'


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, portal: Portal) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.portal = portal


def serve(port: int, issuer: str, client: str, secret: str) -> _Server:
    """Return the system, ready to serve; port 0 takes any."""
    portal = Portal(issuer.rstrip("/"), client, secret, "")
    server = _Server(port, portal)
    portal.address = f"http://localhost:{server.server_address[1]}"
    return server


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the process ends."""
    parser = argparse.ArgumentParser(prog="python -m vamco.demo.reports_portal")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args(argv).port
    issuer, client, secret = (os.environ[f"VAMCO_PORTAL_{name}"] for name in ("ISSUER", "CLIENT", "SECRET"))
    server = serve(port, issuer, client, secret)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
