"""Whose account it is: the verified number decides, nothing else, and what is not certain is for the counter."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.identity.adapters.simulators.registrations import Citizen
from vamco.systems.identity.models import Account, EidLink, SignIn
from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from vamco.systems.identity.adapters.simulators.server import Service

NUMBER = "072188000901"


def account_of(client: Client) -> Account:
    return Account.objects.get(pk=client.session["_auth_user_id"])


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def counts() -> tuple[int, int, int]:
    return people.Person.objects.count(), Account.objects.count(), EidLink.objects.count()


@pytest.mark.django_db
def test_the_first_time_makes_a_person_an_account_and_a_link(any_issuer: Service) -> None:
    before, client = counts(), Client()
    answer = eid.sign_in(client, any_issuer)
    assert answer.headers["Location"] == "/style"
    account = account_of(client)
    assert account.person.name == "Nguyễn Thị Hồng Nhung"
    assert account.username.startswith("@")
    assert not account.has_usable_password()
    assert people.find_by_number("citizen_id", NUMBER) == account.person
    link = account.eid_links.get()
    assert (link.issuer, link.born, link.sex) == (any_issuer.issuer.address, "1988-04-12", "female")
    stay = SignIn.objects.get(account=account)
    assert (stay.level, stay.methods, stay.issuer) == (2, ["pin", "swk", "mfa"], any_issuer.issuer.address)
    assert tuple(now - then for now, then in zip(counts(), before, strict=True)) == (1, 1, 1)


@pytest.mark.django_db
def test_the_second_time_it_is_the_same_account(issuer: Service) -> None:
    first, second = Client(), Client()
    eid.sign_in(first, issuer)
    after = counts()
    eid.sign_in(second, issuer)
    assert account_of(first) == account_of(second)
    assert counts() == after


@pytest.mark.django_db
def test_an_official_has_one_account_with_two_ways_in(issuer: Service) -> None:
    person = people.add("Lê Thị Kim Ngân")
    people.record_number(person, "citizen_id", "072187000913")
    official = identity.open_account("nganltk", "hai-dòng-sông-vàm-cỏ", person)
    client, before = Client(), counts()
    eid.sign_in(client, issuer, "can-bo")
    assert account_of(client) == official
    assert tuple(now - then for now, then in zip(counts(), before, strict=True)) == (0, 0, 1)
    assert Client().post("/log-in", {"username": "nganltk", "password": "hai-dòng-sông-vàm-cỏ"}).status_code == 302


@pytest.mark.django_db
def test_a_person_whom_the_counter_knows_is_found_by_number_never_by_name(issuer: Service) -> None:
    namesake = people.add("Nguyễn Thị Hồng Nhung")
    known = people.add("Nguyễn Thị Hồng Nhung")
    people.record_number(known, "citizen_id", NUMBER)
    client = Client()
    eid.sign_in(client, issuer)
    assert account_of(client).person == known
    assert account_of(client).person != namesake


@pytest.mark.parametrize(
    ("person", "words"),
    [("so-sinh", "số định danh"), ("nuoc-ngoai", "số định danh")],
)
@pytest.mark.django_db
def test_who_has_no_number_is_sent_to_the_counter_and_nothing_is_made(issuer: Service, person: str, words: str) -> None:
    client, before = Client(), counts()
    answer = eid.sign_in(client, issuer, person)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "một cửa" in answer.content.decode()
    assert not signed_in(client)
    assert counts() == before


def changed(service: Service, key: str, **other: Any) -> None:
    citizens = service.issuer.citizens
    citizens[key] = Citizen.model_validate(citizens[key].model_dump() | other)


@pytest.mark.django_db
def test_a_subject_whose_number_has_changed_is_for_the_counter(issuer: Service) -> None:
    eid.sign_in(Client(), issuer)
    for number in ("072188000999", "080079000904"):  # nobody's, and somebody else's
        if number == "080079000904":
            eid.sign_in(Client(), issuer, "giam-doc")
        changed(issuer, "me", number=number)
        client, before = Client(), counts()
        answer = eid.sign_in(client, issuer)
        assert answer.status_code == 422
        assert "một cửa" in answer.content.decode()
        assert not signed_in(client)
        assert counts() == before
    assert people.find_by_number("citizen_id", "072188000999") is None


@pytest.mark.django_db
def test_a_number_that_another_subject_came_with_is_for_the_counter(issuer: Service) -> None:
    first = Client()
    eid.sign_in(first, issuer)
    changed(issuer, "me", subject="ein-anderer")
    client, before = Client(), counts()
    answer = eid.sign_in(client, issuer)
    assert answer.status_code == 422
    assert not signed_in(client)
    assert counts() == before
    assert account_of(first).eid_links.count() == 1


@pytest.mark.parametrize("number", ["123", "999999999999", "072188000901; --", "0721880009012"])
@pytest.mark.django_db
def test_what_is_no_number_makes_nobody(issuer: Service, number: str, caplog: pytest.LogCaptureFixture) -> None:
    changed(issuer, "me", number=number)
    client, before = Client(), counts()
    answer = eid.sign_in(client, issuer)
    assert answer.status_code == 422
    assert number not in answer.content.decode()
    assert number not in caplog.text
    assert counts() == before


@pytest.mark.django_db
def test_a_firms_number_opens_nothing(issuer: Service) -> None:
    firm = people.add_organisation("Công ty TNHH Vàm Cỏ Đông", "enterprise")
    people.record_number(firm, "citizen_id", NUMBER)
    client, before = Client(), counts()
    assert eid.sign_in(client, issuer).status_code == 422
    assert counts() == before


@pytest.mark.parametrize(
    ("key", "name", "born"),
    [
        ("mot-ten", "Sóc", "1971"),
        ("khong-ho", "Thị Sa Rương", "1985-05-20"),
        ("tach-dau", "Đặng Thị Tuyết Hường", "1990-12-01"),
        ("nam-nhuan", "Huỳnh Quốc Nhuận", "1996-02-29"),
    ],
)
@pytest.mark.django_db
def test_names_and_days_of_birth_of_all_sorts(any_issuer: Service, key: str, name: str, born: str) -> None:
    client = Client()
    eid.sign_in(client, any_issuer, key)
    account = account_of(client)
    assert (account.person.name, account.eid_links.get().born) == (name, born)


@pytest.mark.django_db
def test_a_child_has_an_account_and_hears_who_acts_for_them(issuer: Service, settings: Any) -> None:
    settings.VAMCO_TODAY = clock.today().replace(2026, 11, 30)
    client = Client()
    eid.sign_in(client, issuer, "con-nho", start="/eid/start?next=/verify")
    assert signed_in(client)
    assert "giám hộ" in client.get("/verify").content.decode()
    older = Client()
    eid.sign_in(older, issuer, "con-gai", start="/eid/start?next=/verify")
    assert "giám hộ" not in older.get("/verify").content.decode()


@pytest.mark.django_db
def test_the_name_of_the_register_is_taken_over_and_the_log_keeps_that_it_was(issuer: Service) -> None:
    client = Client()
    eid.sign_in(client, issuer)
    entries = Entry.objects.count()
    changed(issuer, "me", name="NGUYỄN THỊ HỒNG NHUNG")  # capitals are no other name
    eid.sign_in(client, issuer)
    assert account_of(client).person.name == "Nguyễn Thị Hồng Nhung"
    changed(issuer, "me", name="Nguyễn Thị Hồng Nhạn", born="1988-04-21")
    again = Client()
    eid.sign_in(again, issuer)
    account = account_of(again)
    assert account.person.name == "Nguyễn Thị Hồng Nhạn"
    assert account.eid_links.get().born == "1988-04-21"
    acts = list(Entry.objects.order_by("pk").values_list("act", flat=True)[entries:])
    assert acts.count("identity.take_over_name") == 1
    assert acts.count("identity.take_over_birth") == 1
    assert acts.count("people.rename") == 1


@pytest.mark.django_db
def test_neither_number_nor_name_is_in_the_log_the_session_or_an_address(
    issuer: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = Client()
    left = client.get("/eid/start?next=/style")
    back = eid.Away(issuer).agree(left.headers["Location"])
    client.get(eid.path_of(back))
    account = account_of(client)
    told = [left.headers["Location"], back, caplog.text, account.username, account.eid_links.get().subject]
    told += [f"{entry.subject} {entry.detail}" for entry in Entry.objects.all()]
    told += [str(session.get_decoded()) for session in Session.objects.all()]
    for text in told:
        assert NUMBER not in text
        assert "Hồng Nhung" not in text
        assert "1988-04-12" not in text
    entry = Entry.objects.get(act="identity.log_in")
    assert (entry.actor, entry.detail["level"], entry.detail["methods"]) == (
        str(account.person_id),
        2,
        ["pin", "swk", "mfa"],
    )


@pytest.mark.django_db
def test_a_closed_account_stays_closed(issuer: Service) -> None:
    first, again = Client(), Client()
    eid.sign_in(first, issuer)
    identity.lock(account_of(first).username)
    answer = eid.sign_in(again, issuer)
    assert answer.status_code == 422
    assert not signed_in(again)


@pytest.mark.django_db
def test_what_the_simulator_has_vouched_for_opens_nothing_in_a_real_province(issuer: Service, settings: Any) -> None:
    client = Client()
    eid.sign_in(client, issuer)
    assert account_of(client).may_log_in
    settings.VAMCO_DEMO = False
    assert not account_of(client).may_log_in


def test_two_at_once_make_one_person(issuer: Service, fresh_db: str) -> None:
    before = counts()

    def come(_number: int) -> int:
        try:
            client = Client()
            answer = eid.sign_in(client, issuer)
            assert answer.status_code == 302, answer.content.decode()
            return int(client.session["_auth_user_id"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(come, range(6)))
    assert len(found) == 1
    assert tuple(now - then for now, then in zip(counts(), before, strict=True)) == (1, 1, 1)


def test_a_subject_and_another_one_with_the_same_number_at_once(issuer: Service, fresh_db: str) -> None:
    issuer.issuer.citizens["doppelt"] = Citizen.model_validate(
        issuer.issuer.citizens["me"].model_dump() | {"key": "doppelt", "subject": "another"}
    )
    before = counts()

    def come(key: str) -> int:
        try:
            return int(eid.sign_in(Client(), issuer, key).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(come, ["me", "doppelt"]))
    assert found == [302, 422]
    assert tuple(now - then for now, then in zip(counts(), before, strict=True)) == (1, 1, 1)
