"""Requests of data subjects: who asks, who answers, the two clocks, and that others see nothing of it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.lib.time import HCM
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.models import Erasure, Request
from vamco.systems.privacy.services import erasing, registry, requests
from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


def told(person: Person) -> list[str]:
    return [each.template for each in notices.inbox(person, "vi").notices]


def test_a_request_has_both_clocks_and_is_answered(lan: Person, official: Person) -> None:
    case = made.asked(lan, "restrict")
    row = Request.objects.get(case=case)
    calendar = worktime.calendar_of(case.agency)
    assert row.answer_due_at == worktime.due(case.opened_at, worktime.Amount(2, "day"), calendar)
    assert abs((case.due_at.astimezone(HCM).date() - case.opened_at.astimezone(HCM).date()).days) >= 15
    assert (case.state, case.holder, case.applicant) == ("received", agencies.get(made.OFFICE), lan)
    assert told(lan) == ["privacy.received"]

    cases.act(case.pk, "accept", by=official, seen=case.seq, note="Sẽ hạn chế từ hôm nay.")
    row.refresh_from_db()
    assert row.answered_at is not None
    done = cases.act(case.pk, "finish", by=official, note="Đã hạn chế.")
    assert (done.state, done.open) == ("done", False)
    own = cases.own_case(case.pk, lan)
    assert [(entry.act, entry.note) for entry in own.entries][:2] == [
        ("finish", "Đã hạn chế."),
        ("accept", "Sẽ hạn chế từ hôm nay."),
    ]
    assert told(lan) == ["privacy.answered", "privacy.answered", "privacy.received"]


def test_refusal_needs_its_article_and_may_be_reviewed_once(lan: Person, official: Person) -> None:
    case = made.asked(lan, "object")
    with pytest.raises(Refused):
        cases.act(case.pk, "refuse", by=official, note="Không.")
    cases.act(case.pk, "refuse", by=official, note="Luật Lưu trữ, Điều 15.", reason="by_law")
    first = Request.objects.get(case=case).answer_due_at
    again = privacy.act_on_request(case.pk, "reopen", by=lan, seen=2, note="Đề nghị xem lại.")
    row = Request.objects.get(case=case)
    assert (again.state, row.answered_at) == ("received", None)
    assert row.answer_due_at >= first
    cases.act(case.pk, "refuse", by=official, note="Như trên.", reason="by_law")
    with pytest.raises(Refused):
        privacy.act_on_request(case.pk, "reopen", by=lan, seen=4, note="Nữa.")


def test_sent_twice_it_is_one_case(lan: Person, official: Person) -> None:
    key = uuid.uuid4()
    first, second = (privacy.ask(lan, privacy.Right.KNOW, text="Hỏi.", key=key, by=lan) for _ in range(2))
    assert first.pk == second.pk
    assert told(lan) == ["privacy.received"]


def test_nobody_asks_for_somebody_else_without_a_mandate(lan: Person, official: Person) -> None:
    other = made.citizen("Trần Văn Minh")
    with pytest.raises(Forbidden):
        privacy.ask(lan, privacy.Right.DELETE, text="Xóa.", key=uuid.uuid4(), by=other)
    assert not Request.objects.exists()
    people.give_mandate(
        lan, other, since=clock.today(), until=None, acts=["privacy.request"], basis="Giấy ủy quyền", actor=str(lan.pk)
    )
    other = people.get(other.pk)
    case = privacy.ask(lan, privacy.Right.KNOW, text="Hỏi.", key=uuid.uuid4(), by=other)
    assert cases.timeline(case).get(act="open").acting_for_id == lan.pk
    assert cases.own_case(case.pk, lan).pk == case.pk
    assert privacy.export_of(case.pk, other) is None


def test_an_official_handles_no_request_of_their_own(official: Person) -> None:
    case = made.asked(official, "know")
    with pytest.raises((Forbidden, Missing, Refused)):
        cases.act(case.pk, "accept", by=official, note="Tự trả lời.")
    case.refresh_from_db()
    assert case.state == "received"


def test_officials_of_other_agencies_and_other_roles_see_nothing(lan: Person, official: Person) -> None:
    case = made.asked(lan)
    for other in (
        made.official(made.FINANCE, "Lê Thị Hoa"),
        made.official(made.OFFICE, "Trần Quốc Bảo", role="office"),
        made.official("H53.15", "Lý Minh Khôi", role="administrator"),
    ):
        assert not cases.visible(other).filter(pk=case.pk).exists()
        with pytest.raises((Forbidden, Missing)):
            cases.act(case.pk, "accept", by=other, note="x")
        with pytest.raises(Missing):
            privacy.act_on_request(case.pk, "withdraw", by=other, seen=1)
    case.refresh_from_db()
    assert (case.state, case.seq) == ("received", 1)


def test_an_answer_that_is_late_is_told_once_to_the_officials(lan: Person, official: Person) -> None:
    case = made.asked(lan)
    assert requests.remind() == 0
    Request.objects.filter(case=case).update(answer_due_at=clock.now() - dt.timedelta(minutes=1))
    assert (requests.remind(), requests.remind()) == (1, 0)
    assert told(official).count("privacy.answer_late") == 1
    assert "privacy.answer_late" not in told(lan)


def test_no_more_than_ten_are_open_at_once(lan: Person, official: Person) -> None:
    for _n in range(10):
        made.asked(lan)
    with pytest.raises(Refused) as refusal:
        made.asked(lan)
    assert refusal.value.code == "privacy.too_many"
    assert Request.objects.count() == 10


def test_without_an_official_nothing_is_asked(lan: Person) -> None:
    with pytest.raises(Refused) as refusal:
        privacy.ask(lan, privacy.Right.KNOW, text="Hỏi.", key=uuid.uuid4(), by=lan)
    assert refusal.value.code == "privacy.no_official"


# ── deletion ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_deletion_goes_on_where_a_crash_has_stopped(
    lan: Person, official: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vamco.kernel.base.jobs import public as jobs

    deferred: list[str] = []
    monkeypatch.setattr(jobs, "later", lambda name, **_more: deferred.append(name) or True)
    notices.set_contact(lan, "sms", "0912345678", consent=True)
    case = made.asked(lan, "delete", text="Xóa hết.")
    with pytest.raises(Refused):
        cases.act(case.pk, "finish", by=official, note="Xong.")
    erasing.erase(case.pk)  # nobody has accepted it
    assert (Erasure.objects.count(), len(notices.contacts(lan))) == (0, 1)
    cases.act(case.pk, "accept", by=official, note="Sẽ xóa phần luật không yêu cầu giữ.")
    assert deferred.count(requests.ERASE) == 1
    with pytest.raises(Refused) as refusal:
        cases.act(case.pk, "finish", by=official, note="Xong.")
    assert refusal.value.code == "privacy.by_platform"

    calls: list[str] = []
    real = erasing._done

    def dies(holding: privacy.Holding, *more: object) -> object:
        calls.append(holding.code)
        if holding.code == "people.person" and calls.count("people.person") == 1:
            raise SystemExit(9)
        return real(holding, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(erasing, "_done", dies)
    with pytest.raises(SystemExit):
        erasing.erase(case.pk)
    case.refresh_from_db()
    assert case.state == "working"
    erasing.erase(case.pk)
    erasing.erase(case.pk)
    case.refresh_from_db()
    assert case.state == "done"
    assert sorted(set(calls)) == [holding.code for holding in registry.holdings()]
    assert [code for code in set(calls) if calls.count(code) > 1] == ["people.person"]
    rows = {row.holding: row for row in Erasure.objects.all()}
    assert rows["notices"].deleted == 3  # two notices and an address; what follows is the answer
    assert rows["people.person"].kept >= 1
    assert notices.contacts(lan) == []
    note = cases.timeline(case).get(act="carry_out").note
    assert "Họ tên và số định danh: giữ lại" in note
    assert "0912345678" not in note
    assert people.get(lan.pk).name == "Nguyễn Thị Lan"


def test_what_has_no_rule_is_kept(lan: Person, official: Person) -> None:
    gone: list[int] = []
    holding = privacy.Holding(
        "test.unruled",
        "Test",
        lambda _person: [privacy.Section("Test", ((privacy.Line("a", "b"),),))],
        erase=lambda person, _ground, _actor: gone.append(person.pk) or privacy.Erased(deleted=1),
    )
    assert erasing._done(holding, None, lan, "DL-1") == privacy.Erased(kept=1)
    assert gone == []
    assert {each.code for each in privacy.holdings()} == set(privacy.retention_table())


def test_the_act_of_asking_is_known_to_mandates() -> None:
    assert {"privacy.request", "privacy.answer", "privacy.record_breach"} <= set(access.acts())
