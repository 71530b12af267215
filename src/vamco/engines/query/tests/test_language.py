from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlglot
from sqlglot import exp

from vamco.engines.query import DuckDB, SparkConnect
from vamco.engines.query.language import prepare
from vamco.lib.errors import Refused, Unavailable
from vamco.vocab.relation import DataFile, Field, Relation

if TYPE_CHECKING:
    from vamco.engines.conftest import Engine, Tables

T = Relation("t", "/nowhere", None, (Field(1, "n", "long"), Field(2, "c", "string")), ())


def code_of(text: str) -> str:
    with pytest.raises(Refused) as refused:
        prepare(sqlglot.parse_one(text), {"t": T})
    return refused.value.code


@pytest.mark.parametrize("text", [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM READ_PARQUET('/etc/passwd')",
    "SELECT * FROM secret.t",
    "SELECT * FROM information_schema.tables",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT getenv('HOME')",
    "SELECT n / 2 FROM t",
    "SELECT AVG(n) FROM t",
    "SELECT c LIKE 'a%' FROM t",
    "SELECT UPPER(c) FROM t",
    "SELECT c || c FROM t",
    "SELECT RANDOM() FROM t",
    "SELECT CURRENT_DATE FROM t",
    "WITH t AS (SELECT 1 AS n) SELECT n FROM t",
    "SELECT * FROM t, LATERAL (SELECT 1)",
    "SELECT * FROM parquet.x",
])  # fmt: skip
def test_what_is_outside_the_language_is_refused(text: str):
    assert code_of(text) == "query.outside_language"


@pytest.mark.parametrize("text", [
    "DROP TABLE t", "INSERT INTO t VALUES (1)", "DELETE FROM t", "UPDATE t SET n = 1", "CREATE TABLE u AS SELECT 1",
    "COPY t TO 'x.csv'", "PRAGMA version", "SET x = 1",
])  # fmt: skip
def test_only_questions_may_be_asked(text: str):
    assert code_of(text) == "query.not_a_query"


def test_unknown_names_are_refused():
    assert code_of("SELECT 1 FROM u") == "query.unknown_table"
    assert code_of("SELECT * FROM '/etc/passwd'") == "query.unknown_table"
    assert code_of("SELECT x FROM t") == "query.unresolved"
    assert code_of("SELECT n FROM t WHERE t.x = 1") == "query.unresolved"


def test_the_question_itself_is_left_alone():
    query = sqlglot.parse_one("SELECT n FROM t ORDER BY n")
    before = query.sql()
    prepare(query, {"t": T})
    assert query.sql() == before


def test_wrong_types_are_refused_by_the_engine(engine: Engine, tables: Tables):
    name = tables.create({"c": "string"}, [("a",)])
    with pytest.raises((Refused, Unavailable)) as failed:
        engine.run(sqlglot.parse_one("SELECT SUM(c) AS v FROM t"), {"t": tables.relation(name)})
    assert failed.value.code in {"query.failed", "query.engine"}


