"""Rules 3 and 4: a cell is more than its text, and some things only the column tells."""

from __future__ import annotations

import datetime as dt
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from vamco.systems.hub.tests.case_files import DAY, F, book, changed, html, merged, ods, parts, plan, true, xls_writer
from vamco.systems.hub.tests.cases import (
    MA,
    NGAY,
    SO_TIEN,
    TY_LE,
    Allowed,
    Case,
    Held,
    Read,
    Refused,
    col,
    contract,
    csv_case,
    xlsx_case,
)

TEN_ROWS, TRUE = plan(*range(1, 11)), true(*range(1, 11))
MORE = TRUE[1:]
XLSX = {"format": "xlsx"}
VN_DATES = {"date_format": "dd/MM/yyyy"}
PEOPLE = contract(
    col("cccd", "Số CCCD", key=1, pattern=r"^\d{12}$"), col("dien_thoai", "Điện thoại", pattern=r"^0\d{9}$"), SO_TIEN
)
LOOSE = contract(col("cccd", "Số CCCD", key=1), SO_TIEN)
RATES = contract(MA, TY_LE)
MONEY = contract(MA, col("so", "Số", "number(12,2)"))
DAYS = contract(MA, NGAY)
DAYS_HEAD = ("Mã", "Ngày")


def cell(id_: str, fault: str, value: Any, column: int, *allow: Allowed, **more: Any) -> Case:
    """Ten rows, of which the first has an odd cell."""
    return xlsx_case(f"r3_{id_}", fault, book(changed(TEN_ROWS, 0, column, value)), *allow, **more)


def out(*why: str, n: int = 1) -> tuple[Allowed, ...]:
    """The odd row is in quarantine."""
    return (Read(TRUE[n:], n, why),)


def as_(value: Any, column: int) -> Read:
    """The odd cell is read as this."""
    return Read(changed(TRUE, 0, column, value))


def rates(*cells: Any) -> bytes:
    """A workbook of rates."""
    return book([(f"A{n}", each) for n, each in enumerate(cells, start=1)], ("Mã", "Tỷ lệ (%)"))


def rate_rows(*values: Any) -> list[tuple[Any, ...]]:
    """Rates as they must stand."""
    return [(f"A{n}", each) for n, each in enumerate(values, start=1)]


def days(*cells: Any) -> bytes:
    """A workbook of days."""
    return book([(f"A{n}", each) for n, each in enumerate(cells, start=1)], DAYS_HEAD)


def day_text(*cells: str) -> str:
    """A CSV file of days."""
    return "Mã,Ngày\n" + "".join(f"A{n},{each}\n" for n, each in enumerate(cells, start=1))


def day_rows(*values: str) -> list[tuple[Any, ...]]:
    """Days as they must stand."""
    return [(f"A{n}", each) for n, each in enumerate(values, start=1)]


def number_case(id_: str, fault: str, cells: list[str], *allow: Allowed, **feed: Any) -> Case:
    """A CSV file of numbers with a semicolon."""
    rows = "".join(f"A{n};{each}\n" for n, each in enumerate(cells, start=1))
    return csv_case(id_, fault, f"Mã;Số\n{rows}", *allow, delimiter=";", contract=MONEY, feed=feed)


def rich(sheet: Any) -> None:
    """A name with a bold word."""
    sheet["B2"] = CellRichText("Công trình ", TextBlock(InlineFont(b=True), "số 1"))


def hide(sheet: Any) -> None:
    """A filter hides two rows, somebody hid a column."""
    sheet.auto_filter.ref = "A1:E11"
    sheet.row_dimensions[3].hidden = sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["C"].hidden = True


def quote_prefix(sheet: Any) -> None:
    """Numbers that stand as text, with an apostrophe."""
    for row in range(2, 12):
        sheet.cell(row, 3).value = str(sheet.cell(row, 3).value)
        sheet.cell(row, 3).quotePrefix = True


FORMULAS = [(*row[:2], f"=A{n}*2", *row[3:]) for n, row in enumerate(TEN_ROWS, start=2)]
KEPT = [(*row[:2], ("=1000000*1", row[2]), *row[3:]) for row in TEN_ROWS]

