"""What statistics people do with sheets: without words for it a file is refused or its rows quarantined, with words it is read.

Also rule 5: absent is not empty.
"""

from __future__ import annotations

from typing import Any

from vamco.systems.hub.tests import case_files as made
from vamco.systems.hub.tests.case_files import HEADER, F, book, changed, lines, merged, plan, true
from vamco.systems.hub.tests.cases import (
    DEFAULT,
    MA,
    SO_TIEN,
    TEN,
    TY_LE,
    Allowed,
    Case,
    Held,
    Read,
    Refused,
    Safe,
    Step,
    case,
    col,
    contract,
    csv_case,
    xlsx_case,
)

TEN_ROWS, TRUE = plan(*range(1, 11)), true(*range(1, 11))
XLSX = {"format": "xlsx"}
SUM = sum(row[2] for row in TRUE)
BOTH = contract(
    MA, TEN, col("ke_hoach", "Kế hoạch Số tiền", "integer"), col("thuc_hien", "Thực hiện Số tiền", "integer")
)
TWO_ROWS = [
    ("Mã", "Tên dự án", "Kế hoạch", "Thực hiện"),
    (None, None, "Số tiền", "Số tiền"),
]
DOUBLE = [(f"DA{n}", f"Công trình {n}", n * 100, n * 50) for n in range(1, 11)]
TALL_HEAD = [("Mã", "Tên dự án", "Vốn", None, "Ngày"), (None, None, "Số tiền", "Tỷ lệ (%)", None)]
TALL = contract(
    MA,
    TEN,
    col("so_tien", "Vốn Số tiền", "integer"),
    col("ty_le", "Vốn Tỷ lệ (%)", "number(7,3)"),
    col("ngay", "Ngày", "date"),
)
SIGNED: list[tuple[Any, ...]] = [
    (None,),
    (None, None, None, "Tây Ninh, ngày 05 tháng 3 năm 2026"),
    ("Người lập biểu", None, None, "GIÁM ĐỐC"),
    ("(Ký, họ tên)", None, None, "(Ký, đóng dấu)"),
    ("Nguyễn Văn An", None, None, "Trần Thị Bé"),
]
SECTIONS: list[tuple[Any, ...]] = [
    ("I", "Vốn ngân sách tỉnh", 3_000_000),
    *[row[:3] for row in TEN_ROWS[:2]],
    ("II", "Vốn trung ương", 52_000_000),
    *[row[:3] for row in TEN_ROWS[2:]],
]
THREE = contract(MA, TEN, SO_TIEN)
THREE_HEAD = HEADER[:3]
T3 = [row[:3] for row in TRUE]
CODED = contract(col("ma", "Mã", key=1, pattern=r"^DA\d{3}$"), TEN, SO_TIEN)


def both(
    id_: str, fault: str, content: bytes, rows: list[Any], feed: dict[str, Any], *allow: Allowed, terms: Any = DEFAULT
) -> list[Case]:
    """Without words and with them."""
    plain = {
        each: word
        for each, word in feed.items()
        if each in {"header_row", "date_format"} and each not in feed.get("own", ())
    }
    words = {each: word for each, word in feed.items() if each != "own"}
    return [
        xlsx_case(
            f"h_{id_}",
            fault + ", and no word of it",
            content,
            *(allow or (Refused(), Safe(rows))),
            contract=terms,
            feed=plain,
        ),
        xlsx_case(
            f"h_{id_}_declared", fault + ", where the feed says so", content, Read(rows), contract=terms, feed=words
        ),
    ]


def csv_both(
    id_: str, fault: str, cell_: str, rows: list[Any], feed: dict[str, Any], terms: Any, *allow: Allowed
) -> list[Case]:
    """The same, of one cell in a CSV file of ten further rows."""
    content = "Mã,Số tiền\n" + f"A,{cell_}\n" + "".join(f"B{n},{n}\n" for n in range(1, 11))
    rest = [(f"B{n}", n) for n in range(1, 11)]
    return [
        csv_case(
            f"h_{id_}",
            fault + ", and no word of it",
            content,
            *(allow or (Read(rest, 1),)),
            contract=contract(MA, SO_TIEN),
        ),
        csv_case(
            f"h_{id_}_declared",
            fault + ", where it is declared",
            content,
            Read([*rows, *rest]),
            contract=terms,
            feed=feed,
        ),
    ]


