"""Tables in lines of cells: what a layout names is done, what it does not name and is no data refuses the file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.sheets.cells import Cell
from vamco.lib.errors import Refused
from vamco.systems.hub.contracts import Column, Layout
from vamco.systems.hub.rules import marks, tables

MA = Column("ma", "string", "Mã", required=True)
TEN = Column("ten", "string", "Tên dự án")
TIEN = Column("so_tien", "long", "Số tiền", unit="dong")
TY_LE = Column("ty_le", "decimal(5,2)", "Tỷ lệ (%)", unit="percent")
NGAY = Column("ngay", "date", "Ngày")
COLUMNS = (MA, TEN, TIEN, TY_LE, NGAY)
HEAD = ["Mã", "Tên dự án", "Số tiền", "Tỷ lệ (%)", "Ngày"]
MERGED = Cell("", "merged")


def n(value: object) -> Cell:
    return Cell(str(value), "number")


def row(code: str = "DA1", amount: Any = 5) -> list[Any]:
    return [code, "Cầu", n(amount) if isinstance(amount, int) else amount, n(50), Cell("2026-03-05", "date")]


def found(
    *lines: list[Any] | None, columns: tuple[Column, ...] = COLUMNS, start: int = 1, **layout: Any
) -> list[tables.Row]:
    """The rows of a table; None is an empty line."""
    numbered = [(line, cells) for line, cells in enumerate(lines, start=start) if cells]
    return list(tables.read(numbered, Layout("xlsx", **layout), columns).rows)


def texts(rows: list[tables.Row], place: int) -> list[Any]:
    return [cell.text if isinstance(cell := each.cells[place], Cell) else cell for each in rows]


def code(*lines: list[Any] | None, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        found(*lines, **more)
    return caught.value.code


# Header


def test_rows_know_their_line_and_how_far_they_are_below_the_header() -> None:
    rows = found(["KẾ HOẠCH"], None, HEAD, row("a"), None, row("b"), header_row=3)
    assert [(each.number, each.line, each.cells[0]) for each in rows] == [(1, 4, "a"), (3, 6, "b")]
    rows = found(HEAD, row("a"), None, row("b"), start=7, header_row=7)
    assert [(each.number, each.line) for each in rows] == [(1, 8), (3, 10)]


def test_lines_of_blanks_are_no_rows() -> None:
    rows = found(HEAD, [" ", "\u00a0", None], ["\u200b"], [MERGED], row("a"))
    assert [(each.number, each.cells[0]) for each in rows] == [(4, "a")]


def test_a_header_is_searched_for_where_the_layout_says_so() -> None:
    lines: list[Any] = [["BẢNG"], ["Mã"], ["Mã", "Số tiền"], HEAD, row("a")]
    table = tables.read(list(enumerate(lines, start=1)), Layout("xlsx", header_row=0), COLUMNS)
    assert (table.labels, table.header, [each.line for each in table.rows]) == (tuple(HEAD), 4, [5])
    assert code(["x"], ["y"], header_row=0) == "hub.no_header"
    assert code(*[["x"]] * tables.SEARCHED, HEAD, row(), header_row=0) == "hub.no_header"


def test_a_header_that_is_not_where_it_should_be() -> None:
    assert code(HEAD, row(), header_row=9) == "hub.no_header"
    assert code(["BẢNG"], None, ["x"], HEAD, header_row=2) == "hub.no_header"


def test_two_header_rows_are_joined_with_what_is_merged() -> None:
    across, below = "merged_across", "merged"
    plan, done = Column("kh", "long", "Kế hoạch Số tiền"), Column("th", "long", "Thực hiện Số tiền")
    lines: list[Any] = [
        ["Mã", "Kế hoạch", Cell("Kế hoạch", across), "Thực hiện", Cell("Thực hiện", across)],
        [Cell("Mã", below), "Số tiền", "Tỷ lệ", "Số tiền", "Tỷ lệ"],
        ["DA1", n(100), n(10), n(50), n(5)],
    ]
    table = tables.read(list(enumerate(lines, start=1)), Layout("xlsx", header_rows=2), (MA, plan, done))
    assert table.labels == ("Mã", "Kế hoạch Số tiền", "Kế hoạch Tỷ lệ", "Thực hiện Số tiền", "Thực hiện Tỷ lệ")
    assert [(each.number, each.line) for each in table.rows] == [(1, 3)]
    searched = tables.read(
        [(7, ["x"]), *((n + 8, each) for n, each in enumerate(lines))],
        Layout("xlsx", header_row=0, header_rows=2),
        (MA, plan, done),
    )
    assert (searched.labels, searched.header) == (table.labels, 9)
    with pytest.raises(Refused) as caught:
        list(tables.read(list(enumerate(lines, start=1)), Layout("xlsx"), (MA, plan, done)).rows)
    assert caught.value.code == "hub.two_header_rows"


@pytest.mark.parametrize(
    "lines",
    [
        [
            ["Mã", "Tên dự án", "Số tiền", Cell("Số tiền", "merged_across")],
            ["a", "b", n(1), n(2)],
        ],  # no labels below, two values
        [["Mã", "Tên dự án", "Số tiền", None], [None, None, "Kế hoạch", "Thực hiện"], ["a", "b", n(1), n(2)]],
        [["Mã", "Tên dự án", "Số tiền"], [Cell("Mã", "merged"), "Tên", "đồng"], ["a", "b", n(1)]],
    ],
)
def test_a_second_header_row_that_nobody_named_refuses(lines: list[Any]) -> None:
    assert code(*lines, columns=(MA, TEN, TIEN)) == "hub.two_header_rows"


def test_a_label_merged_over_one_column_of_data_is_one_header() -> None:
    rows = found(
        ["Mã", "Tên dự án", Cell("Tên dự án", "merged_across"), "Số tiền"], ["a", "b", Cell("b", "merged_across"), n(1)]
    )
    assert rows[0].cells == ["a", "b", Cell("b", "merged"), n(1)]


def test_a_header_that_comes_again_refuses() -> None:
    assert code(HEAD, row(), HEAD, row("b")) == "hub.header_again"
    assert code(HEAD, row(), None, ["Số tiền", "MÃ"], ["5", "x"]) == "hub.header_again"
    assert len(found(HEAD, row(), HEAD, row("b"), leave_out=("mã",))) == 2


# Column numbers


@pytest.mark.parametrize(
    "numbers",
    [
        ["(1)", "(2)", "(3)", "(4)", "(5)"],
        [n(1), n(2), n(3), n(4), n(5)],
        ["A", "B", "1", "2", "3"],
        ["1", "2", "3=1+2", "4", "5"],
        ["[1]", "[2]", "[3]", "", ""],
    ],
)
def test_a_row_of_column_numbers(numbers: list[Any]) -> None:
    assert code(HEAD, numbers, row()) == "hub.number_row"
    assert texts(found(HEAD, numbers, row("a"), number_row=True), 0) == ["a"]
    assert code(HEAD, row(), number_row=True) == "hub.no_number_row"


def test_rows_of_small_numbers_are_rows() -> None:
    columns = (Column("a", "long", "A1"), Column("b", "long", "B1"), Column("c", "long", "C1"))
    rows = found(["A1", "B1", "C1"], [n(3), n(2), n(1)], [n(1), n(2), n(3)], columns=columns)
    assert len(rows) == 2
    assert len(found(HEAD, ["a", "b", n(1)], ["A", "B", n(1)], ["b", "c", n(2), n(1)], [n(2), n(3), n(4)])) == 4


# Totals


TOTALS = ["Tổng cộng", "TỔNG CỘNG:", "Tổng số", "Cộng", "cộng", "Tổng", "T Ổ N G   C Ộ N G", "Cộng I", "Tổng (I+II)", "Toàn tỉnh", "Khối 1 Total", "Trong đó:", "Tổng cộng toàn tỉnh", "To\u0302\u0309ng co\u0323\u0302ng", "Total"]  # fmt: skip


@pytest.mark.parametrize("words", TOTALS)
def test_a_total_that_nobody_named_refuses(words: str) -> None:
    assert code(HEAD, row("a", 2), row("b", 3), [words, None, n(5)]) == "hub.total_row"
    assert code(HEAD, [None, words, n(5)], row("a", 2), row("b", 3)) == "hub.total_row"
    assert code(["STT", *HEAD], [n(1), *row("a", 2)], ["I", words, None, n(2)]) == "hub.total_row"


@pytest.mark.parametrize(
    "words", ["Tổng công ty Điện lực", "Cộng đồng Ấp 3", "Cộng hòa", "Tổng hợp", "Tổng số hóa tài liệu", "Công trình"]
)
def test_words_that_only_begin_like_a_total_are_data(words: str) -> None:
    assert len(found(HEAD, row(words))) == 1
    assert len(found(HEAD, ["DA1", words, n(1)])) == 1


def test_rows_about_the_whole_alone_are_data() -> None:
    assert len(found(HEAD, ["Toàn tỉnh", "Tháng 1", n(1)], ["Toàn tỉnh", "Tháng 2", n(1)])) == 2


def test_a_printed_total_is_added_up() -> None:
    lines = [HEAD, row("a", 2), row("b", 3), ["Tổng cộng", None, n(5), n(61), None]]
    assert texts(found(*lines, total_row="tổng cộng"), 0) == ["a", "b"]
    assert texts(found(HEAD, lines[3], *lines[1:3], total_row="tổng*"), 0) == ["a", "b"]
    with pytest.raises(Refused) as caught:
        found(HEAD, row("a", 2), row("b", 4), lines[3], total_row="tổng cộng")
    assert (caught.value.code, caught.value.data) == (
        "hub.total_differs",
        {"column": "Số tiền", "found": "6", "printed": "5"},
    )
    assert code(*lines[:3], total_row="tổng cộng") == "hub.no_total"
    assert code(HEAD, row(), ["Tổng cộng", None, Cell("#REF!", "error")], total_row="tổng cộng") == "hub.total_unread"


def test_a_total_is_that_of_the_rows_and_not_of_subtotals() -> None:
    lines = [
        HEAD,
        ["Khối 1", None, n(5)],
        row("a", 2),
        row("b", 3),
        ["Khối 2", None, n(4)],
        row("c", 4),
        ["Tổng cộng", None, n(9)],
    ]
    rows = found(*lines, total_row="tổng cộng", leave_out=("khối *",))
    assert texts(rows, 0) == ["a", "b", "c"]
    assert code(*lines, total_row="tổng cộng") == "hub.total_differs"


def test_totals_in_text_follow_the_signs_of_the_layout() -> None:
    lines = [HEAD, row("a", "1.000,5"), row("b", "(2.000)"), ["Cộng", None, "-999,5"]]
    signs = {"decimal": ",", "thousands": ".", "brackets_negative": True}
    assert len(found(*lines, total_row="cộng", **signs)) == 2
    assert code(*lines, total_row="cộng") == "hub.total_unread"


def test_noise_of_binary_fractions_is_no_difference() -> None:
    cells = [row("a", Cell("0.1", "number")), row("b", Cell("0.2", "number"))]
    assert len(found(HEAD, *cells, ["Cộng", None, n("0.30000000000000004")], total_row="cộng")) == 2
    assert code(HEAD, *cells, ["Cộng", None, n("0.3001")], total_row="cộng") == "hub.total_differs"


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=30), st.integers(-3, 3), st.booleans())
def test_only_the_true_total_passes(amounts: list[int], off: int, above: bool) -> None:  # noqa: FBT001
    rows = [row(f"m{place}", amount) for place, amount in enumerate(amounts)]
    total = ["Tổng cộng", None, n(sum(amounts) + off * 10**7)]
    lines = [HEAD, total, *rows] if above else [HEAD, *rows, total]
    if off:
        assert code(*lines, total_row="tổng cộng") == "hub.total_differs"
    else:
        assert [each.cells for each in found(*lines, total_row="tổng cộng")] == rows


# Sections


def test_rows_that_are_parts_of_others_refuse() -> None:
    head = ["STT", *HEAD]
    assert code(head, ["I", *row("x")], [n(1), *row("a")], ["II", *row("y")], [n(1), *row("b")]) == "hub.sections"
    assert code(head, ["1", *row("x")], ["1.1", *row("a")], ["1.2", *row("b")]) == "hub.sections"
    assert code(head, ["A", *row("x")], ["1", *row("a")]) == "hub.sections"
    lines: list[Any] = [head, ["I", "Khối 1"], [n(1), *row("a")], ["II", "Khối 2"], [n(2), *row("b")]]
    assert texts(found(*lines, leave_out=("I", "II")), 1) == ["a", "b"]
    assert len(found(head, ["1", *row("a")], ["2", *row("b")])) == 2
    assert len(found(head, ["I", *row("a")], ["II", *row("b")])) == 2  # all of one kind: nobody is a part


def test_codes_of_the_contract_are_no_numbering() -> None:
    assert len(found(HEAD, row("I"), row("1"), row("A"), row("1.1"))) == 4


# Below the table


BELOW = [
    ["Người lập biểu", None, None, "Thủ trưởng đơn vị"],
    [None, None, "Tây Ninh, ngày 05 tháng 3 năm 2026"],
    ["Ngày … tháng … năm 2026"],
    ["Ghi chú: số liệu tạm tính"],
    ["Nơi nhận: như trên"],
    ["(Ký, ghi rõ họ tên)"],
    ["KT. GIÁM ĐỐC"],
]


@pytest.mark.parametrize("below", BELOW)
def test_what_stands_below_the_table_refuses_or_ends_it(below: list[Any]) -> None:
    assert code(HEAD, row("a"), below, ["Nguyễn Văn A"]) == "hub.below_table"
    first = next(text for text in below if text)
    assert texts(found(HEAD, row("a"), below, row("b"), ends_before=(f"{first[:5]}*",)), 0) == ["a"]


def test_posts_and_notes_that_are_data_are_data() -> None:
    columns = (
        MA,
        Column("ho_ten", "string", "Họ tên"),
        Column("chuc_vu", "string", "Chức vụ"),
        Column("ngay", "date", "Ngày"),
    )
    head = ["Mã", "Họ tên", "Chức vụ", "Ngày"]
    rows = found(
        head,
        ["1", "A", "Giám đốc"],
        ["2", "B", "Chủ tịch", Cell("2026-01-01", "date")],
        ["3", None, "Kế toán trưởng"],
        columns=columns,
    )
    assert len(rows) == 3
    assert code(head, ["1", "A", "x"], [None, "Kế toán trưởng", "Giám đốc"], columns=columns) == "hub.below_table"


def test_a_lone_remark_after_a_gap_refuses() -> None:
    assert code(HEAD, row("a"), None, ["Số liệu chưa đầy đủ"]) == "hub.below_table"
    assert code(HEAD, row("a"), None, ["Trần Thị B", None, "Lê Văn C"]) == "hub.below_table"
    assert texts(found(HEAD, row("a"), None, ["DA2"], row("c")), 0) == ["a", "DA2", "c"]
    assert code(HEAD, row("a"), *[None] * 6, ["DA2"]) == "hub.below_table"


def test_a_remark_or_a_section_within_the_table_refuses_where_it_would_pass_for_a_row() -> None:
    assert code(HEAD, row("a"), ["* Số liệu tạm tính"]) == "hub.below_table"
    assert code(HEAD, ["Huyện Bến Lức"], row("a")) == "hub.below_table"
    assert len(found(HEAD, row("a"), [None, "Cầu Vàm Cỏ"])) == 2  # it lacks its code: quarantine says so
    assert len(found(HEAD, row("a"), ["Huyện Bến Lức", None, n(5)])) == 2
    assert len(found(["Mã", "Tên dự án"], ["Xã An Bình"])) == 1


# Merged and filled down


def test_merged_cells_are_filled_down_only_where_declared() -> None:
    lines = [HEAD, row("a", 1), [Cell("a", "merged"), "Cầu", n(2)], [None, "Cầu", n(3)], row("b", 4), ["", "x", n(5)]]
    assert [each.cells[0] for each in found(*lines)] == ["a", Cell("a", "merged"), None, "b", ""]
    rows = found(*lines, fill_down=("ma",))
    assert [each.cells[0] for each in rows] == ["a", "a", "a", "b", "b"]
    assert texts(rows, 2) == ["1", "2", "3", "4", "5"]


def test_filling_down_keeps_the_kind_and_nothing_above_is_nothing() -> None:
    day = Cell("2026-03-05", "date")
    rows = found(
        HEAD,
        ["a", None, n(1)],
        ["b", None, n(1), None, day],
        ["c", None, n(1), None, Cell("2026-03-05", "merged")],
        fill_down=("ngay",),
    )
    assert [each.cells[4] for each in rows] == [None, day, day]


def test_what_is_merged_across_is_not_the_value_above() -> None:
    rows = found(HEAD, row("a"), ["b", Cell("b", "merged_across"), n(1)], fill_down=("ten",))
    assert rows[1].cells[1] == Cell("b", "merged")


# Units


UNITS = {
    "đồng": 1, "Đồng Việt Nam": 1, "VNĐ": 1, "nghìn đồng": 1000, "1.000 đồng": 1000, "1000đ": 1000, "Triệu đồng": 10**6, "tr.đồng": 10**6,
    "trđ": 10**6, "1.000.000 đồng": 10**6, "tỷ đồng": 10**9, "tỉ đồng": 10**9, "nghìn tỷ đồng": 10**12,
}  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("form", ["Đơn vị tính: {}", "ĐVT: {}", "(Đơn vị tính: {})", "đơn vị tính {}.", "DVT : {}"])
def test_a_unit_is_read_where_the_layout_says_so_and_else_refuses(unit: str, form: str) -> None:
    lines: list[Any] = [["KẾ HOẠCH", None, form.format(unit)], HEAD, row("a", 5)]
    if UNITS[unit] == 1:
        assert texts(found(*lines, header_row=2), 2) == ["5"]
    else:
        assert code(*lines, header_row=2) == "hub.unit_not_read"
    start = form.strip("( ").partition("{}")[0].strip(" :")
    assert texts(found(*lines, header_row=2, unit_label=start), 2) == [str(5 * UNITS[unit])]


@pytest.mark.parametrize(
    "cells",
    [["Đơn vị tính:", "triệu đồng"], ["Triệu đồng"], ["VỐN NĂM 2026 (triệu đồng)"], ["Báo cáo. Đơn vị: triệu đồng"]],
)
def test_a_unit_in_other_places_refuses_too(cells: list[Any]) -> None:
    assert code(cells, HEAD, row(), header_row=2) == "hub.unit_not_read"
    assert code([*HEAD, *cells], row()) == "hub.unit_not_read"


def test_other_units_and_other_cells_refuse_nothing() -> None:
    for words in (
        "Đơn vị tính: ha",
        "Đơn vị: Sở Tài chính",
        "Đơn vị báo cáo: Ban QLDA",
        "Đơn vị tính:",
        "ĐVT: đồng",
        "Triệu Phong",
    ):
        assert len(found([words], HEAD, row(), header_row=2)) == 1, words
    assert code(["ĐVT: nghìn tấn"], HEAD, row(), header_row=2) == "hub.unit_not_read"
    assert len(found(["ĐVT: triệu đồng"], ["Mã", "Tên dự án"], ["a", "b"], header_row=2)) == 1  # no numbers are read


def test_a_declared_unit_that_lacks_or_is_unknown_refuses() -> None:
    more: dict[str, Any] = {"header_row": 2, "unit_label": "Đơn vị tính"}
    assert code(["KẾ HOẠCH"], HEAD, row(), **more) == "hub.no_unit"
    for unit in ("USD", "triệu USD", "triệu đồng, %", "", "chục bạc"):
        assert code([f"Đơn vị tính: {unit}"], HEAD, row(), **more) == "hub.unknown_unit", unit
    assert texts(found(["Đơn vị tính", None, "tỷ đồng"], HEAD, row("a", 2), **more), 2) == ["2000000000"]


def test_a_contract_that_says_the_unit_itself() -> None:
    million = Column("so_tien", "long", "Số tiền", unit="dong", multiplier=10**6)
    lines = [["ĐVT: triệu đồng"], HEAD, row("a", 5)]
    assert texts(found(*lines, header_row=2, columns=(MA, million)), 2) == ["5"]  # the contract multiplies later
    assert texts(found(*lines, header_row=2, columns=(MA, million), unit_label="ĐVT"), 2) == ["5"]
    assert code(["ĐVT: tỷ đồng"], HEAD, row(), header_row=2, columns=(MA, million)) == "hub.unit_not_read"
    assert (
        code(["ĐVT: tỷ đồng"], HEAD, row(), header_row=2, columns=(MA, million), unit_label="ĐVT") == "hub.unit_differs"
    )
    titled = Column("so_tien", "long", "Số tiền (triệu đồng)")
    assert (
        len(found(["ĐVT: triệu đồng"], ["Mã", "Số tiền (triệu đồng)"], ["a", n(5)], header_row=2, columns=(MA, titled)))
        == 1
    )


def test_only_amounts_in_dong_are_multiplied() -> None:
    count = Column("so_ho", "long", "Số hộ", unit="hộ")
    rows = found(
        ["ĐVT: triệu đồng"], ["Mã", "Số tiền", "Số hộ", "Tỷ lệ (%)"], ["a", n("1.5"), n(7), n(50)], ["b", "2", n(8), n(60)], ["c", "-", n(9)],
        ["d", Cell("#N/A", "error")], header_row=2, unit_label="ĐVT", columns=(MA, TIEN, count, TY_LE),
    )  # fmt: skip
    assert texts(rows, 1) == ["1500000", "2000000", "-", "#N/A"]
    assert texts(rows[:3], 2) == ["7", "8", "9"]
    assert texts(rows[:2], 3) == ["50", "60"]


def test_amounts_that_are_text_are_multiplied_in_their_notation_or_refuse() -> None:
    lines = [["ĐVT: triệu đồng"], HEAD, row("a", "1.250,5")]
    more: dict[str, Any] = {"header_row": 2, "unit_label": "ĐVT"}
    assert texts(found(*lines, decimal=",", thousands=".", **more), 2) == ["1250500000"]
    assert code(*lines, **more) == "hub.unit_text"
    assert code(["ĐVT: triệu đồng"], HEAD, row("a", "1.250"), **more) == "hub.unit_text"
    assert texts(found(["ĐVT: nghìn đồng"], HEAD, row("a", "0,0005"), decimal=",", **more), 2) == ["0,5"]


def test_an_amount_shown_in_thousands_by_its_format_refuses() -> None:
    assert code(HEAD, row("a", Cell("1234000", "scaled"))) == "hub.scaled_format"
    rows = found([*HEAD, "Khác"], [*row("a"), Cell("1234000", "scaled")])
    assert rows[0].cells[5] == Cell("1234000", "number")


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), st.sampled_from(sorted(UNITS)))
def test_multiplying_is_exact(digits: int, scale: int, unit: str) -> None:
    from decimal import Decimal

    amount = Decimal(digits).scaleb(-scale)
    rows = found([f"ĐVT: {unit}"], HEAD, row("a", Cell(format(amount, "f"), "number")), header_row=2, unit_label="ĐVT")
    assert Decimal(texts(rows, 2)[0]) == amount * UNITS[unit]


# True as of


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        (["Tính đến ngày 31/10/2026"], dt.date(2026, 10, 31)),
        (["(Tính đến ngày 5 tháng 3 năm 2026)"], dt.date(2026, 3, 5)),
        (["tính đến ngày: 01.02.2026"], dt.date(2026, 2, 1)),
        (["Tính đến ngày", None, Cell("2026-10-31", "date")], dt.date(2026, 10, 31)),
        (["Tính đến ngày", "tháng 2 năm 2028"], dt.date(2028, 2, 29)),
    ],
)
def test_the_day_on_which_a_file_was_true(cells: list[Any], day: dt.date) -> None:
    table = tables.read(
        [(1, cells), (2, HEAD), (3, row())], Layout("xlsx", header_row=2, as_of_label="Tính đến ngày"), COLUMNS
    )
    assert table.as_of == day


@pytest.mark.parametrize("words", ["BÁO CÁO", "Tính đến ngày", "Tính đến ngày 31/02/2026", "Tính đến ngày mai"])
def test_a_declared_day_that_lacks_refuses(words: str) -> None:
    assert code([words], HEAD, row(), header_row=2, as_of_label="Tính đến ngày") == "hub.no_as_of"


# Lines of plain text


def test_lines_of_text_are_tables_like_any_other() -> None:
    lines = [
        (1, ["KẾ HOẠCH VỐN", ""]), (2, ["Đơn vị tính: triệu đồng", ""]), (4, ["Mã", "Số tiền"]), (5, ["(1)", "(2)", ""]), (6, ["a", "1,5"]),
        (7, ["Cộng", "1,5"]), (9, ["Người lập", ""]),
    ]  # fmt: skip
    layout = Layout(
        "csv",
        header_row=4,
        decimal=",",
        unit_label="đơn vị tính",
        number_row=False,
        total_row="cộng",
        ends_before=("người lập*",),
        leave_out=("(1)",),
    )
    table = tables.read(lines, layout, (MA, TIEN))
    assert table.factor == 10**6
    assert list(table.rows) == [tables.Row(2, 6, ["a", "1500000"])]


@given(
    st.lists(st.tuples(st.integers(100, 999), st.integers(0, 10**9)), min_size=1, max_size=15),
    st.lists(st.integers(0, 3), min_size=15, max_size=15),
    st.integers(1, 8),
)
def test_every_row_has_its_end(rows: list[tuple[int, int]], gaps: list[int], header: int) -> None:
    """Each line between header and end is a row, is left out, or refuses the file; none is lost."""
    lines: list[tuple[int, list[Any]]] = [(header, list(HEAD))]
    at = header
    for (name, amount), gap in zip(rows, gaps, strict=False):
        at += 1 + gap
        lines.append((at, row(f"DA{name}", amount)))
    table = tables.read(lines, Layout("xlsx", header_row=header), COLUMNS)
    assert [(each.line, each.number + header, each.cells) for each in table.rows] == [
        (line, line, cells) for line, cells in lines[1:]
    ]


def test_patterns_are_compared_as_labels_are() -> None:
    assert marks.fits("  TỔNG\u00a0 cộng ", ("tổng cộng",))
    assert marks.fits("Người lập (ký)", ("người lập*",))
    assert marks.fits("Quý 1", ("quý ?",))
    assert not marks.fits("Quý 10", ("quý ?",))
    assert not marks.fits("Tổng cộng", ("tổng",))
    assert not marks.fits("a.b", ("a?c",))
    assert not marks.fits("axb", ("a.b",))
    assert not marks.fits("x", ())
