"""Who is told of what happens to cases, and who is not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.events.models import Event
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people_of
from vamco.kernel.world.people.models import Membership
from vamco.lib.time import HCM, format_moment
from vamco.systems.desk import handlers, services
from vamco.systems.desk.tests import made
from vamco.systems.warnings.services import judging
from vamco.vocab.cases import CaseAssigned, CaseEscalated, CaseMoved, CasePassed

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
    colleague = made.person("department_official", made.FINANCE, "Lê Theo Dõi")
    cases.watch(case.pk, by=colleague)
    cases.claim(
        cases.act(case.pk, "ask", by=people["handler"], note="Thửa nào?", reason="unclear").pk, by=people["asker"]
    )
    (sent,) = emitted("cases.case_moved")
    handlers.moved(CaseMoved(**sent))
    assert told(colleague) == [f"Việc YC-{case.pk}: Chờ bổ sung thông tin"]
    assert told(people["handler"]) == []
    assert told(people["asker"]) == []  # it is theirs: `passed` says so
    assert "Waiting for information" in notices.inbox(colleague, "en").notices[0].title


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


# ── whose turn it is now, and what became of it ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def directive(office: Person, verifier: Person, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A directive of the office to the department of finance, with everybody who could have to do with it; the time stands still."""
    nine = dt.datetime.combine(made.TODAY, dt.time(9), HCM)
    monkeypatch.setattr(clock, "now", lambda: nine)
    return {
        "case": made.directive(made.alarm(), office, text="Giải quyết hồ sơ quá hạn."),
        "issuer": office,
        "verifier": verifier,
        "official": made.person("department_official", made.FINANCE, "Phạm Văn Đức"),
        "colleague": made.person("department_official", made.FINANCE, "Lê Thị Kim Ngân"),
        "head": made.person("department_head", made.FINANCE, "Bùi Thị Trưởng"),
        "stranger": made.person("department_official", made.FARMING, "Võ Hoàng Nam"),
    }


NAMES = ("issuer", "verifier", "official", "colleague", "head", "stranger")


def hear(directive: dict[str, Any]) -> dict[str, list[str]]:
    """Hand on all that was passed, twice and from the newest on; return what is new, with the number left out."""
    before = {name: told(directive[name]) for name in NAMES}
    for sent in [*emitted("cases.case_passed"), *reversed(emitted("cases.case_passed"))]:
        handlers.passed(CasePassed(**sent))
    number = cases.number(directive["case"])
    found = {}
    for name in NAMES:
        now = told(directive[name])
        new = now[: len(now) - len(before[name])]
        if new:
            found[name] = [title.replace(f"Việc {number}", "").replace(number, "").strip(" :,") for title in new]
    return found


def reported(directive: dict[str, Any]) -> None:
    case = directive["case"]
    services.act(case.pk, "accept", by=directive["official"], seen=1, note="")
    services.act(
        case.pk, "report", by=directive["official"], seen=2, note="Đã giải quyết 12 hồ sơ.", uploads=[made.upload()]
    )


def test_who_is_given_a_directive_is_told_and_nobody_else(directive: dict[str, Any]) -> None:
    due = "hạn 17:00 27/11/2026"
    assert hear(directive) == {name: [f"Việc mới , {due}"] for name in ("official", "colleague", "head")}
    (notice,) = notices.inbox(directive["official"], "vi").notices
    assert notice.text == (
        f"Văn phòng Ủy ban nhân dân tỉnh giao việc NV-{directive['case'].pk}, hạn 17:00 27/11/2026: Giải quyết hồ sơ quá hạn."
    )
    assert notice.url == f"/desk/cases/{directive['case'].pk}"
    assert hear(directive) == {}, "however often it is heard"


def test_what_was_accepted_meanwhile_is_announced_to_nobody(directive: dict[str, Any]) -> None:
    services.act(directive["case"].pk, "accept", by=directive["official"], seen=1, note="")
    assert hear(directive) == {}


