"""The example form: everybody can fill it in, with a keyboard alone, without scripts, on a telephone and on a screen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from vamco.kernel.record.files.models import File
from vamco.kernel.work.forms.models import Draft
from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    Citizen = Callable[..., Page]

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
    assert [words for words in said if "status of 4" not in words and "ERR_FAILED" not in words] == []


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
def test_everybody_can_read_every_page_of_it(
    citizen: Citizen, language: str, theme: str, width: int, tmp_path: Path
) -> None:
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
    answer(
        page,
        value="1.500.000.000 đ" if language == "vi" else "1,500,000,000",
        area="125,5" if language == "vi" else "125.5",
    )
    good(page, f"{look}-6-property")
    go(page)
    _second_half(page, look, tmp_path)


def _second_half(page: Page, look: str, tmp_path: Path) -> None:
    """From the marital status to the end, and the same on one page."""
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


def _tab_to(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"Tab never reaches {name}")


def test_a_keyboard_alone_fills_it_in(citizen: Citizen) -> None:
    """From the start to the receipt with Tab, arrows, space and Enter: no mouse, no clicks by the test's own hand."""
    page = citizen()
    press, write = page.keyboard.press, page.keyboard.type

    _tab_to(page, "way")
    press("Enter")
    page.wait_for_url("**/page/applicant")
    for name, text in APPLICANT.items():
        _tab_to(page, f"f.{name.replace('__', '.')}")
        write(text)
    press("Enter")  # sends the page: the first button is the one that goes on
    page.wait_for_url("**/page/residence")
    _tab_to(page, "f.residence.commune")
    write("Xã")
    _tab_to(page, "f.residence.address")
    write("Ấp 3")
    press("Enter")
    page.wait_for_url("**/page/lived")
    _tab_to(page, "do")  # add an entry
    press("Enter")
    page.wait_for_url("**#f-lived")
    _tab_to(page, "f.lived.0.place")
    write("Long An")
    press("Enter")  # goes on, and does not take the entry away
    expect(page.locator("#wrong")).to_be_focused()
    press("Tab")
    press("Enter")  # the line of the summary leads to its question
    assert page.evaluate("document.activeElement.name") == "f.lived.0.since"
    write("1/3/2014")
    press("Enter")
    page.wait_for_url("**/page/purpose")
    _on_from_the_purpose(page)
    expect(page.get_by_text("Đã nộp.")).to_be_visible()
    assert Draft.objects.get().data == {}


def _on_from_the_purpose(page: Page) -> None:
    press, write = page.keyboard.press, page.keyboard.type
    _tab_to(page, "f.purpose")
    press("ArrowDown")
    press("ArrowDown")  # the third: a loan
    press("Enter")
    page.wait_for_url("**/page/status")
    _tab_to(page, "f.status")
    press("Space")
    press("Enter")
    page.wait_for_url("**/page/delivery")
    _tab_to(page, "f.copies")
    write("2")
    _tab_to(page, "f.delivery")
    press("Space")
    press("Enter")
    page.wait_for_url("**/page/truth")
    _tab_to(page, "f.truth")
    press("Space")
    press("Enter")
    page.wait_for_url("**/check")
    _tab_to(page, "Nộp")
    press("Enter")


def test_without_scripts_everything_can_be_done(citizen: Citizen, tmp_path: Path) -> None:
    page = citizen(scripts=False)
    page.locator("button[value=pages]").click()
    answer(page, **APPLICANT)
    go(page)
    page.locator("select").select_option(index=1)
    answer(page, residence__address="Ấp 3")
    go(page)
    page.locator("button[value='add:f.lived']").click()
    answer(page, lived__0__place="Long An", lived__0__since="1/3/2014")
    page.locator("button[value='add:f.lived']").click()
    page.locator("button[value='remove:f.lived:1']").click()
    assert page.locator("[name='f.lived.0.place']").input_value() == "Long An"
    go(page)
    choose(page, "purpose", "other")
    go(page)
    answer(page, reason="Bổ sung hồ sơ\ncá nhân")
    go(page)
    choose(page, "status", "widowed")
    go(page)
    expect(page.locator("#opened")).to_be_visible()  # the question that the answer opened
    (tmp_path / "Giấy chứng tử.pdf").write_bytes(made.PDF)
    page.locator("[type=file]").set_input_files(tmp_path / "Giấy chứng tử.pdf")
    go(page)
    answer(page, copies="99")
    choose(page, "delivery", "desk")
    go(page)
    assert page.locator("#wrong a").all_text_contents() == ["“Số bản cần cấp” phải là 10 hoặc nhỏ hơn."]
    answer(page, copies="1")
    go(page)
    choose(page, "truth", "yes")
    go(page)
    good_without_scripts = page.locator(".checked").all_text_contents()
    assert any("Giấy chứng tử.pdf" in text for text in good_without_scripts)
    page.get_by_role("button", name="Nộp").click()
    expect(page.get_by_text("Đã nộp.")).to_be_visible()
    assert File.objects.get().dropped_at is not None  # an example forgets


