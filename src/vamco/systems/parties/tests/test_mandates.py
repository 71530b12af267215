"""A firm's director lets her accountant act for it for a year and only for tax; he acts, it is on record; she ends it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused
from vamco.systems.parties import public as parties
from vamco.systems.parties.models import Offer
from vamco.systems.parties.tests.made import ACCOUNTANT, DIRECTOR, STRANGER, browser, firm, person

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
PAGE = "/account/mandates/"


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


@pytest.fixture
def director() -> people.Person:
    return person("Võ Thị Giám Đốc", DIRECTOR)


@pytest.fixture
def accountant() -> people.Person:
    return person("Lê Văn Kế Toán", ACCOUNTANT)


def fresh(who: people.Person) -> people.Person:
    return people.Person.objects.get(pk=who.pk)


def sent(**fields: Any) -> dict[str, Any]:
    return {
        "sending": str(uuid4()),
        "name": "le van ke toan",
        "number": "0721 9000 0222",
        "since": "",
        "until": "",
        "scope": "some",
        "matters": ["tax"],
    } | fields


def owns(who: people.Person, organisation: people.Organisation, matter: str) -> bool:
    return access.owns(fresh(who), "any.act", access.Owner(organisation=organisation.pk), matter)


def test_the_story_of_a_firm(director: people.Person, accountant: people.Person) -> None:
    organisation = firm(director)
    hers, his = browser(director), browser(accountant)
    answer = hers.post(f"{PAGE}new?firm={organisation.pk}", sent())
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    offer = Offer.objects.get()
    assert (offer.since, offer.until, offer.matters) == (TODAY, dt.date(2027, 11, 19), ["tax"])
    assert not owns(accountant, organisation, "tax")  # not before he has agreed
    assert "Công ty TNHH Vàm Cỏ Đông" in his.get(PAGE).content.decode()
    assert [told.template for told in notices.inbox(fresh(accountant), "vi").notices] == ["parties.offered"]

    assert his.post(f"{PAGE}offers/{offer.pk}", {"answer": "accept"}).status_code == 302
    assert owns(accountant, organisation, "tax")
    assert not owns(accountant, organisation, "land")
    assert not people.represents(fresh(accountant), organisation.pk)

    his.post("/account/acting", {"principal": f"organisation:{organisation.pk}", "next": PAGE})
    assert "Bạn đang làm thay cho Công ty TNHH Vàm Cỏ Đông" in his.get(PAGE).content.decode()

    mandate = Offer.objects.get().mandate
    assert mandate is not None
    assert hers.post(f"{PAGE}{mandate.pk}").status_code == 302
    assert not owns(accountant, organisation, "tax")
    after = his.get(PAGE).content.decode()
    assert "Bạn đang làm thay cho" not in after
    assert "principal" not in his.session
    acts = Entry.objects.filter(mentions__person=f"person:{accountant.pk}").order_by("seq")
    assert [
        (entry.act, entry.actor) for entry in acts if entry.act.startswith(("parties", "people.give", "people.end"))
    ] == [
        ("parties.offer", director.actor),
        ("people.give_mandate", director.actor),
        ("parties.accept", accountant.actor),
        ("people.end_mandate", director.actor),
    ]


def test_who_asks_learns_of_nobody_whether_they_are_on_record(
    director: people.Person, accountant: people.Person
) -> None:
    hers = browser(director)
    wrong_name = hers.post(f"{PAGE}new", sent(name="Lê Văn Khác"))
    nobody = hers.post(f"{PAGE}new", sent(number=STRANGER))
    texts = [answer.content.decode().split('role="alert"')[-1].split("</")[0] for answer in (wrong_name, nobody)]
    assert [wrong_name.status_code, nobody.status_code] == [409, 409]
    assert texts[0] == texts[1]
    assert ACCOUNTANT not in "".join(str(entry.detail) for entry in Entry.objects.all())
    assert Offer.objects.count() == 0
    assert accountant.name not in wrong_name.content.decode()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"since": TODAY - dt.timedelta(days=1)}, "parties.past"),
        ({"until": TODAY - dt.timedelta(days=1)}, "parties.ends_first"),
        ({"until": TODAY + dt.timedelta(days=6 * 366)}, "parties.too_long"),
        ({"matters": []}, "parties.no_matter"),
        ({"matters": ["magic"]}, "parties.no_matter"),
        ({"number": DIRECTOR, "name": "Võ Thị Giám Đốc"}, "parties.oneself"),
        ({"number": "072190000229", "name": "Lê Văn Kế Toán"}, "parties.no_agent"),
    ],
)
def test_what_is_refused(director: people.Person, accountant: people.Person, fields: dict[str, Any], code: str) -> None:
    usual = {"number": ACCOUNTANT, "name": accountant.name, "since": TODAY, "until": None, "matters": ["tax"]}
    with pytest.raises(Refused) as refused:
        parties.offer(director, by=director, sending=uuid4(), **(usual | fields))
    assert refused.value.code == code
    assert Offer.objects.count() == 0


def test_sent_twice_it_is_one_offer_and_answered_twice_one_mandate(
    director: people.Person, accountant: people.Person
) -> None:
    hers, fields = browser(director), sent()
    for _ in range(2):
        assert hers.post(f"{PAGE}new", fields).status_code == 302
    offer = Offer.objects.get()
    parties.accept(offer.pk, by=fresh(accountant))
    with pytest.raises(Missing):
        parties.accept(offer.pk, by=fresh(accountant))
    assert people.mandates_given(director).count() == 1


def test_nobody_else_sees_answers_or_ends_it(director: people.Person, accountant: people.Person) -> None:
    organisation, stranger = firm(director), person("Trần Người Lạ", STRANGER)
    hers, theirs = browser(director), browser(stranger)
    hers.post(f"{PAGE}new?firm={organisation.pk}", sent())
    offer = Offer.objects.get()
    assert theirs.get(f"{PAGE}offers/{offer.pk}").status_code == 404
    theirs.post(f"{PAGE}offers/{offer.pk}", {"answer": "accept"})
    theirs.post(f"{PAGE}offers/{offer.pk}/take-back")
    assert Offer.objects.get().ended_at is None
    assert theirs.post(f"{PAGE}new?firm={organisation.pk}", sent()).status_code == 404
    assert browser(accountant).post(f"{PAGE}new?firm={organisation.pk}", sent()).status_code == 404
    mandate = parties.accept(offer.pk, by=fresh(accountant))
    assert theirs.get(f"{PAGE}{mandate.pk}").status_code == 404
    assert theirs.post(f"{PAGE}{mandate.pk}").status_code == 404
    assert (
        browser(accountant).post(f"{PAGE}new?firm={organisation.pk}", sent()).status_code == 404
    )  # it does not pass on
    assert owns(accountant, organisation, "tax")
    theirs.post("/account/acting", {"principal": f"organisation:{organisation.pk}"})
    assert "principal" not in theirs.session


def test_the_agent_gives_it_back_and_a_representation_is_not_ended_by_itself(
    director: people.Person, accountant: people.Person
) -> None:
    organisation = firm(director)
    parties.offer(
        organisation, by=director, number=ACCOUNTANT, name=accountant.name, since=TODAY, until=None,
        matters=None, sending=uuid4(),
    )  # fmt: skip
    mandate = parties.accept(Offer.objects.get().pk, by=fresh(accountant))
    parties.end(mandate.pk, by=fresh(accountant))
    with pytest.raises(Refused, match="ended already"):
        parties.end(mandate.pk, by=fresh(accountant))
    assert notices.inbox(fresh(director), "vi").notices[0].template == "parties.ended"
    assert people.represents(fresh(director), organisation.pk)


def test_letting_somebody_act_asks_for_the_higher_level(director: people.Person) -> None:
    answer = browser(director, level=1).get(f"{PAGE}new")
    assert answer.status_code in {302, 503}
    assert Offer.objects.count() == 0


def test_one_without_anything_sees_what_could_be_done(director: people.Person) -> None:
    page = browser(director).get(PAGE)
    assert page.status_code == 200
    assert "Chưa có ai. Bạn có thể ủy quyền" in page.content.decode()
