"""Story 3: a man without a phone. A number, the screen, the clerk files for him, digitises, takes cash, and hands the result over.

The clerk's half by keyboard only: whatever is pressed was reached with the Tab key.
"""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.axe import assert_accessible, assert_fits
from tests.pages.test_filing import photo
from tests.pages.test_tickets import device
from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.time import HCM
from vamco.systems.desk.tests.made import reader as signed_in
from vamco.systems.onestop.models import Dossier, DossierPaper
from vamco.systems.onestop.services import results
from vamco.systems.onestop.tests import made, test_filing
from vamco.systems.payments.models import Payment, Receipt
from vamco.systems.payments.services import issuing
from vamco.systems.tickets.models import Ticket
from vamco.systems.tickets.tests import made as hall

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from vamco.kernel.world.people.models import Person

    Reader = Callable[..., Page]

NUMBER, NAME = "072154001234", "Nguyễn Văn Tám"
MOST_TABS, MOST_CHOICES = 150, 150
procedure = pytest.fixture(test_filing.procedure.__wrapped__)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _morning(site: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs, on a Wednesday morning."""
    settings.VAMCO_DEMO = True  # with keys of its own
    begun, real = dt.datetime(2026, 11, 18, 9, tzinfo=HCM), time.monotonic()
    monkeypatch.setattr(clock, "now", lambda: begun + dt.timedelta(seconds=time.monotonic() - real))


@pytest.fixture
def fee(procedure: Any) -> None:
    """The procedure costs eight thousand for each copy."""
    item = made.queries.PROCEDURES.get(procedure)
    rule = type(item.fees[0])(amount=8_000, per="copy", count="copies")
    made.queries.PROCEDURES.put(made.PROCEDURE, item.model_copy(update={"fees": [rule]}))


class Keys:
    """A clerk who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, place: Locator) -> None:
        """Go there with Tab."""
        place.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if place.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{place} is not reached with Tab")

    def press(self, place: Locator) -> None:
        """Go there and press Enter, and wait for the page that comes."""
        self.at(place)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_selector("html[data-ready]")

    def write(self, place: Locator, text: str) -> None:
        """Write in place of what stands there."""
        self.at(place)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def choose(self, place: Locator, value: str) -> None:
        """Go down the list until the choice stands there."""
        self.at(place)
        for _ in range(MOST_CHOICES):
            if place.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is none of the choices")

    def pick(self, name: str, value: str) -> None:
        """Pick one of several, or tick one box."""
        every = self.page.locator(f"[name='{name}']:not([type=hidden])")
        self.at(every.first)
        self.page.keyboard.press("Space")
        wanted = self.page.locator(f"[name='{name}'][value='{value}']")
        for _ in range(every.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{value} is not picked")


def sit(reader: Reader, site: str, who: Person, path: str) -> Page:
    page = reader("/offline")
    page.context.add_cookies([{"name": "sessionid", "value": signed_in(who).cookies["sessionid"].value, "url": site}])
    page.goto(site + path)
    page.wait_for_selector("html[data-ready]")
    return page


def fill_in(keys: Keys) -> None:
    page = keys.page

    def field(name: str) -> Locator:
        return page.locator(f"[name='f.{name}']")

    keys.write(field("applicant.name"), NAME)
    keys.write(field("applicant.born"), "1/2/1954")
    keys.write(field("applicant.citizen_id"), NUMBER)
    keys.write(field("applicant.phone"), "0912345678")
    keys.choose(field("residence.commune"), "25708")
    keys.write(field("residence.address"), "Ấp 3")
    keys.pick("f.purpose", "loan")
    keys.pick("f.status", "single")
    keys.write(field("copies"), "2")
    keys.pick("f.delivery", "desk")
    keys.pick("f.truth", "yes")


@pytest.mark.usefixtures("fee")
def test_a_man_without_a_phone_from_his_number_to_the_result(reader: Reader, site: str, tmp_path: Path) -> None:
    clerk = made.official("onestop_clerk", "Lê Thị Cẩm Tú")
    people.appoint(clerk, agencies.get(made.OFFICE), "cashier", since=made.SINCE)  # a small office
    clerk = people.get(clerk.pk)
    screen = device(reader, site, "screen", width=1920, height=1080)
    kiosk = device(reader, site, "kiosk", width=1080, height=1920)
    kiosk.keyboard.press("a")
    kiosk.wait_for_selector(".slip")
    assert kiosk.locator("h1").inner_text().endswith("A001")

    page = sit(reader, site, clerk, "/desk/cash/")
    keys = Keys(page)
    keys.write(page.locator("#id_amount"), "200000")
    keys.press(page.get_by_role("button", name="Mở quỹ"))
    page.goto(f"{site}/counters")
    page.wait_for_selector("html[data-ready]")
    keys.press(page.locator("main").get_by_role("link", name="1", exact=False).first)
    keys.press(page.get_by_role("button", name="Mở quầy"))
    keys.press(page.get_by_role("button", name="Gọi số tiếp theo"))
    screen.wait_for_function("() => document.querySelector('.call-text').textContent.includes('A001')")
    assert "1" in screen.locator(".call-counter").inner_text()

    keys.press(page.get_by_role("link", name="Nộp hồ sơ cho người này"))
    assert "A001" in page.inner_text("main")
    keys.write(page.locator("#id_number"), NUMBER)
    keys.press(page.get_by_role("button", name="Tìm người"))
    keys.write(page.locator("#id_name"), NAME)
    keys.press(page.get_by_role("button", name="Thêm người này"))
    keys.choose(page.locator("#id_procedure"), made.PROCEDURE)
    keys.press(page.get_by_role("button", name="Điền tờ khai"))
    fill_in(keys)
    assert_accessible(page)
    keys.press(page.locator("button[name=do][value=finish]"))
    assert page.url.endswith("/papers"), page.inner_text("main")
    keys.choose(page.locator("#id_paper"), "old_copies")
    keys.at(page.locator("#id_file"))
    page.locator("#id_file").set_input_files(photo(tmp_path))  # the scanner's own window is not the page's
    keys.press(page.get_by_role("button", name="Thêm bản quét"))
    assert_accessible(page)
    keys.press(page.get_by_role("button", name="Nộp hồ sơ"))
    assert page.url.endswith("/done")
    dossier = Dossier.objects.select_related("case").get()
    assert dossier.number in page.inner_text("main")
    assert "A001" in page.inner_text("main")
    assert "16.000" in page.inner_text("main")
    assert_accessible(page)
    assert_fits(page)
    kept_as_it_was(dossier, clerk)
    done = page.url
    pay(keys)
    page.goto(done)
    page.wait_for_selector("html[data-ready]")
    keys.press(page.get_by_role("link", name="Về quầy tiếp nhận"))
    finish_at_the_counter(keys)
    assert Ticket.objects.get().state == "done"

    decide(dossier, clerk)
    hand_over(keys, site, dossier)
    assert "A001" not in {row.text for row in Ticket.objects.filter(state="called")}


def kept_as_it_was(dossier: Dossier, clerk: Person) -> None:
    """What was filed is noted on the number that stood there, and received."""
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.state) == (f"dossier:{dossier.pk}", "called")
    assert (dossier.channel, dossier.case.state, dossier.applicant_name) == ("counter", "received", NAME)
    assert DossierPaper.objects.get().digitised_by == clerk


