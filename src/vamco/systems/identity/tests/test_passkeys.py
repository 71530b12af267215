"""Passkeys: made, shown, refused; their counter; and what a person does with theirs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse

from vamco.kernel.base.audit.models import Entry
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Passkey, SignIn
from vamco.systems.identity.rules.counters import Counted, judge
from vamco.systems.identity.tests import entering
from vamco.systems.identity.tests.authenticator import Authenticator

if TYPE_CHECKING:
    from vamco.systems.identity.models import Account

pytestmark = pytest.mark.django_db
OPTIONS, SHOW = "/log-in/passkey/options", "/log-in/passkey"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.VAMCO_SITE_URL = entering.SITE


@pytest.fixture
def account() -> Account:
    return entering.citizen()


def try_in(key: Authenticator, client: Client | None = None, **more: Any) -> tuple[int, bool]:
    client = client or Client()
    options = client.post(OPTIONS).content.decode()
    answer = client.post(SHOW, {"passkey": key.show(options, **more)})
    return answer.status_code, entering.signed_in(client)


def test_a_passkey_signs_in_without_a_name_at_level_two(account: Account) -> None:
    key = entering.passkey(account)
    client = entering.entered_by(key)
    assert client.session["_auth_user_id"] == str(account.pk)
    stay = SignIn.objects.get()
    assert (stay.level, stay.methods) == (2, ["hwk", "user", "mfa"])
    assert Entry.objects.get(act="identity.log_in").detail == {"passkey": Passkey.objects.get().pk}


def test_what_a_browser_is_asked_names_nobody(account: Account) -> None:
    entering.passkey(account)
    asked = json.loads(Client().post(OPTIONS).content)
    assert asked["rpId"] == "localhost"
    assert asked["userVerification"] == "required"
    assert not asked.get("allowCredentials")
    made = json.loads(identity.creation_options(account).text)
    assert made["user"]["id"] != str(account.pk)
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert len(made["excludeCredentials"]) == 1


def test_a_challenge_counts_once_in_its_session_and_for_five_minutes(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, client, other = entering.passkey(account), Client(), Client()
    options = client.post(OPTIONS).content.decode()
    shown = key.show(options)
    other.post(OPTIONS)
    assert other.post(SHOW, {"passkey": shown}).status_code == 422  # another session's challenge
    assert client.post(SHOW, {"passkey": shown}).status_code == 302
    client.post("/log-out")
    assert client.post(SHOW, {"passkey": shown}).status_code == 422  # replayed
    options = client.post(OPTIONS).content.decode()
    shown = key.show(options)
    late = time.time() + 301
    monkeypatch.setattr("vamco.systems.identity.pages.challenges.time.time", lambda: late)
    assert client.post(SHOW, {"passkey": shown}).status_code == 422
    assert not entering.signed_in(client)


def test_a_challenge_for_one_purpose_does_not_serve_another(account: Account) -> None:
    key = entering.passkey(account)
    client = entering.entered_by(key)
    options = client.post("/account/passkeys/add/options").content.decode()
    shown = key.show(options)
    client.post("/log-out")
    assert client.post(SHOW, {"passkey": shown}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:9000"},
        {"site": "evil.example"},
        {"verifies": False},
    ],
)
def test_another_origin_or_site_or_no_verification_is_refused(wrong: dict[str, Any], account: Account) -> None:
    key = entering.passkey(account)
    for name, value in wrong.items():
        setattr(key, name, value)
    assert try_in(key) == (422, False)
    assert Entry.objects.get(act="identity.passkey_refused").detail["copied"] is False
    with pytest.raises(identity_refused()):
        entering.passkey(entering.citizen("Khác"), **wrong)
    assert Passkey.objects.count() == 1


def identity_refused() -> type[Exception]:
    from vamco.lib.errors import Refused

    return Refused


def test_a_forged_signature_and_a_wrong_handle_are_refused(account: Account) -> None:
    key = entering.passkey(account)
    other = entering.passkey(entering.citizen("Khác"))
    assert try_in(key, signature="AAAA") == (422, False)
    assert try_in(key, userHandle=other.handle) == (422, False)
    key.credential = other.credential  # another's name, one's own signature
    assert try_in(key) == (422, False)


@pytest.mark.parametrize("answer", ["", "x", "[]", "{}", '{"id": 1}', '{"id":"a","rawId":"a","type":"public-key","response":{}}', "9" * 20_000, '{"response": null}'])  # fmt: skip
def test_nonsense_is_refused(answer: str, account: Account) -> None:
    client = Client()
    client.post(OPTIONS)
    assert client.post(SHOW, {"passkey": answer}).status_code == 422
    member = entering.entered_by(entering.passkey(account))
    member.post("/account/passkeys/add/options")
    assert member.post("/account/passkeys/add", {"passkey": answer, "name": "x"}).status_code == 422
    assert Passkey.objects.count() == 1


def test_id_02_a_shared_passkey_whose_counter_stands_still_signs_in_and_is_logged(account: Account) -> None:
    key = entering.passkey(account, backed_up=True, counter=7, counts=False)
    assert try_in(key) == (302, True)
    assert Entry.objects.filter(act="identity.passkey_counter_odd").count() == 1
    assert Passkey.objects.get().counter == 7


def test_id_02_a_passkey_of_one_device_whose_counter_stands_still_is_refused(account: Account) -> None:
    key = entering.passkey(account, backed_up=False, counter=7, counts=False)
    assert try_in(key) == (422, False)
    assert Entry.objects.get(act="identity.passkey_refused").detail == {
        "passkey": Passkey.objects.get().pk,
        "copied": True,
    }
    key.counts = True
    assert try_in(key) == (302, True)
    assert Passkey.objects.get().counter == 8


def test_a_copy_cannot_claim_to_be_shared(account: Account) -> None:
    key = entering.passkey(account, backed_up=False, counter=7, counts=False)
    key.backed_up = True
    assert try_in(key) == (422, False)


def test_a_passkey_that_does_not_count_is_fine(account: Account) -> None:
    assert try_in(entering.passkey(account, counter=0, counts=False)) == (302, True)


@pytest.mark.parametrize(
    ("stored", "sent", "shared", "found"),
    [(0, 0, False, Counted.FINE), (7, 8, False, Counted.FINE), (7, 7, False, Counted.COPIED), (7, 0, False, Counted.COPIED),
     (7, 7, True, Counted.ODD), (7, 0, True, Counted.ODD), (0, 5, True, Counted.FINE)],
)  # fmt: skip
def test_the_rule_of_counters(stored: int, sent: int, shared: bool, found: Counted) -> None:  # noqa: FBT001
    assert judge(stored, sent, shared=shared) is found


def test_id_02_a_passkey_is_asked_after_the_password_only_where_the_person_chose_so() -> None:
    account = entering.account()
    key = entering.passkey(account)
    client = entering.entered()  # one passkey, second factor off, password: signed in
    assert entering.signed_in(client)
    client.post("/account/passkeys/after-password", {"asked": "yes"})
    fresh = Client()
    answer = fresh.post("/log-in", {"username": "canbo", "password": entering.PASSWORD, "next": "/account/"})
    assert answer.headers["Location"] == "/log-in/code"
    assert not entering.signed_in(fresh)
    options = fresh.post("/log-in/code/options").content.decode()
    assert fresh.post("/log-in/code", {"passkey": key.show(options)}).headers["Location"] == "/account/"
    assert SignIn.objects.order_by("-began_at")[0].methods == ["pwd", "hwk", "user", "mfa"]
    client.post("/account/passkeys/after-password", {"asked": "no"})
    assert entering.signed_in(entering.entered())


def test_a_passkey_does_not_take_the_app_s_place_by_itself() -> None:
    account = entering.account()
    key = entering.passkey(account)
    entering.with_app(account)
    client = Client()
    client.post("/log-in", {"username": "canbo", "password": entering.PASSWORD})
    answer = client.post("/log-in/code/options")
    assert answer.status_code == 302
    assert client.post("/log-in/code", {"passkey": key.show('{"challenge": "AAAA"}')}).status_code == 422
    assert not entering.signed_in(client)


def test_another_s_passkey_does_not_follow_a_password() -> None:
    account = entering.account()
    entering.passkey(account)
    identity.ask_for_passkey(account, asked=True)
    theirs = entering.passkey(entering.citizen())
    client = Client()
    client.post("/log-in", {"username": "canbo", "password": entering.PASSWORD})
    options = client.post("/log-in/code/options").content.decode()
    assert client.post("/log-in/code", {"passkey": theirs.show(options)}).status_code == 422
    assert not entering.signed_in(client)


def test_a_locked_account_s_passkey_opens_nothing(account: Account) -> None:
    key = entering.passkey(account)
    identity.lock(account.username)
    assert try_in(key) == (422, False)


def test_a_passkey_is_added_by_the_page(account: Account) -> None:
    client, second = entering.entered_by(entering.passkey(account)), Authenticator()
    options = client.post("/account/passkeys/add/options").content.decode()
    answer = client.post("/account/passkeys/add", {"passkey": second.make(options), "name": "  Máy   tính "})
    assert answer.headers["Location"] == "/account/passkeys"
    assert sorted(account.passkeys.values_list("name", flat=True)) == ["Máy tính", "Điện thoại"]
    assert try_in(second) == (302, True)


def test_a_passkey_that_is_known_is_not_taken_twice(account: Account) -> None:
    client, key = entering.entered_by(entering.passkey(account)), Authenticator()
    for status in (302, 422):
        options = client.post("/account/passkeys/add/options").content.decode()
        assert client.post("/account/passkeys/add", {"passkey": key.make(options), "name": "x"}).status_code == status
    assert account.passkeys.count() == 2


def test_the_last_way_in_stays(account: Account) -> None:
    client = entering.entered_by(entering.passkey(account))
    there = reverse("identity:passkey", args=[account.passkeys.get().pk])
    page = client.post(there, {"do": "remove"}, follow=True).content.decode()
    assert "cách duy nhất" in page
    assert account.passkeys.count() == 1
    entering.passkey(account)
    client.post(there, {"do": "remove"})
    assert account.passkeys.count() == 1


def test_who_has_a_password_may_remove_the_last_passkey() -> None:
    account = entering.account()
    entering.passkey(account)
    identity.ask_for_passkey(account, asked=True)
    identity.remove_passkey(account, account.passkeys.get().pk)
    assert not account.passkeys.exists()
    assert entering.signed_in(entering.entered())  # and nothing is asked for that is not there


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_else_s_passkey_is_not_there(method: str, account: Account) -> None:
    client = entering.entered_by(entering.passkey(account))
    other = entering.citizen("Khác")
    entering.passkey(other)
    number = other.passkeys.get().pk
    for do in ("rename", "remove"):
        answer = getattr(client, method)(reverse("identity:passkey", args=[number]), {"do": do, "name": "của tôi"})
        assert answer.status_code == 404
    assert other.passkeys.get().name == "Điện thoại"


def test_without_a_sure_sign_in_nobody_adds_one() -> None:
    from vamco.systems.identity.tests.test_step_up import old

    entering.account()
    client = entering.entered()
    old(client)
    assert client.get("/account/passkeys/add").headers["Location"].startswith("/confirm?")
    assert client.post("/account/passkeys/add/options").headers["Location"].startswith("/confirm?")
