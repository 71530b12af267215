"""The ideas of the conformance suite's Basic plan for OpenID providers, as black-box checks; each is named after its module.

The suite itself is Java and not at hand; what each module looks for was read in its sources. Source: OpenID Foundation, conformance-suite,
`OIDCCBasicTestPlan`.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.broker.tests.conftest import (
    BACK,
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

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.broker.tests.conftest import Party

pytestmark = pytest.mark.django_db


def stop_clock(monkeypatch: pytest.MonkeyPatch, later: dt.timedelta) -> None:
    real = dt.datetime.now(dt.UTC)
    monkeypatch.setattr(clock, "now", lambda: real + later)


def test_oidcc_server(window: Browser, party: Party) -> None:
    found = tokens(window, party)
    assert sorted(found) == ["access_token", "expires_in", "id_token", "scope", "token_type"]
    assert found["token_type"] == "Bearer"
    assert found["expires_in"] == 900


def test_oidcc_response_type_missing(window: Browser, party: Party) -> None:
    answer = ask(window, party, response_type=None)
    assert (said(answer)["error"], said(answer)["state"]) == ("invalid_request", "s-1")
    assert "code" not in said(answer)


@pytest.mark.parametrize("kind", ["id_token", "token", "code id_token", "code token", "none"])
def test_other_response_types_are_refused(window: Browser, party: Party, kind: str) -> None:
    assert error(ask(window, party, response_type=kind)) == "unsupported_response_type"


def test_oidcc_idtoken_signature(window: Browser, party: Party) -> None:
    """Checked by another implementation of JOSE."""
    from cryptojwt.jwk.jwk import key_from_jwk_dict
    from cryptojwt.jws.jws import factory

    token = tokens(window, party)["id_token"]
    keys = [key_from_jwk_dict(key) for key in Browser().get("/oidc/keys").json()["keys"]]
    jws = factory(token)
    assert jws.jwt.headers["alg"] == "RS256"
    assert jws.verify_compact(token, keys)["aud"] == "bao-cao"
    head, body, mark = token.split(".")
    forged = f"{head}.{body}.{mark[:-6]}AAAAAA"
    with pytest.raises(Exception, match=r".*"):
        factory(forged).verify_compact(forged, keys)


def test_oidcc_idtoken_unsigned_is_not_offered() -> None:
    metadata = Browser().get("/.well-known/openid-configuration").json()
    assert metadata["id_token_signing_alg_values_supported"] == ["RS256"]


def test_oidcc_idtoken_claims(window: Browser, party: Party) -> None:
    token = claims(tokens(window, party)["id_token"])
    now = time.time()
    assert token["iss"] == "http://127.0.0.1:8000"
    assert abs(token["iat"] - now) < 60
    assert token["exp"] - token["iat"] == 600
    assert set(token) == {"iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "at_hash", "nonce"}


def test_oidcc_userinfo_get(window: Browser, party: Party) -> None:
    found = tokens(window, party)
    answer = userinfo(found["access_token"])
    assert answer.status_code == 200
    assert answer.json() == {"sub": claims(found["id_token"])["sub"]}
    assert answer.headers["Cache-Control"] == "no-store"


def test_oidcc_userinfo_post_header(window: Browser, party: Party) -> None:
    access = tokens(window, party)["access_token"]
    answer = Browser(enforce_csrf_checks=True).post("/oidc/userinfo", HTTP_AUTHORIZATION=f"Bearer {access}")
    assert (answer.status_code, list(answer.json())) == (200, ["sub"])


def test_oidcc_userinfo_post_body(window: Browser, party: Party) -> None:
    access = tokens(window, party)["access_token"]
    answer = Browser(enforce_csrf_checks=True).post("/oidc/userinfo", {"access_token": access})
    assert (answer.status_code, list(answer.json())) == (200, ["sub"])


def test_userinfo_takes_no_token_from_an_address(window: Browser, party: Party) -> None:
    access = tokens(window, party)["access_token"]
    answer = Browser().get(f"/oidc/userinfo?access_token={access}")
    assert (answer.status_code, answer.json()) == (401, {})
    both = Browser().post("/oidc/userinfo", {"access_token": access}, HTTP_AUTHORIZATION=f"Bearer {access}")
    assert (both.status_code, both.json()) == (400, {"error": "invalid_request"})
    wrong = userinfo("x" * 43)
    assert (wrong.status_code, wrong.json()) == (401, {"error": "invalid_token"})
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(window: Browser, party: Party) -> None:
    assert "nonce" not in claims(tokens(window, party, nonce=None)["id_token"])


def test_oidcc_scope_profile(window: Browser, party: Party) -> None:
    access = tokens(window, party, scope="openid profile")["access_token"]
    assert sorted(userinfo(access).json()) == ["name", "sub"]


@pytest.mark.parametrize("scope", ["email", "phone", "address"])
def test_oidcc_scope_without_such_data(window: Browser, party: Party, scope: str) -> None:
    """What there is nothing of is left out, and a scope that is not known changes nothing."""
    found = tokens(window, party, scope=f"openid {scope}")
    assert list(userinfo(found["access_token"]).json()) == ["sub"]
    assert found["scope"] == ("openid" if scope == "address" else f"openid {scope}")


def test_oidcc_scope_all(window: Browser, party: Party) -> None:
    found = tokens(window, party, scope="openid profile email address phone")
    assert found["scope"] == "openid profile email phone"


def test_oidcc_ensure_other_scope_order_succeeds(window: Browser, party: Party) -> None:
    assert tokens(window, party, scope="email openid")["scope"] == "openid email"


def test_scope_openid_is_needed(window: Browser, party: Party) -> None:
    assert error(ask(window, party, scope="profile")) == "invalid_scope"
    assert error(ask(window, party, scope=None)) == "invalid_scope"


@pytest.mark.parametrize("display", ["page", "popup"])
def test_oidcc_display(window: Browser, party: Party, display: str) -> None:
    assert "id_token" in tokens(window, party, display=display)


def test_oidcc_prompt_login(window: Browser, party: Party, step_up: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first = claims(tokens(window, party)["id_token"])
    led = ask(window, party, prompt="login")
    assert led.headers["Location"].startswith("/step-up?next=%2Foidc%2Fauthorize%3F")
    assert ask(window, party, prompt="login").headers["Location"].startswith("/step-up")  # without confirming: again
    stop_clock(monkeypatch, dt.timedelta(seconds=5))
    confirm(window)
    page = ask(window, party, prompt="login")
    assert b'http-equiv="refresh" content="0;url=https://baocao.example.vn/callback?code=' in page.content
    code = page.content.decode().split("code=")[1].split("&")[0]
    second = claims(party.redeem(code).json()["id_token"])
    assert second["auth_time"] > first["auth_time"]
    stop_clock(monkeypatch, dt.timedelta(seconds=10))
    assert ask(window, party, prompt="login").headers["Location"].startswith("/step-up")  # each request by itself


def test_oidcc_prompt_none_not_logged_in(party: Party, holder: Person) -> None:
    answer = ask(Browser(), party, prompt="none")
    assert said(answer) | {"error_description": ""} == {
        "error": "login_required", "error_description": "", "state": "s-1", "iss": "http://127.0.0.1:8000",
    }  # fmt: skip


def test_oidcc_prompt_none_logged_in(window: Browser, party: Party) -> None:
    assert error(ask(window, party, prompt="none")) == "consent_required"
    first = claims(tokens(window, party)["id_token"])
    code = said(ask(window, party, prompt="none"))["code"]
    second = claims(party.redeem(code).json()["id_token"])
    same = ("sub", "auth_time", "acr", "sid")
    assert [first[name] for name in same] == [second[name] for name in same]
    assert error(ask(window, party, prompt="none", scope="openid post")) == "consent_required"


@pytest.mark.parametrize("prompt", ["none login", "unknown"])
def test_contradicting_prompts_are_refused(window: Browser, party: Party, prompt: str) -> None:
    assert error(ask(window, party, prompt=prompt)) == "invalid_request"


def test_prompt_consent_asks_again(window: Browser, party: Party) -> None:
    tokens(window, party)
    page = ask(window, party, prompt="consent")
    assert page.status_code == 200
    assert said(agree(window, page, "decline"))["error"] == "access_denied"
    assert "code" in said(agree(window, ask(window, party, prompt="consent")))


def test_oidcc_max_age_1(window: Browser, party: Party, step_up: None) -> None:
    first = claims(tokens(window, party)["id_token"])
    confirm(window, at=clock.now() - dt.timedelta(seconds=2))
    assert error(ask(window, party, max_age="1", prompt="none")) == "login_required"
    assert ask(window, party, max_age="1").headers["Location"].startswith("/step-up")
    confirm(window, at=clock.now() + dt.timedelta(seconds=1))
    page = ask(window, party, max_age="1")
    code = page.content.decode().split("code=")[1].split("&")[0]
    assert claims(party.redeem(code).json()["id_token"])["auth_time"] >= first["auth_time"]


def test_oidcc_max_age_10000(window: Browser, party: Party) -> None:
    first = claims(tokens(window, party)["id_token"])
    second = claims(party.redeem(said(ask(window, party, max_age="10000"))["code"]).json()["id_token"])
    assert first["auth_time"] == second["auth_time"]


@pytest.mark.parametrize("age", ["-1", "one", "1.5", "9" * 30])
def test_a_max_age_that_is_no_number_is_refused(window: Browser, party: Party, age: str) -> None:
    assert error(ask(window, party, max_age=age)) == "invalid_request"


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(window: Browser, party: Party) -> None:
    assert "id_token" in tokens(window, party, extra="foobar", resource="https://x.example")


def test_oidcc_id_token_hint(window: Browser, party: Party) -> None:
    hint = tokens(window, party)["id_token"]
    code = said(ask(window, party, prompt="none", id_token_hint=hint))["code"]
    assert claims(party.redeem(code).json()["id_token"])["sub"] == claims(hint)["sub"]


def test_id_token_hint_of_another_person(window: Browser, party: Party) -> None:
    hint = tokens(window, party)["id_token"]
    person("Trần Thị Khác", "khac")
    other = signed_in("khac")
    tokens(other, party)
    assert error(ask(other, party, prompt="none", id_token_hint=hint)) == "login_required"
    assert error(ask(other, party, id_token_hint=hint)) == "login_required"


def test_oidcc_login_hint(window: Browser, party: Party) -> None:
    assert "id_token" in tokens(window, party, login_hint="buffy@example.vn")


def test_oidcc_ui_locales(party: Party, window: Browser) -> None:
    english = ask(window, party, ui_locales="se en").content.decode()
    assert "Agree and continue" in english
    assert "Agree and continue" not in ask(window, party, ui_locales="se").content.decode()
    assert "id_token" in tokens(window, party, ui_locales="se")


def test_oidcc_claims_locales(window: Browser, party: Party) -> None:
    assert "id_token" in tokens(window, party, claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(window: Browser, party: Party) -> None:
    assert claims(tokens(window, party, acr_values="1 2")["id_token"])["acr"] == "1"


def test_acr_that_is_preferred_is_offered_once_and_one_that_is_essential_is_kept(
    window: Browser, party: Party, step_up: None
) -> None:
    tokens(window, party)
    assert ask(window, party, acr_values="2").headers["Location"].startswith("/step-up?")
    assert "level=2" in ask(window, party, acr_values="2", state="other").headers["Location"]
    again = ask(window, party, acr_values="2")  # they came back without: it was a wish
    assert b"callback?code=" in again.content
    needed = json.dumps({"id_token": {"acr": {"essential": True, "values": ["2"]}}})
    for _time in range(2):
        assert ask(window, party, claims=needed).headers["Location"].startswith("/step-up?")
    assert error(ask(window, party, claims=needed, prompt="none")) == "interaction_required"
    confirm(window, level=2)
    page = ask(window, party, claims=needed)
    code = page.content.decode().split("code=")[1].split("&")[0]
    assert claims(party.redeem(code).json()["id_token"])["acr"] == "2"
    unknown = json.dumps({"id_token": {"acr": {"essential": True, "value": "9"}}})
    assert error(ask(window, party, claims=unknown)) == "unmet_authentication_requirements"


def test_oidcc_codereuse(window: Browser, party: Party) -> None:
    code = code_of(window, party)
    first = party.redeem(code)
    access = first.json()["access_token"]
    assert userinfo(access).status_code == 200
    again = party.redeem(code)
    assert (again.status_code, error(again)) == (400, "invalid_grant")
    assert userinfo(access).status_code == 401


def test_oidcc_codereuse_30seconds(window: Browser, party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_of(window, party, scope="openid offline_access")
    found = party.redeem(code).json()
    stop_clock(monkeypatch, dt.timedelta(seconds=30))
    assert userinfo(found["access_token"]).status_code == 200
    assert error(party.redeem(code)) == "invalid_grant"
    assert userinfo(found["access_token"]).status_code == 401
    assert error(party.post("/oidc/token", grant_type="refresh_token", refresh_token=found["refresh_token"])) == (
        "invalid_grant"
    )


@pytest.mark.parametrize(("seconds", "good"), [(58, 200), (61, 400)])
def test_a_code_lasts_a_minute(
    window: Browser, party: Party, monkeypatch: pytest.MonkeyPatch, seconds: int, good: int
) -> None:
    code = code_of(window, party)
    stop_clock(monkeypatch, dt.timedelta(seconds=seconds))
    assert party.redeem(code).status_code == good


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/callback",
        BACK + "?extra=1",
        BACK + "/",
        BACK + "#x",
        BACK.upper(),
        BACK.replace("https", "http"),
        BACK + "/../other",
        "https://baocao.example.vn:443/callback",
        "https://baocao.example.vn@evil.example/callback",
        "",
    ],
)
def test_oidcc_ensure_registered_redirect_uri(window: Browser, party: Party, address: str) -> None:
    """Refused where the person stands, signed in or not, and nobody is sent anywhere."""
    for who in (window, Browser()):
        answer = ask(who, party, redirect_uri=address)
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        assert b"http-equiv" not in answer.content


def test_a_registered_query_is_kept(window: Browser) -> None:
    other = admitted("khac", redirect_uris=("https://khac.example.vn/cb?tenant=1",))
    answer = agree(window, ask(window, other))
    assert answer.headers["Location"].startswith("https://khac.example.vn/cb?tenant=1&code=")
    assert error(ask(window, other, redirect_uri="https://khac.example.vn/cb?tenant=1")) == ""
    assert ask(window, other, redirect_uri="https://khac.example.vn/cb").status_code == 400


def test_oidcc_ensure_post_request_succeeds(window: Browser, party: Party) -> None:
    """By a form of the client's site: the window sends no cookies with it, so it goes on as a GET."""
    sent = Browser(enforce_csrf_checks=True).post(reverse("broker:authorize"), party.request())
    assert sent.status_code == 303
    page = window.get(sent.headers["Location"])
    code = said(agree(window, page))["code"]
    assert party.redeem(code).status_code == 200