CELLS: list[Case] = [
    # ── 3: kinds ──
    cell("error_amount", "#DIV/0! becomes an empty amount", "#DIV/0!", 2, *out("#DIV/0!")),
    cell("error_name", "#NAME? becomes a name", "#NAME?", 1, *out("#NAME?")),
    cell("error_key", "#N/A becomes a key", "#N/A", 0, *out("#N/A")),
    cell("error_day", "#VALUE! becomes an empty day", "#VALUE!", 4, *out("#VALUE!")),
    cell("truth_as_amount", "TRUE becomes 1 dong", True, 2, *out()),
    cell("truth_as_name", "TRUE becomes a name", True, 1, *out()),
    cell("day_as_name", "a day becomes the name “46086”", DAY, 1, *out()),
    cell("day_as_amount", "a day becomes 46,086 dong", DAY, 2, *out()),
    cell("number_as_day", "a bare 46086 in a column of days", 46086, 4, *out()),
    cell("amount_as_day", "an amount that slipped into the days becomes a day in the year 2119", 80000, 4, *out()),
    cell("time_as_day", "a time becomes 31 December 1899", dt.time(8, 30), 4, *out()),
    cell(
        "moment_as_day",
        "a day with a time",
        dt.datetime.fromisoformat("2026-03-05T14:30"),
        4,
        as_("2026-03-05", 4),
        *out(),
    ),
    cell("formula", "a formula without a value becomes an empty amount", "=1000000*1", 2, *out("công thức")),
    xlsx_case(
        "r3_formulas_all", "a whole column of formulas that openpyxl wrote is empty", book(FORMULAS), Refused(), Held()
    ),
    xlsx_case("r3_formulas_kept", "a formula with its kept value is a number", xls_writer(KEPT), Read(TRUE)),
    cell("formula_key", "a formula without a value as a key", '="DA"&"001"', 0, *out("công thức")),
    cell("currency", "a currency format is part of no number", F(1_000_000, '#,##0 "₫"'), 2, Read(TRUE)),
    cell("brackets", "an accounting format shows -500 in brackets", F(-500, "#,##0;(#,##0)"), 2, as_(-500, 2)),
    cell(
        "in_thousands",
        "a format that shows thousands does not change the value",
        F(1_000_000, "#,##0,"),
        2,
        Read(TRUE),
        *out(),
        Refused(),
    ),
    cell("half_dong", "half a dong", 1000000.5, 2, *out()),
    cell("noise_whole", "1000000.0000000001 dong", 1000000.0000000001, 2, Read(TRUE)),
    xlsx_case(
        "r3_noise",
        "0.1 + 0.2 is 0.30000000000000004",
        rates(0.1 + 0.2, 12.500000000000002, 33.333),
        Read(rate_rows(0.3, 12.5, 33.333)),
        contract=RATES,
    ),
    xlsx_case(
        "r3_too_fine",
        "a real fourth decimal is not noise",
        rates(33.3333, *range(10, 20)),
        Read(rate_rows(0, *range(10, 20))[1:], 1),
        contract=RATES,
    ),
    cell("huge", "1E+20 dong", 1e20, 2, *out()),
    cell("percent_above", "a percent format beyond the bounds: 1250 %", F(12.5, "0%"), 3, *out()),
    cell("percent", "a percent format beside bare numbers of 50", F(0.5, "0.0%"), 3, Read(TRUE)),
    xlsx_case(
        "r3_percent_all",
        "a column in percent format: 0.125 is 12.5",
        rates(*(F(n / 1000, "0.0%") for n in (125, 980, 455, 1000, 5))),
        Read(rate_rows(12.5, 98, 45.5, 100, 0.5)),
        contract=RATES,
    ),
    xlsx_case(
        "r3_percent_text",
        "“12,5%” as text",
        rates("12,5%", *range(10, 20)),
        Read(rate_rows(0, *range(10, 20))[1:], 1),
        Read(rate_rows(12.5, *range(10, 20))),
        contract=RATES,
    ),
    cell("number_as_text", "a number that stands as text", "1000000", 2, Read(TRUE)),
    cell("number_as_text_dots", "“1.000.000” as text", "1.000.000", 2, *out()),
    xlsx_case(
        "r3_number_as_text_dots_declared",
        "“1.000.000” as text, and the feed says so",
        book(changed(TEN_ROWS, 0, 2, "1.000.000")),
        Read(TRUE),
        feed={"decimal": ",", "thousands": "."},
    ),
    cell("number_as_text_unit", "“1000000 đồng” as text", "1000000 đồng", 2, *out()),
    xlsx_case(
        "r3_quote_prefix",
        "all amounts stand as text, with an apostrophe",
        book(TEN_ROWS, edit=quote_prefix),
        Read(TRUE),
    ),
    cell("letter_o", "the letter O in an amount", "1O00000", 2, *out()),
    xlsx_case(
        "r3_number_as_code",
        "a code typed as a number",
        book([(7, 1), ("008", 2)], ("Số CCCD", "Số tiền")),
        Read([("7", 1), ("008", 2)]),
        contract=LOOSE,
    ),
    xlsx_case(
        "r3_code_never_dot_zero",
        "a code 7 becomes “7.0”",
        parts(
            book([(7, 1), (12, 2)], ("Số CCCD", "Số tiền")), sheet1=lambda xml: xml.replace("<v>7</v>", "<v>7.0</v>")
        ),
        Read([("7", 1), ("12", 2)]),
        contract=LOOSE,
    ),
    xlsx_case(
        "r3_cccd_as_number",
        "identity numbers lost their zero",
        book([(79123456789 + n, "0901234567", n) for n in range(5)], ("Số CCCD", "Điện thoại", "Số tiền")),
        Refused(),
        contract=PEOPLE,
    ),
    xlsx_case(
        "r3_cccd_padded",
        "identity numbers under the format 000000000000",
        book(
            [(F(79123456789 + n, "000000000000"), f"090123456{n}", n) for n in range(5)],
            ("Số CCCD", "Điện thoại", "Số tiền"),
        ),
        Read([(f"0{79123456789 + n}", f"090123456{n}", n) for n in range(5)]),
        contract=PEOPLE,
    ),
    xlsx_case(
        "r3_sixteen_digits",
        "of 16 digits typed as a number the last one is lost",
        book([(9704123456789012345, 1), *((f"B{n}", n) for n in range(1, 10))], ("Số CCCD", "Số tiền")),
        Read([(f"B{n}", n) for n in range(1, 10)], 1),
        contract=LOOSE,
    ),
    csv_case(
        "r3_scientific_phone",
        "telephone numbers became 9.01E+10",
        "Số CCCD,Điện thoại,Số tiền\n" + "".join(f"07912345678{n},9.01E+10,{n}\n" for n in range(5)),
        Refused(),
        contract=PEOPLE,
    ),
    csv_case(
        "r3_scientific_amount",
        "an amount became 1.25E+9",
        "Mã,Số tiền\nA,1.25E+9\n" + "".join(f"B{n},{n}\n" for n in range(1, 10)),
        Read([(f"B{n}", n) for n in range(1, 10)], 1),
        Read([("A", 1_250_000_000), *((f"B{n}", n) for n in range(1, 10))]),
        contract=contract(MA, SO_TIEN),
    ),
    xlsx_case(
        "r3_merged_down",
        "of a merged cell only the first row has the value",
        book(changed(changed(TEN_ROWS, 1, 1, None), 2, 1, None), edit=merged("B2:B4")),
        Refused(),
        Read([TRUE[0], *TRUE[3:]], 2),
    ),
    xlsx_case(
        "r3_merged_down_declared",
        "a merged cell means the value above, where the feed says so",
        book(changed(changed(TEN_ROWS, 1, 1, None), 2, 1, None), edit=merged("B2:B4")),
        Read([*(changed(TRUE, n, 1, "Công trình số 1")[n] for n in range(3)), *TRUE[3:]]),
        feed={"fill_down": ["ten"]},
    ),
    xlsx_case(
        "r3_merged_amount",
        "one amount merged over three rows is counted once, the others are empty",
        book(changed(changed(TEN_ROWS, 1, 2, None), 2, 2, None), edit=merged("C2:C4")),
        Refused(),
        Read(TRUE[3:], 3),
        Read([TRUE[0], *TRUE[3:]], 2),
    ),
    xlsx_case(
        "r3_merged_across",
        "a name merged over the amount's cell",
        book(changed(TEN_ROWS, 1, 2, None), edit=merged("B3:C3")),
        Refused(),
        Read([TRUE[0], *TRUE[2:]], 1),
    ),
    xlsx_case(
        "r3_empty_key_below_declared",
        "group keys stand only in their first row",
        book([("A", 1, "x"), (None, 2, "y"), ("B", 3, "z"), (None, 4, "t")], ("Mã", "Số tiền", "Nguồn")),
        Read([("A", 1, "x"), ("A", 2, "y"), ("B", 3, "z"), ("B", 4, "t")]),
        feed={"fill_down": ["ma"]},
        contract=contract(col("ma", "Mã", required=True), SO_TIEN, col("nguon", "Nguồn", key=1)),
    ),
    xlsx_case("r3_rich_text", "a name with a bold word is cut", book(TEN_ROWS, edit=rich), Read(TRUE)),
    xlsx_case(
        "r3_hidden_rows",
        "rows hidden by a filter are lost or forgotten",
        book(TEN_ROWS, edit=hide),
        Read(TRUE),
        Refused(),
    ),
    xlsx_case(
        "r3_day_as_text",
        "days as text dd/MM/yyyy, where the feed says so",
        days(*(f"{n:02d}/03/2026" for n in range(1, 29))),
        Read(day_rows(*(f"2026-03-{n:02d}" for n in range(1, 29)))),
        contract=DAYS,
        feed=VN_DATES,
    ),
    xlsx_case(
        "r3_day_as_text_undeclared",
        "days as text dd/MM/yyyy, where the feed says nothing",
        days(*(f"{n:02d}/03/2026" for n in range(1, 13))),
        Refused(),
        contract=DAYS,
    ),
    xlsx_case(
        "r3_ods",
        "a LibreOffice sheet",
        ods([("Mã", "Tên dự án", "Số tiền", "Tỷ lệ (%)", "Ngày"), *TEN_ROWS]),
        Read(TRUE),
        name="ke-hoach.ods",
    ),
    xlsx_case(
        "r3_html_xls",
        "what one-stop systems call Excel, with amounts in groups",
        html([(*row[:2], f"{row[2]:,}".replace(",", "."), row[3], "05/03/2026") for row in TEN_ROWS]),
        Refused(),
        Read(TRUE),
        name="ke-hoach.xls",
        feed=VN_DATES,
    ),
    # ── 4: columns ──
    xlsx_case(
        "r4_percent_beside_fractions",
        "12.5 % in percent format beside a bare 0.98",
        rates(F(0.125, "0.0%"), 0.98, F(0.5, "0.0%"), 0.455),
        Refused(),
        contract=RATES,
    ),
    xlsx_case(
        "r4_few_fractions",
        "one bare 0.98 among percent formats",
        rates(*(F(n / 100, "0.0%") for n in range(10, 20)), 0.98),
        Refused(),
        Held(),
        Read(rate_rows(*range(10, 20)), 1),
        contract=RATES,
    ),
    xlsx_case(
        "r4_days_mixed",
        "text days above 12 beside date cells up to 12",
        days(dt.date(2026, 5, 3), dt.date(2026, 7, 3), "19/03/2026", "25/03/2026", dt.date(2026, 12, 3)),
        Refused(),
        contract=DAYS,
        feed=VN_DATES,
    ),
    xlsx_case(
        "r4_days_mixed_mostly_text",
        "two swapped date cells among thirty text days",
        days(dt.date(2026, 5, 3), dt.date(2026, 7, 3), *(f"{n}/03/2026" for n in range(13, 32))),
        Refused(),
        contract=DAYS,
        feed=VN_DATES,
    ),
    xlsx_case(
        "r4_days_mixed_american",
        "text days of an American computer, swapped the other way",
        days(dt.date(2026, 5, 3), dt.date(2026, 7, 3), "03/19/2026", "03/25/2026"),
        Refused(),
        contract=DAYS,
        feed=VN_DATES,
    ),
    xlsx_case(
        "r4_days_honest",
        "date cells of all days of the month are no mixture",
        days(*(dt.date(2026, 3, n) for n in range(1, 32))),
        Read(day_rows(*(f"2026-03-{n:02d}" for n in range(1, 32)))),
        contract=DAYS,
        feed=VN_DATES,
    ),
    csv_case(
        "r4_two_orders",
        "dd/MM and MM/dd in one column",
        day_text(*(f"{n:02d}/03/2026" for n in range(1, 20)), "03/25/2026"),
        Refused(),
        Read(day_rows(*(f"2026-03-{n:02d}" for n in range(1, 20))), 1),
        contract=DAYS,
        feed=VN_DATES,
    ),
    csv_case(
        "r4_american",
        "MM/dd where dd/MM was agreed: most days are above 12",
        day_text(*(f"03/{n:02d}/2026" for n in range(1, 32))),
        Refused(),
        contract=DAYS,
        feed=VN_DATES,
    ),
    csv_case(
        "r4_short_days",
        "days without their zero: 5/3/2026",
        day_text(*(f"{n}/3/2026" for n in range(1, 32))),
        Refused(),
        Read(day_rows(*(f"2026-03-{n:02d}" for n in range(1, 32)))),
        contract=DAYS,
        feed=VN_DATES,
    ),
    csv_case(
        "r4_two_digit_years",
        "years of two digits",
        day_text(*(f"{n:02d}/03/26" for n in range(1, 32))),
        Refused(),
        contract=DAYS,
        feed=VN_DATES,
    ),
    csv_case(
        "r4_impossible_day",
        "31/02/2026 becomes 3 March",
        day_text("31/02/2026", *(f"{n:02d}/03/2026" for n in range(1, 20))),
        Read([(f"A{n + 1}", f"2026-03-{n:02d}") for n in range(1, 20)], 1),
        contract=DAYS,
        feed=VN_DATES,
    ),
    number_case(
        "r4_groups_of_three",
        "12.400 and 3.125: all groups have three digits",
        ["1.250", "12.400", "3.125", "8.000", "2.750"],
        Refused(),
    ),
    number_case(
        "r4_groups_beside_commas", "1.250 beside 980,50", ["1.250", "12.400", "980,50", "3,25", "700"], Refused()
    ),
    number_case(
        "r4_groups_declared",
        "1.250 and 980,50, where the feed says so",
        ["1.250", "12.400", "980,50", "3,25", "700", "-1.000,5"],
        Read(rate_rows(1250, 12400, 980.5, 3.25, 700, -1000.5)),
        decimal=",",
        thousands=".",
    ),
    number_case(
        "r4_wrong_groups_declared",
        "1.25 where dots are groups",
        ["1.25", *[f"{n}.000" for n in range(1, 10)]],
        Read([(f"A{n + 1}", n * 1000) for n in range(1, 10)], 1),
        decimal=",",
        thousands=".",
    ),
    number_case("r4_commas", "980,5 without a word about commas", ["980,5", "3,25", "700,0"], Refused()),
    number_case(
        "r4_commas_declared",
        "980,5 where the feed says so",
        ["980,5", "3,25", "700"],
        Read(rate_rows(980.5, 3.25, 700)),
        decimal=",",
    ),
    number_case("r4_two_signs", "1,5 beside 1.5", ["1,5", "1.5", "2,5", "2.5"], Refused(), decimal=","),
    number_case(
        "r4_blank_groups_declared",
        "1 250 000 with blanks and no-break blanks, where the feed says so",
        ["1 250 000", "1\u00a0250", "1\u202f250,5", "700"],
        Read(rate_rows(1250000, 1250, 1250.5, 700)),
        decimal=",",
        thousands=" ",
    ),
    number_case(
        "r4_blank_groups",
        "1 250 000 with no-break blanks, and no word of it",
        ["1\u00a0250\u00a0000", "2\u00a0000"],
        Refused(),
    ),
    number_case(
        "r4_brackets",
        "(1000) without a word about brackets",
        ["(1000)", *map(str, range(1, 10))],
        Read([(f"A{n + 1}", n) for n in range(1, 10)], 1),
    ),
    number_case(
        "r4_brackets_declared",
        "(1000) is -1000 where the feed says so",
        ["(1000)", "(2.5)", *map(str, range(1, 10))],
        Read([("A1", -1000), ("A2", -2.5), *((f"A{n + 2}", n) for n in range(1, 10))]),
        brackets_negative=True,
    ),
    number_case(
        "r4_unicode_minus",
        "a typographic minus",
        ["−5", *map(str, range(1, 10))],
        Read([("A1", -5), *((f"A{n + 1}", n) for n in range(1, 10))]),
        Read([(f"A{n + 1}", n) for n in range(1, 10)], 1),
    ),
    number_case(
        "r4_trailing_minus",
        "500- of an old bookkeeping system",
        ["500-", *map(str, range(1, 10))],
        Read([(f"A{n + 1}", n) for n in range(1, 10)], 1),
    ),
]
