"""Traffic in a real browser: the review desk by keyboard alone, lanes drawn without a pointer, every page for everybody."""

from __future__ import annotations

import datetime as dt
import io
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from tests.pages.axe import LOOKS, assert_accessible, assert_fits, assert_targets
from vamco.engines.vision import contracts as vision
from vamco.kernel.base import clock
from vamco.systems.desk.tests.made import reader as signed_in
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.tests import made, pictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from vamco.kernel.world.people.models import Person

    Reader = Callable[..., Page]

SHOTS = os.environ.get("VAMCO_SHOTS", "")
WIDTH, HEIGHT = 1280, 720


def shoot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def frame(y: int) -> bytes:
    """A road with a car at a height, as a camera sends it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (118, 126, 120))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(430, 200), (850, 200), (1150, 720), (130, 720)], fill=(74, 76, 80))
    pen.line([(300, 430), (980, 430)], fill=(235, 235, 235), width=10)
    pen.rectangle((560, y - 130, 720, y), fill=(160, 40, 44))
    pen.rectangle((610, y - 34, 670, y - 12), fill=(240, 240, 240))
    pen.text((615, y - 32), "70A-123.45", fill=(10, 10, 10))
    pen.rectangle((900, 60, 930, 150), fill=(20, 20, 20))
    pen.ellipse((904, 64, 926, 86), fill=(230, 30, 30))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


DRAWING = vision.Drawing(
    WIDTH,
    HEIGHT,
    lanes=(vision.Lane("L1", ((430, 200), (850, 200), (1150, 720), (130, 720)), ((640, 700), (640, 220))),),
    stop_lines=(vision.StopLine("S1", ((300, 430), (980, 430)), ("L1",), "D1"),),
    signals=(vision.Signal("D1", vision.Box(900, 60, 930, 150)),),
)


def proposed(text: str, after: int) -> Violation:
    """A car that crossed at red, with pictures of it."""
    began = clock.now() + dt.timedelta(seconds=after)
    steps = tuple(
        vision.Sighting(began + dt.timedelta(seconds=n / 10), n, vision.Box(560, 520 - 10 * n, 720, 650 - 10 * n), 0.9)
        for n in range(40)
    )
    plate = vision.PlateRead(text, 1, (0.99, 0.99, 0.98, 0.62, 0.99, 0.99, 0.99, 0.97), vision.Colour.WHITE, True, 60)
    went = made.passage(text, began, path=steps, plate=plate)
    finding = traffic.Finding(
        traffic.ActCode.RED_LIGHT,
        steps[21].at,
        (10, 22, 36),
        "person",
        {"line": "S1", "signal": "D1", "light": "red", "red_for_s": 3.42, "beyond_px": 140.0},
        ("weak_character",),
    )
    files = traffic.EvidenceFiles(frames={f"{n:02}.jpg": frame(650 - 10 * at) for n, at in enumerate((10, 22, 36), 1)})
    traffic.take_in([went])
    found = traffic.propose(went, finding, files, drawing=1)
    assert found is not None
    return found


@pytest.fixture
def drawn(site: str, settings: Any) -> None:
    assert site
    settings.VAMCO_DEMO = True  # the keys by which evidence is signed
    traffic.save_drawing(made.CAMERA, DRAWING, by=None, note="Lần đầu")
    pictures.live_picture(made.CAMERA, {"car": 4, "motorbike": 17}, drawn=frame(420), drawing=1)
    traffic.report(made.CAMERA, traffic.Health("ok", clock.now(), seen_at=clock.now(), per_second=7.8))


def enter(reader: Reader, site: str, who: Person, path: str, **habits: Any) -> Page:
    page = reader("/offline", **habits)
    session = signed_in(who).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
    page.goto(site + path)
    page.wait_for_selector("html[data-ready]")
    return page


@pytest.mark.usefixtures("drawn")
def test_the_review_desk_works_by_keyboard_alone(reader: Reader, site: str) -> None:
    found = [proposed(f"70A1234{n}", n) for n in range(5)]
    page = enter(reader, site, made.official("Nguyễn Hữu Thắng", "traffic_reviewer"), "/traffic/review")
    assert page.locator("#confirm").get_attribute("action") == f"/traffic/review/{found[0].pk}"
    assert (
        page.locator(".why").inner_text().startswith("Vì sao: Ô tô con vượt vạch dừng S1 khi đèn đã đỏ được 3,4 giây.")
    )
    assert page.locator(".shot").count() == 3
    assert page.locator(".shot .vehicle").count() == 3
    assert page.locator(".chars .weak").count() == 1
    shoot(page, "review")
    began = time.monotonic()
    page.keyboard.press("Enter")  # confirmed as read
    page.wait_for_url(f"{site}/traffic/review/{found[1].pk}")
    page.wait_for_selector("html[data-ready]")
    took = time.monotonic() - began
    page.keyboard.press("e")
    page.keyboard.type("70A-999.99")
    page.keyboard.press("Enter")  # confirmed as corrected
    page.wait_for_url(f"{site}/traffic/review/{found[2].pk}")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("n")  # left for later
    page.wait_for_url(f"{site}/traffic/review/{found[3].pk}")
    page.wait_for_selector("html[data-ready]")
    page.keyboard.press("3")  # nothing: R was not pressed
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.keyboard.press("3")  # nothing: taken back
    page.keyboard.press("r")
    page.keyboard.press("3")
    page.wait_for_url(f"{site}/traffic/review/{found[4].pk}")
    rows = {each.pk: each for each in Violation.objects.select_related("case")}
    assert [rows[each.pk].case.state for each in found] == ["reviewed", "reviewed", "proposed", "rejected", "proposed"]
    assert [rows[each.pk].plate for each in found[:2]] == ["70A12340", "70A99999"]
    assert rows[found[3].pk].case.entries.get(act="reject").reason == "priority"
    assert took < 5


@pytest.mark.usefixtures("drawn")
def test_single_keys_can_be_switched_off(reader: Reader, site: str) -> None:
    found = proposed("70A12345", 0)
    page = enter(reader, site, made.official("Nguyễn Hữu Thắng", "traffic_reviewer"), f"/traffic/review/{found.pk}")
    page.locator("#keys").uncheck()
    page.locator("body").press("r")
    assert page.locator("#reject").get_attribute("open") is None
    page.keyboard.press("Enter")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert not page.locator("#keys").is_checked()
    assert Violation.objects.get(pk=found.pk).case.state == "proposed"


@pytest.mark.usefixtures("drawn")
def test_lanes_are_drawn_with_keyboard_and_pointer(reader: Reader, site: str) -> None:
    page = enter(
        reader, site, made.official("Đoàn Thị Yến", "traffic_operator"), f"/traffic/cameras/{made.CAMERA}/drawing"
    )
    row = page.locator("[data-row]").nth(0)
    row.locator("[data-do=pick]").press("Enter")
    assert page.locator("circle:focus").get_attribute("aria-label") == "L1, điểm 1: 430, 200"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    assert row.locator("[name=points]").input_value().startswith("440,201 850,200")
    page.keyboard.press("+")
    assert row.locator("[name=points]").input_value().count(",") == 5
    page.keyboard.press("Delete")
    assert row.locator("[name=points]").input_value().count(",") == 4
    added = page.locator("[data-row]").nth(3)
    added.locator("[name=shape]").select_option("zone")
    added.locator("[name=code]").fill("Z1")
    added.locator("[name=purpose]").select_option("no_stopping")
    added.locator("[data-do=pick]").click()
    page.locator("[data-draw]").click(position={"x": 40, "y": 40})
    assert added.locator("[name=points]").input_value().count(",") == 5
    shoot(page, "drawing")
    page.locator("[name=note]").fill("Thêm vùng cấm dừng")
    page.get_by_role("button", name="Lưu thành phiên bản mới").press("Enter")
    page.wait_for_selector(".flashes .notice")
    now = traffic.drawing(made.CAMERA)
    assert now is not None
    assert (now[0], now[1].lanes[0].polygon[0], now[1].zones[0].purpose) == (2, (440.0, 201.0), "no_stopping")


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(("language", "theme", "width"), [("vi", "light", 320), *LOOKS])
def test_everybody_can_read_them(reader: Reader, site: str, language: str, theme: str, width: int) -> None:
    reviewer, head = (
        made.official("Nguyễn Hữu Thắng", "traffic_reviewer"),
        made.official("Lê Hoàng Sơn", "traffic_head"),
    )
    operator = made.official("Đoàn Thị Yến", "traffic_operator")
    investigator = made.official("Phùng Văn Khải", "traffic_investigator")
    found, confirmed, noticed = (proposed(f"70A1234{n}", n) for n in range(3))
    traffic.confirm(confirmed.pk, by=reviewer, seen=made.seq(confirmed))
    Violation.objects.filter(pk=noticed.pk).update(notice="TB-0001", code="ma-khong-doan-duoc")
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    counted = [
        traffic.Counted(
            made.CAMERA,
            now - dt.timedelta(minutes=5 * n),
            "L1",
            {"car": n, "motorbike": 20 + n} if n % 5 else None,
            31.0,
            0.2,
            3,
        )
        for n in range(1, 24)
    ]
    traffic.count(counted)
    for path, who in (
        ("/traffic", operator),
        (f"/traffic/cameras/{made.CAMERA}", operator),
        (f"/traffic/cameras/{made.CAMERA}/drawing", operator),
        ("/traffic/add-camera", operator),
        ("/traffic/halls", operator),
        (f"/traffic/review/{found.pk}", reviewer),
        ("/traffic/decide", head),
        (f"/traffic/sanction/{noticed.pk}", head),
        ("/traffic/search", investigator),
        ("/traffic/searches", investigator),
        ("/traffic/wanted", investigator),
        ("/fines", investigator),
        ("/fines/ma-khong-doan-duoc", investigator),
    ):
        page = enter(reader, site, who, path, language=language, theme=theme, width=width)
        shoot(page, f"traffic{path.replace('/', '-')}-{language}-{theme}-{width}")
        assert_accessible(page)
        assert_fits(page)
        assert_targets(page)
        page.context.close()
