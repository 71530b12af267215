"""A lake in a database and a folder of its own, and both query engines over it."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any, Protocol

import psycopg
import pytest

from vamco.engines.lake import Column, Lake, Mode, ReplaceWhere, Snapshot, catalogue_sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa
    from sqlglot import exp

    from vamco.vocab.relation import Relation

_numbers = itertools.count()


class Engine(Protocol):
    """What the tests ask."""

    def run(self, query: exp.Query, relations: Mapping[str, Relation]) -> pa.Table:
        """Give the answer."""
        ...


class Tables:
    """Tables for the tests of query and measure, which do not know the lake."""

    def __init__(self, lake: Lake, connection: psycopg.Connection) -> None:
        self.lake = lake
        self._connection = connection

    def create(self, columns: Mapping[str, str], rows: Sequence[Sequence[Any]] = ()) -> str:
        """Make a table and put rows in it, each without `_run` (1) and `_row` (its position)."""
        name = f"t{next(_numbers)}"
        self.lake.create(name, [Column(column, kind) for column, kind in columns.items()])
        self._connection.commit()
        if rows:
            self.put(name, rows)
        return name

    def put(self, name: str, rows: Sequence[Sequence[Any]], mode: Mode = "append", where: str = "") -> Snapshot:
        """Commit rows; with `where`, in place of the slices of that column."""
        columns = list(self.lake.relation(name).columns)[2:]
        numbered = [(1, number, *row) for number, row in enumerate(rows, start=1)]
        table = arrow(self.lake.relation(name), ["_run", "_row", *columns], numbered)
        made = self.lake.commit(self.lake.stage(name, table, ReplaceWhere(where) if where else mode))
        self._connection.commit()
        return made

    def rename(self, name: str, old: str, new: str) -> None:
        """Rename a column."""
        columns = self.lake.relation(name).columns
        wanted = [Column(new if c == old else c, kind, was=c) for c, kind in list(columns.items())[2:]]
        self.lake.evolve(name, wanted)
        self._connection.commit()

    def relation(self, name: str, snapshot: int | None = None) -> Relation:
        """Give the plan."""
        return self.lake.relation(name, snapshot)


def arrow(relation: Relation, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> pa.Table:
    """Give rows of the relation's types."""
    import pyarrow as pa

    from vamco.engines.lake.schema import arrow_schema, schema_of

    kinds = relation.columns
    schema = arrow_schema(schema_of([Column(name, kinds[name]) for name in columns[2:]])).remove_metadata()
    found = {name: [row[i] for row in rows] for i, name in enumerate(columns)}
    return pa.table(found, pa.schema([field.remove_metadata() for field in schema]))


@pytest.fixture(scope="session")
def lake_dsn() -> Iterator[str]:
    """An empty database with the catalogue's tables."""
    yield from _database(f"lake_{os.getpid()}")


@pytest.fixture(scope="session")
def tables_dsn() -> Iterator[str]:
    """Another one, for tables that stay: whoever asks for all tables of a lake must not meet them."""
    yield from _database(f"tables_{os.getpid()}")


def _database(name: str) -> Iterator[str]:
    owner = os.environ["VAMCO_TEST_OWNER"]
    with psycopg.connect(owner, dbname="postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name}")
        dsn = psycopg.conninfo.make_conninfo(owner, dbname=name)
        with psycopg.connect(dsn) as connection:
            connection.execute(catalogue_sql())
        yield dsn
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connect(lake_dsn: str) -> Iterator[Callable[[], psycopg.Connection]]:
    """Open connections; the catalogue is empty again afterwards."""
    opened: list[psycopg.Connection] = []

    def one() -> psycopg.Connection:
        opened.append(psycopg.connect(lake_dsn))
        return opened[-1]

    yield one
    for connection in opened:
        connection.close()
    with psycopg.connect(lake_dsn) as connection:
        connection.execute("DELETE FROM iceberg_tables WHERE table_name !~ '^t[0-9]+$'")


@pytest.fixture(scope="session")
def tables(tables_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tables]:
    """Tables that stay for the session, each under a name of its own."""
    folder: Path = tmp_path_factory.mktemp("lake")
    with psycopg.connect(tables_dsn) as connection:
        yield Tables(Lake(str(folder), lambda: connection), connection)


@pytest.fixture(scope="session")
def duck() -> Engine:
    """DuckDB."""
    from vamco.engines.query import DuckDB

    return DuckDB()


@pytest.fixture(scope="session")
def sail() -> Iterator[Engine]:
    """Sail in this process."""
    pytest.importorskip("pysail", reason="Sail is not installed")
    from vamco.engines.query import SparkConnect

    engine = SparkConnect()
    yield engine
    engine.close()


@pytest.fixture(params=["duck", "sail"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each of the two."""
    found: Engine = request.getfixturevalue(request.param)
    return found
