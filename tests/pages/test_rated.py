"""The end of story 1: the mother rates, and the rating stands on a page of the operations centre. The worker does all between."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests.pages.axe import assert_accessible
from tests.pages.test_dossiers import desk
from tests.pages.test_filing import finish
from tests.pages.test_money import open_, phone, work
from vamco.demo import log_ins
from vamco.kernel.work.cases import public as cases
from vamco.lib.time import HCM
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.tests import made
from vamco.systems.service_quality import public as quality

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from playwright.sync_api import Page

__all__ = ["desk"]


def test_a_rating_reaches_the_leaders_board(
    reader: Callable[..., Page], desk: Callable[..., Page], site: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAMCO_DEMO = True
    monkeypatch.setattr("vamco.kernel.base.clock.now", lambda: dt.datetime(2026, 11, 18, 9, tzinfo=HCM))
    log_ins.open_all()
    mother = made.citizen("Trần Thị Mai")
    dossier = made.dossier(mother)
    cases.act(dossier.pk, "accept", by=made.official("onestop_clerk", "Lê Thị Cẩm Tú"))
    finish(dossier)
    page = phone(reader, site, mother, f"/dossiers/{dossier.number}")
    page.get_by_label("Rất hài lòng").check()
    page.get_by_role("button", name="Gửi đánh giá").click()
    page.wait_for_load_state()
    assert "5" in page.inner_text("main")
    assert Dossier.objects.get().rating == 5

    work()
    quality.publish()  # the job of every quarter of an hour, where the worker has not done it yet
    work()
    board = desk("lanhdao", "/board")
    card = board.locator(".kpi", has=board.locator(".code", has_text="HCC11"))
    assert "100" in card.inner_text()
    card.get_by_role("link").first.click()
    board.wait_for_selector("html[data-ready]")
    assert "Tỷ lệ hài lòng về giải quyết hồ sơ trong tháng" in board.inner_text("main")
    assert_accessible(board)
    open_(board, f"{site}/board")
    assert_accessible(board)
