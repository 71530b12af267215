from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.demo import layer, pace
from vamco.demo.published import Published

PUBLISHED = Published(layer.figures(Path(__file__).parents[4] / "packs" / "tayninh"))

weights = st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda found: sum(found) > 1e-3)


@given(st.integers(0, 10**14), weights)
def test_parts_sum_to_the_total_and_none_is_negative(total, parts_of):
    parts = pace.split(total, parts_of)
    assert sum(parts) == total
    assert min(parts) >= 0
    assert len(parts) == len(parts_of)


def test_splitting_by_nothing_is_refused():
    with pytest.raises(ValueError, match="every weight is zero"):
        pace.split(5, [0.0, 0.0])
    with pytest.raises(ValueError, match="every weight is zero"):
        pace.split(5, [])


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(0, 40))
def test_a_due_date_is_a_working_day_as_many_working_days_later(day, count):
    due = pace.after_working_days(day, count)
    assert pace.is_working(due)
    between = [d for d in pace.days_between(day + timedelta(days=1), due) if pace.is_working(d)]
    assert len(between) == count if count else between in ([], [due])


@pytest.mark.parametrize(
    ("day", "works"),
    [("2026-02-17", False), ("2026-02-13", False), ("2026-02-12", True), ("2026-04-30", False), ("2026-11-21", False)],
)
def test_tet_holidays_and_weekends_are_off(day, works):
    assert pace.is_working(date.fromisoformat(day)) is works


def test_the_treasury_is_shut_when_nobody_works_and_busy_at_a_quarters_end():
    assert pace.treasury_weight(date(2026, 2, 17)) == 0.0
    assert (
        pace.treasury_weight(date(2026, 6, 30))
        > pace.treasury_weight(date(2026, 7, 30))
        > pace.treasury_weight(date(2026, 7, 14))
    )


@pytest.mark.parametrize("table", ["disbursed", "revenue"])
@pytest.mark.parametrize("year", [2025, 2026, 2027, 2029])
def test_points_run_forward_in_time_and_amount(table, year):
    found = getattr(PUBLISHED, table)(year)
    assert found[0] == (date(year - 1, 12, 31), 0)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(found))


def test_a_year_after_the_last_known_repeats_it_larger():
    assert PUBLISHED.plan(2027) == [(date(2027, 1, 1), 32_600_000_000_000, 33_768_000_000_000)]
    assert PUBLISHED.revenue(2028)[-1][1] == round(57_400 * 10**9 * 1.05**2)


def test_draws_depend_on_nothing_but_seed_and_key():
    assert pace.draws(1, "a", 2).random() == pace.draws(1, "a", 2).random()
    assert pace.draws(1, "a", 2).random() != pace.draws(2, "a", 2).random()
