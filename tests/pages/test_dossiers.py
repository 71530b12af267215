"""The officials' half of story 1 in a real browser: receive, ask for a supplement, appraise, approve, sign, number, release; and all pages of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from tests.pages.axe import LOOKS, assert_accessible, assert_fits
from vamco.demo import log_ins
from vamco.kernel.work.cases import public as cases
from vamco.systems.desk.tests import made as desk_made
from vamco.systems.identity.models import Account
from vamco.systems.onestop.models import Dossier, DossierDocument
from vamco.systems.onestop.services import forming, results
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Read = Callable[..., Page]


@pytest.fixture
def dossier(site: str, settings: Any) -> Dossier:
    settings.VAMCO_DEMO = True
    log_ins.open_all()
    return made.dossier(made.citizen("Trần Thị Mai"), phone="0912345678")


@pytest.fixture
def desk(reader: Read, site: str) -> Read:
    """Gives pages as one of the demonstration's officials reads them."""

    def read(who: str, path: str, **habits: Any) -> Page:
        session = desk_made.reader(Account.objects.get(username=who).person).cookies["sessionid"].value
        page = reader("/style/upload", **habits)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page.goto(site + path)
        page.wait_for_selector("html[data-ready]")
        return page

    return read


def state(dossier: Dossier) -> str:
    return cases.by_id([dossier.pk])[dossier.pk].state


def do(page: Page, name: str, **fields: str) -> None:
    """Choose an act by its tab, fill its form, send it."""
    tab = page.locator("#act").get_by_role("link", name=name, exact=True)
    if tab.count():
        tab.click()
        page.wait_for_selector("html[data-ready]")
    for label, text in fields.items():
        control = page.locator(f"#act [name={label}]")
        if control.evaluate("node => node.tagName") == "SELECT":
            control.select_option(text)
        else:
            control.fill(text)
    page.locator("#act form").get_by_role("button", name=name).click()
    page.wait_for_selector("html[data-ready]")


def test_a_dossier_goes_from_the_clerk_to_the_signed_result(desk: Read, dossier: Dossier) -> None:
    clerk = desk("motcua", reverse("onestop:office_receive"))
    clerk.get_by_role("link", name="Trần Thị Mai").click()
    clerk.wait_for_selector("html[data-ready]")
    assert dossier.number in clerk.inner_text("main")
    do(clerk, "Tiếp nhận")
    assert state(dossier) == "received"
    specialist = desk("chuyenvien", f"/desk/cases/{dossier.pk}")
    do(specialist, "Yêu cầu bổ sung", reason="paper", note="Bản chính quyết định ly hôn")
    assert state(dossier) == "supplement"
    cases.act(dossier.pk, "supply", by=Dossier.objects.get(pk=dossier.pk).case.applicant)
    specialist.goto(f"{specialist.url.split('?')[0]}")
    specialist.get_by_role("link", name="Soạn kết quả").click()
    specialist.locator("[name=content]").fill("Chưa đăng ký kết hôn với ai")
    specialist.get_by_role("button", name="Lưu kết quả").click()
    specialist.wait_for_selector("html[data-ready]")
    do(specialist, "Trình phê duyệt")
    assert state(dossier) == "approving"
    head = desk("lanhdaomotcua", f"/desk/cases/{dossier.pk}")
    do(head, "Phê duyệt")
    do(head, "Ký kết quả")
    assert state(dossier) == "numbering"
    clerk = desk("motcua", f"/desk/cases/{dossier.pk}")
    do(clerk, "Vào sổ")
    do(clerk, "Phát hành kết quả")
    for seq in cases.Entry.objects.filter(case=dossier.pk, act__in=["accept", "ask_supplement"]).values_list("seq", flat=True):  # fmt: skip
        forming.issue(dossier.pk, seq)
    results.issue(dossier.pk)
    assert state(dossier) == "done"
    assert sorted(DossierDocument.objects.values_list("form", flat=True)) == ["01", "02", "result"]
    clerk = desk("motcua", f"/desk/cases/{dossier.pk}")
    assert "Hồ Văn Phước" in clerk.inner_text("main")
    assert_accessible(clerk)


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_the_pages_are_read_by_everybody(desk: Read, dossier: Dossier, language: str, theme: str, width: int) -> None:
    case = cases.act(dossier.pk, "accept", by=Account.objects.get(username="motcua").person)
    forming.issue(dossier.pk, case.seq)
    later = case.due_at + dt.timedelta(days=2)
    apology = cases.act(dossier.pk, "extend", by=Account.objects.get(username="lanhdaomotcua").person, note="Quá tải", reason="workload", until=later)  # fmt: skip
    forming.issue(dossier.pk, apology.seq)
    item = made.queries.PROCEDURES.get(Dossier.objects.get(pk=dossier.pk).procedure)
    made.queries.PROCEDURES.put(made.PROCEDURE, item.model_copy(update={"time": item.time.model_copy(update={"most": 5})}))  # fmt: skip
    paths = {
        "motcua": ["onestop:office_dossiers", "onestop:office_receive", "onestop:register", "onestop:counter", "onestop:apologies"],
        "chuyenvien": [("onestop:result", dossier.pk), ("onestop:why", dossier.pk), ("desk:case", dossier.pk)],
        "lanhdaomotcua": ["onestop:team", "onestop:versions", ("onestop:version", made.PROCEDURE)],
    }  # fmt: skip
    for who, places in paths.items():
        page = desk(who, "/desk/", language=language, theme=theme, width=width)
        for place in places:
            path = reverse(place) if isinstance(place, str) else reverse(place[0], args=[place[1]])
            page.goto(page.url.split("/desk")[0] + path)
            page.wait_for_selector("html[data-ready]")
            assert_fits(page)
            assert_accessible(page)
