"""Rules 1 and 6: no file hurts the service, and what is broken is not repaired."""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.tests import case_files as made
from vamco.systems.hub.tests.case_files import PDF, book, lines, ods, padded, parts, plan, text, true
from vamco.systems.hub.tests.cases import (
    DEFAULT,
    MA,
    SO_TIEN,
    Case,
    Read,
    Refused,
    Safe,
    Step,
    Waits,
    case,
    col,
    contract,
    csv_case,
    xlsx_case,
)

if TYPE_CHECKING:
    from pathlib import Path

GOOD = book(plan(1, 2, 3))
SMALL = contract(MA, col("ten", "Tên"), SO_TIEN)
PAIR = contract(MA, SO_TIEN)
APPEND = contract(MA, SO_TIEN, delivery="append")
BREAKS = contract(MA, col("ten", "Tên", lineBreaks=True), SO_TIEN)
TEN_ROWS = [(f"H{n:02d}", f"Hộ {n}", n * 1000) for n in range(1, 11)]
HEAD = ("Mã", "Tên", "Số tiền")
PAIRS = [(f"G{n:02d}", n * 1_000_000) for n in range(1, 11)]


def sheet(text_: str) -> Any:
    """What stands in the place of the sheet's end."""
    return lambda xml: xml.replace("</sheetData>", text_ + "</sheetData>")


def empties(count: int) -> str:
    """Rows that only carry a format."""
    return "".join(f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>' for n in range(5, 5 + count))


def corner(cell: str) -> bytes:
    """A workbook with a stray blank in a far cell."""
    row = "".join(letter for letter in cell if letter.isdigit())
    return parts(GOOD, sheet1=sheet(f'<row r="{row}"><c r="{cell}" t="str"><v> </v></c></row>'))


def bomb() -> bytes:
    """A shared text of a megabyte, named by very many cells."""
    big = "x" * (1 << 20)
    cells = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="B{n}" t="s"><v>0</v></c></row>' for n in range(5, 3000)
    )
    return parts(
        GOOD,
        sheet1=sheet(cells),
        sharedStrings=lambda xml: xml.replace("<si><t>Mã</t></si>", f"<si><t>{big}</t></si>", 1),
    )


def laughs() -> bytes:
    """Entities that unfold to billions of letters."""
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";" * 1}{("&" + chr(97 + n) + ";") * 9}">' for n in range(9)
    )
    return parts(
        GOOD,
        sheet1=lambda xml: (
            f"<!DOCTYPE worksheet [{entities}]>"
            + xml.replace("<sheetData>", '<sheetData><row r="9"><c r="A9" t="str"><v>&j;</v></c></row>')
        ),
    )


def growing(folder: Path) -> None:
    """Somebody is still writing the file."""
    path = folder / "so-lieu.csv"
    path.write_bytes(text(PAIRS[:5], ("Mã", "Số tiền")))

    def write() -> None:
        for n in range(40):
            with path.open("ab") as file:
                file.write(f"X{n},1\r\n".encode())
            time.sleep(0.1)

    import threading
    import time

    threading.Thread(target=write, daemon=True).start()


def link(folder: Path) -> None:
    """A link instead of a file."""
    (folder / "so-lieu.csv").symlink_to("/etc/hostname")


