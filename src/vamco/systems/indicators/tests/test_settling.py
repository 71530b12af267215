"""From a delivered file to values, and what is kept when data or definitions change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import Missing, Refused
from vamco.systems.indicators import handlers, queries, services
from vamco.systems.indicators import jobs as own_jobs
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.indicators.tests.made import BUILDINGS, FINANCE, NORTH, ROADS, SOUTH, held, redefine, settle
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

MARCH = [dt.date(2026, 3, day) for day in range(1, 32)]
FIRST, SECOND, NINTH = MARCH[0], MARCH[1], MARCH[8]
VERSION = 2  # of GT01 in the pack


def events() -> list[dict[str, Any]]:
    return list(Event.objects.filter(name="indicators.values_settled").order_by("pk").values_list("payload", flat=True))


def test_a_file_becomes_values_for_the_province_and_its_parts(departments: Departments) -> None:
    departments.accidents((FIRST, NORTH, 1), (FIRST, SOUTH, 0), (NINTH, NORTH, 2))

    assert settle("GT02") == {"GT02": 9 + 2 * 9}

    assert held("GT02") == [(str(day), "1" if day < NINTH else "3") for day in MARCH[:9]]
    assert held("GT02", place=NORTH) == held("GT02")
    assert set(held("GT02", place=SOUTH)) == {(str(day), "0") for day in MARCH[:9]}
    value = Value.objects.get(indicator="GT02", period="2026-03-09", place="", agency="")
    assert (value.numerator, value.denominator, value.rows) == (Decimal(3), None, 3)


def test_a_settlement_is_one_act_with_its_audit_entry_and_its_event(departments: Departments, clock: Clock) -> None:
    run = departments.accidents((FIRST, NORTH, 1))
    settle("GT01")

    settlement = Settlement.objects.get()
    assert settlement.at == clock.at
    assert settlement.sources == [{"dataset": "csgt_tngt", "snapshot": run.snapshot, "run": run.id}]
    assert events() == [{"indicator": "GT01", "settlement": settlement.pk, "period": "2026-03-01"}]
    entry = Entry.objects.get(act="indicators.settle")
    assert (entry.chain_id, entry.subject) == ("H53.TW.03", "indicator:GT01")
    assert entry.detail == {"settlement": settlement.pk, "changed": 2, "withdrawn": 0, "version": VERSION}


def test_nothing_is_written_when_nothing_changed(departments: Departments) -> None:
    departments.accidents((FIRST, NORTH, 1))
    settle("GT01", "GT02")
    before = (list(Value.objects.values()), Settlement.objects.count(), len(events()), Entry.objects.count())

    assert settle("GT01", "GT02") == {"GT01": 0, "GT02": 0}

    assert (list(Value.objects.values()), Settlement.objects.count(), len(events()), Entry.objects.count()) == before


def test_a_revised_value_keeps_its_past_and_a_value_revised_back_is_new(departments: Departments, clock: Clock) -> None:
    times = []
    for hour, dead in enumerate((1, 5, 1), start=8):
        times.append(clock.set(MARCH[9], hour))
        departments.accidents((FIRST, NORTH, dead))
        settle("GT02")

    rows = Value.objects.filter(indicator="GT02", place="").order_by("known_from")
    assert list(rows.values_list("value", "known_from", "known_to")) == [
        (Decimal(1), times[0], times[1]), (Decimal(5), times[1], times[2]), (Decimal(1), times[2], None),
    ]  # fmt: skip
    of = indicators.definition("GT02")
    newest = indicators.recent(of)[-1]
    assert [view.value for view in indicators.past_of(newest)] == [Decimal(1), Decimal(5), Decimal(1)]
    assert [indicators.recent(of, known_at=at)[0].value for at in times] == [Decimal(1), Decimal(5), Decimal(1)]
    assert indicators.recent(of, known_at=times[0] - dt.timedelta(microseconds=1)) == []


def test_a_withdrawn_value_is_closed_and_not_replaced(departments: Departments, clock: Clock) -> None:
    departments.accidents((FIRST, NORTH, 1), (SECOND, SOUTH, 1))
    settle("GT01")
    clock.set(MARCH[9], 9)
    departments.accidents((FIRST, NORTH, 1))

    assert settle("GT01") == {"GT01": 0}

    assert held("GT01") == [("2026-03-01", "1")]
    assert held("GT01", place=SOUTH) == []
    closed = Value.objects.exclude(known_to=None)
    assert sorted(closed.values_list("period", "place")) == [
        ("2026-03-01", SOUTH), ("2026-03-02", ""), ("2026-03-02", NORTH), ("2026-03-02", SOUTH),
    ]  # fmt: skip
    assert set(closed.values_list("known_to", flat=True)) == {clock.at}
    assert events()[-1]["period"] == "2026-03-01"


def test_a_clock_that_is_set_back_leaves_no_two_values_known_at_once(departments: Departments, clock: Clock) -> None:
    departments.accidents((FIRST, NORTH, 1))
    noon = clock.set(MARCH[9], 12)
    settle("GT02")
    clock.set(MARCH[9], 9)
    departments.accidents((FIRST, NORTH, 2))
    settle("GT02")

    of = indicators.definition("GT02")
    assert [v.value for v in indicators.recent(of, known_at=noon)] == [Decimal(2)]
    assert indicators.recent(of, known_at=clock.at) == []
    assert [v.value for v in indicators.past_of(indicators.recent(of)[0])] == [Decimal(2), Decimal(1)]


def test_without_data_there_is_nothing(departments: Departments) -> None:
    assert settle("GT01", "DTC01") == {}
    of = indicators.definition("DTC01")
    assert indicators.recent(of) == indicators.series(of) == indicators.across(of, "place") == []
    assert indicators.recent_across(of, "agency") == []
    assert indicators.trends({"DTC01": of}, count=30) == {}
    assert (Settlement.objects.count(), events()) == (0, [])


def test_a_ratio_without_its_denominator_has_no_value_until_the_plan_comes(
    departments: Departments, clock: Clock, office: Person
) -> None:
    departments.payments((FIRST, ROADS, NORTH, 250), (SECOND, BUILDINGS, SOUTH, 250))
    settle("DTC01")
    assert set(held("DTC01")) == {("2026-03-01", "None"), ("2026-03-02", "None")}
    of = indicators.definition("DTC01")
    bare = indicators.recent(of)[-1]
    assert (bare.value, bare.numerator, bare.denominator, bare.gap) == (None, Decimal(500), None, None)
    assert bare.target is not None

    clock.set(MARCH[9], 9)
    departments.plans((dt.date(2026, 1, 1), ROADS, NORTH, 1000), (dt.date(2026, 1, 1), BUILDINGS, SOUTH, 0))
    settle("DTC01")

    assert held("DTC01") == [("2026-03-01", "25"), ("2026-03-02", "50")]
    assert held("DTC01", agency=ROADS)[-1] == ("2026-03-02", "25")
    assert held("DTC01", agency=BUILDINGS)[-1] == ("2026-03-02", "None")  # nothing over a plan of nothing
    assert [row.part for row in indicators.rows_behind(indicators.lineage(bare.id), office)] == [
        "numerator",
        "numerator",
    ]
    sources = indicators.lineage(bare.id).sources
    assert [(s.dataset, s.snapshot is None, s.run is None) for s in sources] == [
        ("kb_giaingan", False, False), ("stc_khv", True, True),
    ]  # fmt: skip
    now = indicators.lineage(indicators.recent(of)[-1].id)
    assert indicators.rows_behind(now, office).total == 4


def test_lineage_leads_to_the_rows_of_then(departments: Departments, clock: Clock, office: Person) -> None:
    old = departments.accidents((FIRST, NORTH, 1), (FIRST, SOUTH, 3))
    settle("GT02")
    value = indicators.recent(indicators.definition("GT02"))[-1]
    clock.set(MARCH[9], 9)
    departments.accidents((FIRST, NORTH, 7))
    settle("GT02")

    behind = indicators.lineage(value.id)
    rows = indicators.rows_behind(behind, office)
    assert (behind.value.value, behind.value.known_to, behind.engine) == (Decimal(4), clock.at, "duckdb")
    assert [(each.dataset, each.part, each.row.run, each.row.row, each.row.values["so_nguoi_chet"]) for each in rows] == [
        ("csgt_tngt", "numerator", old.id, 2, 3), ("csgt_tngt", "numerator", old.id, 1, 1),
    ]  # fmt: skip
    assert len(indicators.rows_behind(behind, office, 1)) == 1
    assert indicators.rows_behind(behind, office, 1).total == 2
    with pytest.raises(Missing, match="no value 0"):
        indicators.lineage(0)


def test_a_month_counts_from_its_first_day_on_with_the_month_before(departments: Departments, clock: Clock) -> None:
    clock.set(dt.date(2026, 3, 2))
    departments.dossiers(
        (FINANCE, dt.date(2026, 2, 2), dt.date(2026, 2, 9), dt.date(2026, 2, 9)),
        (FINANCE, dt.date(2026, 2, 3), dt.date(2026, 2, 10), dt.date(2026, 2, 11)),
        (FINANCE, dt.date(2026, 2, 20), dt.date(2026, 3, 2), dt.date(2026, 3, 2)),
        (FINANCE, dt.date(2026, 2, 27), FIRST, None),
    )
    settle("HCC07", "HCC08", "HCC10")
    assert held("HCC07") == [("2026-02", "50"), ("2026-03", "100")]
    assert held("HCC10")[0] == ("2026-02", "4")
    assert held("HCC08", agency=FINANCE)[-1] == ("2026-03-02", "1")
    views = indicators.recent_across(indicators.definition("HCC07"), "agency")
    assert [(v.agency, v.period, v.gap) for v in views] == [(FINANCE, "2026-03", Decimal(1))]


# ── definitions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_version_computes_anew_and_says_so(departments: Departments, clock: Clock) -> None:
    departments.accidents((FIRST, NORTH, 1), (SECOND, SOUTH, 4))
    settle("GT02")
    before = indicators.recent(indicators.definition("GT02"))[-1]
    clock.set(MARCH[9], 9)
    formula = DefinitionVersion.objects.get(code="GT02").content["formula"]
    redefine("GT02", formula=formula | {"numerator": formula["numerator"] | {"filter": f"ma_xa = '{SOUTH}'"}})
    settle("GT02")

    after = indicators.recent(indicators.definition("GT02"))[-1]
    assert (before.value, before.version, after.value, after.version) == (Decimal(5), VERSION, Decimal(4), VERSION + 1)
    assert indicators.lineage(before.id).definition.version == VERSION
    assert indicators.lineage(before.id).value.version == VERSION
    assert indicators.lineage(after.id).definition.reason == f"Lần {VERSION + 1}"


def test_a_version_that_changes_no_value_is_told_once(departments: Departments) -> None:
    departments.accidents((FIRST, NORTH, 1))
    settle("GT01")
    redefine("GT01", max_age_days=9)
    assert settle("GT01") == {"GT01": 0}
    assert settle("GT01") == {"GT01": 0}
    assert list(Settlement.objects.order_by("pk").values_list("definition__version", "changed")) == [
        (VERSION, 2),
        (VERSION + 1, 0),
    ]
    assert len(events()) == 2


def test_a_retired_indicator_is_no_longer_computed_but_keeps_its_values(departments: Departments) -> None:
    departments.accidents((FIRST, NORTH, 1))
    settle("GT01")
    redefine("GT01", status="retired")

    assert "GT01" not in indicators.definitions()
    assert indicators.definition("GT01").active is False
    assert queries.using("csgt_tngt") == ["GT02"]
    assert len(events()) == 2  # for good
    departments.accidents((FIRST, NORTH, 1), (FIRST, NORTH, 1))
    assert settle("GT01") == {}
    assert held("GT01") == [("2026-03-01", "1")]

    redefine("GT01", status="active")
    assert settle("GT01") == {"GT01": 2}


def test_an_indicator_retired_before_its_first_value_tells_nothing(departments: Departments) -> None:
    redefine("GT01", status="retired")
    assert events() == []


def test_the_definitions_of_a_past_time_are_those_of_then(departments: Departments, clock: Clock) -> None:
    then = DefinitionVersion.objects.get(code="GT01").loaded_at
    clock.at = then + dt.timedelta(hours=1)
    redefine("GT01", max_age_days=9)
    clock.at += dt.timedelta(hours=1)
    redefine("GT02", status="retired")

    assert indicators.definitions(known_at=then)["GT01"].max_age_days == 4
    assert indicators.definitions(known_at=then + dt.timedelta(minutes=90))["GT01"].max_age_days == 9
    assert "GT02" in indicators.definitions(known_at=then + dt.timedelta(minutes=90))
    assert "GT02" not in indicators.definitions(known_at=clock.at)
    assert indicators.definitions(known_at=then - dt.timedelta(days=9)) == {}


@pytest.mark.parametrize("version", [VERSION, VERSION + 1])
def test_a_change_without_a_higher_version_is_refused(db: None, version: int) -> None:
    redefine("GT01")
    with pytest.raises(Refused, match=f"a version above {VERSION + 1}"):
        redefine("GT01", version=version)
    assert DefinitionVersion.objects.filter(code="GT01").count() == 2


def test_what_is_not_there_is_missing(db: None) -> None:
    for ask in (indicators.definition, indicators.value):
        with pytest.raises(Missing):
            ask("nonsense" if ask is indicators.definition else 0)  # type: ignore[operator]
    assert settle("nonsense") == {}


# ── by event and job ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_published_dataset_has_only_what_depends_on_it_computed(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(jobs, "later", lambda name, **args: asked.append((name, args)))
    handlers.recompute(DatasetPublished("csgt_tngt", 1, 1))
    handlers.recompute(DatasetPublished("nobody_counts_it", 1, 1))
    assert asked == [
        (services.SETTLE, {"key": "indicators.settle:csgt_tngt", "lock": services.SETTLE, "dataset": "csgt_tngt"})
    ]
    departments.accidents((FIRST, NORTH, 1))
    own_jobs.settle("csgt_tngt")
    assert {row.indicator for row in Value.objects.all()} == {"GT01", "GT02"}
    assert queries.using("stc_khv") == ["DTC01", "DTC02"]


# ── reads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reads_by_place_agency_and_period(departments: Departments) -> None:
    departments.payments((FIRST, ROADS, NORTH, 250), (SECOND, BUILDINGS, SOUTH, 100))
    departments.plans((dt.date(2026, 1, 1), ROADS, NORTH, 1000), (dt.date(2026, 1, 1), BUILDINGS, SOUTH, 1000))
    settle("DTC01")
    of = indicators.definition("DTC01")

    assert [(v.place, v.value) for v in indicators.across(of, "place")] == [(NORTH, Decimal(25)), (SOUTH, Decimal(10))]
    assert [(v.agency, v.value) for v in indicators.across(of, "agency", "2026-03-01")] == [
        (ROADS, Decimal(25)), (BUILDINGS, Decimal(0)),
    ]  # fmt: skip
    assert indicators.across(of, "agency", "1999") == []
    assert [v.value for v in indicators.series(of, agency=BUILDINGS)] == [Decimal(0), Decimal(10)]
    assert [v.value for v in indicators.recent(of, place=SOUTH, count=1)] == [Decimal(10)]
    assert [v.agency for v in indicators.recent_across(of, "agency")] == [ROADS, ROADS, BUILDINGS, BUILDINGS]
    trend = indicators.trends({"DTC01": of}, count=30)["DTC01"]
    assert (trend.days, trend.values) == ((FIRST, SECOND), (12.5, 17.5))
    assert trend.newest == indicators.value(trend.newest.id)
    assert indicators.trends({"DTC01": of}, count=1)["DTC01"].values == (17.5,)
    assert indicators.path(of, [dt.date(2024, 1, 1), dt.date(2026, 3, 5)]) == [(dt.date(2026, 3, 5), Decimal("3.42"))]


@pytest.mark.parametrize("codes", [("GT01",), ("GT01", "GT02", "DN01", "NS01", "DTC01")])
def test_trends_cost_one_question_whatever_their_number(
    departments: Departments, codes: tuple[str, ...], django_assert_num_queries: Any
) -> None:
    departments.accidents((FIRST, NORTH, 1))
    settle("GT01", "GT02")
    of = {code: indicators.definition(code) for code in codes}
    with django_assert_num_queries(1):
        found = indicators.trends(of, count=30)
    assert sorted(found) == sorted({"GT01", "GT02"} & set(codes))
    with django_assert_num_queries(1):
        indicators.trends(of, count=30, known_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
