"""A citizen signs in with the national eID on her phone, confirms once more, leaves; and the evening on which VNeID does not answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.axe import assert_accessible, assert_fits, assert_targets
from vamco.systems.identity.adapters.simulators.issuer import PIN
from vamco.systems.identity.models import Account, EidIssuer, SignIn
from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from vamco.systems.identity.adapters.simulators.server import Service

    Reader = Callable[..., Page]


@pytest.fixture
def vneid(site: str, settings: Any) -> Iterator[Service]:
    """The simulated issuer, on which the site relies."""
    with eid.issuer(site=site) as service:
        eid.rely_on(settings, service, site=site)
        yield service


def at_the_issuer(page: Page, name: str, *, says: str = "agree") -> None:
    page.get_by_label(re.compile(name)).check()
    page.get_by_label("PIN").fill(PIN)
    page.locator(f"button[value={says}]").click()


def looks_right(page: Page) -> None:
    assert_fits(page)
    assert_targets(page)
    assert_accessible(page)


def test_a_mother_signs_in_on_her_phone_and_is_back_where_she_was(reader: Reader, site: str, vneid: Service) -> None:
    page = reader("/log-in?next=/verify", width=390, height=844)
    looks_right(page)
    page.get_by_role("link", name="Đăng nhập bằng VNeID").click()
    page.wait_for_url(f"{vneid.issuer.address}/authorize**")
    assert "VNeID (mô phỏng)" in page.inner_text("main")
    assert_fits(page)
    assert_accessible(page)
    at_the_issuer(page, "Nguyễn Thị Hồng Nhung")
    page.wait_for_url(f"{site}/verify")
    assert "Từ nay đây là tài khoản của bạn" in page.inner_text("#flashes")
    looks_right(page)
    account = Account.objects.get(person__name="Nguyễn Thị Hồng Nhung")
    assert SignIn.objects.get(account=account).level == 2

    page.locator("header details").first.locator("summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{site}/log-in?left=eid")
    looks_right(page)
    page.get_by_role("link", name="Đăng xuất cả VNeID").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("link", name="Quay lại").click()
    page.wait_for_url(f"{site}/log-in")
    assert vneid.issuer.sessions == {}


def test_she_changes_her_mind_and_nothing_has_happened(reader: Reader, site: str, vneid: Service) -> None:
    page = reader("/log-in?next=/verify", width=320, theme="dark", language="en")
    page.get_by_role("link", name="Sign in with VNeID").click()
    assert "VNeID (simulation)" in page.inner_text("main")
    assert_fits(page)
    at_the_issuer(page, "Nguyễn Thị Hồng Nhung", says="refuse")
    page.wait_for_url(f"{site}/eid/back**")
    assert "You have not agreed" in page.inner_text("main")
    looks_right(page)
    assert Account.objects.filter(person__name="Nguyễn Thị Hồng Nhung").count() == 0
    page.get_by_role("link", name="Begin again with VNeID").click()
    at_the_issuer(page, "Nguyễn Thị Hồng Nhung")
    page.wait_for_url(f"{site}/verify")


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A page of a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


def test_without_javascript_and_by_keyboard(site: str, vneid: Service, plain: Page) -> None:
    plain.goto(f"{site}/log-in?next=/verify")
    plain.get_by_role("link", name="Đăng nhập bằng VNeID").focus()
    plain.keyboard.press("Enter")
    plain.wait_for_url(f"{vneid.issuer.address}/authorize**")
    plain.get_by_label(re.compile("Sóc")).focus()
    plain.keyboard.press("Space")
    plain.get_by_label("PIN").focus()
    plain.keyboard.type(PIN)
    plain.keyboard.press("Enter")  # the first button agrees
    plain.wait_for_url(f"{site}/verify")
    assert "Sóc" in (plain.text_content("header") or "")


def test_vneid_does_not_answer_and_the_pages_say_so(reader: Reader, site: str, vneid: Service) -> None:
    page = reader("/log-in?next=/verify", width=390)
    vneid.control({"maintenance": True})
    page.get_by_role("link", name="Đăng nhập bằng VNeID").click()
    page.wait_for_url(f"{site}/eid/start**")
    since = EidIssuer.objects.get().away_since
    assert since is not None
    assert re.search(r"VNeID không phản hồi từ \d\d:\d\d", page.inner_text("h1"))
    looks_right(page)
    page.goto(f"{site}/log-in?next=/verify")
    assert "VNeID không phản hồi từ" in page.inner_text("main")
    looks_right(page)
    vneid.control({"maintenance": False})
    page.get_by_role("link", name="Thử lại VNeID").click()
    page.wait_for_url(f"{vneid.issuer.address}/authorize**")
    at_the_issuer(page, "Phan Thị Mỹ Duyên")
    page.wait_for_url(f"{site}/verify")
    assert EidIssuer.objects.get().away_since is None
