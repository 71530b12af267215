"""The way of a browser: states, codes, levels, and other places to which nobody is led."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, EidIssuer, SignIn
from vamco.systems.identity.tests import eid
from vamco.web import addresses

if TYPE_CHECKING:
    from vamco.systems.identity.adapters.simulators.server import Service

pytestmark = pytest.mark.django_db
PASSWORD = "hai-dòng-sông-vàm-cỏ"


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def back_from(client: Client, service: Service, start: str = "/eid/start", person: str = "me", **how: Any) -> str:
    return eid.path_of(eid.Away(service).agree(client.get(start).headers["Location"], person, **how))


def said(answer: Any) -> str:
    text: str = answer.content.decode()
    return text


def main_of(answer: Any) -> str:
    return said(answer).partition("<main")[2].partition("</main>")[0]


def test_the_log_in_page_offers_it_and_leads_on_to_where_the_reader_wanted(issuer: Service) -> None:
    page = said(Client().get("/log-in?next=/verify"))
    assert "/eid/start?next=%2Fverify" in page
    assert addresses.to("eid_start", "/a?b=c", 2) == "/eid/start?next=%2Fa%3Fb%3Dc&level=2"


def test_without_an_issuer_it_is_not_offered(settings: Any) -> None:
    settings.VAMCO_EID_ISSUER = ""
    assert "/eid/start" not in said(Client().get("/log-in"))
    assert Client().get("/eid/start").status_code == 404
    assert Client().get("/eid/leave").headers["Location"] == "/log-in"


@pytest.mark.parametrize(
    "target", ["https://forger.example/", "//forger.example", "/\\forger.example", "javascript:alert(1)", ""]
)
def test_nobody_is_led_elsewhere(issuer: Service, target: str) -> None:
    client = Client()
    answer = eid.sign_in(client, issuer, start=f"/eid/start?next={target}")
    assert answer.headers["Location"] == "/"
    assert signed_in(client)


def test_a_state_counts_once(issuer: Service) -> None:
    client = Client()
    back = back_from(client, issuer)
    assert client.get(back).status_code == 302
    client.post("/log-out")
    again = client.get(back)
    assert again.status_code == 422
    assert not signed_in(client)


def test_a_state_of_another_browser_is_worth_nothing(issuer: Service) -> None:
    """Neither may a forger sign a victim in as the forger, nor use a victim's code."""
    victim, forger = Client(), Client()
    back = back_from(forger, issuer)
    victim.get("/eid/start")
    answer = victim.get(back)
    assert answer.status_code == 422
    assert not signed_in(victim)
    assert SignIn.objects.count() == 0


def test_a_code_of_another_browser_is_worth_nothing(issuer: Service) -> None:
    victim, forger = Client(), Client()
    stolen = eid.query_of(back_from(victim, issuer, person="giam-doc"))["code"]
    own = eid.query_of(back_from(forger, issuer))
    answer = forger.get("/eid/back", {**own, "code": stolen})
    assert answer.status_code == 422
    assert not signed_in(forger)


def test_an_answer_that_names_another_issuer_or_none_is_refused(issuer: Service) -> None:
    for iss in ("https://forger.example", ""):
        client = Client()
        own = eid.query_of(back_from(client, issuer))
        assert client.get("/eid/back", {**own, "iss": iss}).status_code == 422
        assert not signed_in(client)


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?code=y", "?state=", "?error=access_denied"])
def test_an_answer_without_a_question_is_refused_in_plain_words(issuer: Service, query: str) -> None:
    answer = Client().get(f"/eid/back{query}")
    assert answer.status_code == 422
    assert "VNeID" in said(answer)


def test_refusing_at_the_issuer_is_understood(issuer: Service) -> None:
    client = Client()
    back = eid.Away(issuer).agree(client.get("/eid/start?next=/verify").headers["Location"], says="refuse")
    answer = client.get(eid.path_of(back))
    assert answer.status_code == 422
    assert "chưa đồng ý" in said(answer)
    assert "/eid/start?next=%2Fverify" in said(answer)
    assert not signed_in(client)


def test_an_unknown_error_is_not_repeated_to_the_reader(issuer: Service) -> None:
    client = Client()
    state = eid.query_of(client.get("/eid/start").headers["Location"])["state"]
    answer = client.get("/eid/back", {"state": state, "error": "<script>", "error_description": "gọi 0900000001"})
    assert answer.status_code == 422
    assert "script" not in main_of(answer)
    assert "0900000001" not in main_of(answer)


