"""A request from agency to agency, through the pages: every feature of cases is in use in this kind."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.queries import definitions
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

JUSTICE = "H53.03"


@pytest.fixture
def asker(office: Person) -> Person:
    return made.person("department_official", made.FINANCE, "Phạm Văn Đức")


@pytest.fixture
def handler(office: Person) -> Person:
    return made.person("department_official", made.FARMING, "Võ Hoàng Nam")


@pytest.fixture
def head(office: Person) -> Person:
    return made.person("department_head", made.FARMING, "Bùi Thị Trưởng")


@pytest.fixture
def lawyer(office: Person) -> Person:
    return made.person("department_official", JUSTICE, "Hồ Thị Luật")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def opened(asker: Person, title: str = "Cung cấp số liệu đất công") -> cases.Case:
    sent = {"key": str(uuid4()), "title": title, "agency": made.FARMING, "note": "Đề nghị gửi trước kỳ họp."}
    reader = made.reader(asker)
    answer = reader.post("/desk/cases/new/request", sent)
    again = reader.post("/desk/cases/new/request", sent)
    assert answer.status_code == 302
    assert answer.headers["Location"] == again.headers["Location"]  # sent twice, opened once
    return cases.Case.objects.get(pk=int(answer.headers["Location"].rsplit("/", 1)[1]))


def do(who: Person, case: cases.Case, act: str, *, expect: int = 302, **sent: Any) -> str:
    """Send an act as the page sends it, having seen the newest entry."""
    seen = sent.pop("seen", cases.Case.objects.get(pk=case.pk).seq)
    answer = made.reader(who).post(f"/desk/cases/{case.pk}?act={act}", {"seen": seen, "note": "", **sent})
    assert answer.status_code == expect, text(answer)[:2000]
    return text(answer)


def state(case: cases.Case) -> str:
    return cases.Case.objects.get(pk=case.pk).state


def page(who: Person, case: cases.Case) -> str:
    return text(made.reader(who).get(f"/desk/cases/{case.pk}"))


def evidence() -> dict[str, Any]:
    return {"evidence": SimpleUploadedFile("Số liệu.pdf", made.PDF)}


def test_from_the_form_to_the_confirmed_result(asker: Person, handler: Person, head: Person, lawyer: Person) -> None:
    case = opened(asker)
    assert "Đề nghị gửi trước kỳ họp." in page(handler, case)
    assert f"YC-{case.pk}" in text(made.reader(handler).get("/desk/"))

    do(handler, case, "claim")
    assert "Người đang xử lý" in page(head, case)
    do(head, case, "assign", person=str(handler.pk))
    do(handler, case, "begin")
    do(handler, case, "ask", note="Thửa đất nào?", reason="unclear")
    assert "Thời hạn đang tạm dừng" in page(asker, case)
    do(asker, case, "complete", note="Các thửa ở phường Long An.")

    do(handler, case, "consult_justice")
    part = cases.Case.objects.get(parent=case)
    assert (part.agency.code, part.issuer.code) == (JUSTICE, made.FARMING)
    refused = do(handler, case, "finish", note="Xong.", expect=409, **evidence())
    assert "Xong." in refused
    do(lawyer, part, "answer", note="Không có ý kiến khác.")
    assert f'href="/desk/cases/{part.pk}"' in page(handler, case)
    assert "Không có ý kiến khác." in page(handler, part)
    assert made.reader(asker).get(f"/desk/cases/{part.pk}").status_code == 404
    do(handler, case, "finish", note="Gửi kèm bảng số liệu.", **evidence())

    do(asker, case, "send_back", note="Thiếu cột diện tích.")
    do(handler, case, "finish", note="Đã bổ sung.", **evidence())
    do(asker, case, "confirm")
    do(asker, case, "reopen", note="Có sai sót.")
    do(handler, case, "finish", note="Đã sửa.", **evidence())
    do(asker, case, "confirm")
    assert state(case) == "done"
    assert "Mở lại" not in page(asker, case).split("Lịch sử")[0].split('id="act"')[1].split("</section>")[0]

    story = page(handler, case)
    for line in ("Nội dung chưa rõ", "Đã phân công cho Võ Hoàng Nam", f"Phần việc đã kết thúc: YK-{part.pk}"):
        assert line in story
    assert "Số liệu.pdf" in story


def test_a_hand_over_waits_until_the_other_agency_takes_it(asker: Person, handler: Person, lawyer: Person) -> None:
    case = opened(asker)
    do(handler, case, "transfer", note="Thuộc Sở Tư pháp.", agency=JUSTICE)
    assert "Việc này được chuyển cho cơ quan của bạn" in page(lawyer, case)
    do(lawyer, case, "give_back", note="", expect=422)
    do(lawyer, case, "give_back", note="Không thuộc thẩm quyền.")
    assert cases.Case.objects.get(pk=case.pk).agency.code == made.FARMING
    do(handler, case, "transfer", note="Xem lại giúp.", agency=JUSTICE)
    assert "Rút lại việc chuyển" in page(handler, case)
    assert "Ai đang giữ việc này" not in page(handler, case)
    assert "Rút lại việc chuyển" not in page(lawyer, case)
    do(handler, case, "recall")
    assert "Rút lại việc chuyển cho Sở Tư pháp" in page(handler, case)
    do(handler, case, "transfer", note="Xem lại giúp.", agency=JUSTICE)
    do(lawyer, case, "receive")
    assert cases.Case.objects.get(pk=case.pk).agency.code == JUSTICE
    assert made.reader(handler).get(f"/desk/cases/{case.pk}").status_code == 404
    assert made.reader(handler).post(f"/desk/cases/{case.pk}?act=begin", {"seen": 1}).status_code == 404


ROLES = ("leader", "office", "department_official", "department_head", "commune_official", "operator", "administrator")


def test_no_list_holds_what_its_reader_may_not_open(asker: Person, handler: Person, lawyer: Person) -> None:
    first, second = opened(asker), opened(asker, "Việc khác")
    do(handler, first, "begin")
    do(handler, first, "consult_justice")
    do(handler, second, "transfer", note="Thuộc Sở Tư pháp.", agency=JUSTICE)
    made.directive(made.alarm(), made.person("office", made.OFFICE, "Trần Quốc Bảo"))
    places = {"leader": "H53", "commune_official": made.COMMUNE}
    readers = [made.person(role, places.get(role, where), f"{role} {where}") for role in ROLES for where in (made.OFFICE, made.FARMING)]  # fmt: skip
    listed = 0
    for who in [asker, handler, lawyer, *readers]:
        seen = set(cases.visible(who).values_list("pk", flat=True))
        for view in ("waiting", "following"):
            found = {case.pk for case in cases.Inbox(who).page(view).cases}
            assert found <= seen, (who.name, view)
            listed += len(found)
    assert listed > 8


def test_two_requests_become_one(asker: Person, handler: Person) -> None:
    first, second = opened(asker), opened(asker, "Cũng số liệu ấy")
    assert f'value="{first.pk}"' in text(made.reader(handler).get(f"/desk/cases/{second.pk}?act=join"))
    do(handler, second, "join", into="999999", expect=422)
    do(handler, second, "join", into=str(first.pk))
    assert state(second) == "joined"
    assert f"YC-{second.pk}" in page(handler, first)


def test_comments_and_following_move_nothing(asker: Person, handler: Person) -> None:
    case = opened(asker)
    do(handler, case, "comment", note="", expect=422)
    do(handler, case, "comment", note="Đã gọi điện.", **evidence())
    assert "Đã gọi điện." in page(asker, case)
    do(asker, case, "watch")
    assert "Thôi theo dõi" in page(asker, case)
    do(asker, case, "unwatch")
    assert "Thôi theo dõi" not in page(asker, case)
    assert state(case) == "received"
    do(handler, case, "begin", seen=1)  # a remark makes nobody's decision stale


def test_who_has_not_seen_what_happened_is_told(asker: Person, handler: Person) -> None:
    case = opened(asker)
    do(handler, case, "begin")
    said = do(
        handler,
        case,
        "refuse",
        seen=1,
        note="Không thuộc thẩm quyền",
        reason="not_competent",
        sure="refuse",
        expect=409,
    )
    assert re.search("Võ Hoàng Nam[^.]*“Bắt đầu xử lý”", said)
    assert "Không thuộc thẩm quyền" in said  # what was typed is not lost


def test_a_reason_is_one_of_the_coded_ones(asker: Person, handler: Person) -> None:
    case = opened(asker)
    do(handler, case, "refuse", note="Không", reason="because", sure="refuse", expect=422)
    do(handler, case, "refuse", note="Không", sure="refuse", expect=422)
    do(handler, case, "refuse", note="Không", reason="no_ground", sure="refuse")
    assert state(case) == "refused"


@pytest.mark.parametrize(
    "act", ["claim", "release", "assign", "receive", "give_back", "recall", "begin", "comment", "watch", "x"]
)
def test_a_stranger_can_do_nothing_at_all(asker: Person, lawyer: Person, act: str) -> None:
    case = opened(asker)
    before = cases.Case.objects.filter(pk=case.pk).values().get()
    do(lawyer, case, act, person=str(lawyer.pk), note="x", expect=404)
    assert cases.Case.objects.filter(pk=case.pk).values().get() == before


def test_only_kinds_that_allow_it_are_opened_by_hand(asker: Person, office: Person) -> None:
    reader = made.reader(asker)
    assert reader.get("/desk/cases/new/directive").status_code == 404
    assert reader.get("/desk/cases/new/nothing").status_code == 404
    assert made.reader(office).get("/desk/cases/new/request").status_code == 403
    answer = reader.post("/desk/cases/new/request", {"key": str(uuid4()), "agency": made.FINANCE})
    assert answer.status_code == 422  # to the own agency; and nothing said
    assert not cases.Case.objects.filter(kind__code="request").exists()


def test_the_load_of_an_agency_is_for_its_head(asker: Person, handler: Person, head: Person) -> None:
    case = opened(asker)
    assert made.reader(handler).get("/desk/load/").status_code == 403
    assert "chưa ai nhận" in text(made.reader(head).get("/desk/load/"))
    do(handler, case, "claim")
    shown = text(made.reader(head).get("/desk/load/"))
    assert "Võ Hoàng Nam" in shown
    assert "chưa ai nhận" not in shown


def test_a_kind_is_drawn_and_told(asker: Person) -> None:
    shown = text(made.reader(asker).get("/desk/kinds/request"))
    assert shown.count('class="state') == 8
    assert re.search(r'<path class="way" d="M[0-9. C-]+', shown)
    assert "Chuyển các việc đang xử lý" not in shown
    assert "Yêu cầu phối hợp" in text(made.reader(asker).get("/desk/kinds/"))
    assert made.reader(asker).post("/desk/kinds/request", {"version": 1}).status_code == 403
    assert made.reader(asker).get("/desk/kinds/nothing").status_code == 404


def test_running_cases_are_moved_by_an_administrator_who_saw_the_effect(asker: Person, handler: Person) -> None:
    case = opened(asker)
    definitions.put(replace(cases.newest("request"), prefix="YC2"))
    administrator = made.reader(made.person("administrator", made.IOC, "Quản Trị"))
    shown = text(administrator.get("/desk/kinds/request"))
    version = int(re.search(r'name="version" value="(\d+)"', shown).group(1))  # type: ignore[union-attr]
    assert administrator.post("/desk/kinds/request", {"version": version - 1}).status_code == 409
    assert administrator.post("/desk/kinds/request", {"version": "x"}).status_code == 422
    assert administrator.post("/desk/kinds/request", {"version": version}).status_code == 302
    assert cases.Case.objects.get(pk=case.pk).kind.version == version
    assert "Đã chuyển sang phiên bản quy trình khác" in page(handler, case)
