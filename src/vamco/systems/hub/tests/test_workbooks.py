"""Workbooks as their cells: what a cell says beyond its text, which sheets count, and files that are none."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.engines.sheets import cells, grids, xlsx
from vamco.engines.sheets.book import opened as book_of
from vamco.engines.sheets.cells import Cell
from vamco.lib.errors import Refused, Unavailable
from vamco.systems.hub import public as hub
from vamco.systems.hub.adapters.intake import apart, child, reading, workbooks
from vamco.systems.hub.contracts import Column, Layout, RunState
from vamco.systems.hub.models import Run
from vamco.systems.hub.rules import tables
from vamco.systems.hub.tests import sheets
from vamco.systems.hub.tests.building import delivery, put

if TYPE_CHECKING:
    from pathlib import Path

MA, SO = Column("ma", "string", "Mã", required=True), Column("so", "long", "Số")
SHEET = Layout("xlsx")
HEAD = ["Mã", "Số"]


def grid(path: Path, place: int = 0, most: int = 0) -> dict[int, list[Any]]:
    """The filled lines of a sheet."""
    book = book_of(path)
    try:
        return {line: list(found) for line, found in book.grid(book.sheets[place], most)}
    finally:
        book.close()


def taken(path: Path, layout: Layout = SHEET, columns: tuple[Column, ...] = (MA, SO)) -> list[tuple[Any, ...]]:
    """The rows as they are handed on: number, then text and kind of each column."""
    import duckdb

    with duckdb.connect() as database:
        for found in reading.readings(database, path, layout, columns, path.parent):
            assert (found.numbered, found.kinds) == (True, True)
            return [(row[0], *row[2:]) for row in database.execute(found.query).fetchall()]
    raise AssertionError


def refused(path: Path, layout: Layout = SHEET, columns: tuple[Column, ...] = (MA, SO)) -> Refused:
    with pytest.raises(Refused) as caught:
        taken(path, layout, columns)
    return caught.value


# Number formats


@pytest.mark.parametrize(
    ("kept", "code", "found"),
    [
        ("5", "", Cell("5", "number")),
        ("5.0", "", Cell("5", "number")),
        ("007", "", Cell("7", "number")),
        ("-0", "", Cell("0", "number")),
        ("1E+2", "", Cell("100", "number")),
        ("1E-7", "", Cell("0.0000001", "number")),
        ("0.30000000000000004", "", Cell("0.30000000000000004", "number")),
        ("0.28999999999999998", "", Cell("0.29", "number")),
        ("123456789012345678", "", Cell("123456789012345678", "number")),
        ("nan", "", Cell("nan", "error")),
        ("1_0", "", Cell("1_0", "error")),
        ("5", "General", Cell("5", "number")),
        ("5", "#,##0.00", Cell("5", "number")),
        ("5", "0", Cell("5", "number")),
        ("5", "@", Cell("5", "number")),
        ("5", '_(* #,##0_);_(* (#,##0);_(* "-"??_);_(@_)', Cell("5", "number")),
        ("100000", "0.00E+00", Cell("100000", "number")),
        ("0.125", "0.00%", Cell("12.5", "percent")),
        ("1", "0%", Cell("100", "percent")),
        ("0", "0%", Cell("0", "percent")),
        ("0.28999999999999998", "0%", Cell("29", "percent")),
        ("12.5", '0.0"%"', Cell("12.5", "number")),
        ("12.5", r"0.0\%", Cell("12.5", "number")),
        ("0.3", "[<1]0%;0.0", Cell("30", "percent")),
        ("5", "[<1]0%;0.0", Cell("5", "number")),
        ("-0.5", "0;0%", Cell("-50", "percent")),
        ("7", "00000", "00007"),
        ("123456", "000-000", "123-456"),
        ("1234567", "000-000", "1234-567"),
        ("7", '"DA"000', "DA007"),
        ("7", '"DA"0', "DA7"),
        ("-7", "000", "-007"),
        ("7.5", "000", Cell("7.5", "number")),
        ("5", '0" đồng"', Cell("5", "number")),
        ("5", "[$₫-42A] #,##0", Cell("5", "number")),
        ("1234000", "#,##0,", Cell("1234000", "scaled")),
        ("1234000", '#,##0.0,,"tr"', Cell("1234000", "scaled")),
        ("0", "#,##0,", Cell("0", "number")),
        ("46086", "dd/mm/yyyy", Cell("2026-03-05", "date")),
        ("46086", "[$-F800]dddd, mmmm dd, yyyy", Cell("2026-03-05", "date")),
        ("46086", "mmm-yy", Cell("2026-03-05", "date")),
        ("46086", "[Red]d/m", Cell("2026-03-05", "date")),
        ("46086.5", "dd/mm/yyyy hh:mm", Cell("2026-03-05T12:00:00", "date")),
        ("46085.999999999", "dd/mm/yyyy", Cell("2026-03-05", "date")),
        ("0.5", "h:mm", Cell("12:00:00", "time")),
        ("0.5", "[h]:mm:ss", Cell("12:00:00", "time")),
        ("0.5", "h:mm AM/PM", Cell("12:00:00", "time")),
        ("1", "d/m/y", Cell("1900-01-01", "date")),
        ("59", "d/m/y", Cell("1900-02-28", "date")),
        ("60", "d/m/y", Cell("1900-02-29", "date")),
        ("61", "d/m/y", Cell("1900-03-01", "date")),
        ("0", "d/m/y", Cell("1900-01-00", "date")),
        ("-1", "d/m/y", Cell("#####", "error")),
        ("3000000", "d/m/y", Cell("#####", "error")),
    ],
)  # fmt: skip
def test_a_number_is_what_its_format_shows(kept: str, code: str, found: Any) -> None:
    assert cells.number(kept, code) == found


def test_days_may_count_from_1904() -> None:
    assert cells.number("44624", "d/m/y", from_1904=True) == Cell("2026-03-05", "date")
    assert cells.number("0", "d/m/y", from_1904=True) == Cell("1904-01-01", "date")


@given(st.dates(dt.date(1900, 3, 1)))
def test_every_day_of_a_workbook_comes_back(day: dt.date) -> None:
    serial = (day - dt.date(1899, 12, 30)).days
    assert cells.number(str(serial), "yyyy-mm-dd") == Cell(day.isoformat(), "date")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_number_is_lost(value: float) -> None:
    text = cells.plain(repr(value))
    assert text is not None
    assert float(text) == value
    assert "e" not in text.lower()


@given(st.integers(0, 10**9), st.integers(2, 12))
def test_a_padded_number_keeps_its_zeros(value: int, width: int) -> None:
    assert cells.number(str(value), "0" * width) == str(value).zfill(width)


# Cells of xlsx


def test_every_kind_of_cell(tmp_path: Path) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx",
        sheets.rows([
            '<c r="@" t="s"><v>0</v></c>', '<c r="@" t="s"><v>1</v></c>', '<c r="@" t="b"><v>1</v></c>',
            '<c r="@" t="e"><v>#N/A</v></c>', '<c r="@" t="d"><v>2026-03-05T00:00:00</v></c>', '<c r="@" s="1"><v>7</v></c>',
            '<c r="@" t="str"><f>A1</f><v>x_x0041_</v></c>', '<c r="@" s="9"/>', '<c r="@"><f>B1+1</f><v>5</v></c>',
            '<c r="@"><f>B1+1</f><v></v></c>', '<c r="@"><f t="shared" si="0"/></c>', '<c r="@" t="str"><f>""</f><v></v></c>',
            '<c r="@" t="inlineStr"><is><r><t>a</t></r><r><rPr/><t> b</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>',
            "#REF!", "#1 Hà Nội", '<c r="@" t="s"><v>2</v></c>',
        ]),
        strings="<si><t>Mã</t></si><si><r><t>Tên </t></r><r><t>dự án</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si><si><t>_x000D_ok_x005F_x0041_</t></si>",
        formats=("00000",),
    )  # fmt: skip
    assert grid(path)[1] == [
        "Mã", "Tên dự án", Cell("true", "bool"), Cell("#N/A", "error"), Cell("2026-03-05", "date"), "00007", "xA", None,
        Cell("5", "number"), Cell("=B1+1", "formula"), Cell("=", "formula"), None, "a b", Cell("#REF!", "error"),
        "#1 Hà Nội", "\rok_x0041_",
    ]  # fmt: skip


def test_a_nought_that_nobody_has_reckoned_is_no_value(tmp_path: Path) -> None:
    line = sheets.rows(["a", '<c r="@"><f>1+1</f><v>0</v></c>', '<c r="@"><f>1+1</f><v>2</v></c>', 0])
    lazy = sheets.xlsx(tmp_path / "a.xlsx", line, after='<calcPr fullCalcOnLoad="1"/>')
    assert grid(lazy)[1] == ["a", Cell("=1+1", "formula"), Cell("2", "number"), Cell("0", "number")]
    excel = sheets.xlsx(tmp_path / "b.xlsx", line, after='<calcPr calcId="1"/>')
    assert grid(excel)[1][1] == Cell("0", "number")


def test_rows_and_cells_may_leave_out_where_they_are(tmp_path: Path) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx", '<row><c><v>1</v></c><c/><c><v>2</v></c></row><row r="4"/><row><c><v>3</v></c></row>'
    )
    assert grid(path) == {1: [Cell("1", "number"), None, Cell("2", "number")], 5: [Cell("3", "number")]}


def test_both_namespaces_of_the_standard_are_read(tmp_path: Path) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx", sheets.rows(["Mã", 1]), main="http://purl.oclc.org/ooxml/spreadsheetml/main"
    )
    assert grid(path) == {1: ["Mã", Cell("1", "number")]}


@pytest.mark.parametrize("start", ["", '<workbookPr date1904="1"/>'])
def test_days_by_the_workbook(tmp_path: Path, start: str) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx", '<row r="1"><c r="A1" s="1"><v>44624</v></c></row>', formats=("dd/mm/yyyy",), book=start
    )
    assert grid(path)[1] == [Cell("2026-03-05" if start else "2022-03-04", "date")]


@pytest.mark.parametrize(
    "broken",
    [
        '<row r="2"/><row r="2"/>',
        '<row r="2"/><row r="1"/>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>x</v></c></row>',
        '<row r="1"><c r="A1" s="99"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        "|<mergeCells><mergeCell ref='A1:?'/></mergeCells>",
    ],
)
def test_what_breaks_the_format_is_refused(tmp_path: Path, broken: str) -> None:
    assert refused(sheets.xlsx(tmp_path / "b.xlsx", broken)).code == "hub.malformed"


def test_a_document_type_is_not_unfolded(tmp_path: Path) -> None:
    path = tmp_path / "b.xlsx"
    sheets.xlsx(path, "")
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(
                name, laughs + content.replace("<sheetData>", "<sheetData><!--&b;-->") if "sheet1" in name else content
            )
    assert refused(tmp_path / "c.xlsx").code == "hub.malformed"


# Bounds


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576", "XFD3", "A2000", "DZ2"])
def test_a_cell_far_outside_refuses_the_file(tmp_path: Path, cell: str) -> None:
    line = "".join(filter(str.isdigit, cell))
    stray = f'<row r="{line}"><c r="{cell}" t="str"><v> </v></c></row>'
    path = sheets.xlsx(tmp_path / "b.xlsx", sheets.rows(HEAD) + stray)
    found = refused(path)
    assert (found.code, found.data["cell"]) == ("hub.far_cell", cell)


def test_formatted_cells_without_content_are_not_there(tmp_path: Path) -> None:
    empty = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="XFD{n}" s="1"/></row>' for n in range(3, 3000)
    )
    path = sheets.xlsx(
        tmp_path / "b.xlsx",
        sheets.rows(HEAD, ["a", 1]) + empty + '<row r="1048576"><c r="XFD1048576" s="1"/></row>',
        formats=("0",),
    )
    assert taken(path) == [(1, "a", None, "1", "number")]


def test_too_many_cells_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MAX_CELLS", 5)
    with pytest.raises(Refused) as caught:
        grid(sheets.xlsx(tmp_path / "b.xlsx", sheets.rows(HEAD, ["a", 1], ["b", 2])))
    assert caught.value.code == "hub.too_large"


def test_a_merged_area_as_large_as_a_sheet_costs_nothing(tmp_path: Path) -> None:
    path = sheets.xlsx(tmp_path / "b.xlsx", sheets.rows(HEAD, ["a", 1]) + sheets.merged("D4:XFD1048576", "A9:XFD9"))
    assert grid(path) == {1: HEAD, 2: ["a", Cell("1", "number")]}


def test_the_child_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = sheets.xlsx(tmp_path / "b.xlsx", sheets.rows(HEAD, ["a", 1]))
    monkeypatch.setattr(apart, "WALL_S", 0.001)
    with pytest.raises(Unavailable) as caught:
        taken(path)
    assert caught.value.code == "hub.too_hard"
    monkeypatch.undo()
    monkeypatch.setattr(apart, "CHILD", "vamco.lib.text")  # ends without an answer
    with pytest.raises(Unavailable) as caught:
        taken(path)
    assert caught.value.code == "hub.too_hard"


def test_memory_is_taken_from_the_child_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that makes its reader ask for more than there may be: here a reader that is only told so."""

    def greedy(*_: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(workbooks, "write", greedy)
    request = {"path": "x", "layout": {}, "columns": [], "rows": "x", "answer": "x"}
    assert child._answer(request) == {"too_hard": True}
    code = f"import resource; from {child.__name__} import main; import sys; from vamco.systems.hub.adapters.intake import workbooks\n"
    code += "workbooks.write = lambda *_: bytearray(8 << 30)\nmain()"
    import subprocess
    import sys

    answer = tmp_path / "answer"
    subprocess.run(
        [sys.executable, "-c", code], input=json.dumps({**request, "answer": str(answer)}).encode(), check=True
    )
    assert json.loads(answer.read_text()) == {"too_hard": True}


def test_a_broken_file_leaves_no_content_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    refused(sheets.xlsx(tmp_path / "b.xlsx", '<row r="1"><c r="A1" t="s"><v>secret</v></c></row>'))
    assert "secret" not in caplog.text
    assert "A workbook cannot be read" in caplog.text


# Merged cells


def test_what_is_merged_away_says_so(tmp_path: Path) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx",
        sheets.rows(HEAD, ["a", 1], [None, 2], ["c", 3], ["d"], ["e", 5]) + sheets.merged("A2:A3", "A5:B5"),
    )
    assert grid(path)[3] == [Cell("a", "merged"), Cell("2", "number")]
    assert taken(path) == [
        (1, "a", None, "1", "number"),
        (2, None, "merged", "2", "number"),
        (3, "c", None, "3", "number"),
        (4, "d", None, None, "merged"),
        (5, "e", None, "5", "number"),
    ]
    assert taken(path, Layout("xlsx", fill_down=("ma",)))[1] == (2, "a", None, "2", "number")


