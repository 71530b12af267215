"""The official's desk: everybody can read every page, in both themes and languages, on a telephone and on a screen."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.notices.tests import made as told
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery as Arrived
from vamco.systems.warnings import public as warnings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from vamco.kernel.world.people.models import Person

    Sign = Callable[[str, str], Page]


@pytest.fixture
def people(site: str, settings: Any, tmp_path: Path) -> dict[str, Any]:
    """A day at the desk: alarms in every state, a reported directive, data with quarantined rows, a dead letter."""
    settings.VAMCO_TODAY = made.TODAY
    found = {
        "office": made.person("office", made.OFFICE, "Trần Quốc Bảo"),
        "finance": made.person("department_official", made.FINANCE, "Phạm Văn Đức"),
        "operator": made.person("operator", made.IOC, "Ngô Thanh Tùng"),
        "farming": made.person("department_official", made.FARMING, "Võ Hoàng Nam"),
        "head": made.person("department_head", made.FARMING, "Bùi Thị Ngọc Trưởng"),
        "justice": made.person("department_official", "H53.03", "Hồ Thị Luật"),
    }
    office, finance = found["office"], found["finance"]
    made.alarm("DTC01", 40, agency=made.ROADS)
    warnings.dismiss(made.alarm(agency=made.FARMING), by=office, note="Đã đính chính.")
    late = made.late()
    warnings.confirm(late, by=office)
    case = made.directive(made.alarm(), office, text="Yêu cầu Sở Tài chính giải quyết 80 hồ sơ quá hạn.")
    services.act(case.pk, "accept", by=finance, seen=1, note="", uploads=[])
    report = SimpleUploadedFile("Báo cáo rà soát.pdf", made.PDF)
    services.act(case.pk, "report", by=finance, seen=2, note="Đã giải quyết 75 hồ sơ.", uploads=[report])
    made.directive(made.alarm("DTC01", 30), office, days=1, text="Yêu cầu Sở Tài chính khẩn trương giải ngân.")
    _requests(found["finance"], found["farming"])
    codes = [place.code for place in places.communes(made.TODAY)]
    rows = [f"{2026 - n // 96},{codes[n % 96]},2026-01-01,{n}000,{n}000" for n in range(192)]
    path = tmp_path / "du-toan.csv"
    path.write_text(
        "\n".join(["nam,ma_xa,ngay_hieu_luc,du_toan_tw,du_toan_tinh", *rows, "2026,99999,2026-01-01,-5,x", ""])
    )
    hub.receive("stc_dutoan", Arrived("tai-chinh", path.name, "text/csv", path, clock.now()))
    event = Event.objects.create(name="warnings.alarm_raised", version=1, payload={}, at=clock.now())
    Delivery.objects.create(event=event, handler="warnings.judge", state="dead", attempts=5, error="", at=clock.now())
    background_work()
    told.contact(finance, "email")
    told.send(finance, "cases.assigned")
    return found


def _requests(finance: Person, farming: Person) -> None:
    """One request that was paused, has a part and files; another that is being handed over."""
    opened = [
        services.open_case(
            "request",
            key=uuid4(),
            title="Cung cấp số liệu diện tích đất công chưa sử dụng trên địa bàn các xã, phường sau sắp xếp",
            agency=made.FARMING,
            note="Đề nghị gửi trước kỳ họp.",
            by=finance,
        ).pk
        for _ in range(2)
    ]
    first, second = opened
    services.act(first, "begin", by=farming, seen=1)
    services.act(first, "consult_justice", by=farming, seen=2)
    services.comment(first, by=farming, note="Đã gọi điện.", uploads=[SimpleUploadedFile("Số liệu.pdf", made.PDF)])
    services.act(first, "ask", by=farming, seen=4, note="Thửa nào?", reason="unclear")
    services.act(second, "transfer", by=farming, seen=1, note="Thuộc Sở Tư pháp.", agency=agencies.get("H53.03"))


def background_work() -> None:
    """A long job under way, one that failed, a replay that waits."""
    events.replay("warnings.came", clock.now() - dt.timedelta(days=1), clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (id, queue_name, task_name, status) VALUES "
            "(900001, 'hub', 'hub.collect', 'doing'), (900002, 'search', 'search.reindex', 'failed')"
        )
        cursor.execute(
            "INSERT INTO jobs_work (job, task, state, done, total, reason, trace, began_at, changed_at) VALUES "
            "(900001, 'hub.collect', 'running', 12, 40, '', '', now(), now()), "
            "(900002, 'search.reindex', 'failed', 0, NULL, 'Unavailable search.away', "
            "'  vamco.kernel.record.search.services:112 reindex_everything_there_is', now(), now())"
        )


@pytest.fixture
def sign(people: dict[str, Any], site: str, browser: Browser) -> Any:
    """Gives a browser of one of the people with these habits."""
    contexts = []

    def signed(name: str, language: str = "vi", theme: str = "light", width: int = 1440) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        contexts.append(context)
        session = made.reader(people[name]).cookies["sessionid"].value
        context.add_cookies(
            [
                {"name": "vamco_language", "value": language, "url": site},
                {"name": "sessionid", "value": session, "url": site},
            ]
        )
        return context.new_page()

    yield signed
    for context in contexts:
        context.close()


PAGES = [
    ("finance", "/desk/"),
    ("office", "/desk/following/"),
    ("office", "/desk/cases/{reported}"),
    ("finance", "/desk/cases/{directive}"),
    ("finance", "/desk/cases/{request}"),
    ("farming", "/desk/cases/{request}"),
    ("justice", "/desk/cases/{opinion}"),
    ("finance", "/desk/cases/new/request"),
    ("finance", "/desk/notices/"),
    ("finance", "/desk/notices/settings"),
    ("finance", "/desk/kinds/"),
    ("finance", "/desk/kinds/request"),
    ("head", "/desk/load/"),
    ("office", "/desk/alarms/"),
    ("office", "/desk/alarms/past/"),
    ("office", "/desk/alarms/1"),
    ("office", "/desk/alarms/3?act=issue"),
    ("operator", "/desk/runs/"),
    ("operator", "/desk/runs/all/"),
    ("operator", "/desk/runs/1"),
    ("operator", "/desk/letters/"),
    ("operator", "/desk/work/"),
    ("operator", "/desk/replay/"),
]


def numbers() -> dict[str, int]:
    """The cases of this day, by what they are."""
    found = {
        kind: list(Case.objects.filter(kind__code=kind).order_by("pk")) for kind in ("directive", "request", "opinion")
    }
    reported, directive = found["directive"]
    return {
        "reported": reported.pk, "directive": directive.pk, "request": found["request"][0].pk, "opinion": found["opinion"][0].pk,
    }  # fmt: skip


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_everybody_can_read_it(sign: Any, site: str, language: str, theme: str, width: int) -> None:
    browsers: dict[str, Page] = {}
    for who, path in PAGES:
        page = browsers.setdefault(who, sign(who, language, theme, width))
        answer = page.goto(site + path.format(**numbers()))
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_selector("html[data-ready]")
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        assert_fits(page)
        assert_targets(page)
        assert_accessible(page)


def test_a_refusal_is_read_out_and_keeps_what_was_typed(sign: Any, site: str) -> None:
    page = sign("office")
    page.goto(f"{site}/desk/cases/{numbers()['reported']}?act=close")
    page.fill("textarea[name=note]", "Đã đạt.")
    page.locator("#act form button").click()
    page.wait_for_selector("html[data-ready]")

    assert "Cảnh báo vẫn còn" in page.get_by_role("alert").inner_text()
    assert page.input_value("textarea[name=note]") == "Đã đạt."
    assert_accessible(page)


def test_the_next_step_is_two_keys_from_the_inbox(sign: Any, site: str) -> None:
    """From the inbox to a done act with the keyboard alone."""
    page = sign("finance")
    page.goto(f"{site}/desk/")
    page.locator("td a, th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/*")
    page.locator("#act form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".flashes .tone-ok")
    assert "Đang thực hiện" in page.locator(".page-head").inner_text()


def test_long_work_goes_on_before_ones_eyes_and_keeps_the_place_of_the_keyboard(sign: Any, site: str) -> None:
    page = sign("operator")
    page.goto(f"{site}/desk/work/")
    bar = page.locator("#work progress[max='40']")
    assert bar.get_attribute("value") == "12"
    page.locator("#again-900002").focus()
    page.locator("#trace-900002 summary").click()
    page.locator("#again-900002").focus()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_work SET done = 31 WHERE job = 900001")
    page.wait_for_selector("#work progress[value='31']")
    assert page.evaluate("document.activeElement.id") == "again-900002"
    page.locator("#trace-900002 summary").click()
    with page.expect_response(lambda answer: answer.url.endswith("/desk/work/")):
        pass
    with page.expect_response(lambda answer: answer.url.endswith("/desk/work/")):
        pass
    assert (
        page.locator("#trace-900002").get_attribute("open") is not None
    )  # nothing has changed, so nothing was drawn anew

    page.context.clear_cookies()
    with page.expect_response(lambda answer: "/log-in" in answer.url):
        pass
    assert page.locator("#work progress[value='31']").count() == 1  # not replaced by the log-in page
