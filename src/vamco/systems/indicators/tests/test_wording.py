from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import product
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from django.utils import translation

from vamco.systems.indicators.contracts import Direction
from vamco.systems.indicators.public import wording

KINDS: dict[str, dict[str, Any]] = {
    "path": {"paths": {2026: ()}, "fixed": None},
    "target": {"paths": {}, "fixed": Decimal(95)},
    "none": {"paths": {}, "fixed": None},
}


def of(unit: str, direction: str = "up", decimals: int = 1, target: str = "path") -> Any:
    return SimpleNamespace(unit=unit, direction=direction, decimals=decimals, **KINDS[target])


def test_money_is_said_in_bn_dong() -> None:
    with translation.override("vi"):
        assert wording.with_unit(of("dong"), Decimal(1_234_500_000_000)) == "1.234,5 tỷ đồng"
        assert wording.amount(of("dong"), Decimal(-2_000_000_000)) == "2,0 tỷ đồng"
    with translation.override("en"):
        assert wording.with_unit(of("dong"), Decimal(1_234_500_000_000)) == "VND 1,234.5 billion"
        assert wording.gap(of("dong"), Decimal(-20_000_000)) == "on the path"


# Every kind of target with every direction: worse than it, level with it, better than it.
GAPS = [
    ("path", "up", "thấp hơn kế hoạch 17,2 điểm %", "đúng kế hoạch", "vượt kế hoạch 17,2 điểm %"),
    ("path", "down", "cao hơn kế hoạch 17,2 điểm %", "đúng kế hoạch", "thấp hơn kế hoạch 17,2 điểm %"),
    ("path", "band", "thấp hơn kế hoạch 17,2 điểm %", "đúng kế hoạch", "cao hơn kế hoạch 17,2 điểm %"),
    ("path", "info", "thấp hơn kế hoạch 17,2 điểm %", "đúng kế hoạch", "cao hơn kế hoạch 17,2 điểm %"),
    ("target", "up", "thấp hơn mục tiêu 17,2 điểm %", "đạt mục tiêu", "vượt mục tiêu 17,2 điểm %"),
    ("target", "down", "vượt mức cho phép 17,2 điểm %", "bằng mức cho phép", "dưới mức cho phép 17,2 điểm %"),
    ("target", "band", "thấp hơn mục tiêu 17,2 điểm %", "đạt mục tiêu", "cao hơn mục tiêu 17,2 điểm %"),
    ("target", "info", "thấp hơn mục tiêu 17,2 điểm %", "đạt mục tiêu", "cao hơn mục tiêu 17,2 điểm %"),
]
GAPS_EN = [
    ("path", "up", "17.2 points behind the path", "on the path", "17.2 points ahead of the path"),
    ("path", "down", "17.2 points above the path", "on the path", "17.2 points below the path"),
    ("path", "band", "17.2 points below the path", "on the path", "17.2 points above the path"),
    ("path", "info", "17.2 points below the path", "on the path", "17.2 points above the path"),
    ("target", "up", "17.2 points below the target", "on target", "17.2 points over the target"),
    ("target", "down", "17.2 points above the limit", "at the limit", "17.2 points below the limit"),
    ("target", "band", "17.2 points below the target", "on target", "17.2 points above the target"),
    ("target", "info", "17.2 points below the target", "on target", "17.2 points above the target"),
]
STANDINGS = [
    ("path", "up", "Chậm so kế hoạch", "Đúng kế hoạch", "Vượt kế hoạch"),
    ("path", "down", "Cao hơn kế hoạch", "Đúng kế hoạch", "Thấp hơn kế hoạch"),
    ("path", "band", "Thấp hơn kế hoạch", "Đúng kế hoạch", "Cao hơn kế hoạch"),
    ("path", "info", "Thấp hơn kế hoạch", "Đúng kế hoạch", "Cao hơn kế hoạch"),
    ("target", "up", "Chưa đạt mục tiêu", "Đạt mục tiêu", "Vượt mục tiêu"),
    ("target", "down", "Vượt mức cho phép", "Bằng mức cho phép", "Trong mức cho phép"),
    ("target", "band", "Chưa đạt mục tiêu", "Đạt mục tiêu", "Cao hơn mục tiêu"),
    ("target", "info", "Chưa đạt mục tiêu", "Đạt mục tiêu", "Cao hơn mục tiêu"),
]
STANDINGS_EN = [
    ("path", "up", "Behind the path", "On the path", "Ahead of the path"),
    ("path", "down", "Above the path", "On the path", "Below the path"),
    ("path", "band", "Below the path", "On the path", "Above the path"),
    ("path", "info", "Below the path", "On the path", "Above the path"),
    ("target", "up", "Below the target", "On target", "Over the target"),
    ("target", "down", "Above the limit", "At the limit", "Within the limit"),
    ("target", "band", "Below the target", "On target", "Above the target"),
    ("target", "info", "Below the target", "On target", "Above the target"),
]
BY = [Decimal("-17.15"), Decimal("0.04"), Decimal("17.15")]


@pytest.mark.parametrize(
    ("language", "say", "table"),
    [
        ("vi", wording.gap, GAPS),
        ("en", wording.gap, GAPS_EN),
        ("vi", wording.standing, STANDINGS),
        ("en", wording.standing, STANDINGS_EN),
    ],
)
def test_a_value_is_held_against_its_kind_of_target(language: str, say: Any, table: list[tuple[str, ...]]) -> None:
    with translation.override(language):
        said = [
            (kind, direction, *(say(of("percent", direction, target=kind), by) for by in BY))
            for kind, direction, *_words in table
        ]
    assert said == table
    assert {row[:2] for row in table} == set(product(("path", "target"), get_args(Direction)))


def test_a_limit_in_whole_numbers_and_money() -> None:
    with translation.override("vi"):
        assert wording.gap(of("count", "down", 0, "target"), Decimal(-38)) == "vượt mức cho phép 38"
        assert wording.gap(of("dong", "down", 1, "target"), Decimal(2_500_000_000)) == "dưới mức cho phép 2,5 tỷ đồng"


@pytest.mark.parametrize(
    ("kind", "direction", "names"),
    [
        ("path", "up", ("Target path", "Đường kế hoạch")),
        ("path", "down", ("Target path", "Đường kế hoạch")),
        ("target", "up", ("Target", "Mục tiêu")),
        ("target", "down", ("Limit", "Mức cho phép")),
        ("none", "info", ("No target", "Không đặt mục tiêu")),
    ],
)
def test_the_target_is_called_what_it_is(kind: str, direction: str, names: tuple[str, str]) -> None:
    found = []
    for language in ("en", "vi"):
        with translation.override(language):
            found.append(wording.target_name(of("count", direction, target=kind)))
    assert tuple(found) == names


def test_a_path_holds_for_its_years_only() -> None:
    both = SimpleNamespace(
        unit="count", direction="down", decimals=0, paths={2026: ()}, fixed=Decimal(0), plan_year=lambda day: day.year
    )
    assert [wording.target_kind(both, dt.date(year, 5, 1)) for year in (2025, 2026)] == ["limit", "path"]


def test_what_is_not_known_is_a_dash() -> None:
    with translation.override("en"):
        assert wording.with_unit(of("count"), None) == "no data"
        assert wording.gap(of("count"), None) == wording.amount(of("count"), None) == wording.period("") == "–"
        assert wording.figure(of("count"), None) == ""
        assert wording.standing(of("count"), None) == "No target"
