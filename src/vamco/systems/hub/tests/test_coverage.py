"""Who has reported in a dataset up to when; who is silent is unknown, not nought."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.hub import services
from vamco.systems.hub.contracts import Coverage, ReceiptKind, RunState
from vamco.systems.hub.models import Dataset, Receipt, Source
from vamco.systems.hub.rules import grading
from vamco.systems.hub.rules.expecting import Expectation
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.services import covering
from vamco.systems.hub.tests.building import KEY, delivery, field, put, rule

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.hub.contracts import RunView

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 30)
COMMUNE = field("ma_xa", required=True, quality=[rule("reference", list="communes")])
DAY = field("ngay", "date", required=True)
COVERAGE = rule("coverage", column="ma_xa", list="communes", date="ngay", at_least=0)


@pytest.fixture(autouse=True)
def _day(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.VAMCO_TODAY = TODAY
    checks = grading.row_checks  # the coverage check speaks of the batch; here it would only stand in the way
    monkeypatch.setattr(grading, "row_checks", lambda contract: [c for c in checks(contract) if c.kind != "coverage"])


@pytest.fixture
def codes() -> list[str]:
    return [place.code for place in places.communes(TODAY)]


def receive(path: Path, *rows: tuple[str, str, str], name: str = "bao-cao.csv") -> RunView:
    lines = ["ma,ma_xa,ngay", *(",".join(row) for row in rows)]
    run = hub.receive("thu_nghiem", delivery(path / name, "\n".join(lines) + "\n", at=clock.now()))
    assert run.state == RunState.PUBLISHED
    return run


def known(code: str = "thu_nghiem") -> dict[str, dt.date]:
    found = hub.coverage(code)
    assert found is not None
    return dict(found.known_until)


def test_nothing_is_expected_of_anybody_unless_a_contract_or_a_source_says_so(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY)
    receive(tmp_path, ("a", codes[0], "2026-11-01"))
    assert hub.coverage("thu_nghiem") is None


def test_each_commune_is_known_until_its_own_last_day(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY, quality=[COVERAGE])
    assert hub.coverage("thu_nghiem") == Coverage("place", "ma_xa", frozenset(codes), {})
    receive(
        tmp_path,
        ("a", codes[0], "2026-11-03"),
        ("b", codes[0], "2026-11-20"),
        ("c", codes[1], "2026-10-31"),
    )
    assert known() == {codes[0]: dt.date(2026, 11, 20), codes[1]: dt.date(2026, 10, 31)}


def test_what_left_the_table_is_no_longer_known(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY, quality=[COVERAGE])
    receive(tmp_path, ("a", codes[0], "2026-11-03"), ("b", codes[1], "2026-11-03"))
    receive(tmp_path, ("a", codes[0], "2026-11-04"), name="moi.csv")
    assert known() == {codes[0]: dt.date(2026, 11, 4)}


def test_an_append_adds_to_what_is_known_and_takes_nothing_back(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY, quality=[COVERAGE], delivery="append")
    receive(tmp_path, ("a", codes[0], "2026-11-10"), ("b", codes[1], "2026-11-03"))
    receive(tmp_path, ("c", codes[0], "2026-11-05"), ("d", codes[2], "2026-11-06"), name="moi.csv")
    assert known() == {
        codes[0]: dt.date(2026, 11, 10),
        codes[1]: dt.date(2026, 11, 3),
        codes[2]: dt.date(2026, 11, 6),
    }


def test_rows_in_quarantine_are_no_report(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY, quality=[COVERAGE])
    good = [(f"g{n}", codes[0], "2026-11-03") for n in range(9)]
    receive(tmp_path, *good, ("x", codes[1], "mai"))
    assert known() == {codes[0]: dt.date(2026, 11, 3)}


def test_a_month_that_was_over_when_its_file_came_is_known_to_its_end(
    tmp_path: Path, codes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sla = {"property": "timeOfAvailability", "value": "17:00", "unit": "month", "element": "thu_nghiem.ngay"}
    sla |= {"scheduler": "cron", "schedule": "0 17 5 * *"}
    put(KEY, COMMUNE, DAY, quality=[COVERAGE], delivery="append", slaProperties=[sla])
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 10, 20, 9, tzinfo=HCM))
    receive(tmp_path, ("a", codes[0], "2026-10-15"))
    assert known() == {codes[0]: dt.date(2026, 10, 15)}, "October is not over"
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 3, 9, tzinfo=HCM))
    receive(tmp_path, ("b", codes[1], "2026-10-15"), name="sau.csv")
    assert known() == {codes[0]: dt.date(2026, 10, 15), codes[1]: dt.date(2026, 10, 31)}, "its own file came before"


@pytest.fixture
def one_each() -> None:
    """A source with one file for each commune, whose rows name no day."""
    put(KEY, field("ma_xa", required=True, quality=[rule("reference", list="communes")]), delivery="append")
    Source.objects.all().delete()
    feed = {"dataset": "thu_nghiem", "pattern": "*.csv", "one_each": "communes", "name_form": r"(?P<ma_xa>\d{5})\.csv"}
    item = {"code": "xa", "name": "Xã", "name_en": "Communes", "agency": "H53.04", "kind": "file"}
    item |= {"folder_from": "VAMCO_X_FOLDER", "schedule": "0 * * * *", "datasets": [feed]}
    with transaction.atomic():
        services.put_sources([SourceItem.model_validate(item)])


def test_one_file_for_each_is_known_by_its_name(tmp_path: Path, codes: list[str], one_each: None) -> None:
    assert hub.coverage("thu_nghiem") == Coverage("place", "ma_xa", frozenset(codes), {})
    hub.receive("thu_nghiem", delivery(tmp_path / f"{codes[0]}.csv", f"ma,ma_xa\na,{codes[0]}\n"))
    assert set(known()) == {codes[0]}


def test_nothing_to_report_is_a_report(tmp_path: Path, codes: list[str], one_each: None) -> None:
    row = Dataset.objects.get(code="thu_nghiem")
    at = dt.datetime(2026, 11, 5, 9, tzinfo=HCM)
    for code, kind in ((codes[3], ReceiptKind.NOTHING), (codes[4], ReceiptKind.EMPTY)):
        Receipt.objects.create(
            dataset=row, source="xa", name=f"{code}.csv", at=at, kind=kind, covers_until=dt.date(2026, 10, 31)
        )
    with transaction.atomic():
        covering.note("thu_nghiem")
    assert known() == {codes[3]: dt.date(2026, 10, 31)}


def test_a_contract_that_begins_to_expect_reads_what_the_table_says(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY)
    receive(tmp_path, ("a", codes[0], "2026-11-03"))
    put(KEY, COMMUNE, DAY, quality=[COVERAGE], version="1.1.0")
    assert known() == {codes[0]: dt.date(2026, 11, 3)}


def test_some_days_without_rows_are_no_silence_where_the_contract_says_so(tmp_path: Path, codes: list[str]) -> None:
    put(KEY, COMMUNE, DAY, quality=[rule("coverage", column="ma_xa", list="communes", date="ngay", at_least=0, days=7)])
    receive(
        tmp_path,
        ("a", codes[0], "2026-11-27"),
        ("b", codes[1], "2026-11-20"),
        ("c", codes[2], "2026-11-19"),
        ("d", codes[0], "2026-11-02"),
    )
    front = dt.date(2026, 11, 27)
    assert known() == {codes[0]: front, codes[1]: front, codes[2]: dt.date(2026, 11, 19)}


@given(st.dictionaries(st.sampled_from("abcd"), st.dates(dt.date(2026, 1, 1), dt.date(2026, 2, 1))), st.integers(0, 10))
def test_nobody_is_known_further_than_the_first_or_less_far_than_it_said(until: dict[str, dt.date], days: int) -> None:
    found = Expectation("communes", "ma_xa", "ngay", days=days).known(until, set("abc"))
    front = max((day for code, day in until.items() if code in "abc"), default=None)
    assert set(found) == set(until)
    for code, day in until.items():
        near = front is not None and front - day <= dt.timedelta(days)
        assert found[code] == (max(day, front) if near and front else day)
    assert days or found == until
