from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from vamco.lib.validity import DAY, Succession, Version, by_code, heirs, on, timeline, uncovered

D = dt.date(2025, 7, 1)


def day(number: int) -> dt.date:
    return D + dt.timedelta(days=number)


def version(first: int, last: int | None, content: str = "") -> Version[str]:
    return Version(day(first), None if last is None else day(last), content)


versions = st.lists(
    st.builds(
        lambda first, length, content: version(first, None if length is None else first + length, content),
        st.integers(0, 12),
        st.none() | st.integers(0, 6),
        st.sampled_from("abc"),
    ),
    max_size=6,
)


def only(line: list[Version[str]], number: int) -> str | None:
    found = [entry.content for entry in line if entry.contains(day(number))]
    assert len(found) <= 1, "two versions of one thing on one day"
    return found[0] if found else None


def test_a_version_is_in_force_from_its_first_day_to_its_last() -> None:
    assert [number for number in range(-1, 5) if version(0, 2).contains(day(number))] == [0, 1, 2]
    assert version(0, None).contains(dt.date.max)
    assert version(0, 0).contains(D)


def test_a_new_version_closes_the_one_before() -> None:
    assert timeline([version(0, None, "a")], [version(5, None, "b")]) == [version(0, 4, "a"), version(5, None, "b")]


def test_one_that_ends_before_the_next_begins_leaves_a_gap() -> None:
    assert timeline([version(0, 2, "a")], [version(5, None, "b")]) == [version(0, 2, "a"), version(5, None, "b")]


def test_one_given_between_two_ends_where_the_later_begins() -> None:
    held = [version(0, 9, "a"), version(10, None, "c")]
    assert timeline(held, [version(5, None, "b")]) == [version(0, 4, "a"), version(5, 9, "b"), version(10, None, "c")]


def test_one_given_with_the_same_first_day_corrects() -> None:
    assert timeline([version(0, None, "a")], [version(0, 3, "b")]) == [version(0, 3, "b")]
    assert timeline([], []) == []


@given(versions, versions)
def test_never_two_on_a_day_and_no_day_before_the_first_given_changes(held: list, new: list) -> None:
    before = timeline([], held)
    after = timeline(before, new)
    assert timeline(after, []) == after
    first_given = min((entry.first for entry in new), default=day(99))
    for number in range(-1, 20):
        now = only(after, number)
        if day(number) < first_given:
            assert now == only(before, number)
    for entry in new:
        if [other.first for other in new].count(entry.first) == 1:
            assert only(after, (entry.first - D).days) == entry.content


@given(versions, st.integers(-1, 14), st.none() | st.integers(0, 8))
def test_the_first_day_without_a_version_is_found(given_: list, first: int, length: int | None) -> None:
    last = None if length is None else first + length
    found = uncovered(given_, day(first), None if last is None else day(last))
    naive = [
        day(number)
        for number in range(first, (40 if last is None else last) + 1)
        if not any(entry.contains(day(number)) for entry in given_)
    ]
    assert found == (naive[0] if naive else None)


@dataclass(frozen=True)
class Row:
    code: str
    valid_from: dt.date
    valid_to: dt.date | None = None


def test_rows_of_each_code_follow_one_another() -> None:
    one, two, other = Row("80", day(0)), Row("80", day(5)), Row("72", day(1), day(3))
    lines = by_code([two, other, one])
    assert lines == {
        "80": [Version(day(0), day(4), one), Version(day(5), None, two)],
        "72": [Version(day(1), day(3), other)],
    }
    assert [on(lines["80"], day(number)) for number in (-1, 4, 5)] == [None, one, two]


def edge(before: str, after: str, on_day: int) -> Succession[str]:
    return Succession(before, after, day(on_day))


def test_who_is_in_force_is_its_own_heir() -> None:
    assert heirs("a", [edge("a", "b", 0)], day(5), {"a", "b"}) == ["a"]


def test_heirs_are_followed_to_those_in_force_on_the_day() -> None:
    edges = [edge("a", "b", 1), edge("b", "c", 5), edge("b", "d", 5)]
    assert heirs("a", edges, day(0), {"b", "c", "d"}) == []
    assert heirs("a", edges, day(4), {"b"}) == ["b"]
    assert heirs("a", edges, day(5), {"c", "d"}) == ["c", "d"]
    assert heirs("a", edges, day(9), {"d"}) == ["d"]
    assert heirs("a", edges, day(9), set()) == []


def test_what_was_given_away_before_the_end_does_not_inherit_the_rest() -> None:
    assert heirs("a", [edge("a", "b", 1), edge("a", "c", 5)], day(9), {"b", "c"}) == ["c"]


def test_a_merger_that_is_undone_ends_where_it_began() -> None:
    edges = [edge("a", "b", 1), edge("b", "a", 5)]
    assert heirs("a", edges, day(3), {"b"}) == ["b"]
    assert heirs("b", edges, day(6), {"a"}) == ["a"]
    assert heirs("a", edges, day(9), set()) == []


@given(
    st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde"), st.integers(0, 5)), max_size=12),
    st.sampled_from("abcde"),
    st.sets(st.sampled_from("abcde")),
    st.integers(0, 5),
)
def test_heirs_end_are_in_force_and_come_once(edges: list, of: str, alive: set, as_of: int) -> None:
    found = heirs(of, [edge(*entry) for entry in edges], day(as_of), alive)
    assert len(found) == len(set(found))
    assert set(found) <= alive
    reachable = {of}
    for _ in "abcde":
        reachable |= {after for before, after, at in edges if before in reachable and at <= as_of}
    assert set(found) <= reachable


def test_a_day_is_a_day() -> None:
    assert day(1) - day(0) == DAY
