"""The pack's days beside those of the package `holidays`: a second opinion, and where we know better."""

from __future__ import annotations

import datetime as dt

import holidays
import pytest

from vamco.kernel.work.worktime.tests import worlds
from vamco.kernel.work.worktime.tests.test_rules import OFFICE

YEARS = (2025, 2026, 2027)
# Công văn 12729/VPCP-KGVX of 25 December 2025, which `holidays` 0.109 does not know.
OURS_ONLY_OFF, OURS_ONLY_WORK = {dt.date(2026, 1, 2)}, {dt.date(2026, 1, 10)}


@pytest.mark.parametrize("year", YEARS)
def test_days_off_are_those_of_the_package(year: int) -> None:
    """On weekdays: of days of rest the two name others, 1 February 2025 for one."""
    theirs = {day for day in holidays.country_holidays("VN", years=year) if day.weekday() < 5}
    ours = {
        date
        for date, day in OFFICE.days_by_date.items()
        if date.year == year and date.weekday() < 5 and not day.windows
    }
    assert ours ^ theirs == {day for day in OURS_ONLY_OFF if day.year == year}
    assert len(ours) >= 12


def test_make_up_days_are_those_of_the_package() -> None:
    theirs = {day for day in holidays.country_holidays("VN", years=YEARS).weekend_workdays if day.year in YEARS}
    ours = {date for date, day in OFFICE.days_by_date.items() if day.reason.code == "make_up"}
    assert ours ^ theirs == OURS_ONLY_WORK
    assert all(OFFICE.days_by_date[day].windows for day in ours)


def test_every_year_and_swap_names_its_source_and_only_2027_is_provisional() -> None:
    years = worlds.pack()[0]["years"]
    assert [year["year"] for year in years] == list(YEARS)
    assert OFFICE.provisional == {2027}
    assert all(part["source"] for year in years for part in (year, *year.get("swaps", ())))


@pytest.mark.parametrize(("year", "days"), [(2025, 261 - 12 + 1), (2026, 261 - 14 + 2), (2027, 261 - 12)])
def test_working_days_of_a_year(year: int, days: int) -> None:
    assert sum(bool(day.windows) for date, day in OFFICE.days_by_date.items() if date.year == year) == days
