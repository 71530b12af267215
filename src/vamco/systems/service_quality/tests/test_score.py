"""Points of QĐ 766 against fixtures that were reckoned by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.service_quality.contracts import Group, Part, Points, Ratio
from vamco.systems.service_quality.rules import score as rules


def part(most: str, weight: str = "", measure: str = "on_time", exempt: tuple[str, ...] = ()) -> Part:
    given: Any = measure
    return Part("p", "p", "p", Decimal(most), Decimal(weight or most), given, frozenset(exempt))


def points(most: str, counted: int, total: int, weight: str = "") -> Points:
    return rules.of_part(part(most, weight), Ratio(counted, total), "commune").points


@pytest.mark.parametrize(
    ("most", "weight", "counted", "total", "expected"),
    [
        ("20", "", 99, 100, "19.8"),  # progress: 20 × 0.99
        ("20", "", 1998, 2000, "19.98"),
        ("2", "2.5", 60, 100, "1.5"),  # A = 0.60: 2 × 0.60 / 0.80
        ("2", "2.5", 80, 100, "2"),
        ("2", "2.5", 95, 100, "2"),  # never above
        ("4", "", 30, 40, "3"),  # B: 4 × 0.75
        ("6", "12", 25, 100, "3"),  # C = 0.25: 6 × 0.25 / 0.50
        ("6", "12", 92, 100, "6"),
        ("6", "", 741, 1000, "4.446"),  # online payment, Hà Nội June 2026: 74.1 %
        ("6", "", 0, 7, "0"),
    ],
)
def test_points_of_an_indicator(most: str, weight: str, counted: int, total: int, expected: str) -> None:
    assert points(most, counted, total, weight) == Points(Decimal(expected), Decimal(expected))


def test_without_a_source_or_cases_it_is_an_interval_and_never_full_marks() -> None:
    none = rules.of_part(part("6", measure="none"), None, "commune")
    assert (none.points, none.why) == (Points(Decimal(0), Decimal(6)), "no_source")
    empty = rules.of_part(part("6"), Ratio(0, 0), "commune")
    assert (empty.points, empty.why) == (Points(Decimal(0), Decimal(6)), "no_cases")


def test_full_marks_are_only_for_kinds_that_the_decision_exempts() -> None:
    exempting = part("6", measure="none", exempt=("commune",))
    assert rules.of_part(exempting, None, "commune").points == Points(Decimal(6), Decimal(6))
    assert rules.of_part(exempting, None, "department").points == Points(Decimal(0), Decimal(6))


def test_a_group_sums_its_intervals_and_stops_at_its_most() -> None:
    online = Group("online", "", "", Decimal(12), (
        part("2", "2.5", "online_offered"), part("4", "", "online_used"), part("6", "12", "online_filed"),
    ))  # fmt: skip
    ratios: Any = {"online_offered": Ratio(60, 100), "online_used": Ratio(30, 40), "online_filed": Ratio(25, 100)}
    assert rules.of_group(online, ratios, "commune").points == Points(Decimal("7.5"), Decimal("7.5"))
    del ratios["online_used"]
    assert rules.of_group(online, ratios, "commune").points == Points(Decimal("4.5"), Decimal("8.5"))
    payment = Group("payment", "", "", Decimal(10), (part("6"), part("2", "2.5"), part("2.5")))
    assert rules.of_group(payment, {"on_time": Ratio(1, 1)}, "x").points == Points(Decimal(10), Decimal(10))


def test_a_class_is_named_only_where_the_whole_interval_lies_in_it() -> None:
    assert [rules.band(Decimal(each)) for each in ("90", "89.99", "80", "79.9", "70", "50", "49.99", "0")] == [
        "excellent", "good", "good", "fair", "fair", "average", "weak", "weak",
    ]  # fmt: skip
    assert rules.bands(Points(Decimal(81), Decimal(88))) == ("good",)
    assert rules.bands(Points(Decimal("48.2"), Decimal("71.5"))) == ("weak", "average", "fair")
    assert rules.bands(Points(Decimal("59.91"), Decimal("59.91"))) == ("average",)  # Phú Thọ, August 2026


@given(
    st.lists(
        st.tuples(st.integers(1, 20), st.integers(0, 50), st.integers(0, 50), st.booleans()), min_size=1, max_size=8
    )
)
def test_an_interval_holds_whatever_the_missing_data_turn_out_to_be(rows: list[tuple[int, int, int, bool]]) -> None:
    parts, known, truth = [], {}, {}
    for n, (most, counted, more, seen) in enumerate(rows):
        name: Any = f"m{n}"
        parts.append(Part(name, "", "", Decimal(most), Decimal(most), name))
        truth[name] = Ratio(counted, counted + more)
        if seen:
            known[name] = truth[name]
    group = Group("g", "", "", Decimal(30), tuple(parts))
    found, real = rules.of_group(group, known, "x").points, rules.of_group(group, truth, "x").points
    assert 0 <= found.least <= real.least <= real.most <= found.most <= 30