PAIR = contract(MA, SO_TIEN)
NAMES = dict(zip(HEADER, ("ma", "ten", "so_tien", "ty_le", "ngay"), strict=True))


def renamed(number: int, title: str) -> tuple[str, ...]:
    """The header with another title."""
    return (*HEADER[:number], title, *HEADER[number + 1 :])


def header_case(id_: str, fault: str, header: Any, *allow: Allowed, **more: Any) -> Case:
    """A workbook of which only the header is odd."""
    return xlsx_case(f"r5_{id_}", fault, book(TEN_ROWS, header), *allow, **more)


def without(number: int) -> bytes:
    """A workbook without a column."""
    rows = [(*row[:number], *row[number + 1 :]) for row in [HEADER, *TEN_ROWS]]
    return book(rows[1:], rows[0])


def emptied(number: int, value: Any = None) -> bytes:
    """A workbook in which a column says nothing."""
    return book([(*row[:number], value, *row[number + 1 :]) for row in TEN_ROWS])


def second(id_: str, fault: str, content: bytes, *allow: Allowed, **more: Any) -> Case:
    """A good workbook, then another one."""
    good, name = Step({"ke-hoach.xlsx": book(TEN_ROWS)}, [Read(TRUE)]), "ke-hoach.xlsx"
    return case(
        f"r5_{id_}",
        fault,
        good,
        Step({name: content}, allow, day="2026-11-21"),
        feed={**XLSX, **more.pop("feed", {})},
        **more,
    )


OTHER_TITLE = contract(
    MA,
    TEN,
    col("so_tien", "Số tiền", "integer", titles=["Số tiền (đồng)", "Kinh phí"]),
    TY_LE,
    col("ngay", "Ngày", "date"),
)
BELOW = [(None,), ("Ghi chú", "Bảng phụ", "Số tiền"), ("P1", "Phụ 1", 5), ("P2", "Phụ 2", 6)]