def test_oidcc_server_client_secret_post(window: Browser, party: Party) -> None:
    code = code_of(window, party)
    fields = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": party.verifier,
        "client_id": party.code, "client_secret": party.secret,
    }  # fmt: skip
    assert Browser().post("/oidc/token", fields).status_code == 200
    both = Browser().post("/oidc/token", fields, **party.basic)
    assert error(both) == "invalid_request"


@pytest.mark.parametrize("alg", ["none", "RS256"])
def test_oidcc_unsigned_request_object_is_never_taken_as_absent(window: Browser, party: Party, alg: str) -> None:
    import base64

    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
        for part in ({"alg": alg}, {"client_id": party.code, "scope": "openid"})
    )
    assert error(ask(window, party, request=f"{head}.{body}.")) == "request_not_supported"
    assert error(ask(window, party, request_uri="https://baocao.example.vn/r")) == "request_uri_not_supported"
    assert error(ask(window, party, registration="{}")) == "registration_not_supported"


def test_oidcc_claims_essential(window: Browser, party: Party) -> None:
    wanted = json.dumps({"userinfo": {"name": {"essential": True}}, "id_token": {"name": None}})
    page = ask(window, party, claims=wanted)
    assert "Họ và tên của bạn" in page.content.decode()
    code = said(agree(window, page))["code"]
    found = party.redeem(code).json()
    assert userinfo(found["access_token"]).json()["name"] == "Nguyễn Văn Thử"
    assert claims(found["id_token"])["name"] == "Nguyễn Văn Thử"
    assert said(ask(window, party, claims=wanted, prompt="none"))["code"]


