"""Which reports may tell of the same event."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.text import classify
from vamco.engines.text.contracts import Report
from vamco.engines.text.duplicates import distance, near

AT = dt.datetime(2026, 11, 3, 8, tzinfo=dt.UTC)
FLOOD = Report("a", "Đường ngập nước sâu trước chợ", 106.1, 11.3, AT, "flood")
METRE = 1 / 111_320


def test_who_tells_the_same_is_found_and_who_tells_something_else_is_not() -> None:
    same = replace(
        FLOOD, id="b", text="ngap nuoc truoc cho, xe chet may", lat=11.3 + 30 * METRE, at=AT + dt.timedelta(hours=2)
    )
    other = replace(FLOOD, id="c", text="Karaoke hàng xóm ồn quá", lat=11.3 + 80 * METRE, category="noise")
    far = replace(same, id="d", lat=11.3 + 151 * METRE)
    old = replace(same, id="e", at=AT - dt.timedelta(days=7, seconds=1))
    assert [match.id for match in near(FLOOD, [FLOOD, other, far, old, same])] == ["b"]


def test_words_find_it_although_another_category_was_chosen() -> None:
    wrong = replace(FLOOD, id="b", category="drain", at=AT + dt.timedelta(hours=1))
    assert [match.id for match in near(FLOOD, [wrong])] == ["b"]


def test_a_model_tells_two_matters_at_one_place_and_time_apart() -> None:
    flooded, noisy = (
        ["ngập nước sâu", "đường ngập", "mưa ngập xe chết máy"],
        ["karaoke ồn", "hàng xóm ồn quá", "loa karaoke lớn"],
    )
    model = classify.train(flooded + noisy, ["flood"] * 3 + ["noise"] * 3)
    noise = replace(FLOOD, id="b", text="Karaoke hàng xóm ồn quá", category="noise")
    told_otherwise = replace(FLOOD, id="c", text="mưa ngập, xe tắt máy", category="drain")
    found = {match.id: match.score for match in near(FLOOD, [noise, told_otherwise], model, threshold=0)}
    assert found["b"] < 0.6
    assert found["c"] > 0.9


def test_nearer_and_later_told_is_likelier() -> None:
    at_30, at_90 = (replace(FLOOD, id=f"{metres}", lat=11.3 + metres * METRE) for metres in (30, 90))
    days_3 = replace(FLOOD, id="days", at=AT + dt.timedelta(days=3))
    scores = {match.id: match.score for match in near(FLOOD, [at_90, at_30, days_3], threshold=0)}
    assert scores["30"] > scores["90"]
    assert scores["30"] > scores["days"]
    assert [match.id for match in near(FLOOD, [at_90, at_30], threshold=0)] == ["30", "90"]


def test_the_distance_is_in_metres() -> None:
    north, east = replace(FLOOD, lat=11.31), replace(FLOOD, lon=106.11)
    assert distance(FLOOD, north) == pytest.approx(1113.2, rel=1e-3)
    assert distance(FLOOD, east) == pytest.approx(1091.6, rel=1e-3)


@given(st.text(max_size=80), st.text(max_size=80), st.floats(0, 140), st.floats(0, 6))
def test_a_score_is_the_same_from_both_sides_and_a_probability(
    first: str, second: str, metres: float, days: float
) -> None:
    a = replace(FLOOD, text=first)
    b = replace(FLOOD, id="b", text=second, lat=11.3 + metres * METRE, at=AT + dt.timedelta(days=days))
    (there,), (back,) = near(a, [b], threshold=0), near(b, [a], threshold=0)
    assert there.score == pytest.approx(back.score)
    assert 0 <= there.score <= 1


def test_without_a_category_nothing_is_the_same_category() -> None:
    none = replace(FLOOD, category="", text="x")
    assert near(none, [replace(none, id="b", text="y", lat=11.3 + 90 * METRE)]) == []