# Sheets


ROW1, ROW2 = sheets.rows(HEAD, ["a", 1]), sheets.rows(HEAD, ["b", 2])


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_never_read_unless_the_layout_says_so(tmp_path: Path, state: str) -> None:
    path = sheets.xlsx(tmp_path / "b.xlsx", ("2025", state, ROW1), ("2026", "visible", ROW2))
    assert taken(path) == [(1, "b", None, "2", "number")]
    assert refused(path, Layout("xlsx", sheet="2025")).code == "hub.hidden_sheet"
    assert taken(path, Layout("xlsx", sheet="20*")) == [(1, "b", None, "2", "number")]
    assert taken(path, Layout("xlsx", sheet="2025", hidden_sheets=True)) == [(1, "a", None, "1", "number")]
    assert refused(sheets.xlsx(tmp_path / "c.xlsx", ("2025", state, ROW1))).code == "hub.no_visible_sheet"


def test_two_sheets_with_such_a_table_are_asked_about(tmp_path: Path) -> None:
    below = sheets.rows(["Báo cáo"], [], ["Số", "Mã"], [2, "b"])
    path = sheets.xlsx(
        tmp_path / "b.xlsx",
        ("Một", "visible", ROW1),
        ("Bìa", "visible", sheets.rows(["BÌA"])),
        ("Hai", "visible", below),
    )
    found = refused(path)
    assert (found.code, found.data["sheets"]) == ("hub.which_sheet", "“Một”, “Hai”")
    assert taken(path, Layout("xlsx", sheet="một")) == [(1, "a", None, "1", "number")]