def test_claims_that_the_client_may_not_have_are_left_out(window: Browser) -> None:
    other = admitted("khac", scopes=("openid",))
    wanted = json.dumps({"userinfo": {"name": {"essential": True}, "vn_number": None, "unheard": None}})
    access = tokens(window, other, claims=wanted)["access_token"]
    assert list(userinfo(access).json()) == ["sub"]


@pytest.mark.parametrize("wrong", ["{", "[]", '{"userinfo": []}', '{"id_token": {"acr": "2"}}', '"x"', "[" * 3000])
def test_claims_that_are_malformed_are_refused(window: Browser, party: Party, wrong: str) -> None:
    assert error(ask(window, party, claims=wrong)) == "invalid_request"


def test_claims_sub_of_somebody_else(window: Browser, party: Party) -> None:
    tokens(window, party)
    wanted = json.dumps({"id_token": {"sub": {"value": "00000000-0000-4000-8000-000000000000"}}})
    assert error(ask(window, party, claims=wanted, prompt="none")) == "login_required"


def test_oidcc_refresh_token(window: Browser, party: Party) -> None:
    found = tokens(window, party, scope="openid offline_access profile")
    before = claims(found["id_token"])
    answer = party.post("/oidc/token", grant_type="refresh_token", refresh_token=found["refresh_token"])
    newer = answer.json()
    after = claims(newer["id_token"])
    assert [before[name] for name in ("iss", "sub", "aud", "auth_time", "sid")] == [
        after[name] for name in ("iss", "sub", "aud", "auth_time", "sid")
    ]
    assert "nonce" not in after
    assert newer["access_token"] != found["access_token"]
    assert userinfo(newer["access_token"]).json()["name"] == "Nguyễn Văn Thử"
    reused = party.post("/oidc/token", grant_type="refresh_token", refresh_token=found["refresh_token"])
    assert error(reused) == "invalid_grant"
    assert userinfo(newer["access_token"]).status_code == 401  # stolen by one of two: both lose
    assert error(party.post("/oidc/token", grant_type="refresh_token", refresh_token=newer["refresh_token"])) == (
        "invalid_grant"
    )


