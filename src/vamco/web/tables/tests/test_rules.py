"""An address says what it can say, and nothing else; a text in a file stays a text."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.web.tables import rules
from vamco.web.tables.rules import Shape, State

SHAPE = Shape(
    columns=("name", "paid", "due", "fee"), optional=frozenset({"fee"}), sortable=frozenset({"name", "paid"}),
    filters=("words", "state"), sort="-paid",
)  # fmt: skip

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
QUERY = st.dictionaries(
    st.sampled_from(["sort", "columns", "after", "before", "words", "state", "export", "task", "other"]) | TEXT,
    st.lists(TEXT | st.sampled_from(["name", "-paid", "paid,name", "fee", ""]), max_size=4),
    max_size=8,
)


def back(address: str) -> dict[str, list[str]]:
    assert address.startswith("?")
    return parse_qs(address[1:], keep_blank_values=True, max_num_fields=10_000)


@given(QUERY)
def test_reading_is_total_and_what_was_read_is_written_and_read_the_same(query: dict[str, list[str]]) -> None:
    state = rules.read(query, SHAPE)
    assert rules.read(back(rules.address(state)), SHAPE) == state
    assert set(rules.shown(state, SHAPE)) <= set(SHAPE.columns)
    assert rules.shown(state, SHAPE)[0] == "name"
    assert state.sort.removeprefix("-") in {"", *SHAPE.sortable}
    assert {name for name, _values in state.filters} <= set(SHAPE.filters)
    assert not (state.after and state.before)


def test_what_a_table_does_not_know_is_left_out() -> None:
    query = {"sort": ["due"], "columns": ["x,y"], "words": [" ", ""], "other": ["1"], "export": ["csv"]}
    assert rules.read(query, SHAPE) == State()
    assert rules.read({"sort": ["-paid"]}, SHAPE) == State()  # it is the standard
    assert rules.read({"sort": ["name", "paid"]}, SHAPE).sort == "paid"  # the last counts
    assert rules.read({"after": ["a"], "before": ["b"]}, SHAPE) == State(after="a")


def test_columns_are_chosen_by_name_in_the_tables_order_and_the_first_stays() -> None:
    assert rules.shown(State(), SHAPE) == ("name", "paid", "due")
    assert rules.read({"columns": ["fee,paid"]}, SHAPE).columns == ("name", "paid", "fee")
    assert rules.read({"columns": ["fee", "due"]}, SHAPE).columns == ("name", "due", "fee")
    assert rules.read({"columns": ["name"]}, SHAPE).columns == ("name",)
    assert rules.read({"columns": ["due,paid,name"]}, SHAPE).columns == ()


def test_a_head_sorts_by_its_column_and_then_the_other_way_from_the_first_page() -> None:
    state = State(after="x", filters=(("words", ("a",)),))
    assert state.sorted_by("paid", "-paid") == State(sort="paid", filters=(("words", ("a",)),))
    assert state.sorted_by("paid", "paid") == State(sort="-paid", filters=(("words", ("a",)),))
    assert rules.address(state.sorted_by("name", "-paid")) == "?words=a&sort=name"


def test_a_filter_is_taken_away_by_its_value() -> None:
    state = State(filters=(("state", ("a", "b")), ("words", ("a",))), before="x")
    assert state.without("state", "a") == State(filters=(("state", ("b",)), ("words", ("a",))))
    assert state.without("words", "a") == State(filters=(("state", ("a", "b")),))
    assert state.without("words", "z") == replace(state, before="")
    assert state.from_the_start() == replace(state, before="")


def test_endless_addresses_are_cut() -> None:
    state = rules.read({"words": ["a" * 9999], "state": [str(n) for n in range(999)]}, SHAPE)
    assert [len(state.filters[0][1][0]), len(state.filters[1][1])] == [2000, 50]


@given(st.lists(st.none() | TEXT.filter(lambda text: "\0" not in text), min_size=1, max_size=3))
def test_a_key_comes_back_as_it_went(parts: list[str | None]) -> None:
    token = rules.write_place(*parts)
    assert rules.read_place(token, len(parts)) == tuple(parts)
    assert rules.read_place(token, len(parts) + 1) is None
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_a_forged_key_is_no_key(token: str) -> None:
    found = rules.read_place(token, 2)
    assert found is None or (len(found) == 2 and rules.read_place(rules.write_place(*found), 2) == found)


@pytest.mark.parametrize(
    "text", ["[1,2]", '{"a":1}', '["a",{}]', '["a"', '["\\u0000","1"]', '["\\ud800","1"]', "[" * 5000]
)
def test_a_key_of_the_wrong_kind_is_no_key(text: str) -> None:
    import base64

    assert rules.read_place(base64.urlsafe_b64encode(text.encode()).decode(), 2) is None


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84 909", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "\ufeff=1", "＝1", '=HYPERLINK("//evil")', "\u00a0+1"],
)  # fmt: skip
def test_a_formula_becomes_a_text(text: str) -> None:
    assert rules.harmless(text).replace("\t'", "\t").replace("\r'", "\r") == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "Sở Y tế", "a=b", "12.5", "– không có", "'=1"])
def test_a_text_stays_as_it_is(text: str) -> None:
    assert rules.harmless(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_no_cell_of_a_file_begins_like_a_formula(text: str) -> None:
    """Read back as a spreadsheet does, which skips spaces before a formula."""
    paper = io.StringIO(newline="")
    csv.writer(paper).writerow([rules.harmless(text)])
    (row,) = csv.reader(io.StringIO(paper.getvalue(), newline=""))
    assert row[0].lstrip(" \u00a0\ufeff")[:1] not in rules.FORMULA or row[0] == ""
    assert row[0] in {text, f"'{text}"}
