"""The officials' pages: the list, the page of a dossier with its acts, why a deadline is what it is, what is refused and to whom."""

from __future__ import annotations

import datetime as dt
import html
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import listing
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_to(*moment: int) -> None:
        monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(*moment, tzinfo=HCM))  # type: ignore[arg-type,misc]

    set_to(2026, 11, 18, 9)  # a Wednesday
    return set_to


@pytest.fixture
def staff(at: Any) -> dict[str, Person]:
    return {
        "clerk": made.official("onestop_clerk", "Lê Thị Cẩm Tú"),
        "specialist": made.official("onestop_specialist", "Nguyễn Thị Bích Trâm"),
        "head": made.official("onestop_head", "Hồ Văn Phước"),
    }


def browser(person: Person) -> Client:
    account = Account.objects.filter(person=person).first() or identity.open_account(f"@{person.pk}", None, person)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def advance(dossier: Dossier, staff: dict[str, Person], *acts: str) -> cases.Case:
    who = {
        "accept": "clerk",
        "number": "clerk",
        "issue": "clerk",
        "deliver": "clerk",
        "approve": "head",
        "sign": "head",
    }
    for act in acts:
        case = cases.act(dossier.pk, act, by=staff[who.get(act, "specialist")])
    return case


def test_the_parts_of_the_list_and_the_search_without_diacritics(staff: dict[str, Person]) -> None:
    mother, other = made.citizen("Trần Thị Mai"), made.citizen("Nguyễn Văn Đông")
    first, second = made.dossier(mother), made.dossier(other)
    advance(second, staff, "accept")
    client = browser(staff["clerk"])
    page = text(client.get(reverse("onestop:office_receive")))
    assert first.number in page
    assert second.number not in page
    for typed in ("tran thi", "MAI", "mai tran", first.number, "261118-0001", "0001", f"HS-{first.pk}"):
        page = text(client.get(reverse("onestop:office_dossiers"), {"q": typed}))
        assert first.number in page, typed
        assert second.number not in page, typed
    page = text(client.get(reverse("onestop:office_dossiers"), {"q": "dong"}))
    assert second.number in page
    assert first.number not in page
    assert first.number not in text(client.get(reverse("onestop:office_dossiers"), {"q": "ai"}))  # only whole words


