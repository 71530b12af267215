"""Story 2: a daughter acts for her mother, who opens a shop. Fee by VietQR, notices late, twice and contradicting each other; the tax
office's part; the dossier is stopped; money goes back, asked by one, decided by another, paid out, and shown.

The bank is the simulator with its own pages; what it reports goes over HTTP to the site, and the worker does what follows.
"""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.pages.axe import assert_accessible, assert_fits, assert_targets
from tests.pages.test_dossiers import desk, do
from vamco.demo import log_ins
from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.forms import public as forms
from vamco.kernel.work.notices import public as notices
from vamco.systems.desk.tests.made import reader as logged_in
from vamco.systems.identity.models import Account
from vamco.systems.onestop.demo import answers
from vamco.systems.onestop.models import Dossier, Preparation
from vamco.systems.onestop.services import prefill
from vamco.systems.onestop.tests import made
from vamco.systems.payments.adapters.simulators import world as simulated
from vamco.systems.payments.adapters.simulators.server import Server, running
from vamco.systems.payments.models import Invoice, Notification, Payment, Receipt, Refund
from vamco.systems.payments.tests import made as money
from vamco.web import assurance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from vamco.kernel.world.people.models import Person

    Reader = Callable[..., Page]

__all__ = ["desk"]
PROCEDURE, FEE = "1.001612", 100_000
MOTHER, DAUGHTER = "072160000444", "072190000333"


