"""People who are signed in as they really are: by the pages."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import SecondFactor
from vamco.systems.identity.rules import codes
from vamco.systems.identity.tests.authenticator import Authenticator
from vamco.web import assurance

if TYPE_CHECKING:
    from vamco.systems.identity.models import Account

PASSWORD = "sông Vàm Cỏ Đông"
SITE = "http://localhost:8000"
CHROME = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0"
SECRET = bytes(range(20))


def account(username: str = "canbo", name: str = "Nguyễn Văn Thử") -> Account:
    return identity.open_account(username, PASSWORD, people.add(name))


def citizen(name: str = "Trần Thị Dân", number: str = "") -> Account:
    """An account that only a passkey or the eID opens."""
    person = people.add(name)
    if number:
        people.record_number(person, "citizen_id", number, actor="system")
    return identity.open_account(f"@{person.pk}", None, person)


def entered(username: str = "canbo", *, browser: str = CHROME, client: Client | None = None, **more: Any) -> Client:
    client = client or Client()
    answer = client.post("/log-in", {"username": username, "password": PASSWORD}, HTTP_USER_AGENT=browser, **more)
    assert answer.status_code == 302, answer.content.decode()
    return client


def sure(client: Client) -> Client:
    """Let a browser have just shown two factors: pages that appoint, dismiss, import or recover ask for that."""
    session = client.session
    held = session.get("assurance") or {"sid": ""}
    assurance.write(session, assurance.Assurance(2, ("pwd", "otp", "mfa"), clock.now(), held["sid"]))
    session.save()
    return client


def with_app(whose: Account) -> None:
    factor = SecondFactor(account=whose, last_step=0, created_at=clock.now())
    people.seal(factor, base64.b32encode(SECRET).decode())
    factor.save(force_insert=True)


def app_code(*, ahead: int = 0) -> str:
    return codes.code(SECRET, codes.step_at(time.time()) + ahead)


def passkey(whose: Account, **more: Any) -> Authenticator:
    made = Authenticator(**more)
    options = identity.creation_options(whose)
    identity.add_passkey(whose, made.make(options.text), options.challenge, "Điện thoại")
    return made


def entered_by(key: Authenticator, client: Client | None = None) -> Client:
    client = client or Client()
    options = client.post(reverse("identity:log_in_passkey_options")).content.decode()
    answer = client.post(reverse("identity:log_in_passkey"), {"passkey": key.show(options), "next": "/account/"})
    assert answer.status_code == 302, answer.content.decode()
    return client


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session
