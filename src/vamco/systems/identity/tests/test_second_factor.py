"""The second factor at the log-in: asked of whom has one, each code once, and guessing is slow."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, Attempt, SecondFactor
from vamco.systems.identity.rules import codes
from vamco.systems.identity.services.second_factor import set_up

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
PASSWORD = "sông Vàm Cỏ Đông"
SECRET = b"12345678901234567890"
NOW = 1_800_000_000.0


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the seconds at which pages stand."""
    at = [NOW]
    monkeypatch.setattr("vamco.systems.identity.pages.logging_in.time.time", lambda: at[0])
    return at


@pytest.fixture
def account(moment: list[float]) -> Account:
    return identity.open_account("canbo", PASSWORD, people.add("Nguyễn Văn Thử"))


@pytest.fixture
def recovery(account: Account) -> list[str]:
    """Give the recovery codes of the account, whose factor was set up ten minutes ago."""
    return set_up(account, SECRET, code(NOW - 600), seconds=NOW - 600)


def code(at: float) -> str:
    return codes.code(SECRET, codes.step_at(at))


def password(client: Client, target: str = "/?view=map", word: str = PASSWORD) -> HttpResponse:
    return client.post("/log-in", {"username": "canbo", "password": word, "next": target})  # type: ignore[return-value]


def enter(client: Client, entered: str) -> HttpResponse:
    return client.post("/log-in/code", {"code": entered})  # type: ignore[return-value]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.usefixtures("recovery")
def test_the_password_alone_opens_nothing_and_the_code_leads_where_the_reader_wanted(
    client: Client, account: Account
) -> None:
    answer = password(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/log-in/code")
    assert not signed_in(client)
    assert not Entry.objects.filter(act="identity.log_in").exists()
    assert Attempt.objects.count() == 1
    answer = enter(client, f" {code(NOW)[:3]} {code(NOW)[3:]}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?view=map")
    assert client.session["_auth_user_id"] == str(account.pk)
    assert Entry.objects.get(act="identity.log_in").detail == {"second_factor": "app"}
    assert not Attempt.objects.exists()


@pytest.mark.usefixtures("recovery")
def test_a_code_counts_once(client: Client) -> None:
    password(client)
    enter(client, code(NOW))
    for _ in range(2):
        again = Client()
        password(again)
        answer = enter(again, code(NOW))
        assert answer.status_code == 422
        assert "Mã không đúng hoặc đã được dùng" in answer.content.decode()
        assert not signed_in(again)


@pytest.mark.usefixtures("recovery")
def test_an_older_code_does_not_count_after_a_newer_one(client: Client, moment: list[float]) -> None:
    password(client)
    assert enter(client, code(NOW + 30)).status_code == 302
    again = Client()
    password(again)
    assert enter(again, code(NOW)).status_code == 422
    moment[0] = NOW + 60
    assert enter(again, code(NOW + 60)).status_code == 302


def test_a_recovery_code_lets_in_once(client: Client, recovery: list[str]) -> None:
    assert len(set(recovery)) == 10
    password(client)
    assert enter(client, recovery[3].lower().replace(" ", "-")).status_code == 302
    assert signed_in(client)
    again = Client()
    password(again)
    assert enter(again, recovery[3]).status_code == 422
    assert enter(again, recovery[4]).status_code == 302


@pytest.mark.usefixtures("recovery")
def test_guessing_waits_like_a_password(client: Client, moment: list[float]) -> None:
    password(client)
    said = [enter(client, "000000").content.decode() for _ in range(6)]
    assert ["sai quá nhiều lần" in text for text in said] == [False] * 4 + [True] * 2
    answer = enter(client, code(NOW))
    assert answer.status_code == 422
    assert not signed_in(client)
    assert Attempt.objects.count() == 5


@pytest.mark.usefixtures("recovery")
def test_the_page_of_the_code_is_for_whom_has_just_given_the_password(client: Client, moment: list[float]) -> None:
    assert client.get("/log-in/code").headers["Location"] == "/log-in"
    assert enter(client, code(NOW)).headers["Location"] == "/log-in"
    password(client)
    assert client.get("/log-in/code").status_code == 200
    moment[0] = NOW + 301
    assert enter(client, code(NOW + 301)).headers["Location"] == "/log-in"
    assert not signed_in(client)


@pytest.mark.usefixtures("recovery")
def test_who_is_locked_or_gets_another_password_meanwhile_does_not_come_in(client: Client, account: Account) -> None:
    password(client)
    account.set_password("another one, much longer")
    account.save()
    assert enter(client, code(NOW)).headers["Location"] == "/log-in"
    password(client, word="another one, much longer")
    identity.lock("canbo")
    assert enter(client, code(NOW)).headers["Location"] == "/log-in"
    assert not signed_in(client)


@pytest.mark.usefixtures("recovery")
def test_the_secret_lies_sealed_and_rotates_with_the_keys(account: Account) -> None:
    factor = SecondFactor.objects.get()
    written = base64.b32encode(SECRET)
    assert written not in bytes(factor.sealed)
    before = factor.key
    people.rotate()
    factor.refresh_from_db()
    assert factor.key != before
    assert people.unseal(factor) == written.decode()


def test_locking_ends_sessions_for_good(client: Client, account: Account, settings: Any) -> None:
    password(client)
    assert client.get("/log-in").status_code == 302
    identity.lock("canbo")
    assert client.get("/log-in").status_code == 200
    identity.unlock("canbo")
    assert client.get("/log-in").status_code == 200
    assert password(client).status_code == 302
