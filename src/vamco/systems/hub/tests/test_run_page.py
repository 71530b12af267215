"""The page of a run shows the truth: numbers that add up, sentences instead of codes, lines as the reader counts them."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import translation

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.places import public as places
from vamco.lib.time import HCM
from vamco.systems.desk.tests import made
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import (
    MASK,
    Delivery,
    Finding,
    Layout,
    ReceiptKind,
    ReceiptView,
    RunState,
    RunView,
)
from vamco.systems.hub.models import Dataset, Receipt, Run
from vamco.systems.hub.pages import dataset_page, run_page, run_words
from vamco.systems.hub.rules import grading
from vamco.systems.hub.tests.building import AMOUNT, KEY, contract, field, rule

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person

HEAD = "nam,ma_xa,ngay_hieu_luc,du_toan_tw,du_toan_tinh"
BAD = "2026,99999,2026-01-01,-5,<b>nhiều</b>"
NOW = dt.datetime(2026, 11, 20, 9, 10, tzinfo=HCM)


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def seen(page: str) -> str:
    """What is read of a page: no markup, no addresses."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2].partition("</main>")[0]))


def arrived(folder: Path, *bad: str, good: int = 192, above: int = 0, name: str = "du-toan.csv") -> RunView:
    codes = [place.code for place in places.communes(made.TODAY)]
    rows = [f"{2026 - n // 96},{codes[n % 96]},2026-01-01,{n + 1}000,{n + 1}000" for n in range(good)]
    path = folder / name
    path.write_text("\n".join([*["Sở Tài chính"] * above, HEAD, *rows, *bad]) + "\n", encoding="utf-8")
    layout = Layout("csv", delimiter=",", header_row=above + 1)
    return hub.receive("stc_dutoan", Delivery("tai-chinh", name, "text/csv", path, clock.now(), "", layout))


def a_run(state: RunState, **more: Any) -> RunView:
    given: dict[str, Any] = {
        "rows": 0,
        "accepted": 0,
        "quarantined": 0,
        "snapshot": None,
        "reason": None,
        "findings": (),
    }
    given |= more
    return RunView(
        id=7, dataset="stc_dutoan", title="Dự toán", source="tai-chinh", name="a.csv", state=state, started_at=NOW,
        finished_at=NOW, contract_version="1.0.0", sha256="0" * 64, size=10, owner=made.FINANCE, **given,
    )  # fmt: skip


# ── what is said ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("run", "told"),
    [
        (
            a_run(RunState.PUBLISHED, rows=1200, accepted=1150, repeated=30, quarantined=20, revised=5, kept=2),
            [
                "The file has 1,200 rows: 1,150 taken, 30 repeated and 20 in quarantine.",
                "Of the rows taken, 5 corrected what the data said before.",
                "2 rows of an earlier delivery stay in force, marked, because their successors are in quarantine.",
            ],
        ),
        (
            a_run(RunState.HELD, rows=10, accepted=8, repeated=1, quarantined=1),
            [
                "The file has 10 rows: 8 that would be taken, 1 repeated and 1 wrong. Nothing of it is published yet.",
            ],
        ),
        (
            a_run(RunState.REFUSED, rows=10, quarantined=4, repeated=1),
            [
                "None of the 10 rows was taken: 4 are wrong, 1 repeat what the data say, and 5 were refused with them.",
            ],
        ),
        (a_run(RunState.REFUSED), ["No row could be read, so none was taken. The data did not change."]),
        (
            a_run(RunState.FAILED, rows=10),
            ["The run broke off before it was done. Nothing was taken, and the data did not change."],
        ),
        (
            a_run(RunState.UNCHANGED, rows=10, repeated=10),
            ["All 10 rows of the file stand in the data already, word for word. Nothing changed."],
        ),
        (a_run(RunState.UNCHANGED), ["The delivery says that there is nothing to report. The data did not change."]),
        (a_run(RunState.RUNNING), ["The file is being read and checked."]),
    ],
)
def test_what_became_of_the_rows_is_said_in_sentences_that_add_up(run: RunView, told: list[str]) -> None:
    with translation.override("en"):
        assert run_words.rows_of(run) == told


