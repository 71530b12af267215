"""Ctrl+K from anywhere, with the keyboard alone; what the reader may not see is not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Reader = Callable[..., Page]


@pytest.mark.parametrize(("width", "theme", "language"), [(360, "dark", "en"), (1920, "light", "vi")])
def test_a_page_is_two_keys_and_four_letters_away(official: Reader, width: int, theme: str, language: str) -> None:
    page = official("/desk/", width=width, theme=theme, language=language, height=1080)
    page.keyboard.press("Control+k")
    box = page.locator("input[role=combobox]")
    expect(box).to_be_focused()
    options = page.locator("#palette [role=option]")
    expect(options.nth(2)).to_be_visible()
    everything = options.count()
    assert_accessible(page)
    assert_fits(page)

    page.keyboard.press("ArrowDown")
    second = options.nth(1).get_attribute("id")
    assert box.get_attribute("aria-activedescendant") == second
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")  # round to the last
    assert box.get_attribute("aria-activedescendant") == options.nth(everything - 1).get_attribute("id")

    page.keyboard.type("canh" if language == "vi" else "alar")
    page.keyboard.press("Enter")  # at once: what opens fits what was typed, not what was shown a moment ago
    page.wait_for_url("**/desk/alarms/")


def test_nothing_found_is_said_and_escape_gives_the_focus_back(official: Reader) -> None:
    page = official("/desk/")
    opener = page.get_by_role("link", name="Tìm")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[role=combobox]")).to_be_focused()
    page.keyboard.type("zzzz")
    expect(page.locator("#palette [role=status]")).to_have_text("Không tìm thấy")
    assert_accessible(page)
    page.keyboard.press("Enter")
    assert page.locator("#palette").is_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert opener.evaluate("(link) => link === document.activeElement")


def test_a_search_that_is_away_says_so(official: Reader) -> None:
    page = official("/desk/")
    page.route("**/find?**", lambda route: route.fulfill(status=503, body="busy"))
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [role=status]")).to_contain_text("Chức năng tìm chưa trả lời")
    assert page.locator("#palette [role=option]").count() == 0
