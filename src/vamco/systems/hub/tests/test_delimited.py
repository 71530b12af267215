"""Delimited text and lines of JSON: what is broken is not repaired, and numbers are read whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.lib.errors import Refused
from vamco.systems.hub.adapters.intake import casts, decoding, delimited, scanning
from vamco.systems.hub.contracts import Column, Layout
from vamco.systems.hub.tests.building import AMOUNT, KEY, contract, field
from vamco.systems.hub.tests.test_intake import judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

CASES = Path(__file__).parent / "cases"
PLAIN = contract(KEY, field("ten"), field("so_tien", "integer"))


def refused(folder: Path, content: str | bytes, layout: Layout | None = None, terms: Any = PLAIN) -> tuple[str, Any]:
    with pytest.raises(Refused) as caught:
        judge(folder, terms, content, layout or Layout("csv"))
    return caught.value.code, caught.value.data


# Broken is not repaired


def lines(*rows: str) -> str:
    return "\n".join(["ma,ten,so_tien", *rows, ""])


HOMES = [f"H{n:02d},Hộ {n},{n}000" for n in range(1, 61)]


def test_a_quote_that_never_closes_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = [*HOMES[:30], 'H31,"Hộ kinh doanh Lan,31000', *HOMES[31:]]
    assert refused(tmp_path, lines(*rows)) == ("hub.open_quote", {"line": 32})


def test_a_quote_that_a_later_one_closes_is_refused_too(tmp_path: Path) -> None:
    rows = [*HOMES[:30], 'H31,"Hộ kinh doanh Lan,31000', *HOMES[31:40], 'H41,Hộ "Mai",41000', *HOMES[41:]]
    assert refused(tmp_path, lines(*rows)) == ("hub.open_quote", {"line": 32})
    rows[40] = 'H41,Hộ Mai",41000'  # now the cell is well formed, and holds nine rows
    assert refused(tmp_path, lines(*rows)) == ("hub.open_quote", {"line": 32})
    rows[40] = 'H41,"Hộ Mai",41000'
    assert refused(tmp_path, lines(*rows)) == ("hub.open_quote", {"line": 32})


@pytest.mark.parametrize("cell", ['Cầu 12" ống', '"Cầu" Bến', 'a "b" c', ' "a"', '"a" '])
def test_a_quote_out_of_place_puts_its_row_aside_and_no_other(tmp_path: Path, cell: str) -> None:
    found = judge(tmp_path, PLAIN, lines("a,x,1", f"b,{cell},2", "c,z,3"))
    assert found.bad == {2: ["quotes"]}
    assert found.raw[2] == {"ma": "b", "ten": cell.strip(), "so_tien": "2"}
    assert [row["ma"] for row in found.good] == ["a", "c"]


def test_quotes_in_pairs_are_read(tmp_path: Path) -> None:
    found = judge(tmp_path, PLAIN, lines('a,"x ""y"", z",1', '"b","",2', 'c,"""",3'))
    assert found.bad == {}
    assert [row["ten"] for row in found.good] == ['x "y", z', None, '"']


@pytest.mark.parametrize("content", ["ma,ten,so_tien\na,x,1\nG13,y,132", "ma,ten,so_tien", 'ma,ten,so_tien\na,x,"13"'])
def test_a_last_line_that_does_not_end_is_refused(tmp_path: Path, content: str) -> None:
    assert refused(tmp_path, content) == ("hub.open_end", {})


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n\n", "\n  ", "\n\x1a"])
def test_ends_that_are_ends(tmp_path: Path, end: str) -> None:
    newline = "\r\n" if end == "\r\n" else "\r" if end == "\r" else "\n"
    found = judge(tmp_path, PLAIN, newline.join(["ma,ten,so_tien", "a,x,1", "b,y,2"]) + end)
    assert [row["so_tien"] for row in found.good] == [1, 2]
    assert set(found.bad) <= {3}  # what stands behind the last end is no good row


