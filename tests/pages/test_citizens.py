"""The pages of citizens, in a real browser: on every screen, without JavaScript, light on the wire, and as an installed app."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from tests.pages.test_listing import weight
from vamco.kernel.base import clock
from vamco.kernel.work.notices import public as notices
from vamco.kernel.work.notices.tests.made import ASSIGNED
from vamco.kernel.world.people import public as people
from vamco.systems.desk.tests import made
from vamco.systems.portal import public
from vamco.systems.portal.tests import drafts
from vamco.web import home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    Reader = Callable[..., Page]

MOST_BYTES = 150_000
PUBLIC = ["/", "/search?q=vneid", "/search?q=khong+co+gi", "/offices", "/offices?place=25708", "/services", "/downtime", "/downtime/1", "/label", "/accessibility", "/drafts", "/offline"]  # fmt: skip
OWN = ["/", "/notices", "/notices/settings"]
SHOTS = os.environ.get("VAMCO_SHOTS", "")


def life(_request: Any) -> list[home.Tile]:
    named = (("Sinh con", "baby"), ("Kết hôn", "rings"), ("Đi học", "study"), ("Việc làm", "work"), ("Khám chữa bệnh", "health"),
             ("Xe cộ", "vehicle"), ("Nhà đất", "home"), ("Mở kinh doanh", "business"), ("Nông nghiệp", "field"), ("Về già", "elder"), ("Qua đời", "candle"))  # fmt: skip
    return [home.Tile(label=label, icon=icon, url="/search?q=x") for label, icon in named]


@pytest.fixture(autouse=True)
def _filled(site: str, settings: Any) -> Iterator[None]:
    settings.VAMCO_TODAY = made.TODAY
    official = made.person("administrator", made.IOC, "Lý Minh Khôi")
    public.announce_downtime(drafts.draft(days=20), by=official)
    public.announce_downtime(
        drafts.draft(begins=clock.now() - dt.timedelta(minutes=5), services=("dvcqg",), urgent_reason="Sửa lỗi bảo mật khẩn cấp."), by=official
    )  # fmt: skip
    with home._tiles.restored():
        home.register_tiles("life", life)
        yield


@pytest.fixture
def citizen(reader: Reader, site: str) -> Reader:
    """Gives pages as a citizen reads them, with a notice that she has not read."""
    person = people.add("Nguyễn Thị Hồng Hoa")
    with transaction.atomic():
        notices.send("cases.assigned", person, ASSIGNED, key="test")
    session = made.reader(person).cookies["sessionid"].value

    def read(path: str, **habits: Any) -> Page:
        page = reader("/offline", **habits)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page.goto(site + path)
        page.wait_for_selector("html[data-ready]")
        return page

    return read


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize(("language", "theme", "width"), [("vi", "light", 320), *LOOKS])
def test_everybody_can_read_them(reader: Reader, citizen: Reader, language: str, theme: str, width: int) -> None:
    for who, read, paths in (("visitor", reader, PUBLIC), ("citizen", citizen, OWN)):
        for path in paths:
            page = read(path, language=language, theme=theme, width=width, height=844 if width < 500 else 1080)
            shoot(page, f"{who}{path.replace('/', '-').replace('?', '-')}-{language}-{theme}-{width}")
            assert_fits(page)
            assert_targets(page)
            assert_accessible(page)
            page.context.close()


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_first_visit_is_light(reader: Reader, citizen: Reader, site: str, signed_in: bool) -> None:  # noqa: FBT001
    page = (citizen if signed_in else reader)("/offline")
    fresh = page.context.browser.new_context()  # type: ignore[union-attr]
    fresh.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    try:
        total, sizes = weight(fresh.new_page(), f"{site}/")
    finally:
        fresh.close()
    print(total, len(sizes))
    assert len(sizes) > 8
    assert not [url for url in sizes if "desk.css" in url or "chart" in url or "500.woff2" in url or "700.woff2" in url]
    assert total <= MOST_BYTES, sorted(((size, url) for url, size in sizes.items()), reverse=True)


def test_without_javascript_the_home_does_all_that_it_offers(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    try:
        use_without_javascript(context.new_page(), site)
    finally:
        context.close()  # the site's end waits for it


def use_without_javascript(page: Page, site: str) -> None:
    page.goto(site + "/")
    shoot(page, "no-script-home")
    assert page.get_by_role("link", name="Sinh con").first.is_visible()
    page.fill("#q", "xe may khong chinh chu")
    page.locator("form.find button").first.click()
    assert "Không tìm thấy" in page.inner_text("main")
    page.goto(site + "/")
    page.fill("#words", "trang bang")
    page.get_by_role("button", name="Xem nơi tiếp nhận").click()
    assert "Trảng Bàng" in page.locator(".rows > li").first.inner_text()
    page.get_by_role("button", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"


# ── the app ──────────────────────────────────────────────────────────────────────────────────────────────────────────

HELD = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request);
            const type = answer.headers.get("Content-Type") ?? "";
            found.push([new URL(request.url).pathname, /text|javascript|json/.test(type) ? await answer.text() : ""]);
        }
    }
    return found;
}"""
READY = "async () => (await navigator.serviceWorker.ready).active.state"
DRAFTS = """() => new Promise((done) => {
    const asked = indexedDB.open("vamco-drafts", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "key" });
    asked.onsuccess = () => {
        const all = asked.result.transaction("drafts").objectStore("drafts").getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result); };
    };
})"""


