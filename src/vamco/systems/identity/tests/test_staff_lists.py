"""Officials from a spreadsheet: each wrong cell is named as the spreadsheet names it, nothing is done in part, nothing twice."""

from __future__ import annotations

import datetime as dt
import io
import time
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given as drawn
from hypothesis import strategies as st

from vamco.engines.sheets import Line, SheetCell
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Refused
from vamco.systems.desk.tests import made
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account, Link, StaffImport
from vamco.systems.identity.rules import importing as rules
from vamco.systems.identity.services import staff_import
from vamco.systems.identity.tests.test_staff import official

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from vamco.kernel.world.people.models import Person

HEADS = ["Họ tên", "Tên đăng nhập", "Mã đơn vị", "Vai trò", "Chức vụ", "Chức danh", "E-mail", "Từ ngày"]
RIGHT = [
    "Nguyễn Văn An",
    "an.nguyen",
    "H53.04",
    "department_official",
    "Chuyên viên",
    "Chuyên viên",
    "an@example.vn",
    "01/12/2026",
]
DAY = dt.date(2026, 12, 1)
FINANCE = made.FINANCE
WHY = "QĐ 12/QĐ-SNV"


# ── what a list says, without a database ──


def known(**more: Any) -> rules.Known:
    what: dict[str, Any] = {
        "agencies": {"H53.04": ("H53/H53.04/", dt.date(2025, 7, 1), None), "H53.09": ("H53/H53.09/", dt.date(2025, 7, 1), dt.date(2026, 6, 30))},
        "roles": {"department_official": ("subtree", ("Công chức sở, ngành", "Department official")), "leader": ("all", ("Lãnh đạo", "Leader"))},
        "positions": {"specialist": ("Chuyên viên", "Specialist")},
        "holders": {},
        "people": frozenset(),
        "first": dt.date(2000, 1, 1),
        "last": dt.date(2027, 11, 20),
        "may_give": lambda role, _path: role != "leader",
    }  # fmt: skip
    return rules.Known(**{**what, **more})


def cells(values: list[Any]) -> tuple[SheetCell | None, ...]:
    found: list[SheetCell | None] = []
    for value in values:
        if value is None or value == "":
            found.append(None)
        elif isinstance(value, SheetCell):
            found.append(value)
        else:
            found.append(SheetCell(str(value)))
    return tuple(found)


def lines(*rows: list[Any], heads: list[str] = HEADS, first: int = 1) -> list[Line]:
    return [Line(first, cells(list(heads))), *(Line(first + place, cells(row)) for place, row in enumerate(rows, 1))]


def but(**changes: Any) -> list[Any]:
    keys = list(rules.COLUMNS)
    return [changes.get(key, RIGHT[place]) for place, key in enumerate(keys)]


def faults(*rows: list[Any], of: rules.Known | None = None) -> list[tuple[str, str]]:
    return [
        (fault.cell, fault.text(lambda text: text))
        for one in rules.read(lines(*rows), of or known())
        for fault in one.faults
    ]


def test_a_right_row_is_an_invitation() -> None:
    (one,) = rules.read(lines(RIGHT), known())
    assert (one.number, one.faults, one.there) == (2, (), False)
    assert one.invitation is not None
    assert (one.invitation.name, one.invitation.username, one.invitation.email) == (
        "Nguyễn Văn An",
        "an.nguyen",
        "an@example.vn",
    )
    assert one.invitation.post == rules.staff.Given("H53.04", "department_official", DAY, "specialist", "Chuyên viên")


