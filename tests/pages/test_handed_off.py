"""Story 5: birth registration, which only the national portal takes. Eligibility, checklist, a prepared draft, the way there with one button;
the portal's statuses come back and stand in "my dossiers" beside the province's own. The portal is the simulator, over HTTP.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.test_money import good, open_, phone
from vamco.kernel.base import clock
from vamco.kernel.work.forms import public as forms
from vamco.systems.national import public as national
from vamco.systems.national.tests import portals
from vamco.systems.onestop.demo import answers
from vamco.systems.onestop.models import Dossier, OutsideDossier, Preparation
from vamco.systems.onestop.services import prefill
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from vamco.systems.national.adapters.simulators.server import Service

    Reader = Callable[..., Page]

BIRTH = "1.001193"


@pytest.fixture
def portal(site: str, settings: Any) -> Iterator[Service]:
    settings.VAMCO_DEMO = True
    with prefill._sources.restored(empty=True), portals.served() as (service, address):
        service.site = site
        portals.connect(settings, address)
        yield service


def prepare(page: Page, site: str, mother: Any) -> Preparation:
    """Who may not file is told so; who may has a draft, here filled in behind the pages, which test_filing walks."""
    open_(page, f"{site}/procedures/{BIRTH}")
    page.get_by_role("link", name="Chuẩn bị tại đây").click()
    page.wait_for_selector("html[data-ready]")
    assert "Thủ tục này nộp trên Cổng Dịch vụ công quốc gia" in page.inner_text("main")
    good(page)
    page.get_by_label("Trẻ đã có giấy khai sinh").check()
    page.locator(".actions button.primary").first.click()
    page.wait_for_load_state()
    assert "2.000635" in page.inner_text("main")
    assert not Preparation.objects.exists()
    open_(page, f"{site}/dossiers/begin/{BIRTH}")
    page.get_by_label("Không thuộc trường hợp nào").check()
    page.locator(".actions button.primary").first.click()
    page.wait_for_url(re.compile("/form/"))
    found = Preparation.objects.select_related("draft__form").get()
    assert found.draft is not None
    form = forms.form_of(found.draft.form)
    data = answers.complete(form, {"applicant.name": mother.name}, random.Random(3), clock.today(), ("25708",))
    forms.amend(found.draft.code, data, by=mother, seen=found.draft.revision)
    return found


def test_what_only_the_national_portal_takes_comes_back_beside_the_own_ones(
    reader: Reader, site: str, portal: Service
) -> None:
    known = portals.MOTHER
    mother, stranger = made.citizen(known.name, known.number), made.citizen("Ngô Văn Lạ")
    own = made.dossier(mother)
    page = phone(reader, site, mother, "/dossiers/")
    found = prepare(page, site, mother)
    open_(page, f"{site}/dossiers/drafts/{found.code}/check")
    assert page.get_by_role("button", name="Nộp hồ sơ").count() == 0  # nothing of it is sent from here
    assert "Giấy chứng sinh" in page.inner_text("#wrong")  # the checklist: all that is missing at once
    good(page)
    prepared = page.url
    hers = phone(reader, site, stranger, "/dossiers/")
    refused = hers.goto(prepared)
    assert refused is not None
    assert refused.status == 404

    page.get_by_role("link", name="Cổng Dịch vụ công quốc gia").click()
    expect(page).to_have_url(
        re.compile(f"ma_thu_tuc={re.escape(BIRTH)}")
    )  # the very procedure, not the portal's front page
    page.locator(f"[name=person][value={known.key}]").check()
    page.locator("button.first").click()
    number = re.search(r"000\.00\.01\.G22-\d{6}-\d{6}", page.inner_text("main"))
    assert number is not None
    open_(page, prepared)
    page.locator("#number").fill(number[0])
    page.get_by_role("button", name="Tôi đã nộp tại đó").click()
    page.wait_for_url(f"{site}/dossiers/")
    page.wait_for_selector("html[data-ready]")
    assert "Chưa có trạng thái" in page.inner_text("main")
    assert number[0] in page.inner_text("main")
    good(page)

    assert national.read("statuses") == 1
    portal.portal.move_own(number[0], 2)
    portal.portal.move_own(number[0], 4, "Đang thẩm tra")
    national.read("statuses")
    national.read("statuses")
    page.reload()
    text = page.inner_text("main")
    assert "Chưa có trạng thái" not in text
    assert text.count(number[0]) == 1
    assert own.number in text
    assert "Đang xử lý" in text
    page.get_by_text("Diễn biến").last.click()
    assert "T0" not in page.inner_text("main details")  # times as people write them
    good(page)
    open_(hers, f"{site}/dossiers/")
    assert number[0] not in hers.inner_text("main")

    ended(page, portal, own.number, number[0])


def ended(page: Page, portal: Service, own: str, number: str) -> None:
    """The portal has handed its result over; ours goes on."""
    portal.portal.move_own(number, 9, "Đã có kết quả")
    portal.portal.move_own(number, 10, "Đã trả")
    national.read("statuses")
    page.reload()
    under_way = page.locator("section", has=page.get_by_role("heading", name="Đang thực hiện"))
    ended = page.locator("section", has=page.get_by_role("heading", name="Kết thúc"))
    assert own in under_way.inner_text()
    assert number not in under_way.inner_text()
    assert number in ended.inner_text()
    good(page)
    assert (Dossier.objects.count(), OutsideDossier.objects.get().status) == (1, 10)