def test_back_forward_and_reload_lose_nothing(citizen: Citizen) -> None:
    page = citizen()
    page.locator("button[value=pages]").click()
    page.wait_for_url("**/page/applicant")
    answer(page, **APPLICANT)
    go(page)
    page.wait_for_url("**/page/residence")
    page.go_back()
    page.reload()
    assert page.locator("[name='f.applicant.name']").input_value() == APPLICANT["applicant__name"]
    answer(page, applicant__name="Nguyễn Thị Hường")
    go(page)
    page.go_back()
    page.go_forward()
    page.reload()
    page.goto(page.url.replace("/page/residence", "/check"))
    assert "Nguyễn Thị Hường" in page.locator(".checked").first.inner_text()


def test_an_upload_shows_how_far_it_is_and_says_when_it_cannot(citizen: Citizen, tmp_path: Path) -> None:
    page = citizen()
    page.locator("button[value=pages]").click()
    page.wait_for_url("**/page/applicant")
    page.goto(page.url.replace("applicant", "status"))
    choose(page, "status", "divorced")
    (tmp_path / "Bản án.pdf").write_bytes(made.PDF)
    page.locator("[type=file]").set_input_files(tmp_path / "Bản án.pdf")
    page.route("**/page/status", lambda route: route.abort())
    page.locator(".actions button[value=next]").click()
    expect(page.locator("[data-sending]")).to_contain_text("Không gửi được")
    page.unroute("**/page/status")
    page.locator(".actions button[value=next]").click()
    page.wait_for_url("**/page/delivery")
    assert [file.name for file in File.objects.all()] == ["Bản án.pdf"]
    page.go_back()
    page.reload()
    (tmp_path / "xấu.pdf").write_bytes(b"MZ\x90\x00" * 100)
    page.locator("[type=file]").set_input_files(tmp_path / "xấu.pdf")
    page.locator(".actions button[value=next]").click()
    expect(page.locator("#wrong")).to_be_focused()
    expect(page.locator("#f-proof-error")).to_contain_text("xấu.pdf")
    assert File.objects.count() == 1


def test_what_is_answered_while_the_server_is_asked_stays(citizen: Citizen, tmp_path: Path) -> None:
    page = citizen()
    page.locator("button[value=pages]").click()
    page.wait_for_url("**/page/applicant")
    page.goto(page.url.replace("applicant", "delivery"))
    held: list[Any] = []
    page.route("**/page/delivery", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/page/delivery"):
        choose(page, "delivery", "post")  # asks the server what this opens, and the answer is slow
    choose(page, "notices", "sms")
    answer(page, copies="7")
    held[0].continue_()
    expect(page.locator("[name='f.post_address']")).to_be_visible()
    expect(page.locator("[name='f.notices'][value=sms]")).to_be_checked()
    expect(page.locator("[name='f.copies']")).to_have_value("7")
    page.goto(page.url.replace("delivery", "status"))
    choose(page, "status", "divorced")
    (tmp_path / "a.pdf").write_bytes(made.PDF)
    page.locator("[type=file]").set_input_files(tmp_path / "a.pdf")
    with page.expect_response("**/page/status"):
        choose(page, "status", "widowed")
    page.wait_for_timeout(300)  # the swap
    assert page.locator("[type=file]").evaluate("(input) => input.files.length") == 1
