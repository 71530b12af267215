"""A page asks for more: one confirms, is back, and nothing that was typed is lost."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.systems.identity.models import SignIn
from vamco.systems.identity.tests import entering
from vamco.web import addresses, assurance

if TYPE_CHECKING:
    from vamco.systems.identity.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.VAMCO_SITE_URL = entering.SITE


@pytest.fixture
def account() -> Account:
    return entering.account()


def old(client: Client, minutes: int = 60) -> None:
    """Let the sign-in be a while ago."""
    session = client.session
    session["assurance"] = {
        **session["assurance"],
        "at": (clock.now() - dt.timedelta(minutes=minutes)).isoformat(),
    }
    session.save()


def fields(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    content = page[page.index("<main") :]  # the switch of languages has a form of its own
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', content):
        found.setdefault(html.unescape(name), []).append(html.unescape(value))
    return found


def confirm(client: Client, page: str, **more: str) -> Any:
    query = {name: values[0] for name, values in parse_qs(urlsplit(page).query, keep_blank_values=True).items()}
    return client.post("/confirm", {**query, **more})


def test_a_fresh_sign_in_is_not_asked(account: Account) -> None:
    assert entering.entered().get("/account/password").status_code == 200


def test_who_signed_in_a_while_ago_confirms_and_is_back(account: Account) -> None:
    client = entering.entered()
    old(client)
    sid, key = client.session["assurance"]["sid"], client.session.session_key
    way = client.get("/account/password")
    assert way.headers["Location"] == "/confirm?next=%2Faccount%2Fpassword&level=1&within=900"
    page = client.get(way.headers["Location"]).content.decode()
    assert "cần chắc chắn" in page
    answer = confirm(client, way.headers["Location"], password=entering.PASSWORD)
    assert answer.headers["Location"] == "/confirm/done?next=%2Faccount%2Fpassword"
    assert client.get(answer.headers["Location"]).headers["Location"] == "/account/password"
    assert client.get("/account/password").status_code == 200
    stay = SignIn.objects.get()  # the same stay goes on, in a session with another key
    assert (str(stay.pk), stay.ended_at, stay.session_key) == (sid, None, client.session.session_key)
    assert client.session.session_key != key
    assert clock.now() - stay.confirmed_at < dt.timedelta(minutes=1)
    assert Entry.objects.get(act="identity.confirm").detail == {"level": 1, "methods": ["pwd"]}


def test_a_wrong_password_confirms_nothing(account: Account) -> None:
    client = entering.entered()
    old(client)
    way = client.get("/account/password").headers["Location"]
    assert confirm(client, way, password="sai").status_code == 422
    assert client.get("/account/password").status_code == 302


def test_level_two_takes_password_and_code(account: Account, rf: Any) -> None:
    entering.with_app(account)
    client = Client()
    client.post("/log-in", {"username": "canbo", "password": entering.PASSWORD})
    assert client.post("/log-in/code", {"code": entering.app_code(ahead=-1)}).status_code == 302
    stay = SignIn.objects.get()
    assert (stay.level, stay.methods) == (2, ["pwd", "otp", "mfa"])
    old(client)
    way = client.get("/account/app").headers["Location"]
    assert confirm(client, way, password=entering.PASSWORD, code="000000").status_code == 422
    assert confirm(client, way, password=entering.PASSWORD).status_code == 422  # never the password alone
    assert client.get("/account/app").status_code == 302
    assert confirm(client, way, password=entering.PASSWORD, code=entering.app_code()).status_code == 302
    assert client.get("/account/app").status_code == 200
    assert SignIn.objects.get().level == 2


def test_a_password_alone_is_no_level_two_and_the_page_says_what_to_do(account: Account) -> None:
    client = entering.entered()
    page = client.get("/confirm?next=/account/&level=2&within=")
    assert 'name="password"' not in page.content.decode()
    assert "chỉ có mật khẩu" in page.content.decode()
    answer = client.post("/confirm", {"next": "/account/", "level": "2", "within": "", "password": entering.PASSWORD})
    assert answer.status_code == 422
    assert client.session["assurance"]["level"] == 1


def test_the_lowest_level_cannot_be_asked_for_by_hand(account: Account) -> None:
    client = entering.entered()
    old(client)
    for level in ("0", "-1", "9", "²", "", "1e9"):
        client.get("/confirm", {"next": "/account/password", "level": level, "within": "x" * 9})
    assert client.get("/account/password").status_code == 302  # whatever is asked there, the page itself decides


def test_a_passkey_confirms(account: Account) -> None:
    key = entering.passkey(account)
    client = entering.entered()
    options = client.post("/confirm/options").content.decode()
    answer = client.post("/confirm", {"next": "/account/", "level": "2", "within": "", "passkey": key.show(options)})
    assert answer.headers["Location"] == "/confirm/done?next=%2Faccount%2F"
    assert client.session["assurance"]["level"] == 2


def test_a_passkey_of_somebody_else_does_not(account: Account) -> None:
    key = entering.passkey(entering.account("khac", "Người Khác"))
    client = entering.entered()
    options = client.post("/confirm/options").content.decode()
    answer = client.post("/confirm", {"next": "/account/", "level": "2", "within": "", "passkey": key.show(options)})
    assert answer.status_code == 422
    assert client.session["assurance"]["level"] == 1


def kept(client: Client, account: Account, name: str) -> str:
    """Send a form to a page that asks for more, and return where it led."""
    entering.passkey(account)
    there = reverse("identity:passkey", args=[account.passkeys.get().pk])
    old(client)
    sent = {"do": "rename", "name": name, "many": ["một", "hai"], "password": "bí mật", "csrfmiddlewaretoken": "x"}
    way = client.post(there, sent).headers["Location"]
    assert account.passkeys.get().name == "Điện thoại"  # nothing was done
    return way


def test_what_was_typed_is_sent_again_with_one_button(account: Account) -> None:
    client = entering.entered()
    name = 'Máy "mới" <của> tôi'
    way = kept(client, account, name)
    assert "được giữ lại" in client.get(way).content.decode()
    done = confirm(client, way, password=entering.PASSWORD).headers["Location"]
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    for _again in range(2):  # loading it twice loses nothing
        page = strict.get(done).content.decode()
        sent = fields(page)
        assert "Bạn đã xác nhận. Tiếp tục gửi" in page
    token = sent.pop("csrfmiddlewaretoken")[0]
    assert sent == {"do": ["rename"], "name": [name], "many": ["một", "hai"]}  # no secret was kept
    there = re.search(r'<form method="post" action="(/account/passkeys/\d+)"', page)[1]  # type: ignore[index]
    assert strict.post(there, sent).status_code == 400  # without a fresh token nothing is sent
    assert strict.post(there, {**sent, "csrfmiddlewaretoken": token}).status_code == 302
    assert account.passkeys.get().name == name
    assert strict.get(done).status_code == 302  # it has arrived: it is not offered again


def test_what_was_kept_is_nobody_else_s(account: Account) -> None:
    other = entering.account("khac", "Người Khác")
    client = entering.entered()
    way = kept(client, account, "bí mật 5519")
    target = parse_qs(urlsplit(way).query)["next"][0]
    stranger = entering.entered("khac")
    assert stranger.get("/confirm/done", {"next": target}).status_code == 302
    entering.entered("khac", client=client)  # the next person at the same browser
    assert client.session["_auth_user_id"] == str(other.pk)
    answer = client.get("/confirm/done", {"next": target})
    assert (answer.status_code, b"5519" in answer.content) == (302, False)
    assert "assurance.kept" not in client.session


def test_what_was_kept_belongs_to_one_stay(account: Account, rf: Any) -> None:
    client = entering.entered()
    way = kept(client, account, "bí mật 5519")
    session = client.session
    session["assurance"] = {**session["assurance"], "sid": "another"}
    session.save()
    target = parse_qs(urlsplit(way).query)["next"][0]
    assert client.get("/confirm/done", {"next": target}).status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_led_elsewhere(target: str, account: Account) -> None:
    client = entering.entered()
    assert client.get("/confirm/done", {"next": target}).headers["Location"] == "/"
    old(client)
    page = client.get("/confirm", {"next": target, "level": "1", "within": "900"}).content.decode()
    assert fields(page)["next"] == ["/"]
    answer = client.post("/confirm", {"next": target, "level": "1", "within": "900", "password": entering.PASSWORD})
    assert answer.headers["Location"] == "/confirm/done?next=%2F"


def test_files_and_what_is_too_long_are_said_to_be_lost(account: Account, rf: Any) -> None:
    request = rf.post("/x", {"text": "a" * (assurance.MOST_KEPT + 1)})
    request.person, request.session = (
        account.person,
        {"assurance": {"level": 1, "methods": [], "at": "2026-01-01T00:00:00+00:00", "sid": "s"}},
    )
    way = assurance.lead_to_confirm(request, 2, None)
    assert isinstance(way, HttpResponse)
    found = assurance.kept(request, "/x")
    assert found is not None
    assert (found.fields, found.lost) == ((), True)


def test_the_national_eid_is_offered_only_where_it_is(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    client = entering.entered()
    monkeypatch.setattr(addresses, "_known", {k: v for k, v in addresses._known.items() if k != "eid_start"})
    assert "danh điện tử quốc gia" not in client.get("/confirm?next=/account/&level=2").content.decode()
    addresses.register("eid_start", lambda: "/eid/start")
    page = html.unescape(client.get("/confirm?next=/account/&level=2").content.decode())
    assert '"/eid/start?next=%2Fconfirm%2Fdone%3Fnext%3D%252Faccount%252F&level=2"' in page