def test_another_sheet_is_not_taken_in_place_of_the_first(tmp_path: Path) -> None:
    """The first sheet was renamed a column; the old sheet behind it still fits."""
    renamed = sheets.rows(["Mã dự án", "Số"], ["a", 1])
    path = sheets.xlsx(tmp_path / "b.xlsx", ("2026", "visible", renamed), ("2025", "visible", ROW2))
    assert refused(path).code == "hub.header"


def test_empty_sheets_before_the_first_mean_nothing(tmp_path: Path) -> None:
    path = sheets.xlsx(tmp_path / "b.xlsx", ("Sheet1", "visible", ""), ("2026", "visible", ROW2))
    assert taken(path) == [(1, "b", None, "2", "number")]
    assert refused(sheets.xlsx(tmp_path / "c.xlsx", "")).code == "hub.no_header"


def test_sheets_of_a_pattern_one_below_the_other(tmp_path: Path) -> None:
    second = sheets.rows(HEAD, ["c", 3], [], ["d", 4], start=3)
    path = sheets.xlsx(
        tmp_path / "b.xlsx",
        ("Xã 1", "visible", sheets.rows([], [], HEAD, ["a", 1], [], ["b", 2])),
        ("Ghi chú", "visible", sheets.rows(["x"])),
        ("Xã 2", "visible", second),
        ("Xã 3", "hidden", ROW1),
    )
    layout = Layout("xlsx", sheet="xã *", header_row=3)
    assert [row[:2] for row in taken(path, layout)] == [(1, "a"), (3, "b"), (4, "c"), (6, "d")]
    lines = list(reading.rows(path, layout, (MA, SO)))
    assert [(number, line, row[0]) for number, line, row in lines] == [
        (0, 3, "Mã"),
        (1, 4, "a"),
        (3, 6, "b"),
        (4, 4, "c"),
        (6, 6, "d"),
    ]
    with apart.read(path, layout, (MA, SO)) as found:
        assert found.parts == (workbooks.Part("Xã 1", 3, 0), workbooks.Part("Xã 2", 3, 3))


