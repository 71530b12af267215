"""A value is marked if and only if something is missing behind it, and by how much, as far as anybody can say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.measure.contracts import Formula, Measured, Term
from vamco.kernel.base import clock as platform_clock
from vamco.lib.time import Period
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import Coverage, Delivery, Layout, MissingRow, Shortfall
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.contracts import Missing
from vamco.systems.indicators.models import Value
from vamco.systems.indicators.public import wording
from vamco.systems.indicators.rules.missing import Behind, Gaps, from_json, to_json
from vamco.systems.indicators.tests.made import BUILDINGS, NORTH, ROADS, SOUTH, settle

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.systems.indicators.contracts import Definition, ValueView
    from vamco.systems.indicators.tests.made import Clock, Departments

FIRST, SECOND = dt.date(2026, 3, 1), dt.date(2026, 3, 2)
NOTHING = Shortfall(0, 0, {}, frozenset(), ())


def view(code: str, **subject: str) -> ValueView:
    return indicators.recent(indicators.definition(code), **subject)[-1]  # type: ignore[arg-type]


def deliver(folder: Path, *lines: str) -> None:
    """Payments of which some may be wrong."""
    header = "ma_giao_dich,ngay,nam_ke_hoach,ma_chu_dau_tu,ma_du_an,ma_xa,so_tien,nguon_von"
    path = folder / f"payments-{len(lines)}.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    hub.receive(
        "kb_giaingan", Delivery("phong", path.name, "text/csv", path, platform_clock.now(), layout=Layout("csv"))
    )


def line(number: int, day: dt.date, agency: str, place: str, amount: str) -> str:
    return f"KB{number:012d},{day},{day.year},{agency},7000001,{place},{amount},NSDP"


def test_a_row_in_quarantine_marks_the_values_that_it_could_belong_to(departments: Departments, tmp_path: Path) -> None:
    departments.plans((dt.date(2026, 1, 1), ROADS, NORTH, 10_000))
    good = [line(n, FIRST, BUILDINGS if n == 1 else ROADS, NORTH, "10") for n in range(1, 30)]
    good.append(line(30, SECOND, ROADS, NORTH, "10"))
    deliver(tmp_path, *good, line(31, SECOND, ROADS, "99999", "50"), line(32, SECOND, ROADS, SOUTH, "1O0"))
    settle("DTC01")

    of = indicators.definition("DTC01")
    first, second = indicators.recent(of)
    assert (first.period_end, first.missing, first.complete) == (FIRST, None, True)
    assert (second.numerator, second.complete) == (300, False)
    assert second.missing == Missing(2, 0, Decimal("0.1429"), None, unread=True)  # 50 of 350; the other cannot be read
    # Of the first row the commune is wrong and of the second the amount: what they say otherwise holds.
    assert view("DTC01", place=NORTH).missing == Missing(1, 0, Decimal("0.1429"), unsure=True)
    assert view("DTC01", agency=ROADS).missing == Missing(
        2, 0, (Decimal(50) / 340).quantize(Decimal("0.0001")), unread=True
    )
    assert view("DTC01", agency=BUILDINGS).missing is None
    run = hub.runs(dataset="kb_giaingan")[0]
    assert [(s.dataset, s.short) for s in indicators.lineage(second.id).sources] == [
        ("kb_giaingan", (run.id,)), ("stc_khv", ()),
    ]  # fmt: skip


def test_rows_that_the_filter_leaves_out_are_not_missing(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments.dossiers((ROADS, FIRST, SECOND, SECOND), (ROADS, FIRST, SECOND, SECOND))
    late, unread = {"han_tra": FIRST, "ngay_tra": SECOND}, {"ngay_tra": SECOND}
    open_still = {"han_tra": FIRST, "ngay_tra": ""}
    rows = [MissingRow(1, {"ma_xa": NORTH, "ma_co_quan": ROADS, **each}) for each in (late, unread, open_still)]
    monkeypatch.setattr(hub, "missing_rows", lambda *_: rows)
    monkeypatch.setattr(hub, "shortfall", lambda _: Shortfall(3, 0, {}, frozenset(), (1,)))
    settle("HCC07")
    # Of those returned two are missing, of those in time only the one whose due day nobody can read.
    assert view("HCC07").missing == Missing(
        2, 0, Decimal("0.3333"), Decimal("0.5"), silent=95, expected=96, unsure=True
    )


def test_a_value_whose_completeness_changed_is_known_anew(
    departments: Departments, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments.accidents((FIRST, NORTH, 1), (SECOND, SOUTH, 1))
    settle("GT02")
    missing = MissingRow(1, {"ngay": SECOND, "ma_xa": SOUTH, "so_nguoi_chet": Decimal(3)})
    monkeypatch.setattr(hub, "missing_rows", lambda *_: [missing])
    for hour, rows, changed in ((9, 1, 2), (10, 1, 0), (11, 0, 2)):
        clock.set(dt.date(2026, 3, 10), hour)
        short = Shortfall(rows, 0, {}, frozenset(), (7,)) if rows else NOTHING
        monkeypatch.setattr(hub, "shortfall", lambda _, short=short: short)
        assert settle("GT02") == {"GT02": changed}  # of the province and of the commune, on the second day only

    found = Value.objects.filter(indicator="GT02", place="", period=SECOND.isoformat()).order_by("known_from")
    assert [row.value for row in found] == [2, 2, 2]
    assert [row.missing for row in found] == [None, {"rows": 1, "numerator": "0.6000"}, None]
    assert [view.complete for view in indicators.past_of(view("GT02"))] == [True, False, True]
    assert indicators.missing_behind(row.pk for row in found) == {found[1].pk: Missing(1, 0, Decimal("0.6"))}
    assert list(Value.objects.filter(indicator="GT02", place=NORTH).values_list("missing", flat=True)) == [None, None]


def test_a_commune_that_does_not_report_has_no_value_and_the_province_is_incomplete(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments.accidents((FIRST, NORTH, 1), (FIRST, SOUTH, 2), (SECOND, NORTH, 1))
    told = Coverage("place", "ma_xa", frozenset({NORTH, SOUTH, "25462"}), {NORTH: SECOND, SOUTH: FIRST})
    monkeypatch.setattr(hub, "coverage", lambda _: told)
    settle("GT02")

    first, second = indicators.recent(indicators.definition("GT02"))
    assert (first.value, first.missing) == (3, Missing(silent=1, expected=3))
    assert (second.value, second.missing) == (4, Missing(silent=2, expected=3))
    north, south, never = (view("GT02", place=code) for code in (NORTH, SOUTH, "25462"))
    assert (north.value, north.complete) == (2, True)
    assert (south.value, south.missing) == (None, Missing(silent=1, expected=1, silent_since=FIRST))
    assert (never.value, never.missing) == (None, Missing(silent=1, expected=1))
    of = indicators.definition("GT02")
    with translation.override("vi"):
        assert wording.lacks(of, second.missing) == "chưa đủ: 2/3 đơn vị chưa báo cáo"
        assert wording.lacks(of, south.missing) == "chưa có số liệu: mới báo cáo đến 01/03/2026"
        assert wording.lacks(of, never.missing) == "chưa có số liệu: chưa báo cáo lần nào"
    # Nothing happened there, and it says so: that is nought.
    monkeypatch.setattr(hub, "coverage", lambda _: Coverage("place", "ma_xa", frozenset({SOUTH, "25462"}), {SOUTH: SECOND, "25462": SECOND}))  # fmt: skip
    settle("GT02")
    assert (view("GT02", place="25462").value, view("GT02").complete) == (0, True)


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (None, ""),
        (Missing(12, 0, Decimal("0.034"), unread=True), "chưa đủ: thiếu 12 dòng (≥\N{NO-BREAK SPACE}3,4% tử số)"),
        (Missing(1234, 0, None, Decimal("0.00004")), "chưa đủ: thiếu 1.234 dòng (<\N{NO-BREAK SPACE}0,1% mẫu số)"),
        (Missing(1), "chưa đủ: thiếu 1 dòng (chưa rõ bao nhiêu)"),
        (Missing(2, 0, Decimal("0.745"), unsure=True), "chưa đủ: có thể thiếu 2 dòng (≤\N{NO-BREAK SPACE}74,5% tử số)"),
        (
            Missing(2, 0, Decimal("0.745"), unread=True, unsure=True),
            "chưa đủ: có thể thiếu 2 dòng (≈\N{NO-BREAK SPACE}74,5% tử số)",
        ),
        (
            Missing(3, 2, Decimal("0.5"), silent=5, expected=96),
            "chưa đủ: 5/96 đơn vị chưa báo cáo; thiếu 3 dòng (50,0% tử số); 2 dòng tạm dùng số liệu cũ",
        ),
    ],
)
def test_what_is_missing_is_said_in_words(db: None, missing: Missing | None, said: str) -> None:
    with translation.override("vi"):
        assert wording.lacks(indicators.definition("DTC01"), missing) == said
    assert from_json(to_json(missing)) == missing


# ── in general ───────────────────────────────────────────────────────────────────────────────────────────────────────

WINDOWS = ["period", "ytd", "to_date", "open", "overdue"]
JANUARY = [dt.date(2026, 1, day) for day in (1, 15, 31)]
DAYS = [dt.date(2025, 12, 31), *JANUARY, dt.date(2026, 2, 1)]
HORIZON = DAYS[-1]


def asked(*, plans: bool) -> list[tuple[Period, int]]:
    if not plans:
        return [(Period(day, "day"), 0) for day in DAYS]
    return [(Period(day, "day"), year) for day in DAYS for year in ([2025, 2026] if day in JANUARY else [day.year])]


class Plan:
    """As much of a definition as the rule asks for."""

    def __init__(self, term: Term, *, plans: bool) -> None:
        self.formula = Formula(term, place="xa", agency="cq", year_closes="01-31" if plans else "")
        self._plans = plans

    def plan_year(self, day: dt.date) -> int:
        return 2025 if self._plans and day <= JANUARY[-1] else day.year


def could_belong(term: Term, row: dict[str, Any], m: Measured) -> bool:
    """The same, one row and one value at a time."""
    if "" in {row.get("ngay"), row.get("tien")} or (term.filter and row.get("loai") in {"x", ""}):
        return False
    if m.place and row.get("xa") not in {None, m.place}:
        return False
    if m.agency and row.get("cq") not in {None, m.agency}:
        return False
    return _in_time(term, row, m)


def surely_belongs(term: Term, row: dict[str, Any], m: Measured) -> bool:
    """Whether all that decides on a row that could belong is known of it."""
    asked = {"xa": bool(m.place), "cq": bool(m.agency), "ngay": True, "nam": bool(term.year), "loai": bool(term.filter)}
    asked["xong"] = term.window in {"open", "overdue"}
    return all(row.get(name) is not None for name, needed in asked.items() if needed)


def _in_time(term: Term, row: dict[str, Any], m: Measured) -> bool:
    year, day, of_year = row.get("nam") if term.year else None, row.get("ngay"), m.year or m.period.end.year
    if year is not None and year != of_year:
        return False
    last, left = m.period.end, row.get("xong") if term.window in {"open", "overdue"} else None
    if left and left <= last:
        return False
    if day is None:
        return year is not None or of_year >= HORIZON.year
    if term.window == "period":
        return m.period.contains(day)
    if term.window == "ytd":
        return day <= m.period.end and (day.year >= of_year if term.year else day.year == of_year)
    return day < last if term.window == "overdue" else day <= last


@given(
    rows=st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "xa": st.sampled_from(["A", "B", ""]),
                "cq": st.sampled_from(["x", ""]),
                "ngay": st.sampled_from([*DAYS, dt.date(2024, 5, 5), ""]),
                "xong": st.sampled_from([*DAYS, ""]),
                "loai": st.sampled_from(["v", "x", "", None]),
                "nam": st.sampled_from([Decimal(2025), Decimal(2026)]),
                "tien": st.one_of(st.integers(1, 100).map(Decimal), st.just("")),
            },
        ),
        max_size=4,
    ),
    window=st.sampled_from(WINDOWS),
    plans=st.booleans(),
    agg=st.sampled_from(["sum", "count"]),
    condition=st.sampled_from(["", "loai = 'v'"]),
)
def test_a_value_is_marked_if_and_only_if_a_missing_row_could_belong_to_it(
    rows: list[dict[str, Any]],
    window: Any,
    plans: bool,  # noqa: FBT001
    agg: Any,
    condition: str,
) -> None:
    term = Term("t", agg, "tien", "ngay", window, condition, year="nam" if plans else "", leave="xong")
    of: Definition = Plan(term, plans=plans)  # type: ignore[assignment]
    short = Shortfall(len(rows), 0, {}, frozenset(), (1,))
    gaps = Gaps(
        of,
        {"t": Behind(short, [MissingRow(1, row) for row in rows], None, {"loai": "string"})},
        asked(plans=plans),
        HORIZON,
        {},
    )
    for period, year in asked(plans=plans):
        for place, agency in (("", ""), ("A", ""), ("C", ""), ("", "x"), ("", "y")):
            m = Measured(period, place, agency, Decimal(100), Decimal(100), None, 1, 0, year)
            own = [row for row in rows if could_belong(term, row, m)]
            found = gaps.of(m)
            assert (found.rows if found else 0) == len(own)
            if found is None:
                continue
            known = [Decimal(1) if agg == "count" else row["tien"] for row in own if agg == "count" or "tien" in row]
            assert found.unread == (len(known) < len(own))
            share = (sum(known) / (100 + sum(known))).quantize(Decimal("0.0001")) if known else None
            assert found.numerator == share
            assert found.unsure == any(not surely_belongs(term, row, m) for row in own)


@given(st.integers(1, 10**6), st.sampled_from(DAYS))
def test_too_many_rows_to_tell_apart_mark_every_value_of_an_open_year(count: int, day: dt.date) -> None:
    term = Term("t", "sum", "tien", "ngay", "ytd")
    short = Shortfall(count, 0, {"tien": Decimal(100)}, frozenset({"tien"}), (1,))
    gaps = Gaps(Plan(term, plans=False), {"t": Behind(short, None, None)}, asked(plans=False), HORIZON, {})  # type: ignore[arg-type]
    for place in ("", "A"):
        found = gaps.of(Measured(Period(day, "day"), place, "", Decimal(100), Decimal(100), None, 1))
        if day.year < HORIZON.year:
            assert found is None
        else:
            assert found == Missing(count, 0, None if place else Decimal("0.5"), unread=True, unsure=True)
