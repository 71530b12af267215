"""One batch in a DuckDB of its own: read, cast, judged row by row, then against its own keys and those in the table."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Unavailable
from vamco.systems.hub.adapters.intake import checks, reading
from vamco.systems.hub.adapters.intake.apart import TOO_HARD
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.contracts import Finding
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from vamco.systems.hub.contracts import Check, Contract, Layout

__all__ = ["TOO_HARD", "Batch", "Setting", "opened"]
CodeList = "Sequence[tuple[str, dt.date, dt.date | None]]"
MEMORY_LIMIT = "2GB"
_ROWS_AT_A_TIME = 2048


@dataclass(frozen=True)
class Setting:
    """What rows are judged against beside their contract: the code lists, and the day."""

    lists: Mapping[str, Sequence[tuple[str, dt.date, dt.date | None]]]
    today: dt.date


@contextmanager
def opened(path: Path, layout: Layout, contract: Contract, setting: Setting, workspace: Path) -> Iterator[Batch]:
    """The batch in a file, cast and judged row by row. Its memory and temporary files go when the block ends."""
    import duckdb

    with tempfile.TemporaryDirectory(dir=workspace, prefix="duckdb-") as folder:
        config: dict[str, Any] = {
            "threads": min(4, os.cpu_count() or 1),
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": folder,
            "python_enable_replacements": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
        }
        try:
            with duckdb.connect(":memory:", config=config) as database:
                database.execute("SET TimeZone='Asia/Ho_Chi_Minh'; SET enable_progress_bar=false")
                batch = Batch(database, contract, layout, setting)
                batch.read(path, Path(folder))
                yield batch
        except (duckdb.IOException, duckdb.OutOfMemoryException):  # the message may quote a row
            raise Unavailable(
                "hub.no_room", N_("There is too little memory or disk to read this file; nothing was taken in")
            ) from None


class Batch:
    """The rows of one delivery.

    `numbered` gives each row's number, cells and typed values, and whether it is bad by itself; `verdict` what the keys say against
    some of the others; `reasons` all that speaks against any row. `as_of` is the day on which the file says that it was true.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        contract: Contract,
        layout: Layout,
        setting: Setting,
    ) -> None:
        self._database = database
        self._contract = contract
        self._layout = layout
        self._setting = setting
        self._checks = grading.row_checks(contract)
        self._names = [column.name for column in contract.columns]
        self.rows = self._bad = self._fallen = 0
        self.as_of: dt.date | None = None

    def read(self, path: Path, folder: Path) -> None:
        """Reads the file and judges each row by itself."""
        import duckdb

        for name, codes in self._setting.lists.items():
            self._run(f"CREATE TEMP TABLE {quoted(f'list:{name}')} (code VARCHAR, valid_from DATE, valid_to DATE)")
            if codes:
                self._database.executemany(
                    f"INSERT INTO {quoted(f'list:{name}')} VALUES (?, ?, ?)", [list(c) for c in codes]
                )
        for text in reading.readings(self._database, path, self._layout, self._contract.columns, folder):
            try:
                self._check(text)
            except (duckdb.InvalidInputException, duckdb.ConversionException):
                continue  # its message quotes the row, which must not reach a log
            self.as_of = text.as_of
            break
        self._run("CREATE TEMP TABLE verdict (_row BIGINT, reason VARCHAR)")
        self.rows, self._bad = self._one("SELECT count(*), count(*) FILTER (_bad) FROM checked")

    def _check(self, text: reading.Text) -> None:
        numbers = "" if text.numbered else "rowid + 1 AS _row, false AS _odd, "
        kept = ["_row", "_odd"] if text.numbered else []
        kept += [quoted(name) for name in self._names]
        casts = {c.name: checks.cast(c, self._layout) for c in self._contract.columns if c.type != "string"}
        values = ", ".join(["*", *(f"{cast} AS {checks.typed(name)}" for name, cast in casts.items())])
        kept += [checks.typed(name) for name in casts]
        bad = [f"({self._broken(check)})" for check in checks.needed(self._checks)] + [
            "_odd" if text.numbered else "false"
        ]
        self._run(
            f"CREATE TEMP TABLE checked AS SELECT {', '.join(kept)}, {' OR '.join(bad)} AS _bad "
            f"FROM (SELECT {values} FROM ({text.query}))",
        )
        texts = ", ".join(["*", *(f"{checks.text(n)} AS {checks.typed(n)}" for n in self._names if n not in casts)])
        self._run(f"CREATE TEMP VIEW numbered AS SELECT {numbers}{texts} FROM checked")

    def judge_keys(self, standing: Callable[[Sequence[str], tuple[Any, Any]], pa.Table] | None) -> None:
        """Judges the rows that are good by themselves by their keys.

        Of rows that say the same, the first is kept; rows that share a key and say different things are all put aside, for
        nobody knows which is true. `standing(columns, (low, high))` gives the rows of the table that stay, by the first of the
        columns.
        """
        for columns in grading.keys(self._contract):
            self._judge_among_themselves(columns)
            if standing is not None:
                self._judge_against(columns, standing)
        self._give_reasons()

    def _judge_among_themselves(self, columns: Sequence[str]) -> None:
        key = ", ".join(map(checks.typed, columns))
        code = "+".join(columns)
        present = " AND ".join(f"{checks.typed(name)} IS NOT NULL" for name in columns)
        self._run(
            f"CREATE OR REPLACE TEMP TABLE shared AS SELECT {key} FROM {self._good()} WHERE {present} "
            "GROUP BY ALL HAVING count(*) > 1",
        )
        if not self._one("SELECT count(*) FROM shared")[0]:
            return
        whole = ", ".join(checks.typed(name) for name in self._names)
        self._run(
            f"INSERT INTO verdict SELECT _row, CASE WHEN variants > 1 THEN {literal(f'{grading.TAKEN}:{code}')} "
            f"ELSE {literal(f'{grading.REPEAT}:{code}')} END FROM ("
            f"SELECT _row, min(_row) OVER (PARTITION BY {key}) AS first, "
            f"count(DISTINCT row({whole})) OVER (PARTITION BY {key}) AS variants "
            f"FROM {self._good()} JOIN shared USING ({key})) WHERE variants > 1 OR _row <> first",
        )
        self._fell()

    def _judge_against(
        self, columns: Sequence[str], standing: Callable[[Sequence[str], tuple[Any, Any]], pa.Table]
    ) -> None:
        first = checks.typed(columns[0])
        low, high = self._one(f"SELECT min({first}), max({first}) FROM {self._good()}")
        if low is None:
            return
        same = " AND ".join(f"n.{checks.typed(name)} = s.{quoted(name)}" for name in columns)
        with self._shown(standing(columns, (low, high))):
            hits = self._one(f"SELECT count(*) FROM {self._good()} AS n SEMI JOIN shown AS s ON {same}")[0]
        if not hits:
            return
        code = "+".join(columns)
        equal = " AND ".join(f"n.{checks.typed(name)} IS NOT DISTINCT FROM s.{quoted(name)}" for name in self._names)
        rest = [name for name in self._names if name != columns[0]]
        with self._shown(standing([columns[0], *rest], (low, high))):
            self._run(
                f"INSERT INTO verdict SELECT n._row, CASE WHEN bool_or({equal}) THEN {literal(f'{grading.REPEAT}:{code}')} "
                f"ELSE {literal(f'{grading.TAKEN}:{code}')} END FROM {self._good()} AS n JOIN shown AS s ON {same} GROUP BY n._row",
            )
        self._fell()

    def _fell(self) -> None:
        self._fallen = self._one("SELECT count(DISTINCT _row) FROM verdict")[0]

    def counts(self) -> tuple[int, int]:
        """How many rows are good, and how many only repeat what is there."""
        repeats = self._one(f"SELECT count(DISTINCT _row) FROM verdict WHERE starts_with(reason, '{grading.REPEAT}:')")[
            0
        ]
        return self.rows - self._bad - self._fallen, repeats

    def findings(self) -> tuple[Finding, ...]:
        """How many rows broke each check, those that only warn included."""
        found = []
        warnings = [check for check in self._checks if check.severity == "warning"]
        if warnings:
            counted = ", ".join(f"count(*) FILTER ({self._broken(check)})" for check in warnings)
            numbers = self._one(f"SELECT {counted} FROM numbered")
            found += [Finding(check.code, n, "warning") for check, n in zip(warnings, numbers, strict=True) if n]
        counts = self._database.execute(
            "SELECT reason, count(*) FROM reasons GROUP BY reason ORDER BY 2 DESC, 1"
        ).fetchall()
        return (*(Finding(code, number, "error") for code, number in counts), *found)

    def good(self, run: int) -> pa.Table:
        """The good rows as the lake takes them, marked with their run and row."""
        values = ", ".join(f"{checks.typed(name)} AS {quoted(name)}" for name in self._names)
        return self._database.sql(f"SELECT {run}::BIGINT AS _run, _row, {values} FROM {self._good()}").to_arrow_table()

    def slices(self, column: str) -> list[str]:
        """The values of a column among the good rows, as text."""
        found = self._database.execute(
            f"SELECT DISTINCT {checks.typed(column)} FROM {self._good()} ORDER BY 1"
        ).fetchall()
        return [str(value) for (value,) in found]

    def total(self, query: str) -> list[tuple[Any, ...]]:
        """The answer to a question about the good rows, as `{good}`."""
        return self._database.execute(query.format(good=self._good())).fetchall()

    def bad(self, limit: int | None = None) -> Iterator[tuple[int, list[str], str]]:
        """The rows that were not taken: number, reasons, and their cells as JSON; in order."""
        pairs = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in self._names)
        most = f" LIMIT {limit}" if limit is not None else ""
        cursor = self._database.execute(
            f"SELECT _row, codes, to_json(struct_pack({pairs}))::VARCHAR FROM numbered "
            f"JOIN (SELECT _row, list(reason ORDER BY place) AS codes FROM reasons GROUP BY _row) USING (_row) ORDER BY _row{most}",
        )
        while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
            for row, codes, cells in rows:
                yield row, codes, cells.replace("\\u0000", "\\ufffd")  # PostgreSQL's JSON cannot hold it

    def _give_reasons(self) -> None:
        """Writes down each reason against each row that is not good."""
        errors = [check for check in self._checks if check.severity == "error"]
        tests = [f"CASE WHEN _odd THEN '{grading.WIDTH}' END"]
        tests += [f"CASE WHEN {self._broken(check)} THEN {literal(check.code)} END" for check in errors]
        self._run(
            f"CREATE TEMP TABLE reasons AS SELECT * FROM (SELECT _row, unnest(codes) AS reason, "
            f"generate_subscripts(codes, 1) AS place FROM (SELECT _row, [{', '.join(tests)}] AS codes FROM numbered WHERE _bad)) "
            f"WHERE reason IS NOT NULL UNION ALL SELECT DISTINCT _row, reason, {len(tests) + 1} FROM verdict",
        )

    def _good(self) -> str:
        fallen = " AND _row NOT IN (SELECT _row FROM verdict)" if self._fallen else ""
        return f"(SELECT * FROM numbered WHERE NOT _bad{fallen})"

    def _broken(self, check: Check) -> str:
        return checks.broken(check, self._setting.today)

    def _run(self, statement: str) -> None:
        self._database.execute(statement)

    def _one(self, query: str) -> tuple[Any, ...]:
        return tuple(self._database.execute(query).fetchall()[0])

    @contextmanager
    def _shown(self, table: pa.Table) -> Iterator[None]:
        self._database.register("shown", table)
        try:
            yield
        finally:
            self._database.unregister("shown")