def test_refresh_tokens_are_only_for_who_may_have_them(window: Browser) -> None:
    other = admitted("khac", scopes=("openid", "profile"))
    found = tokens(window, other, scope="openid offline_access")
    assert ("refresh_token" in found, found["scope"]) == (False, "openid")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_challenge": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
        {"code_challenge": "!" * 43},
    ],
)
def test_pkce_is_required(window: Browser, party: Party, wrong: dict[str, Any]) -> None:
    assert error(ask(window, party, **wrong)) == "invalid_request"


def test_pkce_binds_the_code(window: Browser, party: Party) -> None:
    for verifier in ("x" * 43, "", party.challenge):
        assert error(party.redeem(code_of(window, party), code_verifier=verifier)) == "invalid_grant"
    assert party.redeem(code_of(window, party)).status_code == 200


def test_state_comes_back_as_it_was(window: Browser, party: Party) -> None:
    state = 'a b&c=d"<é>%20'
    assert said(agree(window, ask(window, party, state=state)))["state"] == state
    assert "state" not in said(ask(window, party, state=None))


@pytest.mark.parametrize("name", ["scope", "state", "nonce", "response_type", "max_age"])
def test_what_is_sent_twice_is_refused(window: Browser, party: Party, name: str) -> None:
    pairs = [*party.request(max_age="10000").items(), (name, "1")]
    from urllib.parse import urlencode

    assert error(window.get(f"/oidc/authorize?{urlencode(pairs)}")) == "invalid_request"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_where_it_is_unclear_who_asks_nobody_is_sent_anywhere(window: Browser, party: Party, name: str) -> None:
    from urllib.parse import urlencode

    pairs = [*party.request().items(), (name, party.request()[name])]
    answer = window.get(f"/oidc/authorize?{urlencode(pairs)}")
    assert (answer.status_code, "Location" in answer.headers) == (400, False)


