"""A confirmed alarm waits at somebody: taken over, passed on, answered by a directive or closed with a reason; never forgotten."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Forbidden, Missing, Refused, VamcoError
from vamco.lib.time import HCM
from vamco.systems.indicators.tests.made import FINANCE, ROADS, values
from vamco.systems.warnings import jobs
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.contracts import Order
from vamco.systems.warnings.models import Alarm, Decision, Directive, Step
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests import made
from vamco.systems.warnings.tests.made import directives

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock

DAY = dt.date(2026, 3, 10)
DUE = dt.date(2026, 3, 17)
TOP = "H53"
SENDING = uuid.UUID(int=1)


def overdue(*amounts: int, agency: str = FINANCE) -> int:
    values("HCC08", *amounts, until=DAY, agency=agency)
    judging.judge("HCC08")
    return int(Alarm.objects.filter(subject=agency).latest("pk").pk)


@pytest.fixture
def alarm(clock: Clock, db: None) -> int:
    clock.set(DAY)
    return overdue(30, 30, 30)


@pytest.fixture
def leader(db: None) -> Person:
    return made.person("leader", TOP, "Nguyễn Thị Minh Hạnh")


def waiting(alarm: int) -> cases.Case:
    return cases.Case.objects.get(decision__alarm=alarm, open=True)


def handling(alarm: int) -> str:
    return str(Alarm.objects.get(pk=alarm).handling)


def inbox(person: Person) -> list[int]:
    return [case.pk for case in cases.Inbox(person).page().cases]


def issue(alarm: int, by: Person) -> cases.Case:
    return warnings.issue_directive(alarm, agency=agencies.get(FINANCE), due_on=DUE, text="Làm.", by=by)


# ── it waits ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_confirmed_alarm_stands_in_the_inbox_of_who_decides_with_a_term(
    alarm: int, office: Person, operator: Person, finance: Person
) -> None:
    assert inbox(office) == []
    warnings.confirm(alarm, by=office, note="Đúng.")
    case = waiting(alarm)
    assert (case.title, case.agency.code, case.issuer.code) == (
        "Hồ sơ quá hạn: Sở Tài chính",
        made.OFFICE,
        made.OFFICE,
    )
    assert case.due_at == dt.datetime(2026, 3, 12, 8, tzinfo=HCM)  # two working days from 8:00
    assert inbox(office) == [case.pk]
    assert inbox(operator) == inbox(finance) == []
    found = warnings.alarm(alarm, office).waiting
    assert found is not None
    assert (found.case, found.agency, found.due_at, found.taken_by) == (case.pk, made.OFFICE, case.due_at, "")
    assert warnings.alarm_of(case.pk).id == alarm


def test_what_an_operator_confirms_waits_at_the_office_below_the_leaders_or_where_they_say(
    alarm: int, office: Person, leader: Person, operator: Person
) -> None:
    other = overdue(30, 30, 30, agency=ROADS)
    assert [agency.code for agency in warnings.deciders(agencies.get(FINANCE))] == [made.OFFICE, TOP]
    warnings.confirm(alarm, by=operator)
    warnings.confirm(other, by=operator, to=agencies.get(TOP))
    assert [waiting(each).agency.code for each in (alarm, other)] == [made.OFFICE, TOP]
    third = overdue(30, 30, 30, agency=made.FARMING)
    with pytest.raises(Refused, match="Nobody there may issue"):
        warnings.confirm(third, by=operator, to=agencies.get(FINANCE))
    assert handling(third) == "new"


def test_where_nobody_may_decide_it_waits_at_who_confirmed(alarm: int, operator: Person) -> None:
    warnings.confirm(alarm, by=operator)
    assert waiting(alarm).agency.code == made.IOC


def test_one_colleague_takes_it_over_and_the_others_are_kept_from_it(
    alarm: int, office: Person, verifier: Person, operator: Person, finance: Person
) -> None:
    warnings.confirm(alarm, by=operator)
    for who in (operator, finance):
        with pytest.raises(Forbidden):
            warnings.take_over(alarm, by=who)
    seen = waiting(alarm).seq
    warnings.take_over(alarm, by=office, seen=seen)
    found = warnings.alarm(alarm, office).waiting
    assert found is not None
    assert found.taken_by == "Trần Quốc Bảo"
    with pytest.raises(Refused):
        warnings.take_over(alarm, by=verifier, seen=seen)
    with pytest.raises(Refused, match="Trần Quốc Bảo has taken this alarm over"):
        issue(alarm, verifier)
    with pytest.raises(Refused, match="colleague has claimed"):
        warnings.dismiss(alarm, by=verifier, note="Không cần.")
    assert (handling(alarm), directives().count()) == ("confirmed", 0)
    issue(alarm, office)
    assert handling(alarm) == "directed"
    with pytest.raises(Refused, match="does not wait"):
        warnings.take_over(alarm, by=office)
    with pytest.raises(Missing):
        warnings.take_over(0, by=office)


def test_it_is_passed_on_only_to_where_somebody_may_decide(
    alarm: int, office: Person, leader: Person, finance: Person
) -> None:
    warnings.confirm(alarm, by=office)
    case = waiting(alarm)
    with pytest.raises(Refused, match="Nobody there may issue"):
        cases.act(case.pk, "pass_on", by=office, agency=agencies.get(FINANCE), note="Xin ý kiến.")
    with pytest.raises(Refused, match="needs a note"):
        cases.act(case.pk, "pass_on", by=office, agency=agencies.get(TOP))
    cases.act(case.pk, "pass_on", by=office, agency=agencies.get(TOP), note="Xin ý kiến.")
    found = warnings.alarm(alarm, office).waiting
    assert found is not None
    assert (found.agency, found.being_passed_on) == (made.OFFICE, True)
    cases.receive(case.pk, by=leader)
    assert waiting(alarm).agency.code == TOP
    assert [(step.what, step.note) for step in warnings.steps(alarm)][:2] == [
        ("passed_on", "Xin ý kiến."),
        ("confirmed", ""),
    ]


# ── it ends ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_directive_ends_the_waiting_and_a_withdrawn_one_lets_it_wait_again(alarm: int, office: Person) -> None:
    warnings.confirm(alarm, by=office)
    first = waiting(alarm)
    case = issue(alarm, office)
    first.refresh_from_db()
    last = cases.timeline(first)[0]
    assert (first.open, first.state, last.act, last.note) == (
        False,
        "directed",
        "direct",
        f"NV-{case.pk}, Trần Quốc Bảo",
    )
    assert warnings.alarm(alarm, office).waiting is None
    cases.act(case.pk, "withdraw", by=office, note="Giao nhầm.")
    again = waiting(alarm)
    assert (again.pk != first.pk, again.agency.code, inbox(office)) == (True, made.OFFICE, [again.pk])


@pytest.mark.parametrize("by_case", [True, False])
def test_it_is_closed_without_a_directive_only_with_a_reason(alarm: int, office: Person, by_case: bool) -> None:  # noqa: FBT001
    warnings.confirm(alarm, by=office)
    case = waiting(alarm)

    def close(note: str) -> None:
        if by_case:
            cases.act(case.pk, "dismiss", by=office, note=note)
        else:
            warnings.dismiss(alarm, by=office, note=note)

    with pytest.raises(Refused):
        close("  ")
    assert (handling(alarm), waiting(alarm).pk) == ("confirmed", case.pk)
    close("Đã có kế hoạch khắc phục.")
    case.refresh_from_db()
    assert (handling(alarm), case.open, case.state) == ("dismissed", False, "dismissed")
    assert (warnings.steps(alarm)[0].what, warnings.steps(alarm)[0].note) == ("dismissed", "Đã có kế hoạch khắc phục.")
    assert Entry.objects.filter(subject=f"alarm:{alarm}", act="warnings.dismissed").count() == 1
    assert audit.verify() == {}


def test_values_that_recover_end_the_waiting(alarm: int, office: Person) -> None:
    warnings.confirm(alarm, by=office)
    case = waiting(alarm)
    overdue(30, 30, 30, 0)
    jobs.end_over()
    case.refresh_from_db()
    assert (case.open, case.state, inbox(office)) == (False, "over", [])
    jobs.end_over()  # safe to repeat
    assert cases.timeline(case).filter(act="end").count() == 1


def test_an_alarm_that_is_over_when_it_is_confirmed_waits_at_nobody(alarm: int, office: Person) -> None:
    overdue(30, 30, 30, 0)
    warnings.confirm(alarm, by=office)
    assert not Decision.objects.exists()


def test_of_many_who_confirm_at_once_one_case_comes(fresh_db: str, clock: Clock) -> None:
    clock.set(DAY)
    alarm = overdue(30, 30, 30)
    people = [made.person("office", made.OFFICE, name) for name in ("Một", "Hai", "Ba", "Bốn")]
    results = at_once([lambda who=who: warnings.confirm(alarm, by=who) for who in people])
    assert sorted(bool(each) for each in results) == [False, True, True, True]
    assert Step.objects.filter(alarm=alarm, what="confirmed").count() == Decision.objects.count() == 1


def at_once(acts: list) -> list[str]:  # type: ignore[type-arg]
    """Do acts in threads of their own at the same time; the errors of those that were refused, "" for the others."""
    ready, results = threading.Barrier(len(acts)), []

    def do(act) -> None:  # type: ignore[no-untyped-def]
        try:
            ready.wait(120)
            act()
            results.append("")
        except VamcoError as error:
            results.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=do, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


# ── several at once ──────────────────────────────────────────────────────────────────────────────────────────────────


def three() -> list[int]:
    return [overdue(30, 30, 30, agency=agency) for agency in (FINANCE, ROADS, made.FARMING)]


def orders(*alarms: int) -> list[Order]:
    return [Order(alarm, f"Làm việc {alarm}.") for alarm in alarms]


def send(by: Person, *alarms: int, sending: uuid.UUID = SENDING, due_on: dt.date = DUE) -> list[cases.Case]:
    return warnings.issue_directives(orders(*alarms), due_on=due_on, by=by, sending=sending)


def test_several_agencies_get_their_own_directives_at_once(clock: Clock, office: Person) -> None:
    clock.set(DAY)
    alarms = three()
    warnings.confirm(alarms[0], by=office)
    found = send(office, *alarms)
    assert [(case.agency.code, case.title, case.due_at) for case in found] == [
        (agency, f"Làm việc {alarm}.", dt.datetime(2026, 3, 17, 17, tzinfo=HCM))
        for agency, alarm in zip((FINANCE, ROADS, made.FARMING), alarms, strict=True)
    ]
    assert [handling(alarm) for alarm in alarms] == ["directed"] * 3
    assert [step.what for step in warnings.steps(alarms[1])] == ["directed", "confirmed", "raised"]
    assert not cases.Case.objects.filter(kind__code="alarm", open=True).exists()
    assert audit.verify() == {}


def test_sent_twice_it_is_issued_once(clock: Clock, office: Person, verifier: Person) -> None:
    clock.set(DAY)
    alarms = three()
    first = send(office, *alarms[:2])
    assert [case.pk for case in send(office, *alarms[:2])] == [case.pk for case in first]
    with pytest.raises(Refused, match="issued its directives already"):
        send(office, *alarms)  # one more was chosen meanwhile
    with pytest.raises(Refused, match="issued its directives already"):
        send(verifier, *alarms[:2])
    assert (directives().count(), handling(alarms[2])) == (2, "new")


def test_sent_four_times_at_once_it_is_issued_once(fresh_db: str, clock: Clock) -> None:
    clock.set(DAY)
    office = made.person("office", made.OFFICE, "Một")
    alarms = three()
    assert at_once([lambda: send(office, *alarms)] * 4) == [""] * 4
    assert (directives().count(), Directive.objects.filter(sending=SENDING).count()) == (3, 3)


@pytest.mark.parametrize("wrong", ["forged", "handled", "past", "nobody", "empty"])
def test_all_are_issued_or_none(clock: Clock, office: Person, wrong: str) -> None:
    clock.set(DAY)
    alarms = three()
    due_on, chosen = DUE, orders(*alarms)
    if wrong == "forged":
        chosen.append(Order(2**40, "Làm."))
    elif wrong == "handled":
        warnings.dismiss(alarms[2], by=office, note="Đã đính chính.")
    elif wrong == "past":
        due_on = DAY - dt.timedelta(days=1)
    elif wrong == "nobody":
        chosen = []
    else:
        chosen[2] = Order(alarms[2], "  ")
    before = [handling(alarm) for alarm in alarms]
    with pytest.raises(VamcoError) as refused:
        warnings.issue_directives(chosen, due_on=due_on, by=office, sending=SENDING)
    assert (
        refused.value.code
        == {
            "forged": "warnings.no_alarm",
            "handled": "warnings.one_handled",
            "past": "warnings.due_in_past",
            "nobody": "warnings.nobody_chosen",
            "empty": "warnings.text_missing",
        }[wrong]
    )
    assert ([handling(alarm) for alarm in alarms], cases.Case.objects.count()) == (before, 0)


def test_who_may_not_issue_issues_nothing(
    clock: Clock, operator: Person, finance: Person, farming: Person, auditor: Person
) -> None:
    clock.set(DAY)
    alarms = three()
    for who in (operator, finance, farming, auditor):
        with pytest.raises(Forbidden):
            send(who, *alarms)
    assert ([handling(alarm) for alarm in alarms], cases.Case.objects.count()) == (["new"] * 3, 0)
