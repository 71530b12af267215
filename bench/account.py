"""Accounts: what a core does in a second at the doors that people and other systems use all day."""

from __future__ import annotations

import io
import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parents[1]
CODES = 1000  # a code lasts a minute, so they are made in less
WARM = 100
BACK = "https://baocao.example.vn/callback"


def run() -> Iterable[Figure]:
    """Measure on a database of its own."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        from vamco.cli import migrate

        migrate.bring_up_to_date()
        from vamco.kernel.base.packs import public as packs

        packs.load(CHECKOUT / "packs" / "tayninh")
        yield from tokens()


def tokens() -> Iterable[Figure]:
    """Codes that become tokens, by one thread of one process, through the whole site but its socket.

    Each call knows the client by its secret, checks the verifier, writes two rows and signs an id token with RS256.
    """
    from django.core.wsgi import get_wsgi_application

    ready = _codes(CODES + WARM)
    site = get_wsgi_application()
    for fields in ready[:WARM]:
        _post(site, fields)
    begun, worked = time.perf_counter(), time.process_time()
    for fields in ready[WARM:]:
        _post(site, fields)
    wall, busy = time.perf_counter() - begun, time.process_time() - worked
    yield Figure("account", "tokens_per_second_a_core", CODES / wall, "tokens/s", reach=">= 150")
    yield Figure("account", "tokens_processor_ms", busy / CODES * 1000, "ms of the web process")


def _codes(count: int) -> list[bytes]:
    """Make codes of many people, and return the bodies of the calls that redeem them."""
    from urllib.parse import urlencode

    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    from vamco.kernel.base import clock
    from vamco.kernel.world.agencies import public as agencies
    from vamco.kernel.world.people import public as people
    from vamco.systems.broker import public as broker
    from vamco.systems.identity import public as identity

    keeper = people.add("Quản trị")
    people.appoint(keeper, agencies.get("H53.15"), "administrator", since=clock.today())
    wanted = broker.NewClient(code="bao-cao", name="X", purpose="X", agency="H53.04", redirect_uris=(BACK,))
    secret, client = broker.new_client(wanted, by=keeper), broker.client("bao-cao")
    verifier = secrets.token_urlsafe(40)
    wish = broker.AuthorizeRequest(BACK, ("openid", "profile"), create_s256_code_challenge(verifier), nonce="n")
    found = []
    for number in range(count):
        person = people.add(f"Người {number}")
        identity.open_account(f"nguoi{number}", None, person)
        how = broker.SignedIn(secrets.token_hex(16), 1, ("pwd",), clock.now())
        fields = {
            "grant_type": "authorization_code",
            "code": broker.answer_code(person, client, wish, how),
            "redirect_uri": BACK,
            "code_verifier": verifier,
            "client_id": "bao-cao",
            "client_secret": secret,
        }
        found.append(urlencode(fields).encode())
    return found


def _post(site: Any, body: bytes) -> None:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/oidc/token",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        "wsgi.url_scheme": "http",
        "wsgi.errors": io.StringIO(),
    }
    answer = site(environ, lambda status, _headers, *_more: said.append(status))
    b"".join(answer)
    answer.close()
    assert said[0].startswith("200"), said
