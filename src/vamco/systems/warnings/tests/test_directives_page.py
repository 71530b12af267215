"""Directives to several agencies from one page, and the lists' filters by handling, agency and gap."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from vamco.kernel.work.cases import public as cases
from vamco.lib.time import HCM
from vamco.systems.desk.tests import made
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm, Directive
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests.made import directives
from vamco.web import words

if TYPE_CHECKING:
    from django.test import Client

    from vamco.kernel.world.people.models import Person

URL = "/desk/directives/new/DTC01"
TEXT = "{agency} đẩy nhanh giải ngân: {date} đạt {value}, thấp hơn kế hoạch {gap}."


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def alarms(db: None) -> list[int]:
    """Of an agency far behind, of one a little behind, and of the whole province."""
    return [made.alarm("DTC01", 40, agency=made.ROADS), made.alarm("DTC01", 68, agency=made.FINANCE), made.alarm("DTC01", 60, agency="")]  # fmt: skip


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def listed(reader: Client, query: str = "") -> list[int]:
    return [int(pk) for pk in re.findall(r'<a href="/desk/alarms/(\d+)">', text(reader.get(f"/desk/alarms/{query}")))]


def sent(*alarms: object, **changes: Any) -> dict[str, Any]:
    return {
        "sending": str(uuid.UUID(int=7)),
        "alarms": [str(alarm) for alarm in alarms],
        "due_on": "2026-11-27",
        "text": TEXT,
        **changes,
    }


def chosen(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<input type="checkbox" name="alarms" value="(\d+)"[^>]* checked', page)]


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_form_comes_filled_and_one_step_issues_it(alarms: list[int], office: Person) -> None:
    reader = made.reader(office)
    page = text(reader.get(URL))
    assert chosen(page) == [alarms[2]]  # that of the whole province
    assert "khẩn trương giải ngân" in page
    assert 'value="05/12/2026"' in page
    boxes = re.findall(r'name="alarms" value="(\d+)"', page)
    assert [int(box) for box in boxes] == [alarms[2], alarms[0], alarms[1]]  # the province, then the widest gap
    assert set(chosen(text(reader.get(f"{URL}?alarm=all")))) == set(alarms)
    assert chosen(text(reader.get(f"{URL}?alarm={alarms[1]}&alarm=999"))) == [alarms[1]]
    fields = {
        "sending": re.search(r'name="sending" value="([^"]+)"', page)[1],  # type: ignore[index]
        "alarms": [str(alarms[2])],
        "due_on": "2026-12-05",
        "text": html.unescape(re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", page, re.DOTALL)[1]),  # type: ignore[index]
    }
    answer = reader.post(URL, fields)
    case = directives().get()
    assert answer.headers["Location"] == f"/desk/cases/{case.pk}"
    assert "40,0%" not in case.title
    assert "60,0%" in warnings.directive(case.pk).text


def test_each_agency_reads_its_own_numbers(alarms: list[int], office: Person) -> None:
    reader = made.reader(office)
    answer = reader.post(URL, sent(*alarms[:2]), follow=True)
    assert "Đã giao 2 nhiệm vụ." in text(answer)
    assert [directive.text for directive in Directive.objects.order_by("alarm")] == [
        "Ban Quản lý dự án đầu tư xây dựng công trình giao thông đẩy nhanh giải ngân: 20/11/2026 đạt 40,0%, thấp hơn kế hoạch 35,8 điểm %.",
        "Sở Tài chính đẩy nhanh giải ngân: 20/11/2026 đạt 68,0%, thấp hơn kế hoạch 7,8 điểm %.",
    ]
    assert listed(reader, "?indicator=DTC01&handling=directed") == [alarms[0], alarms[1]]
    assert listed(reader, "?indicator=DTC01&handling=new") == [alarms[2]]


def test_the_texts_are_shown_before_they_are_sent(alarms: list[int], office: Person) -> None:
    page = text(made.reader(office).post(URL, {**sent(*alarms[:2]), "preview": "1"}))
    assert "Nội dung gửi 2 cơ quan" in page
    assert "Sở Tài chính đẩy nhanh giải ngân: 20/11/2026 đạt 68,0%" in page
    assert not directives().exists()


def test_a_double_click_issues_once(alarms: list[int], office: Person) -> None:
    reader = made.reader(office)
    first, second = (reader.post(URL, sent(*alarms[:2])) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert directives().count() == 2


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"alarms": []}, 422, "Hãy chọn ít nhất một cơ quan."),
        ({"alarms": ["999999999"]}, 409, ""),
        ({"alarms": ["x"]}, 422, ""),
        ({"due_on": "2026-11-19"}, 422, ""),
        ({"text": "{agency} làm {việc}."}, 422, "Không có số liệu nào thay cho {việc}."),
        ({"sending": "x"}, 422, ""),
    ],
)
def test_what_is_wrong_is_refused_whole(
    alarms: list[int], office: Person, changes: dict[str, Any], status: int, says: str
) -> None:
    fields = {**sent(*alarms), **changes}
    if changes.get("alarms") == ["999999999"]:
        fields["alarms"] = [str(alarms[0]), "999999999"]
    answer = made.reader(office).post(URL, fields)
    assert answer.status_code == (404 if changes.get("alarms") == ["999999999"] else status)
    assert says in text(answer)
    assert not cases.Case.objects.exists()
    assert set(Alarm.objects.values_list("handling", flat=True)) == {"new"}


def test_an_alarm_of_another_indicator_is_not_taken(alarms: list[int], office: Person) -> None:
    other = made.alarm("HCC08", 80)
    answer = made.reader(office).post(URL, sent(alarms[0], other))
    assert answer.status_code == 404
    assert not directives().exists()


def test_only_who_may_issue_gets_the_page(
    alarms: list[int], operator: Person, finance: Person, auditor: Person
) -> None:
    for who in (operator, finance, auditor):
        reader = made.reader(who)
        assert reader.get(URL).status_code == 403
        assert reader.post(URL, sent(*alarms)).status_code == 403
        assert URL not in text(reader.get("/desk/alarms/?indicator=DTC01"))
    assert not cases.Case.objects.exists()


def test_the_list_of_one_indicator_leads_there(alarms: list[int], office: Person) -> None:
    reader = made.reader(office)
    assert URL in text(reader.get("/desk/alarms/?indicator=DTC01"))
    assert "/desk/directives/new/" not in text(reader.get("/desk/alarms/"))
    assert reader.get("/desk/directives/new/NONE").status_code == 404


def test_when_all_are_answered_the_page_says_so(office: Person) -> None:
    assert made.vietnamese("No alarm of this indicator waits for a directive") in text(made.reader(office).get(URL))


# ── the lists ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_alarms_filter_by_handling_and_agency_and_sort_by_gap(
    alarms: list[int], office: Person, operator: Person
) -> None:
    roads, finance, province = alarms
    over = made.alarm("HCC08", 80, agency=made.FARMING)
    warnings.confirm(roads, by=operator)
    warnings.confirm(over, by=office)
    reader = made.reader(office)
    assert listed(reader, "?handling=new") == [province, finance]
    assert set(listed(reader, "?handling=confirmed")) == {roads, over}
    assert listed(reader, f"?agency={made.ROADS}") == [roads]
    assert listed(reader, f"?agency={made.ROADS}&handling=new") == []
    assert listed(reader, "?indicator=DTC01&sort=gap") == [roads, province, finance]
    assert listed(reader, "?indicator=DTC01&sort=-gap") == [finance, province, roads]
    assert listed(reader, "?sort=relative") == [
        roads,
        province,
        finance,
        over,
    ]  # of a limit of nought there is no share
    page = text(reader.get("/desk/alarms/?sort=gap"))
    for said in ("−35,8 điểm %", "−47,2%", "−80"):
        assert said in page
    warnings.dismiss(finance, by=office, note="Đã đính chính.")
    made.values("HCC08", *[0] * 10, agency=made.FARMING)
    judging.judge("HCC08")
    past = {
        handling: [
            int(pk)
            for pk in re.findall(
                r'<a href="/desk/alarms/(\d+)">', text(reader.get(f"/desk/alarms/past/?handling={handling}"))
            )
        ]
        for handling in ("dismissed", "confirmed", "closed", "new")
    }
    assert past == {"dismissed": [finance], "confirmed": [over], "closed": [], "new": []}


def test_the_list_says_at_whom_an_alarm_waits(
    alarms: list[int], office: Person, operator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = dt.datetime(2026, 11, 20, 9, tzinfo=HCM)  # before opening the count would begin at seven
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: morning)
    warnings.confirm(alarms[0], by=operator)
    reader = made.reader(office)
    with translation.override("vi"):
        until = words.moment(cases.Case.objects.get().due_at)
    assert until.endswith("25/11/2026")  # two working days from Friday; Tuesday is Culture Day
    assert f"Văn phòng Ủy ban nhân dân tỉnh, hạn {until}" in text(reader.get("/desk/alarms/"))
    warnings.take_over(alarms[0], by=office)
    assert f"Trần Quốc Bảo, hạn {until}" in text(reader.get("/desk/alarms/"))


def test_the_cause_is_said_by_the_kind_of_target(alarms: list[int], office: Person) -> None:
    late, over = made.late(), made.alarm("HCC08", 80)
    reader = made.reader(office)
    for alarm, said in ((alarms[0], "Chậm so kế hoạch"), (over, "Vượt mức cho phép"), (late, "Dữ liệu chậm")):
        assert said in text(reader.get(f"/desk/alarms/{alarm}")), said
    with translation.override("en"):
        assert "Above the limit" in text(made.reader(office, language="en").get(f"/desk/alarms/{over}"))


# ── one alarm ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_operator_says_who_decides_and_the_office_takes_it_over(
    alarms: list[int], office: Person, operator: Person
) -> None:
    made.person("leader", "H53", "Nguyễn Thị Minh Hạnh")
    first, second = made.reader(operator), made.reader(office)
    page = text(first.get(f"/desk/alarms/{alarms[0]}"))
    assert re.findall(r'<option value="([^"]*)"', page) == ["H53.01", "H53"]
    assert 'name="to"' not in text(second.get(f"/desk/alarms/{alarms[0]}"))
    answer = first.post(f"/desk/alarms/{alarms[0]}?act=confirm", {"note": "", "to": "H53.01"}, follow=True)
    assert "Đã xác nhận cảnh báo. Cảnh báo chờ Văn phòng Ủy ban nhân dân tỉnh quyết định" in text(answer)
    assert "act=take" not in text(answer)
    case = cases.Case.objects.get()
    page = text(second.get(f"/desk/alarms/{alarms[0]}"))
    assert f'href="/desk/cases/{case.pk}"' in page
    seen = re.search(r'act=take">.*?name="seen" value="(\d+)"', page, re.DOTALL)
    assert seen is not None
    assert first.post(f"/desk/alarms/{alarms[0]}?act=take", {"seen": seen[1]}).status_code == 403
    taken = second.post(f"/desk/alarms/{alarms[0]}?act=take", {"seen": seen[1]}, follow=True)
    assert "Bạn đã nhận xử lý cảnh báo." in text(taken)
    assert "Trần Quốc Bảo, hạn" in text(taken)


def test_the_inbox_leads_to_the_alarm_where_the_directive_is_the_first_act(
    alarms: list[int], office: Person, finance: Person, farming: Person
) -> None:
    other = made.alarm("DTC01", 40, agency=made.FARMING)
    warnings.confirm(other, by=office)
    case, reader = cases.Case.objects.get(), made.reader(office)
    assert f'href="/desk/alarms/waiting/{case.pk}"' in text(reader.get("/desk/"))
    answer = reader.get(f"/desk/alarms/waiting/{case.pk}")
    assert answer.headers["Location"] == f"/desk/alarms/{other}"
    page = text(reader.get(f"/desk/alarms/{other}"))
    assert page.index("act=issue#act") < page.index("act=dismiss#act")
    assert f'action="/desk/alarms/{other}?act=issue"' in page
    assert made.reader(farming).get(f"/desk/alarms/waiting/{case.pk}").status_code == 302
    assert made.reader(finance).get(f"/desk/alarms/waiting/{case.pk}").status_code == 404
    assert reader.get("/desk/alarms/waiting/999").status_code == 404


def test_the_case_shows_the_number_and_leads_to_the_directive(alarms: list[int], office: Person) -> None:
    warnings.confirm(alarms[0], by=office)
    case = cases.Case.objects.get()
    page = text(made.reader(office).get(f"/desk/cases/{case.pk}"))
    assert "40,0%, thấp hơn kế hoạch 35,8 điểm %" in page
    assert f'href="/desk/alarms/{alarms[0]}?act=issue#act"' in page
    assert "Chuyển cơ quan khác quyết định" in page