@pytest.mark.parametrize(
    ("run", "passed"),
    [
        (a_run(RunState.PUBLISHED, rows=5, accepted=5), True),
        (a_run(RunState.UNCHANGED, rows=5, repeated=5), True),
        (a_run(RunState.FAILED, rows=5), False),
        (a_run(RunState.RUNNING), False),
        (a_run(RunState.REFUSED), False),
        (a_run(RunState.REFUSED, rows=5), False),
        (a_run(RunState.UNCHANGED), False),
        (a_run(RunState.PUBLISHED, rows=5, accepted=4, quarantined=1), False),
    ],
)
def test_only_a_run_whose_rows_were_checked_says_that_they_passed(run: RunView, *, passed: bool) -> None:
    with translation.override("en"):
        assert (run_words.no_findings(run) == "All rows passed all checks.") is passed


@pytest.mark.parametrize(
    ("run", "counts"),
    [
        (a_run(RunState.PUBLISHED, rows=10, accepted=7, repeated=1, quarantined=2), [10, 7, 1, 2]),
        (a_run(RunState.REFUSED, rows=10, repeated=1, quarantined=4), [10, 4, 1, 5]),
        (a_run(RunState.HELD, rows=10, accepted=8, repeated=1, quarantined=1), [10, 8, 1, 1]),
        (a_run(RunState.FAILED, rows=10), [10]),
        (a_run(RunState.REFUSED), []),
    ],
)
@pytest.mark.django_db
def test_the_figures_beside_a_run_add_up_or_are_not_there(run: RunView, counts: list[int]) -> None:
    with translation.override("en"):
        found = [fact.text for fact in run_page.facts(run) if str(fact.text).isdecimal()]
    assert found == [str(count) for count in counts]


