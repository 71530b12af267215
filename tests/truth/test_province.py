"""The independent truth meets the published figures and refuses exactly what was planted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from vamco.demo import build, disbursed_share

from .province import BY_AGENCY, INDICATORS, MONTHLY, Truth

PACK = Path(__file__).parents[2] / "packs" / "tayninh"
TODAY = dt.date(2026, 11, 20)
BILLION = 10**9


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return build.build(tmp_path_factory.mktemp("demo"), pack=PACK, today=TODAY)


@pytest.fixture(scope="module")
def truth(demo):
    return Truth(demo.treasury, demo.shared, PACK, TODAY)


@pytest.mark.parametrize(
    ("day", "spent", "shown"),
    [
        ("2025-06-30", 7_324_220_200_000, "46.66"),
        ("2025-07-05", 7_491 * BILLION, "47.7"),
        ("2025-09-25", 8_788 * BILLION, "54.9"),
        ("2025-10-02", 9_140 * BILLION, "57.1"),
        ("2025-11-20", 11_600 * BILLION, "70.9"),
        ("2026-03-05", 1_062 * BILLION, "3.42"),
    ],
)
def test_disbursement_meets_the_published_figures(truth, day, spent, shown):
    number = truth.value("DTC01", day)
    assert number.numerator == spent
    assert str(number.value.quantize(Decimal(shown))) == shown


def test_the_year_2025_ends_above_86_percent(truth):
    assert Decimal(86) < truth.value("DTC01", "2025-12-31").value < Decimal("86.05")


def test_disbursement_against_the_provincial_plan(truth):
    assert str(truth.value("DTC02", "2025-11-20").value.quantize(Decimal("0.1"))) == "67.5"


def test_the_demonstration_s_own_sum_agrees_and_its_payments_bring_it_to_the_path(demo, truth):
    own, number = disbursed_share.share(demo), truth.value("DTC01", "2026-11-20")
    assert (own.day, own.paid, own.planned) == (TODAY, number.numerator, number.denominator)
    assert own.percent == number.value
    late = disbursed_share.catching_up(demo, 95)
    assert len({row["ma_giao_dich"] for row in late}) == 100
    assert {row["ngay"] for row in late} == {"2026-11-20"}
    after = own.paid + sum(row["so_tien"] for row in late)
    assert Decimal("94.999999") < Decimal(after * 100) / own.planned <= 95
    assert disbursed_share.catching_up(demo, 58) == []


@pytest.mark.parametrize(
    ("day", "plan"), [("2025-07-05", 15_697), ("2025-09-25", 16_007), ("2025-12-31", 16_361), ("2026-11-20", 31_048)]
)
def test_the_plan_is_the_one_in_force_on_the_day(truth, day, plan):
    assert truth.value("DTC01", day).denominator == plan * BILLION


def test_revenue_meets_the_published_figures(truth):
    assert 37_400 * BILLION < truth.value("NS01", "2025-09-30").numerator < 37_500 * BILLION
    assert truth.value("NS01", "2025-11-20").numerator == 46_274 * BILLION
    assert truth.value("NS01", "2025-12-31").numerator > 52_000 * BILLION
    assert str(truth.value("NS02", "2025-11-20").value.quantize(Decimal(1))) == "124"
    assert str(truth.value("NS02", "2025-12-31").value.quantize(Decimal("0.1"))) == "140.2"


def test_enterprises_and_dossiers_meet_the_published_figures(truth):
    assert truth.value("DN01", "2025-11-30").numerator == 3_816
    assert (
        sum(row["von_dang_ky"] for row in truth.rows["dkkd"] if row["ngay_cap"] <= dt.date(2025, 11, 30))
        == 26_984 * BILLION
    )
    assert sum(truth.value("HCC10", f"2025-{month:02}").numerator for month in range(7, 12)) == 700_000 // 20
    for month in range(7, 12):
        assert truth.value("HCC07", f"2025-{month:02}").value > 99


def test_exactly_the_planted_rows_are_refused(demo, truth):
    expected = {(p.dataset, Path(p.file).name, p.row): p.column for p in demo.planted}
    found = {(r.dataset, r.file, r.row): r.column for r in truth.refused}
    assert found == expected


@pytest.mark.parametrize("indicator", sorted(set(INDICATORS) - {"HCC07", "DTC01", "DTC02", "NS02"}))
def test_communes_sum_to_the_province(truth, indicator):
    period = "2026-10" if indicator in MONTHLY else "2026-10-31"
    parts = [truth.value(indicator, period, place=place).numerator for place in truth.communes]
    assert sum(parts) == truth.value(indicator, period).numerator > 0


@pytest.mark.parametrize("indicator", sorted(BY_AGENCY))
def test_agencies_sum_to_the_province(truth, indicator):
    period = "2026-10" if indicator in MONTHLY else "2026-10-31"
    parts = [truth.value(indicator, period, agency=agency) for agency in truth.agencies]
    whole = truth.value(indicator, period)
    assert sum(part.numerator for part in parts) == whole.numerator
    if whole.denominator is not None:
        assert sum(part.denominator for part in parts) == whole.denominator


def test_overdue_is_what_a_count_row_by_row_gives(truth):
    for day in (dt.date(2026, 3, 5), dt.date(2026, 10, 31), TODAY):
        open_late = [
            row
            for row in truth.rows["motcua_hoso"]
            if row["han_tra"] < day
            and row["ngay_tiep_nhan"] <= day
            and (row["ngay_tra"] is None or row["ngay_tra"] > day)
        ]
        assert truth.value("HCC08", day.isoformat()).numerator == len(open_late)


def test_2026_falls_behind_so_that_a_warning_is_due(truth):
    assert truth.value("DTC01", "2026-09-30").value < Decimal(56)
    assert truth.value("DTC01", "2026-11-20").value < Decimal(60)
