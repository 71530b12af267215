"""What must not be possible with codes, tokens and hints, whoever tries."""

from __future__ import annotations

import base64
import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser
from joserfc import jwk, jwt

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.systems.broker import public as broker
from vamco.systems.broker.models import Grant, SigningKey, Token
from vamco.systems.broker.services.keys import read_hint, tend_keys
from vamco.systems.broker.tests.conftest import (
    admin,
    admitted,
    agree,
    ask,
    claims,
    code_of,
    confirm,
    error,
    person,
    said,
    signed_in,
    tokens,
    userinfo,
)
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.broker.tests.conftest import Party

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def later(monkeypatch: pytest.MonkeyPatch, by: dt.timedelta) -> None:
    moment = dt.datetime.now(dt.UTC) + by
    monkeypatch.setattr(clock, "now", lambda: moment)


# ── codes and tokens ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_is_of_one_client_and_one_address(window: Browser, party: Party) -> None:
    code = code_of(window, party)
    other = admitted("khac")
    other.verifier = party.verifier
    assert error(other.redeem(code)) == "invalid_grant"
    assert party.redeem(code).status_code == 200  # the other one has spoilt nothing
    code = code_of(window, party)
    assert error(party.redeem(code, redirect_uri="https://baocao.example.vn/left")) == "invalid_grant"
    assert error(party.redeem(code)) == "invalid_grant"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x\0", "redirect_uri": "y"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": "y"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
    ],
)
def test_malformed_token_requests(party: Party, fields: dict[str, str], expected: str) -> None:
    answer = party.post("/oidc/token", **fields)
    assert (answer.status_code, error(answer)) == (400, expected)
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_who_has_the_secret_is_the_client(party: Party) -> None:
    for code, secret in ((party.code, "wrong"), ("nobody", party.secret), (party.code, ""), ("", ""), ("a\0b", "c")):
        told = base64.b64encode(f"{code}:{secret}".encode()).decode()
        answer = Browser().post("/oidc/token", {"grant_type": "x"}, HTTP_AUTHORIZATION=f"Basic {told}")
        assert (answer.status_code, error(answer)) == (401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    for header in ("Basic ###", "Basic", "Bearer x", "Basic " + base64.b64encode(b"nocolon").decode()):
        answer = Browser().post("/oidc/token", {"grant_type": "x"}, HTTP_AUTHORIZATION=header)
        assert (answer.status_code, error(answer)) == (401, "invalid_client")


def test_wrong_secrets_slow_their_network_and_no_other(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {"grant_type": "x", "client_id": party.code, "client_secret": "guess"}
    statuses = [Browser().post("/oidc/token", wrong, REMOTE_ADDR="203.0.113.9").status_code for _ in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    right = {**wrong, "client_secret": party.secret}
    held = Browser().post("/oidc/token", right, REMOTE_ADDR="203.0.113.77")
    assert (held.status_code, held.headers["Retry-After"]) == (429, "60")
    assert Browser().post("/oidc/token", right, REMOTE_ADDR="198.51.100.4").status_code == 400
    forged = Browser().post("/oidc/token", right, REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="198.51.100.4")
    assert forged.status_code == 429
    later(monkeypatch, dt.timedelta(minutes=11))
    assert Browser().post("/oidc/token", right, REMOTE_ADDR="203.0.113.9").status_code == 400


def test_access_ends_after_a_quarter_of_an_hour(window: Browser, party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    access = tokens(window, party)["access_token"]
    later(monkeypatch, dt.timedelta(minutes=14))
    assert userinfo(access).status_code == 200
    later(monkeypatch, dt.timedelta(minutes=16))
    assert userinfo(access).status_code == 401


def test_a_refresh_token_opens_no_userinfo_and_asks_for_no_more(window: Browser, party: Party) -> None:
    refresh = tokens(window, party, scope="openid offline_access")["refresh_token"]
    assert userinfo(refresh).status_code == 401
    more = party.post("/oidc/token", grant_type="refresh_token", refresh_token=refresh, scope="openid profile")
    assert error(more) == "invalid_scope"
    less = party.post("/oidc/token", grant_type="refresh_token", refresh_token=refresh, scope="openid")
    assert less.json()["scope"] == "openid"
    other = admitted("khac")
    taken = other.post("/oidc/token", grant_type="refresh_token", refresh_token=less.json()["refresh_token"])
    assert error(taken) == "invalid_grant"


def test_a_locked_person_is_passed_on_no_more(window: Browser, party: Party) -> None:
    waiting = code_of(window, party)
    found = tokens(window, party, scope="openid offline_access")
    identity.lock("canbo")
    assert userinfo(found["access_token"]).status_code == 401
    assert party.post("/oidc/introspect", token=found["access_token"]).json() == {"active": False}
    assert error(party.redeem(waiting)) == "invalid_grant"
    refreshed = party.post("/oidc/token", grant_type="refresh_token", refresh_token=found["refresh_token"])
    assert error(refreshed) == "invalid_grant"


def test_introspection_is_of_ones_own_tokens(window: Browser, party: Party) -> None:
    found = tokens(window, party, scope="openid profile")
    told = party.post("/oidc/introspect", token=found["access_token"]).json()
    assert (told["active"], told["client_id"], told["scope"]) == (True, "bao-cao", "openid profile")
    assert told["sub"] == claims(found["id_token"])["sub"]
    assert "name" not in told
    assert admitted("khac").post("/oidc/introspect", token=found["access_token"]).json() == {"active": False}
    assert party.post("/oidc/introspect", token="x").json() == {"active": False}
    assert Browser().post("/oidc/introspect", {"token": found["access_token"]}).status_code == 401


def test_revocation(window: Browser, party: Party) -> None:
    found = tokens(window, party, scope="openid offline_access")
    access = found["access_token"]
    assert admitted("khac").post("/oidc/revoke", token=access).status_code == 200
    assert userinfo(access).status_code == 200
    assert party.post("/oidc/revoke", token=access).status_code == 200
    assert userinfo(access).status_code == 401
    newer = party.post("/oidc/token", grant_type="refresh_token", refresh_token=found["refresh_token"]).json()
    assert party.post("/oidc/revoke", token=newer["refresh_token"]).status_code == 200
    assert userinfo(newer["access_token"]).status_code == 401
    assert party.post("/oidc/revoke", token="unheard of").status_code == 200
    assert [entry.detail["why"] for entry in Entry.objects.filter(act="broker.end_tokens")] == ["revoked"] * 2


# ── who it is ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_two_clients_cannot_compare_whom_they_know(window: Browser, party: Party) -> None:
    first = claims(tokens(window, party)["id_token"])["sub"]
    other = admitted("khac")
    second = claims(tokens(window, other)["id_token"])["sub"]
    assert first != second
    one, two = admitted("so-1", sector="so"), admitted("so-2", sector="so")
    assert claims(tokens(window, one)["id_token"])["sub"] == claims(tokens(window, two)["id_token"])["sub"]


def test_what_it_says_is_saved_with_the_code(window: Browser, party: Party) -> None:
    """The token call comes without the person's session, and after they may have confirmed once more."""
    at = clock.now() - dt.timedelta(minutes=7)
    confirm(window, level=2, at=at)
    code = code_of(window, party)
    confirm(window, level=2)
    window.post("/log-in", {})
    token = claims(party.redeem(code).json()["id_token"])
    assert (token["acr"], token["amr"], token["auth_time"]) == ("2", ["pwd", "otp", "mfa"], int(at.timestamp()))


def test_the_number_goes_only_where_it_may_and_is_recorded(
    window: Browser, party: Party, holder: Person, step_up: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    people.record_number(holder, "citizen_id", "072190000111", since=clock.today() - DAY)
    small = admitted("khac", scopes=("openid", "profile"))
    assert error(ask(window, small, scope="openid vn_number")) == "invalid_scope"
    assert ask(window, party, scope="openid vn_number").headers["Location"].startswith("/step-up?")
    assert error(ask(window, party, scope="openid vn_number", prompt="none")) == "interaction_required"
    confirm(window, level=2)
    page = ask(window, party, scope="openid vn_number")
    assert "Số định danh cá nhân của bạn" in page.content.decode()
    found = party.redeem(said(agree(window, page))["code"]).json()
    assert "vn_number" not in claims(found["id_token"])
    assert not Entry.objects.filter(act="people.disclose_number").exists()
    assert userinfo(found["access_token"]).json()["vn_number"] == "072190000111"
    entry = Entry.objects.get(act="people.disclose_number")
    assert (entry.actor, entry.detail) == (str(holder.pk), {"kind": "citizen_id", "to": "client:bao-cao"})
    plain = tokens(window, party)["access_token"]
    assert "vn_number" not in userinfo(plain).json()
    text = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("072190000111", found["access_token"], found["id_token"], party.secret):
        assert secret not in text
        assert not [entry for entry in Entry.objects.all() if secret in json.dumps(entry.detail)]


# ── hints, forged and old ────────────────────────────────────────────────────────────────────────────────────────────


def forged(**changed: Any) -> dict[str, str]:
    """Tokens that are not ours, by what is wrong with them."""
    now = int(clock.now().timestamp())
    body = {"iss": broker.issuer(), "sub": "x", "aud": "bao-cao", "iat": now, "exp": now + 600, "sid": "y", **changed}
    theirs = jwk.RSAKey.generate_key(2048, {"kid": SigningKey.objects.get(signs_from__isnull=False).kid})
    head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    payload = base64.urlsafe_b64encode(json.dumps(body).encode()).rstrip(b"=").decode()
    public = json.dumps(broker.key_set()[0]).encode()
    return {
        "another's key": jwt.encode({"alg": "RS256", "kid": theirs.kid}, body, theirs),
        "alg none": f"{head}.{payload}.",
        "HS256 by the public key": jwt.encode({"alg": "HS256"}, body, jwk.OctKey.import_key(public)),
        "no token": "x.y.z",
        "empty parts": "..",
        "not base64": "é.é.é",
    }


def test_forged_hints_are_refused(window: Browser, party: Party) -> None:
    tokens(window, party)
    for name, token in forged().items():
        assert error(ask(window, party, id_token_hint=token, prompt="none")) == "invalid_request", name
        assert read_hint(token) is None, name
    from vamco.systems.broker.services.keys import sign

    now = int(clock.now().timestamp())
    body = {"iss": broker.issuer(), "sub": "x", "aud": "bao-cao", "iat": now}
    assert read_hint(sign(body)) is not None
    assert read_hint(sign({**body, "iss": "https://other.example.vn"})) is None
    assert read_hint(sign({**body, "events": {}})) is None  # a log-out token is no id token
    assert read_hint(sign({**body, "iat": now + 110})) is not None  # clocks differ
    assert read_hint(sign({**body, "iat": now + 600})) is None
    other = admitted("khac")
    hint = tokens(window, party)["id_token"]
    tokens(window, other)
    assert error(ask(window, other, id_token_hint=hint, prompt="none")) == "invalid_request"


def test_an_expired_hint_is_still_a_hint(window: Browser, party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    hint = tokens(window, party)["id_token"]
    later(monkeypatch, dt.timedelta(hours=3))
    assert "code" in said(ask(window, party, id_token_hint=hint, prompt="none"))


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def kids() -> list[str]:
    return [key["kid"] for key in Browser().get("/oidc/keys").json()["keys"]]


def kid_of(token: str) -> str:
    return str(json.loads(base64.urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "=="))["kid"])


def test_keys_rotate_and_old_tokens_hold(window: Browser, party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tokens(window, party)["id_token"]
    before = kids()
    assert len(before) == 2
    follower = next(kid for kid in before if kid != kid_of(old))
    assert broker.rotate_keys() == follower  # what clients have read long before
    new = tokens(window, party)["id_token"]
    assert (kid_of(new), len(kids())) == (follower, 3)
    assert claims(old)["sub"] == claims(new)["sub"]
    later(monkeypatch, 2 * DAY + dt.timedelta(minutes=1))
    assert kid_of(old) not in kids()
    assert len(kids()) == 2
    assert read_hint(old) is None
    tend_keys()
    assert kid_of(tokens(signed_in(), party)["id_token"]) == follower  # not yet its time
    later(monkeypatch, 31 * DAY)
    tend_keys()
    assert SigningKey.objects.get(signs_from__isnull=False, signed_until=None).kid not in {follower, kid_of(old)}


def test_private_keys_are_sealed_and_published_ones_hold_nothing_private(window: Browser, party: Party) -> None:
    tokens(window, party)
    for key in Browser().get("/oidc/keys").json()["keys"]:
        assert sorted(key) == ["alg", "e", "kid", "kty", "n", "use"]
    row = SigningKey.objects.first()
    assert row is not None
    assert b"PRIVATE" not in bytes(row.sealed)
    people.rotate()
    assert "id_token" in tokens(window, party)


# ── the page that asks ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_is_of_one_person_and_one_stay(window: Browser, party: Party) -> None:
    page = ask(window, party)
    person("Trần Thị Khác", "khac")
    other = signed_in("khac")
    answer = agree(other, page)
    assert (answer.status_code, Grant.objects.count()) == (400, 0)
    window.post("/log-in", {"username": "canbo", "password": "x"})
    again = signed_in()  # the same person in another stay
    assert agree(again, page).status_code == 400
    assert window.post("/oidc/agree", {"request": "forged", "answer": "agree"}).status_code == 400
    assert window.post("/oidc/agree", {}).status_code == 400
    assert "code" in said(agree(window, page))


def test_the_answer_needs_a_token_of_its_form(window: Browser, party: Party) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = window.cookies
    page = strict.get("/oidc/authorize", party.request())
    assert page.status_code == 200
    assert agree(strict, page).status_code == 400
    assert Grant.objects.count() == 0


def test_a_client_that_was_switched_off_gets_nothing(window: Browser, party: Party) -> None:
    page, found = ask(window, party), tokens(window, party)
    waiting = code_of(window, party)
    broker.switch(party.code, on=False, by=admin())
    assert ask(window, party).status_code == 400
    assert agree(window, page).status_code == 400
    assert userinfo(found["access_token"]).status_code == 401
    assert party.redeem(waiting).status_code == 401
    broker.switch(party.code, on=True, by=admin())
    assert userinfo(found["access_token"]).status_code == 401
    assert error(party.redeem(waiting)) == "invalid_grant"


def test_codes_and_tokens_are_kept_as_digests(window: Browser, party: Party) -> None:
    code = code_of(window, party)
    found = party.redeem(code).json()
    kept = json.dumps([*Grant.objects.values(), *Token.objects.values()], default=str)
    assert code not in kept
    assert found["access_token"] not in kept
    assert party.secret not in json.dumps(list(broker.Client.objects.values()), default=str)


# ── what a call costs ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_code_costs_few_statements(window: Browser, party: Party, django_assert_num_queries: Any) -> None:
    tokens(window, party)  # the first one makes the signing keys and notes that the client is in use
    code = code_of(window, party)
    with django_assert_num_queries(
        9
    ):  # wrong secrets, client, code, account, redeemed, token, signing key; two of the transaction
        assert party.redeem(code).status_code == 200