def test_the_app_keeps_its_shell_and_nothing_of_a_person(citizen: Reader, site: str) -> None:
    page = citizen("/")
    assert page.evaluate(READY) in {"activated", "activating"}
    for path in ("/", "/notices", "/notices/settings", "/offices", "/services"):
        page.goto(site + path)
        assert "Nguyễn Thị Hồng Hoa" in page.content()
    held = page.evaluate(HELD)
    paths = {path for path, _text in held}
    assert {"/offline", "/offices", "/services", "/downtime", "/static/web/citizen.css"} <= paths
    assert not {path for path in paths if not path.startswith("/static/")} - {
        "/offline",
        "/offices",
        "/services",
        "/downtime",
    }
    assert not [path for path, text in held if "Hồng Hoa" in text or 'action="/log-out"' in text]

    page.context.set_offline(True)
    page.goto(site + "/notices")
    assert "Không có kết nối" in page.inner_text("h1")
    shoot(page, "offline")
    page.goto(site + "/offices")
    assert "Trung tâm Phục vụ hành chính công" in page.inner_text("main")
    assert "Hồng Hoa" not in page.content()
    page.context.set_offline(False)
    page.goto(site + "/notices")
    assert "Hồng Hoa" in page.content()


FORM = """() => {
    const form = document.createElement("form");
    form.dataset.draft = "test";
    form.dataset.draftTitle = "Tờ khai thử";
    form.innerHTML = '<input name="ten"><input name="so" data-private><input name="mk" type="password"><input name="csrf" type="hidden" value="x">';
    document.querySelector("main").append(form);
    return import(new URL("drafts.js", document.getElementById("citizen-script").src)).then((module) => module.start(document));
}"""


def typed(page: Page) -> None:
    page.evaluate(FORM)
    page.fill("form[data-draft] [name=ten]", "Nguyễn Văn Nháp")
    page.fill("form[data-draft] [name=so]", "079012345678")
    page.fill("form[data-draft] [name=mk]", "mật khẩu")
    page.wait_for_timeout(900)


def test_drafts_are_kept_only_on_ones_own_device_and_go_at_log_out(citizen: Reader, site: str) -> None:
    page = citizen("/label")
    typed(page)
    assert page.evaluate(DRAFTS) == []  # a device is shared until somebody says that it is theirs

    page.goto(site + "/drafts")
    page.get_by_label("Của riêng tôi").check()
    page.goto(site + "/label")
    typed(page)
    [draft] = page.evaluate(DRAFTS)
    assert draft["values"] == [["ten", "Nguyễn Văn Nháp", True]]  # nothing private, secret or hidden

    page.goto(site + "/drafts")
    page.get_by_text("Tờ khai thử").wait_for()
    shoot(page, "drafts-kept")
    page.locator(".tools details summary").first.click()
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng xuất").click()
    page.goto(site + "/drafts")
    page.get_by_text("đang tắt").wait_for()
    assert page.evaluate(DRAFTS) == []
    assert page.evaluate("localStorage.length") == 0