def zipped(name: str, content: bytes) -> bytes:
    """A file in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(name, content)
    return out.getvalue()


ROWS = "".join(f"{ma},{ten},{tien}\n" for ma, ten, tien in TEN_ROWS)
CSV = {"format": "csv", "delimiter": ","}
JSON = {"format": "jsonl"}

CONTAINERS: list[Case] = [
    # ── 1: no delivery may hurt the service ──
    xlsx_case(
        "r1_far_column",
        "a stray blank in XFD5: 16,384 columns for each row",
        corner("XFD5"),
        Read(true(1, 2, 3)),
        Refused(),
        heavy=True,
    ),
    xlsx_case(
        "r1_far_row", "a stray blank in A1048576", corner("A1048576"), Read(true(1, 2, 3)), Refused(), heavy=True
    ),
    xlsx_case(
        "r1_zip_bomb",
        "a sheet of 96 MB of blanks in 100 KB",
        padded(GOOD, "xl/worksheets/sheet1.xml", 96 << 20),
        Read(true(1, 2, 3)),
        Refused(),
        heavy=True,
    ),
    xlsx_case("r1_zip_bomb_3gb", "a sheet of 3 GB of blanks", b"", Refused(), heavy=True, full=True),
    xlsx_case("r1_text_bomb", "one shared text of 1 MB in 6,000 cells", bomb(), Refused(), heavy=True),
    xlsx_case("r1_billion_laughs", "entities in a workbook's XML unfold without end", laughs(), Refused(), heavy=True),
    xlsx_case(
        "r1_empty_formatted_rows",
        "20,000 rows below the table carry a format only",
        parts(GOOD, sheet1=sheet(empties(20_000))),
        Read(true(1, 2, 3)),
        Refused(),
        heavy=True,
    ),
    xlsx_case(
        "r1_million_formatted_rows",
        "a million rows below the table carry a format only",
        b"",
        Read(true(1, 2, 3)),
        Refused(),
        heavy=True,
        full=True,
    ),
    xlsx_case(
        "r1_wrong_dimension",
        "the sheet says that it reaches to XFD1048576, and does not",
        parts(GOOD, sheet1=lambda xml: xml.replace('ref="A1:E4"', 'ref="A1:XFD1048576"')),
        Read(true(1, 2, 3)),
        Refused(),
        heavy=True,
    ),
    xlsx_case(
        "r1_ods_filled_to_the_edge",
        "LibreOffice repeats a filled cell to the last row",
        ods(
            [made.HEADER, *plan(1, 2, 3)],
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>',
        ),
        Refused(),
        name="ke-hoach.ods",
        heavy=True,
    ),
    xlsx_case(
        "r1_ods_empty_to_the_edge",
        "LibreOffice repeats an empty cell to the last row, as it always does",
        ods(
            [made.HEADER, *plan(1, 2, 3)],
            '<table:table-row table:number-rows-repeated="1048572"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>',
        ),
        Read(true(1, 2, 3)),
        name="ke-hoach.ods",
        heavy=True,
    ),
    csv_case(
        "r1_one_endless_line",
        "a CSV file of 10 MB without a line end",
        b"M\xc3\xa3,T\xc3\xaan,S\xe1\xbb\x91 ti\xe1\xbb\x81n\n" + b"x" * (10 << 20),
        Refused(),
        contract=SMALL,
    ),
    csv_case(
        "r1_many_columns",
        "a header of 20,000 columns",
        text([("A", "Hộ", 1, *[""] * 20_000)], ("Mã", "Tên", "Số tiền", *[f"c{n}" for n in range(20_000)])),
        Read([("A", "Hộ", 1)]),
        Refused(),
        contract=SMALL,
        heavy=True,
    ),
    case(
        "r1_deep_json",
        "JSON of 100,000 brackets",
        Step({"a.jsonl": b'{"ma": "A", "so_tien": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"}, [Refused()]),
        contract=PAIR,
        feed=JSON,
    ),
    xlsx_case("r1_password", "a workbook with a password", made.encrypted(), Refused(("mật khẩu|mã hóa|mã hoá",))),
    xlsx_case("r1_pdf", "a PDF named .xlsx", PDF, Refused()),
    csv_case("r1_pdf_csv", "a PDF named .csv", PDF, Refused(), contract=SMALL),
    xlsx_case(
        "r1_csv_named_xlsx", "a CSV file named .xlsx", text(TEN_ROWS, HEAD), Refused(), Read(TEN_ROWS), contract=SMALL
    ),
    csv_case("r1_xlsx_named_csv", "a workbook named .csv", GOOD, Refused(), Read(true(1, 2, 3)), contract=DEFAULT),
    csv_case("r1_gzip", "a packed file named .csv", gzip.compress(text(TEN_ROWS, HEAD)), Refused(), contract=SMALL),
    csv_case("r1_zip", "a CSV file in a ZIP", zipped("so-lieu.csv", text(TEN_ROWS, HEAD)), Refused(), contract=SMALL),
    xlsx_case("r1_docx", "a Word file named .xlsx", zipped("word/document.xml", b"<w/>"), Refused()),
    csv_case("r1_empty", "a file of no bytes", b"", Refused(), contract=SMALL),
    csv_case("r1_header_only", "a header and nothing below", text([], HEAD), Refused(), contract=SMALL),
    xlsx_case("r1_xlsx_header_only", "a workbook with a header only", book([]), Refused()),
    xlsx_case("r1_xlsx_empty_sheet", "a workbook with an empty sheet", book([], None), Refused()),
    case(
        "r1_link",
        "a link in the folder leads elsewhere",
        Step({}, [Refused()], act=link),
        contract=SMALL,
        feed=CSV,
        pattern="*.csv",
    ),
    # ── 6: broken is not repaired ──
    xlsx_case("r6_half_workbook", "half a workbook", GOOD[: len(GOOD) // 2], Refused()),
    case(
        "r6_half_workbook_then_whole",
        "half a workbook replaces yesterday's",
        Step({"ke-hoach.xlsx": GOOD}, [Read(true(1, 2, 3))]),
        Step({"ke-hoach.xlsx": book(plan(1, 2, 3, 4))[:-700]}, [Refused()]),
        Step({"ke-hoach.xlsx": book(plan(1, 2, 3, 4))}, [Read(true(1, 2, 3, 4))]),
        feed={"format": "xlsx"},
    ),
    csv_case(
        "r6_quote_at_the_end",
        "a quote that opens in the last row",
        f'Mã,Tên,Số tiền\n{ROWS}H11,"Hộ Lan,11000\n',
        Refused(("12|11",)),
        contract=SMALL,
    ),
    csv_case(
        "r6_quote_swallows_two",
        "a quote that opens in one row closes in another",
        'Mã,Tên,Số tiền\nH1,"Hộ Lan,1\nH2,Hộ Cúc,2\nH3,"Hộ",3\n' + ROWS,
        Refused(),
        Safe([("H3", "Hộ", 3), *TEN_ROWS]),
        contract=SMALL,
    ),
    csv_case(
        "r6_inch_sign",
        'a quote within a cell: Tivi 32"',
        f'Mã,Tên,Số tiền\n{ROWS}H11,Tivi 32" Sony,11000\n',
        Refused(),
        Safe([*TEN_ROWS, ("H11", 'Tivi 32" Sony', 11000)], TEN_ROWS),
        contract=SMALL,
    ),
    csv_case(
        "r6_after_a_quote",
        "letters after a closed quote",
        f'Mã,Tên,Số tiền\n{ROWS}H11,"Hộ Lan" Anh,11000\n',
        Refused(),
        Safe([*TEN_ROWS], TEN_ROWS),
        contract=SMALL,
    ),
    csv_case(
        "r6_break_in_cell",
        "a line break in a cell, where the contract allows none",
        f'Mã,Tên,Số tiền\n{ROWS}H11,"Hộ\nLan",11000\n',
        Refused(),
        Read(TEN_ROWS, 1),
        contract=SMALL,
    ),
    csv_case(
        "r6_break_in_cell_allowed",
        "a line break in a cell, where the contract allows it",
        f'Mã,Tên,Số tiền\n{ROWS}H11,"Hộ\nLan",11000\n',
        Read([*TEN_ROWS, ("H11", "Hộ\nLan", 11000)]),
        contract=BREAKS,
    ),
    csv_case(
        "r6_unquoted_break",
        "a line break without quotes tears a row in two",
        f"Mã,Tên,Số tiền\n{ROWS}H11,Hộ\nLan,11000\n",
        Refused(),
        Safe(TEN_ROWS, TEN_ROWS),
        contract=SMALL,
    ),
    csv_case(
        "r6_cut_in_a_name",
        "a file that broke off inside a name",
        f"Mã,Tên,Số tiền\n{ROWS}H11,Hộ Lan",
        Refused(),
        contract=SMALL,
    ),
    csv_case(
        "r6_cut_in_an_amount",
        "a file that broke off inside an amount, in a full list",
        f"Mã,Tên,Số tiền\n{ROWS}H11,Hộ Lan,110",
        Refused(),
        contract=SMALL,
    ),
    csv_case(
        "r6_cut_in_a_letter",
        "a file that broke off inside a letter",
        f"Mã,Tên,Số tiền\n{ROWS}H11,Hộ".encode()[:-1],
        Refused(),
        contract=SMALL,
    ),
    csv_case(
        "r6_cut_in_a_quote",
        "a file that broke off inside quotes",
        f'Mã,Tên,Số tiền\n{ROWS}H11,"Hộ L',
        Refused(),
        contract=SMALL,
    ),
    csv_case(
        "r6_nul", "NUL bytes where the disk was full", text(TEN_ROWS, HEAD) + b"\0" * 4096, Refused(), contract=SMALL
    ),
    csv_case(
        "r6_conflict_marks",
        "two copies joined one below the other, with the header again",
        f"Mã,Tên,Số tiền\n{ROWS}Mã,Tên,Số tiền\nH11,Hộ 11,11000\n",
        Refused(),
        Read([*TEN_ROWS, ("H11", "Hộ 11", 11000)], 1),
        contract=SMALL,
    ),
    case(
        "r6_json_name_twice",
        "an object names an amount twice",
        Step(
            {
                "a.jsonl": b'{"ma": "A", "so_tien": 1}\n{"ma": "B", "so_tien": 2, "so_tien": 20}\n{"ma": "C", "so_tien": 3}\n'
            },
            [Refused(), Safe([("A", 1), ("C", 3)])],
        ),
        contract=PAIR,
        feed=JSON,
    ),
    case(
        "r6_json_cut",
        "lines of JSON that broke off",
        Step({"a.jsonl": lines({"ma": "A", "so_tien": 1}) + b'{"ma": "B", "so_tien": 2'}, [Refused()]),
        contract=PAIR,
        feed=JSON,
    ),
    case(
        "r6_json_cut_number",
        "JSON without a line end: was 2 all of the number?",
        Step(
            {"a.jsonl": lines({"ma": "A", "so_tien": 1}) + b'{"ma": "B", "so_tien": 25}'},
            [Refused(), Read([("A", 1), ("B", 25)])],
        ),
        contract=PAIR,
        feed=JSON,
    ),
    case(
        "r6_json_list",
        "an amount that is a list",
        Step(
            {
                "a.jsonl": b'{"ma": "A", "so_tien": [1, 2]}\n'
                + lines(*({"ma": f"B{n}", "so_tien": n} for n in range(1, 9)))
            },
            [Refused(), Read([(f"B{n}", n) for n in range(1, 9)], 1)],
        ),
        contract=PAIR,
        feed=JSON,
    ),
    case(
        "r6_json_truth",
        "true as an amount, 1 as a name",
        Step(
            {
                "a.jsonl": b'{"ma": "A", "so_tien": true}\n'
                + lines(*({"ma": f"B{n}", "so_tien": n} for n in range(1, 9)))
            },
            [Refused(), Read([(f"B{n}", n) for n in range(1, 9)], 1)],
        ),
        contract=PAIR,
        feed=JSON,
    ),
    case(
        "r6_growing",
        "a file is taken while it is being written",
        Step({}, [Waits(), Refused()], act=growing),
        contract=APPEND,
        feed=CSV,
        pattern="so-lieu.csv",
    ),
    csv_case(
        "r6_short_row",
        "a row with a cell too few moves the amounts",
        f"Mã,Tên,Số tiền\n{ROWS}H11,11000\n",
        Refused(),
        Read(TEN_ROWS, 1),
        contract=SMALL,
    ),
    csv_case(
        "r6_long_row",
        "a delimiter within a name moves the amounts",
        f"Mã,Tên,Số tiền\n{ROWS}H11,Hộ Lan, Cúc,11000\n",
        Refused(),
        Read(TEN_ROWS, 1),
        contract=SMALL,
    ),
    csv_case(
        "r6_wrong_delimiter",
        "semicolons where commas were agreed",
        text(TEN_ROWS, HEAD, ";"),
        Refused(),
        Read(TEN_ROWS),
        contract=SMALL,
    ),
    csv_case(
        "r6_mac_line_ends",
        "line ends of an old Mac",
        text(TEN_ROWS, HEAD).replace(b"\r\n", b"\r"),
        Refused(),
        Read(TEN_ROWS),
        contract=SMALL,
    ),
    csv_case(
        "r6_mixed_line_ends",
        "line ends of two systems in one file",
        text(TEN_ROWS[:5], HEAD) + text(TEN_ROWS[5:], HEAD).replace(b"\r\n", b"\n").partition(b"\n")[2],
        Refused(),
        Read(TEN_ROWS),
        contract=SMALL,
    ),
    csv_case(
        "r6_sep_line",
        "Excel's own first line “sep=;”",
        b"sep=;\r\n" + text(TEN_ROWS, HEAD, ";"),
        Refused(),
        Read(TEN_ROWS),
        contract=SMALL,
        delimiter=";",
    ),
    csv_case(
        "r6_blank_lines",
        "blank lines between rows and at the end",
        f"Mã,Tên,Số tiền\n{ROWS}\n\nH11,Hộ 11,11000\n\n\n",
        Refused(),
        Read([*TEN_ROWS, ("H11", "Hộ 11", 11000)]),
        contract=SMALL,
    ),
]


def _full(id_: str, content: Any) -> None:
    """The heavy files are only made when they are played."""
    found = next(each for each in CONTAINERS if each.id == id_)
    found.steps[0].files = content


class _Later(dict[str, bytes]):
    """Files that are made when somebody looks at them."""

    def __init__(self, name: str, make: Any) -> None:
        super().__init__({name: b""})
        self._make = make

    def items(self) -> Any:
        return [(name, self._make()) for name in self]


_full("r1_zip_bomb_3gb", _Later("ke-hoach.xlsx", lambda: padded(GOOD, "xl/worksheets/sheet1.xml", 3 << 30)))
_full("r1_million_formatted_rows", _Later("ke-hoach.xlsx", lambda: parts(GOOD, sheet1=sheet(empties(1_000_000)))))
