"""One's own data, and the register of breaches: read by everybody, in both languages and themes, on a telephone and on a screen."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.systems.privacy import public as privacy
from vamco.systems.privacy.services import erasing, exports, retention
from vamco.systems.privacy.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person


@pytest.fixture
def world(site: str, settings: Any) -> dict[str, Any]:
    """A citizen who has asked, was answered and looked at; an official with a breach on record."""
    settings.VAMCO_TODAY = made.TODAY
    lan, official = made.citizen(), made.official()
    notices.set_contact(lan, "email", "lan@vidu.vn", consent=True)
    for given in (True, False, True):
        privacy.set_consent(lan, "reminders", given=given, seen=1)
    audit.record_access(f"person:{lan.pk}", actor=str(official.pk), chain=made.OFFICE, purpose="Xác minh hồ sơ")
    copy = made.asked(lan, "export", text="")
    export = privacy.export_of(copy.pk, lan)
    assert export is not None
    exports.make(export.pk)
    asking = made.asked(lan, "correct", text="Tên đệm sai.")
    cases.act(asking.pk, "ask", by=official, note="Xin gửi ảnh giấy tờ.")
    retention.run()
    return {
        "lan": lan,
        "official": official,
        "copy": copy,
        "asking": asking,
        "deleted": _deleted(lan, official),
        "breach": _breach(official),
    }


def _deleted(lan: Person, official: Person) -> Case:
    case = made.asked(lan, "delete", text="Xóa thông báo cũ.")
    cases.act(case.pk, "accept", by=official, note="Sẽ xóa phần luật không yêu cầu giữ.")
    erasing.erase(case.pk)
    return case


def _breach(official: Person) -> Case:
    facts = privacy.BreachFacts(
        detected_at=clock.now() - dt.timedelta(hours=20),
        began_at=None,
        personal=True,
        serious=True,
        what="Máy tính ở quầy bị mất.",
        affected="Họ tên, số điện thoại",
        whose="Người nộp hồ sơ tháng 11",
        persons=120,
        consequences="Có thể bị gọi lừa đảo",
        measures="Đã xóa từ xa",
        contact="Văn phòng UBND tỉnh",
        tell_persons=True,
    )
    return privacy.record_breach(facts, key=uuid.uuid4(), by=official)


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_everybody_can_read_every_page(
    world: dict[str, Any], reader: Callable[..., Page], site: str, language: str, theme: str, width: int
) -> None:
    own, desk = "/account/privacy", "/desk"
    pages = {
        "lan": [
            f"{own}/consents/",
            f"{own}/consents/reminders",
            f"{own}/consents/account",
            f"{own}/looks/",
            f"{own}/looks/?all=1",
            f"{own}/requests/",
            f"{own}/requests/new/delete",
            *(f"{own}/requests/{world[case].pk}" for case in ("copy", "asking", "deleted")),
        ],
        "official": [
            f"{desk}/breaches/",
            f"{desk}/breaches/new",
            f"{desk}/breaches/{world['breach'].pk}",
            f"{desk}/breaches/{world['breach'].pk}/edit",
            f"{desk}/retention/",
            f"{desk}/cases/{world['deleted'].pk}",
        ],
    }
    for who, addresses in pages.items():
        session = made.reader(world[who]).cookies["sessionid"].value
        page = reader("/log-in", language=language, theme=theme, width=width)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        for address in addresses:
            answer = page.goto(site + address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            page.wait_for_selector("html[data-ready]")
            assert_accessible(page)
            assert_fits(page)
            assert_targets(page)


def test_without_script_a_citizen_agrees_and_withdraws(world: dict[str, Any], browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    session = made.reader(world["lan"], level=1).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/account/privacy/consents/prefill")
    page.get_by_role("button", name="Tôi đồng ý").click()
    assert privacy.consented(world["lan"], "prefill")
    page.get_by_role("button", name="Rút sự đồng ý").click()
    assert not privacy.consented(world["lan"], "prefill")
    context.close()
