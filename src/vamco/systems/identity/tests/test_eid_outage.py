"""The issuer is slow or down for hours. Case ID-07: sessions go on, two calls a minute, and the pages tell the truth."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.systems.identity import public as identity
from vamco.systems.identity import services
from vamco.systems.identity.models import EidIssuer
from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from vamco.systems.identity.adapters.simulators.server import Service

pytestmark = pytest.mark.django_db
FIVE_PAST_EIGHT = dt.datetime(2026, 11, 30, 13, 5, tzinfo=dt.UTC)  # 20:05 in the province


class Clock:
    """The platform's clock, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = FIVE_PAST_EIGHT
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def ahead(self, **by: float) -> None:
        self.now += dt.timedelta(**by)


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def test_since_when_it_does_not_answer_is_said_and_what_is_possible(issuer: Service, hands: Clock) -> None:
    assert identity.eid_state().away_since is None
    issuer.control({"status": 503})
    answer = Client().get("/eid/start?next=/verify")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "VNeID không phản hồi từ 20:05" in said(answer)
    hands.ahead(minutes=12)
    page = said(Client().get("/log-in?next=/verify"))
    assert "VNeID không phản hồi từ 20:05" in page
    assert "khóa truy cập" in page
    assert "một cửa" in page
    assert identity.eid_state().away_since == FIVE_PAST_EIGHT


def test_the_issuer_is_asked_twice_a_minute_whoever_comes(issuer: Service, hands: Clock) -> None:
    issuer.control({"status": 503})
    for minute in range(5):
        before = issuer.behaviour.calls
        for _second in range(20):
            assert Client().get("/eid/start").status_code == 503
            services.ask_eid_again()
            hands.ahead(seconds=3)
        assert issuer.behaviour.calls - before <= 2, minute
    assert issuer.behaviour.calls >= 9


def test_it_comes_back_by_itself(issuer: Service, hands: Clock) -> None:
    issuer.control({"status": 503})
    Client().get("/eid/start")
    issuer.control({"status": 0})
    hands.ahead(minutes=1)
    services.ask_eid_again()
    assert identity.eid_state().away_since is None
    assert "không phản hồi" not in said(Client().get("/log-in"))
    calls = issuer.behaviour.calls
    services.ask_eid_again()
    assert issuer.behaviour.calls == calls  # nobody is asked who answers


def test_a_session_goes_on_and_what_was_typed_stays(issuer: Service, hands: Clock) -> None:
    client = Client()
    eid.sign_in(client, issuer, start="/eid/start?next=/verify")
    session = client.session
    session["assurance.kept"] = {"target": "/verify", "fields": [["name", "Nhung"]]}
    session.save()
    issuer.control({"status": 503})
    hands.ahead(minutes=5)
    answer = client.get("/eid/start?next=/verify&level=2")
    assert answer.status_code == 503
    assert "vẫn đang đăng nhập" in said(answer)
    assert client.session["assurance.kept"]["fields"] == [["name", "Nhung"]]
    assert client.get("/log-in").status_code == 302  # still signed in


def test_the_issuer_goes_away_between_consent_and_code_and_comes_back(issuer: Service, hands: Clock) -> None:
    client = Client()
    back = eid.path_of(eid.Away(issuer).agree(client.get("/eid/start?next=/verify").headers["Location"]))
    issuer.control({"status": 503})
    answer = client.get(back)
    assert answer.status_code == 503
    assert "_auth_user_id" not in client.session
    issuer.control({"status": 0})
    assert client.get(back).headers["Location"] == "/verify"  # the same answer, tried again


def test_nobody_waits_longer_than_ten_seconds(issuer: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vamco.systems.identity.adapters.eid.PROBE", 0.5)
    issuer.control({"delay": 200})
    begun = time.monotonic()
    assert Client().get("/eid/start").status_code == 503
    assert time.monotonic() - begun < 90


def test_while_all_is_well_the_issuer_is_asked_once_a_minute(issuer: Service, hands: Clock) -> None:
    Client().get("/eid/start")
    calls = issuer.behaviour.calls
    for _each in range(10):
        Client().get("/eid/start")
        hands.ahead(seconds=5)
    assert issuer.behaviour.calls == calls
    hands.ahead(seconds=10)
    Client().get("/eid/start")
    Client().get("/eid/start")
    assert issuer.behaviour.calls == calls + 1


def test_metadata_that_proves_nothing_leads_nobody_away(issuer: Service) -> None:
    issuer.issuer.address = "http://127.0.0.1:1"
    answer = Client().get("/eid/start")
    assert answer.status_code == 422
    assert EidIssuer.objects.get().metadata is None
