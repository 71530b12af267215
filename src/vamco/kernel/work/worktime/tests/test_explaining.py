from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from vamco.kernel.work.worktime.contracts import SAME_DAY, Amount, Pause
from vamco.kernel.work.worktime.rules.explaining import explain
from vamco.kernel.work.worktime.tests.test_rules import CENTRE, OFFICE, THREE, at, base, own, worlds


def told(start: str, amount: Amount, lang: str = "vi", **more: Any) -> list[str]:
    """Give the steps as a page would."""
    calendar = more.pop("calendar", OFFICE)
    with translation.override(lang):
        return [
            f"{step.begins:%d/%m %H:%M}–{step.ends:%H:%M} {step.counted.total_seconds() / 3600:g} "
            f"{step.reason.text(lang, translation.gettext)}{' ?' if step.provisional else ''}"
            for step in explain(at(start), amount, calendar, **more)
        ]


def test_the_way_over_tet_is_told_step_by_step() -> None:
    assert told("2026-02-13 15:20", Amount(1, "day"), cutoff=THREE) == [
        "13/02 15:20–16:30 0 nhận quá giờ trong ngày: tính từ ngày làm việc kế tiếp",
        "14/02 00:00–00:00 0 Thứ Bảy",
        "15/02 00:00–00:00 0 Chủ nhật",
        *[f"{day}/02 00:00–00:00 0 Tết Nguyên đán" for day in range(16, 21)],
        "21/02 00:00–00:00 0 Thứ Bảy",
        "22/02 00:00–00:00 0 Chủ nhật",
        "23/02 07:00–11:30 4.5 giờ làm việc",
        "23/02 11:30–13:00 0 nghỉ trưa",
        "23/02 13:00–16:30 3.5 giờ làm việc",
    ]


def test_the_same_in_english() -> None:
    assert told("2026-08-28 16:00", Amount(1, "hour"), "en") == [
        "28/08 16:00–16:30 0.5 working time",
        "29/08 00:00–00:00 0 Saturday",
        "30/08 00:00–00:00 0 Sunday",
        "31/08 00:00–00:00 0 swap for National Day",
        "01/09 00:00–00:00 0 National Day",
        "02/09 00:00–00:00 0 National Day",
        "03/09 07:00–07:30 0.5 working time",
    ]


def test_a_make_up_saturday_says_so() -> None:
    assert told("2026-08-22 10:00", Amount(1, "hour")) == ["22/08 10:00–11:00 1 hoán đổi dịp Quốc khánh"]
    (step,) = explain(at("2026-08-22 10:00"), Amount(1, "hour"), OFFICE)
    assert (step.reason.code, step.day) == ("make_up", dt.date(2026, 8, 22))


@pytest.mark.parametrize(
    ("start", "steps"),
    [
        ("2026-11-16 05:00", ["16/11 05:00–07:00 0 ngoài giờ làm việc", "16/11 07:00–08:00 1 giờ làm việc"]),
        ("2026-11-16 12:00", ["16/11 12:00–13:00 0 nghỉ trưa", "16/11 13:00–14:00 1 giờ làm việc"]),
        ("2026-11-16 16:30", ["16/11 16:30–00:00 0 ngoài giờ làm việc", "17/11 07:00–08:00 1 giờ làm việc"]),
        ("2026-11-16 10:30", ["16/11 10:30–11:30 1 giờ làm việc"]),
    ],
)
def test_a_start_outside_working_hours_is_told(start: str, steps: list[str]) -> None:
    assert told(start, Amount(1, "hour")) == steps


def test_too_late_and_after_hours_is_after_hours() -> None:
    assert told("2026-11-16 17:00", SAME_DAY, cutoff=THREE)[0] == "16/11 17:00–00:00 0 ngoài giờ làm việc"


def test_pauses_are_told_where_somebody_would_have_worked() -> None:
    pauses = [
        Pause(at("2026-11-16 08:00"), at("2026-11-16 14:00")),
        Pause(at("2026-11-16 15:00"), at("2026-11-17 08:00")),
    ]
    assert told("2026-11-16 07:30", Amount(2, "hour"), pauses=pauses) == [
        "16/11 07:30–08:00 0.5 giờ làm việc",
        "16/11 08:00–11:30 0 thời hạn tạm dừng",
        "16/11 11:30–13:00 0 nghỉ trưa",
        "16/11 13:00–14:00 0 thời hạn tạm dừng",
        "16/11 14:00–15:00 1 giờ làm việc",
        "16/11 15:00–16:30 0 thời hạn tạm dừng",
        "17/11 07:00–08:00 0 thời hạn tạm dừng",
        "17/11 08:00–08:30 0.5 giờ làm việc",
    ]


def test_an_agency_that_keeps_other_days_says_why() -> None:
    days = [own("2026-11-16", closed="afternoon"), own("2026-11-17", open=["08:00-09:00", "09:15-10:00"])]
    calendar = worlds.calendar(base(exceptions=days), ["A"])
    assert told("2026-11-16 11:00", Amount(2, "hour"), calendar=calendar) == [
        "16/11 11:00–11:30 0.5 riêng",
        "17/11 08:00–09:00 1 riêng",
        "17/11 09:00–09:15 0 ngoài giờ làm việc",  # a break that is not at noon
        "17/11 09:15–09:45 0.5 riêng",
    ]
    assert told("2026-07-11 08:00", Amount(1, "hour"), calendar=CENTRE) == ["11/07 08:00–09:00 1 giờ làm việc"]


def test_what_rests_on_a_provisional_year_says_so() -> None:
    assert told("2026-12-31 16:00", Amount(1, "hour")) == [
        "31/12 16:00–16:30 0.5 giờ làm việc",
        "01/01 00:00–00:00 0 Tết Dương lịch ?",
        "02/01 00:00–00:00 0 Thứ Bảy ?",
        "03/01 00:00–00:00 0 Chủ nhật ?",
        "04/01 07:00–07:30 0.5 giờ làm việc ?",
    ]
