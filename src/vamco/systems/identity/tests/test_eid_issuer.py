"""What any issuer must do, asked over HTTP through the port, and what the simulated one refuses, as the standard says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from vamco.lib.errors import Refused
from vamco.systems.identity.adapters import tokens
from vamco.systems.identity.adapters.eid import Deadline, NoAnswer, OpenIdIssuer, Question, Registration, profile
from vamco.systems.identity.rules import eid as rules
from vamco.systems.identity.rules.eid import Expected, Unproven
from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from vamco.systems.identity.adapters.simulators.server import Service

BACK = f"{eid.SITE}/eid/back"
ASKED = Question(state="st", nonce="no", verifier="v" * 64, level=2, language="vi")


def relying(service: Service, **changed: Any) -> OpenIdIssuer:
    said = {"issuer": service.issuer.address, "client": "vamco", "secret": eid.SECRET, "back": BACK}
    return OpenIdIssuer(Registration(**{**said, "profile": profile(service.issuer.profile), **changed}), simulated=True)


def code(service: Service, question: Question = ASKED, **how: Any) -> str:
    issuer = relying(service)
    url = issuer.way(issuer.metadata(Deadline()), question)
    found = eid.query_of(eid.Away(service).agree(url, **how))
    assert found["state"] == "st"
    assert found["iss"] == service.issuer.address
    return found["code"]


def test_the_whole_way(any_issuer: Service) -> None:
    """The conformance test of the port: metadata, keys, code, tokens, userinfo."""
    issuer, deadline = relying(any_issuer), Deadline()
    metadata = issuer.metadata(deadline)
    assert "S256" in metadata["code_challenge_methods_supported"]
    given = issuer.redeem(metadata, code(any_issuer), ASKED.verifier, deadline)
    assert given["token_type"] == "Bearer"
    claims = tokens.read(given["id_token"], issuer.keys(metadata, deadline), access=given["access_token"])
    expected = Expected(any_issuer.issuer.address, "vamco", "no", confirmed_after=time.time() - 60)
    rules.check(claims, expected, now=time.time())
    more = issuer.about(metadata, given["access_token"], deadline)
    assert more["sub"] == claims["sub"]
    found = rules.describe({**more, **claims}, profile(any_issuer.issuer.profile))
    assert (found.number, found.name, found.born, found.sex, found.level) == (
        "072188000901",
        "Nguyễn Thị Hồng Nhung",
        "1988-04-12",
        "female",
        2,
    )
    assert "072188000901" not in found.subject


def test_a_code_counts_once_and_its_tokens_go_with_the_second_use(issuer: Service) -> None:
    port, deadline = relying(issuer), Deadline()
    metadata, once = port.metadata(deadline), code(issuer)
    given = port.redeem(metadata, once, ASKED.verifier, deadline)
    assert refused(lambda: port.redeem(metadata, once, ASKED.verifier, deadline)) == "invalid_grant"
    assert refused(lambda: port.about(metadata, given["access_token"], deadline)) == "invalid_token"


def refused(ask: Any) -> str:
    with pytest.raises(Unproven) as found:
        ask()
    return found.value.reason


def test_a_code_without_its_secret_is_worth_nothing(issuer: Service) -> None:
    port, deadline = relying(issuer), Deadline()
    metadata = port.metadata(deadline)
    assert refused(lambda: port.redeem(metadata, code(issuer), "w" * 64, deadline)) == "invalid_grant"
    assert refused(lambda: port.redeem(metadata, "invented", ASKED.verifier, deadline)) == "invalid_grant"
    thief = relying(issuer, secret="geraten")
    assert refused(lambda: thief.redeem(metadata, code(issuer), ASKED.verifier, deadline)) == "invalid_client"
    elsewhere = relying(issuer, back="http://forger.example/eid/back")
    assert refused(lambda: elsewhere.redeem(metadata, code(issuer), ASKED.verifier, deadline)) == "invalid_grant"


def test_a_code_expires(issuer: Service) -> None:
    port, deadline, late = relying(issuer), Deadline(), code(issuer)
    issuer.issuer.skew = 61
    assert refused(lambda: port.redeem(port.metadata(deadline), late, ASKED.verifier, deadline)) == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"request": "eyJhbGciOiJub25lIn0.e30."}, "request_not_supported"),
        ({"request_uri": "https://forger.example"}, "request_uri_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"max_age": "-1"}, "invalid_request"),
    ],
)
def test_the_simulator_refuses_what_the_standard_refuses(issuer: Service, changed: dict[str, str], error: str) -> None:
    found = eid.query_of(asked(issuer, changed).headers["Location"])
    assert (found["error"], found["state"]) == (error, "st")
    assert "code" not in found


def asked(service: Service, changed: dict[str, str]) -> requests.Response:
    port = relying(service)
    url = port.way(port.metadata(Deadline()), ASKED)
    sent = eid.query_of(url) | changed
    return requests.get(f"{service.issuer.address}/authorize", params=sent, allow_redirects=False, timeout=10)


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "another"},
        {"redirect_uri": "http://forger.example/eid/back"},
        {"redirect_uri": f"{BACK}?extra=1"},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": ""},
    ],
)
def test_nobody_is_led_to_an_address_that_is_not_the_clients(issuer: Service, changed: dict[str, str]) -> None:
    answer = asked(issuer, changed)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_person_may_refuse_mistype_or_be_dead(issuer: Service) -> None:
    port = relying(issuer)
    url = port.way(port.metadata(Deadline()), ASKED)
    assert eid.query_of(eid.Away(issuer).agree(url, says="refuse"))["error"] == "access_denied"
    assert eid.Away(issuer).agree(url, pin="000000") == ""
    assert eid.Away(issuer).agree(url, "da-mat") == ""
    assert eid.Away(issuer).agree(url, "niemand") == ""


def test_who_is_signed_in_there_need_not_be_asked_again_unless_it_is_too_old(issuer: Service) -> None:
    port, browser = relying(issuer), eid.Away(issuer)
    browser.agree(port.way(port.metadata(Deadline()), ASKED))
    sent = eid.query_of(port.way(port.metadata(Deadline()), ASKED)) | {"prompt": "none"}
    url = f"{issuer.issuer.address}/authorize?"
    assert "code" in eid.query_of(
        browser.get(url + requests.models.RequestEncodingMixin._encode_params(sent)).headers["Location"]
    )
    issuer.issuer.skew = 100
    old = sent | {"max_age": "60"}
    answer = browser.get(url + requests.models.RequestEncodingMixin._encode_params(old))
    assert eid.query_of(answer.headers["Location"])["error"] == "login_required"


def test_metadata_of_another_issuer_is_not_taken(issuer: Service) -> None:
    real = issuer.issuer.address
    issuer.issuer.address = "http://127.0.0.1:1"
    assert refused(lambda: relying(issuer, issuer=real).metadata(Deadline())) == "metadata"


def test_what_is_not_this_machine_is_asked_by_https_only() -> None:
    said = Registration("http://sso.example", "vamco", "x", profile("vneid"), BACK)
    with pytest.raises(Refused):
        OpenIdIssuer(said)


def test_waiting_has_an_end_however_the_answer_comes(issuer: Service) -> None:
    port = relying(issuer)
    for behaviour in ({"delay": 200}, {"delay": 0, "drip": 0.3}):
        issuer.control(behaviour)
        begun = time.monotonic()
        with pytest.raises(NoAnswer):
            port.metadata(Deadline(1.0))
        assert time.monotonic() - begun < 90


@pytest.mark.parametrize(
    "behaviour", [{"status": 500}, {"status": 502}, {"status": 503}, {"status": 429}, {"maintenance": True}]
)
def test_an_error_of_the_issuer_or_a_page_for_people_is_no_answer(issuer: Service, behaviour: dict[str, Any]) -> None:
    issuer.control(behaviour)
    with pytest.raises(NoAnswer):
        relying(issuer).metadata(Deadline())


def test_nobody_there_is_no_answer(issuer: Service) -> None:
    with pytest.raises(NoAnswer):
        relying(issuer, issuer="http://127.0.0.1:9").metadata(Deadline())


def test_leaving_names_no_person(issuer: Service) -> None:
    port = relying(issuer)
    url = port.way_out(port.metadata(Deadline()), f"{eid.SITE}/log-in")
    assert eid.query_of(url) == {"client_id": "vamco", "post_logout_redirect_uri": f"{eid.SITE}/log-in"}
    browser = eid.Away(issuer)
    browser.agree(port.way(port.metadata(Deadline()), ASKED))
    assert len(issuer.issuer.sessions) == 1
    browser.get(url)
    assert len(issuer.issuer.sessions) == 1  # a link alone signs nobody out
    left = browser.session.post(url, timeout=10)
    assert issuer.issuer.sessions == {}
    assert f"{eid.SITE}/log-in" in left.text
    forged = url.replace("testserver", "forger.example")
    assert "forger.example" not in browser.session.post(forged, timeout=10).text