@pytest.fixture
def bank(site: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[simulated.World]:
    """The simulated bank on a port, which calls the site back; a shop's registration is filed here, and costs something."""
    settings.VAMCO_DEMO = True
    money.open_channels(settings)
    settings.VAMCO_GATEWAY_MERCHANT = ""
    item = made.queries.PROCEDURES.get(made.queries.PROCEDURES.newest(PROCEDURE))
    assert item.filing is not None
    changes = {
        "route": "provincial",
        "fees": [type(item.fees[0])(amount=FEE)],
        "filing": item.filing.model_copy(update={"result": ""}),
    }
    made.queries.PROCEDURES.put(PROCEDURE, item.model_copy(update=changes))
    log_ins.open_all()
    server = Server("127.0.0.1", 0)
    settings.VAMCO_BANK_APP = f"http://127.0.0.1:{server.server_address[1]}"
    server.world = simulated.World(site, money.USER, money.PASSWORD, money.MERCHANT, money.SECRET, "khoa")
    monkeypatch.setattr(simulated, "LATE_S", 2)
    with prefill._sources.restored(empty=True), running(server) as world:
        yield world


def work() -> None:
    """Let the worker do all that waits."""

    def run() -> None:
        from django.db import connections

        from vamco.kernel.base.jobs.services import worker

        try:
            worker.run(alone=True, wait=False)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:  # a browser's loop runs in this thread
        pool.submit(run).result()


def phone(reader: Reader, site: str, who: Person, path: str) -> Page:
    """A telephone on which somebody is signed in, surely."""
    client = logged_in(who)
    session = client.session
    assurance.write(session, assurance.Assurance(2, ("pwd", "otp"), clock.now(), ""))
    session.save()
    page = reader("/offline", width=390, height=844)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    return open_(page, site + path)


def open_(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    return page


def good(page: Page) -> None:
    assert_fits(page)
    assert_targets(page)
    assert_accessible(page)


def let_act(hers: Page, site: str, daughter: Page) -> None:
    """The mother lets her daughter act in matters of business; the daughter accepts, and chooses to act for her."""
    hers.get_by_role("link", name="Ủy quyền cho người làm thay tôi").click()
    hers.get_by_label("Họ và tên người được ủy quyền").fill("le thi hoa")
    hers.get_by_label("Số căn cước của người đó").fill(DAUGHTER)
    hers.get_by_label("Đăng ký kinh doanh").check()
    hers.get_by_role("button", name="Gửi đề nghị ủy quyền").click()
    hers.wait_for_url(f"{site}/account/mandates/")
    daughter.reload()
    daughter.get_by_role("link", name="Trần Thị Mai").click()
    daughter.get_by_role("button", name="Nhận").click()
    daughter.wait_for_url(f"{site}/account/mandates/")
    daughter.get_by_label("Làm thay cho", exact=True).select_option(label="Trần Thị Mai")
    daughter.get_by_role("button", name="Chọn").click()
    daughter.wait_for_selector("text=Bạn đang làm thay cho Trần Thị Mai")


def file_it(page: Page, site: str, daughter: Person) -> Dossier:
    """From the procedure's page to the number; the answers are put in behind the pages, which test_filing walks."""
    open_(page, f"{site}/procedures/{PROCEDURE}")
    page.get_by_role("link", name="Nộp hồ sơ").click()
    page.get_by_label("Không thuộc trường hợp nào").check()
    page.locator(".actions button.primary").first.click()
    page.wait_for_url(re.compile("/form/"))
    found = Preparation.objects.select_related("draft__form").get()
    assert found.draft is not None
    known = {"applicant.name": "Trần Thị Mai", "owner": "person", "business.commune": "25708"}
    known |= {"applicant.citizen_id": MOTHER, "applicant.foreign": False}
    data = answers.complete(forms.form_of(found.draft.form), known, random.Random(7), clock.today(), ("25708",))
    forms.amend(found.draft.code, data, by=daughter, seen=found.draft.revision)
    open_(page, f"{site}/dossiers/drafts/{found.code}/where")
    assert page.locator("#id_office").input_value() == made.OFFICE
    page.locator("#id_phone").fill("0912 345 678")
    page.locator(".actions button.primary").first.click()
    page.wait_for_load_state()
    open_(page, f"{site}/dossiers/drafts/{found.code}/check")
    assert page.get_by_role("button", name="Nộp hồ sơ").count() == 1, page.inner_text("main")
    page.get_by_role("button", name="Nộp hồ sơ").click()
    expect(page).to_have_url(re.compile(r"/receipt$"))
    dossier = Dossier.objects.select_related("case").get()
    assert page.locator(".notice .number").inner_text() == dossier.number
    assert (dossier.case.applicant_id, dossier.filed_by_id, dossier.finance) == (found.person_id, daughter.pk, "due")
    return dossier


def transfer(page: Page, how: str) -> None:
    """Pay what the invoice asks for in the bank's app, which behaves in some way."""
    page.get_by_role("link", name="Nộp thử").click()
    page.locator(f"[name=behaviour][value={how}]").check()
    page.locator("button.first").click()
    page.wait_for_selector("a.go")


def test_a_daughter_pays_for_her_mother_and_it_goes_back(
    reader: Reader, desk: Callable[..., Page], site: str, bank: simulated.World
) -> None:
    mother, daughter, stranger = made.citizen("Trần Thị Mai", MOTHER), made.citizen("Lê Thị Hoa", DAUGHTER), made.citizen("Ngô Lạ")  # fmt: skip
    page = phone(reader, site, daughter, "/account/mandates/")
    let_act(phone(reader, site, mother, "/account/mandates/"), site, page)
    dossier = file_it(page, site, daughter)

    page.get_by_role("link", name="Nộp ngay").click()
    page.wait_for_selector("html[data-ready]")
    invoice, bill = Invoice.objects.get(), page.url
    good(page)
    others = phone(reader, site, stranger, "/payments/")
    assert invoice.reference not in others.content()
    refused = others.goto(bill)
    assert refused is not None
    assert refused.status == 404

    old = open_(page.context.new_page(), bill)  # a tab that she forgets
    transfer(page, "less")
    open_(page, bill)
    assert "Đã nhận 99.000 đồng. Còn thiếu 1.000 đồng" in page.inner_text("main")
    good(page)
    work()
    assert [told.title for told in notices.inbox(mother, "vi").notices if "thiếu" in told.title] == [f"Hồ sơ {dossier.number} còn thiếu 1.000 đồng"]  # fmt: skip
    transfer(page, "late")
    open_(page, f"{bill}?look")
    if Payment.objects.count() == 1:
        assert "Còn thiếu 1.000 đồng" in page.inner_text("main")
    for _ in range(60):
        if Payment.objects.count() == 2:
            break
        page.wait_for_timeout(250)
    open_(page, bill)
    assert "Đã nộp. Biên lai đã sẵn sàng." in page.inner_text("main")
    transfer(old, "contradicted")  # the whole once more, and reported again as ten times as much
    assert [(row.amount, row.contradicted, row.repeats) for row in Notification.objects.order_by("pk")] == [
        (99_000, False, 0), (1_000, False, 0), (100_000, True, 1),
    ]  # fmt: skip
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [1_000, 99_000, 100_000]
    again = Refund.objects.get()
    assert (again.amount, again.cause) == (100_000, "second")
    work()
    assert (Receipt.objects.count(), Dossier.objects.get().finance) == (1, "paid")
    open_(page, bill)
    assert "Sẽ hoàn trả cho bạn 100.000 đồng" in page.inner_text("main")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải biên lai").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    good(page)

    stopped_and_given_back(page, desk, dossier, bill)


def stopped_and_given_back(page: Page, desk: Callable[..., Page], dossier: Dossier, bill: str) -> None:
    """What the daughter sees of it in the end."""
    site = bill.partition("/pay/")[0]
    the_office_stops_it(desk, dossier)
    it_goes_back(desk, site, dossier)
    work()
    assert Dossier.objects.get().finance == "refunded"
    open_(page, bill)
    assert page.inner_text("main").count("Đã hoàn trả cho bạn 100.000 đồng.") == 2
    open_(page, f"{site}/dossiers/{dossier.number}")
    assert "Đã hoàn trả" in page.inner_text("main")
    good(page)
    assert sum(Refund.objects.filter(standing="done").values_list("amount", flat=True)) == 200_000


def the_office_stops_it(desk: Callable[..., Page], dossier: Dossier) -> None:
    """Received; the tax office answers its part in its own inbox, and says no; the head stops the dossier."""
    do(desk("motcua", f"/desk/cases/{dossier.pk}"), "Tiếp nhận")
    specialist = desk("chuyenvien", f"/desk/cases/{dossier.pk}")
    do(specialist, "Chuyển cơ quan thuế")
    part = cases.by_id([dossier.pk])[dossier.pk].parts.get()
    tax = desk("sothue", "/desk/")
    assert dossier.number in tax.inner_text("main") or part.title in tax.inner_text("main")
    tax.goto(tax.url.split("/desk")[0] + f"/desk/cases/{part.pk}")
    tax.wait_for_selector("html[data-ready]")
    do(tax, "Trả lời", note="Người này đã đứng tên một hộ kinh doanh khác.")
    part.refresh_from_db()
    assert part.state == "answered"
    head = desk("lanhdaomotcua", f"/desk/cases/{dossier.pk}")
    head.locator("details.more summary").click()
    head.get_by_role("link", name="Dừng giải quyết").click()
    head.wait_for_selector("html[data-ready]")
    head.locator("[name=reason]").select_option("no_ground")
    head.locator("[name=note]").last.fill("Đã đứng tên một hộ kinh doanh khác.")
    head.get_by_role("button", name="Dừng giải quyết").click()
    head.wait_for_selector("html[data-ready]")
    assert cases.by_id([dossier.pk])[dossier.pk].state == "stopped"


def it_goes_back(desk: Callable[..., Page], site: str, dossier: Dossier) -> None:
    """The clerk asks for it; the head decides on both; the accountant pays them out. Who asked decides on nothing."""
    clerk = desk("motcua", f"/desk/dossiers/{dossier.pk}/fee")
    clerk.get_by_label("Số tiền (đồng)").fill("100000")
    clerk.get_by_label("Lý do").fill("Hồ sơ đã dừng giải quyết")
    clerk.get_by_role("button", name="Đề nghị hoàn trả").click()
    clerk.wait_for_selector("html[data-ready]")
    assert_accessible(clerk)
    asked = Refund.objects.order_by("pk").last()
    assert asked is not None
    assert asked.asked_by == str(Account.objects.get(username="motcua").person_id)
    for refund in Refund.objects.order_by("pk"):
        head = desk("lanhdaomotcua", f"/desk/refunds/{refund.pk}")
        head.get_by_role("button", name="Phê duyệt").click()
        head.wait_for_selector("html[data-ready]")
        assert head.get_by_role("button", name="Đã chuyển tiền").count() == 0  # who decides does not pay out
        payer = desk("ketoan", f"/desk/refunds/{refund.pk}")
        payer.locator("[name=note]").fill(f"UNC-{refund.pk}")
        payer.get_by_role("button", name="Đã chuyển tiền").click()
        payer.wait_for_selector("html[data-ready]")
