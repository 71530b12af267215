"""Forms and the result: issued once by jobs that may be repeated, signed by who may, and never changed after the signature."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.record.documents import public as documents
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Refused
from vamco.lib.time import HCM
from vamco.systems.onestop import jobs
from vamco.systems.onestop.models import Dossier, DossierDocument, DossierResult
from vamco.systems.onestop.services import forming, results
from vamco.systems.onestop.tests import made
from vamco.systems.onestop.tests.test_desk import advance, at, browser, staff, text

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

__all__ = ["at", "staff"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys(settings: Any) -> None:
    settings.VAMCO_DEMO = True  # with keys of its own


WAY = ("accept", "take_on", "propose", "approve", "sign", "number", "issue")


def deferred(name: str) -> list[dict[str, Any]]:
    rows = ProcrastinateJob.objects.filter(task_name=name).order_by("id")
    return [{key: value for key, value in row.args.items() if not key.startswith("_")} for row in rows]


def told(person: Person) -> list[str]:
    return [notice.title for notice in notices.inbox(person, "vi").notices]


def pdf_of(document: DossierDocument) -> bytes:
    known = documents.by_code([document.document])[document.document]
    return made_content(known.file or 0)


def made_content(file: int) -> bytes:
    from vamco.kernel.record.files import public as files

    found = files.find(file, owner="")
    assert found is not None
    return files.content_path(found).read_bytes()


def test_the_receipt_is_issued_once_however_often_its_job_runs(staff: dict[str, Person]) -> None:
    mother = made.citizen("Trần Thị Mai")
    dossier = made.dossier(mother)
    case = advance(dossier, staff, "accept")
    assert deferred(forming.ISSUE) == [{"dossier": dossier.pk, "seq": case.seq}]
    for _again in range(3):
        jobs.issue_form(dossier.pk, case.seq)
    found = DossierDocument.objects.get(dossier=dossier)
    assert (found.form, found.seq, found.published) == ("01", case.seq, False)
    known = documents.by_code([found.document])[found.document]
    assert (known.number, known.agency) == (f"{dossier.number}/TNHS", made.OFFICE)
    assert pikepdf.open(io.BytesIO(pdf_of(found))).Root.AcroForm is not None  # signed
    assert told(mother) == [f"Đã tiếp nhận hồ sơ {dossier.number}"]
    page = browser(staff["clerk"]).get(reverse("onestop:office_document", args=[found.pk]), {"as": "docx"})
    assert page.content.startswith(b"PK")


def test_a_killed_job_leaves_nothing_half(staff: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    case = advance(dossier, staff, "accept")
    issue = documents.issue

    def dies(*args: Any, **kwargs: Any) -> Any:
        issue(*args, **kwargs)
        raise KeyboardInterrupt

    monkeypatch.setattr(documents, "issue", dies)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        forming.issue(dossier.pk, case.seq)
    assert not DossierDocument.objects.exists()
    assert not documents.by_id(["1"])
    monkeypatch.setattr(documents, "issue", issue)
    forming.issue(dossier.pk, case.seq)
    assert DossierDocument.objects.count() == 1


def test_a_result_goes_its_way_and_lies_signed_with_its_number(staff: dict[str, Person], at: Any) -> None:
    mother = made.citizen("Trần Thị Mai")
    dossier = made.dossier(mother)
    advance(dossier, staff, *WAY)
    assert deferred(results.ISSUE) == [{"dossier": dossier.pk}]
    assert f"Hồ sơ {dossier.number} đã có kết quả" not in told(mother)  # online it is told with the delivery
    for _again in range(2):
        jobs.issue_result(dossier.pk)
    row = Dossier.objects.get(pk=dossier.pk)
    assert (row.case.state, row.delivered) == ("done", "stored")
    issued = DossierDocument.objects.get(dossier=dossier, form="result")
    known = documents.by_code([issued.document])[issued.document]
    assert (known.number, known.template, known.agency) == ("01/TTHC-UBND", "result_notice", made.OFFICE)
    assert f"Đã trả kết quả hồ sơ {dossier.number}" in told(mother)
    result = DossierResult.objects.get(pk=dossier.pk)
    assert (result.signer_name, result.signed_by) == ("Hồ Văn Phước", staff["head"])


def test_at_the_counter_the_clerk_hands_it_over_and_says_to_whom(staff: dict[str, Person]) -> None:
    mother = made.citizen("Trần Thị Mai")
    dossier = made.dossier(mother, delivery="counter")
    advance(dossier, staff, *WAY)
    jobs.issue_result(dossier.pk)
    row = Dossier.objects.get(pk=dossier.pk)
    assert (row.case.state, row.delivered) == ("ready", "at_counter")
    assert f"Hồ sơ {dossier.number} đã có kết quả" in told(mother)
    cases.act(dossier.pk, "deliver", by=staff["clerk"], note="Con gái Trần Thị Lan, có giấy ủy quyền")
    row.refresh_from_db()
    assert (row.case.state, row.delivered) == ("done", "handed_over")


def test_nothing_is_changed_after_the_signature(staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    advance(dossier, staff, *WAY[:5])
    DossierResult.objects.filter(pk=dossier.pk).update(values={"content": "Không cấp"})
    with pytest.raises(Refused) as refused:
        advance(dossier, staff, "number")
    assert refused.value.code == "onestop.changed_after"
    assert Dossier.objects.get(pk=dossier.pk).case.state == "numbering"
    result = results.of(dossier)
    with pytest.raises(Refused) as refused:
        results.save(dossier.pk, {"content": "Khác"}, by=staff["specialist"], seen=results.stamp(result))
    assert refused.value.code == "onestop.result_closed"


def test_what_was_signed_before_the_signer_left_is_issued_and_nothing_is_signed_after(
    staff: dict[str, Person], at: Any
) -> None:
    signed, waiting = (made.dossier(made.citizen(f"Trần Thị {name}")) for name in ("Mai", "Lan"))
    other = made.official("onestop_head", "Đỗ Thị Hoa")
    advance(signed, staff, *WAY[:5])
    advance(waiting, staff, *WAY[:3])
    cases.act(waiting.pk, "approve", by=other)
    post = people.memberships(staff["head"]).get()
    people.dismiss(post, until=dt.date(2026, 11, 18))
    at(2026, 11, 19, 9)
    head = people.get(staff["head"].pk)
    with pytest.raises(Forbidden):
        cases.act(waiting.pk, "sign", by=head)
    assert Dossier.objects.get(pk=waiting.pk).case.state == "signing"
    assert DossierResult.objects.get(pk=waiting.pk).sha256 == ""
    advance(signed, staff, "number", "issue")
    jobs.issue_result(signed.pk)
    assert DossierDocument.objects.filter(dossier=signed, form="result").count() == 1


def test_who_stands_in_signs_under_their_own_name_and_never_their_own_proposal(staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    advance(dossier, staff, "accept", "take_on", "propose")
    stand_in, proposer = made.official("onestop_specialist", "Lý Thị Thảo"), staff["specialist"]
    today = dt.date(2026, 11, 18)
    for substitute in (stand_in, proposer):
        people.substitute(staff["head"], substitute, since=today, until=today)
    with pytest.raises(Refused) as refused:
        cases.act(dossier.pk, "approve", by=people.get(proposer.pk))
    assert refused.value.code == "cases.second_person"
    for act in ("approve", "sign"):
        cases.act(dossier.pk, act, by=people.get(stand_in.pk))
    assert DossierResult.objects.get(pk=dossier.pk).signer_name == "Lý Thị Thảo"


def test_the_specialist_fills_the_template_and_sees_the_draft(staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    advance(dossier, staff, "accept", "take_on")
    client = browser(staff["specialist"])
    address = reverse("onestop:result", args=[dossier.pk])
    page = text(client.get(address))
    assert "Trần Thị Mai" in page
    values = {"task": "values", "seen": "", "applicant": "Trần Thị Mai", "dossier": dossier.number, "procedure": "Xác nhận", "content": "Chưa kết hôn"}  # fmt: skip
    assert client.post(address, {**values, "content": ""}).status_code == 422
    assert client.post(address, values).status_code == 302
    assert client.post(address, values).status_code == 409  # from a page that was open before: somebody was faster
    draft = client.get(reverse("onestop:result_draft", args=[dossier.pk]))
    assert draft.content.startswith(b"%PDF")
    assert browser(staff["clerk"]).get(address).status_code == 403
    advance(dossier, staff, "propose")
    assert DossierResult.objects.get(pk=dossier.pk).values["content"] == "Chưa kết hôn"


def test_a_file_that_was_made_elsewhere_is_signed_as_it_is(staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    advance(dossier, staff, "accept", "take_on")
    client, address = browser(staff["specialist"]), reverse("onestop:result", args=[dossier.pk])
    with io.BytesIO() as out:
        empty = pikepdf.new()
        empty.add_blank_page()
        empty.save(out)
        pdf = out.getvalue()
    wrong = {"task": "file", "seen": "", "file": SimpleUploadedFile("ban-do.txt", b"Khong phai PDF\n")}
    assert client.post(address, wrong).status_code == 409
    posted = {"task": "file", "seen": "", "file": SimpleUploadedFile("ban-do.pdf", pdf)}
    assert client.post(address, posted).status_code == 302
    advance(dossier, staff, *WAY[2:])
    jobs.issue_result(dossier.pk)
    issued = DossierDocument.objects.get(dossier=dossier, form="result")
    assert pdf_of(issued).startswith(pdf[:100])


def test_an_apology_is_published_without_the_name(staff: dict[str, Person]) -> None:
    mother = made.citizen("Trần Thị Mai")
    dossier = made.dossier(mother)
    due = advance(dossier, staff, "accept").due_at
    later = due + dt.timedelta(days=7)
    case = cases.act(dossier.pk, "extend", by=staff["head"], note="Phải hỏi bà Mai", reason="workload", until=later)
    jobs.issue_form(dossier.pk, case.seq)
    page = text(browser(made.citizen("Người khác")).get(reverse("onestop:apologies")))
    assert dossier.number in page
    for hidden in ("Trần Thị Mai", "bà Mai"):
        assert hidden not in page
    for moment in (due, later):
        assert f"{moment.astimezone(HCM):%H:%M}" in page
        assert f"{moment.astimezone(HCM):%d/%m/%Y}" in page
    assert f"Xin lỗi và hẹn lại ngày trả kết quả hồ sơ {dossier.number}" in told(mother)


def test_each_act_brings_its_form_and_its_notice(staff: dict[str, Person]) -> None:
    mother = made.citizen("Trần Thị Mai")
    refused, stopped, asked = (made.dossier(mother) for _ in range(3))
    clerk, specialist, head = staff["clerk"], staff["specialist"], staff["head"]
    done = [cases.act(refused.pk, "refuse", by=clerk, note="Không đúng nơi", reason="not_competent")]
    advance(stopped, staff, "accept")
    done.append(cases.act(stopped.pk, "stop", by=head, note="Không đủ điều kiện", reason="no_ground"))
    advance(asked, staff, "accept")
    done.append(cases.act(asked.pk, "ask_supplement", by=specialist, note="Bản chính giấy ly hôn", reason="paper"))
    for case in done:
        forming.issue(case.pk, case.seq)
    found = DossierDocument.objects.order_by("pk").values_list("form", flat=True)
    assert list(found) == ["03", "05", "02"]
    titles = told(mother)
    assert f"Hồ sơ {refused.number} không được tiếp nhận" in titles
    assert f"Hồ sơ {stopped.number} đã dừng giải quyết" in titles
    assert f"Hồ sơ {asked.number} cần bổ sung" in titles


def test_the_control_slip_and_the_register_of_the_day(staff: dict[str, Person]) -> None:
    dossier = made.dossier(made.citizen("Trần Thị Mai"))
    advance(dossier, staff, *WAY[:3])
    client = browser(staff["clerk"])
    slip = client.get(reverse("onestop:slip", args=[dossier.pk]))
    assert slip.content.startswith(b"%PDF")
    assert client.get(reverse("onestop:slip", args=[dossier.pk]), {"as": "docx"}).content.startswith(b"PK")
    assert dossier.number in text(client.get(reverse("onestop:register")))
    assert dossier.number not in text(client.get(reverse("onestop:register"), {"day": "2026-11-17"}))
    assert client.get(reverse("onestop:register_form")).content.startswith(b"%PDF")
    xlsx = client.get(reverse("onestop:register"), {"export": "xlsx"})
    assert b"".join(xlsx.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
