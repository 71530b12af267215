"""Small departments' files for the tests of indicators, warnings and the board, delivered through the hub's own door."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Delivery, Layout
from vamco.systems.indicators import pack
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pytest

    from vamco.systems.hub.contracts import RunView

NORTH, SOUTH = "25459", "25708"
ROADS, BUILDINGS, FINANCE = "H53.CDT.02", "H53.CDT.03", "H53.04"

_ACCIDENTS = "nam,ma_vu,ngay,ma_xa,so_nguoi_chet,so_nguoi_bi_thuong"
_PAYMENTS = "ma_giao_dich,ngay,nam_ke_hoach,ma_chu_dau_tu,ma_du_an,ma_xa,so_tien,nguon_von"
_PLANS = (
    "ma_phan_bo,so_quyet_dinh,ngay_hieu_luc,nam_ke_hoach,ma_chu_dau_tu,ma_du_an,ten_du_an,ma_xa,nguon_von,ke_hoach_ttg,"
    "ke_hoach_tinh"
)
_DOSSIERS = "ky_tiep_nhan,ma_ho_so,ma_tthc,ma_xa,ma_co_quan,ngay_tiep_nhan,han_tra,ngay_tra,kenh"


class Clock:
    """The platform's clock, at the test's will."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at = dt.datetime(2026, 3, 10, 8, tzinfo=HCM).astimezone(dt.UTC)
        patch.setattr(clock, "now", lambda: self.at)

    def set(self, day: dt.date, hour: int = 8) -> dt.datetime:
        """Makes it an hour of a day in the province."""
        self.at = dt.datetime.combine(day, dt.time(hour), HCM).astimezone(dt.UTC)
        return self.at


class Departments:
    """What the departments deliver."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def accidents(self, *rows: tuple[dt.date, str, int]) -> RunView:
        """The year's accidents: (day, commune, dead)."""
        lines = [
            f"{day.year},TN{n:06d}-01,{day},{place},{dead},0" for n, (day, place, dead) in enumerate(rows, start=1)
        ]
        return self._give("csgt_tngt", _ACCIDENTS, lines)

    def payments(self, *rows: tuple[dt.date, str, str, int], first: int = 1) -> RunView:
        """Payments of the plan of their year: (day, investor, commune, dong), numbered from `first`."""
        lines = [
            f"KB{n:012d},{day},{day.year},{agency},7000001,{place},{dong},NSDP"
            for n, (day, agency, place, dong) in enumerate(rows, start=first)
        ]
        return self._give("kb_giaingan", _PAYMENTS, lines)

    def plans(self, *rows: tuple[dt.date, str, str, int]) -> RunView:
        """Capital plans: (in force from, investor, commune, dong)."""
        lines = [
            f"PB{day.year}-1-{n:07d},12/QD,{day},{day.year},{agency},7000001,Cầu,{place},NSDP,{dong},{dong}"
            for n, (day, agency, place, dong) in enumerate(rows, start=1)
        ]
        return self._give("stc_khv", _PLANS, lines)

    def dossiers(self, *rows: tuple[str, dt.date, dt.date, dt.date | None], place: str = NORTH) -> RunView:
        """A quarter's dossiers: (agency, received, due, returned)."""
        lines = [
            f"{day.year}-Q{(day.month + 2) // 3},{agency}-{day:%y%m%d}-{n:04d},1.001,{place},{agency},{day},{due},"
            f"{done or ''},truc_tuyen"
            for n, (agency, day, due, done) in enumerate(rows, start=1)
        ]
        return self._give("motcua_hoso", _DOSSIERS, lines)

    def _give(self, dataset: str, header: str, lines: Iterable[str]) -> RunView:
        path = self._folder / f"{dataset}.csv"  # the same file, saved anew: what stands beside it would be another copy
        path.write_text("\n".join([header, *lines]) + "\n")
        run = hub.receive(dataset, Delivery("phong", path.name, "text/csv", path, clock.now(), layout=Layout("csv")))
        assert run.quarantined == 0
        assert run.state == "published"
        return run


def settle(*codes: str) -> dict[str, int]:
    """Computes indicators now."""
    return indicators.settle(codes)


def redefine(code: str, **changes: Any) -> None:
    """Loads a new version of a definition; `changes` replace its fields."""
    version = DefinitionVersion.objects.filter(code=code).order_by("-version")[0].version + 1
    latest = DefinitionVersion.objects.filter(code=code, version=indicators.definition(code).version).order_by("-pk")[0]
    why = [*latest.content["changes"], {"version": version, "on": "2026-03-10", "by": "Sở", "why": f"Lần {version}"}]
    content = latest.content | {"version": version, "changes": why, "switch": None} | changes
    pack.SECTION.apply([pack.IndicatorItem.model_validate(content)])


def values(code: str, *amounts: int | None, until: dt.date, place: str = "", agency: str = "") -> list[Value]:
    """Makes `amounts` what is known of the days up to `until` for one subject, as a settlement would; None: no value.

    Of what is divided the denominator is 100.
    """
    version = DefinitionVersion.objects.filter(code=code, version=indicators.definition(code).version).order_by("-pk")[
        0
    ]
    divides = version.content["formula"]["denominator"] is not None
    at = clock.now()
    settlement = Settlement.objects.create(definition=version, at=at, engine="duckdb", changed=len(amounts), sources=[])
    Value.objects.filter(indicator=code, place=place, agency=agency, known_to=None).update(known_to=at)
    days = [until - dt.timedelta(days=len(amounts) - 1 - n) for n in range(len(amounts))]
    return Value.objects.bulk_create(
        Value(
            indicator=code, period=day.isoformat(), period_end=day, place=place, agency=agency,
            value=None if amount is None else Decimal(amount), rows=1, known_from=at, settlement=settlement,
            numerator=amount if divides else None, denominator=100 if divides and amount is not None else None,
        )
        for day, amount in zip(days, amounts, strict=True)
    )  # fmt: skip


def held(code: str, **wanted: Any) -> list[tuple[str, str]]:
    """The current values as ("2026-03-01", "3"), by period."""
    rows = Value.objects.filter(indicator=code, known_to=None, **({"place": "", "agency": ""} | wanted))
    return [
        (row.period, "None" if row.value is None else f"{row.value.normalize():f}") for row in rows.order_by("period")
    ]


__all__ = [
    "BUILDINGS",
    "FINANCE",
    "NORTH",
    "ROADS",
    "SOUTH",
    "Clock",
    "Departments",
    "held",
    "redefine",
    "settle",
    "values",
]
