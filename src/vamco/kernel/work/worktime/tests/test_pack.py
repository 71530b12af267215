"""From the file to the computing: what is refused, what is kept, and who sees it when."""

from __future__ import annotations

import copy
import datetime as dt
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from pydantic import TypeAdapter, ValidationError

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.contracts import Raw
from vamco.kernel.base.packs.tests import copies
from vamco.kernel.work.worktime import pack, queries
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.work.worktime.contracts import Layer
from vamco.kernel.work.worktime.models import LayerVersion
from vamco.kernel.work.worktime.pack import CalendarItem
from vamco.kernel.work.worktime.public import Amount
from vamco.kernel.work.worktime.tests import worlds
from vamco.kernel.work.worktime.tests.test_rules import at, own, week
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OFFICE, CENTRE = "H53", "H53.16"
TET = {"first": "2026-02-16", "last": "2026-02-20", "name": "Tết", "name_en": "Tet"}


def item(**changes: Any) -> dict[str, Any]:
    """Give the province's general calendar, changed."""
    return copy.deepcopy(worlds.pack()[0]) | changes


def faults(*items: dict[str, Any]) -> list[str]:
    located = [packs.Located(CalendarItem.model_validate(one), _raw()) for one in items]  # type: ignore[arg-type]
    return [fault.expected for fault in pack.check(located, {})]


def _raw() -> Raw:
    return Raw({}, "calendar.yaml", 1)


def put(*items: dict[str, Any]) -> None:
    pack.apply([CalendarItem.model_validate(one) for one in items])


def due(code: str, start: str, count: int = 1, version: int | None = None) -> dt.datetime:
    calendar = worktime.calendar_of(agencies.get(code), version=version)
    return worktime.due(at(start), Amount(count, "day"), calendar)


# What is refused


def test_the_pack_of_the_province_is_right() -> None:
    assert faults(*worlds.pack()) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda i: i["years"].clear(), "years: at least one year"),
        (lambda i: i["years"].pop(1), "years.1.year: 2026, found 2027: years follow each other without a gap"),
        (
            lambda i: i["years"][1]["holidays"].append(TET | {"first": "2025-02-16", "last": "2025-02-16"}),
            "years.1.holidays.8.first: days in 2026, found 2025-02-16",
        ),
        (
            lambda i: i["years"][1]["holidays"].append(TET | {"first": "2026-02-20"}),
            "years.1.holidays.8.first: a day that is named once, found 2026-02-20 again",
        ),
        (
            lambda i: i["years"][1]["swaps"][0].update(off="2026-01-01"),
            "years.1.swaps.0.off: a day that is named once, found 2026-01-01 again",
        ),
        (
            lambda i: i["years"][1]["swaps"][0].update(off="2026-01-03"),
            "years.1.swaps.0.off: a working day, found 2026-01-03",
        ),
        (
            lambda i: i["years"][1]["swaps"][0].update(work="2026-01-09"),
            "years.1.swaps.0.work: a day of rest, found 2026-01-09",
        ),
        (
            lambda i: i["hours"][0].update(valid_from="2025-01-02"),
            "years.0.year: hours for each day (no working hours are in force on 2025-01-01)",
        ),
        (
            lambda i: i["hours"].append(i["hours"][0] | {"valid_from": "2026-01-01"}),
            "hours.1.valid_from: a day after the hours before have ended",
        ),
        (
            lambda i: i.update(
                exceptions=[own("2026-03-02", "2026-03-04", closed="day"), own("2026-03-04", closed="morning")]
            ),
            "exceptions.1.first: days of its own, found 2026-03-04 again",
        ),
    ],
)
def test_what_is_wrong_is_named(change: Callable[[dict[str, Any]], object], expected: str) -> None:
    wrong = item()
    change(wrong)
    assert expected in faults(wrong)


