from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.lib import due as rules
from vamco.lib.time import HCM

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=HCM)


@pytest.mark.parametrize(
    ("due_at", "standing", "days"),
    [
        (dt.datetime(2026, 11, 20, 11, 59, tzinfo=HCM), "overdue", 0),
        (dt.datetime(2026, 11, 19, 17, tzinfo=HCM), "overdue", -1),
        (dt.datetime(2026, 11, 20, 12, tzinfo=HCM), "today", 0),
        (dt.datetime(2026, 11, 20, 17, tzinfo=HCM), "today", 0),
        (dt.datetime(2026, 11, 21, 0, tzinfo=HCM), "soon", 1),
        (dt.datetime(2026, 11, 23, 17, tzinfo=HCM), "soon", 3),
        (dt.datetime(2026, 11, 24, 0, tzinfo=HCM), "later", 4),
        (dt.datetime(2026, 11, 20, 18, tzinfo=dt.UTC), "soon", 1),  # 01:00 of the 21st in the province
    ],
)
def test_how_near(due_at: dt.datetime, standing: str, days: int) -> None:
    assert rules.due(due_at, NOON) == rules.Due(standing, days)  # type: ignore[arg-type]


@given(st.timedeltas(dt.timedelta(days=-400), dt.timedelta(days=400)))
def test_never_overdue_before_its_time_and_always_after(distance: dt.timedelta) -> None:
    assert (rules.due(NOON + distance, NOON).standing == "overdue") is (distance < dt.timedelta())


@given(st.timedeltas(dt.timedelta(), dt.timedelta(days=400)), st.timedeltas(dt.timedelta(), dt.timedelta(days=400)))
def test_what_is_due_later_never_looks_nearer(one: dt.timedelta, more: dt.timedelta) -> None:
    order = ("overdue", "today", "soon", "later")
    near, far = rules.due(NOON + one, NOON), rules.due(NOON + one + more, NOON)
    assert order.index(near.standing) <= order.index(far.standing)
    assert near.days <= far.days