def test_line_breaks_in_cells(tmp_path: Path) -> None:
    found = judge(tmp_path, PLAIN, lines('a,"dòng 1\ndòng 2",1', "b,y,2", 'c,"x\u2028y",3'))
    assert found.bad == {1: ["line_breaks:ten"], 3: ["line_breaks:ten"]}
    allowed = field("ten", customProperties=[{"property": "vamco.lineBreaks", "value": True}])
    found = judge(tmp_path, contract(KEY, allowed), 'ma,ten\na,"dòng 1\r\ndòng 2"\n')
    assert [row["ten"] for row in found.good] == ["dòng 1\r\ndòng 2"]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"\x1f\x8b\x08\x00", "GZIP"), (b"PK\x03\x04\x14\x00", "ZIP, XLSX"), (b"\xd0\xcf\x11\xe0", "XLS"), (b"%PDF-1.7", "PDF"),
        (b"\xef\xbb\xbf <HTML><table>", "HTML"), (b'<?xml version="1.0"?>', "XML"), (b"Rar!\x1a", "RAR"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, head: bytes, name: str) -> None:
    assert refused(tmp_path, head + b"abc\n" * 9) == ("hub.not_text", {"found": name})


def test_mixed_delimiters_put_rows_aside(tmp_path: Path) -> None:
    found = judge(tmp_path, PLAIN, lines("a,x,1", "b;y;2", "c\tz\t3"))
    assert {row: codes[0] for row, codes in found.bad.items()} == {2: "columns", 3: "columns"}
    assert [row["ma"] for row in found.good] == ["a"]


def test_bytes_that_are_no_text_far_behind_the_beginning(tmp_path: Path) -> None:
    content = lines(*(f"a{n},x,1" for n in range(60_000))).encode() + b"b,\xff,1\n"
    code, data = refused(tmp_path, content)
    assert (code, data["line"]) == ("hub.encoding", 60_001)  # the lines before


def test_the_lines_that_a_layout_is_found_in(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('TIÊU ĐỀ;\n\nMã;Tên\na;"x\ny"\nb;z\n', encoding="utf-8")
    found = list(delimited.lines(path, Layout("csv", delimiter=";")))
    assert found == [(1, ["TIÊU ĐỀ", None]), (3, ["Mã", "Tên"]), (4, ["a", "x\ny"]), (6, ["b", "z"])]


CELL = st.text(st.sampled_from('a,"\n\rđ '), max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=6), st.integers(1, 7))
def test_the_scan_finds_what_is_written_well_sound(tmp_path: Path, rows: list[list[str]], chunk: int) -> None:
    text = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    look = scanning._Look(b",")
    raw = text.encode()
    for place in range(0, len(raw), chunk):
        look.at(raw[place : place + chunk])
    assert (look.sound, look.inside) == (True, False)
    assert look.breaks == any(sign in cell for row in rows for cell in row for sign in "\r\n")
    whole = scanning._Look(b",")
    whole.at(raw)
    assert (whole.sound, whole.inside, whole.breaks) == (look.sound, look.inside, look.breaks)


@settings(deadline=None)
@given(st.text(st.sampled_from('a,"\n'), max_size=30), st.integers(1, 7))
def test_the_scan_is_the_same_in_any_parts_and_never_sounder_than_the_reader(text: str, chunk: int) -> None:
    import io

    raw = text.encode()
    look, whole = scanning._Look(b","), scanning._Look(b",")
    whole.at(raw)
    for place in range(0, len(raw), chunk):
        look.at(raw[place : place + chunk])
    assert look.sound == whole.sound
    assert not look.sound or look.inside == whole.inside
    try:
        found = list(delimited.records(io.StringIO(text, newline=""), ","))
    except Refused:
        assert not whole.sound or whole.inside
    else:
        assert (whole.sound and not whole.inside) == all(record.whole for record in found)


# Habits of statistics people that no layout declares


def test_totals_headers_and_signatures_are_no_rows(tmp_path: Path) -> None:
    terms = contract(field("ma"), field("ten"), field("so_tien", "integer"))
    rows = ["(1),(2),(3)", "ma,ten,so_tien", "A,x,1", "B,y,2", "Tổng cộng,,3", "TỔNG SỐ:,,3", "Cộng,,3", "Người lập biểu,,", "Ghi chú: ước,,",
            '"Tây Ninh, ngày 30 tháng 11 năm 2026",,', "Tổng công ty Điện lực,z,4", "Giám đốc,chức danh,5"]  # fmt: skip
    found = judge(tmp_path, terms, lines(*rows))
    assert [row["ma"] for row in found.good] == ["A", "B", "Tổng công ty Điện lực", "Giám đốc"]
    no_row = ["no_row:ma"]
    assert found.bad == {
        1: ["number_row", "type:so_tien"],
        2: ["type:so_tien", *no_row],
        **dict.fromkeys(range(5, 11), no_row),
    }


