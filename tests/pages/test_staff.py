"""Officials on pages: readable in both themes and languages, on a telephone and on a screen; an invitation by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.axe import LOOKS, assert_accessible, assert_fits
from vamco.kernel.world.people import public as people
from vamco.systems.desk.tests import made
from vamco.systems.identity.models import Account
from vamco.systems.identity.services import staff_import

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

LIST = (
    "Họ tên;Mã đơn vị;Vai trò;Từ ngày\nNguyễn Văn An;H53.04;department_official;01/12/2026\nLê B1;H53.99;x;31/02/2026\n"
)


@pytest.fixture
def addresses(site: str, settings: Any, tmp_path: Path) -> dict[str, str]:
    """The pages of an administrator, and the session to read them with."""
    settings.VAMCO_TODAY = made.TODAY
    admin = made.person("administrator", made.IOC, "Lý Minh Khôi")
    session = made.sure_reader(admin).cookies["sessionid"].value
    person = made.person("department_official", made.FINANCE, "Phạm Văn Đức")
    made.reader(person)
    post = people.memberships(person)[0]
    people.substitute(
        person, made.person("data_owner", made.FINANCE, "Lê Thị Kim Ngân"), since=made.TODAY, until=made.TODAY
    )
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    row = staff_import.bring(path, by=admin)
    return {
        "session": session,
        "list": "/staff",
        "one": f"/staff/{person.pk}?act=desk.view_inbox&agency={made.FINANCE}",
        "appoint": f"/staff/{person.pk}/appoint",
        "substitute": f"/staff/{person.pk}/substitute",
        "end": f"/staff/posts/{post.pk}/end",
        "bring": "/staff/import",
        "preview": f"/staff/import/{row.pk}",
        "own": "/account/posts",
    }


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_every_page_can_be_read(
    reader: Callable[..., Page], site: str, addresses: dict[str, str], language: str, theme: str, width: int
) -> None:
    page = reader("/log-in", language=language, theme=theme, width=width)
    page.context.add_cookies([{"name": "sessionid", "value": addresses["session"], "url": site}])
    for name, path in addresses.items():
        if name == "session":
            continue
        answer = page.goto(site + path)
        assert answer is not None
        assert answer.status == 200, path
        page.wait_for_selector("html[data-ready]")
        assert_accessible(page)
        assert_fits(page)


def test_an_invitation_by_hand_ends_with_a_link_that_is_shown_once(
    reader: Callable[..., Page], site: str, addresses: dict[str, str]
) -> None:
    page = reader("/log-in", width=390)
    page.context.add_cookies([{"name": "sessionid", "value": addresses["session"], "url": site}])
    page.goto(site + "/staff/invite")
    page.fill("#id_name", "Nguyễn Thị Bích")
    page.select_option("#id_agency", made.FINANCE)
    page.select_option("#id_role", "department_official")
    page.fill("#id_reason", "QĐ 12")
    page.click("form button.primary >> text=Tiếp")
    page.wait_for_selector("button[name=sure]")
    assert "nguyenthibich" in page.inner_text("main")
    assert_accessible(page)
    page.click("button[name=sure]")
    page.wait_for_selector("main code")
    assert re.search(r"/start/[\w-]{40,}", page.inner_text("main"))
    assert_accessible(page)
    assert_fits(page)
    assert Account.objects.filter(username="nguyenthibich").exists()
