"""What officials do with alarms, who may, and when a directive can be closed."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import threading
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connections

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Forbidden, Missing, Refused, VamcoError
from vamco.lib.time import HCM
from vamco.systems.indicators.tests.made import FINANCE, ROADS, values
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm, Directive, Step
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests import made
from vamco.systems.warnings.tests.made import directives

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock

DAY = dt.date(2026, 3, 10)
TEXT = "Giải quyết dứt điểm hồ sơ quá hạn."


def overdue(*amounts: int, agency: str = FINANCE) -> None:
    values("HCC08", *amounts, until=DAY, agency=agency)
    judging.judge("HCC08")


@pytest.fixture
def alarm(clock: Clock, db: None) -> int:
    clock.set(DAY)
    overdue(30, 30, 30)
    return int(Alarm.objects.get().pk)


def handling(alarm: int) -> str:
    return str(Alarm.objects.get(pk=alarm).handling)


def issue(alarm: int, by: Person, *, due_on: dt.date = dt.date(2026, 3, 17), text: str = TEXT) -> cases.Case:
    return warnings.issue_directive(alarm, agency=agencies.get(FINANCE), due_on=due_on, text=text, by=by)


def report(case: cases.Case, finance: Person) -> None:
    cases.act(case.pk, "accept", by=finance)
    evidence = files.store(io.BytesIO(b"%PDF-"), name="bao-cao.pdf")
    cases.act(case.pk, "report", by=finance, note="Đã giải quyết.", files=[evidence])


def test_confirm_issue_report_and_close(
    alarm: int, clock: Clock, office: Person, verifier: Person, finance: Person
) -> None:
    warnings.confirm(alarm, by=office, note=" Đúng. ")
    case = issue(alarm, office)
    assert (case.title, case.agency.code, case.issuer.code) == (TEXT, FINANCE, made.OFFICE)
    assert case.due_at == dt.datetime(2026, 3, 17, 17, tzinfo=HCM)
    found = warnings.directive(case.pk)
    assert (found.case, found.text, found.alarm.id, found.alarm.directive) == (case.pk, TEXT, alarm, case.pk)
    assert warnings.directives_by_indicator() == {"HCC08": 1}

    report(case, finance)
    with pytest.raises(Refused, match="still fires"):
        cases.act(case.pk, "close", by=verifier, note="Đạt.")
    assert (handling(alarm), cases.Case.objects.get(pk=case.pk).state) == ("directed", "reported")

    overdue(30, 30, 30, 0)
    assert [view.state for view in warnings.open_alarms(office)] == ["resolved"]  # its directive is still open
    cases.act(case.pk, "close", by=verifier, note="Đạt.")

    assert handling(alarm) == "closed"
    assert warnings.open_alarms(office) == []
    assert warnings.directives_by_indicator() == {}
    steps = [(step.what, step.by, step.note) for step in reversed(warnings.steps(alarm))]
    assert steps == [
        ("raised", "", ""), ("confirmed", "Trần Quốc Bảo", "Đúng."), ("directed", "Trần Quốc Bảo", ""),
        ("resolved", "", ""), ("closed", "Đặng Thị Thu Vân", "Đạt."),
    ]  # fmt: skip
    assert list(Event.objects.filter(name="warnings.directive_closed").values_list("payload", flat=True)) == [
        {"directive": case.pk, "alarm": alarm}
    ]
    acts = Entry.objects.filter(subject=f"alarm:{alarm}").order_by("seq").values_list("act", flat=True)
    assert list(acts) == [
        "warnings.raise", "warnings.confirmed", "warnings.directed", "warnings.follow", "warnings.closed",
    ]  # fmt: skip
    assert audit.verify() == {}


def test_a_directive_cannot_be_closed_while_its_subject_fires_again(
    alarm: int, clock: Clock, office: Person, verifier: Person, finance: Person
) -> None:
    warnings.confirm(alarm, by=office)
    case = issue(alarm, office)
    report(case, finance)
    overdue(30, 30, 30, 0)
    overdue(30, 30, 30, 0, 30, 30, 30)
    assert Alarm.objects.filter(state="firing").count() == 1
    assert Alarm.objects.get(pk=alarm).state == "resolved"
    with pytest.raises(Refused, match="still fires"):
        cases.act(case.pk, "close", by=verifier, note="Đạt.")
    overdue(30, 30, 30, agency=ROADS)  # another's alarm stands in nobody's way
    overdue(0)
    cases.act(case.pk, "close", by=verifier, note="Đạt.")
    assert handling(alarm) == "closed"


def test_a_withdrawn_directive_can_be_issued_again(alarm: int, clock: Clock, office: Person, finance: Person) -> None:
    warnings.confirm(alarm, by=office)
    first = issue(alarm, office)
    with pytest.raises(Refused, match="Trần Quốc Bảo has already handled"):
        issue(alarm, office)
    cases.act(first.pk, "withdraw", by=office, note="Giao nhầm.")
    assert handling(alarm) == "confirmed"
    second = issue(alarm, office, text="Làm lại.")
    assert second.pk != first.pk
    assert Directive.objects.filter(alarm=alarm).count() == 2
    assert warnings.alarm(alarm, office).directive == second.pk
    assert warnings.directives_by_indicator() == {"HCC08": 1}
    assert warnings.directive(first.pk).text == TEXT
    before = Step.objects.count()
    cases.act(second.pk, "accept", by=finance)  # says nothing of the alarm
    assert (Step.objects.count(), handling(alarm)) == (before, "directed")


def test_directives_of_a_past_time_are_those_of_then(alarm: int, clock: Clock, office: Person) -> None:
    warnings.confirm(alarm, by=office)
    issued = clock.set(DAY, 9)
    case = issue(alarm, office)
    withdrawn = clock.set(DAY, 11)
    cases.act(case.pk, "withdraw", by=office, note="Giao nhầm.")
    hour = dt.timedelta(hours=1)
    asked = [issued - hour, issued, issued + hour, withdrawn, withdrawn + hour]
    assert [warnings.directives_by_indicator(at=at) for at in asked] == [{}, {"HCC08": 1}, {"HCC08": 1}, {}, {}]


def test_a_directive_on_late_data_belongs_to_no_indicator(clock: Clock, office: Person) -> None:
    clock.set(DAY)
    judging.dataset_late("kb_giaingan", FINANCE, clock.at - dt.timedelta(hours=1))
    alarm = Alarm.objects.get()
    warnings.confirm(alarm.pk, by=office)
    issue(alarm.pk, office)
    assert warnings.directives_by_indicator() == {}
    assert [view.due_at for view in warnings.open_alarms(office)] == [alarm.due_at]
    assert warnings.open_alarms(office, indicator="HCC08") == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " \n"}, "warnings.text_missing"),
        ({"due_on": DAY - dt.timedelta(days=1)}, "warnings.due_in_past"),
    ],
)
def test_a_directive_needs_a_text_and_a_day_ahead(
    alarm: int, office: Person, changes: dict[str, object], code: str
) -> None:
    warnings.confirm(alarm, by=office)
    with pytest.raises(Refused) as refused:
        issue(alarm, office, **changes)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert (handling(alarm), directives().count()) == ("confirmed", 0)


def test_today_is_ahead_until_the_offices_close(alarm: int, clock: Clock, office: Person) -> None:
    warnings.confirm(alarm, by=office)
    clock.set(DAY, 17)
    with pytest.raises(Refused, match="ahead"):
        issue(alarm, office, due_on=DAY)
    clock.set(DAY, 16)
    assert issue(alarm, office, due_on=DAY).due_at == dt.datetime(2026, 3, 10, 17, tzinfo=HCM)


def test_a_long_order_has_a_short_title(alarm: int, office: Person) -> None:
    warnings.confirm(alarm, by=office)
    text = "Yêu cầu   rà soát\n" * 30
    case = issue(alarm, office, text=text)
    assert case.title == ("Yêu cầu rà soát " * 30)[: len(case.title) - 1] + "…"
    assert 180 < len(case.title) <= 200
    assert warnings.directive(case.pk).text == text.strip()


def test_an_order_is_not_given_before_somebody_has_looked(alarm: int, office: Person) -> None:
    with pytest.raises(Refused, match="– has already handled"):
        issue(alarm, office)
    assert not directives().exists()


@pytest.mark.parametrize("note", ["", "  \t"])
def test_dismissing_needs_a_reason(alarm: int, operator: Person, note: str) -> None:
    with pytest.raises(Refused, match="reason"):
        warnings.dismiss(alarm, by=operator, note=note)
    assert handling(alarm) == "new"


def test_a_confirmed_alarm_can_still_be_dismissed_but_not_the_other_way(alarm: int, operator: Person) -> None:
    warnings.confirm(alarm, by=operator)
    warnings.dismiss(alarm, by=operator, note="Đã đính chính.")
    for act in (warnings.confirm, warnings.dismiss):
        with pytest.raises(Refused, match="Ngô Thanh Tùng has already handled this alarm"):
            act(alarm, by=operator, note="Lại")
    assert handling(alarm) == "dismissed"


def test_nobody_acts_without_the_right(
    alarm: int, office: Person, operator: Person, finance: Person, farming: Person, auditor: Person
) -> None:
    for who in (finance, farming, auditor):
        for act in (warnings.confirm, warnings.dismiss):
            with pytest.raises(Forbidden):
                act(alarm, by=who, note="Tôi")
    warnings.confirm(alarm, by=operator)
    for who in (operator, finance, farming, auditor):
        with pytest.raises(Forbidden):
            issue(alarm, who)
    assert (handling(alarm), directives().count()) == ("confirmed", 0)
    assert [step.by for step in warnings.steps(alarm)] == ["Ngô Thanh Tùng", ""]


def test_each_sees_what_they_may(alarm: int, office: Person, finance: Person, farming: Person) -> None:
    overdue(30, 30, 30, agency=ROADS)
    assert {view.agency for view in warnings.open_alarms(office)} == {FINANCE, ROADS}
    assert [view.id for view in warnings.open_alarms(finance)] == [alarm]
    assert warnings.open_alarms(farming) == warnings.open_alarms(None) == warnings.past_alarms(None) == []
    assert len(warnings.open_alarms(office, limit=1)) == 1
    with pytest.raises(Missing, match="no alarm"):
        warnings.alarm(alarm, farming)


def test_what_is_not_there_is_missing(office: Person) -> None:
    for act in (
        lambda: warnings.confirm(0, by=office),
        lambda: warnings.alarm(0, office),
        lambda: warnings.directive(0),
    ):
        with pytest.raises(Missing):
            act()
    assert warnings.steps(0) == []


def test_of_two_officials_at_once_one_wins(fresh_db: str, clock: Clock) -> None:
    clock.set(DAY)
    overdue(30, 30, 30)
    alarm = Alarm.objects.get().pk
    people = [made.person("office", made.OFFICE, name) for name in ("Một", "Hai", "Ba", "Bốn")]
    ready = threading.Barrier(len(people))
    told: list[str] = []

    def act(who: Person) -> None:
        try:
            ready.wait(120)
            warnings.dismiss(alarm, by=who, note=who.name)
            told.append("won")
        except VamcoError as error:
            told.append(str(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=[who]) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    (winner,) = Step.objects.filter(alarm=alarm, what="dismissed").select_related("by")
    assert winner.by is not None
    assert winner.note == winner.by.name
    assert sorted(told) == sorted(["won", *[f"{winner.by.name} has already handled this alarm."] * 3])


def test_of_two_judgements_at_once_one_raises(fresh_db: str, clock: Clock) -> None:
    clock.set(DAY)
    values("HCC08", 30, 30, 30, until=DAY, agency=FINANCE)
    ready = threading.Barrier(3)

    def judge() -> None:
        try:
            ready.wait(120)
            with contextlib.suppress(IntegrityError):  # the event's delivery is tried again
                judging.judge("HCC08")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=judge) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    judging.judge("HCC08")
    assert made.firing() == [("HCC08", FINANCE, 1, "new")]
    assert Event.objects.filter(name="warnings.alarm_raised").count() == 1
