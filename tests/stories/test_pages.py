"""The operations centre's pages, full of data, for everybody: two languages, two themes, phone and desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pages.axe import assert_accessible, assert_fits, assert_targets
from vamco.systems.indicators.models import Value

if TYPE_CHECKING:
    from tests.stories.conftest import Province, SignIn

LOOKS = [("vi", "light", 1440), ("en", "dark", 360)]
MORE = [("vi", "dark", 360), ("en", "light", 360), ("en", "dark", 1440)]  # with `--full` each meets each of the others
PATHS = [
    "/board",
    "/board?on=2026-11-20",
    "/indicators/DTC01",
    "/indicators/DTC01?agency=H53.CDT.02",
    "/indicators/HCC08?place=25708",
    "/indicators/NS01",
    "/indicators/HCC10",
]


@pytest.mark.usefixtures("province")
def test_everybody_can_read_the_operations_centre_before_the_first_data(sign_in: SignIn) -> None:
    for language, theme, width in LOOKS:
        reader = sign_in("lanhdao", language=language, theme=theme, width=width)
        for path in ("/board", "/wall", "/indicators/DTC01", "/desk/alarms/"):
            page = reader.open(path)
            assert_fits(page)
            assert_accessible(page)


def test_everybody_can_read_the_operations_centre(
    province: Province, sign_in: SignIn, pytestconfig: pytest.Config
) -> None:
    province.collect()
    newest = Value.objects.filter(indicator="DTC01", place="", agency="", known_to=None).latest("period_end")
    for language, theme, width in LOOKS + (MORE if pytestconfig.getoption("full") else []):
        reader = sign_in("lanhdao", language=language, theme=theme, width=width)
        for path in (*PATHS, f"/values/{newest.pk}"):
            page = reader.open(path)
            assert page.locator("html").get_attribute("lang") == language
            assert_fits(page)
            assert_targets(page)
            assert_accessible(page)
    assert reader.said == []

    for width, height in ((1920, 1080), (3840, 2160)):
        page = sign_in("ioc", width=width, height=height).open("/wall")
        assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
            width,
            height,
        ]
        assert_accessible(page)