def test_response_modes(window: Browser, party: Party) -> None:
    assert "id_token" in tokens(window, party, response_mode="query")
    for mode in ("fragment", "form_post"):
        assert error(ask(window, party, response_mode=mode)) == "invalid_request"


def test_oidcc_discovery_says_what_is_and_no_more() -> None:
    found = Browser().get("/.well-known/openid-configuration").json()
    assert found["issuer"] == "http://127.0.0.1:8000"
    assert found["response_types_supported"] == ["code"]
    assert found["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["subject_types_supported"] == ["pairwise"]
    assert found["request_parameter_supported"] is False
    assert found["request_uri_parameter_supported"] is False
    assert found["token_endpoint_auth_methods_supported"] == ["client_secret_basic", "client_secret_post"]
    text = json.dumps(found)
    assert not [
        word
        for word in ("plain", '"none"', "implicit", "hybrid", "HS256")
        if word in text.replace('["none", "login"', "")
    ]
    for name, address in found.items():
        if name.endswith(("_endpoint", "_uri")):
            path = address.removeprefix("http://127.0.0.1:8000")
            assert Browser().get(path).status_code != 404, name


def test_who_is_not_signed_in_comes_back_after_the_log_in(party: Party, holder: Person) -> None:
    window = Browser()
    led = ask(window, party)
    assert led.headers["Location"].startswith("/log-in?next=/oidc/authorize%3F")
    from urllib.parse import parse_qs, urlsplit

    target = parse_qs(urlsplit(led.headers["Location"]).query)["next"][0]
    back = window.post("/log-in", {"username": "canbo", "password": "sông Vàm Cỏ Đông", "next": target})
    assert back.headers["Location"] == target
    assert party.redeem(said(agree(window, window.get(target)))["code"]).status_code == 200
    fresh = ask(Browser(), party, prompt="login").headers["Location"]
    assert fresh.startswith("/log-in?next=")


def test_a_log_in_is_a_fresh_confirmation(party: Party, holder: Person) -> None:
    window = Browser()
    target = ask(window, party, prompt="login")
    from urllib.parse import parse_qs, urlsplit

    target = parse_qs(urlsplit(target.headers["Location"]).query)["next"][0]
    window.post("/log-in", {"username": "canbo", "password": "sông Vàm Cỏ Đông", "next": target})
    assert "code" in said(agree(window, window.get(target)))


def test_posts_are_passed_on_for_the_scope_post(party: Party) -> None:
    from vamco.kernel.world.agencies import public as agencies

    official = person("Phạm Văn Đức", "sotaichinh")
    people.appoint(
        official, agencies.get("H53.04"), "department_official", since=dt.date(2025, 7, 1), title="Chuyên viên"
    )
    access = tokens(signed_in("sotaichinh"), party, scope="openid post")["access_token"]
    assert userinfo(access).json()["post"] == [
        {
            "agency": "H53.04",
            "agency_name": agencies.get("H53.04").name,
            "role": "department_official",
            "title": "Chuyên viên",
        }
    ]
