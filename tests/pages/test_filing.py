"""The citizen's half of story 1 on a telephone: from a procedure's page to the number, the supplement, and the rating.

Once with scripts and once without; every page on the way is looked at by axe, at 320 px and in the dark too.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits, assert_targets
from tests.pages.test_listing import weight
from vamco.kernel.base import clock
from vamco.kernel.record.files.models import File
from vamco.kernel.work.cases import public as cases
from vamco.systems.desk.tests.made import reader as logged_in
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import preparing
from vamco.systems.onestop.tests import made, test_filing
from vamco.web import assurance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from vamco.kernel.world.people.models import Person

    Citizen = Callable[..., Page]

SHOTS = os.environ.get("SHOTS", "")
MOST_BYTES = 150_000
procedure = pytest.fixture(test_filing.procedure.__wrapped__)  # type: ignore[attr-defined]
register = pytest.fixture(autouse=True)(test_filing._register.__wrapped__)  # type: ignore[attr-defined]


@pytest.fixture
def mother(site: str, procedure: Any) -> Person:
    return test_filing.mother()


@pytest.fixture
def citizen(site: str, browser: Browser, mother: Person) -> Iterator[Citizen]:
    """Give pages as the mother reads them; a word in the console fails the test."""
    client = logged_in(mother)
    session = client.session
    assurance.write(session, assurance.Assurance(2, ("pwd", "otp"), clock.now(), ""))
    session.save()
    contexts, said = [], []

    def open_(path: str, *, language: str = "vi", theme: str = "light", width: int = 390, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=theme, reduced_motion="reduce", java_script_enabled=scripts
        )  # fmt: skip
        contexts.append(context)
        context.add_cookies(
            [
                {"name": "vamco_language", "value": language, "url": site},
                {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site},
            ]
        )
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert [words for words in said if "status of 4" not in words] == []


def good(page: Page, name: str) -> None:
    """Everything that a page promises, as it stands now."""
    page.wait_for_load_state()
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
    assert_fits(page)
    if not name.startswith("plain"):
        assert_targets(page)
        assert_accessible(page)


def photo(folder: Path) -> Path:
    path = folder / "giay-to.jpg"
    exif = Image.Exif()
    exif[0x010F] = "Điện thoại"
    Image.effect_noise((1200, 900), 40).convert("RGB").save(path, exif=exif)
    return path


def answer(page: Page, **texts: str) -> None:
    for name, text in texts.items():
        page.locator(f"[name='f.{name.replace('__', '.')}']").fill(text)


def pick(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='{name}'][value='{value}']").check()


def go(page: Page) -> None:
    page.locator(".actions button.primary").first.click()
    page.wait_for_load_state()


def fill_in(page: Page, kind: str) -> None:
    """The form, page by page, with the questions that apply."""
    good(page, f"{kind}-form")
    assert page.locator("[name='f.applicant.born']").input_value() == "27/03/1990"
    assert "Nguồn:" in page.inner_text("main")
    go(page)
    page.locator("[name='f.residence.commune']").select_option("25708")
    answer(page, residence__address="Ấp 3")
    go(page)
    go(page)  # lived elsewhere: nothing
    pick(page, "f.purpose", "loan")
    go(page)
    pick(page, "f.status", "single")
    go(page)
    answer(page, copies="1")
    pick(page, "f.delivery", "desk")
    go(page)
    page.locator("[name='f.truth']").check()
    go(page)


def file_it(page: Page, folder: Path, kind: str) -> str:
    """From the procedure's page to the number."""
    good(page, f"{kind}-procedure")
    page.get_by_role("link", name="Nộp hồ sơ").click()
    page.wait_for_load_state()
    good(page, f"{kind}-begin")
    page.get_by_label("Không thuộc trường hợp nào").check()
    go(page)
    fill_in(page, kind)
    good(page, f"{kind}-papers")
    page.locator("button[value=next]").last.click()  # nothing given: the check says so
    page.wait_for_load_state()
    good(page, f"{kind}-where")
    assert page.locator("#id_office").input_value() == made.OFFICE  # of the commune that she stated
    go(page)
    good(page, f"{kind}-missing")
    summary = page.locator("#wrong")
    assert "Còn thiếu giấy tờ" in summary.inner_text()
    assert page.get_by_role("button", name="Nộp hồ sơ").count() == 0
    summary.get_by_role("link").first.click()
    page.wait_for_load_state()
    page.locator("#photo-old_copies").set_input_files(photo(folder))
    page.locator("#say-authorisation").check()
    page.locator("button[value=next]").last.click()
    page.wait_for_load_state()
    good(page, f"{kind}-check")
    assert "giay-to.jpg" in page.inner_text("main")
    page.get_by_role("button", name="Nộp hồ sơ").dblclick()
    expect(page).to_have_url(re.compile(r"/receipt$"))
    good(page, f"{kind}-receipt")
    number = page.locator(".notice .number").inner_text()
    assert page.locator(".qr svg").count() == 1
    return number