HABITS: list[Case] = [
    # ── statistics people's habits ──
    *both(
        "two_header_rows",
        "a header in two rows, names above and below",
        book(DOUBLE, None, above=TWO_ROWS),
        DOUBLE,
        {"header_rows": 2},
        terms=BOTH,
    ),
    *both(
        "merged_header",
        "a header whose upper cells are merged",
        book(TEN_ROWS, None, above=TALL_HEAD, edit=merged("C1:D1", "A1:A2", "B1:B2", "E1:E2")),
        TRUE,
        {"header_rows": 2},
        terms=TALL,
    ),
    *both(
        "number_row",
        "a row of column numbers below the header",
        book([(1, 2, 3, 4, 5), *TEN_ROWS]),
        TRUE,
        {"number_row": True},
        Refused(),
        Read(TRUE, 1),
    ),
    *both(
        "number_row_brackets",
        "a row of (1) (2) (3) below the header",
        book([("(1)", "(2)", "(3)", "(4)", "(5)=(3)/(4)"), *TEN_ROWS]),
        TRUE,
        {"number_row": True},
        Refused(),
        Read(TRUE, 1),
    ),
    *both(
        "letter_row",
        "a row of A B 1 2 3 below the header",
        book([("A", "B", 1, 2, 3), *TEN_ROWS]),
        TRUE,
        {"number_row": True},
        Refused(),
        Read(TRUE, 1),
    ),
    *both(
        "title_above",
        "a title and the agency above the table",
        book(TEN_ROWS, above=[("ỦY BAN NHÂN DÂN TỈNH",), ("BÁO CÁO KẾ HOẠCH VỐN",), (None,)]),
        TRUE,
        {"header_row": 0, "own": ["header_row"]},
        Refused(),
    ),
    *both(
        "total_row",
        "“Tổng cộng” as the last row",
        book([*[row[:3] for row in TEN_ROWS], ("Tổng cộng", None, SUM)], THREE_HEAD),
        T3,
        {"total_row": "Tổng cộng*"},
        Refused(),
        Read(T3, 1),
        terms=THREE,
    ),
    xlsx_case(
        "h_total_disagrees",
        "the printed total is not the sum of the rows",
        book([*[row[:3] for row in TEN_ROWS], ("Tổng cộng", None, SUM + 1)], THREE_HEAD),
        Refused(),
        contract=THREE,
        feed={"total_row": "Tổng cộng*"},
    ),
    xlsx_case(
        "h_total_row_missing",
        "the printed total that was agreed is not there: the end is lost",
        book([row[:3] for row in TEN_ROWS[:7]], THREE_HEAD),
        Refused(),
        contract=THREE,
        feed={"total_row": "Tổng cộng*"},
    ),
    xlsx_case(
        "h_total_formula",
        "the total is a formula without a value",
        book([*[row[:3] for row in TEN_ROWS], ("Tổng cộng", None, "=SUM(C2:C11)")], THREE_HEAD),
        Refused(),
        Read(T3),
        contract=THREE,
        feed={"total_row": "Tổng cộng*"},
    ),
    *both(
        "total_on_top",
        "“Tổng số” as the first row",
        book([("Tổng số", None, SUM), *[row[:3] for row in TEN_ROWS]], THREE_HEAD),
        T3,
        {"total_row": "Tổng số*"},
        Refused(),
        Read(T3, 1),
        terms=THREE,
    ),
    *both(
        "sections",
        "sections I and II with subtotals between the rows",
        book(SECTIONS, THREE_HEAD),
        T3,
        {"leave_out": ["I", "II", "III"]},
        Refused(),
        Safe(T3, T3),
        terms=CODED,
    ),
    xlsx_case(
        "h_sections_plain_key",
        "sections I and II with subtotals, where any key is allowed: money counted twice",
        book(SECTIONS, THREE_HEAD),
        Refused(),
        Held(),
        Safe(T3, T3),
        contract=THREE,
    ),
    *both(
        "signatures",
        "date, names and signatures under the table",
        book(TEN_ROWS, below=SIGNED),
        TRUE,
        {"ends_before": ["Tây Ninh, ngày*", "Người lập*"]},
        Refused(),
        Safe(TRUE, TRUE),
    ),
    *both(
        "signature_first_column",
        "“Người lập biểu” in the key's column",
        book([row[:3] for row in TEN_ROWS], THREE_HEAD, below=SIGNED[2:]),
        T3,
        {"ends_before": ["Người lập*"]},
        Refused(),
        Safe(T3, T3),
        terms=THREE,
    ),
    *both(
        "note",
        "a note under the table",
        book([row[:3] for row in TEN_ROWS], THREE_HEAD, below=[(None,), ("Ghi chú: số liệu tạm tính",)]),
        T3,
        {"ends_before": ["Ghi chú*"]},
        Refused(),
        Safe(T3, T3),
        terms=THREE,
    ),
    *both(
        "dash",
        "“-” for nothing",
        book(changed(TEN_ROWS, 0, 2, "-")),
        changed(TRUE, 0, 2, None),
        {"no_data": ["-"]},
        Read(TRUE[1:], 1),
    ),
    *both(
        "dots",
        "“…” for not known yet",
        book(changed(TEN_ROWS, 0, 2, "…")),
        changed(TRUE, 0, 2, None),
        {"no_data": ["…", "..."]},
        Read(TRUE[1:], 1),
    ),
    *both(
        "x",
        "“x” where a number makes no sense",
        book(changed(TEN_ROWS, 0, 3, "x")),
        changed(TRUE, 0, 3, None),
        {"no_data": ["x"]},
        Read(TRUE[1:], 1),
    ),
    xlsx_case(
        "h_dash_accounting",
        "an accounting format shows 0 as “-”",
        book(changed(TEN_ROWS, 0, 2, F(0, '#,##0;-#,##0;"-"'))),
        Read(changed(TRUE, 0, 2, 0)),
    ),
    *csv_both("dash_csv", "“-” for nothing in a CSV file", "-", [("A", None)], {"no_data": ["-"]}, PAIR),
    *csv_both(
        "dash_column",
        "“-” for nothing, by the contract's own word",
        "-",
        [("A", None)],
        {},
        contract(MA, col("so_tien", "Số tiền", "integer", noData=["-", "…"])),
    ),
    *csv_both("dash_padded", "“ - ” of an accounting export", '" - "', [("A", None)], {"no_data": ["-"]}, PAIR),
    *csv_both(
        "brackets_csv",
        "“(1.000)” of an accounting export",
        "(1.000)",
        [("A", -1000)],
        {"brackets_negative": True, "thousands": ".", "decimal": ","},
        PAIR,
    ),
    *csv_both("na_csv", "“N/A” of a statistics program", "N/A", [("A", None)], {"no_data": ["N/A"]}, PAIR),
    xlsx_case(
        "h_unit_million",
        "“ĐVT: triệu đồng” above the table",
        book(
            [(*row[:2], row[2] / 1_000_000, *row[3:]) for row in TEN_ROWS],
            above=[(None, None, None, "ĐVT: triệu đồng")],
        ),
        Refused(),
        Read(TRUE),
        feed={"header_row": 2},
    ),
    xlsx_case(
        "h_unit_million_declared",
        "“ĐVT: triệu đồng” above the table, where the feed names the cell",
        book(
            [(*row[:2], row[2] / 1_000_000, *row[3:]) for row in TEN_ROWS],
            above=[(None, None, None, "ĐVT: triệu đồng")],
        ),
        Read(TRUE),
        feed={"header_row": 2, "unit_label": "ĐVT"},
    ),
    xlsx_case(
        "h_unit_strange",
        "“ĐVT: nghìn USD” where dong are expected",
        book(TEN_ROWS, above=[(None, None, None, "ĐVT: nghìn USD")]),
        Refused(),
        feed={"header_row": 2, "unit_label": "ĐVT"},
    ),
    xlsx_case(
        "h_unit_gone",
        "the agreed unit cell is not there",
        book(TEN_ROWS, above=[("Sở Tài chính",)]),
        Refused(),
        feed={"header_row": 2, "unit_label": "ĐVT"},
    ),
    xlsx_case(
        "h_unit_in_header",
        "the unit stands in the title: Số tiền (triệu đồng)",
        book(TEN_ROWS, renamed(2, "Số tiền (triệu đồng)")),
        Refused(),
    ),
    xlsx_case(
        "h_multiplier",
        "a file in million dong, by the contract's word",
        book([(*row[:2], row[2] / 1_000_000, *row[3:]) for row in TEN_ROWS], renamed(2, "Số tiền")),
        Read(TRUE),
        contract=contract(
            MA,
            TEN,
            col("so_tien", "Số tiền", "integer", unit="dong", multiplier=1_000_000),
            TY_LE,
            col("ngay", "Ngày", "date"),
        ),
    ),
    xlsx_case(
        "h_second_table_right",
        "a second table to the right, with titles of its own",
        book([(*row, None, "P1", 5) for row in TEN_ROWS], (*HEADER, None, "Mã phụ", "Số phụ")),
        Read(TRUE),
        Refused(),
    ),
    xlsx_case(
        "h_second_table_right_same",
        "a second table to the right, with the same titles",
        book([(*row, None, *row) for row in TEN_ROWS], (*HEADER, None, *HEADER)),
        Refused(),
    ),
    *both(
        "second_table_below",
        "a second table below",
        book([row[:3] for row in TEN_ROWS], THREE_HEAD, below=BELOW),
        T3,
        {"ends_before": ["Ghi chú*"]},
        Refused(),
        Safe(T3, T3),
        terms=THREE,
    ),
    xlsx_case(
        "h_blank_row_between",
        "a blank row within the table ends it for some readers",
        book([*TEN_ROWS[:5], (None,), *TEN_ROWS[5:]]),
        Read(TRUE),
        Refused(),
    ),
    xlsx_case(
        "h_first_column_empty",
        "the table begins in column B",
        book([(None, *row) for row in TEN_ROWS], (None, *HEADER)),
        Read(TRUE),
    ),
    xlsx_case(
        "h_order_column",
        "a column of running numbers before the key",
        book([(n, *row) for n, row in enumerate(TEN_ROWS, start=1)], ("STT", *HEADER)),
        Read(TRUE),
    ),
    xlsx_case(
        "h_as_of_declared",
        "“Tính đến ngày 31/10/2026” is read where the feed says so",
        book(TEN_ROWS, above=[("Tính đến ngày 31/10/2026",)]),
        Read(TRUE),
        feed={"header_row": 2, "as_of_label": "Tính đến ngày"},
    ),
    xlsx_case(
        "h_as_of_gone",
        "the agreed day is not there",
        book(TEN_ROWS, above=[("Sở Tài chính",)]),
        Refused(),
        feed={"header_row": 2, "as_of_label": "Tính đến ngày"},
    ),
    # ── 5: absent is not empty ──
    *[
        xlsx_case(
            f"r5_absent_{NAMES[HEADER[n]]}", f"the column {HEADER[n]} is not there", without(n), Refused((HEADER[n],))
        )
        for n in (1, 2, 4)
    ],
    second("dropped", "a column that was there is gone", without(3), Refused(("Tỷ lệ (%)",))),
    second("emptied", "a column that was filled is empty", emptied(2), Held(), Refused()),
    second("emptied_blanks", "a column that was filled holds blanks", emptied(2, "  "), Held(), Refused()),
    second(
        "emptied_dashes",
        "a column that was filled holds “-”, which means nothing",
        emptied(2, "-"),
        Held(),
        Refused(),
        feed={"no_data": ["-"]},
    ),
    second("emptied_text", "names that were filled are empty", emptied(1), Held(), Refused()),
    second("retyped", "amounts became words", emptied(2, "đã chi"), Refused()),
    second(
        "renamed_kinh_phi",
        "a column has quite another name",
        book(TEN_ROWS, renamed(2, "Kinh phí")),
        Refused(("Kinh phí",)),
    ),
    second(
        "renamed_declared",
        "a column has another name, which the contract knows",
        book(TEN_ROWS, renamed(2, "Kinh phí")),
        Read(TRUE),
        contract=OTHER_TITLE,
    ),
    second(
        "swapped_titles",
        "columns changed places together with their titles",
        book(
            [(row[0], row[4], row[3], row[2], row[1]) for row in TEN_ROWS],
            (HEADER[0], HEADER[4], HEADER[3], HEADER[2], HEADER[1]),
        ),
        Read(TRUE),
    ),
    second(
        "extra", "a further column", book([(*row, "ghi chú") for row in TEN_ROWS], (*HEADER, "Ghi chú")), Read(TRUE)
    ),
    header_case("twice", "a title stands there twice", (*HEADER[:4], "Số tiền"), Refused(("Số tiền",))),
    xlsx_case(
        "r5_twice_with_day",
        "a title stands there twice, all others too",
        book([(*row, 7) for row in TEN_ROWS], (*HEADER, "Số tiền")),
        Refused(("Số tiền",)),
    ),
    header_case(
        "case_and_blanks",
        "titles in capitals, with blanks",
        ("MÃ ", " tên  dự án", "SỐ TIỀN", "Tỷ lệ (%)", "Ngày"),
        Read(TRUE),
    ),
    header_case(
        "break", "a title with a line break", ("Mã", "Tên\ndự án", "Số\ntiền", "Tỷ lệ\n(%)", "Ngày"), Read(TRUE)
    ),
    header_case("nfd", "titles as macOS writes them", tuple(map(made.nfd, HEADER)), Read(TRUE)),
    header_case(
        "no_break_blank",
        "titles with no-break blanks and zero-width signs",
        ("Mã\u200b", "Tên\u00a0dự\u00a0án", "Số\u00a0tiền", "Tỷ lệ (%)", "\ufeffNgày"),
        Read(TRUE),
    ),
    header_case(
        "star", "a title with a star for a footnote", renamed(2, "Số tiền*"), Refused(("Số tiền*",)), Read(TRUE)
    ),
    header_case("names", "the columns' machine names as titles", ("ma", "ten", "so_tien", "ty_le", "ngay"), Read(TRUE)),
    header_case("none", "no header at all", TEN_ROWS[0], Refused()),
    case(
        "r5_json_absent",
        "no object has the amount",
        Step({"a.jsonl": lines(*({"ma": f"B{n}"} for n in range(1, 9)))}, [Refused(("Số tiền|so_tien",))]),
        contract=PAIR,
        feed={"format": "jsonl"},
    ),
    case(
        "r5_json_absent_later",
        "objects that had an amount have none any more",
        Step(
            {"a.jsonl": lines(*({"ma": f"B{n}", "so_tien": n} for n in range(1, 9)))},
            [Read([(f"B{n}", n) for n in range(1, 9)])],
        ),
        Step({"a.jsonl": lines(*({"ma": f"B{n}", "soTien": n} for n in range(1, 9)))}, [Refused(), Held()]),
        contract=PAIR,
        feed={"format": "jsonl"},
    ),
    case(
        "r5_sheet_gone",
        "the agreed sheet is not there",
        Step({"ke-hoach.xlsx": book(TEN_ROWS, title="Sheet1")}, [Refused(("Dữ liệu",))]),
        feed={**XLSX, "sheet": "Dữ liệu"},
    ),
]
