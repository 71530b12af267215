"""In January the page of investment has both plans; what is missing, silent or too early to judge says so."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from vamco.kernel.base import clock as platform_clock
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Coverage, MissingRow, Shortfall
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.tests.made import FINANCE, NORTH, ROADS, SOUTH, settle
from vamco.systems.indicators.tests.test_plan_year import pay
from vamco.systems.ioc.pages import boards, indicator_page
from vamco.systems.ioc.pages.indicator_page import Where
from vamco.web.components import Tone
from vamco.web.templatetags.web import kpi_card

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

D = dt.date
NOBODY: Person | None = None


@pytest.fixture(autouse=True)
def _vietnamese() -> object:
    with translation.override("vi"):
        yield


def test_in_january_the_page_has_both_plans_and_the_board_the_old_one(
    departments: Departments, clock: Clock, tmp_path: Path
) -> None:
    clock.set(D(2026, 1, 20))
    departments.plans((D(2025, 1, 1), ROADS, NORTH, 1000), (D(2026, 1, 5), ROADS, NORTH, 2000))
    pay(tmp_path, (D(2026, 1, 20), 2025, NORTH, 900), (D(2026, 1, 20), 2026, NORTH, 50))
    settle("DTC01")
    of = indicators.definition("DTC01")

    card = boards.draw_cards({"DTC01": of})[0]
    assert (card.figure, card.period) == ("90,0", "Kế hoạch năm 2025, đến 20/01/2026")
    assert [str(fact.term) for fact in card.comparisons][-1] == "Mục tiêu năm 2025"
    page = indicator_page.context(of, Where(), NOBODY)
    assert [(str(link.label), link.url, link.current) for link in page["plans"]] == [
        ("Kế hoạch năm 2025, khép lại ngày 31/01/2026", "/indicators/DTC01?year=2025", True),
        ("Kế hoạch năm 2026, khép lại ngày 31/01/2027", "/indicators/DTC01?year=2026", False),
    ]
    assert (page["chart"].points[0], page["chart"].points[-1]) == ("01/01/2025", "31/01/2026")
    new = indicator_page.context(of, Where(year=2026), NOBODY)
    assert (new["card"].figure, new["newest"].plan_year, new["chart"].points[-1]) == ("2,5", 2026, "31/01/2027")
    assert "2026" in str(new["path"].caption)
    clock.set(D(2026, 2, 1))
    pay(tmp_path, (D(2026, 2, 1), 2026, NORTH, 50))
    settle("DTC01")
    assert indicator_page.context(of, Where(), NOBODY)["plans"] == []


def test_missing_rows_are_said_on_card_chart_and_list(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments.accidents((D(2026, 3, 1), NORTH, 3), (D(2026, 3, 1), SOUTH, 1))
    rows = [MissingRow(1, {"ngay": D(2026, 3, 1), "ma_xa": NORTH})]
    monkeypatch.setattr(hub, "shortfall", lambda _: Shortfall(1, 0, {}, frozenset(), (1,)))
    monkeypatch.setattr(hub, "missing_rows", lambda *_: rows)
    settle("GT01")
    of = indicators.definition("GT01")

    said = "chưa đủ: thiếu 1 dòng (33,3% giá trị)"
    card = boards.draw_cards({"GT01": of})[0]
    assert card.lacks == said
    assert f'#partial"></use></svg> <span>{said}</span></span>' in kpi_card(card)
    page = indicator_page.context(of, Where(), NOBODY)
    assert page["chart"].lacks == said
    assert {area.code: area.lacks for area in page["map"].areas if area.lacks} == {
        NORTH: "chưa đủ: thiếu 1 dòng (50,0% giá trị)"
    }


def test_a_silent_commune_says_since_when_and_is_not_nought(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments.accidents((D(2026, 3, 1), SOUTH, 1), (D(2026, 3, 2), NORTH, 1))
    told = Coverage("place", "ma_xa", frozenset({NORTH, SOUTH}), {NORTH: D(2026, 3, 2), SOUTH: D(2026, 3, 1)})
    monkeypatch.setattr(hub, "coverage", lambda _: told)
    settle("GT01")
    of = indicators.definition("GT01")

    (card,) = boards.draw_cards({"GT01": of}, boards.Subject(place=SOUTH))
    assert (card.figure, card.missing, card.lacks) == ("", "chưa có số liệu: mới báo cáo đến 01/03/2026", "")
    assert boards.draw_cards({"GT01": of})[0].lacks == "chưa đủ: 1/2 đơn vị chưa báo cáo"
    areas = {area.code: (area.figure, area.lacks) for area in indicator_page.context(of, Where(), NOBODY)["map"].areas}
    assert areas[SOUTH] == ("–", "chưa có số liệu: mới báo cáo đến 01/03/2026")
    assert areas[NORTH] == ("1", "")


def test_a_month_of_one_late_dossier_is_too_early_to_judge(departments: Departments, clock: Clock) -> None:
    clock.set(D(2026, 4, 1))
    departments.dossiers((FINANCE, D(2026, 3, 2), D(2026, 3, 9), D(2026, 4, 1)))
    settle("HCC07")
    of = indicators.definition("HCC07")
    (card,) = boards.draw_cards({"HCC07": of})
    assert (card.figure, card.tone, card.word, card.gap) == ("0,00", Tone.NONE, "Chưa đủ để đánh giá", "")
    page = indicator_page.context(of, Where(), NOBODY)
    assert page["ranking"].rows[0][2] == "Chưa đủ để đánh giá"
    assert platform_clock.today() == D(2026, 4, 1)