def test_sheets_below_each_other_have_one_header(tmp_path: Path) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx", ("X1", "visible", ROW1), ("X2", "visible", sheets.rows(["Số", "Mã"], [1, "a"]))
    )
    found = refused(path, Layout("xlsx", sheet="X?"))
    assert (found.code, found.data["sheet"]) == ("hub.sheets_differ", "X2")


def test_hidden_rows_and_columns_are_data(tmp_path: Path) -> None:
    content = ROW1.replace('<row r="2">', '<row r="2" hidden="1">')
    path = sheets.xlsx(tmp_path / "b.xlsx", f"{content}|<cols><col min='2' max='2' hidden='1'/></cols>")
    assert taken(path) == [(1, "a", None, "1", "number")]


def test_rows_for_the_page_are_those_that_were_taken_in(tmp_path: Path) -> None:
    path = sheets.xlsx(
        tmp_path / "b.xlsx",
        sheets.rows(
            ["Bảng 1"],
            ["(1)"],
            ["STT", "Mã", "Số", "Ghi chú"],
            ["A", "B", "1", "2"],
            [1, "x", 5, "rõ"],
            ["", "Cộng", 5],
            ["Ký"],
        ),
    )
    layout = Layout("xlsx", header_row=0, number_row=True, leave_out=("cộng",), ends_before=("ký*",))
    assert taken(path, layout) == [(2, "x", None, "5", "number")]
    assert list(reading.rows(path, layout, (MA, SO))) == [
        (0, 3, ["STT", "Mã", "Số", "Ghi chú"]),
        (2, 5, ["1", "x", "5", "rõ"]),
    ]
    assert reading.labels(path, layout, (MA, SO)) == ("STT", "Mã", "Số", "Ghi chú")