@pytest.mark.parametrize("scripts", [True, False])
def test_a_dossier_from_the_first_question_to_its_number(  # fixtures
    citizen: Citizen, site: str, tmp_path: Path, scripts: bool, mother: Person, procedure: Any  # noqa: FBT001
) -> None:  # fmt: skip
    kind = "script" if scripts else "plain"
    page = citizen(f"/procedures/{made.PROCEDURE}", scripts=scripts)
    number = file_it(page, tmp_path, kind)
    dossier = Dossier.objects.select_related("case").get()
    assert (dossier.number, dossier.case.applicant_id) == (number, mother.pk)
    paper = dossier.papers.select_related("file").get()
    rendition = File.objects.get(pk=paper.file_id).rendition_id
    assert rendition is not None  # what others see was painted anew, without what the camera tells
    clerk, specialist = made.official("onestop_clerk", "Lê Thị Cẩm Tú"), made.official("onestop_specialist", "Trâm")
    cases.act(dossier.pk, "accept", by=clerk)
    cases.act(dossier.pk, "ask_supplement", by=specialist, note="Ảnh chụp mờ, đề nghị chụp lại.", reason="unreadable")
    page.goto(f"{site}/dossiers/")
    good(page, f"{kind}-dossiers")
    page.get_by_role("link", name="Giấy xác nhận tình trạng hôn nhân").first.click()
    page.wait_for_load_state()
    good(page, f"{kind}-dossier")
    assert "Ảnh chụp mờ" in page.inner_text("main")
    assert "Lê Thị Cẩm Tú" in page.inner_text("main")  # NĐ 224/2026: who did it
    page.get_by_role("link", name="Bổ sung hồ sơ").click()
    page.wait_for_load_state()
    good(page, f"{kind}-supply")
    page.locator("#photo-old_copies").set_input_files(photo(tmp_path))
    page.get_by_role("button", name="Gửi bổ sung").click()
    page.wait_for_load_state()
    assert dossier.papers.count() == 2
    assert Dossier.objects.get().case.state == "appraising"
    finish(dossier)
    page.goto(f"{site}/dossiers/{number}")
    page.get_by_label("Rất hài lòng").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_load_state()
    good(page, f"{kind}-rated")
    assert Dossier.objects.get().rating == 5


def finish(dossier: Dossier) -> None:
    from vamco.systems.onestop.services import moving

    specialist = made.official("onestop_specialist", "Nguyễn Thị Bích Trâm")
    head, clerk = made.official("onestop_head", "Hồ Văn Phước"), made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    acts = (("propose", specialist), ("approve", head), ("sign", head), ("number", clerk), ("issue", clerk), ("store", moving.MACHINE))  # fmt: skip
    for act, by in acts:
        cases.act(dossier.pk, act, by=by)


@pytest.mark.parametrize(("language", "theme", "width"), [("vi", "dark", 320), ("en", "light", 1280)])
def test_everybody_can_read_the_pages(  # fixtures
    citizen: Citizen, site: str, mother: Person, procedure: Any, language: str, theme: str, width: int
) -> None:
    draft, sent = test_filing.ready(mother), test_filing.filed(mother)
    empty = preparing.begin(made.PROCEDURE, by=mother)
    at = "/dossiers/drafts/"
    paths = [
        f"/dossiers/begin/{made.PROCEDURE}", f"{at}{draft.code}/form/applicant", f"{at}{draft.code}/papers", f"{at}{draft.code}/where",
        f"{at}{draft.code}/check", f"{at}{empty.code}/check", "/dossiers/", f"/dossiers/{sent.number}", f"/dossiers/{sent.number}/receipt",
        f"/dossiers/{sent.number}/withdraw", "/my-papers", "/track",
    ]  # fmt: skip
    page = citizen("/dossiers/", language=language, theme=theme, width=width)
    for path in paths:
        page.goto(f"{site}{path}")
        good(
            page,
            f"{path.replace('/', '-').replace(draft.code, 'draft').replace(empty.code, 'empty')}-{language}-{width}",
        )


def test_the_first_load_is_light(citizen: Citizen, browser: Browser, mother: Person, site: str) -> None:
    draft, sent = test_filing.ready(mother), test_filing.filed(mother)
    page = citizen("/dossiers/")
    for path in ("/dossiers/", f"/dossiers/{sent.number}", f"/dossiers/drafts/{draft.code}/papers", f"/dossiers/drafts/{draft.code}/form/applicant"):  # fmt: skip
        fresh = browser.new_context()
        fresh.add_cookies(page.context.cookies())  # type: ignore[arg-type]
        try:
            total, sizes = weight(fresh.new_page(), f"{site}{path}")
        finally:
            fresh.close()
        print(path, total, len(sizes))
        assert total <= MOST_BYTES, (path, sorted(((size, url) for url, size in sizes.items()), reverse=True))
