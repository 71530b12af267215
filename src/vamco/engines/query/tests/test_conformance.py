"""The same question on both engines, each answer against the expected one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

if TYPE_CHECKING:
    from vamco.engines.conftest import Engine, Tables

EVERY = {
    "c": "string", "n": "long", "x": "double", "b": "boolean", "d": "date", "m": "timestamptz", "s": "decimal(18,2)", "g": "decimal(38,6)",
}  # fmt: skip
MOMENT = dt.datetime(2026, 1, 1, 17, 30, 0, 123456, tzinfo=dt.UTC)  # 00:30 on 2 January in Vietnam
ROW = ("Phường Tân Ninh", 7, 0.5, True, dt.date(2026, 1, 31), MOMENT, Decimal("12.50"), Decimal("0.000001"))
NULLS = (None,) * 8


def ask(engine: Engine, tables: Tables, text: str, *names: str, snapshot: int | None = None) -> pa.Table:
    query = sqlglot.parse_one(text)
    assert isinstance(query, exp.Query)
    letters = dict(zip("tuv", names, strict=False))
    return engine.run(query, {letter: tables.relation(name, snapshot) for letter, name in letters.items()})


def rows(answer: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in answer.to_pylist()]


def test_every_type_in_one_form(engine: Engine, tables: Tables):
    name = tables.create(EVERY, [ROW, NULLS])
    answer = ask(engine, tables, "SELECT c, n, x, b, d, m, s, g FROM t ORDER BY _row", name)
    assert answer.schema == pa.schema({
        "c": pa.string(), "n": pa.int64(), "x": pa.float64(), "b": pa.bool_(), "d": pa.date32(),
        "m": pa.timestamp("us", tz="UTC"), "s": pa.decimal128(38, 2), "g": pa.decimal128(38, 6),
    })  # fmt: skip
    assert rows(answer) == [ROW, NULLS]


def test_a_table_without_rows_still_has_its_columns(engine: Engine, tables: Tables):
    name = tables.create(EVERY)
    answer = ask(engine, tables, "SELECT c, n, x, b, d, m, s, g FROM t", name)
    assert answer.num_rows == 0
    assert answer.schema.names == list(EVERY)
    assert rows(ask(engine, tables, "SELECT COUNT(*) AS k, SUM(n) AS v, MAX(d) AS w FROM t", name)) == [(0, None, None)]


def test_a_table_emptied_again_has_no_rows(engine: Engine, tables: Tables):
    name = tables.create({"n": "long"}, [(1,), (2,)])
    before = tables.relation(name).snapshot
    tables.put(name, [], "replace")
    assert rows(ask(engine, tables, "SELECT n FROM t", name)) == []
    assert rows(ask(engine, tables, "SELECT n FROM t ORDER BY n", name, snapshot=before)) == [(1,), (2,)]


def test_vietnamese_texts_are_told_apart_letter_by_letter(engine: Engine, tables: Tables):
    words = ["Bến Lức", "Bến lức", "Ben Luc", "Đức Hòa", "đức hòa", "Duc Hoa", ""]
    name = tables.create({"c": "string"}, [(word,) for word in words])
    for word in words:
        query = exp.select("c").from_("t").where(exp.EQ(this=exp.column("c"), expression=exp.Literal.string(word)))
        assert rows(engine.run(query, {"t": tables.relation(name)})) == [(word,)]
    assert rows(ask(engine, tables, "SELECT MIN(c) AS a, MAX(c) AS b, COUNT(DISTINCT c) AS k FROM t", name)) == [
        ("", "đức hòa", 7)
    ]


def test_quotes_and_backslashes_in_texts_stay_texts(engine: Engine, tables: Tables):
    words = ["O'Brien", "a\\'b", "\\", "'; DROP TABLE t; --", "a\nb", "100%"]
    name = tables.create({"c": "string"}, [(word,) for word in words])
    for word in words:
        query = exp.select("c").from_("t").where(exp.EQ(this=exp.column("c"), expression=exp.Literal.string(word)))
        assert rows(engine.run(query, {"t": tables.relation(name)})) == [(word,)]


def test_decimals_add_exactly(engine: Engine, tables: Tables):
    name = tables.create({"s": "decimal(18,2)"}, [(Decimal("0.10"),)] * 10 + [(Decimal("9999999999999999.99"),)] * 3)
    answer = ask(engine, tables, "SELECT SUM(s) AS v, MIN(s) AS a, MAX(s) - MIN(s) AS d FROM t", name)
    assert rows(answer) == [(Decimal("30000000000000000.97"), Decimal("0.10"), Decimal("9999999999999999.89"))]
    assert answer.schema.field("v").type == pa.decimal128(38, 2)


def test_sums_of_whole_numbers_do_not_overflow(engine: Engine, tables: Tables):
    name = tables.create({"n": "long"}, [(2**63 - 1,)] * 3)
    answer = ask(engine, tables, "SELECT SUM(n) AS v, SUM(CASE WHEN n > 0 THEN n END) AS w FROM t", name)
    assert rows(answer) == [(Decimal(3 * (2**63 - 1)),) * 2]
    assert answer.schema.field("v").type == pa.decimal128(38, 0)


def test_sums_over_windows_and_unions_do_not_overflow_either(engine: Engine, tables: Tables):
    name = tables.create({"n": "long"}, [(2**63 - 1,)] * 2)
    text = "SELECT SUM(n) AS v FROM (SELECT n FROM t UNION ALL SELECT n FROM t) AS b"
    assert rows(ask(engine, tables, text, name)) == [(Decimal(4 * (2**63 - 1)),)]


def test_empty_values_in_conditions_groups_and_order(engine: Engine, tables: Tables):
    name = tables.create({"c": "string", "n": "long"}, [("a", 1), (None, 2), ("b", None), (None, None)])
    assert rows(ask(engine, tables, "SELECT n FROM t WHERE c <> 'a' ORDER BY n", name)) == [(None,)]
    assert rows(ask(engine, tables, "SELECT n FROM t WHERE c IN ('a') OR NOT n IN (7)", name)) == [(1,), (2,)]
    grouped = ask(
        engine, tables, "SELECT c, COUNT(*) AS k, COUNT(n) AS m, SUM(n) AS v FROM t GROUP BY c ORDER BY c", name
    )
    assert rows(grouped) == [(None, 2, 1, Decimal(2)), ("a", 1, 1, Decimal(1)), ("b", 1, 0, None)]
    assert rows(ask(engine, tables, "SELECT n FROM t ORDER BY n DESC", name)) == [(2,), (1,), (None,), (None,)]


def test_a_renamed_column_keeps_its_values_and_old_snapshots_their_name(engine: Engine, tables: Tables):
    name = tables.create({"c": "string", "n": "long"}, [("a", 1)])
    old = tables.relation(name).snapshot
    tables.rename(name, "n", "so")
    tables.put(name, [("b", 2)])
    assert rows(ask(engine, tables, "SELECT c, so FROM t ORDER BY c", name)) == [("a", 1), ("b", 2)]
    assert rows(ask(engine, tables, "SELECT c, n FROM t", name, snapshot=old)) == [("a", 1)]
    tables.rename(name, "c", "n")  # a name that another column had before
    assert rows(ask(engine, tables, "SELECT n, so FROM t ORDER BY so", name)) == [("a", 1), ("b", 2)]


def test_a_new_column_is_empty_in_old_rows(engine: Engine, tables: Tables):
    from vamco.engines.lake import Column

    name = tables.create({"c": "string"}, [("a",)])
    tables.lake.evolve(name, [Column("c", "string"), Column("s", "decimal(9,1)")])
    tables.put(name, [("b", Decimal("1.5"))])
    assert rows(ask(engine, tables, "SELECT c, s FROM t ORDER BY c", name)) == [("a", None), ("b", Decimal("1.5"))]


def test_replaced_slices_are_gone_and_come_back_in_time_travel(engine: Engine, tables: Tables):
    name = tables.create({"c": "string", "n": "long"}, [("2026-01", 1), ("2026-02", 2)])
    old = tables.relation(name).snapshot
    tables.put(name, [("2026-02", 20)], where="c")
    assert rows(ask(engine, tables, "SELECT c, n FROM t ORDER BY c", name)) == [("2026-01", 1), ("2026-02", 20)]
    assert rows(ask(engine, tables, "SELECT c, n FROM t ORDER BY c", name, snapshot=old)) == [
        ("2026-01", 1),
        ("2026-02", 2),
    ]


def test_a_rolled_back_snapshot_is_not_read(engine: Engine, tables: Tables):
    from vamco.engines.conftest import arrow

    name = tables.create({"n": "long"}, [(1,)])
    batch = arrow(tables.relation(name), ["_run", "_row", "n"], [(1, 1, 99)])
    tables.lake.commit(tables.lake.stage(name, batch))
    tables._connection.rollback()
    assert rows(ask(engine, tables, "SELECT n FROM t", name)) == [(1,)]
    tables.put(name, [(2,)])
    assert rows(ask(engine, tables, "SELECT n FROM t ORDER BY n", name)) == [(1,), (2,)]


def test_the_date_of_a_moment_is_the_one_in_vietnam(engine: Engine, tables: Tables):
    moments = [dt.datetime(2025, 12, 31, 16, 59, 59, tzinfo=dt.UTC), dt.datetime(2025, 12, 31, 17, 0, tzinfo=dt.UTC)]
    name = tables.create({"m": "timestamptz"}, [(moment,) for moment in moments])
    text = "SELECT m, CAST(m AS DATE) AS d, YEAR(CAST(m AS DATE)) AS y FROM t ORDER BY m"
    answer = ask(engine, tables, text, name)
    assert rows(answer) == [(moments[0], dt.date(2025, 12, 31), 2025), (moments[1], dt.date(2026, 1, 1), 2026)]
    assert answer.schema.field("y").type == pa.int64()


def test_dates_compare_and_fall_apart(engine: Engine, tables: Tables):
    days = [dt.date(1945, 9, 2), dt.date(2024, 2, 29), dt.date(2026, 12, 31)]
    name = tables.create({"d": "date"}, [(day,) for day in days])
    text = "SELECT d, YEAR(d) AS y, MONTH(d) AS m, DAY(d) AS n FROM t WHERE d BETWEEN DATE '1900-01-01' AND DATE '2024-02-29' ORDER BY d"
    assert rows(ask(engine, tables, text, name)) == [(days[0], 1945, 9, 2), (days[1], 2024, 2, 29)]
    assert rows(ask(engine, tables, "SELECT COUNT(*) AS k FROM t WHERE d > DATE '2024-02-28'", name)) == [(2,)]


def test_joins_windows_and_subqueries(engine: Engine, tables: Tables):
    plans = tables.create({"k": "string", "d": "date", "v": "long"}, [
        ("a", dt.date(2026, 1, 1), 10), ("a", dt.date(2026, 6, 1), 20), ("b", dt.date(2026, 1, 1), 5),
    ])  # fmt: skip
    names = tables.create({"k": "string", "c": "string"}, [("a", "An Tịnh"), ("c", "Cần Giuộc")])
    text = "SELECT k, v, LEAD(d) OVER (PARTITION BY k ORDER BY d) AS w, ROW_NUMBER() OVER (PARTITION BY k ORDER BY d DESC) AS r FROM t"
    assert sorted(rows(ask(engine, tables, text, plans))) == [
        ("a", 10, dt.date(2026, 6, 1), 2), ("a", 20, None, 1), ("b", 5, None, 1),
    ]  # fmt: skip
    text = "SELECT u.c, t.v FROM t LEFT JOIN u ON t.k = u.k ORDER BY t.v"
    assert rows(ask(engine, tables, text, plans, names)) == [(None, 5), ("An Tịnh", 10), ("An Tịnh", 20)]
    text = "WITH w AS (SELECT k, SUM(v) AS v FROM t GROUP BY k) SELECT k, v FROM w WHERE v > 5 AND EXISTS(SELECT 1 FROM u WHERE u.k = w.k)"
    assert rows(ask(engine, tables, text, plans, names)) == [("a", Decimal(30))]


def test_limits_and_distinct(engine: Engine, tables: Tables):
    name = tables.create({"n": "long"}, [(3,), (1,), (2,), (3,)])
    assert rows(ask(engine, tables, "SELECT DISTINCT n FROM t ORDER BY n DESC LIMIT 2 OFFSET 1", name)) == [(2,), (1,)]
    assert rows(
        ask(engine, tables, "SELECT ABS(-n) + 1 AS a, COALESCE(NULL, n) * 2 AS b FROM t ORDER BY n LIMIT 1", name)
    ) == [(2, 2)]


@pytest.mark.parametrize("literal", ["1.255", "0.005", "99999999999999999999", "-0.1"])
def test_a_number_is_compared_as_written(engine: Engine, tables: Tables, literal: str):
    """One engine could round the number to the column's scale."""
    values = [Decimal("1.25"), Decimal("1.26"), Decimal("0.00"), Decimal("0.01"), Decimal("-0.10")]
    name = tables.create({"s": "decimal(9,2)", "n": "long"}, [(value, int(value)) for value in values])
    for column in ("s", "n"):
        found = ask(engine, tables, f"SELECT {column} AS v FROM t WHERE {column} < {literal} ORDER BY {column}", name)
        wanted = sorted(int(value) if column == "n" else value for value in values)
        assert [value for (value,) in rows(found)] == [value for value in wanted if value < Decimal(literal)]