def test_rows_for_the_page_show_amounts_as_they_stand_in_the_file(tmp_path: Path) -> None:
    tien = Column("so", "long", "Số", unit="dong")
    path = sheets.xlsx(tmp_path / "b.xlsx", sheets.rows(["ĐVT: triệu đồng"], HEAD, ["a", 5]))
    layout = Layout("xlsx", header_row=2, unit_label="ĐVT")
    assert taken(path, layout, (MA, tien)) == [(1, "a", None, "5000000", "number")]
    assert list(reading.rows(path, layout, (MA, tien)))[1] == (1, 3, ["a", "5"])


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1), min_size=1))
def test_texts_go_through_the_file_between_unchanged(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    import duckdb

    rows = tmp_path_factory.mktemp("x") / "rows"
    lines = [
        workbooks._written(n, tables.Row(n, n, [text, Cell("1", "number")])) for n, text in enumerate(texts, start=1)
    ]
    rows.write_text("".join(lines), encoding="utf-8")
    found = apart.Found(rows, ("Mã", "Số"), (workbooks.Part("S", 0, 0),), None)
    with duckdb.connect() as database:
        query, _header = found.query(SHEET, [MA, SO])
        assert database.execute(query).fetchall() == [
            (n, None, text, None, "1", "number") for n, text in enumerate(texts, start=1)
        ]
    assert [cells[0] for number, _, cells in found.lines() if number] == texts


# Files that are no workbooks


# The same bytes that ended it twice


@pytest.mark.django_db
def test_what_ended_two_runs_is_refused_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put()
    content = sheets.xlsx(tmp_path / "a.xlsx", sheets.rows(["ma", "so_tien"], ["a", 1])).read_bytes()
    given = delivery(tmp_path / "in.xlsx", content, layout=SHEET)
    monkeypatch.setattr(apart, "WALL_S", 0.001)
    for _ in range(2):
        with pytest.raises(Unavailable):
            hub.receive("thu_nghiem", given)
    monkeypatch.undo()  # it would go well now; nobody knows that
    run = hub.receive("thu_nghiem", given)
    assert (run.state, run.reason and run.reason.code) == (RunState.REFUSED, "hub.ended_twice")
    assert list(Run.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "failed", "refused"]
    assert hub.receive("thu_nghiem", given).id == run.id
    other = sheets.xlsx(tmp_path / "b.xlsx", sheets.rows(["ma", "so_tien"], ["b", 2])).read_bytes()
    assert hub.receive("thu_nghiem", delivery(tmp_path / "in.xlsx", other, layout=SHEET)).state == RunState.PUBLISHED


@pytest.mark.django_db
def test_two_failures_for_other_reasons_are_tried_again(tmp_path: Path) -> None:
    put()
    content = sheets.xlsx(tmp_path / "a.xlsx", sheets.rows(["ma", "so_tien"], ["a", 1])).read_bytes()
    given = delivery(tmp_path / "in.xlsx", content, layout=SHEET)
    run = hub.receive("thu_nghiem", given)
    row = Run.objects.get(pk=run.id)
    row.accepted = row.repeated = row.quarantined = 0
    for code in ("lake.storage", "hub.too_hard", "hub.no_room"):
        row.pk, row.state, row.in_force, row.reason = None, "failed", False, {"code": code, "message": "", "data": {}}
        row.save(force_insert=True)
    Run.objects.filter(pk=run.id).update(in_force=False)
    assert hub.receive("thu_nghiem", given).state in {RunState.PUBLISHED, RunState.UNCHANGED}


def test_a_run_of_columns_has_its_letters() -> None:
    assert [grids.letters(n) for n in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
    assert all(xlsx.column_of(grids.letters(n)) == n for n in range(0, 16384, 7))


# Against those who write workbooks


VALUES = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=12),
    st.integers(-(10**14), 10**14),
    st.floats(-1e300, 1e300),
    st.booleans(),
    st.dates(dt.date(1900, 3, 1)),
)