def test_an_old_number_is_found(staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    Dossier.objects.filter(pk=dossier.pk).update(number="000.00.12.H62-201105-0004")
    rows = listing.search(listing.dossiers(staff["clerk"]), " 000.00.12.h62-201105-0004 ", staff["clerk"]).rows
    assert [row.pk for row in rows] == [dossier.pk]


def test_the_list_holds_what_access_lets_see_and_nothing_else(staff: dict[str, Person]) -> None:
    here = made.dossier(made.citizen("Trần Thị Mai"))
    elsewhere = made.dossier(made.citizen("Nguyễn Văn Đông"), office=made.agencies.get("H53.25459"))
    own = made.dossier(staff["clerk"])
    foreign = made.official("onestop_clerk", "Võ Thị Hạnh", "H53.25459")
    reader = made.official("department_official", "Phạm Văn Đức", "H53.04")
    for person in (*staff.values(), foreign, reader):
        seen = set(cases.visible(person).filter(kind__code="dossier").values_list("pk", flat=True))
        assert set(listing.dossiers(person).values_list("pk", flat=True)) == seen, person.name
    assert {here.pk} == set(listing.dossiers(staff["clerk"]).values_list("pk", flat=True))
    assert {elsewhere.pk} == set(listing.dossiers(foreign).values_list("pk", flat=True))
    assert own.pk in set(listing.dossiers(staff["head"]).values_list("pk", flat=True))
    assert not list(listing.search(listing.dossiers(foreign), "tran thi mai", foreign).rows)
    assert browser(foreign).get(reverse("onestop:why", args=[here.pk])).status_code == 404
    assert browser(reader).get(reverse("onestop:office_dossiers")).status_code == 403


def test_the_page_of_a_dossier_says_who_what_and_why_and_offers_only_acts_of_the_procedure(
    staff: dict[str, Person],
) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"), phone="0912345678")
    advance(dossier, staff, "accept", "take_on")
    page = text(browser(staff["specialist"]).get(f"/desk/cases/{dossier.pk}"))
    assert f"<h1>Hồ sơ thủ tục hành chính {dossier.number}</h1>" in page
    assert "Trần Thị Mai" in page
    assert "0912345678" in page
    assert "act=ask_supplement" in page
    for absent in ("act=ask_duty", "act=consult_tax", "act=convene"):
        assert absent not in page
    why = text(browser(staff["specialist"]).get(reverse("onestop:why", args=[dossier.pk])))
    assert "24 giờ 0 phút" in why or "24 h 0 min" in why


def test_what_a_procedure_does_not_have_is_refused(staff: dict[str, Person]) -> None:
    item = made.queries.PROCEDURES.get(made.provincial())
    assert item.filing is not None
    strict = item.filing.model_copy(update={"supplement": ["appraisal"], "supplements": 1, "parts": ["tax"]})
    made.queries.PROCEDURES.put(made.PROCEDURE, item.model_copy(update={"filing": strict}))
    dossier = made.dossier(made.citizen("Trần Thị Mai"), procedure=made.queries.PROCEDURES.newest(made.PROCEDURE))
    with pytest.raises(Refused) as refused:
        cases.act(dossier.pk, "ask_correction", by=staff["clerk"], note="Thiếu giấy", reason="paper")
    assert refused.value.code == "onestop.no_correction"
    advance(dossier, staff, "accept", "take_on")
    cases.act(dossier.pk, "ask_supplement", by=staff["specialist"], note="Thiếu giấy", reason="paper")
    case = cases.act(dossier.pk, "supply", by=Dossier.objects.get(pk=dossier.pk).case.applicant)
    assert case.state == "appraising"
    for act, code in (
        ("ask_supplement", "onestop.supplements_used"),
        ("ask_duty", "onestop.no_duty"),
        ("propose", "onestop.part_missing"),
    ):
        with pytest.raises(Refused) as refused:
            cases.act(
                dossier.pk,
                act,
                by=staff["specialist"],
                note="Vì sao",
                reason="paper" if act == "ask_supplement" else "",
            )
        assert refused.value.code == code, act
    assert Dossier.objects.get(pk=dossier.pk).case.state == "appraising"


def test_a_time_in_calendar_days_is_proposed_and_never_exceeded(staff: dict[str, Person], at: Any) -> None:
    item = made.queries.PROCEDURES.get(made.provincial())
    days = item.model_copy(update={"time": item.time.model_copy(update={"unit": "day", "most": 10})})
    made.queries.PROCEDURES.put(made.PROCEDURE, days)
    dossier = made.dossier(made.citizen("Trần Thị Mai"), procedure=made.queries.PROCEDURES.newest(made.PROCEDURE))
    page = text(browser(staff["clerk"]).get(f"/desk/cases/{dossier.pk}?act=accept"))
    assert "30/11/2026 16:30" in page  # 28 November is a Saturday: the close of Monday
    late = dt.datetime(2026, 12, 1, 9, tzinfo=HCM)
    with pytest.raises(Refused) as refused:
        cases.act(dossier.pk, "accept", by=staff["clerk"], until=late)
    assert refused.value.code == "onestop.later_than_law"
    posted = {"seen": "1", "until": "30/11/2026 16:30", "note": ""}
    assert browser(staff["clerk"]).post(f"/desk/cases/{dossier.pk}?act=accept", posted).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).promised_at == dt.datetime(2026, 11, 30, 16, 30, tzinfo=HCM)


def test_twenty_are_approved_at_once_and_what_was_changed_is_told(staff: dict[str, Person]) -> None:
    dossiers = [made.dossier(made.citizen(f"Trần Thị {name}")) for name in ("Mai", "Lan", "Cúc")]
    for dossier in dossiers:
        advance(dossier, staff, "accept", "take_on", "propose")
    client = browser(staff["head"])
    keys = [f"{dossier.pk}-{Dossier.objects.get(pk=dossier.pk).case.seq}" for dossier in dossiers]
    cases.act(dossiers[1].pk, "send_back", by=staff["head"], note="Sai tên")
    posted = {"task": "approve", "confirmed": "approve", "pick": [*keys, "99999-1"], "note": ""}
    answer = client.post(reverse("onestop:office_approve"), posted, follow=True)
    assert [Dossier.objects.get(pk=dossier.pk).case.state for dossier in dossiers] == [
        "signing",
        "appraising",
        "signing",
    ]
    assert dossiers[1].number in text(answer)


def test_a_list_costs_the_same_however_many_stand_in_it(staff: dict[str, Person]) -> None:
    client = browser(staff["clerk"])
    made.dossier(made.citizen("Trần Thị Mai"))
    client.get(reverse("onestop:office_receive"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("onestop:office_receive"))
    for name in ("Lan", "Cúc", "Trúc"):
        made.dossier(made.citizen(f"Trần Thị {name}"))
    with CaptureQueriesContext(connection) as four:
        client.get(reverse("onestop:office_receive"))
    assert len(four) == len(one)
