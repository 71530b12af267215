"""A firm on two phones: its director lets the accountant act for it, for a year and only for tax; he acts for it; she ends it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories.test_eid import at_the_issuer, looks_right
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.identity.models import Account
from vamco.systems.identity.tests import eid
from vamco.systems.parties.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from vamco.systems.identity.adapters.simulators.server import Service

    Reader = Callable[..., Page]

TODAY = dt.date(2026, 11, 20)
FIRM = "Công ty TNHH Vàm Cỏ Đông"
DIRECTOR, ACCOUNTANT, NUMBER = "Trần Thanh Long", "Phan Thị Mỹ Duyên", "080193000905"


@pytest.fixture
def vneid(site: str, settings: Any) -> Iterator[Service]:
    settings.VAMCO_TODAY = TODAY
    with eid.issuer(site=site) as service:
        eid.rely_on(settings, service, site=site)
        yield service


def signed_in(reader: Reader, site: str, name: str) -> Page:
    """A phone on which somebody has signed in with the eID."""
    page = reader("/log-in?next=/account/mandates/", width=390, height=844)
    page.get_by_role("link", name="Đăng nhập bằng VNeID").click()
    at_the_issuer(page, name)
    page.wait_for_url(f"{site}/account/mandates/")
    return page


def person(name: str) -> people.Person:
    return people.get(Account.objects.get(person__name=name).person_id)


def may(matter: str, firm: people.Organisation) -> bool:
    return access.owns(person(ACCOUNTANT), "any.act", access.Owner(organisation=firm.pk), matter)


@pytest.mark.usefixtures("vneid")
def test_a_director_an_accountant_and_a_year_of_tax(reader: Reader, site: str) -> None:
    his = signed_in(reader, site, ACCOUNTANT)
    assert FIRM not in his.inner_text("main")
    hers = signed_in(reader, site, DIRECTOR)
    firm = made.firm(person(DIRECTOR), FIRM)

    hers.reload()
    hers.get_by_role("link", name="Ủy quyền cho người khác").click()
    hers.get_by_label("Họ và tên người được ủy quyền").fill("phan thi my duyen")
    hers.get_by_label("Số căn cước của người đó").fill(NUMBER)
    hers.get_by_label("Thuế và hóa đơn").check()
    looks_right(hers)
    hers.get_by_role("button", name="Gửi đề nghị ủy quyền").click()
    hers.wait_for_url(f"{site}/account/mandates/")
    assert "Ủy quyền có hiệu lực khi được nhận" in hers.inner_text("#flashes")
    assert not may("tax", firm)  # not before he has agreed

    his.reload()
    his.get_by_role("link", name=FIRM).click()
    said = his.inner_text("main")
    assert "Thuế và hóa đơn" in said
    assert "19/11/2027" in said
    looks_right(his)
    his.get_by_role("button", name="Nhận").click()
    his.wait_for_url(f"{site}/account/mandates/")
    assert (may("tax", firm), may("land", firm)) == (True, False)

    his.get_by_label("Làm thay cho", exact=True).select_option(label=FIRM)
    his.get_by_role("button", name="Chọn").click()
    his.wait_for_selector(f"text=Bạn đang làm thay cho {FIRM}")
    looks_right(his)
    his.goto(f"{site}/notices")  # on every page, until he says otherwise or it ends
    assert f"Bạn đang làm thay cho {FIRM}" in his.inner_text("body")
    refused = his.goto(f"{site}/account/mandates/new?firm={firm.pk}")  # he acts for it, he does not represent it
    assert refused is not None
    assert refused.status == 404

    hers.reload()
    hers.locator("section", has=hers.get_by_role("heading", name=FIRM)).get_by_role("link", name=ACCOUNTANT).click()
    looks_right(hers)
    hers.get_by_role("button", name="Chấm dứt ủy quyền").click()
    hers.wait_for_url(f"{site}/account/mandates/")
    assert "Ủy quyền đã chấm dứt" in hers.inner_text("#flashes")
    his.goto(f"{site}/notices")
    assert "Bạn đang làm thay cho" not in his.inner_text("body")
    assert "Ủy quyền" in his.inner_text("main")  # he hears of it
    assert not may("tax", firm)
    acts = Entry.objects.filter(mentions__person=f"person:{person(ACCOUNTANT).pk}")
    director, accountant = person(DIRECTOR).actor, person(ACCOUNTANT).actor
    said_by = [
        (entry.act, entry.actor)
        for entry in acts.order_by("seq")
        if entry.act.startswith(("parties.", "people.give", "people.end"))
    ]
    assert said_by == [
        ("parties.offer", director),
        ("people.give_mandate", director),
        ("parties.accept", accountant),
        ("people.end_mandate", director),
    ]