@pytest.mark.parametrize(
    ("changes", "cell", "said"),
    [
        ({"name": ""}, "A2", "the name is missing"),
        ({"name": "12345"}, "A2", "is no name of a person: 12345"),
        ({"name": SheetCell("#REF!", "error")}, "A2", "holds an error of a formula: #REF!"),
        ({"name": "Ă" * 151}, "A2", "is longer than 150 characters"),
        ({"username": "Nguyễn An"}, "B2", "is no account name, which has small letters a-z, digits, dots, hyphens: Nguyễn An"),
        ({"agency": "H53.o4"}, "C2", "is not known, or not for you: H53.o4; did you mean H53.04?"),
        ({"agency": ""}, "C2", "the agency is missing"),
        ({"role": "xyz"}, "D2", "is not known, or not for you: xyz"),
        ({"role": "leader"}, "D2", "reaches further than you administer"),
        ({"position": "Chuyen vien cao"}, "E2", "is not known, or not for you: Chuyen vien cao; did you mean Chuyên viên?"),
        ({"email": "an tại example"}, "G2", "is no e-mail address"),
        ({"since": "31/02/2026"}, "H2", "is no day that exists, as day/month/year: 31/02/2026"),
        ({"since": SheetCell("46023", "number")}, "H2", "is a number, not a day: 46023"),
        ({"since": ""}, "H2", "the first day is missing"),
        ({"since": "01/12/2062"}, "H2", "lies too far in the past or the future: 01/12/2062"),
        ({"agency": "H53.09"}, "H2", "the agency does not exist on that day"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(changes: dict[str, Any], cell: str, said: str) -> None:
    assert faults(but(**changes)) == [(cell, said)]


def test_what_nobody_sees_changes_nothing() -> None:
    name = unicodedata.normalize("NFD", "Nguyễn Văn An")
    row = but(
        name=f"\u00a0{name[:8]}\u200b{name[8:]}  ",
        agency=" h53.04\u00a0",
        username="an.nguyen\u200b",
        role="công chức sở,  ngành",
    )
    (one,) = rules.read(lines(row), known())
    assert one.faults == ()
    assert one.invitation is not None
    assert (one.invitation.name, one.invitation.username, one.invitation.post.agency) == (
        "Nguyễn Văn An",
        "an.nguyen",
        "H53.04",
    )


def test_rows_of_one_list_are_held_against_each_other() -> None:
    assert faults(RIGHT, but(name="Lê Thị Bình")) == [("B3", "the same account name stands in B2")]
    twins = faults(but(username=""), but(username=""))
    assert [cell for cell, _said in twins] == ["A3"]
    assert faults(but(username="an1"), but(username="an2")) == []  # two people of one name, told apart on purpose
    both = rules.read(lines(but(username=""), but(username="", name="Nguyễn Văn Ân")), known())
    assert [one.texts["username"] for one in both] == ["nguyenvanan", "nguyenvanan2"]


def test_who_is_there_is_not_invited_again_and_a_taken_name_is_said() -> None:
    post = (rules.spelling("Nguyễn Văn An"), "H53.04", "department_official")
    there = known(holders={"an.nguyen": frozenset({post})}, people=frozenset({post}))
    for row in (RIGHT, but(username="")):
        (one,) = rules.read(lines(row), there)
        assert (one.there, one.faults) == (True, ())
    assert faults(but(name="Lê Thị Bình"), of=there) == [("B2", "this account name is taken by somebody else")]


def test_dates_that_a_spreadsheet_may_have_turned_round_are_named() -> None:
    turned = SheetCell("2026-03-04", "date")
    assert faults(but(since=turned), but(username="binh", since="13/04/2026")) == [
        ("H2", "may have day and month the wrong way round: 04/03/2026 or 03/04/2026?")
    ]
    assert faults(but(since=turned), but(username="binh", since="04/04/2026")) == []
    assert faults(but(since=turned), but(username="binh", since=SheetCell("2026-03-14", "date"))) == []


def test_heads_may_stand_lower_and_in_another_order() -> None:
    order = [7, 3, 2, 0]
    found = rules.read(
        [Line(1, cells(["DANH SÁCH CÁN BỘ"])), *lines([RIGHT[place] for place in order], heads=[HEADS[place] for place in order], first=4)],
        known(),
    )  # fmt: skip
    assert [(one.number, one.faults, one.texts["username"]) for one in found] == [(5, (), "nguyenvanan")]
    with pytest.raises(Refused, match="Vai trò"):
        rules.read(lines(RIGHT, heads=[head for head in HEADS if head != "Vai trò"]), known())
    with pytest.raises(Refused, match="no row"):
        rules.read(lines(), known())


@drawn(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(RIGHT)), max_size=10), max_size=6))
def test_any_cells_are_read_and_a_row_is_either_wrong_or_an_invitation(rows: list[list[Any]]) -> None:
    try:
        found = rules.read(lines(*rows), known())
    except Refused:
        return
    for one in found:
        assert (one.invitation is None) == bool(one.faults)
    right = [one.invitation.username for one in found if one.invitation and not one.there]
    assert "" not in right
    assert len(set(right)) == len(right)


