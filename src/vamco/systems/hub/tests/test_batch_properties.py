"""Every row of a batch has one end, whatever stands in the file and in the table."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from vamco.systems.hub.adapters.intake import batch
from vamco.systems.hub.tests.building import AMOUNT, CSV, KEY, contract, field
from vamco.systems.hub.tests.test_intake import LISTS, TODAY

FIELDS = (KEY, AMOUNT, field("so", unique=True), field("ten"))
CELLS = st.tuples(
    st.sampled_from(["a", "b", "c", ""]),
    st.sampled_from(["1", "2", "-1", "x", ""]),
    st.sampled_from(["s", "t", "", ""]),
    st.sampled_from(["", "n"]),
)
GOOD = st.tuples(
    st.sampled_from("abc"), st.integers(1, 2), st.sampled_from(["s", "t", None, None]), st.sampled_from([None, "n"])
)


def table_of(rows: list[tuple[Any, ...]]) -> pa.Table:
    """A table that holds what its contract demands: the rows whose key and unique column no earlier one has."""
    kept: list[tuple[Any, ...]] = []
    for row in rows:
        if all(row[0] != other[0] and (row[2] is None or row[2] != other[2]) for other in kept):
            kept.append(row)
    types = (pa.string(), pa.int64(), pa.string(), pa.string())
    names = ("ma", "so_tien", "so", "ten")
    columns = [[row[n] for row in kept] for n in range(4)]
    return pa.table({name: pa.array(values, kind) for name, kind, values in zip(names, types, columns, strict=True)})


def value(row: tuple[str, ...]) -> tuple[Any, ...]:
    ma, so_tien, so, ten = row
    return (ma, int(so_tien), so or None, ten or None)


def right(row: tuple[str, ...]) -> bool:
    return bool(row[0]) and row[1] in {"1", "2"}


def ends(rows: list[tuple[str, ...]], table: pa.Table, *, revise: bool) -> dict[str, set[int]]:
    """The end of each row, by a slow reading of the rules."""
    standing = [tuple(row.values()) for row in table.to_pylist()]
    found: dict[str, set[int]] = {"good": set(), "repeats": set(), "bad": set(), "revised": set()}
    for n, row in enumerate(rows, start=1):
        if not right(row):
            found["bad"].add(n)
            continue
        mine = value(row)
        twins = [other for other in rows if other[0] == row[0] or (other[2] and other[2] == row[2])]
        if any(not right(other) or value(other) != mine for other in twins):
            found["bad"].add(n)
        elif mine in standing:
            found["repeats"].add(n)
        elif any(other[2] and other[2] == mine[2] and (not revise or other[0] != mine[0]) for other in standing) or (
            not revise and any(other[0] == mine[0] for other in standing)
        ):
            found["bad"].add(n)
        elif row in rows[: n - 1]:
            found["repeats"].add(n)
        else:
            found["good"].add(n)
            if any(other[0] == mine[0] for other in standing):
                found["revised"].add(n)
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, max_size=8), st.lists(GOOD, max_size=3), st.booleans())
def test_every_row_is_good_or_repeats_or_is_bad(
    rows: list[tuple[str, ...]],
    stands: list[tuple[Any, ...]],
    revise: bool,  # noqa: FBT001
) -> None:
    terms = contract(
        *FIELDS,
        delivery="append",
        custom=[{"property": "vamco.corrections", "value": "revise" if revise else "quarantine"}],
    )
    table = table_of(stands)
    expected = ends(rows, table, revise=revise)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.csv"
        path.write_text("\n".join(["ma,so_tien,so,ten", *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
        with batch.opened(path, CSV, terms, batch.Setting(LISTS, TODAY), Path(folder)) as found:
            found.judge_keys(lambda columns, _span: table.select(list(columns)))
            good, repeats = found.counts()
            bad = list(found.bad())
            taken = found.good(1).to_pylist()
            assert (found.rows, good + repeats + len(bad)) == (len(rows), len(rows))
            assert {row["_row"] for row in taken} == expected["good"]
            assert {row for row, _, _ in bad} == expected["bad"]
            assert all(codes for _, codes, _ in bad)
            assert repeats == len(expected["repeats"])
            assert found.revised == len(expected["revised"])
            keys = Counter(
                row["ma"] for row in found.ask("SELECT ma FROM numbered SEMI JOIN revised USING (_row)").to_pylist()
            )
            assert keys == Counter(rows[n - 1][0] for n in expected["revised"])
            wrong = found.total("SELECT count(*) FROM {bad}")[0][0]
            assert wrong == len(bad)