def test_duckdb_can_read_the_given_files_and_nothing_else(
    tables: Tables, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """Even if the language let something through."""
    name, other = tables.create({"n": "long"}, [(1,)]), tables.create({"n": "long"}, [(2,)])
    foreign = tables.relation(other).files[0].path
    mine = {"t": tables.relation(name)}
    monkeypatch.setattr("vamco.engines.query.language.prepare", lambda query, _: query)
    engine = DuckDB()
    for text in (
        f"SELECT * FROM read_parquet('{foreign}')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        f"ATTACH '{tmp_path}/x.db'",
        f"COPY (SELECT 1) TO '{tmp_path}/x.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access=true",
        "SELECT * FROM mine",  # a variable of Python
    ):
        with pytest.raises((Refused, Unavailable)):
            engine.run(_Raw(text), mine)
    assert list(tmp_path.iterdir()) == []
    assert engine.run(_Raw("SELECT n FROM t"), mine).to_pylist() == [{"n": 1}]


class _Raw(exp.Select):
    """A question in the engine's own words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text_ = text

    def sql(self, *_: object, **__: object) -> str:
        return self.text_


def test_a_missing_file_is_unavailable(tables: Tables):
    name = tables.create({"n": "long"}, [(1,)])
    relation = tables.relation(name)
    Path(relation.files[0].path).unlink()
    with pytest.raises(Unavailable) as unavailable:
        DuckDB().run(sqlglot.parse_one("SELECT n FROM t"), {"t": relation})
    assert unavailable.value.code == "query.engine"


def test_too_little_memory_is_unavailable():
    text = "SELECT COUNT(DISTINCT n) AS k FROM t"
    with pytest.raises(Unavailable):
        DuckDB(memory_limit="1kB").run(sqlglot.parse_one(text), {"t": T})


def test_duckdb_says_that_it_cannot_reach_an_object_store():
    remote = Relation("t", "s3://b/t", 1, T.fields, (DataFile("s3://b/t/x.parquet", 1, 1),))
    with pytest.raises(Unavailable) as unavailable:
        DuckDB().run(sqlglot.parse_one("SELECT n FROM t"), {"t": remote})
    assert unavailable.value.code == "query.remote_files"


def test_a_cluster_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(Unavailable) as unavailable:
        SparkConnect("sc://127.0.0.1:9").run(sqlglot.parse_one("SELECT n FROM t"), {"t": T})
    assert unavailable.value.code == "query.engine"


def test_without_the_extra_spark_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql.connect.session", None)
    with pytest.raises(Unavailable) as unavailable:
        SparkConnect("sc://127.0.0.1:9").run(sqlglot.parse_one("SELECT n FROM t"), {"t": T})
    assert unavailable.value.code == "query.no_spark"
    monkeypatch.setattr("vamco.engines.query.spark._sail_server", None)
    monkeypatch.setitem(sys.modules, "pysail.spark", None)
    with pytest.raises(Unavailable) as unavailable:
        SparkConnect().run(sqlglot.parse_one("SELECT n FROM t"), {"t": T})
    assert unavailable.value.code == "query.no_spark"


def test_sail_stops_with_the_process_and_leaves_no_view_behind(sail: Engine, tables: Tables):
    name = tables.create({"n": "long"}, [(1,)])
    query = sqlglot.parse_one("SELECT n FROM t")
    sail.run(query, {"t": tables.relation(name)})
    assert isinstance(sail, SparkConnect)
    assert sail._connected().catalog.listTables() == []
    code = (
        "import sqlglot; from vamco.engines.query import SparkConnect; from vamco.vocab.relation import Relation, Field;"
        "e = SparkConnect(); t = Relation('t', '/x', None, (Field(1, 'n', 'long'),), ());"
        "print(e.run(sqlglot.parse_one('SELECT n FROM t'), {'t': t}).num_rows); e.close(); e.close()"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "0"


def test_sail_says_which_folder_it_cannot_read(sail: Engine):
    hidden = Relation("t", "/tmp/tỉnh #1/t", 1, T.fields, (DataFile("/tmp/tỉnh #1/t/x.parquet", 1, 1),))
    with pytest.raises(Unavailable, match="tỉnh #1") as unavailable:
        sail.run(sqlglot.parse_one("SELECT n FROM t"), {"t": hidden})
    assert unavailable.value.code == "query.unreadable_path"


def test_after_a_failure_the_next_question_is_answered(sail: Engine, tables: Tables):
    name = tables.create({"n": "long"}, [(1,)])
    relation, query = tables.relation(name), sqlglot.parse_one("SELECT n FROM t")
    with pytest.raises((Refused, Unavailable)):
        sail.run(query, {"t": Relation("t", relation.location, 42, relation.fields, relation.files)})
    assert sail.run(query, {"t": relation}).to_pylist() == [{"n": 1}]


def test_a_session_that_the_server_dropped_while_idle_is_no_failure():
    code = (
        "import time, sqlglot; from vamco.engines.query import SparkConnect; e = SparkConnect();"
        "one = sqlglot.parse_one('SELECT 1 AS n'); e.run(one, {}); first = e._session; time.sleep(3);"
        "print(e.run(one, {}).num_rows, e._session is not first)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "SAIL_SPARK__SESSION_TIMEOUT_SECS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.strip() == "1 True", done.stderr
