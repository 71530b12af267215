"""The measure engine gives every indicator of the pack as the independent truth has it, to the dong and the last decimal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ruamel.yaml import YAML

from vamco.demo import build
from vamco.engines import measure
from vamco.engines.query import DuckDB
from vamco.lib.time import Period
from vamco.vocab.relation import ROW, RUN, DataFile, Field, Relation

from .province import INDICATORS, MONTHLY, Truth

PACK = Path(__file__).parents[2] / "packs" / "tayninh"
TODAY = dt.date(2026, 11, 22)
DAYS = ("2025-07-31", "2025-12-31", "2026-01-15", "2026-03-05", "2026-10-31", "2026-11-20")
MONTHS = ("2025-07", "2026-02", "2026-11")
TYPES = {dt.date: (pa.date32(), "date"), int: (pa.int64(), "long"), str: (pa.string(), "string")}


@pytest.fixture(scope="module")
def truth(tmp_path_factory):
    demo = build.build(tmp_path_factory.mktemp("demo"), pack=PACK, today=TODAY)
    return Truth(demo.treasury, demo.shared, PACK, TODAY)


@pytest.fixture(scope="module")
def relations(truth, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lake")
    return {name: relation(folder, name, rows) for name, rows in truth.rows.items()}


def relation(folder: Path, name: str, rows: list[dict]) -> Relation:
    table = [{**row, RUN: 1, ROW: number} for number, row in enumerate(rows, start=1)]
    kinds = {column: next(type(row[column]) for row in table if row[column] is not None) for column in table[0]}
    schema = pa.schema(
        pa.field(column, TYPES[kind][0], metadata={"PARQUET:field_id": str(number)})
        for number, (column, kind) in enumerate(kinds.items(), start=1)
    )
    (folder / name).mkdir()
    path = folder / name / "all.parquet"
    pq.write_table(pa.Table.from_pylist(table, schema), path)
    fields = tuple(
        Field(number, column, TYPES[kind][1]) for number, (column, kind) in enumerate(kinds.items(), start=1)
    )
    return Relation(name, str(folder / name), 1, fields, (DataFile(str(path), path.stat().st_size, len(rows)),))


def formula(code: str) -> measure.Formula:
    item = YAML(typ="safe", pure=True).load(PACK.with_name("vietnam") / "indicators" / f"{code}.yaml")["formula"]

    def term(name: str) -> measure.Term | None:
        if name not in item:
            return None
        return measure.Term(**{**item[name], "key": tuple(item[name].get("key", ()))})

    return measure.Formula(
        term("numerator"), term("denominator"), item.get("scale", 1), item["place"], item.get("agency", "")
    )


@pytest.mark.parametrize("code", INDICATORS)
def test_duckdb_gives_the_truth(truth, relations, code):
    of = formula(code)
    periods = [Period.parse(text) for text in (MONTHS if code in MONTHLY else DAYS)]
    levels = ("province", "place", "agency") if of.agency else ("province", "place")
    found = measure.compute(of, relations, DuckDB(threads=2), periods, levels)
    assert len({(m.place, m.agency) for m in found}) >= 97
    for got in found:
        want = truth.value(code, got.period.code, place=got.place, agency=got.agency)
        assert (got.value, got.numerator, got.denominator) == (want.value, want.numerator, want.denominator), got