def test_who_must_verify_is_told_and_only_who_worked_on_it_hears_that_it_came_back(directive: dict[str, Any]) -> None:
    reported(directive)
    assert hear(directive) == {"issuer": ["Chờ thẩm định"], "verifier": ["Chờ thẩm định"]}
    services.act(directive["case"].pk, "send_back", by=directive["verifier"], seen=3, note="Thiếu số liệu tháng 11.")
    assert hear(directive) == {
        "official": ["bị trả lại, hạn 17:00 27/11/2026"],
        "colleague": ["bị trả lại, hạn 17:00 27/11/2026"],
        "head": ["bị trả lại, hạn 17:00 27/11/2026"],
        "issuer": ["Yêu cầu bổ sung"],
    }
    notice = notices.inbox(directive["official"], "vi").notices[0]
    assert "Đặng Thị Thu Vân, Văn phòng Ủy ban nhân dân tỉnh, trả lại việc" in notice.text
    assert notice.text.endswith("Lý do: Thiếu số liệu tháng 11.")


def test_the_office_is_told_of_what_its_committee_must_verify(
    directive: dict[str, Any],
) -> None:
    chair = made.person("leader", "H53", "Nguyễn Thị Minh Hạnh")
    case = made.directive(made.alarm("DTC01", 10), chair, agency=made.FINANCE)
    cases.act(case.pk, "accept", by=directive["official"])
    services.act(case.pk, "report", by=directive["official"], seen=2, note="x", uploads=[made.upload()])
    handlers.passed(CasePassed(case.pk, 3))
    for who in (chair, directive["verifier"], directive["issuer"]):
        assert told(who) == [f"Việc NV-{case.pk}: Chờ thẩm định"]
    assert told(directive["stranger"]) == []


def test_a_leader_above_is_not_told_of_what_the_office_itself_must_verify(directive: dict[str, Any]) -> None:
    chair = made.person("leader", "H53", "Nguyễn Thị Minh Hạnh")
    reported(directive)
    assert hear(directive) == {"issuer": ["Chờ thẩm định"], "verifier": ["Chờ thẩm định"]}
    assert told(chair) == []


def test_who_has_it_in_hand_alone_is_told(directive: dict[str, Any]) -> None:
    cases.claim(directive["case"].pk, by=directive["official"])
    hear(directive)
    services.act(directive["case"].pk, "accept", by=directive["official"], seen=2, note="")
    services.act(directive["case"].pk, "report", by=directive["official"], seen=3, note="x", uploads=[made.upload()])
    services.act(directive["case"].pk, "send_back", by=directive["issuer"], seen=4, note="x")
    assert hear(directive) == {"official": ["bị trả lại, hạn 17:00 27/11/2026"]}, "not the colleagues, nor who did it"


def test_who_issued_and_who_worked_on_it_are_told_how_it_ended(directive: dict[str, Any]) -> None:
    reported(directive)
    hear(directive)
    made.values("HCC08", *[80] * 9, 5, agency=made.FINANCE)
    judging.judge("HCC08")
    services.act(directive["case"].pk, "close", by=directive["verifier"], seen=3, note="Đạt.")
    assert hear(directive) == {"issuer": ["Hoàn thành"], "official": ["Hoàn thành"]}
    assert notices.inbox(directive["issuer"], "en").notices[0].text == (
        f"NV-{directive['case'].pk} (Giải quyết hồ sơ quá hạn.): Closed. By Đặng Thị Thu Vân, Office of the Provincial People's"
        " Committee. Note: Đạt."
    )


def test_a_withdrawal_is_told_to_the_agency_and_not_to_who_withdrew(directive: dict[str, Any]) -> None:
    hear(directive)
    services.act(directive["case"].pk, "withdraw", by=directive["issuer"], seen=1, note="Giao nhầm cơ quan.")
    found = hear(directive)
    (waits,) = found.pop("verifier")  # for the alarm waits again, and somebody must decide
    assert waits.startswith("Việc mới CB-")
    assert found == {name: ["Đã rút"] for name in ("official", "colleague", "head")}


