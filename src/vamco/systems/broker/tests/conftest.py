"""A client of the province, people who sign in at it, and their window."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client as Browser
from django.urls import reverse
from joserfc import jwk, jwt

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.broker import public as broker
from vamco.systems.broker.contracts import NewClient
from vamco.systems.identity import public as identity
from vamco.web import addresses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from django.http import HttpResponse

    from vamco.kernel.world.people.models import Person

PASSWORD = "sông Vàm Cỏ Đông"
BACK = "https://baocao.example.vn/callback"
LEFT = "https://baocao.example.vn/left"
EVERYTHING = ("openid", "profile", "email", "phone", "vn_number", "post", "offline_access")


@dataclass
class Party:
    """A client as the tests play it."""

    code: str
    secret: str
    redirect: str = BACK
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def request(self, **more: str | None) -> dict[str, str]:
        """The parameters of a plain request; None takes one out."""
        found: dict[str, str | None] = {
            "client_id": self.code,
            "redirect_uri": self.redirect,
            "response_type": "code",
            "scope": "openid",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **more,
        }
        return {name: value for name, value in found.items() if value is not None}

    @property
    def basic(self) -> dict[str, str]:
        told = base64.b64encode(f"{self.code}:{self.secret}".encode()).decode()
        return {"HTTP_AUTHORIZATION": f"Basic {told}"}

    def post(self, path: str, **fields: str) -> HttpResponse:
        return Browser().post(path, fields, **self.basic)  # type: ignore[return-value]

    def redeem(self, code: str, **more: str) -> HttpResponse:
        """Send a code to the token endpoint."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect,
            "code_verifier": self.verifier,
            **more,
        }
        return self.post("/oidc/token", **fields)


def admin() -> Person:
    person = people.add("Lý Minh Khôi")
    people.appoint(person, agencies.get("H53.15"), "administrator", since=clock.today())
    return person


def admitted(code: str = "bao-cao", **more: Any) -> Party:
    wanted = NewClient(
        **{
            "code": code,
            "name": "Cổng báo cáo",
            "purpose": "Để biết ai lập báo cáo.",
            "agency": "H53.04",
            "redirect_uris": (BACK,),
            "post_logout_uris": (LEFT,),
            "scopes": EVERYTHING,
            **more,
        }
    )
    secret = broker.new_client(wanted, by=admin())
    return Party(code, secret, wanted.redirect_uris[0])


def person(name: str = "Nguyễn Văn Thử", username: str = "canbo") -> Person:
    found = people.add(name)
    identity.open_account(username, PASSWORD, found)
    return found


@pytest.fixture
def party() -> Party:
    return admitted()


@pytest.fixture
def holder() -> Person:
    return person()


@pytest.fixture
def window(holder: Person) -> Browser:
    """A window in which somebody is signed in."""
    return signed_in()


def signed_in(username: str = "canbo") -> Browser:
    found = Browser()
    answer = found.post("/log-in", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302
    return found


@pytest.fixture
def step_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A page to confirm, whichever system brings it."""
    known = addresses.to
    monkeypatch.setattr(addresses, "to", lambda sort, *which: "/step-up" if sort == "step_up" else known(sort, *which))
    return


def confirm(window: Browser, *, level: int | None = None, at: dt.datetime | None = None) -> None:
    """What a step-up page writes, once it is sure."""
    session = window.session
    known = session["assurance"]
    session["assurance"] = {
        **known,
        "level": level or known["level"],
        "methods": ["pwd", "otp", "mfa"] if level == 2 else known["methods"],
        "at": (at or clock.now()).isoformat(),
    }
    session.save()


def ask(window: Browser, party: Party, **more: str | None) -> HttpResponse:
    """Send a person with a request to the authorization endpoint."""
    return window.get(reverse("broker:authorize"), party.request(**more))  # type: ignore[return-value]


def agree(window: Browser, page: Any, answer: str = "agree") -> HttpResponse:
    """Press a button of the page that asks."""
    assert page.status_code == 200, page.content.decode()[:500]
    sealed = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert sealed, page.content.decode()[-2500:]
    return window.post(reverse("broker:agree"), {"request": sealed[1], "answer": answer})  # type: ignore[return-value]


def said(answer: Any) -> dict[str, str]:
    """What a client hears by the address to which a window is led."""
    assert answer.status_code == 302, (answer.status_code, answer.content.decode()[:3000])
    parts = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def code_of(window: Browser, party: Party, **more: str | None) -> str:
    """Let a person agree, and return the code."""
    answer = ask(window, party, **more)
    found = said(agree(window, answer) if answer.status_code == 200 else answer)
    assert found.get("state") == "s-1"
    return found["code"]


def tokens(window: Browser, party: Party, **more: str | None) -> dict[str, Any]:
    answer = party.redeem(code_of(window, party, **more))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def claims(token: str) -> dict[str, Any]:
    """The claims of a token, its signature checked with the published keys."""
    keys = jwk.KeySet.import_key_set(Browser().get("/oidc/keys").json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def userinfo(access: str) -> Any:
    return Browser().get("/oidc/userinfo", HTTP_AUTHORIZATION=f"Bearer {access}")


def error(answer: Any) -> str:
    """The error that a client hears, by a redirect or in JSON."""
    if answer.status_code == 302:
        return said(answer).get("error", "")
    return str(json.loads(answer.content).get("error", ""))


def query(**fields: str) -> str:
    return urlencode(fields)