def test_a_row_that_numbers_the_columns_is_none(tmp_path: Path) -> None:
    terms = contract(*(field(name) for name in "abcd"))
    found = judge(tmp_path, terms, "a,b,c,d\n1,2,3,4\nx,y,z,u\n")
    assert found.bad == {1: ["number_row"]}
    assert len(found.good) == 1
    assert not delimited.is_number_row(["1", "2", "3"])
    assert delimited.is_number_row(["A", "B", "1", "2"])


def test_signs_that_nobody_sees_in_a_header_and_empty_cells_behind_a_row(tmp_path: Path) -> None:
    rows = ["\u200bma\xa0,t\u00aden,so_tien", "a,x,1,", "b,y,2,,", "c,z,3", "d,u,4,5", 'e,"q"r,6']
    found = judge(tmp_path, PLAIN, "\n".join([*rows, ""]))
    assert [row["so_tien"] for row in found.good] == [1, 2, 3]
    assert found.bad == {4: ["columns"], 5: ["quotes"]}


# Lines of JSON


def json_of(*items: str) -> str:
    return "\n".join(items) + "\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (json_of('{"ma": "a", "so_tien": 1, "so_tien": 2}'), "hub.repeated_name"),
        (json_of('{"ma": "a", "x": {"y": 1, "y": 2}}'), "hub.repeated_name"),
        (json_of('[{"ma": "a"}, {"ma": "b"}]'), "hub.malformed"),
        (json_of('{"ma": "a"}', '{"ma": "b", "so_t'), "hub.malformed"),
        (json_of('{"ma": "a"}', '"b"'), "hub.malformed"),
        (json_of('{"ma": "a", "so_tien": NaN}'), "hub.malformed"),
        (json_of('{"ma": "a", "so_tien": -Infinity}'), "hub.malformed"),
        (json_of("{", '"ma": "a"', "}"), "hub.malformed"),
        (json_of('{"ma": "a"} {"ma": "b"}'), "hub.malformed"),
        (json_of('{"ma": ' + "[" * 100_000), "hub.malformed"),
        (json_of('{"ma": "a", "MA": "b"}'), "hub.header"),
        (json_of('{"MA_KHAC": "a", "so_tien": 1}'), "hub.header"),
    ],
)
def test_json_that_is_broken_is_refused(tmp_path: Path, content: str, code: str) -> None:
    assert refused(tmp_path, content, Layout("jsonl"))[0] == code


def test_json_keeps_its_numbers_as_they_were_written(tmp_path: Path) -> None:
    terms = contract(KEY, field("so", "number", physicalType="DECIMAL(20,2)"), field("x"))
    found = judge(
        tmp_path,
        terms,
        '\ufeff{"ma": 1, "so": 12345678901234567.89}\n\n{"ma": "2", "so": 1e400}\n{"ma": "3", "x": {"n": [0.10, 1, null]}}\n'
        '{"ma": "4", "x": "\\ud800"}\n{"ma": "5"}',
        Layout("jsonl"),
    )
    assert [(row["_row"], row["ma"], row["so"]) for row in found.good] == [
        (1, "1", Decimal("12345678901234567.89")),
        (3, "3", None),
        (5, "5", None),
    ]
    assert found.good[1]["x"] == '{"n":[0.10,1,null]}'
    assert found.bad == {2: ["type:so"], 4: ["text:x"]}


# Numbers and days


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    import duckdb

    with duckdb.connect() as connection:
        yield connection


def value(database: duckdb.DuckDBPyConnection, column: Column, text: str, layout: Layout | None = None) -> Any:
    """What a cell is read as, None when it is not read."""
    expression = casts.cast(column, layout or Layout())
    return database.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchall()[0][0]


LONG, AREA, DOUBLE, DAY = Column("x", "long"), Column("x", "decimal(18,3)"), Column("x", "double"), Column("x", "date")
VIETNAMESE = Layout(decimal=",", thousands=".")


@pytest.mark.parametrize("text", [
    "1.250.000", "1,250", "1 250", "12,5", "1e5", "1E5", "½", "10%", "10 %", "5 triệu", "1.250 đ", "1250đ", "--5", "- 5", "5-", "(5)", "",
    "1.250,5", "1'250", "0x10", "१२", "²", "1_000", "5.", "+", "nan", "inf", "1.5.2", "Ⅻ", "~5", "<5", "5*", "5(1)", "k", "…", "-",
])  # fmt: skip
@pytest.mark.parametrize("column", [LONG, AREA, Column("x", "decimal(18,0)")])
def test_what_is_not_declared_is_not_read(database: Any, column: Column, text: str) -> None:
    assert value(database, column, text) is None