def test_who_takes_too_long_begins_again(issuer: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client()
    back = back_from(client, issuer)
    real = time.time
    monkeypatch.setattr("vamco.systems.identity.services.eid.time.time", lambda: real() + 15 * 60 + 1)
    answer = client.get(back)
    assert answer.status_code == 422
    assert "quá lâu" in said(answer)


@pytest.mark.parametrize(("skew", "status"), [(110, 302), (-110, 302), (200, 422), (-500, 422)])
def test_clocks_may_differ_by_two_minutes(issuer: Service, skew: float, status: int) -> None:
    issuer.issuer.skew = skew
    client = Client()
    answer = eid.sign_in(client, issuer)
    assert answer.status_code == status
    assert signed_in(client) is (status == 302)
    if status != 302:
        assert "đồng hồ" in said(answer)


def test_a_key_that_was_rotated_is_fetched_once_a_minute(issuer: Service) -> None:
    eid.sign_in(Client(), issuer)
    issuer.issuer.keys.rotate(keep=False)
    assert eid.sign_in(Client(), issuer).status_code == 302
    issuer.issuer.keys.rotate(keep=False)
    client = Client()
    assert eid.sign_in(client, issuer).status_code == 422  # again within the minute: it may be a forger's
    assert not signed_in(client)
    EidIssuer.objects.update(
        keys_sought_at=EidIssuer.objects.get().keys_sought_at - __import__("datetime").timedelta(minutes=1)
    )
    assert eid.sign_in(Client(), issuer).status_code == 302


def test_two_pages_of_one_browser_do_not_disturb_each_other(issuer: Service) -> None:
    client = Client()
    one, two = back_from(client, issuer, "/eid/start?next=/verify"), back_from(client, issuer, "/eid/start?next=/style")
    assert client.get(two).headers["Location"] == "/style"
    assert client.get(one).headers["Location"] == "/verify"


def test_the_way_begins_at_the_sites_own_name(issuer: Service) -> None:
    answer = Client().get("/eid/start?next=/verify", headers={"host": "localhost"})
    assert answer.headers["Location"] == "http://testserver/eid/start?next=/verify"


def official(client: Client, *, number: str = "072187000913") -> Account:
    person = people.add("Lê Thị Kim Ngân")
    people.record_number(person, "citizen_id", number)
    account = identity.open_account("nganltk", PASSWORD, person)
    client.post("/log-in", {"username": "nganltk", "password": PASSWORD})
    return account


def test_who_is_signed_in_confirms_with_a_higher_level_and_comes_back(issuer: Service) -> None:
    client = Client()
    account = official(client)
    client.session["note"] = "kept"
    left = client.get("/eid/start?next=/verify&level=2&within=900").headers["Location"]
    asked = eid.query_of(left)
    assert (asked["prompt"], asked["max_age"], asked["acr_values"]) == ("login", "900", "2")
    answer = client.get(eid.path_of(eid.Away(issuer).agree(left, "can-bo")))
    assert answer.headers["Location"] == "/verify"
    held = client.session["assurance"]
    assert (held["level"], held["methods"]) == (2, ["pin", "swk", "mfa"])
    assert client.session["_auth_user_id"] == str(account.pk)


def test_another_person_cannot_confirm(issuer: Service) -> None:
    client = Client()
    account = official(client)
    before = people.Person.objects.count()
    answer = client.get(back_from(client, issuer, "/eid/start?next=/verify&level=2", person="giam-doc"))
    assert answer.status_code == 422
    assert client.session["_auth_user_id"] == str(account.pk)
    assert client.session["assurance"]["level"] == 1
    assert people.Person.objects.count() == before


def test_an_old_sign_in_there_does_not_confirm(issuer: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """An issuer that ignores `prompt=login` gives itself away by `auth_time`."""
    client = Client()
    official(client)
    real = issuer.issuer.sign_in

    def lazy(*args: Any) -> Any:
        session = real(*args)
        assert session is not None
        return type(session)(session.citizen, session.level, session.at - 3600)

    monkeypatch.setattr(issuer.issuer, "sign_in", lazy)
    answer = client.get(back_from(client, issuer, "/eid/start?next=/verify&level=2", person="can-bo"))
    assert answer.status_code == 422
    assert client.session["assurance"]["level"] == 1


def test_a_level_that_was_not_reached_is_said_and_nothing_is_lost(issuer: Service) -> None:
    client = Client()
    answer = client.get(back_from(client, issuer, "/eid/start?next=/verify&level=2", person="muc-mot"))
    assert answer.status_code == 422
    assert "mức 1" in said(answer)
    assert not signed_in(client)
    assert eid.sign_in(client, issuer, "muc-mot").status_code == 302  # with what they have
    assert client.session["assurance"]["level"] == 1


def test_who_has_logged_out_meanwhile_confirms_nothing(issuer: Service) -> None:
    client = Client()
    official(client)
    back = back_from(client, issuer, "/eid/start?next=/verify&level=2", person="can-bo")
    client.post("/log-out")
    assert client.get(back).status_code == 422
    assert not signed_in(client)


def test_leaving_offers_to_leave_the_issuer_too(issuer: Service) -> None:
    client = Client()
    eid.sign_in(client, issuer)
    left = client.post("/log-out")
    assert left.headers["Location"] == "/log-in?left=eid"
    assert "/eid/leave" in said(client.get(left.headers["Location"]))
    way = client.get("/eid/leave").headers["Location"]
    assert way.startswith(f"{issuer.issuer.address}/leave?client_id=vamco&")
    official(client)
    assert client.post("/log-out").headers["Location"] == "/log-in"


def test_numbers_in_the_address_that_are_none_are_not_read(issuer: Service) -> None:
    for query in ("level=x&within=y", "level=-1", "level=9&within=" + "9" * 30, "level=²"):
        left = Client().get(f"/eid/start?{query}")
        assert left.status_code == 302
    assert eid.query_of(Client().get("/eid/start?level=9").headers["Location"])["acr_values"] == "2"
