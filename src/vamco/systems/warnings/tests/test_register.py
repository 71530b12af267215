"""The register of directives: what stands in it, for whom, how it is narrowed, and what is taken away as a file."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.systems.indicators.models import Value
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.contracts import RegisterFilter
from vamco.systems.warnings.models import Alarm, Directive
from vamco.systems.warnings.services import judging

if TYPE_CHECKING:
    from django.test import Client

    from vamco.kernel.world.people.models import Person

REGISTER = "/desk/directives/"
VIEWS = {"open": "", "overdue": "overdue/", "done": "done/", "withdrawn": "withdrawn/", "all": "all/"}


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


def listed(reader: Client, address: str = REGISTER) -> list[int]:
    """The directives of a page, in their order, by number."""
    page = reader.get(address).content.decode()
    return [int(pk) for pk in re.findall(r'role="rowheader"[^>]*><span><a href="/desk/cases/(\d+)">', page)]


def counts(reader: Client, address: str = REGISTER) -> list[str]:
    return re.findall(r'<span class="count">([^<]+)</span>', reader.get(address).content.decode())


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def late(case: cases.Case, days: int) -> cases.Case:
    """Let a directive be overdue by so many days."""
    due = clock.now() - dt.timedelta(days=days)
    cases.Case.objects.filter(pk=case.pk).update(due_at=due, opened_at=due - dt.timedelta(days=10))
    return case


def close(case: cases.Case, finance: Person, verifier: Person, indicator: str = "HCC08") -> cases.Case:
    """Report and close, once newer values have ended the alarm."""
    services.act(case.pk, "accept", by=finance, seen=1, note="")
    services.act(case.pk, "report", by=finance, seen=2, note="Đã giải quyết 80 hồ sơ.", uploads=[made.upload()])
    made.values(indicator, *[80] * 9, 0, agency=case.agency.code)
    judging.judge(indicator)
    services.act(case.pk, "close", by=verifier, seen=3, note="Xác nhận đạt yêu cầu.")
    return case


@pytest.fixture
def four(office: Person, finance: Person, verifier: Person) -> dict[str, cases.Case]:
    """A directive of each state: open and overdue ones of Farming and Roads, a closed and a withdrawn one of Finance."""
    done = close(made.directive(made.alarm(), office, text="Giải quyết hồ sơ quá hạn."), finance, verifier)
    withdrawn = made.directive(made.late(), office, text="Gửi dữ liệu giải ngân.")
    services.act(withdrawn.pk, "withdraw", by=office, seen=1, note="Ban hành nhầm.")
    waiting = made.directive(made.alarm(agency=made.FARMING), office, agency=made.FARMING, text="Rà soát hồ sơ.")
    over = made.directive(made.alarm("DTC01", 40, made.ROADS), office, agency=made.ROADS, text="Đẩy nhanh giải ngân.")
    return {"done": done, "withdrawn": withdrawn, "open": waiting, "overdue": late(over, 9)}


def test_each_state_has_a_page_and_a_number_that_leads_there(office: Person, four: dict[str, cases.Case]) -> None:
    reader = made.reader(office)
    pk = {name: case.pk for name, case in four.items()}
    assert listed(reader) == [pk["overdue"], pk["open"]]  # what is due first stands on top
    assert listed(reader, f"{REGISTER}overdue/") == [pk["overdue"]]
    assert listed(reader, f"{REGISTER}done/") == [pk["done"]]
    assert listed(reader, f"{REGISTER}withdrawn/") == [pk["withdrawn"]]
    assert listed(reader, f"{REGISTER}all/") == sorted(pk.values(), reverse=True)
    for part in VIEWS.values():
        assert counts(reader, REGISTER + part) == ["2", "1", "1", "1", "4"]
        assert f'<a href="{REGISTER}{part}" aria-current="page">' in text(reader.get(REGISTER + part))


def test_a_row_says_all_that_a_register_must(office: Person, four: dict[str, cases.Case]) -> None:
    reader = made.reader(office, language="en")
    page = text(reader.get(f"{REGISTER}all/"))
    for said in (
        f"NV-{four['overdue'].pk}",
        "Đẩy nhanh giải ngân.",
        "35.8 points behind the path",
        "Overdue by 9 days",
        "80 above the limit",
        "Department of Finance",
        "Trần Quốc Bảo",
        "7 days left",
        "Xác nhận đạt yêu cầu.",
        "Ban hành nhầm.",
        "In time",
        "Withdrawn",
        "Data late",
    ):
        assert said in page, said


def test_the_gap_is_that_of_the_day_of_issue(office: Person) -> None:
    case = made.directive(made.alarm(), office)
    row = Directive.objects.get(case=case)
    assert (row.gap, row.value, row.period) == (Decimal(-80), Decimal(80), "2026-11-20")
    made.values("HCC08", *[80] * 9, 95, agency=made.FINANCE)
    judging.judge("HCC08")
    assert Alarm.objects.get(pk=row.alarm_id).gap == Decimal(-95)
    page = text(made.reader(office, language="en").get(REGISTER))
    assert "80 above the limit" in page
    assert "95 above the target" not in page
    assert Value.objects.exists()


def test_filters_narrow_rows_and_numbers_alike(office: Person, four: dict[str, cases.Case]) -> None:
    reader = made.reader(office)
    pk = {name: case.pk for name, case in four.items()}
    asked = {
        f"?agency={made.FARMING}": ([pk["open"]], ["1", "0", "0", "0", "1"]),
        f"?agency={made.FINANCE}": ([], ["0", "0", "1", "1", "2"]),
        f"?issuer={made.FINANCE}": ([], ["0", "0", "0", "0", "0"]),
        f"?issuer={made.OFFICE}": ([pk["overdue"], pk["open"]], ["2", "1", "1", "1", "4"]),
        "?about=DTC01": ([pk["overdue"]], ["1", "1", "0", "0", "1"]),
        "?about=kb_giaingan": ([], ["0", "0", "0", "1", "1"]),
        "?days=over7": ([pk["overdue"]], ["1", "1", "0", "0", "1"]),
        "?days=over30": ([], ["0", "0", "0", "0", "0"]),
        "?days=within7": ([pk["open"]], ["1", "0", "0", "0", "1"]),
        "?days=within3": ([], ["0", "0", "0", "0", "0"]),
        "?since=2026-11-20": ([pk["open"]], ["1", "0", "1", "1", "3"]),
        "?until=2026-11-19": ([pk["overdue"]], ["1", "1", "0", "0", "1"]),
        "?agency=H53.NONE&days=x&since=x": ([pk["overdue"], pk["open"]], ["2", "1", "1", "1", "4"]),
    }
    for query, (rows, numbers) in asked.items():
        assert listed(reader, REGISTER + query) == rows, query
        assert counts(reader, REGISTER + query) == numbers, query
    page = text(reader.get(f"{REGISTER}?about=DTC01"))
    assert f'href="{REGISTER}done/?about=DTC01"' in page  # a number leads to what it counts


@pytest.mark.parametrize(
    ("days", "shown"), [(1, {"over1"}), (7, {"over1", "over7"}), (30, {"over1", "over7", "over30"})]
)
def test_days_over_are_counted_as_on_the_badge(office: Person, days: int, shown: set[str]) -> None:
    case = late(made.directive(made.alarm(), office), days)
    reader = made.reader(office, language="en")
    for choice in ("over1", "over7", "over30"):
        assert (case.pk in listed(reader, f"{REGISTER}?days={choice}")) is (choice in shown)
    assert f"Overdue by {days} day" in text(reader.get(REGISTER))


# ── who sees what ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_list_and_object_agree_for_everybody(office: Person, auditor: Person, four: dict[str, cases.Case]) -> None:
    readers = {
        "leader": made.person("leader", made.OFFICE, "Lãnh đạo"),
        "office": office,
        "auditor": auditor,
        "finance": made.person("department_official", made.FINANCE, "A"),
        "farming": made.person("department_head", made.FARMING, "B"),
        "commune": made.person("commune_official", made.COMMUNE, "C"),
    }
    everything = {case.pk for case in four.values()}
    of_finance = {four["done"].pk, four["withdrawn"].pk}
    expected = {"leader": everything, "office": everything, "auditor": everything, "finance": of_finance}
    expected |= {"farming": {four["open"].pk}, "commune": set()}
    for name, person in readers.items():
        reader = made.reader(person)
        assert set(listed(reader, f"{REGISTER}all/")) == expected[name], name
        assert counts(reader)[-1] == str(len(expected[name]))
        for pk in everything:
            assert reader.get(f"/desk/cases/{pk}").status_code == (200 if pk in expected[name] else 404), (name, pk)


def test_an_agency_sees_those_below_it(office: Person, four: dict[str, cases.Case]) -> None:
    below = agencies.get(made.FARMING)
    above = people.add("Lãnh đạo cấp trên")
    parent = below.parent
    assert parent is not None
    people.appoint(above, parent, "department_head", since=made.SINCE)
    assert four["open"].pk in listed(made.reader(above), f"{REGISTER}all/")


def test_somebody_elses_directive_by_a_forged_number_is_as_one_that_is_not_there(
    farming: Person, four: dict[str, cases.Case]
) -> None:
    reader = made.reader(farming)
    forged, absent = reader.get(f"/desk/cases/{four['done'].pk}"), reader.get("/desk/cases/999999999")
    assert forged.status_code == absent.status_code == 404
    said = [re.search(r"(?s)<main.*</main>", text(answer)) for answer in (forged, absent)]
    assert all(said)
    first, second = (found[0] for found in said if found)
    assert re.sub(r"\d+", "N", first) == re.sub(r"\d+", "N", second)
    query = f"?agency={made.FINANCE}"
    assert listed(reader, f"{REGISTER}all/{query}") == []
    assert counts(reader, REGISTER + query) == ["0"] * 5


def test_an_operator_has_no_register(operator: Person) -> None:
    for part in VIEWS.values():
        assert made.reader(operator).get(REGISTER + part).status_code == 403


# ── files, and what it costs ─────────────────────────────────────────────────────────────────────────────────────────


def test_files_hold_every_column_and_days_as_numbers(office: Person, four: dict[str, cases.Case]) -> None:
    reader = made.reader(office, language="en")
    lines = b"".join(reader.get(f"{REGISTER}all/?export=csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    table = list(csv.reader(io.StringIO(lines), delimiter=";"))
    heads = ["Directive", "Number", "Indicator or data", "Gap when issued", "Handling agency", "Issued on", "Issued by"]
    heads += ["Due on", "Days left or over", "State", "Newest answer", "Result"]
    start = next(n for n, row in enumerate(table) if row[:2] == heads[:2])
    assert table[start] == heads
    rows = {row[1]: row for row in table[start + 1 :]}
    assert set(rows) == {f"NV-{case.pk}" for case in four.values()}
    over, done = rows[f"NV-{four['overdue'].pk}"], rows[f"NV-{four['done'].pk}"]
    assert over[0] == "Đẩy nhanh giải ngân."
    assert over[3] == "35.8 points behind the path"
    assert over[8] == "-9"
    assert done[8:] == ["7", "Closed", "", "Xác nhận đạt yêu cầu."]
    assert rows[f"NV-{four['withdrawn'].pk}"][11] == "Ban hành nhầm."
    book = zipfile.ZipFile(io.BytesIO(b"".join(reader.get(f"{REGISTER}overdue/?export=xlsx"))))  # type: ignore[arg-type]
    assert "<v>-9</v>" in book.read("xl/worksheets/sheet1.xml").decode()  # a number, not a text


def test_a_file_holds_what_the_reader_may_see(farming: Person, four: dict[str, cases.Case]) -> None:
    lines = b"".join(made.reader(farming).get(f"{REGISTER}all/?export=csv")).decode()  # type: ignore[arg-type]
    assert f"NV-{four['open'].pk}" in lines
    assert not any(f"NV-{four[name].pk}" in lines for name in ("done", "withdrawn", "overdue"))


def test_a_long_register_costs_no_more_questions(office: Person) -> None:
    reader = made.reader(office)
    made.directive(made.alarm(agency="H53.02"), office)
    few = made.questions(reader, REGISTER)
    for n in range(3, 20):
        made.directive(made.alarm(agency=f"H53.{n:02}"), office)
    assert made.questions(reader, REGISTER) == few <= 17
    assert len(listed(reader)) == 18


def test_empty_views_teach(office: Person) -> None:
    reader = made.reader(office, language="en")
    assert "No directive is open" in text(reader.get(REGISTER))
    assert "No directive has been closed yet" in text(reader.get(f"{REGISTER}done/"))
    assert warnings.register_counts(office, RegisterFilter())["all"] == 0
