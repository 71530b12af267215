"""Another system of the province signs its users in through the platform, over HTTP: with a client library that is not ours, at once,
while the database restarts, and in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import requests

from tests.pages.axe import assert_accessible, assert_fits, assert_targets
from vamco.demo import reports_portal
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.broker import public as broker
from vamco.systems.identity import public as identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

PASSWORD = "sông Vàm Cỏ Đông"
BACK = "http://127.0.0.1:9/callback"
LEFT = "http://127.0.0.1:9/left"


@pytest.fixture
def issuer(site: str, settings: Any) -> str:
    settings.VAMCO_SITE_URL = site
    settings.VAMCO_DEMO = True
    person = people.add("Nguyễn Văn Thử")
    people.appoint(person, agencies.get("H53.04"), "department_official", since=agencies.get("H53.04").valid_from)
    identity.open_account("canbo", PASSWORD, person)
    return site


def admit(**more: Any) -> str:
    wanted = {
        "code": "bao-cao", "name": "Cổng báo cáo", "purpose": "Để biết ai lập báo cáo.", "agency": "H53.04",
        "redirect_uris": (BACK,), "post_logout_uris": (LEFT,), "scopes": tuple(broker.SCOPES), **more,
    }  # fmt: skip
    return broker.open_demonstration(broker.NewClient(**wanted))


class Person:
    """A browser without scripts: follows addresses of the site, sends forms, and stops where it is led elsewhere."""

    def __init__(self, site: str) -> None:
        self.site, self.http = site, requests.Session()

    def open(self, address: str) -> str:
        """Open an address, log in and agree where that is asked, and return the address outside to which it leads."""
        with self.http:  # a connection that stays open would hold the server
            return self._open(address)

    def _open(self, address: str) -> str:
        answer = self.http.get(address, allow_redirects=False, timeout=60)
        for _step in range(12):
            if answer.status_code in {302, 303}:
                target = answer.headers["Location"]
                target = target if target.startswith("http") else self.site + target
                if not target.startswith(self.site):
                    return target
                answer = self.http.get(target, allow_redirects=False, timeout=60)
            elif (away := re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', answer.text)) is not None:
                return away[1].replace("&amp;", "&")
            else:
                answer = self._send_form(answer)
        raise AssertionError(answer.text)

    def _send_form(self, answer: requests.Response) -> requests.Response:
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
        token = fields["csrfmiddlewaretoken"]
        path, more = ("/oidc/agree", {"request": fields.get("request", ""), "answer": "agree"})
        if 'name="password"' in answer.text:
            target = re.search(r'name="next" value="([^"]*)"', answer.text)
            assert target
            path = "/log-in"
            more = {"username": "canbo", "password": PASSWORD, "next": target[1].replace("&amp;", "&")}
        return self.http.post(
            self.site + path, {"csrfmiddlewaretoken": token, **more}, allow_redirects=False, timeout=60
        )


def code_for(issuer: str, verifier: str) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = requests.Request("GET", f"{issuer}/oidc/authorize", params={
        "client_id": "bao-cao", "redirect_uri": BACK, "response_type": "code", "scope": "openid", "state": "s",
        "code_challenge": challenge, "code_challenge_method": "S256",
    }).prepare().url  # fmt: skip
    assert asked
    return parse_qs(urlsplit(Person(issuer).open(asked)).query)["code"][0]


def redeem(issuer: str, secret: str, code: str, verifier: str) -> requests.Response:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": verifier}
    return requests.post(f"{issuer}/oidc/token", fields, auth=("bao-cao", secret), timeout=60)


def test_a_client_library_that_is_not_ours(issuer: str) -> None:
    """Discovery, code, token, userinfo, log-out with idpyoidc, whose JOSE is cryptojwt."""
    from idpyoidc.client.defaults import DEFAULT_OIDC_SERVICES
    from idpyoidc.client.rp_handler import RPHandler

    secret = admit()
    config = {
        "issuer": issuer,
        "client_type": "oidc",
        "client_id": "bao-cao",
        "client_secret": secret,
        "redirect_uris": [BACK],
        "post_logout_redirect_uris": [LEFT],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "post"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "add_ons": {
            "pkce": {
                "function": "idpyoidc.client.oauth2.add_on.pkce.add_support",
                "kwargs": {"code_challenge_length": 64, "code_challenge_method": "S256"},
            }
        },
    }
    services = DEFAULT_OIDC_SERVICES | {"end_session": {"class": "idpyoidc.client.oidc.end_session.EndSession"}}
    client = RPHandler(base_url="http://127.0.0.1:9", client_configs={issuer: config}, services=services)
    address = client.begin(issuer, req_args={"scope": ["openid", "profile", "post"]})
    assert "code_challenge=" in address
    back = Person(issuer).open(address)
    assert back.startswith(BACK)
    said = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    found = client.finalize(issuer, said)
    assert "error" not in found, found
    assert found["userinfo"]["name"] == "Nguyễn Văn Thử"
    assert found["userinfo"]["post"][0]["agency"] == "H53.04"
    assert found["id_token"]["acr"] == "1"
    assert found["userinfo"]["sub"] == found["id_token"]["sub"]
    leave = client.logout(found["state"], post_logout_redirect_uri=LEFT)
    address = leave["url"] if isinstance(leave, dict) else str(leave)
    assert address.startswith(f"{issuer}/oidc/end-session?")
    assert "id_token_hint=" in address


@pytest.mark.parametrize("run", range(3))
def test_of_two_uses_at_once_one_wins_and_what_it_got_ends(issuer: str, run: int) -> None:
    secret, verifier = admit(), secrets.token_urlsafe(40)
    code = code_for(issuer, verifier)
    together = threading.Barrier(4)

    def use() -> requests.Response:
        together.wait()
        return redeem(issuer, secret, code, verifier)

    with ThreadPoolExecutor(4) as pool:
        answers = [future.result() for future in [pool.submit(use) for _ in range(4)]]
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert {answer.json()["error"] for answer in answers if answer.status_code == 400} == {"invalid_grant"}
    access = next(answer.json()["access_token"] for answer in answers if answer.status_code == 200)
    told = requests.get(f"{issuer}/oidc/userinfo", headers={"Authorization": f"Bearer {access}"}, timeout=60)
    assert told.status_code == 401


def test_the_database_restarts_between_consent_and_code(issuer: str, fresh_db: str) -> None:
    """What was agreed and the code are in the database, so nothing is lost with its connections."""
    secret, verifier = admit(), secrets.token_urlsafe(40)
    code = code_for(issuer, verifier)
    end_connections(fresh_db)
    answer = redeem(issuer, secret, code, verifier)
    assert answer.status_code == 200
    access = answer.json()["access_token"]
    end_connections(fresh_db)
    told = requests.get(f"{issuer}/oidc/userinfo", headers={"Authorization": f"Bearer {access}"}, timeout=60)
    assert told.status_code == 200


def end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user "
            "AND datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def portal(issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    server = reports_portal.serve(0, issuer, "bao-cao", "")
    address = server.portal.address
    server.portal.secret = admit(
        redirect_uris=(f"{address}/callback",),
        post_logout_uris=(f"{address}/",),
        backchannel_uri=f"{address}/logged-out",
        scopes=("openid", "profile", "email", "phone", "post"),
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


def test_in_a_browser(portal: str, issuer: str, reader: Callable[..., Page]) -> None:
    """From the other system to the log-in, to the question, and back; leaving there leaves here, and the other way round."""
    page = reader("/log-in", width=320, height=640)
    page.goto(portal)
    page.click("text=Đăng nhập bằng tài khoản Vàm Cỏ")
    page.fill("#username", "canbo")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("text=Đồng ý và tiếp tục")
    assert "Cổng báo cáo" in page.inner_text("h1")
    assert_fits(page)
    assert_accessible(page)
    assert_targets(page)
    page.click("text=Đồng ý và tiếp tục")
    page.wait_for_selector("text=Xin chào")
    assert "Nguyễn Văn Thử" in page.content()
    page.goto(f"{issuer}/account/services/")
    assert "Cổng báo cáo" in page.inner_text("#main")
    assert_accessible(page)
    assert_targets(page)
    page.goto(portal)
    page.click("text=Đăng xuất")
    page.wait_for_selector("text=Bạn chưa đăng nhập")
    page.goto(f"{issuer}/account/services/")
    page.wait_for_selector("#password")  # here too
    page.goto(portal)
    page.click("text=Đăng nhập bằng tài khoản Vàm Cỏ")
    page.fill("#username", "canbo")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("text=Xin chào")  # what was agreed once is not asked again
    page.goto(f"{issuer}/account/services/")
    token = page.locator("input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    assert token
    page.evaluate("document.querySelector('form[action=\"/log-out\"]').submit()")
    page.wait_for_url(re.compile("/log-in$"))
    page.goto(portal)
    page.wait_for_selector("text=Bạn chưa đăng nhập")
