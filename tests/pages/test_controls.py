"""Controls for days and files speak the page's language, whatever the browser's, by mouse, keyboard and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

WORDS = {
    "vi": ("Hạn hoàn thành", "Mở lịch", "Tháng 11/2026", "Minh chứng", "Chọn tệp", "Chưa chọn tệp nào. Có thể kéo thả tệp vào đây."),
    "en": ("Due date", "Open the calendar", "November 2026", "Evidence", "Choose a file", "No file chosen yet. You can also drop it here."),
}  # fmt: skip


@pytest.fixture(params=[("vi", "en-US"), ("en", "vi-VN")], ids=["vi page, en browser", "en page, vi browser"])
def form(request: Any, site: str, browser: Browser, settings: Any) -> Iterator[tuple[Page, str]]:
    """The example form of the style page, in a browser of the other language."""
    language, locale = request.param
    context = browser.new_context(locale=locale, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.add_cookies([{"name": "vamco_language", "value": language, "url": site}])
    page = context.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{site}/style")
    page.wait_for_selector("html[data-ready]")
    yield page, language
    context.close()
    assert said == []


def box(page: Page, language: str) -> Locator:
    return page.get_by_label(WORDS[language][0], exact=True)


def test_a_day_is_chosen_by_keyboard(form: tuple[Page, str]) -> None:
    page, language = form
    field = box(page, language)
    field.fill("5.11.2026")
    field.press("Tab")
    expect(field).to_have_value("05/11/2026")
    page.keyboard.press("Enter")  # the focus is on the calendar's button
    calendar = page.locator("dialog.calendar")
    expect(calendar).to_be_visible()
    expect(calendar.locator("#calendar-month")).to_have_text(WORDS[language][2])
    expect(calendar.locator("th").first).to_have_text({"vi": "T2", "en": "Mo"}[language])
    expect(calendar.locator("tbody tr").first.locator("td").nth(6)).to_have_text("1")  # a Sunday
    expect(calendar.locator('[data-day="2026-11-05"]')).to_be_focused()
    assert_accessible(page)
    assert_fits(page)
    for key, day in (
        ("ArrowRight", "2026-11-06"), ("ArrowDown", "2026-11-13"), ("Home", "2026-11-09"), ("End", "2026-11-15"),
        ("PageDown", "2026-12-15"), ("Shift+PageUp", "2025-12-15"), ("ArrowUp", "2025-12-08"), ("ArrowLeft", "2025-12-07"),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(calendar.locator(f'[data-day="{day}"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(calendar).to_be_hidden()
    expect(field).to_have_value("07/12/2025")
    expect(field).to_be_focused()
    page.get_by_role("button", name=WORDS[language][1]).first.click()
    page.keyboard.press("Escape")
    expect(calendar).to_be_hidden()
    expect(field).to_have_value("07/12/2025")


def test_days_out_of_bounds_cannot_be_chosen(form: tuple[Page, str]) -> None:
    page, language = form
    field = box(page, language)
    field.evaluate(
        "(one) => { one.dataset.min = '2026-11-10'; one.dataset.max = '2026-11-20'; one.value = '20/11/2026'; }"
    )
    page.get_by_role("button", name=WORDS[language][1]).first.click()
    calendar = page.locator("dialog.calendar")
    page.keyboard.press("ArrowRight")
    expect(calendar.locator('[data-day="2026-11-20"]')).to_be_focused()
    calendar.locator('[data-day="2026-11-21"]').click(force=True)
    expect(calendar).to_be_visible()
    calendar.locator('[data-day="2026-11-10"]').click()
    expect(field).to_have_value("10/11/2026")


def test_a_file_control_says_all_in_the_pages_language(form: tuple[Page, str]) -> None:
    page, language = form
    control = page.get_by_label(WORDS[language][3], exact=True)
    face = control.locator("xpath=..").locator(".file-face")
    expect(face.locator(".button")).to_have_text(WORDS[language][4])
    expect(face.locator(".file-said")).to_have_text(WORDS[language][5])
    assert control.get_attribute("title") == WORDS[language][5]
    with page.expect_file_chooser() as chooser:
        face.click(force=True)
    chooser.value.set_files({"name": "Báo cáo <b>.pdf", "mimeType": "application/pdf", "buffer": b"x"})
    expect(face.locator(".file-said")).to_have_text("Báo cáo <b>.pdf")
    with page.expect_file_chooser() as again:
        control.press("Enter")
    again.value.set_files([])  # a browser with a chooser left open may show the next page none
    expect(face.locator(".file-said")).to_have_text(WORDS[language][5])


def test_what_is_missing_is_said_in_the_pages_language(form: tuple[Page, str]) -> None:
    page, language = form
    field = box(page, language)
    field.fill("")
    assert (
        field.evaluate("(one) => { one.required = true; one.reportValidity(); return one.validationMessage; }")
        == ({"vi": "Hãy điền mục này.", "en": "Fill in this field."}[language])
    )
    field.fill("05/11/2026")
    assert field.evaluate("(one) => one.checkValidity()") is True


def test_without_scripts_both_are_plain_controls(site: str, browser: Browser) -> None:
    context = browser.new_context(locale="en-US", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/style")
    field = page.get_by_label("Hạn hoàn thành", exact=True)
    assert field.get_attribute("type") == "text"
    field.fill("5/11/2026")
    assert field.input_value() == "5/11/2026"
    assert page.get_by_label("Minh chứng", exact=True).is_visible()
    assert page.locator("dialog.calendar").count() == 0
    context.close()
