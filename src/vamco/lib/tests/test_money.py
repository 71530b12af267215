from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.money import format_bn, format_dong, format_number, format_percent


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (0, 0, "0", "0"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (Decimal("1234.565"), 2, "1.234,57", "1,234.57"),
        (Decimal("0.5"), 0, "1", "1"),
        (Decimal("1.5"), 0, "2", "2"),
        (Decimal("2.5"), 0, "3", "3"),
        (Decimal("-2.5"), 0, "-3", "-3"),
        (Decimal("-0.004"), 2, "0,00", "0.00"),
        (Decimal("1E+3"), 1, "1.000,0", "1,000.0"),
        (Decimal(10**30) + Decimal("0.1"), 0, "1" + ".000" * 10, "1" + ",000" * 10),
        (None, 2, "–", "–"),
        (Decimal("NaN"), 2, "–", "–"),
        (Decimal("-Infinity"), 2, "–", "–"),
    ],
)
def test_format_number(value, decimals, vi, en):
    assert format_number(value, decimals, "vi") == vi
    assert format_number(value, decimals, "en-GB") == en


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**18), max_value=10**18), st.integers(0, 6))
def test_rounding_is_half_away_from_zero_exactly(value, decimals):
    shown = Fraction(format_number(value, decimals, "en").replace(",", ""))
    exact = Fraction(value)
    ulp = Fraction(1, 10**decimals)
    assert abs(shown - exact) <= ulp / 2
    assert abs(shown - exact) < ulp / 2 or abs(shown) > abs(exact)


@given(st.integers())
def test_dong_are_never_rounded(amount):
    assert int(format_dong(amount, "vi").removesuffix(" đồng").replace(".", "")) == amount


def test_a_float_is_refused():
    with pytest.raises(TypeError, match="float"):
        format_number(0.1, 1, "vi")


def test_percent():
    assert format_percent(Decimal("64.449"), 2, "vi") == "64,45%"
    assert format_percent(Decimal("64.449"), 1, "en") == "64.4%"
    assert format_percent(None, 1, "vi") == "–"


def test_dong():
    assert format_dong(-1234567, "vi") == "-1.234.567 đồng"
    assert format_dong(1234567, "en") == "VND 1,234,567"
    assert format_dong(None, "en") == "–"


def test_billions():
    assert format_bn(1_234_550_000_000, "vi") == "1.234,6 tỷ đồng"
    assert format_bn(1_234_549_999_999, "vi") == "1.234,5 tỷ đồng"
    assert format_bn(1_234_549_999_999, "en", 3) == "VND 1,234.550 billion"
    assert format_bn(500_000_000, "vi", 0) == "1 tỷ đồng"
    assert format_bn(None, "vi") == "–"


def test_any_language_but_english_reads_as_vietnamese():
    assert {format_number(1000, 0, lang) for lang in ("vi", "vi-VN", "", "fr")} == {"1.000"}
