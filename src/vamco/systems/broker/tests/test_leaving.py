"""Leaving at one place leaves everywhere (ID-03), and says where it may not have."""

from __future__ import annotations

import datetime as dt
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest
from django.test import Client as Browser
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.lib.errors import Unavailable
from vamco.systems.broker import services
from vamco.systems.broker.adapters import backchannel
from vamco.systems.broker.contracts import Leaver
from vamco.systems.broker.handlers import leave as hear
from vamco.systems.broker.models import Visit
from vamco.systems.broker.rules import addresses
from vamco.systems.broker.tests.conftest import (
    LEFT,
    Party,
    admitted,
    claims,
    code_of,
    error,
    signed_in,
    tokens,
    userinfo,
)
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.vocab.identity import StayEnded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


class Receiver:
    """The back channel of a client, on this machine: what it received, and what it answers."""

    def __init__(self) -> None:
        self.status, self.pause = 200, 0.0
        self.received: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                time.sleep(outer.pause)
                outer.received += parse_qs(body)["logout_token"]
                self.send_response(outer.status)
                self.send_header("Location", "https://elsewhere.example.vn/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}/logged-out"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receivers(settings: Any) -> Iterator[list[Receiver]]:
    settings.VAMCO_DEMO = True
    found = [Receiver() for _ in range(3)]
    yield found
    for each in found:
        each.close()


def three(receivers: list[Receiver]) -> list[Party]:
    names = ("Cổng một", "Báo cáo", "Thanh toán")
    return [
        admitted(f"so-{number}", name=name, backchannel_uri=receiver.address)
        for number, (name, receiver) in enumerate(zip(names, receivers, strict=True))
    ]


def test_leaving_here_leaves_everywhere(window: Browser, receivers: list[Receiver]) -> None:
    parties = three(receivers)
    found = [tokens(window, party) for party in parties]
    waiting = code_of(window, parties[0])
    sid = window.session["assurance"]["sid"]
    begun = time.monotonic()
    answer = window.post("/log-out")
    assert time.monotonic() - begun < 60.0
    assert (answer.status_code, answer.headers["Location"]) == (302, "/log-in")
    assert "_auth_user_id" not in window.session
    for party, receiver, each in zip(parties, receivers, found, strict=True):
        assert len(receiver.received) == 1
        token = claims(receiver.received[0])
        assert (token["aud"], token["sid"]) == (party.code, sid)
        assert token["sub"] == claims(each["id_token"])["sub"]
        assert token["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}
        assert "nonce" not in token
        assert token["exp"] - token["iat"] == 120
        assert userinfo(each["access_token"]).status_code == 401
    assert error(parties[0].redeem(waiting)) == "invalid_grant"
    assert len({claims(receiver.received[0])["jti"] for receiver in receivers}) == 3
    assert Visit.objects.filter(confirmed_at=None).count() == 0


def test_who_does_not_confirm_is_named_and_told_again(window: Browser, receivers: list[Receiver]) -> None:
    parties = three(receivers)
    silent = admitted("cu", name="Hệ thống cũ")
    for party in (*parties, silent):
        tokens(window, party)
    receivers[1].status = 500
    receivers[2].status = 302  # a redirect is no confirmation, and is not followed
    answer = window.post("/log-out")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã đăng xuất" in page
    assert "_auth_user_id" not in window.session
    assert [name in page for name in ("Cổng một", "Báo cáo", "Thanh toán", "Hệ thống cũ")] == [False, True, True, True]
    waiting = ProcrastinateJob.objects.filter(task_name="broker.tell_client", status="todo")
    assert waiting.count() == 3  # one of them has nothing left to do
    visit = Visit.objects.get(client__code="so-1")
    with pytest.raises(Unavailable):
        services.tell_client(visit.pk)
    receivers[1].status = 204
    services.tell_client(visit.pk)
    visit.refresh_from_db()
    assert visit.confirmed_at is not None
    told = len(receivers[1].received)
    services.tell_client(visit.pk)  # safe to repeat
    assert len(receivers[1].received) == told


def test_a_client_that_hangs_holds_nobody_up(window: Browser, receivers: list[Receiver], settings: Any) -> None:
    parties = three(receivers)
    for party in parties:
        tokens(window, party)
    receivers[0].pause = 20.0
    begun = time.monotonic()
    page = window.post("/log-out").content.decode()
    taken = time.monotonic() - begun
    assert "Cổng một" in page
    assert "Báo cáo" not in page
    assert taken < 15  # the rule is 5 s; a machine under load takes its time


def test_a_stay_that_ends_elsewhere_ends_at_clients(window: Browser, receivers: list[Receiver], holder: Person) -> None:
    party = three(receivers)[0]
    plain = tokens(window, party)
    lasting = tokens(window, party, scope="openid offline_access")
    sid = window.session["assurance"]["sid"]
    hear(StayEnded(sid, holder.pk, "left"))
    hear(StayEnded(sid, holder.pk, "left"))
    assert userinfo(plain["access_token"]).status_code == 401
    newer = party.post("/oidc/token", grant_type="refresh_token", refresh_token=lasting["refresh_token"])
    assert newer.status_code == 200  # agreed to for the time when they are away
    assert ProcrastinateJob.objects.filter(task_name="broker.tell_client").count() == 1
    services.tell_client(Visit.objects.get(ended_at__isnull=False).pk)
    assert claims(receivers[0].received[0])["sid"] == sid
    hear(StayEnded(sid, holder.pk, "locked"))
    gone = party.post("/oidc/token", grant_type="refresh_token", refresh_token=newer.json()["refresh_token"])
    assert error(gone) == "invalid_grant"


def test_ending_all_stays_tells_by_event(window: Browser, receivers: list[Receiver]) -> None:
    tokens(window, three(receivers)[0])
    other = signed_in()
    sid = window.session["assurance"]["sid"]
    account = Account.objects.get(username="canbo")
    assert identity.end_stays(account, but=other.session["assurance"]["sid"]) >= 1
    from vamco.kernel.base.events.models import Event

    assert any(event.payload.get("sid") == sid for event in Event.objects.filter(name="identity.stay_ended"))


def test_the_same_stay_elsewhere_is_untouched(window: Browser, receivers: list[Receiver]) -> None:
    party = three(receivers)[0]
    tokens(window, party)
    other = signed_in()
    kept = tokens(other, party)
    window.post("/log-out")
    assert userinfo(kept["access_token"]).status_code == 200
    assert Visit.objects.filter(ended_at=None).count() == 1
    assert len(receivers[0].received) == 1


# ── at the wish of a client ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_client_ends_the_stay_by_its_token(window: Browser, receivers: list[Receiver]) -> None:
    parties = three(receivers)
    hints = [tokens(window, party)["id_token"] for party in parties]
    answer = window.get(
        "/oidc/end-session", {"id_token_hint": hints[0], "post_logout_redirect_uri": LEFT, "state": "a b"}
    )
    assert answer.headers["Location"] == f"{LEFT}?state=a+b"
    assert "_auth_user_id" not in window.session
    assert [len(receiver.received) for receiver in receivers] == [1, 1, 1]


def test_by_a_form_of_the_client(window: Browser, party: Party) -> None:
    hint = tokens(window, party)["id_token"]
    fields = {"id_token_hint": hint, "post_logout_redirect_uri": LEFT}
    sent = Browser(enforce_csrf_checks=True).post("/oidc/end-session", fields)
    assert sent.status_code == 303
    page = window.get(sent.headers["Location"])
    assert page.status_code == 200  # this client has no back channel: it is named, and the way on is a link
    assert LEFT in page.content.decode()
    assert "Cổng báo cáo" in page.content.decode()
    assert "_auth_user_id" not in window.session


@pytest.mark.parametrize("address", [LEFT + "?x=1", LEFT + "/", "https://evil.example/", "javascript:alert(1)"])
def test_an_address_that_is_not_registered_is_refused(window: Browser, party: Party, address: str) -> None:
    hint = tokens(window, party)["id_token"]
    answer = window.get("/oidc/end-session", {"id_token_hint": hint, "post_logout_redirect_uri": address})
    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert address.encode() not in answer.content
    assert "_auth_user_id" in window.session


def test_no_token_of_ours_ends_nothing(window: Browser, party: Party) -> None:
    from vamco.systems.broker.tests.test_protocol import forged

    tokens(window, party)
    for name, token in forged().items():
        answer = window.get("/oidc/end-session", {"id_token_hint": token, "post_logout_redirect_uri": LEFT})
        assert (answer.status_code, "Location" in answer.headers) == (400, False), name
    hint = tokens(window, party)["id_token"]
    other = admitted("khac")
    assert window.get("/oidc/end-session", {"id_token_hint": hint, "client_id": other.code}).status_code == 400
    assert "_auth_user_id" in window.session


def test_without_a_token_the_person_is_asked(window: Browser, party: Party) -> None:
    import re

    tokens(window, party)
    page = window.get("/oidc/end-session", {"client_id": party.code, "post_logout_redirect_uri": LEFT})
    assert page.status_code == 200
    assert "_auth_user_id" in window.session
    sealed = re.search(r'name="request" value="([^"]+)"', page.content.decode())
    assert sealed
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = window.cookies
    assert strict.post("/oidc/leave", {"request": sealed[1]}).status_code == 400
    answer = window.post("/oidc/leave", {"request": sealed[1]})
    assert "_auth_user_id" not in window.session
    assert LEFT in answer.content.decode()


def test_the_token_of_another_stay_ends_this_one_only_if_asked(window: Browser, party: Party) -> None:
    hint = tokens(window, party)["id_token"]
    other = signed_in()
    page = other.get("/oidc/end-session", {"id_token_hint": hint})
    assert page.status_code == 200
    assert "_auth_user_id" in other.session
    assert (
        Browser()
        .get("/oidc/end-session", {"id_token_hint": hint, "post_logout_redirect_uri": LEFT})
        .headers["Location"]
        .startswith(LEFT)
    )


def test_an_old_token_still_ends_its_stay(window: Browser, party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    hint = tokens(window, party)["id_token"]
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(hours=5)
    monkeypatch.setattr(clock, "now", lambda: moment)
    window.get("/oidc/end-session", {"id_token_hint": hint})
    assert "_auth_user_id" not in window.session


# ── where the back channel may lead ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("ip", "public", "private"),
    [
        ("8.8.8.8", True, True),
        ("2001:4860:4860::8888", True, True),
        ("10.1.2.3", False, True),
        ("192.168.1.1", False, True),
        ("fd00::1", False, True),
        ("127.0.0.1", False, False),
        ("::1", False, False),
        ("::ffff:127.0.0.1", False, False),
        ("::ffff:10.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("fe80::1", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("localhost", False, False),
        ("", False, False),
    ],
)
def test_addresses_that_may_be_called(ip: str, public: bool, private: bool) -> None:  # noqa: FBT001
    assert addresses.reachable(ip, private_network=False, loopback=False) is public
    assert addresses.reachable(ip, private_network=True, loopback=False) is private


def leaver(address: str, **more: Any) -> Leaver:
    return Leaver(
        **{"visit": 1, "client": "x", "name": "X", "address": address, "private_network": True, "token": "t", **more}
    )


def test_nothing_inside_is_called(receivers: list[Receiver], settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = receivers[0].address
    assert backchannel.confirmed(leaver(at)) is True
    settings.VAMCO_DEMO = False
    assert backchannel.confirmed(leaver(at)) is False
    port = receivers[0].server.server_address[1]
    monkeypatch.setattr(
        "socket.getaddrinfo", lambda *_args, **_named: [(2, 1, 6, "", ("127.0.0.1", port))]
    )  # a name that leads here
    for settings.VAMCO_DEMO in (True, False):
        assert backchannel.confirmed(leaver(f"http://baocao.example.vn:{port}/x")) is False
    assert len(receivers[0].received) == 1


@pytest.mark.parametrize(
    ("address", "live", "demonstration"),
    [
        ("https://baocao.tayninh.gov.vn/cb", True, True),
        ("https://baocao.tayninh.gov.vn:8443/cb?x=1", True, True),
        ("http://baocao.tayninh.gov.vn/cb", False, False),
        ("http://localhost:8000/cb", False, True),
        ("http://127.0.0.1/cb", False, True),
        ("http://[::1]:9/cb", False, True),
        ("https://10.0.0.1/cb", False, False),
        ("https://intranet/cb", False, False),
        ("https://a.example.vn/cb#x", False, False),
        ("https://*.example.vn/cb", False, False),
        ("https://user@a.example.vn/cb", False, False),
        ("https://a.example.vn\\@evil.example/", False, False),
        ("https://a.example.vn/ b", False, False),
        ("https://a.exämple.vn/", False, False),
        ("https://a.example.vn:99999/", False, False),
        ("javascript:alert(1)", False, False),
        ("ftp://a.example.vn/", False, False),
        ("https://[", False, False),
        ("", False, False),
        ("https://a.example.vn/" + "x" * 300, False, False),
    ],
)
def test_addresses_that_are_registered(address: str, live: bool, demonstration: bool) -> None:  # noqa: FBT001
    assert (not addresses.fault(address, demonstration=False)) is live
    assert (not addresses.fault(address, demonstration=True)) is demonstration
