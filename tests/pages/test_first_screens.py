"""What must be seen at once: the first row of an inbox on a telephone, all cards of the wall, nothing wider than the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.desk.tests import made
from vamco.systems.indicators import public as indicators

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

PHONE = {"width": 390, "height": 844}


BY_CAMERA = {"GT04", "GT05", "GT06"}
"""On no board: what cameras count is on the pages of its indicators and of traffic."""


def shown() -> list[str]:
    """The indicators on the wall; satisfaction with dossiers is on the leaders' board only."""
    return [code for code in on_the_board() if code != "HCC11"]


def on_the_board() -> list[str]:
    return [code for code in indicators.definitions() if code not in BY_CAMERA]


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_first_row_of_an_inbox_stands_in_the_first_screen_of_a_telephone(
    official: Callable[..., Page], language: str
) -> None:
    office = made.person("office", made.OFFICE, "Lê Văn Giao")
    made.directive(made.alarm(), office)
    page = official("/desk/following/", language=language, **PHONE)
    assert page.locator("tbody tr").count() == 1
    assert bottom(page, "tbody tr") <= 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    select = page.locator(".filters select").first
    assert not select.is_visible()
    page.locator(".filter-fold > summary").press("Enter")
    assert select.is_visible()


def test_with_room_the_filters_lie_open(official: Callable[..., Page]) -> None:
    page = official("/desk/", width=1440, height=900)
    assert page.locator(".filters select").first.is_visible()
    assert not page.locator(".filter-fold > summary").is_visible()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("missing", [0, 3])
def test_a_wall_shows_every_card_whole(official: Callable[..., Page], language: str, missing: int) -> None:
    codes = shown()
    for code in codes[missing:]:
        made.values(code, *[50_300_000_000_000 if code == "NS01" else 59] * 9)
    page = official("/wall", language=language, width=3840, height=2160)
    overflow: list[Any] = page.evaluate(
        """() => [...document.querySelectorAll(".kpi")].flatMap((card) => {
            const outer = card.getBoundingClientRect();
            return [...card.querySelectorAll("*")].filter((part) => {
                const box = part.getBoundingClientRect();
                return box.bottom > outer.bottom + 1 || box.right > outer.right + 1 || box.top < outer.top - 1;
            }).map((part) => `${card.querySelector(".code").textContent}: ${part.className.baseVal ?? part.className}`);
        })"""
    )
    assert overflow == []
    assert page.evaluate("document.documentElement.scrollHeight") == 2160
    assert page.locator(".notice").count() == (1 if missing else 0)
    assert page.locator(".kpi").count() == len(codes)


@pytest.mark.parametrize("width", [360, 390, 1440])
def test_a_board_is_never_wider_than_its_screen(official: Callable[..., Page], width: int) -> None:
    codes = on_the_board()
    for code in codes:
        made.values(code, *[50_300_000_000_000 if code == "NS01" else 59] * 9)
    page = official("/board", width=width, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".kpi").count() == len(codes)
