"""The dated switch of an indicator to the platform's own dataset: the history stays, real cases count from the day, the break is shown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.kernel.base import clock
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery, Layout
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import Value

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db
HEAD = "ky_tiep_nhan,ma_ho_so,ma_tthc,ma_xa,ma_co_quan,ngay_tiep_nhan,han_tra,ngay_tra,kenh"


def sheet(folder: Path, quarter: str, days: list[str]) -> None:
    rows = [
        f"{quarter},H53.16-{day.replace('-', '')[2:]}-{n:04d},1.001,25459,H53.16,{day},{day},{day},truc_tuyen"
        for n, day in enumerate(days)
    ]
    path = folder / f"{quarter}.csv"
    path.write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    run = hub.receive("motcua_hoso", Delivery("mot-cua", path.name, "text/csv", path, clock.now(), "", Layout("csv")))
    assert run.state == "published"


def own(days: list[str]) -> None:
    hub.publish(
        "dichvucong_hoso",
        [
            {
                "ky_tiep_nhan": "2027-Q1", "ma_dong": str(n), "ma_tthc": "1.001", "ma_xa": "25459", "ma_co_quan": "H53.16",
                "ngay_tiep_nhan": day, "han_tra": day, "ngay_tra": day, "dung_han": n % 2, "kenh": "truc_tuyen",
            }
            for n, day in enumerate(days)
        ],
        as_of=clock.now(),
        key="2027-Q1",
    )  # fmt: skip


def test_history_stays_and_from_the_day_on_real_cases_are_counted(tmp_path: Path, settings: Any) -> None:
    settings.VAMCO_TODAY = dt.date(2026, 12, 20)
    sheet(tmp_path, "2026-Q4", ["2026-12-01", "2026-12-02", "2026-12-03"])
    assert (indicators.definition("HCC07").version, indicators.definition("HCC10").version) == (3, 2)
    indicators.settle(["HCC07", "HCC10"])
    before = list(Value.objects.order_by("pk").values())
    assert [
        row["value"] for row in before if row["indicator"] == "HCC10" and not row["place"] and not row["agency"]
    ] == [3]

    settings.VAMCO_TODAY = dt.date(2027, 1, 15)
    of = indicators.definition("HCC10")
    assert (of.version, of.datasets, of.history_from) == (3, ("dichvucong_hoso",), dt.date(2027, 1, 1))
    was = indicators.break_of(of)
    assert was is not None
    assert was.datasets == ("motcua_hoso",)
    own(["2027-01-04", "2027-01-05"])
    indicators.settle(["HCC07", "HCC10"])
    assert (
        list(
            Value.objects.filter(pk__in=[row["pk"] if "pk" in row else row["id"] for row in before])
            .order_by("pk")
            .values()
        )
        == before
    )
    series = [(view.period, view.value) for view in indicators.series(of) if view.value is not None]
    assert series[-2:] == [("2026-12", 3), ("2027-01", 2)]
    late = [
        (view.period, view.value)
        for view in indicators.series(indicators.definition("HCC07"))
        if view.value is not None
    ]
    assert late[-2:] == [("2026-12", 100), ("2027-01", 50)]
    old = Value.objects.get(indicator="HCC10", period="2026-12", place="", agency="", known_to=None)
    assert indicators.lineage(old.pk).definition.datasets == (
        "motcua_hoso",
    )  # each value knows what it was counted from


def test_an_indicator_that_never_switched_has_no_break() -> None:
    assert indicators.break_of(indicators.definition("DTC01")) is None
    assert indicators.break_of(indicators.definition("HCC11")) is None