@pytest.mark.parametrize(("text", "read"), [
    ("1.250", "1250"), ("1.250.000", "1250000"), ("1.250,5", "1250.5"), ("1250,5", "1250.5"), ("-12,345", "-12.345"), ("+0,5", "0.5"), ("7", "7"),
    ("1.250.00", None), ("1.25", None), ("12.50", None), ("1250.000", None), (".250", None), ("1..250", None), ("1,250,5", None), ("1.250,", None),
    ("1 250", None), (",5", None), ("1.250,5555", None), ("1,25.000", None), ("(5)", None), ("1.250 ", "1250"),
])  # fmt: skip
def test_vietnamese_numbers(database: Any, text: str, read: str | None) -> None:
    assert value(database, AREA, text, VIETNAMESE) == (Decimal(read) if read else None)


def test_other_signs(database: Any) -> None:
    blanks, english = Layout(decimal=",", thousands=" "), Layout(decimal=".", thousands=",", brackets_negative=True)
    assert value(database, LONG, "1 250 000", blanks) == 1_250_000
    assert value(database, LONG, "1 250 00", blanks) is None
    assert value(database, LONG, "1,250,000.00", english) == 1_250_000
    assert value(database, LONG, "1,250.50", english) is None
    assert value(database, LONG, "(1,250)", english) == -1250
    assert value(database, AREA, "(0.5)", english) == Decimal("-0.5")
    assert [value(database, LONG, text, english) for text in ("(-5)", "-(5)", "(5", "5)", "((5))", "()")] == [None] * 6
    assert value(database, AREA, "1.250", Layout(decimal=".")) == Decimal("1.250")
    assert value(database, AREA, "1.250", Layout(decimal=",")) is None
    percent = Column("x", "decimal(5,2)", unit="percent")
    assert [value(database, percent, text) for text in ("12.5%", "12.5 %", "12.5", "12.5%%")] == [
        Decimal("12.50")
    ] * 3 + [None]


def test_spreadsheets_lose_digits(database: Any) -> None:
    assert [value(database, DOUBLE, text) for text in ("1.23457E+11", "1.5e+3", "1E-2", "2e5")] == [
        None,
        1500.0,
        0.01,
        200_000.0,
    ]


def test_a_multiplier_is_exact_and_never_overflows(database: Any) -> None:
    million = Column("x", "long", multiplier=1_000_000)
    assert value(database, million, "1250.5") == 1_250_500_000
    assert value(database, million, "0.0000001") is None  # less than one dong
    assert value(database, million, "9223372036854") == 9_223_372_036_854_000_000
    assert value(database, million, "9223372036855") is None
    assert value(database, million, "9" * 30) is None
    assert value(database, million, "1.250,123456", VIETNAMESE) == 1_250_123_456
    assert value(database, Column("x", "decimal(10,2)", multiplier=1000), "0.12345") == Decimal("123.45")
    assert value(database, Column("x", "decimal(10,2)", multiplier=1000), "0.123456") is None
    assert value(database, Column("x", "decimal(6,2)", multiplier=1000), "10") is None
    assert value(database, Column("x", "double", multiplier=1000), "1.1") == 1100.0


WRITTEN = st.tuples(
    st.integers(-(10**14), 10**14), st.sampled_from([(",", "."), (".", ","), (",", " "), (".", "")]), st.booleans()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WRITTEN)
def test_what_is_written_with_declared_signs_reads_back_exactly(database: Any, written: Any) -> None:
    thousandths, (decimal, thousands), brackets = written
    number = Decimal(thousandths) / 1000
    digits = f"{abs(number):,.3f}".translate(str.maketrans({",": thousands, ".": decimal}))
    text = digits if thousandths >= 0 else f"({digits})" if brackets else f"-{digits}"
    layout = Layout(decimal=decimal, thousands=thousands, brackets_negative=brackets)
    assert value(database, AREA, text, layout) == number


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from("0123456789.,- ()+%"), max_size=12))
def test_what_is_not_well_formed_is_never_read(database: Any, text: str) -> None:
    import re

    bare = text.strip(" ")
    well = re.fullmatch(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)(,(0+|\d{1,3}0*))?", bare)
    read = value(database, AREA, text, VIETNAMESE)
    assert (read is not None) == bool(well)
    if well:
        assert read == Decimal(bare.replace(".", "").replace(",", "."))


