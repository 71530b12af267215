"""The page of a directive: who sees it, what they may do, what happens when it cannot be done."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.lib.time import HCM, format_moment
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.systems.warnings.services import judging

if TYPE_CHECKING:
    from django.http import HttpResponse

    from vamco.kernel.world.people.models import Person

NOTE = "Đã rà soát <b>12</b> dự án; cam kết giải ngân thêm 420 tỷ đồng."


@pytest.fixture
def case(office: Person) -> cases.Case:
    return made.directive(made.alarm(), office, text="Yêu cầu Sở Tài chính giải quyết 80 hồ sơ quá hạn.")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def send(reader: Client, case: cases.Case, act: str, *, seen: int | None = None, **data: Any) -> HttpResponse:
    latest = cases.Case.objects.get(pk=case.pk).seq if seen is None else seen
    return reader.post(f"/desk/cases/{case.pk}?act={act}", {"seen": latest, "note": "", **data})  # type: ignore[return-value]


def pdf(name: str = "Báo cáo.pdf", content: bytes = made.PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def reported(case: cases.Case, by: Person) -> cases.Case:
    services.act(case.pk, "accept", by=by, seen=1, note="", uploads=[])
    return services.act(case.pk, "report", by=by, seen=2, note=NOTE, uploads=[pdf()])


def state(case: cases.Case) -> tuple[str, int]:
    found = cases.Case.objects.get(pk=case.pk)
    return found.state, found.seq


# ── what it shows ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_is_ordered_by_whom_until_when_and_why(case: cases.Case, finance: Person) -> None:
    page = text(made.reader(finance).get(f"/desk/cases/{case.pk}"))

    assert "Yêu cầu Sở Tài chính giải quyết 80 hồ sơ quá hạn." in page
    assert "Trần Quốc Bảo" in page
    assert "Văn phòng Ủy ban nhân dân tỉnh" in page
    assert "17:00 27/11/2026" in page
    alarm = cases.Case.objects.get(pk=case.pk).directive.alarm
    assert f'<a href="/values/{alarm.value_id}">Con số này từ đâu ra</a>' in page
    assert f'href="/desk/alarms/{alarm.pk}"' in page
    assert f'href="/indicators/HCC08?agency={made.FINANCE}"' in page
    assert "Nhận nhiệm vụ" in page
    assert "Xác nhận hoàn thành" not in page


def test_the_page_reads_in_english(case: cases.Case, finance: Person) -> None:
    page = text(made.reader(finance, language="en").get(f"/desk/cases/{case.pk}"))

    assert '<html lang="en"' in page
    assert "Department of Finance" in page
    assert "17:00, 27 Nov 2026" in page
    assert "80 above the limit" in page
    assert "Accept" in page
    assert "The next value confirms" in page


def test_a_newer_value_stands_beside_the_one_of_the_order(case: cases.Case, finance: Person) -> None:
    reader = made.reader(finance, language="en")
    assert text(reader.get(f"/desk/cases/{case.pk}")).count('<a href="/values/') == 1  # no newer value yet

    made.values("HCC08", *[80] * 9, 5, agency=made.FINANCE)
    judging.judge("HCC08")

    page = text(reader.get(f"/desk/cases/{case.pk}"))
    assert page.count('<a href="/values/') == 2
    assert "<span>80</span>" in page
    assert "<span>5</span>" in page
    assert "The values confirm" in page
    assert "Alarm over: the values confirm" in page


def test_a_directive_for_late_data_speaks_of_data(office: Person, finance: Person) -> None:
    case = made.directive(made.late(), office)
    reader = made.reader(finance, language="en")
    page = text(reader.get(f"/desk/cases/{case.pk}"))
    assert "The data have not come yet." in page
    assert "/values/" not in page

    judging.dataset_came("kb_giaingan")
    page = text(reader.get(f"/desk/cases/{case.pk}"))
    assert "The data have come" in page
    assert "Alarm over: the data have come" in page


def test_a_commune_sees_its_directive_but_no_door_to_the_alarm(office: Person) -> None:
    case = made.directive(made.alarm(agency=made.COMMUNE), office, agency=made.COMMUNE)
    official = made.person("commune_official", made.COMMUNE, "Đỗ Văn Lâm")

    page = text(made.reader(official).get(f"/desk/cases/{case.pk}"))

    assert "Nhận nhiệm vụ" in page
    assert "/desk/alarms/" not in page


def test_when_others_must_act_the_page_says_whose_turn_it_is(case: cases.Case, finance: Person) -> None:
    reported(case, finance)
    page = text(made.reader(finance, language="en").get(f"/desk/cases/{case.pk}"))
    assert "Nothing to do for you now" in page
    assert "It is at the step “Awaiting verification”." in page
    assert set(re.findall(r'\?act=(\w+)"', page)) == {"watch", "comment"}  # nothing that moves it


# ── what can be done ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_life_of_a_directive(case: cases.Case, finance: Person, verifier: Person) -> None:
    agency, office = made.reader(finance, language="en"), made.reader(verifier, language="en")

    answer = send(agency, case, "accept")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/desk/cases/{case.pk}")
    assert "Done: Accept." in text(agency.get(f"/desk/cases/{case.pk}"))
    assert state(case) == ("accepted", 2)

    assert send(agency, case, "report", note=NOTE, evidence=[pdf(), pdf("số liệu.txt", b"1;2;3\n")]).status_code == 302
    assert state(case) == ("reported", 3)
    page = text(office.get(f"/desk/cases/{case.pk}"))
    assert "&lt;b&gt;12&lt;/b&gt;" in office.get(f"/desk/cases/{case.pk}").content.decode()
    assert "Phạm Văn Đức, Department of Finance" in page
    assert "Báo cáo.pdf" in page
    assert "số liệu.txt" in page

    assert send(office, case, "close", note="Đạt.").status_code == 409  # no value has confirmed it yet
    assert state(case) == ("reported", 3)
    made.values("HCC08", *[80] * 9, 5, agency=made.FINANCE)
    judging.judge("HCC08")
    assert send(office, case, "close", note="Đạt.").status_code == 302
    assert state(case) == ("closed", 4)

    page = text(office.get(f"/desk/cases/{case.pk}"))
    assert "It has ended." in page
    assert [entry.act for entry in cases.timeline(case)] == ["close", "report", "accept", "open"]
    assert audit.verify() == {}


def test_closing_before_a_value_confirms_is_refused_in_words(
    case: cases.Case, finance: Person, verifier: Person
) -> None:
    reported(case, finance)
    page = text(send(made.reader(verifier, language="en"), case, "close", note="Xong rồi."))
    assert "a newer value, or the data's arrival, must confirm the result first" in page
    assert "Xong rồi.</textarea>" in page


def test_what_is_needed_is_asked_for_and_nothing_typed_is_lost(case: cases.Case, finance: Person) -> None:
    reader = made.reader(finance, language="en")
    send(reader, case, "accept")

    answer = send(reader, case, "report", note=NOTE)
    assert answer.status_code == 422
    assert "Please choose at least one file as evidence." in text(answer)
    assert f"{NOTE}</textarea>" in text(answer)
    answer = send(reader, case, "report", evidence=[pdf()])
    assert answer.status_code == 422
    assert "Please write a note." in text(answer)

    assert state(case) == ("accepted", 2)
    assert files.File.objects.count() == 0


@pytest.mark.parametrize(
    ("uploads", "said"),
    [
        ([SimpleUploadedFile("virus.pdf", b"MZ\x90\x00\x03")], "“virus.pdf” is not a PDF"),
        ([SimpleUploadedFile("trống.pdf", b"")], "The file is empty."),
        ([SimpleUploadedFile(f"{n}.txt", b"x") for n in range(11)], "Choose at most 10 files."),
        ([SimpleUploadedFile("to.txt", b"x" * 2001)], "“to.txt” is larger than 0 MB."),
    ],
)
def test_wrong_files_are_refused_by_name(
    case: cases.Case, finance: Person, uploads: list[SimpleUploadedFile], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vamco.web.uploads.MAX_BYTES", 2000)
    reader = made.reader(finance, language="en")
    send(reader, case, "accept")

    answer = send(reader, case, "report", note=NOTE, evidence=uploads)

    assert answer.status_code == 422
    assert said in text(answer)
    assert state(case) == ("accepted", 2)
    assert files.File.objects.count() == 0


def test_of_two_at_once_one_is_told_who_was_faster(case: cases.Case, finance: Person) -> None:
    colleague = made.person("department_official", made.FINANCE, "Lý Thị Mai")
    reader = made.reader(finance)
    page = text(reader.get(f"/desk/cases/{case.pk}"))
    assert 'name="seen" value="1"' in page
    send(made.reader(colleague), case, "accept")
    services.act(case.pk, "report", by=colleague, seen=2, note="Xong.", uploads=[pdf()])
    services.act(
        case.pk, "send_back", by=made.person("office", made.OFFICE, "Ai Đó"), seen=3, note="Thiếu.", uploads=[]
    )

    answer = send(reader, case, "report", seen=2, note=NOTE, evidence=[pdf("của tôi.pdf")])

    assert answer.status_code == 409
    stale = "%(person)s did “%(act)s” while you were looking. Please look at the case again."
    assert made.vietnamese(stale, person="Ai Đó", act="Yêu cầu bổ sung") in text(answer)
    assert f"{NOTE}</textarea>" in text(answer)
    assert 'name="seen" value="4"' in text(
        answer
    )  # the page now shows what happened; sending again is a fresh decision
    assert state(case) == ("accepted", 4)
    assert not files.File.objects.filter(name="của tôi.pdf").exists()
    assert send(reader, case, "report", seen=4, note=NOTE, evidence=[pdf()]).status_code == 302


def test_what_was_typed_survives_when_the_act_is_gone(case: cases.Case, finance: Person) -> None:
    colleague = made.person("department_official", made.FINANCE, "Lý Thị Mai")
    services.act(case.pk, "accept", by=colleague, seen=1, note="", uploads=[])
    services.act(case.pk, "report", by=colleague, seen=2, note="Xong.", uploads=[pdf()])

    answer = send(made.reader(finance, language="en"), case, "report", seen=2, note=NOTE, evidence=[pdf()])

    assert answer.status_code == 409
    assert "Lý Thị Mai" in text(answer)
    assert "What you had written" in text(answer)
    assert NOTE in text(answer)


def test_a_second_click_is_refused(case: cases.Case, finance: Person) -> None:
    reader = made.reader(finance)
    assert send(reader, case, "accept", seen=1).status_code == 302
    assert send(reader, case, "accept", seen=1).status_code == 409
    assert state(case) == ("accepted", 2)


# ── what lies open, and what is asked about once more ────────────────────────────────────────────────────────────────


def open_form(page: str) -> list[str]:
    """Return the acts whose forms lie open in the place where the reader acts."""
    place = page[page.index('id="act"') : page.index('id="comment"')]
    return re.findall(r'<form method="post" action="[^"]*\?act=(\w+)"', place)


def test_the_act_that_brings_it_on_lies_open_and_withdrawing_never_does(
    case: cases.Case, finance: Person, office: Person, verifier: Person
) -> None:
    agency, issuer, checker = (made.reader(who) for who in (finance, office, verifier))
    address = f"/desk/cases/{case.pk}"
    assert open_form(text(agency.get(address))) == ["accept"]
    page = text(issuer.get(address))
    assert open_form(page) == []
    assert f'<a class="button danger" href="{address}?act=withdraw#act">Rút nhiệm vụ</a>' in page
    assert "<details" in page[: page.index("?act=withdraw")]
    reported(case, finance)
    page = text(checker.get(address))
    assert open_form(page) == ["close"], "and not sending back, which the definition names first"
    assert '<a class="button primary" href="#act">' in page
    assert open_form(text(checker.get(f"{address}?act=send_back"))) == ["send_back"]


def test_withdrawing_is_confirmed_on_a_page_of_its_own_with_the_reason(case: cases.Case, office: Person) -> None:
    reader, address = made.reader(office), f"/desk/cases/{case.pk}"
    page = text(reader.get(f"{address}?act=withdraw"))
    assert f"Rút nhiệm vụ: NV-{case.pk}" in page
    assert "Việc sẽ kết thúc với trạng thái “Đã rút”. Hệ thống thông báo cho Sở Tài chính kèm lý do của bạn" in page
    assert f'<a class="button quiet" href="{address}">Hủy</a>' in page

    answer = send(reader, case, "withdraw", note="Giao nhầm.")  # from a page of before, or made by hand
    assert answer.status_code == 200
    assert "Giao nhầm.</textarea>" in text(answer)
    assert 'name="sure" value="withdraw"' in text(answer)
    assert state(case) == ("issued", 1)
    assert send(reader, case, "withdraw", sure="withdraw").status_code == 422  # without a reason
    assert send(reader, case, "withdraw", sure="accept", note="x").status_code == 200
    assert state(case) == ("issued", 1)

    assert send(reader, case, "withdraw", seen=1, sure="withdraw", note="Giao nhầm.").status_code == 302
    assert state(case) == ("withdrawn", 2)
    again = send(reader, case, "withdraw", seen=1, sure="withdraw", note="Giao nhầm.")  # twice, or after going back
    assert again.status_code == 409
    assert state(case) == ("withdrawn", 2)
    assert "Please confirm" not in text(reader.get(f"{address}?act=withdraw"))  # only the case, as it is now


def test_who_was_overtaken_while_confirming_decides_anew(case: cases.Case, finance: Person, office: Person) -> None:
    reader = made.reader(office)
    services.act(case.pk, "accept", by=finance, seen=1, note="", uploads=[])
    answer = send(reader, case, "withdraw", seen=1, sure="withdraw", note="Giao nhầm.")
    assert answer.status_code == 409
    assert "Phạm Văn Đức" in text(answer)
    assert "Giao nhầm.</textarea>" in text(answer)
    assert 'name="seen" value="2"' in text(answer)
    assert state(case) == ("accepted", 2)


def test_the_agency_cannot_withdraw_by_confirming(case: cases.Case, finance: Person) -> None:
    answer = send(made.reader(finance), case, "withdraw", sure="withdraw", note="x")
    assert answer.status_code == 403
    assert state(case) == ("issued", 1)


# ── who decides on it ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_report_its_evidence_and_the_figures_stand_above_the_decision(
    case: cases.Case, finance: Person, verifier: Person
) -> None:
    reported(case, finance)
    page = text(made.reader(verifier).get(f"/desk/cases/{case.pk}"))
    file = files.File.objects.get()
    report = page.index('id="report"')
    decision = page.index(f'action="/desk/cases/{case.pk}?act=close"')
    places = [
        report,
        page.index("Phạm Văn Đức, Sở Tài chính", report),
        page.index("cam kết giải ngân thêm 420 tỷ đồng", report),
        page.index(f'<a href="/desk/files/{file.pk}" class="row">', report),
        page.index('id="number"', report),  # the figures
        decision,
    ]
    assert places == sorted(places)
    services.act(case.pk, "send_back", by=verifier, seen=3, note="Thiếu số liệu tháng 11.", uploads=[])
    page = text(made.reader(finance).get(f"/desk/cases/{case.pk}"))
    assert 'id="report"' not in page
    back, form = page.index("Trả lại"), page.index("?act=report")
    assert back < page.index("Đặng Thị Thu Vân", back) < page.index("Thiếu số liệu tháng 11.", back) < form


def test_the_page_says_that_the_deadline_stands_still_and_how_long_it_did(
    case: cases.Case, finance: Person, verifier: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def set_hour(day: int, hour: int) -> None:
        monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, day, hour, tzinfo=HCM))

    reader, address = made.reader(verifier), f"/desk/cases/{case.pk}"
    set_hour(23, 8)
    reported(case, finance)
    page = text(reader.get(address))
    assert "Tạm dừng thời hạn từ" in page
    (left,) = re.findall(r"Thời gian xử lý còn lại</dt>\s*<dd>([^<]*)", page)
    assert left == "3,9 ngày làm việc"  # Monday eight to Friday half past four, and Tuesday is a holiday
    assert "Thời hạn xử lý tạm dừng từ lúc này." in page
    set_hour(25, 8)
    services.act(case.pk, "send_back", by=verifier, seen=3, note="x", uploads=[])
    page = text(reader.get(address))
    due = cases.Case.objects.get(pk=case.pk).due_at
    assert f"Thời hạn tạm dừng từ 08:00 23/11/2026 đến 08:00 25/11/2026; hạn mới là {format_moment(due, 'vi')}." in page


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_to_another_agency_the_directive_does_not_exist(case: cases.Case, farming: Person) -> None:
    reader = made.reader(farming)
    assert reader.get(f"/desk/cases/{case.pk}").status_code == 404
    assert send(reader, case, "accept").status_code == 404
    assert state(case) == ("issued", 1)


def test_an_operator_sees_no_directive(case: cases.Case, operator: Person) -> None:
    assert made.reader(operator).get(f"/desk/cases/{case.pk}").status_code == 404


def test_the_agency_cannot_close_its_own_directive(case: cases.Case, finance: Person) -> None:
    reported(case, finance)
    answer = send(made.reader(finance, language="en"), case, "close", note="Tự đóng.")
    assert answer.status_code == 403
    assert "You are not allowed to do" in text(answer)
    assert state(case) == ("reported", 3)


def test_who_reported_cannot_verify(case: cases.Case, finance: Person) -> None:
    people.appoint(finance, agencies.get(made.OFFICE), "office", since=made.SINCE)
    reported(case, finance)
    reader = made.reader(finance, language="en")
    assert "Close as done" not in text(reader.get(f"/desk/cases/{case.pk}"))
    answer = send(reader, case, "send_back", note="Tự thẩm định.")
    assert answer.status_code == 409
    assert "Another person than the one who reported" in text(answer)
    assert state(case) == ("reported", 3)


def test_an_act_out_of_turn_is_refused(case: cases.Case, office: Person) -> None:
    answer = send(made.reader(office, language="en"), case, "close", note="Đóng sớm.")
    assert answer.status_code == 409
    assert "is not possible while the case is" in text(answer)
    assert state(case) == ("issued", 1)


@pytest.mark.parametrize("act", ["", "open", "nothing", "../close"])
def test_an_unknown_act_leads_nowhere(case: cases.Case, office: Person, act: str) -> None:
    assert send(made.reader(office), case, act).status_code == 404


@pytest.mark.parametrize("seen", ["", "nine", "1; DROP TABLE"])
def test_a_forged_seen_does_nothing(case: cases.Case, finance: Person, seen: str) -> None:
    answer = made.reader(finance).post(f"/desk/cases/{case.pk}?act=accept", {"seen": seen})
    assert answer.status_code == 422
    assert state(case) == ("issued", 1)


def test_a_form_from_elsewhere_is_refused(case: cases.Case, finance: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = made.reader(finance).cookies
    assert send(client, case, "accept").status_code == 400
    assert state(case) == ("issued", 1)


def test_looking_changes_nothing(case: cases.Case, finance: Person) -> None:
    reader = made.reader(finance)
    assert reader.get(f"/desk/cases/{case.pk}?act=accept&seen=1").status_code == 200
    assert state(case) == ("issued", 1)
    assert reader.get("/desk/cases/999999").status_code == 404
    assert reader.delete(f"/desk/cases/{case.pk}").status_code == 405


# ── evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_evidence_is_for_those_who_see_the_case(
    case: cases.Case, finance: Person, farming: Person, office: Person, auditor: Person
) -> None:
    reported(case, finance)
    file = files.File.objects.get()
    address = f"/desk/files/{file.pk}"

    for reader in (made.reader(finance), made.reader(office), made.reader(auditor)):
        answer = reader.get(address)
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == made.PDF  # type: ignore[attr-defined]
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''B%C3%A1o")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert made.reader(farming).get(address).status_code == 404
    assert Client().get(address).headers["Location"] == f"/log-in?next={address}"


def test_a_file_that_hangs_on_no_case_is_nobodys(office: Person, tmp_path: Any) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(made.PDF)
    with path.open("rb") as stream:
        file = files.store(stream, name="x.pdf")
    assert made.reader(office).get(f"/desk/files/{file.pk}").status_code == 404


def test_a_web_page_sent_as_evidence_never_runs_on_the_site(case: cases.Case, finance: Person) -> None:
    services.act(case.pk, "accept", by=finance, seen=1, note="", uploads=[])
    page = pdf("trang.html", b"<script>alert(1)</script>")
    with pytest.raises(Refused) as refused:
        services.act(case.pk, "report", by=finance, seen=2, note="x", uploads=[page])
    assert refused.value.code == "files.not_allowed"
    page = pdf("trang.txt", b"<script>alert(1)</script>")
    services.act(case.pk, "report", by=finance, seen=2, note="x", uploads=[page])
    answer = made.reader(finance).get(f"/desk/files/{files.File.objects.get().pk}")
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]


def test_lost_content_is_said_and_not_a_breakdown(case: cases.Case, finance: Person) -> None:
    reported(case, finance)
    file = files.File.objects.get()
    files.content_path(file).unlink()
    assert made.reader(finance).get(f"/desk/files/{file.pk}").status_code == 404


def test_a_full_disk_keeps_what_was_typed(case: cases.Case, finance: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    services.act(case.pk, "accept", by=finance, seen=1, note="", uploads=[])

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    answer = send(made.reader(finance, language="en"), case, "report", note=NOTE, evidence=[pdf()])
    assert answer.status_code == 503
    assert "The disk is full; nothing was stored." in text(answer)
    assert "Please choose the files again." in text(answer)
    assert f"{NOTE}</textarea>" in text(answer)
    assert state(case) == ("accepted", 2)


def test_due_in_the_past_still_shows(office: Person, finance: Person) -> None:
    case = made.directive(made.alarm(), office)
    cases.Case.objects.filter(pk=case.pk).update(due_at=dt.datetime(2026, 11, 10, 10, tzinfo=dt.UTC))
    assert "Overdue by 10 days" in text(made.reader(finance, language="en").get(f"/desk/cases/{case.pk}"))
