"""What was published about the province, and what was made up around it: cumulative points that the generator meets.

`PUBLISHED` points were read on the pages of the province and of the press; the points beside them are synthetic and
only give a plausible course between and after them. Money is in tỷ đồng here and whole dong from `dong()` on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

BILLION = 1_000_000_000
FIRST_DAY = date(2025, 1, 1)
ONE_STOP_FIRST_DAY = date(2025, 7, 1)  # the two-tier government's systems start on this day
LAST_PUBLISHED_DAY = date(2026, 3, 5)  # no monthly figure was found after it: later data are synthetic


@dataclass(frozen=True, slots=True)
class Point:
    """A cumulative amount reached at the end of a day; `source` is empty when the point is synthetic."""

    day: date
    amount: int
    source: str = ""


def _billion(day: date, amount: float, source: str = "") -> Point:
    return Point(day, round(amount * BILLION), source)


# Capital plans: (in force from, added to the Prime Minister's plan, added to the province's plan), tỷ đồng.
# 2025: 7,491 tỷ = 47.7 % in early July gives 15,697; 8,788 = 54.9 % gives 16,007; 11,600 = 70.9 % and 67.5 % give
# 16,361 and 17,185. The days of the two rises and the province's first amounts are synthetic.
PLANS: dict[int, tuple[tuple[date, int, int], ...]] = {
    2025: (
        (date(2025, 1, 1), 15_697, 16_480),
        (date(2025, 8, 15), 310, 330),
        (date(2025, 10, 20), 354, 375),
    ),
    2026: ((date(2026, 1, 1), 31_048, 32_160),),  # news.baotayninh.vn 141621
}

DISBURSED: dict[int, tuple[Point, ...]] = {
    2025: (
        _billion(date(2025, 1, 31), 60),
        _billion(date(2025, 2, 28), 480),
        _billion(date(2025, 3, 31), 1_500),
        _billion(date(2025, 4, 30), 2_900),
        _billion(date(2025, 5, 31), 4_650),
        _billion(date(2025, 6, 30), 7_324.2202, "46.66 % of 15,697 tỷ in six months (saovietonline)"),
        _billion(date(2025, 7, 5), 7_491, "47.7 % (news.baolongan.vn)"),
        _billion(date(2025, 7, 31), 7_850),
        _billion(date(2025, 8, 31), 8_380),
        _billion(date(2025, 9, 25), 8_788, "54.9 % (vjs.vietnam.vn)"),
        _billion(date(2025, 10, 2), 9_140, "57.1 % (sggp.org.vn)"),
        _billion(date(2025, 10, 31), 10_560),
        _billion(date(2025, 11, 20), 11_600, "70.9 % of the PM plan, 67.5 % of the province's (nld.com.vn)"),
        _billion(date(2025, 12, 15), 12_820),
        _billion(date(2025, 12, 31), 14_078, "more than 86 % of the year's plan (tuoitrethudo.vn)"),
        _billion(date(2026, 1, 31), 15_020),
    ),
    2026: (
        _billion(date(2026, 1, 31), 210),
        _billion(date(2026, 2, 28), 905),
        _billion(date(2026, 3, 5), 1_062, "3.42 % (news.baotayninh.vn 141621)"),
        _billion(date(2026, 3, 31), 2_250),
        _billion(date(2026, 4, 30), 5_050),
        _billion(date(2026, 5, 31), 9_100),
        _billion(date(2026, 6, 30), 14_750),
        _billion(date(2026, 7, 31), 15_700),
        _billion(date(2026, 8, 31), 16_250),
        _billion(date(2026, 9, 30), 16_800),
        _billion(date(2026, 10, 31), 17_600),
        _billion(date(2026, 11, 30), 18_500),
        _billion(date(2026, 12, 31), 22_300),
        _billion(date(2027, 1, 31), 24_600),
    ),
}

# Budget revenue. 39,600 tỷ on 2/10/2025 (another page) does not fit 37,400 two days before and is not reproduced.
REVENUE: dict[int, tuple[Point, ...]] = {
    2025: (
        _billion(date(2025, 1, 31), 5_900),
        _billion(date(2025, 2, 28), 8_700),
        _billion(date(2025, 3, 31), 12_600),
        _billion(date(2025, 4, 30), 17_100),
        _billion(date(2025, 5, 31), 20_700),
        _billion(date(2025, 6, 30), 24_900),
        _billion(date(2025, 7, 31), 29_300),
        _billion(date(2025, 8, 31), 33_000),
        _billion(date(2025, 9, 30), 37_412, "more than 37,400 tỷ in nine months (vjs.vietnam.vn)"),
        _billion(date(2025, 10, 31), 42_500),
        _billion(date(2025, 11, 20), 46_274, "124 % of the estimate (nld.com.vn)"),
        _billion(date(2025, 12, 31), 52_320, "more than 52,000 tỷ, 140.2 % of the central estimate (tuoitrethudo.vn)"),
    ),
    2026: (
        _billion(date(2026, 1, 31), 6_700),
        _billion(date(2026, 2, 28), 9_600),
        _billion(date(2026, 3, 31), 14_100),
        _billion(date(2026, 4, 30), 18_900),
        _billion(date(2026, 5, 31), 22_900),
        _billion(date(2026, 6, 30), 27_500),
        _billion(date(2026, 7, 31), 32_200),
        _billion(date(2026, 8, 31), 36_100),
        _billion(date(2026, 9, 30), 40_600),
        _billion(date(2026, 10, 31), 45_700),
        _billion(date(2026, 11, 30), 50_300),
        _billion(date(2026, 12, 31), 57_400),
    ),
}
# (central estimate, the province's estimate), tỷ đồng. 2025: 46,274 = 124 % and 52,320 = 140.2 % both give 37,318;
# the province's estimates and all of 2026 are synthetic.
ESTIMATES = {2025: (37_318, 40_500), 2026: (49_800, 54_000)}

# New enterprises: (count, registered capital). The eleven months of 2025 are published (vietnam.vn); the rest is not.
ENTERPRISES: dict[int, tuple[tuple[date, int, int], ...]] = {
    2025: (
        (date(2025, 6, 30), 1_905, 13_110),
        (date(2025, 11, 30), 3_816, 26_984),
        (date(2025, 12, 31), 4_190, 29_650),
    ),
    2026: ((date(2026, 6, 30), 2_240, 15_400), (date(2026, 12, 31), 4_720, 32_800)),
}
# Dossiers of a month before scaling; the five months of 2025 sum to 700,000 (published, vietnam.vn).
DOSSIERS = {7: 131_000, 8: 139_000, 9: 140_000, 10: 146_000, 11: 144_000}
DOSSIERS_OTHER = {1: 128_000, 2: 104_000, 3: 147_000, 4: 141_000, 5: 143_000, 6: 140_000, 12: 139_000}
# Accidents, dead and hurt in a year: synthetic, sized after the old province's 423, 254 and 252 of 2024.
ACCIDENTS = (720, 415, 446)

GROWTH = 1.05  # a year after the last one above repeats it, larger


def template(table: dict[int, object], year: int) -> tuple[int, float]:
    """Give the year whose figures serve for `year`, and the factor that they grow by."""
    if year in table:
        return year, 1.0
    last = max(table)
    return last, GROWTH ** (year - last)


def points(table: dict[int, tuple[Point, ...]], year: int) -> list[tuple[date, int]]:
    """List the cumulative points of a year in dong, from nothing on the day before it begins."""
    source, factor = template(dict(table), year)
    moved = [
        (_moved(p.day, year - source), p.amount if factor == 1.0 else round(p.amount * factor)) for p in table[source]
    ]
    return [(date(year - 1, 12, 31), 0), *moved]


def _moved(day: date, years: int) -> date:
    return day.replace(year=day.year + years)  # no point above lies on 29 February


def plan(year: int) -> list[tuple[date, int, int]]:
    """List a year's plan decisions: in force from, dong added to the PM plan, dong added to the province's plan."""
    source, factor = template(dict(PLANS), year)
    return [
        (_moved(day, year - source), round(pm * factor) * BILLION, round(own * factor) * BILLION)
        for day, pm, own in PLANS[source]
    ]


def dossiers_of_month(year: int, month: int) -> int:
    """Give the province's dossiers of a month, before scaling."""
    base = {**DOSSIERS, **DOSSIERS_OTHER}[month]
    return base if year <= 2025 else round(base * 1.02 ** (year - 2025))  # noqa: PLR2004