def test_official_days_are_for_everybody_and_somebody_must_say_them() -> None:
    assert faults(item(), {"agency": OFFICE, "years": item()["years"]}) == [
        "years: only where no agency is named; an agency has exceptions"
    ]
    assert "an item without agency, for everybody" in faults({"agency": OFFICE})
    assert faults() == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"hours": [{"valid_from": "2026-01-01", "source": "?", "week": {}}]}, "somebody works"),
        ({"hours": [{"valid_from": "2026-01-01", "source": "?", "week": week()}]}, "somebody works"),
        ({"hours": [{"valid_from": "2026-01-01", "source": "?", "week": week("7-11")}]}, "pattern"),
        ({"hours": [{"valid_from": "2026-01-01", "source": "?", "week": week("11:00-07:00")}]}, "one after the other"),
        (
            {"hours": [{"valid_from": "2026-01-01", "source": "?", "week": week("07:00-12:00", "11:00-16:00")}]},
            "one after",
        ),
        ({"hours": [{"valid_from": "2026-01-01", "source": "?", "week": {"monday": []}}]}, "Input should be 'mon'"),
        (
            {
                "hours": [
                    {"valid_from": "2026-01-02", "valid_to": "2026-01-01", "source": "?", "week": week("07:00-11:00")}
                ]
            },
            "valid_to after",
        ),
        ({"exceptions": [own("2026-01-01")]}, "either open"),
        ({"exceptions": [own("2026-01-01", open=["07:00-08:00"], closed="day")]}, "either open"),
        ({"exceptions": [own("2026-01-01", open=[])]}, "either open"),
        ({"exceptions": [own("2026-01-01", open=["08:00-07:00"])]}, "one after the other"),
        ({"exceptions": [own("2026-01-02", "2026-01-01", closed="day")]}, "last after first"),
        ({"years": [{"year": 2026, "source": "?", "holidays": []}]}, "at least 1"),
        ({"years": [{"year": 2026, "holidays": [TET]}]}, "source"),
    ],
)
def test_a_shape_that_makes_no_sense_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        CalendarItem.model_validate(wrong)


def test_a_mistake_is_found_with_its_file_and_line(tmp_path: Path) -> None:
    folder = _copy(tmp_path, lambda text: text.replace("work: 2026-01-10", "work: 2026-01-09"))
    with pytest.raises(packs.PackRefused) as refused:
        packs.check(folder)
    (fault,) = refused.value.faults
    line = next(n for n, text in enumerate(_lines(folder), 1) if "work: 2026-01-09" in text)
    assert str(fault) == f"vietnam/calendar.yaml:{line}: years.1.swaps.0.work: a day of rest, found 2026-01-09"


def _copy(tmp_path: Path, change: Callable[[str], str]) -> Path:
    """Give a copy of the province's pack with another calendar."""
    folder = copies.copied(tmp_path)
    for calendar in (folder / "calendar.yaml", folder.parent / copies.BASE / "calendar.yaml"):
        before = calendar.read_text("utf-8")
        if (after := change(before)) != before:
            calendar.write_text(after, "utf-8")
            break
    return folder


def _lines(folder: Path) -> list[str]:
    return (folder.parent / copies.BASE / "calendar.yaml").read_text("utf-8").splitlines()


# What is kept


@pytest.mark.django_db
def test_what_was_loaded_is_what_the_file_says() -> None:
    for code, lineage in ((OFFICE, ["H53"]), ("H53.04", ["H53", "H53.04"]), (CENTRE, ["H53", "H53.01", "H53.16"])):
        kept, read = worktime.calendar_of(agencies.get(code)), worlds.calendar(worlds.pack(), lineage)
        assert (kept.opens, kept.closes, kept.days_by_date) == (read.opens, read.closes, read.days_by_date)


