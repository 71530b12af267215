"""The plan of a year is paid out until 31 January of the next one; a month that runs is judged when it says enough."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock as platform_clock
from vamco.lib.time import Period
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery, Layout
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import Value
from vamco.systems.indicators.rules import targets
from vamco.systems.indicators.tests.made import FINANCE, NORTH, ROADS, SOUTH, redefine, settle

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

D = dt.date
PAYMENTS = "ma_giao_dich,ngay,nam_ke_hoach,ma_chu_dau_tu,ma_du_an,ma_xa,so_tien,nguon_von"


def pay(folder: Path, *rows: tuple[D, int, str, int]) -> None:
    """Payments: (day, plan year, commune, dong)."""
    path = folder / f"plan-{platform_clock.today()}.csv"
    lines = [f"KB{hash((day, year, place)) % 10**12:012d},{day},{year},{ROADS},7000001,{place},{dong},NSDP" for day, year, place, dong in rows]  # fmt: skip
    path.write_text("\n".join([PAYMENTS, *lines]) + "\n")
    run = hub.receive(
        "kb_giaingan", Delivery("phong", path.name, "text/csv", path, platform_clock.now(), layout=Layout("csv"))
    )
    assert (run.state, run.quarantined) == ("published", 0)


@pytest.fixture
def january(departments: Departments, clock: Clock, tmp_path: Path) -> Path:
    """20 January 2026: the plan of 2025 is nearly paid out, that of 2026 has begun."""
    clock.set(D(2026, 1, 20))
    departments.plans((D(2025, 1, 1), ROADS, NORTH, 1000), (D(2026, 1, 5), ROADS, NORTH, 2000))
    pay(tmp_path, (D(2025, 12, 30), 2025, NORTH, 800), (D(2026, 1, 20), 2025, NORTH, 100), (D(2026, 1, 20), 2026, NORTH, 50))  # fmt: skip
    settle("DTC01")
    return tmp_path


def test_in_january_a_day_has_a_value_of_each_plan_and_the_old_one_is_asked_first(january: Path) -> None:
    of = indicators.definition("DTC01")
    both = [v for v in indicators.series(of) if v.period == "2026-01-20"]
    assert [(v.plan_year, v.value) for v in both] == [(2025, 90), (2026, Decimal("2.5"))]
    paths = [targets.on_path(of.paths[year], D(2026, 1, 20)) for year in (2025, 2026)]
    assert [v.target for v in both] == paths
    assert [v.gap for v in both] == [90 - (paths[0] or 0), Decimal("2.5") - (paths[1] or 0)]
    assert {v.plan_year for v in indicators.series(of) if v.period_end <= D(2025, 12, 31)} == {2025}

    newest = indicators.recent(of)[-1]
    assert (newest.plan_year, newest.value, newest.denominator) == (2025, 90, 1000)
    assert [v.value for v in indicators.recent(of, count=3)] == [80, 80, 90]
    assert {v.plan_year for v in indicators.recent(of, count=40)} == {2025}
    assert {v.plan_year for v in indicators.recent(of, plan_year=2026)} == {2026}
    assert [v.plan_year for v in indicators.recent(of, place=NORTH)[-2:]] == [2025, 2025]
    assert [(v.plan_year, v.value) for v in indicators.across(of, "place")] == [(2025, 90)]
    assert [(v.plan_year, v.value) for v in indicators.across(of, "agency", plan_year=2026)] == [(2026, Decimal("2.5"))]
    assert {v.plan_year for v in indicators.recent_across(of, "agency")} == {2025}
    assert indicators.trends({"DTC01": of}, count=2)["DTC01"].values == (80.0, 90.0)
    assert indicators.past_of(newest) == [newest]


def test_when_the_old_plan_has_closed_the_new_one_is_asked_and_the_old_one_keeps_its_last_value(
    january: Path, clock: Clock, office: Person
) -> None:
    clock.set(D(2026, 2, 2))
    pay(january, (D(2026, 1, 31), 2025, NORTH, 40), (D(2026, 2, 2), 2026, SOUTH, 150))
    settle("DTC01")
    of = indicators.definition("DTC01")

    newest = indicators.recent(of)[-1]
    assert (newest.period, newest.plan_year, newest.value) == ("2026-02-02", 2026, 10)
    assert [v.value for v in indicators.recent(of, count=4)] == [Decimal("2.5"), Decimal("2.5"), Decimal("2.5"), 10]
    last = indicators.recent(of, plan_year=2025)[-1]
    assert (last.period, last.value, last.target) == ("2026-01-31", 94, 100)  # its last payments, and its last target
    assert not Value.objects.filter(indicator="DTC01", plan_year=2025, period_end__gt=D(2026, 1, 31)).exists()
    rows = indicators.rows_behind(indicators.lineage(last.id), office)
    assert [each.row.values["so_tien"] for each in rows if each.part == "numerator"] == [40, 100, 800]

    clock.set(D(2027, 1, 20))
    pay(january, (D(2027, 1, 20), 2026, NORTH, 300))
    settle("DTC01")
    view = indicators.recent(of)[-1]
    before = indicators.same_period_last_year({"DTC01": of}, [view])["DTC01"]
    assert (view.plan_year, view.value, before.plan_year, before.value) == (2026, 25, 2025, 90)


def test_other_indicators_have_no_plan_year(departments: Departments) -> None:
    departments.accidents((D(2026, 1, 20), NORTH, 1))
    settle("GT01")
    assert set(Value.objects.values_list("plan_year", flat=True)) == {0}
    of = indicators.definition("GT01")
    assert (of.plan_year(D(2026, 1, 20)), of.closing(2025)) == (2026, D(2025, 12, 31))
    plan = indicators.definition("DTC01")
    assert [plan.plan_year(day) for day in (D(2025, 1, 5), D(2026, 1, 31), D(2026, 2, 1))] == [2025, 2025, 2026]


# ── enough to judge ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_late_dossier_on_the_first_of_the_month_is_too_little_to_judge(
    departments: Departments, clock: Clock
) -> None:
    last, late = D(2026, 1, 30), D(2026, 2, 1)
    dossiers = [(FINANCE, D(2026, 1, 5), last, last), (FINANCE, D(2026, 1, 6), D(2026, 1, 30), late)]
    for day, judged in ((D(2026, 2, 1), False), (D(2026, 2, 9), False), (D(2026, 2, 10), True)):
        clock.set(day)
        dossiers.append((FINANCE, D(2026, 1, 7), last, day))
        departments.dossiers(*dossiers)
        settle("HCC07")
        january, february = indicators.recent(indicators.definition("HCC07"))
        assert (january.judged, february.period, february.value, february.judged) == (True, "2026-02", 0, judged)


def test_many_dossiers_are_enough_on_the_first_day(departments: Departments, clock: Clock) -> None:
    clock.set(D(2026, 2, 1))
    for count, judged in ((29, False), (30, True)):
        departments.dossiers(*[(FINANCE, D(2026, 1, 5), D(2026, 2, 2), D(2026, 2, 1))] * count)
        settle("HCC07")
        assert indicators.recent(indicators.definition("HCC07"))[-1].judged is judged


def test_without_words_of_its_own_a_monthly_ratio_waits_and_nothing_else_does(db: None) -> None:
    waits = {code: (of.least_days, of.least_cases) for code, of in indicators.definitions().items()}
    assert waits.pop("HCC07") == waits.pop("HCC11") == (10, 30)
    assert set(waits.values()) == {(0, None)}
    redefine("HCC07", least_days=None, least_cases=None)
    assert indicators.definition("HCC07").least_days == 10
    redefine("HCC07", least_days=0)
    of = indicators.definition("HCC07")
    assert targets.is_judged(of, Period.parse("2026-02"), D(2026, 2, 1), D(2026, 2, 1), Decimal(1))