@pytest.mark.parametrize(("date_format", "text", "read"), [
    ("dd/MM/yyyy", "5/3/2026", dt.date(2026, 3, 5)), ("dd/MM/yyyy", "31/04/2026", None), ("dd/MM/yyyy", "05/03/26", None),
    ("dd/MM/yyyy", "46000", None), ("dd/MM/yyyy", "2026-03-05", None), ("dd/MM/yyyy", "05-03-2026", None), ("dd/MM/yyyy", "03/13/2026", None),
    ("dd/MM/yyyy", "5/3/2026 00:00", None), ("dd-MM-yyyy", "5-3-2026", dt.date(2026, 3, 5)), ("dd.MM.yyyy", "05.03.2026", dt.date(2026, 3, 5)),
    ("dd.MM.yyyy", "05/03/2026", None), ("yyyyMMdd", "20260305", dt.date(2026, 3, 5)), ("yyyyMMdd", "20261305", None), ("yyyyMMdd", "2026035", None),
    ("yyyy-MM-dd", "46000", None), ("yyyy-MM-dd", "2026-04-31", None), ("yyyy-MM-dd", "2026-3-5", None), ("yyyy-MM-dd", "26-03-05", None),
    ("yyyy-MM-dd", "tháng 3/2026", None), ("yyyy-MM-dd", "2026-03", None), ("yyyy-MM-dd", "29/02/2027", None),
])  # fmt: skip
def test_days(database: Any, date_format: Any, text: str, read: dt.date | None) -> None:
    assert value(database, DAY, text, Layout(date_format=date_format)) == read


@pytest.mark.parametrize("text", ["có", "không", "x", "Đúng", "yes", "2", "-1", "t", "TRUE FALSE"])
def test_truth_has_four_words(database: Any, text: str) -> None:
    assert value(database, Column("x", "boolean"), text) is None


def test_numbers_out_of_the_ordinary_are_read_after_tidying(tmp_path: Path) -> None:
    terms = contract(KEY, field("so", "integer"), field("dt", "number", physicalType="DECIMAL(9,2)"))
    rows = ["a,\u22125,１２.5", "b,\xa07\u200b,–3", "c,１２５,0", "d,5 – 7,0", "e,\u2007,0"]
    found = judge(tmp_path, terms, "\n".join(["ma,so,dt", *rows, ""]))
    assert [(row["ma"], row["so"], row["dt"]) for row in found.good] == [
        ("a", -5, Decimal("12.50")),
        ("b", 7, Decimal(-3)),
        ("c", 125, Decimal(0)),
        ("e", None, Decimal(0)),
    ]
    assert found.bad == {4: ["type:so"]}


def test_marks_of_no_data(tmp_path: Path) -> None:
    column = field("so", "integer", required=True, customProperties=[{"property": "vamco.noData", "value": ["x"]}])
    terms = contract(KEY, field("ten"), column)
    found = judge(tmp_path, terms, "ma,ten,so\na,-,1\nb,…, x \nc,A-,-\nd,x,–\n", Layout("csv", no_data=("-", "…")))
    assert [(row["ma"], row["ten"]) for row in found.good] == [("a", None)]
    assert found.bad == {row: ["required:so"] for row in (2, 3, 4)}
    without = judge(tmp_path, terms, "ma,ten,so\na,-,1\nc,A-,-\n")
    assert [row["ten"] for row in without.good] == ["-"]
    assert without.bad == {2: ["type:so"]}


def test_a_copy_in_utf8_lies_in_the_folder_and_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes("ma,ten\na,Tây Ninh\n".encode("utf-16"))
    before = path.read_bytes()
    copy, layout = decoding.as_utf8(path, Layout("csv", encoding="utf-16"), tmp_path)
    assert (copy.parent, layout.encoding, copy.read_text(encoding="utf-8")) == (
        tmp_path,
        "utf-8",
        "ma,ten\na,Tây Ninh\n",
    )
    assert path.read_bytes() == before
    assert json.dumps(layout.encoding) == '"utf-8"'
    assert AMOUNT["name"] == "so_tien"
