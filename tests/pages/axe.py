"""What every page promises to people, whichever way they read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

LOOKS = [("vi", "light", 360), ("en", "dark", 1920)]
"""Language, theme and width: each of them in the short run, with `--full` each with each of the others."""
LOOKS += [
    pytest.param(*look, marks=pytest.mark.full)
    for look in (("en", "dark", 360), ("vi", "dark", 1920), ("en", "light", 1920))
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def assert_accessible(page: Page) -> None:
    """Fail with axe-core's words unless the page, as it stands now, has no WCAG 2.2 A or AA violation."""
    results = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
    found = [
        f"{violation['id']}: {violation['help']}\n"
        + "\n".join(f"    {node['html'][:200]}\n      {node['failureSummary']}" for node in violation["nodes"][:4])
        for violation in results.response["violations"]
    ]
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_fits(page: Page) -> None:
    """Fail when the page scrolls sideways."""
    width, shown = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width <= shown, f"{page.url} is {width} px wide on a screen of {shown} px"


def assert_targets(page: Page) -> None:
    """Fail when something to press is smaller than 24 × 24 px, but for links within a sentence and those whose card is
    the target (WCAG 2.2, 2.5.8)."""
    small = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
            .filter((e) => e.checkVisibility() && !e.closest('p, .notice, .visually-hidden, .kpi h2, .kpi h3, .red-list h3') && !e.matches('.skip'))
            .map((e) => [e.outerHTML.slice(0, 120), e.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24).map(([html, box]) => `${html} ${box.width}×${box.height}`)"""
    )
    assert small == [], "\n".join(small)
