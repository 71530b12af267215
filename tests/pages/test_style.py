"""The style page shows every component; what holds here holds wherever they are used."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    Reader = Callable[..., Page]

RENEW = """() => {
    htmx.ajax("GET", location.pathname, { source: "#screen", target: "#screen", select: "#screen", swap: "outerHTML" });
}"""


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
@pytest.mark.parametrize("path", ["/style", "/style/wall", "/style/table", "/style/upload"])
def test_everybody_can_read_it(reader: Reader, path: str, language: str, theme: str, width: int) -> None:
    page = reader(path, language=language, theme=theme, width=width, height=1080)
    page.evaluate("document.querySelectorAll('details.twin').forEach((twin) => { twin.open = true; })")

    assert page.locator("html").get_attribute("lang") == language
    assert_fits(page)
    assert_targets(page)
    assert_accessible(page)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160)])
def test_wall_fills_the_screen_without_scrolling_and_nothing_spills(reader: Reader, width: int, height: int) -> None:
    page = reader("/style/wall", width=width, height=height)

    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]
    spilt = page.evaluate(
        """() => [...document.querySelectorAll('.kpi')].filter((card) => {
            const box = card.getBoundingClientRect();
            return [...card.querySelectorAll('.badge, .figure, .gap, footer > *')].some((part) => {
                const inner = part.getBoundingClientRect();
                return inner.right > box.right || inner.bottom > box.bottom;
            });
        }).map((card) => card.textContent)"""
    )
    assert spilt == []


@pytest.mark.parametrize(
    "answer", [{"status": 503, "body": "busy"}, {"status": 200, "body": "<html>log in</html>"}, None]
)
def test_wall_renews_itself_and_says_when_it_cannot(site: str, browser: Browser, answer: dict[str, Any] | None) -> None:
    with closing(browser.new_page(viewport={"width": 1920, "height": 1080})) as page:
        page.goto(f"{site}/style/wall")
        figure, lost = page.locator(".kpi .figure").first, page.locator(".lost")
        assert page.locator("#screen").get_attribute("hx-trigger") == "every 60s"

        figure.evaluate("(element) => { element.textContent = 'old'; }")
        page.evaluate(RENEW)
        expect(figure).not_to_have_text("old")
        expect(lost).to_be_hidden()

        page.route("**/style/wall", lambda route: route.fulfill(**answer) if answer else route.abort())
        figure.evaluate("(element) => { element.textContent = 'kept'; }")
        page.evaluate(RENEW)
        expect(lost).to_be_visible()
        expect(figure).to_have_text("kept")

        page.unroute("**/style/wall")
        page.evaluate(RENEW)
        expect(lost).to_be_hidden()
        expect(figure).not_to_have_text("kept")


def test_theme_switch_is_kept_and_recolours_the_chart(reader: Reader) -> None:
    page = reader("/style")
    switch = page.get_by_role("button", name="Giao diện tối")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    before = page.locator(".chart canvas").evaluate("(canvas) => canvas.toDataURL()")
    assert switch.get_attribute("aria-pressed") == "false"

    switch.click()

    assert switch.get_attribute("aria-pressed") == "true"
    assert page.evaluate(ground) != light
    assert page.locator(".chart canvas").evaluate("(canvas) => canvas.toDataURL()") != before
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_language_switch_comes_back_to_the_same_page(reader: Reader) -> None:
    page = reader("/style?page=2")

    page.get_by_role("button", name="English").click()

    page.wait_for_selector("html[lang=en][data-ready]")
    assert page.url.endswith("/style?page=2")
    assert page.get_by_role("heading", level=1).text_content() == "Style guide"


def test_keyboard_reaches_the_content_first_and_a_dialog_gives_the_focus_back(reader: Reader) -> None:
    page = reader("/style")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    opener = page.get_by_role("button", name="Mở hộp thoại")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.locator("#example-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#example-dialog").is_visible()
    assert opener.evaluate("(button) => button === document.activeElement")


def test_list_twin_sorts_by_the_figures_and_marks_the_place_on_the_map(reader: Reader) -> None:
    page = reader("/style")
    rows = page.locator("[data-map] tbody tr")
    page.wait_for_selector("path.place")
    assert page.locator("path.place").count() == 9

    page.locator("[data-map]").get_by_role("button", name="Đã giải ngân (%)").click()
    assert rows.first.locator("th").text_content() == "Tân Ninh"
    page.locator("[data-map]").get_by_role("button", name="Đã giải ngân (%)").click()
    assert [rows.nth(index).locator("th").text_content() for index in (0, 8)] == [
        "Kiến Tường",
        "Bến Cầu",
    ]  # no data last

    rows.first.hover()
    assert page.locator("path.place.marked").count() == 1
    assert page.locator(".place-tip").inner_text() == "Kiến Tường\n95,0\ntừ 90 trở lên"


def test_names_sort_in_vietnamese_order(reader: Reader) -> None:
    page = reader("/style")

    page.locator("[data-map]").get_by_role("button", name="Xã, phường").click()

    names = page.locator("[data-map] tbody th").all_text_contents()
    assert names == [
        "Bến Cầu",
        "Gò Dầu",
        "Hòa Thành",
        "Kiến Tường",
        "Long An",
        "Long Hoa",
        "Tân An",
        "Tân Ninh",
        "Trảng Bàng",
    ]


def test_print_opens_the_tables_and_drops_the_controls(reader: Reader) -> None:
    page = reader("/style", theme="dark")

    page.emulate_media(media="print", color_scheme="dark")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert not page.get_by_role("button", name="Giao diện tối").is_visible()
    assert page.locator(".chart .twin table").first.is_visible()


def test_missing_page_says_the_next_step(reader: Reader) -> None:
    page = reader("/nowhere", ok=404)

    assert page.get_by_role("heading", level=1).text_content() == "Không tìm thấy trang"
    assert page.get_by_role("link", name="Về trang chủ").get_attribute("href") == "/"
    assert_accessible(page)
