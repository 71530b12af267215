from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, Attempt
from vamco.systems.identity.rules import waiting as rules

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
PASSWORD = "sông Vàm Cỏ Đông"
PAGE = "/log-in"


@pytest.fixture
def account() -> Account:
    return identity.open_account("canbo", PASSWORD, people.add("Nguyễn Văn Thử"))


@pytest.fixture
def hashed(account: Account, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect how often the slow part runs."""
    found: list[str] = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def spy(self: Any, *args: Any, _name: str = name, _original: Any = original) -> Any:
            found.append(_name)
            return _original(self, *args)

        monkeypatch.setattr(Argon2PasswordHasher, name, spy)
    return found


def send(
    client: Client, username: str = "canbo", password: str = PASSWORD, target: str = "", **more: Any
) -> HttpResponse:
    return client.post(PAGE, {"username": username, "password": password, "next": target}, **more)  # type: ignore[return-value]


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_right_password_opens_the_house(client: Client, account: Account) -> None:
    response = send(client, target="/?view=map")
    assert (response.status_code, response.headers["Location"]) == (302, "/?view=map")
    assert client.session["_auth_user_id"] == str(account.pk)
    entry = Entry.objects.get(act="identity.log_in")
    assert (entry.actor, entry.subject) == (str(account.person_id), "person")
    assert entry.mentions.get().person == f"person:{account.person_id}"


def test_a_name_with_spaces_around_it_is_the_same_name(client: Client, account: Account) -> None:
    assert account.username == "canbo"
    assert send(client, username=" canbo ").status_code == 302


@pytest.mark.parametrize(
    ("username", "password"), [("canbo", "sai"), ("khongco", PASSWORD), ("", ""), ("CANBO", PASSWORD)]
)
@pytest.mark.usefixtures("account")
def test_anything_else_does_not(username: str, password: str, client: Client) -> None:
    response = send(client, username, password)
    assert response.status_code == 422
    assert not signed_in(client)
    assert Entry.objects.get(act="identity.log_in_failed").subject == "account:"
    assert not Entry.objects.filter(act="identity.log_in").exists()


@pytest.mark.usefixtures("account")
def test_who_is_wrong_cannot_tell_the_name_from_the_password(client: Client, hashed: list[str]) -> None:
    texts, works = [], []
    for username in ("canbo", "oobnac"):
        hashed.clear()
        body = send(client, username, "sai").content.decode()
        texts.append(body.replace(username, "…"))
        works.append(len(hashed))
    assert [strip_token(text) for text in texts] == [strip_token(texts[0])] * 2
    assert works == [1, 1]  # the slow part is done once, whether there is such an account or not


def strip_token(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


@pytest.mark.usefixtures("account")
def test_a_password_stays_out_of_page_and_log(client: Client) -> None:
    response = send(client, "canbo", "bí mật lắm")
    assert "bí mật lắm" not in response.content.decode()
    assert "bí mật lắm" not in json.dumps(list(Entry.objects.values("actor", "subject", "purpose", "detail")))
    assert "canbo" not in json.dumps(list(Entry.objects.values("actor", "subject", "purpose", "detail")))


def test_an_account_that_is_closed_stays_outside(client: Client, account: Account) -> None:
    send(client)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get(PAGE).status_code == 200  # seen as a visitor
    client.logout()
    with pytest.raises(Refused) as refused:
        identity.check_password("canbo", PASSWORD, network="127.0.0.0/24")
    assert refused.value.code == "identity.wrong"


def code(username: str = "canbo", password: str = "sai", network: str = "10.0.0.0/24", **more: Any) -> str:
    try:
        identity.check_password(username, password, network=network, **more)
    except Refused as error:
        return error.code
    return "in"


def failures(number: int, *, username: str = "canbo", network: str = "10.0.0.0/24") -> None:
    now = clock.now() - dt.timedelta(minutes=1)
    Attempt.objects.bulk_create(Attempt(username=username, network=network, at=now) for _ in range(number))


@pytest.mark.usefixtures("account")
def test_a_name_must_wait_in_one_network_after_five_failures_even_with_the_right_password() -> None:
    assert [code() for _ in range(5)] == ["identity.wrong"] * 5
    assert code() == "identity.wait"
    assert code(password=PASSWORD) == "identity.wait"
    assert (
        Attempt.objects.count() == rules.PER_NETWORK
    )  # waiting is not counted, else the door would stay shut for ever
    assert code(username="other") == "identity.wrong"
    assert code(password=PASSWORD, network="10.0.1.0/24") == "in"  # who fails elsewhere shuts nobody out here


@pytest.mark.usefixtures("account")
def test_the_door_opens_again_after_the_window_and_old_failures_are_forgotten() -> None:
    for _ in range(rules.PER_NETWORK):
        code()
    Attempt.objects.update(at=clock.now() - rules.WINDOW)
    assert code() == "identity.wrong"
    assert Attempt.objects.count() == 1
    assert code(password=PASSWORD) == "in"
    assert Attempt.objects.count() == 0


@pytest.mark.usefixtures("account")
def test_invented_names_shut_nobody_out_who_shares_their_network() -> None:
    for n in range(rules.NOISY - 1):
        failures(1, username=f"n{n}")
    assert code(password=PASSWORD) == "in"
    failures(50, username="more")
    assert code(username="another") == "identity.wrong"
    assert code(password=PASSWORD) == "identity.moment"  # slow while they go on …
    Attempt.objects.update(at=clock.now() - rules.PAUSE)
    assert code(password=PASSWORD) == "in"  # … and open as soon as they pause


@pytest.mark.usefixtures("account")
def test_a_flood_from_everywhere_is_slowed_before_it_is_hashed(hashed: list[str]) -> None:
    now = clock.now()
    Attempt.objects.bulk_create(
        Attempt(username=f"n{n}", network=f"10.{n // 250}.{n % 250}.0/24", at=now) for n in range(rules.FLOODED)
    )
    assert code(network="192.0.2.0/24") == "identity.moment"
    assert hashed == []
    Attempt.objects.update(at=now - rules.PAUSE)
    assert code(network="192.0.2.0/24") == "identity.wrong"
    assert len(hashed) == 1


@pytest.mark.usefixtures("account")
def test_what_waits_is_not_hashed(hashed: list[str]) -> None:
    failures(rules.PER_NETWORK)
    assert [code(password=PASSWORD) for _ in range(3)] == ["identity.wait"] * 3
    assert hashed == []


@pytest.mark.usefixtures("account")
def test_a_name_that_many_networks_guess_is_slowed_everywhere() -> None:
    for n in range(4):
        failures(rules.PER_NETWORK, network=f"10.1.{n}.0/24")
    assert [code(network="10.2.0.0/24") for _ in range(2)] == [
        "identity.wrong",
        "identity.wait",
    ]  # one attempt for each
    for n in range(rules.BESIEGED - rules.HUNTED):
        failures(1, network=f"10.3.{n}.0/24")
    assert code(password=PASSWORD, network="10.4.0.0/24") == "identity.wait"


@pytest.mark.usefixtures("account")
def test_a_known_device_stays_open_whatever_others_do_and_has_a_counter_of_its_own() -> None:
    device = identity.Device().with_name("canbo")
    failures(rules.BESIEGED)
    failures(rules.NOISY, username="khac")
    assert code(password=PASSWORD) == "identity.wait"
    assert [code(device=device) for _ in range(rules.PER_DEVICE)] == ["identity.wrong"] * rules.PER_DEVICE
    assert code(password=PASSWORD, device=device) == "identity.wait"
    other = identity.Device().with_name("ai-do").with_name("canbo")
    assert code(password=PASSWORD, device=other) == "in"
    assert code(username="khac", password=PASSWORD, device=device) == "identity.wait"  # known for one name only


@pytest.mark.usefixtures("account")
def test_who_logs_in_leaves_the_failures_of_others_counted() -> None:
    failures(3)
    failures(3, network="10.9.0.0/24")
    assert code(password=PASSWORD) == "in"
    assert list(Attempt.objects.values_list("network", flat=True)) == ["10.9.0.0/24"] * 3


@pytest.mark.usefixtures("account")
def test_the_browser_is_known_after_the_first_log_in_and_another_is_not(client: Client, settings: Any) -> None:
    send(client)
    cookie = client.cookies["vamco_device"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", PAGE)
    assert "canbo" not in cookie.value
    failures(rules.BESIEGED)
    stranger, forger = Client(), Client()
    assert send(stranger).status_code == 422
    forger.cookies["vamco_device"] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")
    assert send(forger).status_code == 422
    client.logout()
    client.cookies["vamco_device"] = cookie.value
    assert send(client, password="sai").status_code == 422
    assert send(client).status_code == 302
    assert Attempt.objects.filter(device="").count() == rules.BESIEGED


@pytest.mark.usefixtures("account")
def test_behind_a_proxy_the_address_is_what_the_proxy_says(client: Client, settings: Any) -> None:
    more = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 10.1.1.1"}
    send(client, password="sai", **more)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    send(client, password="sai", **more)
    send(client, password="sai", HTTP_X_FORWARDED_FOR="x" * 200)
    networks = list(Attempt.objects.order_by("pk").values_list("network", flat=True))
    assert networks == ["127.0.0.0/24", "10.1.1.0/24", "x" * 45]


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    "target", ["abc", "web:find", "identity:log_in", "abc\n2026-11-30 INFO forged", "/a\nb", "\n/a", "?a"]
)
def test_what_is_no_address_of_the_site_leads_home(target: str, client: Client) -> None:
    assert send(client, password="sai", target=target).status_code == 422
    assert send(client, target=target).headers["Location"] == "/"
    assert client.get(PAGE, {"next": target}).headers["Location"] == "/"


OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "https:/\\evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "/\t/evil.example",
    "http://testserver@evil.example/",
    "ftp://testserver/",
]


@pytest.mark.parametrize("target", OUTSIDE)
@pytest.mark.usefixtures("account")
def test_nobody_is_sent_away_from_the_site(target: str, client: Client) -> None:
    assert target not in client.get(PAGE, {"next": target}).content.decode()
    assert send(client, target=target).headers["Location"] == "/"
    assert client.get(PAGE, {"next": target}).headers["Location"] == "/"  # also not who is inside already


@pytest.mark.usefixtures("account")
def test_the_session_before_the_log_in_is_not_the_one_after() -> None:
    attacker, victim = Client(), Client()
    session = attacker.session
    session["cart"] = "x"
    session.save()
    planted = session.session_key
    victim.cookies["sessionid"] = planted
    assert send(victim).status_code == 302
    assert victim.cookies["sessionid"].value != planted
    attacker.cookies["sessionid"] = planted
    assert not signed_in(attacker)
    assert not SessionStore(planted).exists(planted)


@pytest.mark.usefixtures("account")
def test_who_logs_out_is_out() -> None:
    client = Client()
    send(client)
    key = client.cookies["sessionid"].value
    response = client.post("/log-out")
    assert (response.status_code, response.headers["Location"]) == (302, reverse("identity:log_in"))
    assert not signed_in(client)
    client.cookies["sessionid"] = key
    assert not signed_in(client)


@pytest.mark.usefixtures("account")
def test_a_link_logs_nobody_out(client: Client) -> None:
    send(client)
    response = client.get("/log-out")
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert signed_in(client)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("path", [PAGE, "/log-out"])
def test_another_site_can_neither_log_in_nor_out(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(path, {"username": "canbo", "password": PASSWORD})
    assert response.status_code == 400
    assert response.headers["Content-Language"] == "vi"
    page = response.content.decode()
    assert "CSRF" not in page  # our page in the reader's words, not the framework's
    assert not signed_in(client)


def test_a_changed_password_ends_the_sessions(client: Client, account: Account) -> None:
    send(client)
    account.set_password("một mật khẩu khác")
    account.save()
    assert client.get(PAGE).status_code == 200


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("username", ["can\0bo", "x" * 10_000, "' OR 1=1 --", "\ud83d\ude00 \u202e"])
def test_strange_names_get_an_answer(username: str, client: Client) -> None:
    response = send(client, username.encode("utf-16", "surrogatepass").decode("utf-16"))
    assert response.status_code in {409, 422}
    assert not signed_in(client)


def test_a_name_is_given_once(account: Account) -> None:
    with pytest.raises(Refused) as refused:
        identity.open_account("canbo", "another one", people.add("Ai đó"))
    assert (refused.value.code, refused.value.data) == ("identity.name_taken", {"username": "canbo"})
    assert Account.objects.get(username="canbo") == account
    assert identity.exists("canbo")
    assert not identity.exists("khongco")


def test_a_password_is_stored_with_argon2_only(account: Account) -> None:
    assert account.password.startswith("argon2$argon2id$")
    assert Entry.objects.get(act="identity.open_account").detail == {}


def test_the_demonstration_offers_its_log_ins_and_production_none(settings: Any) -> None:
    folder = Path(settings.VAMCO_DATA)
    folder.mkdir(parents=True)
    settings.VAMCO_DEMO = True
    assert identity.demonstration_log_ins() is None
    offered = {"password": "x", "people": [{"username": "a", "name": "Ă", "title": "b"}]}
    (folder / "demo-logins.json").write_text(json.dumps(offered))
    assert identity.demonstration_log_ins() == offered
    settings.VAMCO_DEMO = False
    assert identity.demonstration_log_ins() is None


@pytest.mark.usefixtures("account")
def test_while_the_database_is_away_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    send(client)

    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(SessionStore, "load", away)
    response = client.get(PAGE)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert response.headers["Content-Language"] == "vi"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_what_the_database_cut_short_is_no_failure(
    account: Account, password: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any, **__: Any) -> None:
        raise OperationalError("could not extend file: No space left on device")

    client.raise_request_exception = False
    with monkeypatch.context() as full:
        full.setattr(audit, "record", no_room)
        assert {send(client, password=password).status_code for _ in range(rules.PER_NETWORK + 1)} == {503}
    assert not Attempt.objects.exists()
    assert send(client).status_code == 302


def test_a_session_lasts_a_working_day(settings: Any) -> None:
    assert dt.timedelta(seconds=settings.SESSION_COOKIE_AGE) == dt.timedelta(hours=12)


@pytest.mark.usefixtures("account")
def test_id_06_ten_failures_of_one_person_leave_another_free_behind_the_same_address() -> None:
    identity.open_account("khac", PASSWORD, people.add("Người Khác"))
    for _try in range(10):
        assert send(Client(), password="sai", REMOTE_ADDR="203.0.113.9").status_code == 422
    assert send(Client(), REMOTE_ADDR="203.0.113.9").status_code == 422  # the right password must wait, too
    assert send(Client(), username="khac", REMOTE_ADDR="203.0.113.9").status_code == 302
    assert send(Client(), REMOTE_ADDR="198.51.100.7").status_code == 302  # and from elsewhere it opens


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("behind_proxy", [False, True])
def test_id_06_a_forged_header_counts_as_one_address(behind_proxy: bool, settings: Any) -> None:  # noqa: FBT001
    if behind_proxy:  # it appends the true address to what the client has forged
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    after = ", 203.0.113.9" if behind_proxy else ""
    for n in range(1, 11):
        send(Client(), password="sai", HTTP_X_FORWARDED_FOR=f"1.2.3.{n}{after}", REMOTE_ADDR="203.0.113.9")
    networks = set(Attempt.objects.values_list("network", flat=True))
    assert networks == {"203.0.113.0/24"}
    assert Attempt.objects.count() == rules.PER_NETWORK  # the other five had to wait
    forged = f"1.2.3.99{after}"
    assert send(Client(), HTTP_X_FORWARDED_FOR=forged, REMOTE_ADDR="203.0.113.9").status_code == 422
