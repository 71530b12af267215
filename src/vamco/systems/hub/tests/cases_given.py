"""The cases of `cases/`, whose README says what is expected of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.tests.case_files import true
from vamco.systems.hub.tests.cases import (
    DEFAULT,
    MA,
    NGAY,
    SO_TIEN,
    Allowed,
    Case,
    Held,
    PackRefused,
    Read,
    Refused,
    Safe,
    Step,
    col,
    contract,
    rule,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent / "cases"
NAM = col("nam", "Năm", "integer", required=True)
YEARLY = contract(
    NAM,
    MA,
    SO_TIEN,
    delivery="replace_where:nam",
    quality=[rule("row_count", "warning", at_least_of_previous=0.9)],
)
CSV = {"format": "csv", "delimiter": ","}
XLSX = {"format": "xlsx"}


def files(name: str, step: int = 1) -> dict[str, bytes]:
    """The files of a step."""
    return {path.name: path.read_bytes() for path in sorted((FOLDER / name / str(step)).iterdir())}


def given(name: str, fault: str, *steps: Sequence[Allowed], **more: Any) -> Case:
    """A case of the folder; each step says what is allowed."""
    ages = more.pop("ages", {})
    words = more.pop("feed", None)
    played = [
        Step(files(name, n), allow, ages=ages if n == len(steps) else {}) for n, allow in enumerate(steps, start=1)
    ]
    feed = words if words is not None else XLSX
    return Case(more.pop("id", name), fault, played, feed=feed, **more)


def thu(year: int, *numbers: int) -> list[tuple[Any, ...]]:
    """Rows of a year's revenue."""
    return [(year, f"{year}-{n:03d}", 1000) for n in numbers]


PARTLY = contract(*DEFAULT["schema"][0]["properties"], maxBad=1)
PERCENT = [
    (row[0], row[1], row[2], share, row[4])
    for row, share in zip(true(1, 2, 3, 4, 5), (12.5, 98, 45.5, 100, 12), strict=True)
]
MILLIONS = [(row[0], row[1], row[2] * 1000, *row[3:]) for row in true(1, 2, 3, 4, 5)]
LAND = contract(col("ma", "Mã", key=1), col("dien_tich", "Diện tích (m2)", "number(18,3)", unit="m2"))
AREAS = dict(
    zip([f"T{n}" for n in range(1, 11)], (950, 1250, 12400, 980.5, 1025300, 700, 810, 640, 555, 900), strict=True)
)
CODES = contract(MA, col("so_nha", "Số nhà"), col("to_ban_do", "Tờ bản đồ"), maxBad=1)
PLAIN_CODES = contract(col("ma", "Mã", required=True), col("so_nha", "Số nhà"), col("to_ban_do", "Tờ bản đồ"))
HOUSES = [(f"H{n:02d}", f"Hộ {n}", n * 1000) for n in range(1, 61)]
TRANSACTIONS = [(f"G{n:02d}", n * 1_000_000 + 250_000) for n in range(1, 21)]
MONTH = [("G1", "2026-03-01", 100), *((f"G{n}", "2026-03-02", 200) for n in (2, 3, 4, 5))]
RESTATED = contract(MA, NGAY, SO_TIEN, delivery="append")
REVISED = contract(MA, NGAY, SO_TIEN, delivery="append", corrections="revise")
COMMUNE = {"check": "reference", "list": "communes"}
OLD = [
    (2026, f"M{n:02d}", f"2026-0{month}-05", ward, n)
    for n, (month, ward) in enumerate(
        zip((2, 3, 4, 5, 6, 1) * 2, ("25480", "25486", "25459") * 4, strict=True), start=1
    )
]


def communes(**how: Any) -> dict[str, Any]:
    """The contract of the case of an old commune."""
    return contract(NAM, MA, NGAY, col("ma_xa", "Xã", check={**COMMUNE, **how}), SO_TIEN, delivery="replace_where:nam")


ENDED = {
    "places": "25486=2026-06-30",
    "successions": "predecessor,successor,on,kind,source\n25486,25480,2026-07-01,merged,Nghị quyết giả định\n",
}

