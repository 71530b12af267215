"""Where one is signed in: seen, ended one by one or all, and nobody else's."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.systems.identity import public as identity
from vamco.systems.identity import services
from vamco.systems.identity.models import Account, Failure, SignIn
from vamco.systems.identity.rules import codes
from vamco.systems.identity.rules.browsers import masked, recognise
from vamco.systems.identity.tests import entering

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return entering.account()


def ended() -> list[tuple[str, str]]:
    """The stays that were said to have ended, each with why."""
    rows = Event.objects.filter(name="identity.stay_ended").order_by("pk").values_list("payload", flat=True)
    found = [row if isinstance(row, dict) else json.loads(row) for row in rows]
    return [(row["sid"], row["why"]) for row in found]


def sid(client: Client) -> str:
    return client.session["assurance"]["sid"]


def test_every_place_is_listed_and_this_one_is_marked(account: Account) -> None:
    phone, office = entering.entered(), entering.entered(browser=entering.FIREFOX, REMOTE_ADDR="203.0.113.9")
    page = phone.get("/account/stays").content.decode()
    assert page.index("Chrome trên Android") < page.index("Firefox trên Windows")
    assert page.count("Thiết bị này") == 1
    assert "203.0.113.…" in page
    assert "203.0.113.9" not in page
    assert "203.0.113.0/24" not in page
    assert f'href="/account/stays/{sid(office)}"' in page


def test_one_is_ended_and_only_that_one(account: Account) -> None:
    phone, office = entering.entered(), entering.entered(browser=entering.FIREFOX)
    gone = sid(office)
    assert phone.get(f"/account/stays/{gone}").status_code == 200
    assert entering.signed_in(office)
    assert phone.post(f"/account/stays/{gone}").headers["Location"] == "/account/stays"
    assert not entering.signed_in(office)
    assert entering.signed_in(phone)
    assert office.get("/account/").headers["Location"] == "/log-in?next=/account/"
    assert ended() == [(gone, "ended")]
    stay = SignIn.objects.get(pk=gone)
    assert (stay.ended_why, stay.session_key) == ("ended", "")
    assert phone.get(f"/account/stays/{gone}").status_code == 404
    assert Entry.objects.get(act="identity.end_stays").detail == {"ended": 1}


def test_this_one_is_ended_like_a_log_out(account: Account) -> None:
    phone = entering.entered()
    assert phone.post(f"/account/stays/{sid(phone)}").headers["Location"] == "/log-in"
    assert not entering.signed_in(phone)


def test_all_others_end(account: Account) -> None:
    phone, two, three = entering.entered(), entering.entered(), entering.entered()
    gone = {sid(two), sid(three)}
    page = phone.post("/account/stays", {"which": "others"}, follow=True).content.decode()
    assert "2 phiên đăng nhập khác" in page
    assert [entering.signed_in(each) for each in (phone, two, three)] == [True, False, False]
    assert {each for each, why in ended() if why == "ended"} == gone


def test_all_end_also_those_without_a_stay(account: Account) -> None:
    phone, two, before = entering.entered(), entering.entered(), Client()
    before.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert phone.post("/account/stays", {"which": "all"}).headers["Location"] == "/log-in"
    assert [entering.signed_in(each) for each in (phone, two)] == [False, False]
    assert before.get("/account/").status_code == 302
    assert len(ended()) == 2


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_else_s_stay_is_not_there(method: str, account: Account) -> None:
    entering.account("khac", "Người Khác")
    mine, theirs = entering.entered(), entering.entered("khac")
    answer = getattr(mine, method)(f"/account/stays/{sid(theirs)}")
    nowhere = getattr(mine, method)("/account/stays/00000000-0000-4000-8000-000000000000")
    assert (answer.status_code, nowhere.status_code) == (404, 404)
    assert getattr(mine, method)("/account/stays/khong-co").status_code == 404
    assert entering.signed_in(theirs)
    assert ended() == []


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: identity.lock("canbo"), "locked"),
        (lambda: identity.reset("canbo", remove_second_factor=False, second_factor=False), "replaced"),
    ],
)
def test_what_closes_an_account_ends_its_stays(act: Callable[[], object], why: str, account: Account) -> None:
    phone = entering.entered()
    gone = sid(phone)
    act()
    assert phone.get("/account/").status_code != 200
    assert ended() == [(gone, why)]


def test_a_new_password_by_a_link_ends_the_stays(account: Account) -> None:
    phone = entering.entered()
    gone = sid(phone)
    word = identity.issue_link(account, second_factor=False)
    new = {"password": "một mật khẩu hoàn toàn khác", "again": "một mật khẩu hoàn toàn khác"}
    assert Client().post(f"/start/{word}", new).status_code == 302
    assert ended() == [(gone, "replaced")]
    assert phone.get("/account/").status_code == 302


def test_a_new_password_on_one_s_own_page_ends_the_others_only(account: Account) -> None:
    phone, office = entering.entered(), entering.entered(browser=entering.FIREFOX)
    gone = sid(office)
    new = {"password": "một mật khẩu hoàn toàn khác", "again": "một mật khẩu hoàn toàn khác"}
    assert phone.post("/account/password", {**new, "again": "x"}).status_code == 422
    assert phone.post("/account/password", new).headers["Location"] == "/account/"
    assert [entering.signed_in(each) for each in (phone, office)] == [True, False]
    assert ended() == [(gone, "replaced")]
    assert "Chrome trên Android" in phone.get("/account/stays").content.decode()
    assert phone.get("/account/").status_code == 200


def test_who_has_no_password_is_offered_none(settings: Any) -> None:
    settings.VAMCO_SITE_URL = entering.SITE
    client = entering.entered_by(entering.passkey(entering.citizen()))
    page = client.get("/account/").content.decode()
    assert 'href="/account/passkeys"' in page
    assert 'href="/account/password"' not in page
    assert [client.get(f"/account/{each}").status_code for each in ("password", "app")] == [404, 404]


def test_an_app_is_bound_and_recovery_codes_are_made_anew(account: Account) -> None:
    import base64

    client = entering.entered()
    client.get("/account/app")
    secret = base64.b64decode(client.session["identity.new_app"])
    assert client.post("/account/app", {"code": "000000"}).status_code == 422
    code = codes.code(secret, codes.step_at(time.time()))
    page = client.post("/account/app", {"code": code}).content.decode()
    first = set(re.findall(r"<li><code>([^<]+)</code>", page))
    assert len(first) == 10
    assert identity.has_second_factor(account)
    second = set(re.findall(r"<li><code>([^<]+)</code>", client.post("/account/app", {"do": "codes"}).content.decode()))
    assert len(second) == 10
    assert not first & second
    fresh = Client()
    fresh.post("/log-in", {"username": "canbo", "password": entering.PASSWORD})
    assert fresh.post("/log-in/code", {"code": first.pop()}).status_code == 422
    assert fresh.post("/log-in/code", {"code": second.pop()}).status_code == 302


def test_logging_out_ends_the_stay_and_the_next_person_begins_another(account: Account) -> None:
    entering.account("khac", "Người Khác")
    client = entering.entered()
    first = sid(client)
    entering.entered("khac", client=client)
    second = sid(client)
    client.post("/log-out")
    assert ended() == [(first, "replaced"), (second, "left")]


def test_a_stay_expires_with_its_session(account: Account) -> None:
    phone = entering.entered()
    other = entering.entered(browser=entering.FIREFOX)
    gone = sid(other)
    past = timezone.now() - dt.timedelta(seconds=1)
    Session.objects.filter(session_key=other.session.session_key).update(expire_date=past)
    assert "Firefox" not in phone.get("/account/stays").content.decode()  # at once, before the job has run
    assert services.end_expired() == 1
    assert ended() == [(gone, "expired")]
    assert services.end_expired() == 0
    assert entering.signed_in(phone)


def test_the_history_has_what_went_well_and_what_failed(account: Account) -> None:
    entering.account("khac", "Người Khác")
    for username in ("canbo", "khac", "khongco"):
        Client().post(
            "/log-in",
            {"username": username, "password": "sai"},
            HTTP_USER_AGENT=entering.FIREFOX,
            REMOTE_ADDR="198.51.100.7",
        )
    phone = entering.entered()
    page = phone.get("/account/history").content.decode()
    assert page.count("Thất bại") == 1
    assert page.count("198.51.100.…") == 1
    assert "Firefox trên Windows" in page
    assert "Chrome trên Android" in page
    assert Failure.objects.filter(account=None).count() == 1


def test_old_history_is_forgotten_and_nobody_s_soon(account: Account) -> None:
    now = timezone.now()
    for days, whose in ((181, account), (179, account), (2, None)):
        Failure.objects.create(account=whose, at=now - dt.timedelta(days=days), network="10.0.0.0/24", browser="")
    services.forget_failures()
    assert list(Failure.objects.values_list("account", flat=True)) == [account.pk]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (entering.CHROME, "Chrome on Android"),
        (entering.FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_browsers_are_named_as_people_know_them(agent: str, words: str) -> None:
    assert recognise(agent) == words


@pytest.mark.parametrize(
    ("network", "shown"),
    [("203.0.113.0/24", "203.0.113.…"), ("2001:db8:1::/48", "2001:db8:1:…"), ("xxx", ""), ("", "")],
)
def test_networks_are_shown_without_their_last_part(network: str, shown: str) -> None:
    assert masked(network) == shown


@pytest.mark.parametrize("old", ["argon2", "fresh"])
def test_a_hash_of_before_is_made_anew_at_the_log_in(old: str, account: Account, settings: Any) -> None:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    if old == "argon2":
        hashed = Argon2PasswordHasher().encode(entering.PASSWORD, "a" * 22)
        Account.objects.filter(pk=account.pk).update(password=hashed)
        assert "m=102400,t=2,p=8" in hashed
    entering.entered()
    assert Account.objects.get(pk=account.pk).password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
