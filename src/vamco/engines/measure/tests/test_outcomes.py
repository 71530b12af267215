"""What a condition may say of a row with unknown cells is all that it says of the rows that it could be; DuckDB is asked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.engines.measure import outcomes, parse_filter

COLUMNS = {
    "ten": "string",
    "so": "long",
    "tien": "decimal(18,2)",
    "dung": "boolean",
    "ngay": "date",
    "tra": "timestamptz",
}
ANY = {True, False, None}
DAYS = [dt.date(2026, 1, day) for day in (1, 2, 3)]
CELLS: dict[str, list[Any]] = {
    "ten": ["", "a", "b"],
    "so": ["", Decimal(1), Decimal(2)],
    "tien": ["", Decimal("1.50"), Decimal(2)],
    "dung": ["", True, False],
    "ngay": ["", *DAYS],
    "tra": ["", *DAYS],
}


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("", {}, {True}),
        ("tra <= ngay", {"tra": DAYS[0], "ngay": DAYS[1]}, {True}),
        ("tra <= ngay", {"tra": DAYS[2], "ngay": DAYS[1]}, {False}),
        ("tra <= ngay", {"tra": "", "ngay": DAYS[1]}, {None}),
        ("tra <= ngay", {"tra": None, "ngay": DAYS[1]}, ANY),
        ("tra <= ngay", {"ngay": DAYS[1]}, ANY),
        ("tra IS NULL", {"tra": ""}, {True}),
        ("tra IS NOT NULL", {}, ANY),
        ("NOT ten = 'a'", {"ten": ""}, {None}),
        ("ten = 'a' AND so = 1", {"so": Decimal(2)}, {False}),
        ("ten = 'a' OR so = 1", {"so": Decimal(1)}, {True}),
        ("ten = 'a' OR so = 1", {"so": Decimal(2)}, ANY),
        ("so BETWEEN -1 AND 1", {"so": Decimal(1)}, {True}),
        ("ten NOT IN ('a', 'b')", {"ten": "c"}, {True}),
        ("dung = FALSE", {"dung": True}, {False}),
        ("tra < '2026-01-02'", {"tra": DAYS[0]}, {True}),
    ],
)
def test_what_is_known_decides_and_the_rest_is_open(text: str, row: dict[str, Any], expected: set[bool | None]) -> None:
    assert outcomes(parse_filter(text, COLUMNS), row) == expected


def _predicates() -> st.SearchStrategy[str]:
    compare = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    literals = {"ten": "'a'", "so": "1", "tien": "1.5", "ngay": "'2026-01-02'", "tra": "'2026-01-02'"}
    name = st.sampled_from(list(literals))
    return st.one_of(
        st.builds(lambda n, sign: f"{n} {sign} {literals[n]}", name, compare),
        st.builds(lambda sign: f"tra {sign} ngay", compare),
        st.builds(lambda sign: f"so {sign} tien", compare),
        st.builds(lambda n, no: f"{n} {no}IN ({literals[n]})", name, st.sampled_from(["", "NOT "])),
        st.builds(lambda n, no: f"{n} IS {no}NULL", name, st.sampled_from(["", "NOT "])),
        st.builds(lambda n: f"{n} BETWEEN {literals[n]} AND {literals[n]}", name),
        st.sampled_from(["dung = TRUE", "dung <> TRUE", "dung = FALSE"]),
    )


CONDITIONS = st.recursive(
    _predicates(),
    lambda inner: st.one_of(
        st.builds("NOT {}".format, inner.map("({})".format)),
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
    ),
    max_leaves=5,
)
ROWS = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})


def said(text: str, row: dict[str, Any]) -> bool | None:
    sql = parse_filter(text, COLUMNS).sql("duckdb")
    kinds = {"string": "VARCHAR", "long": "BIGINT", "boolean": "BOOLEAN", "date": "DATE", "timestamptz": "TIMESTAMP"}
    cells = ", ".join(f"?::{kinds.get(kind, kind)} AS {name}" for name, kind in COLUMNS.items())
    given = [None if row[name] == "" else row[name] for name in COLUMNS]
    found = duckdb.execute(f"SELECT {sql} FROM (SELECT {cells})", given).fetchone()
    assert found
    return found[0]  # type: ignore[no-any-return]


@given(CONDITIONS, ROWS)
@settings(max_examples=60, deadline=None)
def test_of_a_known_row_it_is_what_the_engine_says(text: str, row: dict[str, Any]) -> None:
    assert outcomes(parse_filter(text, COLUMNS), row) == {said(text, row)}


@given(CONDITIONS, ROWS, st.sets(st.sampled_from(list(CELLS)), min_size=1, max_size=2))
@settings(max_examples=40, deadline=None)
def test_of_an_unknown_cell_nothing_is_ruled_out_that_could_be(
    text: str, row: dict[str, Any], hidden: set[str]
) -> None:
    seen = {name: cell for name, cell in row.items() if name not in hidden}
    possible = outcomes(parse_filter(text, COLUMNS), seen)
    for name in hidden:
        for cell in CELLS[name]:
            assert said(text, {**row, name: cell}) in possible
