"""Questions, messages and parcels as the platform does them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.work.cases.models import Case
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused, Unavailable
from vamco.systems.counterparts import public as counterparts
from vamco.systems.counterparts.adapters.simulators.server import Behaviour
from vamco.systems.counterparts.models import Content, Message, Question, Shipment, TaxReply
from vamco.systems.counterparts.services import lines, post, registers, tax
from vamco.systems.counterparts.tests import made

if TYPE_CHECKING:
    from vamco.systems.counterparts.tests.made import Bodies

pytestmark = pytest.mark.django_db
WHY = {"purpose": "Điền sẵn tờ khai", "basis": "preparation:17"}


def told() -> list[dict[str, Any]]:
    return [row.payload for row in Event.objects.filter(name="counterparts.answered").order_by("pk")]


@pytest.fixture
def sau() -> people.Person:
    found = people.add("Võ Văn Sáu")
    people.record_number(found, "citizen_id", made.MOVED)
    return found


def test_a_question_is_on_record_with_its_purpose_and_without_its_number(connected: Bodies, sau: people.Person) -> None:
    clerk = people.add("Lê Thị Cẩm Tú")
    answer = counterparts.person(made.MOVED, **WHY, by=clerk, about=sau)
    assert answer.fields["name"].value == "Võ Văn Sáu"
    asked = Question.objects.get()
    assert (asked.outcome, asked.by, asked.about, asked.purpose) == ("found", clerk, sau, "Điền sẵn tờ khai")
    entry = Entry.objects.get(act="counterparts.ask")
    assert (entry.actor, entry.subject, entry.purpose) == (str(clerk.pk), "person", "Điền sẵn tờ khai")
    kept = f"{entry.detail} {asked.number} {asked.doubts} {list(Question.objects.values())}"
    for personal in (made.MOVED, "Võ Văn Sáu", "Lộc Hưng"):
        assert personal not in kept
    counterparts.person(made.MOVED, **WHY, by=clerk)
    assert connected.service.calls == ["population", "population"]  # never answered from memory
    assert len({each.number for each in Question.objects.all()}) == 1


def test_who_is_not_answered_is_told_and_it_stands_on_record(connected: Bodies, settings: Any) -> None:
    clerk = people.add("Lê Thị Cẩm Tú")
    connected.service.behaviours["population"] = Behaviour(forge=True)
    with pytest.raises(Unavailable):
        counterparts.person(made.MOTHER, **WHY, by=clerk)
    settings.VAMCO_POPULATION = None
    with pytest.raises(Unavailable) as error:
        counterparts.person(made.MOTHER, **WHY, by=clerk)
    assert error.value.code == "counterparts.not_connected"
    assert [each.outcome for each in Question.objects.all()] == ["unavailable", "unavailable"]


def test_a_question_needs_a_purpose_a_number_and_measure(connected: Bodies, monkeypatch: pytest.MonkeyPatch) -> None:
    clerk = people.add("Lê Thị Cẩm Tú")
    with pytest.raises(Refused):
        counterparts.person(made.MOTHER, purpose=" ", basis="x", by=clerk)
    with pytest.raises(Refused):
        counterparts.person("12345", **WHY, by=clerk)
    monkeypatch.setattr(registers, "MOST", 2)
    for _ in range(2):
        counterparts.person(made.MOTHER, **WHY, by=clerk)
    with pytest.raises(Refused) as refused:
        counterparts.person(made.MOTHER, **WHY, by=clerk)
    assert refused.value.code == "counterparts.too_many"
    counterparts.person(made.MOTHER, **WHY, by=people.add("Người Khác"))
    assert len(connected.service.calls) == 3


def test_an_old_commune_under_the_new_province_becomes_a_task_once(connected: Bodies, sau: people.Person) -> None:
    """Case PR-03."""
    answer = counterparts.person(made.MOVED, **WHY, by=sau, about=sau)
    assert [(each.part, each.sent) for each in answer.doubts] == [("residence.commune", "Xã Lộc Hưng")]
    office = agencies.get("H53.25708")
    task = counterparts.report(sau, known_as="H53.25708-261118-0001", office=office)
    assert task is not None
    assert (task.agency, task.title) == (
        agencies.serving("25711"),  # the commune that bears the code of the old one now
        "Cập nhật xã nơi cư trú trong dữ liệu dân cư theo hồ sơ H53.25708-261118-0001",
    )
    assert counterparts.report(sau, known_as="H53.25708-261118-0001", office=office) is None
    assert Case.objects.count() == 1
    clear = counterparts.person(made.MOTHER, **WHY, by=sau, about=people.add("Mai"))
    assert clear.doubts == ()


def test_an_extract_is_asked_by_name_where_there_is_no_number(connected: Bodies) -> None:
    clerk = people.add("Lê Thị Cẩm Tú")
    found = counterparts.extract("marriage", **WHY, by=clerk, name="Nguyễn Thị Hồng Nhung", born="1988-04-12")
    assert (found.fields["spouse"].value, found.fields["married_on"].value) == ("Lê Văn Phúc", "2016-02")
    assert found.fields["spouse"].source == "civil_status"
    with pytest.raises(Refused):
        counterparts.extract("birth", **WHY, by=clerk, name="Nguyễn Thị Hồng Nhung")


def test_a_message_is_sent_once_with_the_number_and_keeps_none(connected: Bodies, sau: people.Person) -> None:
    data = {"TenHo": "Tạp hóa Sáu"}
    made_ = tax.ask("dossier:17", "household_registration", data, "dossier:17:3", holder=sau)
    assert tax.ask("dossier:17", "household_registration", data, "dossier:17:3", holder=sau).pk == made_.pk
    with pytest.raises(Refused):
        tax.ask("dossier:18", "household_registration", data, "dossier:17:3", holder=sau)
    connected.service.behaviours["tax"] = Behaviour(status=503, times=3)
    with pytest.raises(Unavailable):
        tax.send(made_.pk)
    assert Message.objects.get().state == "waiting"
    for _ in range(2):
        tax.send(made_.pk)
    assert Message.objects.get().state == "sent"
    (arrived,) = connected.service.tax._messages.values()
    assert (arrived["SoDinhDanh"], arrived["DuLieu"]) == (made.MOVED, data)
    assert len(connected.service.calls) == 4
    for table in (Message, Content, Question):
        assert made.MOVED not in str(list(table.objects.values()))
        assert "Tạp hóa" not in str(list(table.objects.values()))
    assert Entry.objects.filter(act="people.disclose_number").count() == 2  # each attempt reads it anew


def test_answers_come_twice_late_and_in_any_order_and_count_once(connected: Bodies) -> None:
    sent = tax.ask("dossier:17", "land_duty", {"DienTich": 100}, "dossier:17:5")
    tax.send(sent.pk)
    connected.service.tax.repeats = True
    connected.later(25)
    assert tax.collect() == 2
    assert tax.collect() == 0
    assert Message.objects.get().state == "paid"
    rows = counterparts.tax_answers("dossier:17")
    assert [(each.number, each.state) for each in rows] == [(1, "due"), (2, "paid")]
    assert rows[0].data["SoTien"] == rows[1].data["SoTien"] > 0
    assert [(each["state"], each["number"]) for each in told()] == [
        ("paid", 2)
    ]  # the older came later and overrules nothing
    for row in (
        {"MaThongDiep": "not ours", "SoThuTu": 1, "TrangThai": "DA_NOP", "DuLieu": {}, "Luc": made.NOON.isoformat()},
        {"MaThongDiep": "dossier:17:5", "SoThuTu": 3, "TrangThai": "?", "DuLieu": {}, "Luc": made.NOON.isoformat()},
        {
            "MaThongDiep": "dossier:17:5",
            "SoThuTu": 0,
            "TrangThai": "DA_NOP",
            "DuLieu": {},
            "Luc": made.NOON.isoformat(),
        },
        {"MaThongDiep": "dossier:17:5", "SoThuTu": 3, "TrangThai": "DA_NOP", "DuLieu": {}, "Luc": "hôm qua"},
    ):
        assert not tax.take(row)
    assert TaxReply.objects.count() == 2


def test_a_refused_message_is_told(connected: Bodies) -> None:
    sent = tax.ask("dossier:17", "household_registration", {}, "dossier:17:3")  # nobody's number
    tax.send(sent.pk)
    row = Message.objects.get()
    assert (row.state, row.refused) == ("refused", "thieu_so_dinh_danh")
    assert [each["state"] for each in told()] == ["not_taken"]


def test_a_parcel_goes_its_way_and_its_address_goes_with_it(connected: Bodies) -> None:
    address = {"name": "Nguyễn Thị Hồng Nhung", "phone": "0900000001", "address": "12 Quang Trung"}
    parcel = post.send("dossier:17", address, "dossier:17:post")
    assert post.send("dossier:17", address, "dossier:17:post").key == parcel.key
    row = Shipment.objects.get()
    connected.service.behaviours["post"] = Behaviour(lose=True, times=1)
    post.announce(row.pk)
    post.announce(row.pk)
    (seen,) = counterparts.parcels("dossier:17")
    assert (seen.tracking, seen.fee, seen.state) == ("VC000000001VN", 30_000, "accepted")
    assert "Quang Trung" not in str(list(Content.objects.values()))
    connected.later(11)
    assert post.follow() == 1
    assert post.follow() == 0
    connected.later(60)
    assert post.follow() == 1
    assert [each["state"] for each in told()] == ["accepted", "in_transit", "delivered"]
    assert not Content.objects.exists()
    assert [state for state, _at in counterparts.parcels("dossier:17")[0].states][-1] == "delivered"
    assert isinstance(seen.states[0][1], dt.datetime)
    with pytest.raises(Refused):
        post.send("dossier:17", {"name": "A"}, "other")


def test_a_line_is_connected_when_it_has_an_address(settings: Any) -> None:
    for line in ("POPULATION", "CIVIL_STATUS", "TAX", "POST"):
        setattr(settings, f"VAMCO_{line}", None)
    assert [lines.connected(line) for line in ("population", "civil_status", "tax", "post")] == [False] * 4  # type: ignore[arg-type]
    assert (tax.collect(), post.follow()) == (0, 0)
