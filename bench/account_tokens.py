"""Accounts: what a core does in a second at the doors that people and other systems use all day."""

from __future__ import annotations

import io
import itertools
import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CHECKOUT = Path(__file__).resolve().parents[1]
TURNS, CODES, PERSONS = 5, 100, 20
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

    Each call knows the client by its secret, checks the verifier, writes three rows and signs an id token with RS256. A code lasts a
    minute, so they are made and redeemed in turns; only redeeming counts.
    """
    from django.core.wsgi import get_wsgi_application

    site, more = get_wsgi_application(), _codes()
    wall = busy = 0.0
    for turn in range(TURNS + 1):
        ready = [next(more) for _ in range(CODES)]
        begun, worked = time.perf_counter(), time.process_time()
        for fields in ready:
            _post(site, fields)
        if turn:  # the first warms up
            wall, busy = wall + time.perf_counter() - begun, busy + time.process_time() - worked
    yield Figure("account", "tokens_per_second_a_core", TURNS * CODES / wall, "tokens/s", reach=">= 150")
    yield Figure("account", "tokens_processor_ms", busy / (TURNS * CODES) * 1000, "ms of the web process")


def _codes() -> Iterator[bytes]:
    """Make codes of some people, and yield the bodies of the calls that redeem them."""
    from urllib.parse import urlencode

    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    from vamco.kernel.base import clock
    from vamco.kernel.world.agencies import public as agencies
    from vamco.kernel.world.people import public as people
    from vamco.systems.broker import public as broker
    from vamco.systems.identity import public as identity

    persons = [people.add(f"Người {number}") for number in range(PERSONS)]
    for number, person in enumerate(persons):
        identity.open_account(f"nguoi{number}", None, person)
    people.appoint(persons[0], agencies.get("H53.15"), "administrator", since=clock.today())
    wanted = broker.NewClient(code="bao-cao", name="X", purpose="X", agency="H53.04", redirect_uris=(BACK,))
    secret, client = broker.new_client(wanted, by=persons[0]), broker.client("bao-cao")
    verifier = secrets.token_urlsafe(40)
    wish = broker.AuthorizeRequest(BACK, ("openid", "profile"), create_s256_code_challenge(verifier), nonce="n")
    for number in itertools.count():
        how = broker.SignedIn(secrets.token_hex(16), 1, ("pwd",), clock.now())
        fields = {
            "grant_type": "authorization_code",
            "code": broker.answer_code(persons[number % PERSONS], client, wish, how),
            "redirect_uri": BACK,
            "code_verifier": verifier,
            "client_id": "bao-cao",
            "client_secret": secret,
        }
        yield urlencode(fields).encode()


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
