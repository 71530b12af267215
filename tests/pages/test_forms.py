"""The example form: everybody can fill it in, with a keyboard alone, without scripts, on a telephone and on a screen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits, assert_targets
from vamco.kernel.record.files.models import File
from vamco.kernel.work.forms.models import Draft
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    Citizen = Callable[..., Page]

LOOKS = [("vi", "light", 360), ("en", "dark", 360), ("vi", "dark", 1920), ("en", "light", 1920)]
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def citizen(site: str, browser: Browser) -> Iterator[Citizen]:
    """Give the start page of the form to somebody who is logged in; a word in the console fails the test."""
    person = made.person("department_official", made.FINANCE, "Nguyễn Thị Ngọc Hường")
    session = made.reader(person).cookies["sessionid"].value
    contexts, said = [], []

    def open_(language: str = "vi", theme: str = "light", width: int = 1280, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width < 1000 else 1080}, color_scheme=theme,
            reduced_motion="reduce", java_script_enabled=scripts,
        )  # fmt: skip
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "vamco_language", "value": language, "url": site},
                {"name": "sessionid", "value": session, "url": site},
            ]
        )
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{site}/style/form")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [words for words in said if "status of 4" not in words] == []


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def good(page: Page, name: str) -> None:
    """Everything that a page promises, as it stands now."""
    shot(page, name)
    assert_fits(page)
    assert_targets(page)
    assert_accessible(page)


def go(page: Page) -> None:
    page.locator(".actions button[value=next]").click()
    page.wait_for_load_state()


def answer(page: Page, **texts: str) -> None:
    for name, text in texts.items():
        page.locator(f"[name='f.{name.replace('__', '.')}']").fill(text)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='f.{name}'][value='{value}']").check()


APPLICANT = {
    "applicant__name": "Nguyễn Thị Ngọc Hường",
    "applicant__born": "29/2/1996",
    "applicant__citizen_id": "072 196 001 234",
    "applicant__phone": "0912.345.678",
}


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_everybody_can_read_every_page_of_it(citizen: Citizen, language: str, theme: str, width: int, tmp_path: Path) -> None:
    page = citizen(language, theme, width)
    look = f"{language}-{theme}-{width}"
    good(page, f"{look}-0-begin")
    page.locator("button[value=pages]").click()
    page.wait_for_load_state()
    good(page, f"{look}-1-applicant")
    answer(page, applicant__name="Hường", applicant__born="31/2/1996", applicant__citizen_id="123")
    go(page)
    expect(page.locator("#wrong")).to_be_focused()
    good(page, f"{look}-2-wrong")
    answer(page, **APPLICANT)
    go(page)
    page.locator("select").select_option(index=5)
    answer(page, residence__address="12 Cách Mạng Tháng Tám")
    good(page, f"{look}-3-residence")
    go(page)
    page.locator("button[value='add:f.lived']").click()
    page.locator("button[value='add:f.lived']").click()
    answer(page, lived__0__place="Long An", lived__0__since="1/3/2014")
    good(page, f"{look}-4-lived")
    page.locator("button[value='remove:f.lived:1']").click()
    go(page)
    good(page, f"{look}-5-purpose")
    choose(page, "purpose", "property")
    go(page)
    answer(page, value="1.500.000.000 đ" if language == "vi" else "1,500,000,000", area="125,5" if language == "vi" else "125.5")
    good(page, f"{look}-6-property")
    go(page)
    choose(page, "status", "divorced")
    expect(page.locator("[name='f.proof']")).to_be_visible()  # without sending the page
    (tmp_path / "Bản án ly hôn số 12.pdf").write_bytes(made.PDF)
    page.locator("[type=file]").set_input_files(tmp_path / "Bản án ly hôn số 12.pdf")
    good(page, f"{look}-7-status")
    with page.expect_navigation():
        page.locator(".actions button[value=next]").click()
    page.go_back()
    page.wait_for_load_state()
    page.reload()
    good(page, f"{look}-8-attached")
    go(page)
    answer(page, copies="2")
    choose(page, "delivery", "desk")
    choose(page, "notices", "sms")
    good(page, f"{look}-9-delivery")
    go(page)
    good(page, f"{look}-10-truth")
    page.goto(page.url.replace("/page/truth", "/check"))
    good(page, f"{look}-11-unfinished")
    page.go_back()
    choose(page, "truth", "yes")
    go(page)
    good(page, f"{look}-12-check")
    page.goto(page.url.replace("/check", "/all"))
    good(page, f"{look}-13-dense")
    page.locator("[name='f.copies']").fill("99")
    page.locator(".actions button[value=finish]").click()
    page.wait_for_load_state()
    good(page, f"{look}-14-dense-wrong")
