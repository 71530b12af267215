"""A table to work in: by keyboard alone, with the address as its memory, and without scripts."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.conftest import PATIENCE_MS
from tests.pages.axe import assert_accessible, assert_fits, assert_targets

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser, BrowserContext, Page

    Reader = Callable[..., Page]

ROWS = "#listing-web-example tbody tr"
FOCUSED = "document.activeElement"
SAID = "#said"


def numbers(page: Page) -> list[str]:
    return page.locator(f"{ROWS} th a").all_text_contents()


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"{FOCUSED}.matches({selector!r})"):
            return
    pytest.fail(f"Tab never reaches {selector}")


def come_near(page: Page) -> None:
    """Wait for what is loaded when somebody first comes near the table."""
    page.wait_for_selector('script[src*="htmx"]', state="attached")
    for _ in range(PATIENCE_MS // 50):  # not `wait_for_function`: the page's own policy forbids what that does
        if page.evaluate("Boolean(window.htmx)"):
            return
        page.wait_for_timeout(50)
    pytest.fail("htmx never came")


def picked(page: Page) -> int:
    return page.locator(f"{ROWS} input[name=pick]:checked").count()


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1920, "light")])
def test_rows_are_picked_asked_and_acted_on_with_the_keyboard_alone(reader: Reader, width: int, theme: str) -> None:
    page = reader("/style/table?state=work", width=width, theme=theme, height=1080)

    tab_to(page, "input[name=pick]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(SAID)).to_have_text("Đã chọn 3")
    assert picked(page) == 3
    assert page.evaluate(f"{FOCUSED}.closest('tr').rowIndex") == 3
    page.keyboard.press("Home")
    assert page.evaluate(f"{FOCUSED}.closest('tr').rowIndex") == 1
    page.keyboard.press("Control+a")
    assert picked(page) == page.locator(ROWS).count() > 3
    page.keyboard.press("Escape")
    assert picked(page) == 0
    expect(page.locator(SAID)).to_have_text("Đánh dấu các dòng, rồi chọn việc cần làm.")

    page.keyboard.press("Space")
    tab_to(page, "button[value=hand-over]")
    opener = page.evaluate_handle(FOCUSED)
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Chuyển xử lý")
    expect(dialog).to_be_visible()
    assert page.evaluate(f"{FOCUSED}.name") == "note"
    assert "Đã chọn 1" in dialog.inner_text()
    assert_accessible(page)
    assert_targets(page)
    assert_fits(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert opener.evaluate("(button) => button === document.activeElement")

    page.keyboard.press("Enter")
    page.keyboard.type("Theo phân công mới.")
    tab_to(page, "dialog .button.primary")
    page.keyboard.press("Enter")
    page.wait_for_selector(".flashes .notice")
    assert "đã thực hiện với 1 dòng" in page.locator(".flashes").inner_text()
    assert page.url.endswith("/style/table?state=work")


def test_the_focus_stays_inside_a_dialog(reader: Reader) -> None:
    page = reader("/style/table")
    page.locator("input[name=pick]").first.check()
    page.locator("button[value=hand-over]").first.click()
    dialog = page.locator("dialog[open]")
    for key in ("Tab", "Shift+Tab"):
        for _ in range(12):
            page.keyboard.press(key)
            inside = page.evaluate(f"{FOCUSED} === document.body || {FOCUSED}.closest('dialog[open]') !== null")
            assert inside, "the focus went behind the dialog"
    box = dialog.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 150)  # a drag that begins inside and ends outside closes nothing
    page.mouse.down()
    page.mouse.move(5, 5)
    page.mouse.up()
    assert dialog.is_visible()
    page.mouse.click(5, 5)
    assert not dialog.is_visible()


def test_sorting_and_paging_swap_the_table_keep_the_focus_and_are_said_aloud(reader: Reader) -> None:
    page = reader("/style/table")
    page.evaluate("window.same = true")
    first = numbers(page)

    page.locator("#listing-web-example-by-applicant").focus()
    come_near(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/style/table?sort=applicant")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Người nộp")
    assert page.evaluate("window.same")  # it was no new page
    assert page.evaluate(f"{FOCUSED}.id") == "listing-web-example-by-applicant"
    expect(page.locator(SAID)).to_have_text("137 dòng · Người nộp, tăng dần")
    assert page.locator(f"{ROWS} td:nth-of-type(2)").first.inner_text() == "Bùi Văn Giàu"

    page.keyboard.press("Enter")
    page.wait_for_url("**/style/table?sort=-applicant")
    descending = numbers(page)
    page.get_by_role("link", name="Sau").click()
    page.wait_for_url("**after=**")
    second = numbers(page)
    assert not set(second) & set(descending)
    page.get_by_role("link", name="Trước").click()
    page.wait_for_url("**before=**")
    assert numbers(page) == descending

    page.go_back()  # back asks the server again: no page is kept in the browser's store
    page.wait_for_url("**after=**")
    page.wait_for_selector("html[data-ready]")
    expect(page.locator(f"{ROWS} th a").first).to_have_text(second[0])
    kept = page.evaluate("[...Object.values(sessionStorage), ...Object.values(localStorage)]")
    assert all(value.startswith("/style/table") for value in kept)  # where one is, but nothing of what was seen
    page.goto(page.url.split("?")[0])
    assert numbers(page) == first


def test_filters_stand_in_the_address_and_are_taken_away_one_by_one(reader: Reader) -> None:
    page = reader("/style/table?sort=-fee&columns=number,fee")
    page.locator("select[name=state]").select_option("late")
    page.get_by_label("Tìm kiếm").fill("bao")
    page.keyboard.press("Enter")
    page.wait_for_url("**/style/table?words=bao&state=late&**")
    assert {"sort=-fee", "columns=number%2Cfee"} <= set(page.url.split("?")[1].split("&"))
    expect(page.locator(".chips li")).to_have_count(2)
    found = page.locator(ROWS).count()

    copy = reader(page.url.replace(page.url.split("/style")[0], ""))  # a colleague gets the link
    assert numbers(copy) == numbers(page)

    page.get_by_role("link", name="Bỏ bộ lọc Tìm kiếm: bao").click()
    page.wait_for_url("**/style/table?state=late&**")
    expect(page.locator(".chips li")).to_have_count(1)
    assert page.locator(ROWS).count() > found
    assert page.get_by_label("Tìm kiếm").input_value() == ""
    assert page.locator("select[name=state]").input_value() == "late"

    page.get_by_label("Tìm kiếm").fill("không có ai")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bỏ các bộ lọc").click()
    page.wait_for_url("**/style/table?sort=-fee&columns=**")
    expect(page.locator(ROWS)).to_have_count(20)


def test_columns_are_chosen_by_keyboard(reader: Reader) -> None:
    page = reader("/style/table")
    page.locator(".listing-bar summary").first.focus()
    page.keyboard.press("Enter")
    assert_accessible(page)
    tab_to(page, "[name=columns][value=place]", 6)
    page.keyboard.press("Space")
    tab_to(page, "[name=columns][value=hours]", 6)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**columns=**")
    expect(page.locator("thead th")).to_have_count(7)
    heads = page.locator("thead").inner_text()
    assert "Số giờ xử lý" in heads
    assert "Xã, phường" not in heads

    page.locator(".listing-bar summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.locator(".listing-bar details[open]").count() == 0
    assert page.evaluate(f"{FOCUSED}.matches('.listing-bar summary')")


def test_the_table_is_taken_away_as_a_file_and_printed(reader: Reader) -> None:
    page = reader("/style/table?state=done&columns=number,fee")
    page.locator(".listing-bar summary").nth(1).click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Tệp CSV").click()
    content = Path(waiting.value.path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content), delimiter=";"))
    rows = rows[rows.index(["Hồ sơ", "Lệ phí (đồng)"]) :]  # what stands above it says what it is
    assert rows[0] == ["Hồ sơ", "Lệ phí (đồng)"]
    assert len(rows) == 1 + 27 or len(rows) > page.locator(ROWS).count()
    assert waiting.value.suggested_filename.endswith(".csv")

    page.emulate_media(media="print")
    for gone in (".filters", ".bulk", ".listing-bar .fold", "td.pick", ".pages"):
        assert page.locator(gone).count() == 0 or not page.locator(gone).first.is_visible()
    assert "Trạng thái: Xong đúng hạn" in page.locator(".print-only").inner_text()


def test_views_are_kept_and_marked(official: Reader) -> None:
    page = official("/style/table?state=late&sort=-fee")
    page.get_by_text("Góc nhìn", exact=True).click()
    assert_accessible(page)
    page.get_by_label("Tên góc nhìn").fill("Quá hạn, lệ phí cao")
    page.keyboard.press("Enter")
    page.wait_for_selector(".flashes .notice")
    mine = page.get_by_role("navigation", name="Góc nhìn").get_by_role("link", name="Quá hạn, lệ phí cao")
    assert mine.get_attribute("aria-current") == "page"
    page.get_by_role("link", name="Tất cả").click()
    page.wait_for_url("**/style/table")
    assert mine.get_attribute("aria-current") is None
    mine.click()
    page.wait_for_url("**state=late**")
    assert_accessible(page)

    page.get_by_text("Góc nhìn", exact=True).click()
    page.get_by_role("button", name="Xóa góc nhìn Quá hạn, lệ phí cao").click()
    page.wait_for_selector(".flashes .notice")
    assert mine.count() == 0


def test_after_the_sessions_end_a_click_leads_to_the_log_in_and_not_to_an_empty_table(
    official: Reader, site: str
) -> None:
    page = official("/style/table")
    head = page.locator("#listing-web-example-by-applicant")
    head.focus()
    come_near(page)
    page.route(
        "**/style/table?**",
        lambda route: route.fulfill(status=200, content_type="text/html", body="<body>another page</body>"),
    )
    head.press("Enter")
    page.wait_for_selector("text=another page")


def test_on_the_way_back_the_table_is_that_of_its_address(reader: Reader) -> None:
    page = reader("/style/table")
    first = numbers(page)
    page.locator("#listing-web-example-by-applicant").focus()
    come_near(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=applicant")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Người nộp")
    page.goto(page.url.split("/style")[0] + "/style")
    page.go_back()
    page.wait_for_selector("html[data-ready]")
    assert not page.evaluate("Boolean(window.htmx)"), "it is loaded when somebody comes near"
    page.go_back()
    expect(page.locator(f"{ROWS} th a").first).to_have_text(first[0])
    assert "sort=" not in page.url


def test_an_error_is_shown_as_the_page_that_it_is(reader: Reader) -> None:
    page = reader("/style/table", faulty=True)
    head = page.locator("#listing-web-example-by-applicant")
    head.focus()
    come_near(page)
    page.route(
        "**/style/table?**",
        lambda route: route.fulfill(status=503, content_type="text/html", body="<body>not now</body>"),
    )
    head.press("Enter")
    page.wait_for_selector("text=not now")


def test_without_a_connection_the_table_stays_and_says_so(reader: Reader) -> None:
    page = reader("/style/table", faulty=True)
    before = numbers(page)
    head = page.locator("#listing-web-example-by-applicant")
    head.focus()
    come_near(page)
    page.route("**/style/table?**", lambda route: route.abort())
    head.press("Enter")
    expect(page.locator("[data-said]")).to_contain_text("Mất kết nối")
    expect(page.locator(SAID)).to_contain_text("Mất kết nối")
    assert numbers(page) == before
    assert "sort=" not in page.url


def test_the_focus_goes_to_the_result_when_what_had_it_is_gone(reader: Reader) -> None:
    page = reader("/style/table?state=late")
    page.locator("select[name=state]").focus()
    come_near(page)
    chip = page.locator(".chip-filter")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.locator("[data-said]")).to_be_focused()


def test_all_of_it_works_without_scripts(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    with closing(context):
        _without_scripts(context, site)


def _without_scripts(context: BrowserContext, site: str) -> None:
    context.add_cookies([{"name": "vamco_language", "value": "vi", "url": site}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{site}/style/table")
    page.locator("select[name=state]").select_option("today")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="Người nộp").click()
    assert page.url.endswith("/style/table?state=today&sort=applicant")
    page.locator("input[name=pick]").nth(0).check()
    page.locator("input[name=pick]").nth(1).check()
    page.get_by_role("button", name="Chuyển xử lý").first.click()
    assert page.locator("h1").inner_text() == "Chuyển xử lý"
    assert "Đã chọn 2 dòng" in page.locator("main").inner_text()
    page.get_by_label("Điều đồng nghiệp cần biết").fill("Gấp.")
    page.locator("main .button.primary").click()
    assert "đã thực hiện với 2 dòng" in page.locator(".flashes").inner_text()
    assert page.url.endswith("/style/table?state=today&sort=applicant")


def test_shift_and_a_click_pick_a_range_and_the_head_picks_all(reader: Reader) -> None:
    page = reader("/style/table")
    boxes = page.locator("input[name=pick]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert picked(page) == 4
    every = page.locator("[data-all]")
    assert every.evaluate("(box) => box.indeterminate")
    every.click()
    assert picked(page) == 20
    every.click()
    assert picked(page) == 0
    page.locator("button[value=mark]").first.evaluate(
        "(button) => button.click()"
    )  # it is hidden while nothing is picked
    assert page.locator("dialog[open]").count() == 0


def weight(page: Page, address: str) -> tuple[int, Any]:
    """Give the bytes of a first load, as they come over the wire."""
    finished: list[Any] = []
    page.on("requestfinished", lambda request: finished.append(request))  # noqa: PLW0108  # Playwright marks the function
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    page.evaluate("document.fonts.ready")
    sizes = {request.url: request.sizes()["responseBodySize"] for request in finished}
    return sum(sizes.values()), sizes


def test_the_first_load_of_the_desk_is_light(official: Reader, site: str) -> None:
    page = official("/style/upload")
    fresh = page.context.browser.new_context()  # type: ignore[union-attr]
    fresh.add_cookies(page.context.cookies())  # type: ignore[arg-type]
    total, sizes = weight(fresh.new_page(), f"{site}/desk/")
    fresh.close()
    print(total, len(sizes))
    assert len(sizes) > 8
    assert total <= 200_000, sorted(((size, url) for url, size in sizes.items()), reverse=True)
