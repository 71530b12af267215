"""Days, moments and hours: read as people write them, refused in a sentence, and never drawn by the browser."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.utils import translation

import vamco
from vamco.lib.time import HCM, read_date
from vamco.web.date_fields import DayField, DayInput, HourField, MomentField

DAY = dt.date(2026, 3, 7)


class Sheet(forms.Form):
    day = DayField(label="Ngày", required=False)
    moment = MomentField(label="Lúc", required=False)
    hour = HourField(label="Giờ", required=False)


@pytest.mark.parametrize(
    "text", ["7/3/2026", "07/03/2026", "07-03-2026", "7.3.2026", "7 3 2026", "2026-03-07", " 07/03/2026 "]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_day_is_read_as_people_write_it_in_both_languages(text: str, language: str) -> None:
    with translation.override(language):
        assert read_date(text) == Sheet({"day": text}).fields["day"].clean(text) == DAY


@pytest.mark.parametrize(
    "text", ["31/02/2026", "13/13/2026", "03/27/2026", "7/3/26", "mai", "0/1/2026", "2026-3-7", "7/3/0000", "٧/3/2026"]
)
def test_what_is_no_day_is_refused_in_a_sentence(text: str) -> None:
    assert read_date(text) is None
    sheet = Sheet({"day": text})
    with translation.override("vi"):
        assert sheet.errors["day"] == ["Hãy nhập một ngày có thật theo dạng ngày/tháng/năm, ví dụ 27/03/2026."]
        assert f'value="{text}"' in str(sheet["day"]), "what was typed stands there to be put right"


def test_a_day_is_bound() -> None:
    field = DayField()
    field.widget.attrs |= {"min": "2026-03-07", "max": "2026-03-31"}
    assert field.clean("07/03/2026") == DAY
    with translation.override("vi"):
        for text, said in (
            ("06/03/2026", "Hãy nhập ngày từ 07/03/2026 trở đi."),
            ("2026-04-01", "Hãy nhập ngày từ 31/03/2026 trở về trước."),
        ):
            with pytest.raises(forms.ValidationError) as refused:
                field.clean(text)
            assert refused.value.messages == [said]


@pytest.mark.parametrize(
    "text",
    [
        "07/03/2026 08:30",
        "7/3/2026 8h30",
        "08:30 07/03/2026",
        "8:30, 7.3.2026",
        "2026-03-07T08:30",
        "2026-03-07 08:30:00",
    ],
)
def test_a_moment_is_of_the_provinces_clock(text: str) -> None:
    sheet = Sheet({"moment": text})
    assert sheet.is_valid(), sheet.errors
    assert sheet.cleaned_data["moment"] == dt.datetime(2026, 3, 7, 8, 30, tzinfo=HCM)


@pytest.mark.parametrize("text", ["07/03/2026", "08:30", "07/03/2026 25:00", "31/02/2026 08:30", "x"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    assert "moment" in Sheet({"moment": text}).errors


@pytest.mark.parametrize(
    ("text", "hour"), [("08:30", (8, 30)), ("8h30", (8, 30)), ("8h", (8, 0)), ("21 giờ", (21, 0)), ("21.45", (21, 45))]
)
def test_hours_are_of_a_day_of_24(text: str, hour: tuple[int, int]) -> None:
    assert HourField().clean(text) == dt.time(*hour)


@pytest.mark.parametrize("text", ["24:00", "8", "08:60", "8pm", "8:"])
def test_what_is_no_hour_is_refused(text: str) -> None:
    assert "hour" in Sheet({"hour": text}).errors


@pytest.mark.parametrize(
    ("value", "moment", "expected"),
    [(DAY, False, "07/03/2026"), (dt.datetime(2026, 3, 7, 8, 30, tzinfo=HCM), True, "07/03/2026 08:30")],
)
def test_a_box_for_a_day_is_a_text_with_its_bounds_for_the_calendar(
    value: Any, moment: Any, expected: str, settings: Any
) -> None:
    settings.VAMCO_TODAY = dt.date(2026, 3, 10)
    html = DayInput({"min": "2026-03-01"}, moment=moment).render("on", value)
    assert f'type="text" name="on" value="{expected}"' in html
    assert 'data-today="2026-03-10"' in html
    assert 'data-min="2026-03-01"' in html
    assert " min=" not in html


def test_no_page_uses_a_control_that_the_browser_draws_in_its_own_language() -> None:
    """`type="date"` shows mm/dd/yyyy in an English browser; DayField, MomentField and HourField do not."""
    root = Path(vamco.__file__).parent
    native = re.compile(
        r"""type["']?\s*[=:]\s*["'](date|time|datetime-local|month|week)["']|forms\.(Date|Time|DateTime)(Field|Input)\("""
    )
    found = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in sorted([*root.rglob("*.html"), *root.rglob("*.py")])
        if "tests" not in path.parts and path.name not in {"date_fields.py", "templates.py"}
        for line in path.read_text().splitlines()
        if native.search(line)
    ]
    assert found == []
