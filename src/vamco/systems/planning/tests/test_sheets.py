"""A sheet of a province's list: every wrong cell by name, totals against rows, annexes given twice. Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.sheets import Line, Page, SheetCell
from vamco.systems.planning.contracts import ColumnSpec
from vamco.systems.planning.rules import cells, columns, sheets, standing

HEAD = ("STT", "Mã dự án", "Tên dự án", "Lĩnh vực", "Nhóm", "Địa điểm", "Diện tích (ha)",
        "Tổng vốn đầu tư (tỷ đồng)", "Trạng thái")  # fmt: skip
KNOWN = {"phường Trảng Bàng": "25708", "xã Long Thuận": "25702"}


def resolve(name: str) -> str:
    if name not in KNOWN:
        raise cells.Unreadable("There is no place called “%(text)s”.", text=name)
    return KNOWN[name]


def cell(value: Any) -> SheetCell | None:
    if value in {"", None}:
        return None
    return SheetCell(str(value), "number") if isinstance(value, int | float) else SheetCell(value)


def page(*lines: tuple[Any, ...], name: str = "PL1", first: int = 1) -> Page:
    return Page(name, [Line(first + n, tuple(map(cell, line))) for n, line in enumerate(lines)])


def row(code: str, ha: Any = 10, capital: Any = 250.5, **other: Any) -> tuple[Any, ...]:
    found = {"title": "Nhà máy", "field": "Công nghiệp", "group": "B", "communes": "phường Trảng Bàng", **other}
    return ("1", code, found["title"], found["field"], found["group"], found["communes"], ha, capital, "Đang kêu gọi")


def parse(*pages: Page) -> Any:
    return sheets.parse(pages, columns.PROJECT, resolve)


def faults(*pages: Page) -> list[tuple[str, str]]:
    return [(each.sheet, each.cell) for each in parse(*pages).faults]


def test_rows_below_a_title_a_header_and_a_numbering() -> None:
    found = parse(page(("DANH MỤC DỰ ÁN",), HEAD, tuple(str(n) for n in range(1, 10)), row("DA-1"), row("DA-2", 1.25)))
    assert found.faults == ()
    assert [(each.line, each.code) for each in found.rows] == [(4, "DA-1"), (5, "DA-2")]
    values = found.rows[0].values
    assert values["capital"] == 250_500_000_000
    assert (values["hectares"], values["communes"], values["state"]) == (Decimal(10), ["25708"], "calling")


def test_each_wrong_cell_is_named_as_a_spreadsheet_names_it() -> None:
    found = parse(
        page(
            HEAD,
            row("DA-1", ha="1.5", communes="xã Không Có"),
            row("", ha=-1, field="Công nghệp"),
            row("DA-3", capital="1.234,5"),
        )
    )
    assert [(each.cell, each.data.get("column")) for each in found.faults] == [
        ("F2", "Địa điểm"), ("G2", "Diện tích (ha)"), ("B3", "Mã"), ("D3", "Lĩnh vực"), ("G3", "Diện tích (ha)"),
    ]  # fmt: skip
    assert [each.code for each in found.rows] == ["DA-3"]
    assert found.rows[0].values["capital"] == 1_234_500_000_000


def test_totals_of_groups_and_of_the_sheet_hold() -> None:
    found = parse(
        page(
            HEAD,
            ("I", "", "CÔNG NGHIỆP: 2 dự án", "", "", "", 11.25, 501),
            row("DA-1"),
            row("DA-2", 1.25),
            ("II", "", "DU LỊCH: 1 dự án", "", "", "", 5, 100),
            row("DA-3", 5, 100),
            ("", "", "Tổng cộng: 3 dự án", "", "", "", 16.25, 601),
        )
    )
    assert found.faults == ()
    assert [(each.cell, each.column, each.stated == each.counted) for each in found.totals] == [
        ("A2", "", True), ("G2", "hectares", True), ("H2", "capital", True),
        ("A5", "", True), ("G5", "hectares", True), ("H5", "capital", True),
        ("C7", "", True), ("G7", "hectares", True), ("H7", "capital", True),
    ]  # fmt: skip


def test_totals_that_are_off_by_one_are_found() -> None:
    """Two group totals of a published provincial list were off by one."""
    found = parse(
        page(
            HEAD,
            ("I", "", "CÔNG NGHIỆP: 3 dự án", "", "", "", 21),
            row("DA-1"),
            row("DA-2"),
            ("TỔNG CỘNG: 2 dự án", "", "", "", "", "", 20, 502),
        )
    )
    wrong = [(each.cell, str(each.data["stated"]), str(each.data["counted"])) for each in found.faults]
    assert wrong == [("A2", "3", "2"), ("G2", "21", "20"), ("H5", "502000000000", "501000000000")]


def test_an_annex_given_twice_is_found() -> None:
    """Annex 3 of a published list was annex 2 once more."""
    first = page(HEAD, row("DA-1"), row("DA-2", 7), name="PL2")
    again = page(HEAD, row("DA-8", 7), row("DA-9"), name="PL3")
    assert faults(first, again) == [("PL3", "")]
    assert faults(first, page(HEAD, row("DA-9", 8), name="PL3")) == []


def test_a_code_that_stands_twice_is_found() -> None:
    assert faults(page(HEAD, row("DA-1"), row("da-1", 7))) == [("PL1", "3")]


def test_a_sheet_without_a_header_is_named() -> None:
    assert faults(page(("Ghi chú",), ("Không có bảng",))) == [("PL1", "")]
    assert parse().rows == ()


def test_headings_that_mean_nothing_are_told() -> None:
    assert parse(page((*HEAD, "Người lập"), row("DA-1"))).unused == (("PL1", "Người lập"),)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**5)), min_size=1, max_size=12))
def test_what_adds_up_is_never_refused(figures: list[tuple[int, int]]) -> None:
    lines = [row(f"DA-{n}", ha / 100, capital / 10) for n, (ha, capital) in enumerate(figures)]
    total = ("", "", f"Tổng cộng: {len(lines)} dự án", "", "", "",
             sum(ha for ha, _ in figures) / 100, sum(c for _, c in figures) / 10)  # fmt: skip
    assert parse(page(HEAD, *lines, total)).faults == ()


# ── cells ──

NUMBER, MONEY = ColumnSpec("n", ("N",), "number"), ColumnSpec("m", ("M",), "billions")
DAY, AREA = ColumnSpec("d", ("D",), "date"), ColumnSpec("a", ("A",), "area", longest=10_000)
SQUARE = "[[[106.1,11.1],[106.2,11.1],[106.2,11.2],[106.1,11.1]]]"


@pytest.mark.parametrize(
    ("found", "column", "value"),
    [
        (SheetCell("0.30000000000000004", "number"), NUMBER, Decimal("0.3")),
        (SheetCell("1.234"), NUMBER, Decimal(1234)),
        (SheetCell("1.234,5"), NUMBER, Decimal("1234.5")),
        (SheetCell("12,5"), NUMBER, Decimal("12.5")),
        (SheetCell("0.1", "number"), MONEY, 100_000_000),
        (SheetCell("2026-06-24", "date"), DAY, dt.date(2026, 6, 24)),
        (SheetCell("24/06/2026"), DAY, dt.date(2026, 6, 24)),
        (None, NUMBER, None),
    ],
)
def test_cells_that_can_be_read(found: SheetCell | None, column: ColumnSpec, value: Any) -> None:
    assert cells.read(found, column, resolve) == value


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("1.5", NUMBER), ("1,234,5", NUMBER), ("khoảng 5", NUMBER), ("-1", NUMBER), ("31/02/2026", DAY), ("2026", DAY),
        ("{", AREA), ('{"type":"Point","coordinates":[106,11]}', AREA), ('{"type":"Polygon","coordinates":[]}', AREA),
        ('{"type":"Polygon","coordinates":[[[106,11],[107,11],[107,12]]]}', AREA),
        ('{"type":"Polygon","coordinates":[[["a",11],[107,11],[107,12],["a",11]]]}', AREA),
    ],
)  # fmt: skip
def test_cells_that_cannot_be_read(text: str, column: ColumnSpec) -> None:
    with pytest.raises(cells.Unreadable):
        cells.read(SheetCell(text), column, resolve)


def test_boundaries_in_degrees_longitude_first() -> None:
    found = cells.read(SheetCell(f'{{"type":"Polygon","coordinates":{SQUARE}}}'), AREA, resolve)
    assert found["coordinates"][0][0] == [106.1, 11.1]
    exchanged = "[[[11.1,106.1],[11.1,106.2],[11.2,106.2],[11.1,106.1]]]"
    with pytest.raises(cells.Unreadable, match="exchanged"):
        cells.read(SheetCell(f'{{"type":"Polygon","coordinates":{exchanged}}}'), AREA, resolve)
    metres = "[[[580000,1220000],[581000,1220000],[581000,1221000],[580000,1220000]]]"
    with pytest.raises(cells.Unreadable, match="VN-2000"):
        cells.read(SheetCell(f'{{"type":"Polygon","coordinates":{metres}}}'), AREA, resolve)


# ── validity ──

ON = dt.date(2026, 11, 30)
DAYS = st.none() | st.dates(dt.date(2025, 1, 1), dt.date(2028, 1, 1))


@pytest.mark.parametrize(
    ("found", "stands"),
    [
        (standing.Validity("decided", dt.date(2026, 1, 1), dt.date(2026, 11, 30), None, None, ""), "in_force"),
        (standing.Validity("decided", dt.date(2026, 1, 1), dt.date(2026, 11, 29), None, None, ""), "expired"),
        (standing.Validity("decided", dt.date(2026, 1, 1), dt.date(2026, 11, 29), None, None, "QH-2"), "replaced"),
        (standing.Validity("decided", dt.date(2026, 12, 1), None, None, None, ""), "coming"),
        (standing.Validity("decided", None, None, None, None, ""), "undated"),
        (standing.Validity("draft", dt.date(2026, 1, 1), None, dt.date(2026, 11, 30), dt.date(2026, 11, 30), ""), "draft_open"),
        (standing.Validity("draft", None, None, dt.date(2026, 10, 1), dt.date(2026, 11, 29), ""), "draft_closed"),
        (standing.Validity("draft", None, None, dt.date(2026, 12, 1), None, ""), "draft"),
    ],
)  # fmt: skip
def test_how_a_notice_stands(found: standing.Validity, stands: str) -> None:
    assert standing.of(found, ON) == stands


@given(DAYS, DAYS, DAYS, DAYS, st.sampled_from(["", "QH-2"]))
def test_a_draft_is_never_in_force(begin: Any, end: Any, opened: Any, closed: Any, successor: str) -> None:
    found = standing.of(standing.Validity("draft", begin, end, opened, closed, successor), ON)
    assert found in {"draft", "draft_open", "draft_closed"}
