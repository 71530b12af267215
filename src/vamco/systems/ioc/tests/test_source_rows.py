"""The rows behind a value: as people read them, all of them page by page, and as a file, masked where they are personal."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from vamco.kernel.base.audit.models import Entry
from vamco.systems.hub.contracts import MASK, DisclosedRow
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.tests.made import BUILDINGS, NORTH, ROADS, SOUTH, settle
from vamco.systems.ioc.pages import source_rows
from vamco.systems.ioc.pages.source_rows import RowWriter, SourceRows
from vamco.systems.warnings.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 10)
NEW_YEAR = dt.date(2026, 1, 1)
MANY = 120


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> Iterator[None]:
    clock.set(DAY)
    with translation.override("vi"):
        yield


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def cells(page: str) -> list[list[str]]:
    """The cells of the first table, without markup."""
    body = page.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


@pytest.fixture
def paid(departments: Departments) -> int:
    """120 payments of which the newest are the largest; the value of the province."""
    departments.payments(
        *((dt.date(2026, 3, 1 + n // 15), ROADS if n % 2 else BUILDINGS, NORTH if n % 2 else SOUTH, 10**9 + n) for n in range(MANY))
    )  # fmt: skip
    departments.plans((NEW_YEAR, ROADS, NORTH, 900 * 10**9), (NEW_YEAR, BUILDINGS, SOUTH, 300 * 10**9))
    settle("DTC01")
    return indicators.recent(indicators.definition("DTC01"))[-1].id


def test_rows_bear_names_units_and_money_as_people_write_it(
    paid: int, office: Person, reader: Callable[..., Client]
) -> None:
    page = text(reader(office, language="vi").get(f"/values/{paid}/rows"))
    heads = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)
    assert heads == ["Tệp và dòng", "Mã giao dịch", "Ngày hạch toán", "Năm kế hoạch", "Chủ đầu tư", "Mã dự án", "Xã, phường", "Số tiền (đồng)", "Nguồn vốn"]  # fmt: skip
    assert cells(page)[0] == [
        "kb_giaingan.csv, dòng 120", "KB000000000120", "08/03/2026", "2026",
        "Ban Quản lý dự án đầu tư xây dựng công trình giao thông H53.CDT.02", "7000001", "Phường Tân Ninh 25459",
        "1.000.000.119 1,0 tỷ đồng", "NSDP",
    ]  # fmt: skip
    english = text(reader(office).get(f"/values/{paid}/rows"))
    assert "Posting date" in english
    assert "Amount (dong)" in english
    assert "1,000,000,119" in english
    assert "Tan Ninh Ward" in english


def test_the_lineage_page_says_the_formula_and_leads_to_all_rows(
    paid: int, office: Person, reader: Callable[..., Client]
) -> None:
    page = text(reader(office, language="vi").get(f"/values/{paid}"))
    assert "Giải ngân đầu tư công = tổng “Số tiền” ÷ tổng “Kế hoạch Thủ tướng giao” × 100" in page
    assert "= 120,0 tỷ đồng ÷ 1.200,0 tỷ đồng × 100 = 10,0%" in page
    assert "<dd>120,0 tỷ đồng (120." in page
    assert "<dd>1.200,0 tỷ đồng (1.200." in page
    assert len(cells(page)) == 10
    assert f'href="/values/{paid}/rows"' in page
    assert f'href="/values/{paid}/rows/denominator"' in page
    assert "Xem cả 120 dòng" in page
    assert "Xem cả 2 dòng" in page
    assert "ma_chu_dau_tu" not in page
    agency = indicators.recent(indicators.definition("DTC01"), agency=ROADS)[-1].id
    page = text(reader(office, language="vi").get(f"/values/{agency}"))
    assert "<dd>Ban Quản lý dự án đầu tư xây dựng công trình giao thông (H53.CDT.02)</dd>" in page
    place = indicators.recent(indicators.definition("DTC01"), place=NORTH)[-1].id
    assert "<dd>Phường Tân Ninh (25459)</dd>" in text(reader(office, language="vi").get(f"/values/{place}"))


def test_all_rows_come_page_by_page_each_once(paid: int, office: Person, reader: Callable[..., Client]) -> None:
    browser, address, seen = reader(office), f"/values/{paid}/rows", []
    while address:
        page = text(browser.get(address))
        assert "120 rows" in page
        seen.append([row[1] for row in cells(page)])
        found = re.search(r'href="([^"]+)" rel="next"', page)
        last, address = address, found[1] if found else ""
    assert [len(part) for part in seen] == [50, 50, 20]
    assert [code for part in seen for code in part] == [f"KB{n:012d}" for n in range(MANY, 0, -1)]
    back = re.search(r'href="([^"]+)" rel="prev"', text(browser.get(last)))
    assert back
    assert [row[1] for row in cells(text(browser.get(back[1])))] == seen[1]
    for nonsense in ("?after=x", "?after=-5", "?before=999999999999999999999", "?after=5000"):
        assert [row[1] for row in cells(text(browser.get(f"/values/{paid}/rows{nonsense}")))] == seen[0]


def test_the_file_holds_all_rows_with_numbers_as_numbers_and_codes_beside_names(
    paid: int, office: Person, reader: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_rows, "CHUNK", 50)
    answer = reader(office, language="vi").get(f"/values/{paid}/rows?export=csv")
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    content = content[content.index('"Tệp và dòng"') :]  # what stands above the table says what it is
    rows = list(csv.DictReader(io.StringIO(content), delimiter=";"))
    assert len(rows) == MANY
    assert len({row["Mã giao dịch"] for row in rows}) == MANY
    assert (rows[0]["Số tiền (đồng)"], rows[0]["Mã: Chủ đầu tư"], rows[0]["Mã: Xã, phường"]) == (
        "1000000119",
        ROADS,
        f'="{NORTH}"',  # text, or Excel would take it for a number
    )
    assert rows[0]["Xã, phường"] == "Phường Tân Ninh"
    assert Entry.objects.filter(act="web.export_table", subject="table:ioc.rows.numerator").count() == 1


def test_a_number_without_denominator_has_no_such_page(
    departments: Departments, office: Person, reader: Callable[..., Client]
) -> None:
    departments.accidents((dt.date(2026, 3, 1), NORTH, 1))
    settle("GT02")
    value = indicators.recent(indicators.definition("GT02"))[-1].id
    assert reader(office).get(f"/values/{value}/rows").status_code == 200
    assert reader(office).get(f"/values/{value}/rows/denominator").status_code == 404
    assert reader(office).get("/values/0/rows").status_code == 404


def test_rows_out_of_reach_are_neither_shown_nor_exported(paid: int, reader: Callable[..., Client]) -> None:
    nobody = reader(made.person("commune_official", "H53.25459", "Lâm"))
    page = text(nobody.get(f"/values/{paid}/rows"))
    assert "120 rows lie outside your reach" in page
    assert "No row within your reach" in page
    assert "KB0000" not in page
    assert b"KB0000" not in b"".join(nobody.get(f"/values/{paid}/rows?export=csv").streaming_content)
    # A role whose reach is an investor sees that investor's rows only, page by page and in the file.
    own = reader(made.person("data_owner", ROADS, "Phát"))
    page = text(own.get(f"/values/{paid}/rows"))
    assert "60 rows lie outside your reach" in page
    assert {row[4] for row in cells(page)} == {cells(page)[0][4]}
    file = b"".join(own.get(f"/values/{paid}/rows?export=csv").streaming_content).decode()
    assert (file.count(ROADS), file.count(BUILDINGS)) == (60, 0)


def test_personal_data_are_masked_in_pages_and_files_and_opened_for_one_page(
    departments: Departments, reader: Callable[..., Client]
) -> None:
    departments.accidents(*((dt.date(2026, 3, 1), NORTH, 1) for _ in range(60)))
    settle("GT01")
    value = indicators.recent(indicators.definition("GT01"))[-1].id
    auditor = reader(made.person("auditor", "H53.14", "Quyên"))
    address = f"/values/{value}/rows"
    page = text(auditor.get(address))
    assert (page.count(MASK), "TN0000" in page, "Open personal data" in page) == (50, False, True)
    assert auditor.post(address, {"purpose": " "}).status_code == 422
    assert not Entry.objects.filter(act="hub.see_personal").exists()

    page = text(auditor.post(f"{address}?after=50", {"purpose": "Xác minh"}))
    assert (page.count(MASK), page.count("TN0000")) == (0, 10)
    assert "Stated purpose: Xác minh." in page
    entry = Entry.objects.get(act="hub.see_personal")
    assert (entry.purpose, sum(len(numbers) for numbers in entry.detail["rows"].values())) == ("Xác minh", 10)

    assert text(auditor.get(address)).count(MASK) == 50  # nothing is remembered
    for kind in ("csv", "xlsx"):
        answer = auditor.get(f"{address}?export={kind}")
        assert b"TN0000" not in b"".join(answer.streaming_content)
    assert Entry.objects.filter(act="hub.see_personal").count() == 1
    leader = reader(made.person("leader", "H53", "Hạnh"))
    assert leader.post(address, {"purpose": "Xem"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("so_tien", 5, ("5", "")),
        ("so_tien", 12_345_678_901, ("12.345.678.901", "12,3 tỷ đồng")),
        ("nam_ke_hoach", 2026, ("2026", "")),
        ("unknown", Decimal("12345.60"), ("12.345,60", "")),
        ("unknown", 9_999, ("9999", "")),
        ("unknown", 10_000, ("10.000", "")),
        ("unknown", Decimal("NaN"), ("NaN", "")),
        ("ma_xa", "99999", ("99999", "")),
        ("ma_xa", NORTH, ("Phường Tân Ninh", NORTH)),
        ("unknown", True, ("có", "")),
        ("unknown", None, ("", "")),
    ],
)
def test_each_kind_of_value_is_written_as_people_read_it(name: str, value: Any, shown: tuple[str, str]) -> None:
    writer = RowWriter("kb_giaingan", None)
    cell = writer._cell(name, value)
    assert (str(getattr(cell, "text", cell)), str(getattr(cell, "note", ""))) == shown
    assert writer.columns({name: value})[1].key == name


def test_every_asks_for_chunks_until_none_is_left(paid: int, office: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_rows, "CHUNK", 60)
    rows = SourceRows(indicators.lineage(paid), "numerator", office)
    assert len(list(rows.every(""))) == MANY
    assert rows.count(50) == 50
    assert isinstance(rows.page[0].row, DisclosedRow)
