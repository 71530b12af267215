"""Somebody under two records: an administrator joins them, she sees what is of both; a month later they are taken apart again."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.stories.test_eid import at_the_issuer, looks_right
from vamco.demo import log_ins
from vamco.demo.people import PASSWORD, app_key
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices.tests import made as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.systems.identity.models import Account
from vamco.systems.identity.tests import eid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    from vamco.systems.identity.adapters.simulators.server import Service

    Reader = Callable[..., Page]

TODAY = dt.date(2026, 11, 20)
NAME, NUMBER, PASSPORT = "Phan Thị Mỹ Duyên", "080193000905", "C1234567"
OWN, EARLIER = "Báo cáo của hồ sơ căn cước", "Báo cáo của hồ sơ hộ chiếu"


@pytest.fixture
def vneid(site: str, settings: Any) -> Iterator[Service]:
    settings.VAMCO_TODAY = TODAY
    with eid.issuer(site=site) as service:
        eid.rely_on(settings, service, site=site)
        log_ins.open_all()
        folder = Path(settings.VAMCO_DATA)
        folder.mkdir(parents=True, exist_ok=True)
        offered = {"password": PASSWORD, "people": [{"username": "quantri", "app_key": app_key("quantri")}]}
        (folder / "demo-logins.json").write_text(json.dumps(offered), encoding="utf-8")
        yield service


def administrator(reader: Reader, site: str) -> Page:
    """A phone on which an administrator has signed in with password and app."""
    page = reader("/log-in?next=/desk/people/join", width=390, height=844)
    page.fill("#username", "quantri")
    page.fill("#password", PASSWORD)
    page.click("main form:has(#username) button")
    page.wait_for_url(f"{site}/log-in/code")
    looks_right(page)
    page.fill("#code", page.locator("[data-demonstration-code]").inner_text())
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"{site}/desk/people/join")
    return page


def notice(to: people.Person, title: str) -> None:
    notices.send(to, "cases.assigned", {**notices.ASSIGNED, "title": title})


def told(page: Page, site: str) -> tuple[bool, bool]:
    """Whether she reads the notice of her own record, and that of the earlier one."""
    page.goto(f"{site}/notices")
    said = page.inner_text("main")
    return OWN in said, EARLIER in said


@pytest.mark.usefixtures("vneid")
def test_joined_at_the_counter_and_parted_a_month_later(reader: Reader, site: str, settings: Any) -> None:
    hers = reader("/log-in?next=/notices", width=390, height=844)
    hers.get_by_role("link", name="Đăng nhập bằng VNeID").click()
    at_the_issuer(hers, NAME)
    hers.wait_for_url(f"{site}/notices")
    kept = Account.objects.get(person__name=NAME).person
    earlier = people.add("PHAN THI MY DUYEN")
    people.record_number(earlier, "passport", PASSPORT)
    notice(kept, OWN)
    notice(earlier, EARLIER)
    assert told(hers, site) == (True, False)

    desk = administrator(reader, site)
    desk.get_by_label("Số giấy tờ", exact=True).fill(NUMBER)
    desk.get_by_label("Số giấy tờ kia").fill(PASSPORT)
    looks_right(desk)
    desk.get_by_role("button", name="Tìm cả hai").click()
    desk.wait_for_selector("article.card")
    compared = desk.inner_text("main")
    assert NAME in compared
    assert "PHAN THI MY DUYEN" in compared
    assert NUMBER not in compared  # masked, also for who has typed it
    looks_right(desk)
    desk.get_by_label("Căn cứ").fill("Xuất trình hộ chiếu và căn cước, có mặt")
    desk.get_by_role("button", name="Đúng là một người: gộp").click()
    desk.wait_for_url(f"{site}/desk/people/join/*")
    assert "Từ nay hai hồ sơ là của một người" in desk.inner_text("#flashes")
    looks_right(desk)
    assert told(hers, site) == (True, True)

    settings.VAMCO_TODAY = TODAY + dt.timedelta(days=30)
    desk.reload()
    desk.get_by_label("Lý do tách").fill("Hai chị em sinh đôi")
    desk.get_by_role("button", name="Tách hai hồ sơ").click()
    desk.wait_for_selector("text=Không mất dữ liệu nào")
    assert desk.get_by_role("button", name="Tách hai hồ sơ").count() == 0
    assert told(hers, site) == (True, False)
    assert access.selves(people.get(earlier.pk)) == {earlier.pk}
    acts = Entry.objects.filter(act__in=("people.join", "people.part")).order_by("seq")
    actor = Account.objects.get(username="quantri").person.actor
    assert [(entry.act, entry.actor) for entry in acts] == [("people.join", actor), ("people.part", actor)]
    written = " ".join(f"{entry.detail} {entry.purpose}" for entry in Entry.objects.all())
    assert NUMBER not in written
    assert PASSPORT not in written