TERMS = contract(
    KEY,
    AMOUNT,
    field("ma_xa", businessName="Xã", quality=[rule("reference", list="communes")]),
    field("ngay", "date", businessName="Ngày", quality=[rule("not_in_future")]),
    quality=[rule("row_count", minimum=3, severity="warning"), rule("freshness", column="ngay", days=3)],
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_code_of_any_check_is_shown(language: str) -> None:
    codes = [check.code for check in (*grading.row_checks(TERMS), *grading.batch_checks(TERMS))]
    codes += ["repeat:ma", "unique:ma", "columns", "gone", "jump:so_tien", "brand_new_kind:so_tien", "brand_new_kind"]
    with translation.override(language):
        for code in codes:
            said = run_words.sentence(grading.explain(TERMS, code))
            assert not re.search(r"%\(|[a-z]+_[a-z]+|communes$|None", said), said
            assert said not in {code, code.partition(":")[0]}
            assert " " in said


def test_a_reason_that_was_kept_with_its_figures_says_them() -> None:
    with translation.override("en"):
        said = run_words.sentence(grading.explain(TERMS, "row_count", found=2, value="≥ 3"))
        assert said == "Number of rows 2, expected ≥ 3"
        assert run_words.sentence(grading.explain(TERMS, "row_count")) == (
            "The number of rows is not what the contract expects"
        )


def test_what_followed_from_a_check() -> None:
    published, refused = a_run(RunState.PUBLISHED, rows=3, accepted=1), a_run(RunState.REFUSED, rows=3)
    with translation.override("en"):
        assert run_words.followed(published, Finding("minimum:so_tien", 1, "error")).text == "Row set apart"
        assert run_words.followed(refused, Finding("minimum:so_tien", 1, "error")).text == (
            "Nothing of the file was taken"
        )
        assert run_words.followed(published, Finding("set:x", 1, "warning")).text == "Taken, with a remark"
        assert run_words.followed(published, Finding("repeat:ma", 1, "error")).text == (
            "Passed over: it is in the data already"
        )


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize("above", [0, 3])
def test_a_row_has_the_number_that_an_editor_shows_and_its_link_opens_it(
    operator: Person, tmp_path: Path, above: int
) -> None:
    run = arrived(tmp_path, BAD, above=above)
    number = above + 1 + 192 + 1
    reader = made.reader(operator, language="en")
    page = text(reader.get(f"/desk/runs/{run.id}"))
    assert f'<a href="/desk/runs/{run.id}/rows/193">{number}</a>' in page
    assert "The file has 193 rows: 192 taken, 0 repeated and 1 in quarantine." in page
    answer = reader.get(f"/desk/runs/{run.id}/rows/193")
    shown = seen(text(answer))
    assert f"Line {number}" in shown
    assert "This row was not taken." in shown
    assert (tmp_path / "du-toan.csv").read_text("utf-8").splitlines()[number - 1] == BAD
    assert "&lt;b&gt;nhiều&lt;/b&gt;" in answer.content.decode()
    assert "Nothing is noted against this row." in text(reader.get(f"/desk/runs/{run.id}/rows/1"))
    assert reader.get(f"/desk/runs/{run.id}/rows/9999").status_code == 404


@pytest.mark.django_db
def test_the_rows_of_a_workbook_have_the_numbers_of_the_spreadsheet(operator: Person, tmp_path: Path) -> None:
    import xlsxwriter

    codes = [place.code for place in places.communes(made.TODAY)]
    path = tmp_path / "du-toan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Dữ liệu")
        sheet.write(0, 0, "Dự toán thu")
        sheet.write_row(3, 0, HEAD.split(","))
        for n in range(192):
            sheet.write_row(4 + n, 0, [2026 - n // 96, codes[n % 96], "2026-01-01", n, n])
        sheet.write_row(4 + 192, 0, [2026, "99999", "2026-01-01", 1, 1])
    layout = Layout("xlsx", sheet="Dữ liệu", header_row=4)
    run = hub.receive("stc_dutoan", Delivery("tai-chinh", path.name, "", path, clock.now(), "", layout))
    assert run.quarantined == 1
    page = text(made.reader(operator, language="en").get(f"/desk/runs/{run.id}"))
    assert f'<a href="/desk/runs/{run.id}/rows/193">197</a>' in page
    assert "Dữ liệu" in seen(page)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_code_stands_on_the_page_of_a_run(operator: Person, tmp_path: Path, language: str) -> None:
    run = arrived(tmp_path, BAD, "2026,99999,2026-01-01,1,1", good=150)
    page = seen(text(made.reader(operator, language=language).get(f"/desk/runs/{run.id}")))
    for code in ("reference", "minimum", "type:", "row_count", "tai-chinh", "communes", "du_toan"):
        assert code not in page, code


@pytest.mark.django_db
def test_a_failed_run_does_not_say_that_its_rows_passed(operator: Person, tmp_path: Path) -> None:
    run = arrived(tmp_path)
    Run.objects.filter(pk=run.id).update(
        state="failed",
        accepted=0,
        reason={
            "code": "hub.internal",
            "message": "The platform stopped in the middle; nothing was changed",
            "data": {},
        },
    )
    page = seen(text(made.reader(operator, language="en").get(f"/desk/runs/{run.id}")))
    assert "All rows passed" not in page
    assert "The run broke off. The platform stopped in the middle; nothing was changed" in page
    assert "it is not known whether the rows pass the checks" in page


# ── bad rows as a file ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_bad_rows_can_be_had_as_a_file_with_line_reasons_and_cells(operator: Person, tmp_path: Path) -> None:
    import openpyxl

    run = arrived(tmp_path, BAD, "2026,88888,2026-01-01,=1+1,7")
    reader = made.reader(operator, language="vi")
    answer = reader.get(f"/desk/runs/{run.id}/quarantine.csv")
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").split("\r\n")
    head = next(n for n, line in enumerate(lines) if line.startswith('"Dòng trong tệp"'))
    assert lines[head].startswith('"Dòng trong tệp";"Lý do không nhận";"Năm";"Xã, phường"')
    assert lines[head + 1].startswith('"194";')
    assert '"<b>nhiều</b>"' in lines[head + 1]
    assert '"Xã, phường: không có trong danh mục “Xã, phường”; Dự toán Trung ương giao: ' in lines[head + 1]
    assert '"=1+1"' not in lines[head + 2], "no formula is handed on"
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(reader.get(f"/desk/runs/{run.id}/quarantine.xlsx").streaming_content))  # type: ignore[attr-defined]
    )
    rows = [row for row in book.active.iter_rows(values_only=True) if row[0] in {194, 195}]
    assert [row[3] for row in rows] == ["99999", "88888"]
    taken = Entry.objects.filter(act="web.export_table", subject=f"table:hub.run.{run.id}.quarantine")
    assert [entry.actor for entry in taken] == [str(operator.pk)] * 2
    assert reader.get(f"/desk/runs/{run.id}/quarantine.exe").status_code == 404