def said(value: Any) -> Any:
    """What a value is as a cell."""
    match value:
        case bool():
            return Cell(str(value).lower(), "bool")
        case int() | float():
            return Cell(cells.plain(repr(value)) or "", "number")
        case dt.date():
            return Cell(value.isoformat(), "date")
    return cells.text(value) if value else None


def by_openpyxl(path: Path, lines: list[list[Any]]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for line, values in enumerate(lines, start=1):
        for column, value in enumerate(values, start=1):
            cell = book.worksheets[0].cell(line, column)
            cell.value = value
            if isinstance(value, str) and value:
                cell.data_type = "s"  # also what begins like a formula
    book.save(path)


def by_xlsxwriter(path: Path, lines: list[list[Any]]) -> None:
    import xlsxwriter

    writer = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy", "strings_to_formulas": False})
    sheet = writer.add_worksheet()
    for line, values in enumerate(lines):
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(line, column, value)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, column, dt.datetime.combine(value, dt.time()))
            else:
                sheet.write(line, column, value)
    writer.close()


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.lists(VALUES, min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from([by_openpyxl, by_xlsxwriter]),
)
def test_what_libraries_write_is_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[Any]], write: Any
) -> None:
    path = tmp_path_factory.mktemp("x") / "b.xlsx"
    write(path, lines)
    shown = grid(path)
    for line, values in enumerate(lines, start=1):
        wanted = [said(value) for value in values]
        while wanted and wanted[-1] is None:
            wanted.pop()
        got = shown.pop(line, [])
        assert len(got) == len(wanted)
        assert all(map(_close, got, wanted)), (got, wanted)
    assert shown == {}


def _close(got: Any, wanted: Any) -> bool:
    """Equal; a number may have lost what its writer did not write (sixteen digits)."""
    if isinstance(got, Cell) and isinstance(wanted, Cell) and got.kind == wanted.kind == "number":
        return float(got.text) == pytest.approx(float(wanted.text), rel=1e-15, abs=0)
    return bool(got == wanted)
