"""The course of a violation: who may do what, what the register must say, what the owner sees, how it ends."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.models import Case
from vamco.lib.errors import Forbidden, Missing, Refused, Unavailable
from vamco.systems.payments import public as payments
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Correction, VehicleAnswer, Violation
from vamco.systems.traffic.queries import table
from vamco.systems.traffic.services import ending, paying, registering
from vamco.systems.traffic.tests import made
from vamco.vocab.payments import InvoiceMoved

if TYPE_CHECKING:
    from vamco.systems.counterparts.adapters.simulators.bodies import SimulatedVehicles

pytestmark = pytest.mark.django_db


# ── review and decision ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_corrected_plate_is_kept_for_learning_and_what_was_read_stays() -> None:
    found = made.violation("70A12346")
    traffic.confirm(found.pk, by=made.reviewer(), seen=made.seq(found), plate="70A-123.45")
    found.refresh_from_db()
    kept = Correction.objects.get()
    assert (found.plate, found.plate_read) == ("70A12345", "70A12346")
    assert (kept.read, kept.text) == ("70A12346", "70A12345")


def test_without_a_plate_nothing_is_confirmed_and_an_incomplete_one_must_be_typed() -> None:
    went = made.passage("12345", plate=made.plate("12345", complete=False))
    found = traffic.propose(went, made.finding(went.first_at, traffic.ActCode.RED_LIGHT, "incomplete"), made.files())
    assert found is not None
    by = made.reviewer()
    for plate in ("", "123.45", "drop table"):
        with pytest.raises(Refused):
            traffic.confirm(found.pk, by=by, seen=made.seq(found), plate=plate)
    assert (made.state(found), Correction.objects.count()) == ("proposed", 0)
    traffic.confirm(found.pk, by=by, seen=made.seq(found), plate="70-B1 123.45")
    assert Violation.objects.get().plate == "70B112345"


def test_the_page_of_all_cases_confirms_nothing_without_a_look_at_the_plate() -> None:
    went = made.passage("12345", plate=made.plate("12345", complete=False))
    found = traffic.propose(went, made.finding(went.first_at, traffic.ActCode.RED_LIGHT, "incomplete"), made.files())
    assert found is not None
    read, by = made.violation("70A12346"), made.reviewer()
    for each in (found, read):
        case = Case.objects.get(pk=each.pk)
        assert [act.code for act in cases.acts_for(case, by)] == ["reject"]
        with pytest.raises(Refused) as refused:
            cases.act(each.pk, "confirm", by=by, seen=made.seq(each))
        assert (refused.value.code, f"/traffic/review/{each.pk}" in str(refused.value)) == ("traffic.at_the_desk", True)
        assert (made.state(each), Correction.objects.count()) == ("proposed", 0)


def test_what_was_sent_back_is_read_anew() -> None:
    found, by = made.violation(), made.reviewer()
    traffic.confirm(found.pk, by=by, seen=made.seq(found), plate="70A12346")
    traffic.send_back(found.pk, by=made.head(), seen=made.seq(found), note="Chữ số cuối?")
    with pytest.raises(Refused):
        cases.act(found.pk, "confirm", by=by, seen=made.seq(found))
    traffic.confirm(found.pk, by=by, seen=made.seq(found), plate="70A12345")
    assert (made.state(found), Correction.objects.get().text) == ("reviewed", "70A12345")


def test_a_refused_confirmation_leaves_no_reading() -> None:
    found = made.violation("70A12346")
    with pytest.raises(Forbidden):
        traffic.confirm(found.pk, by=made.head(), seen=made.seq(found), plate="70A12345")
    found.refresh_from_db()
    assert (found.plate, Correction.objects.count(), made.state(found)) == ("70A12346", 0, "proposed")


def test_of_two_reviewers_on_one_case_the_second_is_refused() -> None:
    found = made.violation()
    seen = made.seq(found)
    traffic.confirm(found.pk, by=made.reviewer(), seen=seen)
    with pytest.raises(Refused):
        traffic.reject(found.pk, by=made.official("Người Khác", "traffic_reviewer"), seen=seen, reason="no_violation")
    assert made.state(found) == "reviewed"


def test_a_rejection_needs_a_coded_reason() -> None:
    found = made.violation()
    by = made.reviewer()
    with pytest.raises(Refused):
        traffic.reject(found.pk, by=by, seen=made.seq(found), reason="")
    traffic.reject(found.pk, by=by, seen=made.seq(found), reason="bystander")
    assert made.state(found) == "rejected"


def test_who_reviewed_may_not_decide_and_who_decided_may_not_hear(register: SimulatedVehicles) -> None:
    del register
    both = made.official("Kiêm Nhiệm", "traffic_reviewer")
    from vamco.kernel.world.agencies import public as agencies
    from vamco.kernel.world.people import public as people

    people.appoint(both, agencies.get(made.POLICE), "traffic_head", since=made.SINCE)
    found = made.violation()
    traffic.confirm(found.pk, by=both, seen=made.seq(found))
    with pytest.raises(Refused) as refused:
        traffic.decide(found.pk, by=both, seen=made.seq(found))
    assert refused.value.code == "cases.second_person"
    decider = made.head()
    traffic.decide(found.pk, by=decider, seen=made.seq(found))
    registering.ask(found.pk, made.seq(found))
    traffic.contest(Violation.objects.get().code, "Tôi không đi qua nút giao này hôm đó.")
    for who in (both, decider):
        with pytest.raises(Refused):
            traffic.hear(found.pk, by=who, seen=made.seq(found), upheld=True, note="Giữ nguyên")
    assert made.state(found) == "contested"


def test_another_agencys_official_neither_sees_nor_acts() -> None:
    found = made.violation()
    stranger = made.official("Ở Xã", "traffic_reviewer", "H53.25708")
    assert traffic.violations(stranger) == []
    with pytest.raises(Missing):
        traffic.violation(found.pk, stranger)
    with pytest.raises((Missing, Forbidden)):
        traffic.confirm(found.pk, by=stranger, seen=made.seq(found))
    assert made.state(found) == "proposed"


# ── the register ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_where_the_register_agrees_the_owner_gets_a_numbered_signed_notice(register: SimulatedVehicles) -> None:
    del register
    found = made.notified()
    assert made.state(found) == "notified"
    assert found.notice.startswith(f"{made.POLICE}-")
    assert found.notice_file is not None
    issued = documents.by_content(found.notice_file.sha256)
    assert issued is not None
    assert (issued.number, issued.template) == (found.notice, "violation_notice")
    registering.ask(found.pk, made.seq(found))  # the job once more
    assert Violation.objects.get().notice == found.notice
    assert VehicleAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("plate", "reason"),
    [
        ("70A12300", "not_found"),
        ("70A12397", "not_valid"),
        ("70A12398", "other_kind"),
        ("70A12399", "other_colour"),
    ],
)
def test_where_it_does_not_agree_no_notice_goes_out(plate: str, reason: str, register: SimulatedVehicles) -> None:
    del register
    found = made.notified(plate)
    entry = cases.timeline(Case.objects.get(pk=found.pk)).first()
    assert (made.state(found), found.notice, found.notice_file) == ("held", "", None)
    assert entry is not None
    assert (entry.act, entry.reason) == ("hold", reason)


def test_a_silent_register_holds_the_case_and_it_can_be_asked_again(
    register: SimulatedVehicles, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = made.decided()

    def silent(*_args: object, **_named: object) -> None:
        raise Unavailable("counterparts.no_answer", "%(line)s does not answer now.", line="x")

    with monkeypatch.context() as patch:
        patch.setattr(register, "vehicle", silent)
        registering.ask(found.pk, made.seq(found))
    assert (made.state(found), VehicleAnswer.objects.get().outcome) == ("held", "unavailable")
    traffic.ask_again(found.pk, by=made.reviewer(), seen=made.seq(found))
    registering.ask(found.pk, made.seq(found))
    assert made.state(found) == "notified"


def test_a_register_that_stays_silent_is_asked_by_a_job_and_in_the_end_the_case_is_cancelled(
    register: SimulatedVehicles, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = made.notified("70A12300")  # the register answered: not there; a person looks at that
    found = made.decided("70A12345", by=made.reviewer(), decider=made.head())

    def silent(*_args: object, **_named: object) -> None:
        raise Unavailable("counterparts.no_answer", "%(line)s does not answer now.", line="x")

    monkeypatch.setattr(register, "vehicle", silent)
    began, days = clock.now(), table.settings().silent_days
    registering.ask(found.pk, made.seq(found))
    for after in (1, days - 1):
        with clock.standing_at(began + dt.timedelta(days=after)):
            assert registering.ask_silent() == {"asked": 1, "cancelled": 0}
            assert made.state(found) == "decided"  # and the job that asks is there
            registering.ask(found.pk, made.seq(found))
            assert made.state(found) == "held"
    with clock.standing_at(began + dt.timedelta(days=days, seconds=1)):
        assert registering.ask_silent() == {"asked": 0, "cancelled": 1}
        assert registering.ask_silent() == {"asked": 0, "cancelled": 0}
    entry = cases.timeline(Case.objects.get(pk=found.pk)).first()
    assert entry is not None
    assert (entry.act, entry.reason, made.state(found)) == ("give_up", "no_answer", "cancelled")
    assert (made.state(other), Violation.objects.get(pk=found.pk).notice) == ("held", "")


def test_the_owner_lies_sealed_and_stands_in_no_log(register: SimulatedVehicles, caplog: Any) -> None:
    del register
    found = made.notified()
    owner = registering.owner_of(found)
    assert owner is not None
    row = VehicleAnswer.objects.get()
    assert owner["name"].encode() not in bytes(row.sealed)
    entries = str(list(Entry.objects.values_list("detail", flat=True))) + caplog.text
    assert owner["name"] not in entries
    assert owner["number"] not in entries
    assert "70A12345" not in entries


# ── the owner ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_owner_finds_it_by_plate_and_number_and_sees_blurred_pictures_only(register: SimulatedVehicles) -> None:
    del register
    found = made.notified()
    seen = traffic.look_up("70A-123.45", found.notice.lower(), network="a")
    assert (seen.notice, seen.frames, seen.may_contest, seen.article) == (found.notice, ("01.jpg",), True, "")
    assert traffic.owner_picture(seen.code, "01.jpg").endswith(b" blurred")
    for name in ("../frames/01.jpg", "frames/01.jpg", "02.jpg"):
        with pytest.raises(Missing):
            traffic.owner_picture(seen.code, name)


def test_a_wrong_plate_and_a_wrong_number_get_one_answer_and_many_tries_are_refused(
    register: SimulatedVehicles,
) -> None:
    del register
    found, other = made.notified(), made.notified("70A54321")
    answers = set()
    for plate, notice in [
        ("70A54321", found.notice),
        ("70A12345", other.notice),
        ("x", found.notice),
        ("70A12345", ""),
    ]:
        with pytest.raises(Missing) as missing:
            traffic.look_up(plate, notice, network="b")
        answers.add((missing.value.code, str(missing.value)))
    assert len(answers) == 1
    for _ in range(100):
        try:
            traffic.look_up("70A00001", found.notice, network="c")
        except Missing:
            continue
        except Refused:
            break
    else:
        pytest.fail("a hundred wrong plates were tried")


def test_what_was_not_notified_is_nobodys_to_look_up() -> None:
    found = made.violation()
    with pytest.raises(Missing):
        traffic.looked_up(found.code)
    with pytest.raises(Missing):
        traffic.contest(found.code, "Không phải xe của tôi.")
    assert made.state(found) == "proposed"


def test_a_contested_violation_is_heard_by_a_third_person(register: SimulatedVehicles) -> None:
    del register
    found = made.notified()
    traffic.contest(found.code, "Xe tôi đã bán từ năm 2025.")
    with pytest.raises(Refused):
        traffic.contest(found.code, "Nêu ý kiến lần nữa.")
    traffic.hear(found.pk, by=made.head("Phó Trưởng"), seen=made.seq(found), upheld=False, note="Đúng, xe đã bán")
    assert made.state(found) == "cancelled"


def test_article_and_fine_are_printed_only_when_somebody_has_verified_them(
    register: SimulatedVehicles, monkeypatch: pytest.MonkeyPatch
) -> None:
    del register
    found = made.notified()
    assert traffic.looked_up(found.code).article == ""
    from dataclasses import replace

    real = table.rule_of
    monkeypatch.setattr(table, "rule_of", lambda version, day: replace(real(version, day), verified=True))
    assert traffic.looked_up(found.code).article.startswith("Đ. 6 khoản 9")


# ── money and time ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_fine_is_what_the_decision_says_and_ends_the_case_when_it_came_in(register: SimulatedVehicles) -> None:
    del register
    found = made.notified()
    today = clock.today()
    with pytest.raises(Refused):
        traffic.sanction(found.pk, by=made.head(), seen=made.seq(found), number="", day=today, amount=1)
    traffic.sanction(found.pk, by=made.head(), seen=made.seq(found), number="125/QĐ-XPHC", day=today, amount=19_000_000)
    found.refresh_from_db()
    (invoice,) = payments.of(f"violation:{found.pk}")
    assert (made.state(found), invoice.code, invoice.total) == ("to_pay", found.invoice, 19_000_000)
    for event in (
        InvoiceMoved("OTHER", f"violation:{found.pk}", "paid", 1),
        InvoiceMoved(found.invoice, f"violation:{found.pk}", "underpaid", 1),
    ):
        paying.invoice_moved(event)
    assert made.state(found) == "to_pay"
    for _ in range(2):
        paying.invoice_moved(InvoiceMoved(found.invoice, f"violation:{found.pk}", "paid", 19_000_000))
    assert made.state(found) == "paid"


def test_no_decision_is_entered_without_its_amount(register: SimulatedVehicles) -> None:
    del register
    found, by = made.notified(), made.head("Phó Trưởng")
    assert "sanction" not in [act.code for act in cases.acts_for(Case.objects.get(pk=found.pk), by)]
    with pytest.raises(Refused) as refused:
        cases.act(found.pk, "sanction", by=by, seen=made.seq(found), note="125/QĐ-XPHC")
    assert refused.value.code == "traffic.on_its_page"
    found.refresh_from_db()
    assert (made.state(found), found.amount, payments.of(f"violation:{found.pk}")) == ("notified", None, [])


def test_past_its_limitation_a_case_can_only_be_ended(register: SimulatedVehicles) -> None:
    del register
    found, other = made.violation(), made.violation("70A54321")
    Violation.objects.filter(pk=found.pk).update(limitation=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Refused) as refused:
        traffic.confirm(found.pk, by=made.reviewer(), seen=made.seq(found))
    assert refused.value.code == "traffic.lapsed"
    assert ending.end_lapsed() == 1
    assert (made.state(found), made.state(other)) == ("lapsed", "proposed")


def test_a_notice_without_an_answer_warns_inspection_once(register: SimulatedVehicles) -> None:
    del register
    found = made.notified()
    assert ending.warn_inspection() == 0
    Violation.objects.update(notified_at=clock.now() - dt.timedelta(days=21))
    assert (ending.warn_inspection(), ending.warn_inspection()) == (1, 0)
    assert made.state(found) == "notified"
    assert cases.timeline(Case.objects.get(pk=found.pk)).filter(act="warn").count() == 1