@pytest.mark.django_db
def test_who_may_not_see_a_run_has_no_file_of_its_rows(finance: Person, tmp_path: Path) -> None:
    run = arrived(tmp_path, BAD)
    other = made.reader(made.person("data_owner", made.FARMING, "Người Khác"))
    for address in (
        f"/desk/runs/{run.id}/quarantine.csv",
        f"/desk/runs/{run.id}/rows/193",
        "/desk/datasets/stc_dutoan",
    ):
        assert made.reader(finance).get(address).status_code == 403
        assert other.get(address).status_code == 404
    assert not Entry.objects.filter(act="web.export_table").exists()


ACCIDENTS = "nam,ma_vu,ngay,ma_xa,so_nguoi_chet,so_nguoi_bi_thuong"


def accidents(folder: Path) -> RunView:
    code = next(place.code for place in places.communes(made.TODAY))
    rows = [f"2026,TN202611-{n:02},2026-11-01,{code},0,1" for n in range(9)]
    path = folder / "tai-nan.csv"
    path.write_text("\n".join([ACCIDENTS, *rows, f"2026,TN202611-99,2026-11-01,{code},-1,1"]) + "\n", encoding="utf-8")
    return hub.receive("csgt_tngt", Delivery("cong-an", path.name, "text/csv", path, clock.now(), "", Layout("csv")))