GIVEN: list[Case] = [
    given("a01_corner", "a stray blank in XFD1048576 makes the reader ask for 550 GB", [Refused()], heavy=True),
    given("a02_error_cell", "error cells become empty amounts", [Safe(true(1, 2, 3), why=("#REF!",))]),
    given(
        "a02_error_cell",
        "error cells become empty amounts",
        [Read(true(1, 2, 3), 2, ("#REF!", "#N/A", "#DIV/0!"))],
        id="a02_error_cell_tolerant",
        contract=PARTLY,
    ),
    given("a04_percent", "a cell that shows 12,5 % is read as 0.125", [Read(PERCENT)]),
    given(
        "a05_unit",
        "amounts in million dong are taken as dong",
        [Read(MILLIONS), Refused()],
        [Read(MILLIONS), Refused()],
        feed={**XLSX, "header_row": 4},
    ),
    given(
        "a05_unit",
        "amounts in million dong are taken as dong",
        [Read(MILLIONS)],
        [Read(MILLIONS)],
        id="a05_unit_declared",
        feed={**XLSX, "header_row": 4, "unit_label": "Đơn vị tính"},
    ),
    given("a08_hidden_sheet", "last year's hidden sheet is read", [Read(true(1, 2, 3, 4)), Refused()]),
    given(
        "a11_html_xls",
        "an HTML page named .xls “cannot be read as XLSX”",
        [Read([("DA001", "Công trình", 5, 50, "2026-03-05")]), Refused(("HTML",))],
        feed={**XLSX, "date_format": "dd/MM/yyyy"},
    ),
    given("a13_two_row_header", "of a header in two rows the amounts are lost", [Refused()]),
    given("a15_renamed", "a renamed column becomes empty", [Read(true(1, 2, 3))], [Refused(("Số tiền (đồng)",))]),
    given("a17_date1904", "dates of a Mac are four years early", [Read(true(1, 2, 3))]),
    given("a21_dates_mixed", "5 March becomes 3 May", [Refused()], feed={**XLSX, "date_format": "dd/MM/yyyy"}),
    given(
        "a24_padded_code",
        "leading zeros are lost",
        [
            Safe([("00007", "1", "1"), ("00123", "2", "2")], [("00007", "1", "1")]),
            Safe([("00007", "1", "1"), ("00123", "3", "3")], [("00007", "1", "1")]),
        ],
        contract=CODES,
    ),
    given(
        "a24_padded_code",
        "leading zeros are lost",
        [Read([("00007", "1", "1"), ("00123", "2", "2"), ("00123", "3", "3")])],
        id="a24_padded_code_no_key",
        contract=PLAIN_CODES,
    ),
    given(
        "c01_thousands_dot",
        "1.250 square metres are taken as 1.25",
        [Read(list(AREAS.items())), Refused()],
        contract=LAND,
        feed={"format": "csv", "delimiter": ";"},
    ),
    given(
        "c01_thousands_dot",
        "1.250 square metres are taken as 1.25",
        [Read(list(AREAS.items()))],
        contract=LAND,
        id="c01_thousands_dot_declared",
        feed={"format": "csv", "delimiter": ";", "decimal": ",", "thousands": "."},
    ),
    given(
        "c02_open_quote",
        "30 of 60 rows vanish into one cell",
        [Refused(("32|31",))],
        contract=contract(MA, col("ten", "Tên"), SO_TIEN),
        feed=CSV,
    ),
    given(
        "c04_key_space",
        "“A1 ” is another one than “A1”; blanks are keys",
        [Safe([("A1", 100), ("A2", 200), ("A3", 1)], [("A3", 1)])],
        contract=contract(MA, SO_TIEN),
        feed=CSV,
    ),
    given(
        "c04_key_space",
        "“A1 ” is another one than “A1”; blanks are keys",
        [Safe([("A1", 100), ("A2", 200), ("A3", 1)], [("A1", 100), ("A2", 200), ("A3", 1)])],
        id="c04_key_space_tolerant",
        contract=contract(MA, SO_TIEN, maxBad=1),
        feed=CSV,
    ),
    given(
        "c09_truncated",
        "a file that broke off inside 13250000 is taken as 132, for good",
        [Refused()],
        [Read(TRANSACTIONS)],
        contract=contract(MA, SO_TIEN, delivery="append"),
        feed=CSV,
    ),
    given(
        "d01_stray_slice",
        "one stray row of 2026 replaces the year",
        [Read([*thu(2025, *range(1, 401)), *thu(2026, *range(1, 31))])],
        [Refused()],
        contract=YEARLY,
        feed=CSV,
    ),
    given(
        "d02_copy_of_file",
        "an older copy with a later name wins",
        [Read(thu(2026, *range(1, 31)))],
        [Refused(), Held(), Read(thu(2026, *range(1, 31)))],
        contract=YEARLY,
        feed=CSV,
        ages={"thu-2026 (bản cũ).csv": 10},
    ),
    given(
        "d04_restated",
        "a correction is “nothing new” and lost",
        [Read(MONTH)],
        [Read(MONTH, 1), Held(), Refused()],
        contract=RESTATED,
        feed=CSV,
    ),
    given(
        "d04_restated",
        "a correction is “nothing new” and lost",
        [Read(MONTH)],
        [Read([MONTH[0], ("G2", "2026-03-02", 20), *MONTH[2:]])],
        id="d04_restated_revised",
        contract=REVISED,
        feed=CSV,
    ),
    given(
        "d08_old_commune",
        "payments of an old commune leave the totals",
        [Read(OLD)],
        [Read([*OLD, (2026, "M13", "2026-07-05", "25480", 13)])],
        contract=communes(as_of="ngay"),
        feed=CSV,
        **ENDED,
    ),
    given(
        "d08_old_commune",
        "payments of an old commune leave the totals",
        [PackRefused(), Read(OLD)],
        [Read([*OLD, (2026, "M13", "2026-07-05", "25480", 13)])],
        id="d08_old_commune_no_day",
        contract=communes(),
        feed=CSV,
        **ENDED,
    ),
]
