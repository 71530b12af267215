"""Who is told of what happens to cases, and who is not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.events.models import Event
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.desk import handlers
from vamco.systems.desk.tests import made
from vamco.vocab.cases import CaseAssigned, CaseEscalated, CaseMoved

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


@pytest.fixture
def people(office: Person) -> dict[str, Person]:
    return {
        "asker": made.person("department_official", made.FINANCE, "Phạm Văn Đức"),
        "handler": made.person("department_official", made.FARMING, "Võ Hoàng Nam"),
        "head": made.person("department_head", made.FARMING, "Bùi Thị Trưởng"),
    }


def opened(people: dict[str, Person]) -> cases.Case:
    return cases.open_case(
        "request",
        key="1",
        title="Số liệu đất công",
        agency=agencies.get(made.FARMING),
        issuer=agencies.get(made.FINANCE),
        by=people["asker"],
    )


def emitted(name: str) -> list[dict[str, Any]]:
    return [event.payload for event in Event.objects.filter(name=name).order_by("pk")]


def told(person: Person) -> list[str]:
    return [notice.title for notice in notices.inbox(person, "vi").notices]


def test_whoever_is_given_a_case_is_told_by_whom(people: dict[str, Person]) -> None:
    case = opened(people)
    cases.assign(case.pk, people["handler"], by=people["head"])
    (sent,) = emitted("cases.case_assigned")
    handlers.assigned(CaseAssigned(**sent))
    (notice,) = notices.inbox(people["handler"], "vi").notices
    assert "Bùi Thị Trưởng giao việc" in notice.text
    assert notice.url == f"/desk/cases/{case.pk}"
    assert told(people["head"]) == []


def test_who_follows_a_case_is_told_where_it_has_come_but_not_who_moved_it(people: dict[str, Person]) -> None:
    case = opened(people)
    cases.act(case.pk, "begin", by=people["handler"])
    assert emitted("cases.case_moved") == []  # nobody followed it
    cases.watch(case.pk, by=people["asker"])
    cases.watch(case.pk, by=people["handler"])
    cases.comment(case.pk, by=people["handler"], note="x")
    assert emitted("cases.case_moved") == []  # it has not moved
    cases.act(case.pk, "ask", by=people["handler"], note="Thửa nào?", reason="unclear")
    (sent,) = emitted("cases.case_moved")
    handlers.moved(CaseMoved(**sent))
    assert told(people["asker"]) == [f"Việc YC-{case.pk}: Chờ bổ sung thông tin"]
    assert told(people["handler"]) == []
    assert "Waiting for information" in notices.inbox(people["asker"], "en").notices[0].title


def test_who_may_no_longer_see_a_case_is_told_nothing(people: dict[str, Person]) -> None:
    case = opened(people)
    cases.watch(case.pk, by=people["handler"])
    lawyer = made.person("department_official", "H53.03", "Hồ Thị Luật")
    cases.act(case.pk, "transfer", by=people["handler"], note="x", agency=agencies.get("H53.03"))
    cases.receive(case.pk, by=lawyer)
    cases.act(case.pk, "begin", by=lawyer)
    for sent in emitted("cases.case_moved"):
        handlers.moved(CaseMoved(**sent))
    assert told(people["handler"]) == []


def test_an_escalation_goes_to_who_leads_the_agency_else_above_it(people: dict[str, Person]) -> None:
    case = opened(people)
    handlers.escalated(CaseEscalated(case.pk, "request", 1, "cases.assign", made.FARMING, 2))
    assert told(people["head"]) == [f"Việc YC-{case.pk} sắp đến hạn"]
    assert told(people["handler"]) == []
    handlers.escalated(CaseEscalated(case.pk, "request", 1, "cases.assign", made.FARMING, 2))
    assert len(told(people["head"])) == 1
    cases.Case.objects.filter(pk=case.pk).update(due_at=case.due_at + dt.timedelta(days=3))
    handlers.escalated(
        CaseEscalated(case.pk, "request", 1, "cases.assign", made.FARMING, 2)
    )  # a replay of that day's news
    assert len(told(people["head"])) == 1
    handlers.escalated(CaseEscalated(case.pk, "request", 1, "cases.assign", made.FARMING, 9))  # the new deadline's own
    assert len(told(people["head"])) == 2
    nobody = cases.open_case(
        "request",
        key="2",
        title="x",
        agency=agencies.get("H53.03"),
        issuer=agencies.get(made.FINANCE),
        by=people["asker"],
    )
    handlers.escalated(
        CaseEscalated(nobody.pk, "request", 1, "cases.assign", "H53.03", 2)
    )  # nobody leads anywhere above
    assert len(told(people["head"])) == 2
