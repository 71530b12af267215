"""A director shows that she represents a firm: nothing is hers before an official has looked."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from vamco.demo import log_ins
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing
from vamco.systems.identity.models import Account
from vamco.systems.parties.models import Representation
from vamco.systems.parties.tests.made import CODE, DIRECTOR, STRANGER, browser, person

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
FIELDS = {"code": CODE, "name": "Công ty TNHH Vàm Cỏ Đông", "kind": "enterprise"}


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY
    log_ins.open_all()


@pytest.fixture
def director() -> people.Person:
    return person("Võ Thị Giám Đốc", DIRECTOR)


def asked(director: people.Person) -> Representation:
    answer = browser(director).post("/account/firms/new", {**FIELDS, "sending": str(uuid4())})
    assert answer.status_code == 302, answer.content.decode()
    return Representation.objects.select_related("case", "organisation").get()


def official(username: str) -> people.Person:
    return Account.objects.get(username=username).person


def test_confirmed_she_represents_it(director: people.Person) -> None:
    row = asked(director)
    assert row.case.agency.code == "H53.04"
    assert not people.represents(director, row.organisation.pk)
    by = official("dangkykd")
    assert "Công ty TNHH Vàm Cỏ Đông" in browser(by).get(f"/desk/cases/{row.case.pk}").content.decode()
    cases.act(row.case.pk, "confirm", by=by, seen=1, note="Đúng với đăng ký kinh doanh")
    assert people.represents(people.get(director.pk), row.organisation.pk)
    mandate = people.mandates_given(row.organisation).get()
    assert (mandate.representative, mandate.agent_id, mandate.basis) == (True, director.pk, cases.number(row.case))
    page = browser(director).get(f"/account/firms/{row.case.pk}").content.decode()
    assert "Đúng với đăng ký kinh doanh" in page


def test_refused_or_undecided_nothing_is_hers(director: people.Person) -> None:
    row = asked(director)
    assert browser(director).get(f"/account/mandates/new?firm={row.organisation.pk}").status_code == 404
    cases.act(row.case.pk, "refuse", by=official("dangkykd"), seen=1, note="Không có tên", reason="not_registered")
    assert not people.represents(director, row.organisation.pk)
    assert people.mandates_given(row.organisation).count() == 0


def test_asked_twice_it_is_one_case_and_two_who_ask_see_nothing_of_each_other(director: people.Person) -> None:
    row, other = asked(director), person("Trần Người Lạ", STRANGER)
    browser(director).post("/account/firms/new", {**FIELDS, "sending": str(uuid4())})
    assert Representation.objects.count() == 1
    browser(other).post("/account/firms/new", {**FIELDS, "sending": str(uuid4())})
    assert Representation.objects.values_list("organisation").distinct().count() == 1
    assert browser(other).get(f"/account/firms/{row.case.pk}").status_code == 404
    with pytest.raises(Missing):
        cases.own_case(row.case.pk, other)


def test_an_official_confirms_nothing_of_their_own(director: people.Person) -> None:
    by = official("dangkykd")
    people.record_number(by, "citizen_id", STRANGER)
    answer = browser(by).post("/account/firms/new", {**FIELDS, "sending": str(uuid4())})
    assert answer.status_code == 302
    row = Representation.objects.get()
    with pytest.raises((Forbidden, Missing)):
        cases.act(row.case.pk, "confirm", by=by, seen=1, note="Tôi")
    assert not people.represents(by, row.organisation_id)


def test_a_wrong_code_is_said_and_nothing_is_made(director: people.Person) -> None:
    answer = browser(director).post("/account/firms/new", {**FIELDS, "code": "3900244380", "sending": str(uuid4())})
    assert answer.status_code == 409
    assert people.Organisation.objects.count() == 0


def test_the_numbers_are_shown_whole_for_a_purpose_and_that_is_recorded(director: people.Person) -> None:
    row = asked(director)
    address = f"/desk/representations/{row.case.pk}/numbers"
    client = browser(official("dangkykd"))
    assert CODE not in client.get(address).content.decode()
    assert client.post(address, {"purpose": ""}).status_code == 422
    shown = client.post(address, {"purpose": "Đối chiếu đăng ký"}).content.decode()
    assert CODE in shown
    assert DIRECTOR in shown
    looked = Entry.objects.filter(act="people.see_number", mentions__person=f"person:{director.pk}")
    assert [(entry.purpose, entry.actor) for entry in looked] == [("Đối chiếu đăng ký", str(official("dangkykd").pk))]
    assert browser(official("sotaichinh")).get(address).status_code == 403