@pytest.mark.django_db
def test_a_new_version_holds_at_once_and_the_old_one_can_be_asked_for() -> None:
    """The notice for 2027 comes out: what was promised before can still be explained as it was promised."""
    before = worktime.calendar_of(agencies.get(OFFICE))
    assert due(OFFICE, "2027-02-03 16:00") == at("2027-02-11 16:00")
    notice = item()
    notice["years"][2]["holidays"][1]["last"] = dt.date(2027, 2, 9)
    notice["years"][2]["provisional"] = False
    put(notice)
    after = worktime.calendar_of(agencies.get(OFFICE))
    assert due(OFFICE, "2027-02-03 16:00") == at("2027-02-10 16:00")
    assert due(OFFICE, "2027-02-03 16:00", version=before.version) == at("2027-02-11 16:00")
    assert (before.version < after.version, before.provisional, after.provisional) == (True, {2027}, frozenset())
    assert worktime.calendar_of(agencies.get(OFFICE), version=before.version).provisional == {2027}


@pytest.mark.django_db
def test_hours_that_change_on_a_day_change_on_that_day() -> None:
    changed = item()
    changed["hours"][0]["valid_to"] = "2026-11-17"
    changed["hours"].append({"valid_from": "2026-11-18", "week": week("08:00-12:00", "13:00-17:00"), "source": "?"})
    assert faults(changed) == []
    put(changed)
    assert due(OFFICE, "2026-11-16 07:00", 2) == at("2026-11-17 16:30")
    assert due(OFFICE, "2026-11-17 07:00", 2) == at("2026-11-18 17:00")
    assert due(OFFICE, "2026-11-17 16:00", 1) == at("2026-11-18 16:30")


@pytest.mark.django_db
def test_an_agency_and_those_below_it_keep_their_own_days_and_no_other_does() -> None:
    put(
        {"agency": "H53.01", "exceptions": [own("2026-11-16", closed="day")]},
        {"agency": "H53.08", "subtree": False, "exceptions": [own("2026-11-17", closed="day")]},
    )
    monday, tuesday = "2026-11-16 07:00", "2026-11-17 07:00"
    later = {
        code: (due(code, monday).day - 16, due(code, tuesday).day - 17)
        for code in (OFFICE, "H53.01", CENTRE, "H53.08", "H53.15")
    }
    assert later == {OFFICE: (0, 0), "H53.01": (1, 0), CENTRE: (1, 0), "H53.08": (0, 1), "H53.15": (0, 0)}


@pytest.mark.django_db
def test_an_agency_that_moves_keeps_the_hours_of_its_new_place() -> None:
    put({"agency": "H53.01", "exceptions": [own("2026-11-16", closed="day")]})
    centre = agencies.get(CENTRE)
    assert due(CENTRE, "2026-11-16 07:00").day == 17
    agencies.Agency.objects.filter(pk=centre.pk).update(path="H53/H53.02/H53.16/")
    assert due(CENTRE, "2026-11-16 07:00").day == 16


@pytest.mark.django_db
def test_an_unknown_year_is_refused_through_the_front_door() -> None:
    with pytest.raises(Refused) as refused:
        due(OFFICE, "2027-12-31 16:00")
    assert (refused.value.code, refused.value.data) == ("worktime.no_calendar", {"year": 2028})


@pytest.mark.django_db
def test_without_a_pack_there_is_no_working_time() -> None:
    first = LayerVersion.objects.order_by("pk")[0].pk
    with pytest.raises(Missing) as missing:
        worktime.calendar_of(agencies.get(OFFICE), version=first - 1)
    assert missing.value.code == "worktime.no_hours"


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda rows: rows.update(subtree=False), lambda rows: rows.delete()])
def test_a_version_stays_as_it_was(change: Callable[[Any], object]) -> None:
    with pytest.raises(DatabaseError, match="versions of working time stay"), transaction.atomic():
        change(LayerVersion.objects.all())
    assert LayerVersion.objects.filter(subtree=True).count() == len(worlds.pack())


@pytest.mark.django_db
def test_one_statement_asks_whether_anything_is_new(django_assert_num_queries: Any) -> None:
    agency, other = agencies.get(OFFICE), agencies.get("H53.04")
    first = worktime.calendar_of(agency)
    with django_assert_num_queries(1):
        assert worktime.calendar_of(agency) is first
    assert worktime.calendar_of(other) is first  # who keeps the same hours shares them


