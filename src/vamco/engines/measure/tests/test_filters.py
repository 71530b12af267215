from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlglot import exp

from vamco.engines.measure import parse_filter
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    from vamco.engines.conftest import Engine, Tables

COLUMNS = {
    "nguon": "string",
    "tien": "decimal(18,2)",
    "so": "long",
    "do": "double",
    "dung": "boolean",
    "ngay": "date",
    "luc": "timestamptz",
}


@pytest.mark.parametrize(("text", "sql"), [
    ("", "TRUE"),
    ("  ", "TRUE"),
    ("nguon != 'ODA_vay_lai'", "\"nguon\" <> 'ODA_vay_lai'"),
    ("so = -3 or tien >= 1.5 and not dung = true", '"so" = -3 OR "tien" >= 1.5 AND NOT ("dung" = TRUE)'),
    ("(so < 1 OR so > 2) AND do <= 0.5", '("so" < 1 OR "so" > 2) AND "do" <= 0.5'),
    ("nguon NOT IN ('a', 'b''c')", "NOT (\"nguon\" IN ('a', 'b''c'))"),
    ("tien BETWEEN 1 AND 2", '"tien" BETWEEN 1 AND 2'),
    ("NOT NOT tien IS NOT NULL", 'NOT (NOT (NOT ("tien" IS NULL)))'),
    ("ngay = '2026-01-31'", "\"ngay\" = CAST('2026-01-31' AS DATE)"),
    ("luc < '2026-02-01'", "CAST(\"luc\" AS DATE) < CAST('2026-02-01' AS DATE)"),
    ("ngay <= luc", '"ngay" <= CAST("luc" AS DATE)'),
    ("dung <> FALSE", '"dung" <> FALSE'),
])  # fmt: skip
def test_what_the_grammar_allows(text: str, sql: str):
    assert parse_filter(text, COLUMNS).sql() == sql


@pytest.mark.parametrize(("text", "position", "expected"), [
    ("nguon", 6, "=, <>, <, <=, >, >=, IN, BETWEEN, IS NULL"),
    ("khong = 1", 1, "nguon, tien, so, do, dung, ngay, luc"),
    ("'a' = nguon", 1, "nguon, tien, so, do, dung, ngay, luc"),
    ("tien > ", 8, "a number"),
    ("tien > 'a'", 8, "a number"),
    ("tien > nguon", 8, "tien, so, do"),
    ("tien > 1e5", 8, "a number such as 12 or 12.5"),
    ("so > dung", 6, "tien, so, do"),
    ("so = ngay", 6, "tien, so, do"),
    ("nguon = 5", 9, "a text such as 'abc'"),
    ("ngay = 'hôm qua'", 8, "a date such as '2026-11-20'"),
    ("dung = 1", 8, "TRUE or FALSE"),
    ("dung > TRUE", 6, "= or <>"),
    ("dung BETWEEN TRUE AND FALSE", 6, "=, <>, <, <=, >, >=, IN, BETWEEN, IS NULL"),
    ("nguon IN ()", 11, "a text such as 'abc'"),
    ("nguon IN ('a'", 14, ", or )"),
    ("nguon IN 'a'", 10, "("),
    ("nguon IS 'a'", 10, "NULL"),
    ("nguon NOT = 'a'", 11, "IN, BETWEEN"),
    ("so BETWEEN 1 OR 2", 14, "AND"),
    ("so = 1 so = 2", 8, "AND, OR"),
    ("so = 1; DROP TABLE t", 7, "AND, OR"),
    ("(so = 1", 8, ")"),
    ("so = (SELECT 1)", 6, "a number"),
    ("LENGTH(nguon) = 1", 1, "nguon, tien, so, do, dung, ngay, luc"),
    ("nguon = UPPER('a')", 9, "a text such as 'abc'"),
    ("so + 1 = 2", 4, "=, <>, <, <=, >, >=, IN, BETWEEN, IS NULL"),
    ("nguon = 'a", 11, "the end of a text: '"),
    ("(" * 60 + "so = 1" + ")" * 60, 52, "fewer brackets"),
    ("OR so = 1", 1, "nguon, tien, so, do, dung, ngay, luc"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(text: str, position: int, expected: str):
    with pytest.raises(Refused) as refused:
        parse_filter(text, COLUMNS)
    assert refused.value.code == "measure.bad_filter"
    assert (refused.value.data["position"], refused.value.data["expected"]) == (position, expected)


@given(st.text(max_size=40) | st.lists(st.sampled_from([
    "so", "nguon", "ngay", "'a'", "1", "-", "=", "<>", "AND", "OR", "NOT", "IN", "(", ")", ",", "IS", "NULL", "BETWEEN", "--", "/*", ";", "TRUE",
]), max_size=12).map(" ".join))  # fmt: skip
def test_any_text_is_a_safe_condition_or_refused(text: str):
    try:
        found = parse_filter(text, COLUMNS)
    except Refused:
        return
    allowed = {
        exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ, exp.NEQ, exp.LT, exp.GT, exp.LTE, exp.GTE, exp.In, exp.Between, exp.Is, exp.Null,
        exp.Boolean, exp.Column, exp.Identifier, exp.Literal, exp.Neg, exp.Cast, exp.DataType,
    }  # fmt: skip
    assert {type(node) for node in found.walk()} <= allowed
    assert {column.name for column in found.find_all(exp.Column)} <= set(COLUMNS)


def test_texts_are_compared_in_the_composed_form(tables: Tables, engine: Engine):
    composed = "Thủ Thừa"
    name = tables.create({"c": "string"}, [(composed,)])
    condition = parse_filter(f"c = '{unicodedata.normalize('NFD', composed)}'", {"c": "string"})
    found = engine.run(exp.select("c").from_("t").where(condition), {"t": tables.relation(name)})
    assert found.to_pylist() == [{"c": composed}]
