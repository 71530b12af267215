"""Who has not reported has no value; two plan years are open at once; rows of a place that ended count for its heir."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.engines.measure import Formula, Reporting, Term, compute, rows_behind
from vamco.lib.time import Period

if TYPE_CHECKING:
    from vamco.engines.conftest import Engine, Tables

COLUMNS = {"xa": "string", "cq": "string", "ngay": "date", "nam": "long", "tien": "long"}
DAYS = [dt.date(2026, 1, day) for day in range(1, 8)]
DAILY = [Period(day, "day") for day in DAYS]
COUNT = Formula(Term("t", time="ngay", window="ytd"), place="xa", agency="cq")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", None]),
        st.sampled_from(["x", None]),
        st.sampled_from(DAYS),
        st.just(2026),
        st.integers(0, 9),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, until=st.dictionaries(st.sampled_from("ABD"), st.sampled_from(DAYS)))
def test_a_place_is_unknown_if_and_only_if_it_has_not_reported(
    tables: Tables, duck: Engine, rows: list[Any], until: dict[str, dt.date]
) -> None:
    expected = frozenset("ABD")
    relations = {"t": tables.relation(tables.create(COLUMNS, rows))}
    levels = ("province", "place", "agency")
    plain = {(m.place, m.agency, m.period): m for m in compute(COUNT, relations, duck, DAILY, levels)}
    found = compute(COUNT, relations, duck, DAILY, levels, reporting={"t": Reporting("place", expected, until)})

    front = max(until.values(), default=dt.date.min)
    assert expected <= {m.place for m in found}
    for m in found:
        day = m.period.end
        silent = {code for code in expected if until.get(code, dt.date.min) < (day if day > front else min(day, front))}
        before = plain.get((m.place, m.agency, m.period))
        if plain["", "", m.period].value is None:  # the dataset says nothing of the day, about anybody
            assert (m.value, m.silent) == (None, 0)
            continue
        if m.place in expected:
            assert m.silent == (m.place in silent)
            if m.silent:
                assert (m.value, m.numerator, m.rows) == (None, None, 0)
        elif m.place:
            assert m.silent == 0
        else:
            assert m.silent == len(silent)  # of an agency nobody knows which rows they would have brought
        if not (m.place and m.silent):
            assert m.value == (before.value if before else Decimal(0))


def test_of_a_running_month_everybody_has_said_what_can_be_said(tables: Tables, engine: Engine) -> None:
    rows = [("A", "x", DAYS[0], 2026, 1), ("B", "x", DAYS[6], 2026, 1)]
    relations = {"t": tables.relation(tables.create(COLUMNS, rows))}
    formula = Formula(Term("t", time="ngay", window="period"), place="xa")
    january = Period.parse("2026-01")
    told = Reporting("place", frozenset("ABC"), {"A": DAYS[6], "B": DAYS[6], "C": DAYS[5]})
    found = compute(formula, relations, engine, [january], ["province", "place"], reporting={"t": told})
    assert [(m.place, m.value, m.silent) for m in found] == [("", 2, 1), ("A", 1, 0), ("B", 1, 0), ("C", None, 1)]


def test_a_ratio_over_two_datasets_lacks_who_is_silent_in_either(tables: Tables, engine: Engine) -> None:
    above = tables.relation(tables.create(COLUMNS, [("A", "x", DAYS[0], 2026, 1), ("B", "x", DAYS[0], 2026, 1)]))
    below = tables.relation(tables.create(COLUMNS, [("A", "x", DAYS[0], 2026, 4), ("B", "x", DAYS[0], 2026, 5)]))
    formula = Formula(
        Term("t", "sum", "tien", "ngay", "to_date"), Term("u", "sum", "tien", "ngay", "to_date"), 100, place="xa"
    )
    told = {"u": Reporting("place", frozenset("AB"), {"A": DAYS[0]})}
    found = compute(formula, {"t": above, "u": below}, engine, DAILY[:1], ["province", "place"], reporting=told)
    assert [(m.place, m.value, m.numerator, m.denominator, m.silent) for m in found] == [
        ("", Decimal("22.222222"), 2, 9, 1), ("A", 25, 1, 4, 0), ("B", None, 1, None, 1),
    ]  # fmt: skip


def test_a_day_asks_about_the_old_plan_and_the_new_one(tables: Tables, engine: Engine) -> None:
    rows = [
        ("A", "x", dt.date(2025, 12, 30), 2025, 50), ("A", "x", dt.date(2026, 1, 20), 2025, 30),
        ("A", "x", dt.date(2026, 1, 20), 2026, 5), ("A", "x", dt.date(2026, 2, 3), 2026, 6),
    ]  # fmt: skip
    relations = {"t": tables.relation(tables.create(COLUMNS, rows))}
    days = ["2025-12-31", "2026-01-31", "2026-01-31", "2026-02-03"]
    years = [2025, 2025, 2026, 2026]
    for window in ("to_date", "ytd"):
        term = Term("t", "sum", "tien", "ngay", window, year="nam")  # type: ignore[arg-type]
        found = compute(Formula(term), relations, engine, [Period.parse(day) for day in days], years=years)
        assert [(m.year, m.value) for m in found] == [(2025, 50), (2025, 80), (2026, 5), (2026, 11)]
        behind = rows_behind(Formula(term), relations, engine, Period.parse("2026-01-31"), year=2025)
        assert [row.row for row in behind] == [2, 1]


def test_rows_of_a_place_that_ended_count_for_its_heir(tables: Tables, engine: Engine) -> None:
    rows = [("old", "x", DAYS[0], 2026, 1), ("new", "x", DAYS[1], 2026, 2), ("split", "x", DAYS[1], 2026, 4)]
    relations = {"t": tables.relation(tables.create(COLUMNS, rows))}
    formula = Formula(Term("t", "sum", "tien", "ngay", "ytd"), place="xa")
    found = compute(formula, relations, engine, DAILY[:2], ["province", "place"], heirs={"old": "new"})
    assert [(m.place, m.value) for m in found] == [
        ("", 1), ("", 7), ("new", 1), ("new", 3), ("split", 0), ("split", 4),
    ]  # fmt: skip
    behind = rows_behind(formula, relations, engine, DAILY[1], place="new", former=["old"])
    assert [row.row for row in behind] == [2, 1]
    largest = Formula(Term("t", "max", "tien", "ngay", "ytd"), place="xa")
    assert [m.value for m in compute(largest, relations, engine, DAILY[1:2], ["place"], heirs={"old": "new"})] == [2, 4]