# ── brought, looked at, taken in ──


@pytest.fixture
def province(settings: Any) -> Person:
    settings.VAMCO_TODAY = made.TODAY
    return official("administrator", made.IOC, "Lý Minh Khôi")


def book(*rows: list[Any]) -> SimpleUploadedFile:
    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(out)
    sheet, day = workbook.add_worksheet(), workbook.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, HEADS)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, place, value, day)
            else:
                sheet.write(number, place, value)
    workbook.close()
    return SimpleUploadedFile("cán bộ.xlsx", out.getvalue())


def bring(client: Client, file: SimpleUploadedFile) -> str:
    answer = client.post("/staff/import", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def rows_of(count: int) -> list[list[Any]]:
    return [
        but(
            name=f"Trần Thị {'ABCDEGHIKL'[n % 10]}{'abcdeghikl'[n // 10 % 10]}{'abcdeghikl'[n // 100]}",
            username="",
            email="",
            since=DAY,
        )
        for n in range(count)
    ]


@pytest.mark.django_db
def test_a_list_is_taken_in_whole_and_its_links_open_accounts(province: Person) -> None:
    client = made.sure_reader(province)
    path = bring(client, book(*rows_of(3)))
    assert Account.objects.count() == 1  # only the administrator's: nothing was done by looking
    page = client.get(path).content.decode()
    assert "3 dòng: 3 sẽ được mời, 0 đã có, 0 sai." in page
    done = client.post(path, {"reason": WHY})
    text = done.content.decode()
    assert done.status_code == 200
    assert done.headers["Cache-Control"] == "no-store"
    words = [part.split('"')[0].split("<")[0] for part in text.split("/start/")[1:]]
    assert len(words) == 3
    assert {identity.offer(word).username for word in words} == {"tranthiaaa", "tranthibaa", "tranthicaa"}
    row = StaffImport.objects.get()
    assert (row.lines, len(row.made), row.done_at is not None) == ([], 3, True)
    assert all(post.valid_from == DAY for posts in people.posts(row.made).values() for post in posts)
    entry = Entry.objects.get(act="identity.import_staff")
    assert (entry.purpose, entry.detail["made"]) == (WHY, 3)
    assert "Trần" not in str(entry.detail)
    assert client.post(path, {"reason": WHY}).status_code == 409
    assert Account.objects.count() == 4


@pytest.mark.django_db
def test_the_same_file_brings_nobody_twice(province: Person) -> None:
    client = made.sure_reader(province)
    rows = rows_of(3)
    client.post(bring(client, book(*rows)), {"reason": WHY})
    path = bring(client, book(*rows))
    page = client.get(path).content.decode()
    assert "3 dòng: 0 sẽ được mời, 3 đã có, 0 sai." in page
    assert client.post(path, {"reason": WHY}).status_code == 409
    more = bring(client, book(*rows, but(username="moi", name="Người Mới")))
    client.post(more, {"reason": WHY})
    assert Account.objects.count() == 1 + 3 + 1


@pytest.mark.django_db
def test_wrong_rows_stop_all_until_they_are_left_out_on_purpose(province: Person) -> None:
    client = made.sure_reader(province)
    path = bring(client, book(*rows_of(2), but(username="x1", agency="H53.99"), but(username="x2", since="31/02/2026")))
    page = client.get(path).content.decode()
    for cell in ("C4", "H5"):
        assert f">{cell}<" in page
    assert client.post(path, {"reason": WHY}).status_code == 409
    assert Account.objects.count() == 1
    done = client.post(path, {"reason": WHY, "leave_out": "on"})
    assert "4, 5" in done.content.decode()
    assert Account.objects.count() == 3
    assert StaffImport.objects.get().left_out == [4, 5]


@pytest.mark.django_db
def test_what_has_changed_since_the_look_is_seen_when_it_is_taken_in(province: Person) -> None:
    client = made.sure_reader(province)
    path = bring(client, book(but(since=DAY), *rows_of(1)))
    identity.open_account("an.nguyen", None, people.add("Ai Khác"))
    assert client.post(path, {"reason": WHY}).status_code == 409
    assert not people.Person.objects.filter(name__startswith="Trần Thị").exists()


@pytest.mark.django_db
def test_a_list_is_its_bringer_s_alone_and_reaches_as_far_as_they(province: Person) -> None:
    local = official("agency_administrator", FINANCE, "Trương Thị Diễm")
    client, other = made.sure_reader(local), made.sure_reader(province)
    path = bring(client, book(but(agency="H53.01"), but(username="b", role="leader")))
    page = client.get(path).content.decode()
    assert ">C2<" in page
    assert ">D3<" in page
    for answer in (other.get(path), other.post(path, {"reason": WHY}), other.get(f"{path}/links")):
        assert answer.status_code == 404
    assert made.sure_reader(official("department_head", FINANCE, "Không Quyền")).get("/staff/import").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0" + b"x" * 50, b"PK\x03\x04" + b"x" * 80, "họ tên;đơn vị\n".encode("utf-16")[2:], b'a;b\n"x', b"\x00" * 60],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(province: Person, content: bytes) -> None:
    answer = made.sure_reader(province).post("/staff/import", {"file": SimpleUploadedFile("a.xlsx", content)})
    assert answer.status_code in {409, 422}
    assert not StaffImport.objects.exists()


@pytest.mark.django_db
def test_a_csv_as_vietnamese_settings_save_it(province: Person) -> None:
    text = "\r\n".join([";".join(HEADS), ";".join(RIGHT), ""]).encode("utf-8-sig")
    client = made.sure_reader(province)
    path = bring(client, SimpleUploadedFile("a.csv", text))
    assert "1 dòng: 1 sẽ được mời" in client.get(path).content.decode()


@pytest.mark.django_db
def test_links_can_be_given_again_to_who_has_not_opened(province: Person) -> None:
    client = made.sure_reader(province)
    path = bring(client, book(*rows_of(3)))
    text = client.post(path, {"reason": WHY}).content.decode()
    first = text.split("/start/")[1].split('"')[0].split("<")[0]
    account = Account.objects.get(username=identity.offer(first).username)
    account.set_password("đã-mở-rồi-2026")
    account.save()
    again = client.post(f"{path}/links", {"reason": "hết hạn"}).content.decode()
    assert again.count("<code") + again.count("/start/") >= 2
    assert account.username not in again
    assert Link.objects.filter(account__person__in=StaffImport.objects.get().made, ended_at=None).count() == 3


@pytest.mark.django_db
def test_names_of_a_list_that_nobody_took_in_go_after_a_day(province: Person) -> None:
    client = made.sure_reader(province)
    path = bring(client, book(*rows_of(1)))
    assert staff_import.forget_old() == 0
    StaffImport.objects.update(created_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert staff_import.forget_old() == 1
    assert "Danh sách này không còn" in client.get(path).content.decode()
    assert client.post(path, {"reason": WHY}).status_code == 409


@pytest.mark.django_db
def test_the_template_reads_as_a_list(province: Person) -> None:
    answer: HttpResponse = made.sure_reader(province).get("/staff/import/template.xlsx")  # type: ignore[assignment]
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="no row"):  # its heads are known
        staff_import.bring(_kept(content), by=province)


def _kept(content: bytes) -> Any:
    import tempfile
    from pathlib import Path

    path = Path(tempfile.mkdtemp()) / "a.xlsx"
    path.write_bytes(content)
    return path


@pytest.mark.django_db
def test_three_hundred_cost_few_statements_each_and_seconds_together(province: Person) -> None:
    """The figure is 10 s on a quiet machine: what a busy one cannot change is how much is asked of the database."""
    client = made.sure_reader(province)
    began = time.monotonic()
    path = bring(client, book(*rows_of(300)))
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        done = client.post(path, {"reason": WHY})
    took = time.monotonic() - began
    assert done.content.decode().count("/start/") == 300
    assert len(asked) < 300 * 18
    print(f"300 officials: {took:.1f} s, {len(asked)} statements")
    assert took < 60, took
