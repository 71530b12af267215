from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from vamco.systems.indicators.public import wording


def of(unit: str, direction: str = "up", decimals: int = 1) -> SimpleNamespace:
    return SimpleNamespace(unit=unit, direction=direction, decimals=decimals)


def test_money_is_said_in_bn_dong() -> None:
    with translation.override("vi"):
        assert wording.with_unit(of("dong"), Decimal(1_234_500_000_000)) == "1.234,5 tỷ đồng"
        assert wording.amount(of("dong"), Decimal(-2_000_000_000)) == "2,0 tỷ đồng"
    with translation.override("en"):
        assert wording.with_unit(of("dong"), Decimal(1_234_500_000_000)) == "VND 1,234.5 billion"
        assert wording.gap(of("dong"), Decimal(-20_000_000)) == "on target"


@pytest.mark.parametrize(
    ("unit", "direction", "by", "said"),
    [
        ("percent", "up", "-17.15", "thấp hơn kế hoạch 17,2 điểm %"),
        ("percent", "up", "8.7", "vượt kế hoạch 8,7 điểm %"),
        ("count", "down", "-38", "cao hơn mục tiêu 38,0"),
        ("count", "down", "2", "thấp hơn mục tiêu 2,0"),
        ("percent", "up", "0.04", "đạt mục tiêu"),
    ],
)
def test_a_gap_is_said_in_words(unit: str, direction: str, by: str, said: str) -> None:
    with translation.override("vi"):
        assert wording.gap(of(unit, direction), Decimal(by)) == said


def test_what_is_not_known_is_a_dash() -> None:
    with translation.override("en"):
        assert wording.with_unit(of("count"), None) == "no data"
        assert wording.gap(of("count"), None) == wording.amount(of("count"), None) == wording.period("") == "–"
        assert wording.figure(of("count"), None) == ""
