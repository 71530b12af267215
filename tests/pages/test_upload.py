"""Files: named before they go, with progress while they go, and the same without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, Page

    Reader = Callable[..., Page]


def file(name: str, size: int) -> Any:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"x" * size}


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1920, "light")])
def test_what_is_chosen_is_named_and_can_be_taken_away(reader: Reader, width: int, theme: str) -> None:
    page = reader("/style/upload", width=width, theme=theme)
    page.set_input_files("[type=file]", file("Báo cáo <b>quý</b>.pdf", 1536))
    chosen = page.locator(".chosen li")
    expect(chosen).to_have_count(1)
    assert chosen.inner_text().strip().startswith("Báo cáo <b>quý</b>.pdf (1,5 kB)")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="Bỏ tệp Báo cáo").focus()
    page.keyboard.press("Enter")
    expect(chosen).to_have_count(0)
    assert page.evaluate("document.activeElement.type") == "file"
    assert page.evaluate("document.querySelector('[type=file]').files.length") == 0


def test_what_is_too_large_is_not_sent(reader: Reader) -> None:
    page = reader("/style/upload")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Trích yếu").fill("x")
    page.set_input_files("[type=file]", file("lon.pdf", (5 << 20) + 1))
    assert "lớn hơn 5 MB nên không gửi được" in page.locator(".chosen li.wrong").inner_text()
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_timeout(300)
    assert sent == []


def test_the_way_is_shown_and_leads_to_the_next_page_with_its_message(reader: Reader) -> None:
    page = reader("/style/upload")
    page.get_by_label("Trích yếu").fill("Báo cáo")
    page.set_input_files("[type=file]", file("a.pdf", 4 << 20))
    page.evaluate(
        """() => { window.bars = 0; new MutationObserver((all) => all.forEach((one) => one.addedNodes.forEach((node) => {
            if (node.querySelector?.("progress")) sessionStorage.bars = 1; }))).observe(document.body, { childList: true, subtree: true }); }"""
    )
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_selector(".flashes .notice")
    assert "Đã nhận “a.pdf”, 4.194.304 byte" in page.locator(".flashes").inner_text()
    assert page.evaluate("sessionStorage.bars") == "1"


def test_an_answer_with_errors_is_shown_with_the_focus_on_what_is_wrong(reader: Reader) -> None:
    page = reader("/style/upload")
    page.get_by_label("Trích yếu").fill("   ")  # enough for the browser, not for the server
    page.set_input_files("[type=file]", file("a.pdf", 2000))
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    assert page.locator(".error").count() > 0
    assert page.locator(".sending").count() == 0
    assert_accessible(page)
    page.set_input_files("[type=file]", file("b.pdf", 10))  # the fresh form is alive too
    expect(page.locator(".chosen li")).to_contain_text("b.pdf")


def test_a_broken_line_keeps_the_form_and_says_so(reader: Reader) -> None:
    page = reader("/style/upload")
    page.route(
        "**/style/upload",
        lambda route: route.fulfill(status=500, body="broken") if route.request.method == "POST" else route.continue_(),
    )
    page.get_by_label("Trích yếu").fill("Báo cáo")
    page.set_input_files("[type=file]", file("a.pdf", 2000))
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator(".sending-failed")).to_contain_text("Tệp chưa đến nơi")
    assert page.get_by_label("Trích yếu").input_value() == "Báo cáo"
    assert page.evaluate("document.querySelector('[type=file]').files.length") == 1
    page.unroute("**/style/upload")
    page.get_by_role("button", name="Gửi").click()
    page.wait_for_selector(".flashes .notice")


def test_files_arrive_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/style/upload")
    page.get_by_label("Trích yếu").fill("Báo cáo")
    page.set_input_files("[type=file]", file("a.pdf", 2000))
    page.get_by_role("button", name="Gửi").click()
    assert "Đã nhận “a.pdf”, 2.000 byte" in page.locator(".flashes").inner_text()
    context.close()
