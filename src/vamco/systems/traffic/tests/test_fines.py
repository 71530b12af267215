"""The owner's look-up: one answer for every wrong pair, no official named, contested once, nothing printed that nobody checked."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Statement, Violation
from vamco.systems.traffic.services import proposing
from vamco.systems.traffic.tests import made, pictures

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
NOTICE = "TB-261130-0001"


@pytest.fixture
def officials() -> tuple[Person, Person]:
    return made.official("Nguyễn Hữu Thắng", "traffic_reviewer"), made.official("Lê Hoàng Sơn", "traffic_head")


@pytest.fixture
def noticed(officials: tuple[Person, Person]) -> Violation:
    reviewer, head = officials
    found = made.violation("70A12345")
    traffic.confirm(found.pk, by=reviewer, seen=found.case.seq)
    traffic.decide(found.pk, by=head, seen=Violation.objects.get(pk=found.pk).case.seq)
    cases.act(found.pk, "notify", by=proposing.MACHINE)
    Violation.objects.filter(pk=found.pk).update(notice=NOTICE, notified_at=clock.now(), kind="car")
    return Violation.objects.get(pk=found.pk)


def ask(plate: str, notice: str, browser: Client | None = None) -> tuple[int, str]:
    answer = (browser or Client()).post("/fines", {"plate": plate, "notice": notice})
    return answer.status_code, answer.content.decode() if answer.status_code != 302 else answer.headers["Location"]


def test_the_right_pair_shows_it_and_no_official(noticed: Violation) -> None:
    status, address = ask("70a-123.45", NOTICE.lower())
    assert (status, address) == (302, f"/fines/{noticed.code}")
    answer = Client().get(address)
    text = answer.content.decode()
    assert "70A-123.45" in text
    assert NOTICE in text
    for name in ("Nguyễn Hữu Thắng", "Lê Hoàng Sơn"):
        assert name not in text
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert len(answer.content) < 40_000


def test_what_nobody_checked_is_not_printed_and_that_is_said(noticed: Violation) -> None:
    text = Client().get(f"/fines/{noticed.code}").content.decode()
    assert "khoản 9" not in text
    assert "Nghị định" not in text
    assert "Điều khoản và mức phạt không in ở đây" in text


def test_every_wrong_pair_has_one_answer(noticed: Violation) -> None:
    other = made.violation("70A54321", at=clock.now() + dt.timedelta(seconds=3))
    assert other.notice == ""
    pairs = [("70A54321", NOTICE), ("70A12345", "TB-261130-0002"), ("xyz", NOTICE), ("70A54321", ""), ("", "")]
    found = set()
    for plate, notice in pairs:
        status, text = ask(plate, notice)
        found.add((status, text[text.index('<div class="notice') : text.index("</div></div>")]))
    assert len(found) == 1
    assert next(iter(found))[0] == 404


def test_who_guesses_must_wait(noticed: Violation) -> None:
    answers = [ask("70A99999", f"TB-261130-{number:04}")[0] for number in range(40)]
    assert answers[0] == 404
    assert answers[-1] in {422, 429}
    assert ask("70A12345", NOTICE)[0] in {422, 429}  # not even the right pair, from there


def test_an_owner_contests_once_with_a_photo_and_reads_the_answer(noticed: Violation) -> None:
    address = f"/fines/{noticed.code}"
    photo = SimpleUploadedFile("anh.txt", b"khong phai anh")
    assert Client().post(address, {"text": "Hôm đó tôi đã bán xe rồi.", "photos": photo}).status_code == 422
    assert Statement.objects.count() == 0
    assert Client().post(address, {"text": "ngắn"}).status_code == 422
    answer = Client().post(address, {"text": "Hôm đó tôi đã bán xe rồi.", "photos": pictures.photo()})
    assert answer.headers["Location"] == address
    assert Client().post(address, {"text": "Tôi nói lại lần nữa đây."}).status_code in {409, 422}
    assert [each.text for each in Statement.objects.all()] == ["Hôm đó tôi đã bán xe rồi."]
    case = Violation.objects.get(pk=noticed.pk).case
    assert case.state == "contested"
    assert case.entries.get(act="contest").files.count() == 1
    hearer = made.official("Trương Quang Huy", "traffic_head")
    traffic.hear(noticed.pk, by=hearer, seen=case.seq, upheld=False, note="Đã xác minh: xe đã sang tên.")
    text = Client().get(address).content.decode()
    assert "Đã xác minh: xe đã sang tên." in text
    assert "Trương Quang Huy" not in text


def test_a_code_that_is_not_there_is_missing() -> None:
    assert Client().get("/fines/khong-co").status_code == 404
    assert Client().post("/fines/khong-co", {"text": "Tôi không đồng ý."}).status_code == 404
    assert Client().get("/fines/khong-co/picture?name=01.jpg").status_code == 404


def test_an_owner_sees_the_blurred_pictures_and_no_others(noticed: Violation) -> None:
    address = f"/fines/{noticed.code}"
    shown = made.files()
    assert f"{address}/picture?name=01.jpg" in Client().get(address).content.decode()
    answer = Client().get(f"{address}/picture?name=01.jpg")
    assert answer.content == shown.owner["01.jpg"] != shown.frames["01.jpg"]
    for name in ("../frames/01.jpg", "02.jpg", "../track.json", ""):
        assert Client().get(f"{address}/picture", {"name": name}).status_code == 404


def test_what_could_not_be_blurred_is_not_shown_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "files", lambda: traffic.EvidenceFiles(frames={"01.jpg": made.PICTURE}))
    found = made.violation("70A12345")
    Violation.objects.filter(pk=found.pk).update(notice=NOTICE)
    text = Client().get(f"/fines/{found.code}").content.decode()
    assert "picture?name" not in text
    assert "chưa làm mờ được người xung quanh" in text


def test_the_home_leads_there() -> None:
    text = Client().get("/").content.decode()
    assert 'href="/fines"' in text
