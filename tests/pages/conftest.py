"""Somebody who is logged in, on any page, with a real keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


@pytest.fixture
def official(reader: Callable[..., Page], site: str, settings: Any) -> Callable[..., Page]:
    """Gives pages as an official of the Office reads them; a word in the console fails the test."""
    settings.VAMCO_TODAY = made.TODAY
    session = made.reader(made.person("office", made.OFFICE, "Trần Quốc Bảo")).cookies["sessionid"].value

    def read(path: str, **habits: Any) -> Page:
        page = reader("/style/upload", **habits)
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page.goto(site + path)
        page.wait_for_selector("html[data-ready]")
        return page

    return read
