"""What a number is, in a sentence and a formula: each indicator of the province, each way to count, each condition."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from vamco.engines.measure.contracts import Formula, Term
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.rules import explaining
from vamco.systems.indicators.tests.made import values

if TYPE_CHECKING:
    from vamco.systems.indicators.tests.made import Clock

pytestmark = pytest.mark.django_db

PAID = "tổng “Số tiền” trong “Giải ngân vốn đầu tư công” có “Ngày hạch toán” đến ngày báo cáo, của năm báo cáo (theo “Năm kế hoạch”)"
PLANNED = (
    "trong “Kế hoạch vốn đầu tư công” có hiệu lực vào ngày báo cáo (mỗi “Mã phân bổ” lấy dòng có “Ngày hiệu lực” mới nhất), "
    "của năm báo cáo (theo “Năm kế hoạch”)"
)
VIETNAMESE = {
    "DN01": ("Số doanh nghiệp trong “Doanh nghiệp thành lập mới” có “Ngày cấp” từ đầu năm đến ngày báo cáo.", "Doanh nghiệp mới = số doanh nghiệp"),
    "DTC01": (f"Tỷ lệ phần trăm của {PAID}, so với tổng “Kế hoạch Thủ tướng giao” {PLANNED}.", "Giải ngân đầu tư công = tổng “Số tiền” ÷ tổng “Kế hoạch Thủ tướng giao” × 100"),
    "DTC02": (f"Tỷ lệ phần trăm của {PAID}, so với tổng “Kế hoạch tỉnh giao” {PLANNED}.", "Giải ngân so kế hoạch tỉnh = tổng “Số tiền” ÷ tổng “Kế hoạch tỉnh giao” × 100"),
    "GT01": ("Số vụ trong “Tai nạn giao thông” có “Ngày xảy ra” từ đầu năm đến ngày báo cáo.", "Tai nạn giao thông = số vụ"),
    "GT02": ("Tổng “Số người chết” trong “Tai nạn giao thông” có “Ngày xảy ra” từ đầu năm đến ngày báo cáo.", "Người chết do TNGT = tổng “Số người chết”"),
    "GT04": ("Số lượt trong “Vi phạm giao thông phát hiện qua camera” có “Ngày” trong ngày, với điều kiện “Đã xác nhận” là 1.", "Vi phạm qua camera = số lượt"),
    "GT05": ("Số lần trong “Ùn tắc và xe dừng theo camera” có “Ngày” trong ngày, với điều kiện “Loại” là “un_tac”.", "Lần ùn tắc = số lần"),
    "GT06": ("Tỷ lệ phần trăm của tổng “Số phút hoạt động tốt” trong “Tình trạng hoạt động của camera” có “Ngày” trong ngày, so với tổng “Số phút trong ngày” trong “Tình trạng hoạt động của camera” có “Ngày” trong ngày.", "Camera hoạt động = tổng “Số phút hoạt động tốt” ÷ tổng “Số phút trong ngày” × 100"),
    "HCC07": ("Trong số hồ sơ có “Ngày trả” trong tháng (dữ liệu “Hồ sơ thủ tục hành chính”), tỷ lệ phần trăm có “Ngày trả” không muộn hơn “Ngày hẹn trả”.", "Hồ sơ đúng hạn = số hồ sơ (“Ngày trả” không muộn hơn “Ngày hẹn trả”) ÷ số hồ sơ × 100"),
    "HCC08": ("Số hồ sơ trong “Hồ sơ thủ tục hành chính” đã qua “Ngày hẹn trả” mà đến cuối ngày báo cáo chưa có “Ngày trả”.", "Hồ sơ quá hạn = số hồ sơ"),
    "HCC10": ("Số hồ sơ trong “Hồ sơ thủ tục hành chính” có “Ngày tiếp nhận” trong tháng.", "Hồ sơ tiếp nhận = số hồ sơ"),
    "HCC11": ("Trong số lượt đánh giá có “Ngày đánh giá” trong tháng (dữ liệu “Đánh giá của người dân về giải quyết hồ sơ”), tỷ lệ phần trăm có “Điểm” từ 4 trở lên.", "Hài lòng về hồ sơ = số lượt đánh giá (“Điểm” từ 4 trở lên) ÷ số lượt đánh giá × 100"),
    "NS01": ("Tổng “Số tiền” trong “Thu ngân sách nhà nước” có “Ngày thu” từ đầu năm đến ngày báo cáo.", "Thu ngân sách = tổng “Số tiền”"),
    "NS02": ("Tỷ lệ phần trăm của tổng “Số tiền” trong “Thu ngân sách nhà nước” có “Ngày thu” từ đầu năm đến ngày báo cáo, so với tổng “Dự toán Trung ương giao” trong “Dự toán thu ngân sách nhà nước” có hiệu lực vào ngày báo cáo (mỗi “Xã, phường” lấy dòng có “Ngày hiệu lực” mới nhất), của năm báo cáo (theo “Năm”).", "Thu so dự toán = tổng “Số tiền” ÷ tổng “Dự toán Trung ương giao” × 100"),
}  # fmt: skip
ENGLISH = {
    "DN01": "The number of enterprises in “New enterprises” with “Registration date” from 1 January to the reporting day.",
    "DTC01": "The sum of “Amount” in “Public-investment disbursement” with “Posting date” up to the reporting day, of the reporting year (by “Plan year”), as a percentage of the sum of “Prime Minister's plan” in “Public-investment capital plan” in force on the reporting day (for each “Allocation code”, the row with the latest “Effective date”), of the reporting year (by “Plan year”).",
    "DTC02": "The sum of “Amount” in “Public-investment disbursement” with “Posting date” up to the reporting day, of the reporting year (by “Plan year”), as a percentage of the sum of “Provincial plan” in “Public-investment capital plan” in force on the reporting day (for each “Allocation code”, the row with the latest “Effective date”), of the reporting year (by “Plan year”).",
    "GT01": "The number of accidents in “Traffic accidents” with “Date of accident” from 1 January to the reporting day.",
    "GT02": "The sum of “Number of deaths” in “Traffic accidents” with “Date of accident” from 1 January to the reporting day.",
    "GT04": "The number of violations in “Violations detected by camera” with “Day” on the day, where “Confirmed” is 1.",
    "GT05": "The number of congestions in “Congestion and stopped vehicles by camera” with “Day” on the day, where “Kind” is “un_tac”.",
    "GT06": "The sum of “Minutes in order” in “Health of cameras” with “Day” on the day, as a percentage of the sum of “Minutes of the day” in “Health of cameras” with “Day” on the day.",
    "HCC07": "Of the dossiers with “Date returned” within the month (data: “Administrative dossiers”), the percentage where “Date returned” is not later than “Due date”.",
    "HCC08": "The number of dossiers in “Administrative dossiers” whose “Due date” has passed with no “Date returned” by the end of the reporting day.",
    "HCC10": "The number of dossiers in “Administrative dossiers” with “Date received” within the month.",
    "HCC11": "Of the ratings with “Date rated” within the month (data: “Ratings of dossiers”), the percentage where “Rating” is at least 4.",
    "NS01": "The sum of “Amount” in “State budget revenue” with “Collection date” from 1 January to the reporting day.",
    "NS02": "The sum of “Amount” in “State budget revenue” with “Collection date” from 1 January to the reporting day, as a percentage of the sum of “Central estimate” in “Budget revenue estimate” in force on the reporting day (for each “Commune or ward”, the row with the latest “Effective date”), of the reporting year (by “Year”).",
}  # fmt: skip


def test_all_indicators_are_explained_here() -> None:
    assert set(VIETNAMESE) == set(ENGLISH) == set(indicators.definitions())


@pytest.mark.parametrize("code", sorted(VIETNAMESE))
def test_an_indicator_is_a_sentence_and_a_formula(code: str) -> None:
    of = indicators.definition(code)
    with translation.override("vi"):
        found = indicators.explain(of)
    assert (found.sentence, found.formula) == VIETNAMESE[code]
    with translation.override("en"):
        assert indicators.explain(of).sentence == ENGLISH[code]


def test_no_sentence_shows_a_technical_name() -> None:
    for of in indicators.definitions().values():
        names = {
            column.name for dataset in of.datasets for column in hub.contract(dataset).columns if "_" in column.name
        }
        for language in ("vi", "en"):
            with translation.override(language):
                found = indicators.explain(of)
            assert not [name for name in names if name in found.sentence + found.formula]


NAMES = explaining.Names(
    "Hồ sơ",
    {"ngay": "Ngày", "tra": "Ngày trả", "loai": "Loại", "so": "Số", "ok": "Đạt", "nam": "Năm"},
    {"ngay": "date", "tra": "timestamptz", "loai": "string", "so": "decimal(10,2)", "ok": "boolean", "nam": "long"},
    {},
)


def explained(term: Term, *, denominator: Term | None = None, scale: int = 1, **more: Any) -> str:
    of = replace(indicators.definition("HCC10"), formula=Formula(term, denominator, scale), **more)
    with translation.override("vi"):
        return explaining.explain(of, {term.dataset: NAMES, (denominator or term).dataset: NAMES}).sentence


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("loai = 'ODA'", "“Loại” là “ODA”"),
        ("loai <> 'ODA'", "“Loại” khác “ODA”"),
        ("so < 1.50", "“Số” nhỏ hơn 1,50"),
        ("so >= -3", "“Số” từ -3 trở lên"),
        ("so <= 10 AND so > 2", "“Số” không quá 10 và “Số” lớn hơn 2"),
        ("ngay < '2026-11-20'", "“Ngày” trước 20/11/2026"),
        ("tra >= ngay", "“Ngày trả” không sớm hơn “Ngày”"),
        ("ngay > tra", "“Ngày” sau “Ngày trả”"),
        ("loai IN ('A', 'B')", "“Loại” là một trong “A”, “B”"),
        ("loai NOT IN ('A')", "không phải (“Loại” là một trong “A”)"),
        ("ngay BETWEEN '2026-01-01' AND '2026-03-31'", "“Ngày” từ 01/01/2026 đến 31/03/2026"),
        ("tra IS NULL", "“Ngày trả” để trống"),
        ("tra IS NOT NULL", "“Ngày trả” không để trống"),
        ("ok = TRUE", "“Đạt” là đúng"),
        ("(loai = 'A' OR loai = 'B') AND NOT ok = FALSE", "(“Loại” là “A” hoặc “Loại” là “B”) và không phải (“Đạt” là sai)"),
    ],
)  # fmt: skip
def test_each_condition_is_said_in_words(condition: str, said: str) -> None:
    term = Term("x", time="ngay", window="period", filter=condition)
    assert explained(term) == f"Số hồ sơ trong “Hồ sơ” có “Ngày” trong tháng, với điều kiện {said}."


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term("x", "mean", "so", "ngay", "ytd"), "Trung bình của “Số” trong “Hồ sơ” có “Ngày” từ đầu năm đến ngày báo cáo."),
        (Term("x", "max", "so", "ngay", "period"), "“Số” cao nhất trong “Hồ sơ” có “Ngày” trong tháng."),
        (Term("x", "min", "so", "ngay", "to_date"), "“Số” thấp nhất trong “Hồ sơ” có “Ngày” đến ngày báo cáo."),
        (Term("x", time="ngay", window="open", leave="tra"), "Số hồ sơ trong “Hồ sơ” có “Ngày” đến ngày báo cáo mà đến cuối ngày chưa có “Ngày trả”."),
    ],
)  # fmt: skip
def test_each_way_to_count_is_said_in_words(term: Term, said: str) -> None:
    assert explained(term) == said


def test_a_period_is_called_by_its_length_and_other_scales_are_named() -> None:
    term = Term("x", "sum", "so", "ngay", "period")
    for frequency, said in {"day": "ngày", "quarter": "quý", "year": "năm"}.items():
        assert explained(term, frequency=frequency) == f"Tổng “Số” trong “Hồ sơ” có “Ngày” trong {said}."
    part = "tổng “Số” trong “Hồ sơ” có “Ngày” trong tháng"
    assert explained(term, denominator=term) == f"T{part[1:]} chia cho {part}."
    assert explained(term, denominator=term, scale=1000) == f"T{part[1:]} chia cho {part}, nhân với 1000."


def test_without_a_word_for_what_is_counted_it_counts_rows() -> None:
    assert explained(Term("x", time="ngay"), counts="", counts_en="") == "Số dòng trong “Hồ sơ” có “Ngày” trong tháng."


def test_the_formula_is_filled_with_a_value_s_own_numbers(clock: Clock) -> None:
    stored = values("DTC01", 59, until=dt.date(2026, 3, 10))[0]
    stored.numerator, stored.denominator, stored.value = (
        Decimal(18_498_600_000_000),
        Decimal(31_048 * 10**9),
        Decimal("59.58"),
    )
    stored.save()
    value = indicators.value(stored.pk)
    of = indicators.definition("DTC01")
    with translation.override("vi"):
        assert indicators.calculation(of, value) == "18.498,6 tỷ đồng ÷ 31.048,0 tỷ đồng × 100 = 59,6%"
        assert indicators.amounts(of, value) == ["18.498,6 tỷ đồng", "31.048,0 tỷ đồng"]
        share = indicators.definition("HCC07")
        assert (
            indicators.calculation(share, value) == "18.498.600.000.000 hồ sơ ÷ 31.048.000.000.000 hồ sơ × 100 = 59,58%"
        )
        assert indicators.calculation(indicators.definition("NS01"), value) == ""
        assert indicators.calculation(of, replace(value, denominator=None)) == ""
        assert indicators.amounts(of, replace(value, denominator=None)) == ["18.498,6 tỷ đồng", ""]
    with translation.override("en"):
        assert indicators.calculation(of, value) == "VND 18,498.6 billion ÷ VND 31,048.0 billion × 100 = 59.6%"