@pytest.mark.django_db
def test_what_is_rolled_back_is_forgotten() -> None:
    with transaction.atomic():
        put({"agency": OFFICE, "exceptions": [own("2026-11-16", closed="day")]})
        assert due(OFFICE, "2026-11-16 07:00").day == 17
        transaction.set_rollback(True)
    assert due(OFFICE, "2026-11-16 07:00").day == 16
    put({"agency": OFFICE, "exceptions": [own("2026-11-17", closed="day")]})
    assert due(OFFICE, "2026-11-16 07:00").day == 16
    assert due(OFFICE, "2026-11-17 07:00").day == 18


LOAD = """
import sys, django
django.setup()
from pathlib import Path
from vamco.kernel.base.packs.services.loading import load
print(load(Path(sys.argv[1])).changed)
"""


def test_a_pack_that_another_process_loads_holds_with_the_next_call(fresh_db: str, tmp_path: Path) -> None:
    assert due(OFFICE, "2026-11-16 07:00").day == 16
    folder = _copy(tmp_path, lambda text: text + _CLOSED)
    result = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)],
        env={**os.environ, "DATABASE_URL": fresh_db, "DJANGO_SETTINGS_MODULE": "vamco.config.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == "{'calendar': ['H53']}"
    assert due(OFFICE, "2026-11-16 07:00").day == 17
    assert due("H53.04", "2026-11-16 07:00").day == 17


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_who_computes_while_a_pack_is_loaded_sees_the_old_or_the_new(fresh_db: str, tmp_path: Path) -> None:
    folder = _copy(tmp_path, lambda text: text + _CLOSED)
    loaded, done = threading.Event(), threading.Event()
    counts: tuple[list[int], list[int]] = ([], [])

    def compute() -> tuple[set[int], set[int]]:
        seen: tuple[set[int], set[int]] = (set(), set())
        try:
            while not done.is_set():
                after = loaded.is_set()
                seen[after].add(due("H53.04", "2026-11-16 07:00").day)
                counts[after].append(threading.get_ident())
        finally:
            connection.close()
        return seen

    with ThreadPoolExecutor(4) as pool:
        computing = [pool.submit(compute) for _ in range(4)]
        try:
            _until(lambda: len(set(counts[False])) == 4 or any(each.done() for each in computing))
            packs.load(folder)
            loaded.set()
            _until(lambda: len(set(counts[True])) == 4 or any(each.done() for each in computing))
        finally:
            done.set()
        found = [future.result() for future in computing]
    assert {16} <= set.union(*(before for before, _ in found)) <= {16, 17}
    assert [after for _, after in found] == [{17}] * 4


_CLOSED = """
- agency: H53
  exceptions:
    - {first: 2026-11-16, closed: day, name: Sơ tán vì bão, name_en: Evacuation for a storm, source: ví dụ}
"""


@pytest.mark.django_db
def test_a_database_that_was_restored_is_not_taken_for_the_old_one() -> None:
    """The same number with other content: the time of loading tells them apart."""
    with transaction.atomic():
        put({"agency": OFFICE, "exceptions": [own("2026-11-16", closed="day")]})
        assert due(OFFICE, "2026-11-16 07:00").day == 17
        lost = LayerVersion.objects.order_by("-pk")[0].pk
        transaction.set_rollback(True)
    layer = TypeAdapter(Layer).dump_python(CalendarItem.model_validate({"agency": OFFICE}).layer(), mode="json")
    LayerVersion.objects.create(
        pk=lost, agency=agencies.get(OFFICE), subtree=True, content=layer, loaded_at=clock.now()
    )
    assert due(OFFICE, "2026-11-16 07:00").day == 16


def test_memory_is_bounded() -> None:
    assert queries._calendar.cache_info().maxsize == 256
    assert queries._known.cache_info().maxsize == 8
