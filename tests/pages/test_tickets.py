"""The hall in a real browser: two calls at once on the screen (case PR-06), the kiosk by keyboard, a ticket on a phone."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.axe import LOOKS, assert_accessible, assert_fits
from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.systems.desk.tests.made import reader as signed_in
from vamco.systems.tickets.models import Ticket
from vamco.systems.tickets.services import calling, devices, queue
from vamco.systems.tickets.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Reader = Callable[..., Page]

SHOTS = os.environ.get("VAMCO_SHOTS", "")
SEEN = """() => {
    window.seen = [];
    const look = () => {
        const text = document.querySelector(".call-text").textContent + " " + document.querySelector(".call-counter").textContent;
        const last = window.seen.at(-1);
        if (!last || last.text !== text) window.seen.push({ text, at: performance.now() });
    };
    look();
    new MutationObserver(look).observe(document.getElementById("call"), { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(autouse=True)
def _morning(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs, on a Wednesday morning."""
    assert site
    begun, real = dt.datetime(2026, 11, 18, 9, tzinfo=HCM), time.monotonic()

    def now() -> dt.datetime:
        return begun + dt.timedelta(seconds=time.monotonic() - real)

    monkeypatch.setattr(clock, "now", now)


def device(reader: Reader, site: str, kind: str, **habits: Any) -> Page:
    head = made.clerk("Hồ Văn Phước", role="onestop_head")
    _row, secret = devices.set_up(made.OFFICE, kind, "Sảnh", head)  # type: ignore[arg-type]
    page = reader("/offline", **habits)
    page.goto(f"{site}/hall-device/{secret}")
    page.wait_for_selector("html[data-ready]")
    return page


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def test_two_calls_at_once_are_both_shown_their_whole_time(reader: Reader, site: str) -> None:
    """Case PR-06."""
    clerks = [made.clerk(f"Cán bộ {n}") for n in range(2)]
    desks = [made.sat(2, clerks[0]), made.sat(5, clerks[1])]
    for _ in range(20):
        made.taken("A")
    for done in Ticket.objects.order_by("number")[:16]:
        queue.leave(done.code)
    screen = device(reader, site, "screen", width=1920, height=1080)
    screen.evaluate(SEEN)
    for desk, clerk in zip(desks, clerks, strict=True):
        calling.call_next(desk, clerk, after="")
    screen.wait_for_function("() => window.seen.some((each) => each.text.startsWith('A017'))")
    shoot(screen, "hall-screen")
    assert_accessible(screen)
    screen.wait_for_function("() => window.seen.length >= 4")
    shown = screen.evaluate("() => window.seen")
    assert [each["text"].strip() for each in shown] == ["–", "A017 Quầy 2", "A018 Quầy 5", "–"]
    for before, after in ((shown[1], shown[2]), (shown[2], shown[3])):
        assert 9_900 <= after["at"] - before["at"] < 25_000


def test_the_kiosk_works_by_keyboard_and_goes_back(reader: Reader, site: str) -> None:
    kiosk = device(reader, site, "kiosk", width=1080, height=1920)
    assert_accessible(kiosk)
    shoot(kiosk, "hall-kiosk")
    kiosk.keyboard.press("b")
    kiosk.wait_for_selector(".slip")
    assert kiosk.locator("h1").inner_text().endswith("B001")
    assert kiosk.locator(".slip-qr svg").count() == 1
    assert_accessible(kiosk)
    shoot(kiosk, "hall-slip")
    kiosk.wait_for_url(f"{site}/hall-kiosk")
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(("language", "theme", "width"), [("vi", "light", 320), *LOOKS])
def test_everybody_can_read_them(reader: Reader, site: str, language: str, theme: str, width: int) -> None:
    mai, clerk = made.citizen(), made.clerk(role="onestop_head")
    desk = made.sat(1, clerk)
    made.taken("A")
    ticket = made.taken("A", person=mai)
    calling.call_next(desk, clerk, after="")
    habits = {"language": language, "theme": theme, "width": width}
    for path, who in (
        ("/halls", mai),
        (f"/halls/{made.OFFICE}", mai),
        (f"/tickets/{ticket.code}", mai),
        ("/counters", clerk),
        (f"/counters/{desk}", clerk),
        (f"/hall-figures/{made.OFFICE}", clerk),
    ):
        page = reader("/offline", **habits)
        session = signed_in(who).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page.goto(site + path)
        page.wait_for_selector("html[data-ready]")
        assert_accessible(page)
        assert_fits(page)
        shoot(page, f"hall{path.replace('/', '-')}-{language}-{theme}-{width}")
        page.context.close()