def test_who_lost_the_right_is_told_nothing(directive: dict[str, Any]) -> None:
    reported(directive)
    hear(directive)
    for who, agency in (("issuer", made.OFFICE), ("official", made.FINANCE)):
        membership = Membership.objects.get(person=directive[who], agency__code=agency)
        people_of.dismiss(membership, until=made.TODAY - dt.timedelta(days=1))
    services.act(directive["case"].pk, "send_back", by=directive["verifier"], seen=3, note="x")
    second = made.person("office", made.OFFICE, "Người Kế Nhiệm")
    told_now = hear(directive)
    assert told_now == {name: ["bị trả lại, hạn 17:00 27/11/2026"] for name in ("colleague", "head")}
    assert told(second) == [f"Việc NV-{directive['case'].pk}: Yêu cầu bổ sung"], "who follows up in the issuer's place"


def test_of_an_overdue_directive_the_head_and_who_issued_it_are_told(directive: dict[str, Any]) -> None:
    case = directive["case"]
    soon, late = (CaseEscalated(case.pk, "directive", n, "cases.assign", made.FINANCE, n + 1) for n in (1, 2))
    handlers.escalated(soon)
    assert (told(directive["head"]), told(directive["issuer"])) == ([f"Việc NV-{case.pk} sắp đến hạn"], [])
    handlers.escalated(late)
    handlers.escalated(late)
    assert told(directive["head"])[0] == f"Việc NV-{case.pk} đã quá hạn"
    assert told(directive["issuer"]) == [f"Việc NV-{case.pk} đã quá hạn"]
    assert [told(directive[name]) for name in ("official", "verifier", "stranger")] == [[], [], []]


def test_of_a_verification_that_lasts_too_long_those_are_told_who_verify(directive: dict[str, Any]) -> None:
    reported(directive)
    case = directive["case"]
    handlers.escalated(CaseEscalated(case.pk, "directive", 0, "cases.assign", made.OFFICE, 3))  # nobody leads there
    for name in ("issuer", "verifier"):
        assert told(directive[name]) == [f"Việc NV-{case.pk} quá thời gian ở bước Chờ thẩm định"]
    assert [told(directive[name]) for name in ("official", "head", "stranger")] == [[], [], []]


def test_a_request_that_is_handed_over_and_given_back_is_told_to_those_who_have_it(people: dict[str, Person]) -> None:
    case = opened(people)
    lawyer = made.person("department_official", "H53.03", "Hồ Thị Luật")
    cases.act(case.pk, "transfer", by=people["handler"], note="x", agency=agencies.get("H53.03"))
    handlers.passed(CasePassed(case.pk, 2))
    assert [told(who)[0][:8] for who in (lawyer,)] == ["Việc mới"]
    assert [told(who) for who in people.values()] == [[], [], []]
    cases.give_back(case.pk, by=lawyer, note="Không thuộc thẩm quyền.")
    handlers.passed(CasePassed(case.pk, 3))
    assert [told(people[name])[:1] for name in ("handler", "head")] == [
        [f"Việc YC-{case.pk} bị trả lại, hạn {format_moment(case.due_at, 'vi')}"]
    ] * 2
    assert (told(people["asker"]), len(told(lawyer))) == ([], 1)


def test_an_opinion_is_told_to_who_asked_for_it(people: dict[str, Person]) -> None:
    case = opened(people)
    cases.act(case.pk, "begin", by=people["handler"])
    lawyer = made.person("department_official", "H53.03", "Hồ Thị Luật")
    cases.act(case.pk, "consult_justice", by=people["handler"])
    part = cases.Case.objects.get(parent=case.pk)
    cases.act(part.pk, "answer", by=lawyer, note="Đồng ý.")
    handlers.passed(CasePassed(part.pk, 2))
    assert told(people["handler"]) == [f"Việc YK-{part.pk}: Đã cho ý kiến"]
    assert [told(who) for who in (lawyer, people["asker"], people["head"])] == [[], [], []]
