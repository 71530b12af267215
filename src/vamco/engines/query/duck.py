"""DuckDB in this process: each question gets a database of its own that can read the given files and nothing else."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb
    import pyarrow as pa
    from sqlglot import exp

    from vamco.vocab.relation import Relation


class DuckDB:
    """Answers from the lake's files directly; safe to share between threads."""

    def __init__(self, threads: int = 2, memory_limit: str = "1GB") -> None:
        self._threads = threads
        self._memory_limit = memory_limit

    def run(self, query: exp.Query, relations: Mapping[str, Relation]) -> pa.Table:
        """Give the answer; Refused for a question outside the language, Unavailable when files or memory fail."""
        import duckdb

        from vamco.engines.query.language import ZONE, prepare
        from vamco.engines.query.result import normalise

        text = prepare(query, relations).sql(dialect="duckdb")
        try:
            with duckdb.connect(":memory:", config=self._config()) as database:
                database.execute(f"SET TimeZone={_quoted(ZONE)}")
                _show(database, relations)
                _lock(database, relations)
                return normalise(database.sql(text).to_arrow_table())
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise Unavailable(
                "query.engine", N_("The query engine could not answer: %(reason)s"), reason=_first_line(error)
            ) from error
        except duckdb.Error as error:
            raise Refused(
                "query.failed", N_("The question cannot be answered: %(reason)s"), reason=_first_line(error)
            ) from error

    def _config(self) -> dict[str, str | bool | int | float | list[str]]:
        return {
            "threads": self._threads,
            "memory_limit": self._memory_limit,
            # DuckDB may read whatever lies here, so it is a folder that nobody else has; it is made only when memory runs out.
            "temp_directory": str(Path(tempfile.gettempdir(), f"vamco-duckdb-{uuid.uuid4().hex}")),
            "python_enable_replacements": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
            "allow_community_extensions": False,
            "allow_unsigned_extensions": False,
        }


def _show(database: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> None:
    """Make a view of each relation that reads its files by field id: names in old files may be old names."""
    from sqlglot import exp

    from vamco.engines.query.language import empty, sql_type

    for name, relation in relations.items():
        if relation.files:
            fields = ", ".join(
                f"{field.id}: {{name: {_quoted(field.name)}, type: {_quoted(sql_type(field.type).sql(dialect='duckdb'))},"
                " default_value: NULL}"
                for field in relation.fields
            )
            paths = ", ".join(_quoted(_local(file.path)) for file in relation.files)
            source = f"SELECT * FROM read_parquet([{paths}], schema=MAP{{{fields}}})"  # noqa: S608 - quoted literals
        else:
            source = empty(relation).sql(dialect="duckdb")
        database.execute(f"CREATE TEMP VIEW {exp.to_identifier(name, quoted=True).sql(dialect='duckdb')} AS {source}")


def _lock(database: duckdb.DuckDBPyConnection, relations: Mapping[str, Relation]) -> None:
    paths = ", ".join(_quoted(_local(file.path)) for relation in relations.values() for file in relation.files)
    database.execute(f"SET allowed_paths=[{paths}]; SET enable_external_access=false; SET lock_configuration=true")


def _local(path: str) -> str:
    if "://" in path:
        raise Unavailable(
            "query.remote_files",
            N_("DuckDB reads the lake from a local disk only; set VAMCO_SPARK_REMOTE for a lake in an object store."),
        )
    return path


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