@pytest.mark.django_db
def test_personal_data_in_the_file_of_bad_rows_are_masked_unless_a_purpose_is_stated(tmp_path: Path) -> None:
    run = accidents(tmp_path)
    assert run.quarantined == 1
    owner = made.reader(made.person("data_owner", "H53.TW.03", "Trần Công An"), language="en")
    address = f"/desk/runs/{run.id}/quarantine.csv"
    masked = b"".join(owner.get(address).streaming_content).decode()  # type: ignore[attr-defined]
    assert MASK in masked
    assert "TN202611-99" not in masked
    assert not Entry.objects.filter(act="hub.see_personal").exists()
    opened = b"".join(owner.post(address, {"purpose": "Đối chiếu hồ sơ"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "TN202611-99" in opened
    entry = Entry.objects.get(act="hub.see_personal")
    assert (entry.purpose, entry.subject) == ("Đối chiếu hồ sơ", f"run:{run.id}")
    row = 10
    page = text(owner.get(f"/desk/runs/{run.id}/rows/{row}"))
    assert "TN202611-99" not in page
    assert "Personal data are masked." in page
    assert "TN202611-99" in text(owner.post(f"/desk/runs/{run.id}/rows/{row}", {"purpose": "Đối chiếu"}))


# ── held runs ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def held(tmp_path: Path) -> RunView:
    run = arrived(tmp_path)
    reason = {"code": "empties:du_toan_tw", "message": "%(column)s: used to be filled", "data": {"column": "Dự toán"}}
    Run.objects.filter(pk=run.id).update(state="held", reason=reason, in_force=False, snapshot=None)
    return hub.run(run.id)


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was decided, instead of doing it."""
    found: list[tuple[Any, ...]] = []
    for name in ("release", "reject"):
        act = lambda run, *, by, note, name=name: found.append((name, run, by.pk, note))  # noqa: E731
        monkeypatch.setattr(hub, name, act, raising=False)
    return found


@pytest.mark.django_db
def test_a_held_run_says_what_to_decide_and_takes_the_decision(
    operator: Person, held: RunView, decided: list[tuple[Any, ...]]
) -> None:
    reader = made.reader(operator, language="en")
    page = text(reader.get(f"/desk/runs/{held.id}"))
    assert "Nothing is published until somebody decides." in page
    assert "Dự toán: used to be filled" in page
    assert f'formaction="/desk/runs/{held.id}/release"' in page
    assert "1 delivery is held" in text(reader.get("/desk/runs/"))
    wrong = reader.post(f"/desk/runs/{held.id}/release", {"note": " "})
    assert (wrong.status_code, decided) == (422, [])
    assert "Please give a reason." in text(wrong)
    answer = reader.post(f"/desk/runs/{held.id}/release", {"note": "Đã hỏi Sở"}, follow=True)
    assert "The delivery is released." in text(answer)
    answer = reader.post(f"/desk/runs/{held.id}/reject", {"note": "Thiếu cột"}, follow=True)
    assert "The delivery is rejected." in text(answer)
    assert decided == [
        ("release", held.id, operator.pk, "Đã hỏi Sở"),
        ("reject", held.id, operator.pk, "Thiếu cột"),
    ]


@pytest.mark.django_db
def test_who_may_not_decide_sees_why_it_waits_and_no_button(
    auditor: Person, held: RunView, decided: list[tuple[Any, ...]]
) -> None:
    reader = made.reader(auditor, language="en")
    page = text(reader.get(f"/desk/runs/{held.id}"))
    assert "your role does not" in page
    assert "formaction" not in page
    assert reader.post(f"/desk/runs/{held.id}/release", {"note": "x"}).status_code == 403
    other = made.reader(made.person("data_owner", made.FARMING, "Người Khác"))
    assert other.post(f"/desk/runs/{held.id}/release", {"note": "x"}).status_code == 404
    client = Client(enforce_csrf_checks=True)
    client.cookies = made.reader(made.person("operator", made.IOC, "Trực Ban")).cookies
    assert client.post(f"/desk/runs/{held.id}/release", {"note": "x"}).status_code == 400
    assert decided == []


# ── receipts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_each_look_at_a_source_stands_on_the_page_of_its_dataset(operator: Person) -> None:
    row = Dataset.objects.get(code="stc_khv")
    reader = made.reader(operator, language="en")
    assert "Nothing has been received yet" in text(reader.get("/desk/datasets/stc_khv"))
    for hour, kind in ((8, ReceiptKind.DELIVERED), (9, ReceiptKind.UNCHANGED), (10, ReceiptKind.NOTHING), (11, ReceiptKind.EMPTY)):  # fmt: skip
        at = NOW.replace(hour=hour)
        Receipt.objects.create(dataset=row, source="tai-chinh", name="ke-hoach-von.xlsx", at=at, kind=kind)
    page = seen(text(reader.get("/desk/datasets/stc_khv")))
    places_ = [page.index(word) for word in ("Came empty", "Nothing to report", "Received, unchanged", "Delivered")]
    assert places_ == sorted(places_), "the newest first"
    assert "09:10" in page
    assert reader.get("/desk/datasets/nowhere").status_code == 404


def status(**more: Any) -> Any:
    from vamco.systems.hub.contracts import DatasetStatus

    given: dict[str, Any] = {
        "due_at": NOW, "late_by": None, "last_published_at": None, "rows": 0, "quarantined": 0, "quality": None,
        "snapshot": None, "run": None,
    }  # fmt: skip
    return DatasetStatus(dataset="x", title="X", title_en="X", owner="A", owner_name="A", **(given | more))


def test_not_delivered_nothing_new_and_nothing_to_report_are_three_things() -> None:
    def look(kind: ReceiptKind) -> ReceiptView:
        return ReceiptView(NOW, kind, "so", "a.csv", None, None)

    with translation.override("en"):
        assert run_page.received(status()).text == "Not delivered"
        since = NOW - dt.timedelta(days=9)
        same = run_page.received(status(last_receipt=look(ReceiptKind.UNCHANGED), nothing_new_since=since))
        assert (same.moment, same.note) == (NOW, "unchanged since 09:10, 11 Nov 2026")
        none = run_page.received(status(last_receipt=look(ReceiptKind.NOTHING)))
        assert (none.moment, none.note) == (NOW, "Nothing to report")
        came = run_page.received(status(last_receipt=look(ReceiptKind.DELIVERED)))
        assert (came.moment, came.note) == (NOW, "")
        grace = run_page.freshness(status(grace_until=NOW))
        assert (grace.tone, grace.text) == ("watch", "Due, in its grace")


def test_who_is_silent_is_counted() -> None:
    with translation.override("en"):
        assert dataset_page.silence(status(expected=96)) == "All 96 have reported."
        assert dataset_page.silence(status(expected=96, silent=("A", "B"))) == (
            "2 of 96 have not reported for the period that is due."
        )
        assert run_page.reported(status(expected=96, silent=("A", "B"))) == "94 of 96"
        assert run_page.reported(status()) == "–"