def pay(keys: Keys) -> None:
    """Cash, with an electronic receipt at once; pressed twice it is taken once."""
    page = keys.page
    keys.press(page.get_by_role("link", name="Thu tiền mặt"))
    keys.press(page.get_by_role("button", name="Đã thu tiền mặt"))
    assert (Payment.objects.get().amount, Payment.objects.get().channel) == (16_000, "cash")
    receipt = Receipt.objects.get()
    issuing.make(receipt.pk)
    assert f"{receipt.number:08}" in page.inner_text("main")
    with page.expect_download() as download:
        keys.at(page.get_by_role("link", name="Tải biên lai"))
        page.keyboard.press("Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF")


def finish_at_the_counter(keys: Keys) -> None:
    page = keys.page
    keys.press(page.locator("main").get_by_role("link", name="1", exact=False).first)
    keys.press(page.get_by_role("button", name="Hoàn thành", exact=True))


def decide(dossier: Dossier, clerk: Person) -> None:
    """The rooms behind the counter: walked in a browser in test_dossiers."""
    specialist, head = (
        made.official("onestop_specialist", "Nguyễn Thị Bích Trâm"),
        made.official("onestop_head", "Phước"),
    )
    for act, by in (("take_on", specialist), ("propose", specialist), ("approve", head), ("sign", head), ("number", clerk), ("issue", clerk)):  # fmt: skip
        cases.act(dossier.pk, act, by=by)
    results.issue(dossier.pk)


def hand_over(keys: Keys, site: str, dossier: Dossier) -> None:
    """He comes back, with another number; the result is handed over at the counter."""
    page = keys.page
    hall.taken("B")
    page.goto(f"{site}/counters")
    keys.press(page.locator("main").get_by_role("link", name="1", exact=False).first)
    keys.press(page.get_by_role("button", name="Gọi số tiếp theo"))
    page.goto(f"{site}/desk/dossiers/")
    keys.write(page.locator("#q, [name=q]").first, "nguyen van tam")
    keys.press(page.locator("#q, [name=q]").first)
    keys.press(page.get_by_role("link", name=NAME))
    assert dossier.number in page.inner_text("main")
    keys.press(page.locator("#act form").get_by_role("button", name="Trả kết quả"))
    held = Dossier.objects.select_related("case").get()
    assert (held.case.state, held.delivered) == ("done", "handed_over")
