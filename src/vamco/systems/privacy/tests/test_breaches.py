"""The record of a breach: clocks from detection, two documents from one record, notices, and nobody else sees it."""

from __future__ import annotations

import datetime as dt
import io
import uuid
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.models import Breach
from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


def facts() -> privacy.BreachFacts:
    return privacy.BreachFacts(
        detected_at=clock.now() - dt.timedelta(hours=1),
        began_at=clock.now() - dt.timedelta(hours=9),
        personal=True,
        serious=True,
        what="Máy tính ở quầy bị mất.",
        affected="Họ tên, số điện thoại",
        whose="Người nộp hồ sơ tháng 11",
        persons=120,
        consequences="Có thể bị gọi lừa đảo",
        measures="Đã xóa từ xa; không cung cấp mã OTP cho ai",
        contact="Văn phòng UBND tỉnh",
        tell_persons=True,
    )


@pytest.fixture
def case(official: Person) -> Case:
    return privacy.record_breach(facts(), key=uuid.uuid4(), by=official)


def test_the_clocks_run_from_detection_and_the_case_until_the_nearest(case: Case, official: Person) -> None:
    view = privacy.breach(case.pk, official)
    assert [(each.code, each.due_at - view.row.detected_at) for each in view.deadlines] == [
        ("first", dt.timedelta(hours=24)),
        ("report", dt.timedelta(hours=72)),
        ("personal", dt.timedelta(hours=72)),
    ]
    assert case.due_at == view.row.first_due_at


def test_without_a_serious_incident_only_the_clock_of_personal_data_runs(official: Person) -> None:
    case = privacy.record_breach(replace(facts(), serious=False), key=uuid.uuid4(), by=official)
    assert [each.code for each in privacy.breach(case.pk, official).deadlines] == ["personal"]
    with pytest.raises(Refused):
        privacy.mark_sent(case.pk, "first", clock.now(), by=official)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"personal": False, "serious": False}, "privacy.neither"),
        ({"detected_at": dt.datetime(2031, 1, 1, tzinfo=dt.UTC)}, "privacy.detected_later"),
        ({"began_at": dt.datetime(2030, 1, 1, tzinfo=dt.UTC)}, "privacy.began_later"),
    ],
)
def test_what_cannot_be_is_not_recorded(official: Person, change: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        privacy.record_breach(replace(facts(), **change), key=uuid.uuid4(), by=official)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert not Breach.objects.exists()


def test_sent_twice_it_is_one_record(official: Person) -> None:
    key = uuid.uuid4()
    assert len({privacy.record_breach(facts(), key=key, by=official).pk for _ in range(2)}) == 1


def test_a_notice_is_sent_once_and_not_before_detection(case: Case, official: Person) -> None:
    now = clock.now()
    for wrong in (now - dt.timedelta(days=1), now + dt.timedelta(hours=1)):
        with pytest.raises(Refused):
            privacy.mark_sent(case.pk, "first", wrong, by=official)
    privacy.mark_sent(case.pk, "first", now, by=official)
    with pytest.raises(Refused):
        privacy.mark_sent(case.pk, "first", now, by=official)
    assert Breach.objects.get().first_sent_at == now


def test_both_documents_come_from_one_record(case: Case, official: Person) -> None:
    for which in ("personal", "report"):
        docx = privacy.write_document(case.pk, which, documents.Form.DOCX, by=official)
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            text = archive.read("word/document.xml").decode()
        assert "Máy tính ở quầy bị mất." in text
        assert cases.number(case) in text
        assert "120" in text
        assert privacy.write_document(case.pk, which, documents.Form.PDF, by=official).startswith(b"%PDF")
    with pytest.raises(Missing):
        privacy.write_document(case.pk, "other", documents.Form.PDF, by=official)


def test_the_persons_concerned_are_told_once_and_their_numbers_are_not_kept(
    case: Case, official: Person, lan: Person
) -> None:
    people.record_number(lan, "citizen_id", "072190001234")
    assert privacy.tell_concerned(case.pk, ["072190001234", "072190001235"], by=official) == (1, 1)
    assert privacy.tell_concerned(case.pk, ["072190001234"], by=official) == (0, 0)
    assert [told.template for told in notices.inbox(lan, "vi").notices] == ["privacy.breach"]
    assert Breach.objects.get().told == 1


def test_an_update_moves_no_other_mans_work(case: Case, official: Person) -> None:
    privacy.amend(case.pk, replace(facts(), persons=130), by=official, seen=1, note="Rà soát xong.")
    assert Breach.objects.get().persons == 130
    with pytest.raises(Refused):
        privacy.amend(case.pk, replace(facts(), persons=5), by=official, seen=1, note="Cũ.")
    assert Breach.objects.get().persons == 130


def test_to_other_agencies_and_roles_it_does_not_exist(case: Case, lan: Person) -> None:
    other = made.official(made.FINANCE, "Lê Thị Hoa")
    admin = made.official("H53.15", "Lý Khôi", role="administrator")
    for reader in (other, admin, lan):
        for do in (
            lambda reader=reader: privacy.breach(case.pk, reader),
            lambda reader=reader: privacy.mark_sent(case.pk, "first", clock.now(), by=reader),
            lambda reader=reader: privacy.tell_concerned(case.pk, ["072190001234"], by=reader),
            lambda reader=reader: privacy.write_document(case.pk, "personal", documents.Form.PDF, by=reader),
            lambda reader=reader: privacy.amend(case.pk, facts(), by=reader, seen=1, note="x"),
        ):
            with pytest.raises((Missing, Forbidden)):
                do()
    assert privacy.breach_list(other) == []
    assert made.reader(other).get(f"/desk/breaches/{case.pk}").status_code == 404
    assert made.reader(lan).get(f"/desk/breaches/{case.pk}").status_code == 403


def test_the_pages_record_show_and_send(official: Person) -> None:
    browser = made.reader(official)
    sent = {
        "key": str(uuid.uuid4()),
        "detected_at": "2026-11-20T00:00",
        "personal": "on",
        "what": "Máy tính bị mất.",
        "affected": "Họ tên",
        "whose": "Người nộp",
        "persons": "12",
        "consequences": "Chưa rõ",
        "measures": "Đã khóa",
        "contact": "Văn phòng",
        "tell_persons": "on",
    }
    neither = {name: value for name, value in sent.items() if name != "personal"}
    assert browser.post("/desk/breaches/new", neither).status_code == 409
    assert browser.post("/desk/breaches/new", sent).status_code == 302
    assert browser.post("/desk/breaches/new", sent).status_code == 302
    row = Breach.objects.get()
    page = browser.get(f"/desk/breaches/{row.pk}").content.decode()
    assert "Máy tính bị mất." in page
    assert "00:00 23/11/2026" in page
    assert browser.get(f"/desk/breaches/{row.pk}/documents/personal").status_code == 200
    assert (
        browser.post(
            f"/desk/breaches/{row.pk}", {"task": "sent", "notice": "personal", "at": "2026-11-20T00:00"}
        ).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.personal_sent_at is not None
    assert browser.get(f"/desk/breaches/{row.pk}/edit").status_code == 200
    assert "Máy tính bị mất." in browser.get("/desk/breaches/").content.decode()
