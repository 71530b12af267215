"""One batch in a DuckDB of its own: read, cast, judged row by row, then against its own keys and those in the table."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Unavailable
from vamco.systems.hub.adapters.intake import casts, checks, kinds, reading, tidying
from vamco.systems.hub.adapters.intake.apart import TOO_HARD
from vamco.systems.hub.adapters.intake.columns import Columns
from vamco.systems.hub.adapters.intake.keys import Keys
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.contracts import Finding
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb
    import pyarrow as pa

    from vamco.systems.hub.adapters.intake.keys import Standing
    from vamco.systems.hub.contracts import Check, Column, Contract, Layout, Reason

__all__ = ["TOO_HARD", "Batch", "Setting", "opened"]
CodeList = "Sequence[tuple[str, dt.date, dt.date | None]]"
MEMORY_LIMIT = "2GB"
_ROWS_AT_A_TIME = 2048


@dataclass(frozen=True)
class Setting:
    """What rows are judged against beside their contract: the code lists, the day, and what the file's name says of columns."""

    lists: Mapping[str, Sequence[tuple[str, dt.date, dt.date | None]]]
    today: dt.date
    named: Mapping[str, str] = field(default_factory=dict)


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
                batch = Batch(database, contract, layout, setting, Path(folder))
                batch.read(path)
                yield batch
        except (duckdb.IOException, duckdb.OutOfMemoryException):  # the message may quote a row
            raise Unavailable(
                "hub.no_room", N_("There is too little memory or disk to read this file; nothing was taken in")
            ) from None


class Batch:
    """The rows of one delivery, each of which is good, repeated or bad: rows = good + repeats + bad.

    `numbered` gives each row's number, cells and typed values, and whether it is bad by itself; `verdict` what the keys say against
    some of the others; `reasons` all that speaks against any row. `mixed` refuses the whole: a column is written in several ways, or
    is not what it was. `revised` of the good rows take the place of those in the table that have their key. `as_of` is the day on
    which the file says that it was true, `left_out` the columns that none of its objects has.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        contract: Contract,
        layout: Layout,
        setting: Setting,
        folder: Path,
    ) -> None:
        self._database = database
        self._folder = folder
        self._contract = contract
        self._layout = layout
        self._setting = setting
        self._checks = grading.row_checks(contract)
        self._names = [column.name for column in contract.columns]
        self._kinds = False
        self._unknown: tuple[str, ...] = ()
        self._named: dict[str, str] = {}
        self.rows = self._bad = self._fallen = self._repeats = self.revised = 0
        self.mixed: Reason | None = None
        self.as_of: dt.date | None = None
        self.left_out: tuple[str, ...] = ()

    def read(self, path: Path) -> None:
        """Reads the file and judges each row by itself, and the columns as wholes."""
        import duckdb

        for name, codes in self._setting.lists.items():
            self._run(f"CREATE TEMP TABLE {quoted(f'list:{name}')} (code VARCHAR, valid_from DATE, valid_to DATE)")
            if codes:
                self._database.executemany(
                    f"INSERT INTO {quoted(f'list:{name}')} VALUES (?, ?, ?)", [list(c) for c in codes]
                )
        tidying.prepare(self._database)
        for text in reading.readings(self._database, path, self._layout, self._contract.columns, self._folder):
            self._kinds, self._unknown, self.as_of = text.kinds, text.unknown, text.as_of
            self.left_out = text.left_out
            try:
                self._check(text)
            except (duckdb.InvalidInputException, duckdb.ConversionException):
                continue  # its message quotes the row, which must not reach a log
            break
        self.rows, self._bad = self._one("SELECT count(*), count(*) FILTER (_bad) FROM checked")
        free = grading.free_names(self._contract)
        columns = Columns(self._database, self._contract.columns, self._layout, kinds=self._kinds, free=free)
        self.mixed = columns.mixed() or columns.retyped([self._faulty(c) for c in self._contract.columns])

    def _check(self, text: reading.Text) -> None:
        self._named = {
            name: said for name, said in self._setting.named.items() if name in self._names and name not in text.absent
        }
        numbers = "" if text.numbered else "rowid + 1 AS _row, NULL::VARCHAR AS _odd, "
        kept = ["_row", "_odd"] if text.numbered else []
        kept += [quoted(name) for name in self._names]
        if text.kinds:
            kept += [kinds.kind(name) for name in self._names]
        cast = kinds.cast if text.kinds else casts.cast
        made = {c.name: cast(c, self._layout) for c in self._contract.columns if c.type != "string"}
        filled = [
            f"{literal(self._setting.named[name])} AS {quoted(name)}"
            for name in text.absent
            if name in self._setting.named
        ]
        given = f"SELECT * REPLACE ({', '.join(filled)}) FROM ({text.query})" if filled else text.query
        source = tidying.cleaned(given, self._contract.columns, self._layout, plain=text.plain, kinds=text.kinds)
        values = ", ".join(["*", *(f"{cast} AS {checks.typed(name)}" for name, cast in made.items())])
        kept += [checks.typed(name) for name in made]
        bad = ["_odd IS NOT NULL" if text.numbered else "false"]
        bad += [condition for column in self._contract.columns if (condition := self._faulty(column))]
        bad += [f"({self._broken(check)})" for check in checks.needed(self._checks, plain=text.plain)]
        bad += [checks.otherwise(name, said) for name, said in self._named.items()]
        self._run(
            f"CREATE TEMP TABLE checked AS SELECT {', '.join(kept)}, {' OR '.join(bad)} AS _bad "
            f"FROM (SELECT {values} FROM ({source}))",
        )
        texts = ", ".join(["*", *(f"{checks.text(n)} AS {checks.typed(n)}" for n in self._names if n not in made)])
        self._run(f"CREATE TEMP VIEW numbered AS SELECT {numbers}{texts} FROM checked")

    def judge_keys(self, standing: Standing | None) -> None:
        """Judges the rows that are good by themselves by their keys, as `Keys` has it.

        `standing(columns, (low, high))` gives the rows of the table that stay, by the first of the columns.
        """
        Keys(self._database, self._contract).judge(standing)
        self._fallen = self._one("SELECT count(DISTINCT _row) FROM verdict")[0]
        self._repeats = self._one("SELECT count(*) FROM repeated")[0]
        self.revised = self._one("SELECT count(*) FROM revised")[0]
        self._give_reasons()

    def counts(self) -> tuple[int, int]:
        """How many rows are good, and how many only repeat what is there."""
        return self.rows - self._bad - self._fallen, self._repeats

    def findings(self) -> tuple[Finding, ...]:
        """How many rows broke each check, those that only warn included, and the columns that were passed over."""
        found = []
        warnings = [check for check in self._checks if check.severity == "warning"]
        if warnings:
            counted = ", ".join(f"count(*) FILTER ({self._broken(check)})" for check in warnings)
            numbers = self._one(f"SELECT {counted} FROM numbered")
            found += [Finding(check.code, n, "warning") for check, n in zip(warnings, numbers, strict=True) if n]
        found += self._outdated()
        counts = self._database.execute(
            "SELECT reason, count(*) FROM reasons GROUP BY reason ORDER BY 2 DESC, 1"
        ).fetchall()
        passed = [Finding(f"{grading.UNKNOWN}:{label}", 0, "warning") for label in self._unknown]
        return (*(Finding(code, number, "error") for code, number in counts), *found, *passed)

    def _outdated(self) -> Iterator[Finding]:
        """Good rows with a code that is in force no more, in a contract that does not say by which day codes are judged."""
        for check in self._checks:
            if check.kind != "reference" or grading.days_of_code(check, self._contract):
                continue
            ended = checks.outdated(check, self._setting.today)
            if rows := self._one(f"SELECT count(*) FROM {self._good()} WHERE {ended}")[0]:
                yield Finding(f"{grading.OUTDATED}:{check.column}", rows, "warning")

    def good(self, run: int) -> pa.Table:
        """The good rows as the lake takes them, marked with their run and row; the revised ones among them."""
        values = ", ".join(f"{checks.typed(name)} AS {quoted(name)}" for name in self._names)
        return self._database.sql(f"SELECT {run}::BIGINT AS _run, _row, {values} FROM {self._good()}").to_arrow_table()

    def slices(self, column: str) -> list[str]:
        """The values of a column among the good rows, as text."""
        found = self._database.execute(
            f"SELECT DISTINCT {checks.typed(column)} FROM {self._good()} ORDER BY 1"
        ).fetchall()
        return [str(value) for (value,) in found]

    def total(self, query: str) -> list[tuple[Any, ...]]:
        """The answer to a question about the good rows, as `{good}`, and the bad ones, as `{bad}`."""
        filled = query.replace("{good}", self._good()).replace("{bad}", self._wrong())
        return self._database.execute(filled).fetchall()

    def ask(self, query: str, **beside: pa.Table) -> pa.Table:
        """The answer to a question about `numbered`, {good}, {bad}, `repeated` and `revised`, and about other tables by name."""
        for name, table in beside.items():
            self._database.register(name, table)
        try:
            filled = query.replace("{good}", self._good()).replace("{bad}", self._wrong())
            return self._database.sql(filled).to_arrow_table()
        finally:
            for name in beside:
                self._database.unregister(name)

    def percent(self, column: Column) -> str:
        """Whether a cell is a percentage of a workbook."""
        return f"({kinds.kind(column.name)} = 'percent')" if self._kinds else "false"

    def unread(self, column: Column) -> str:
        """Whether a row has an amount that cannot be read: it is no number, or it lacks where one must be."""
        given = f"NOT {checks.missing(column.name)}"
        faulty = self._faulty(column)
        said = f"({given} OR {faulty})" if faulty else given
        return f"({checks.typed(column.name)} IS NULL AND {'true' if column.required else said})"

    def bad(self, limit: int | None = None) -> Iterator[tuple[int, list[str], str]]:
        """The bad rows (those that only repeat are not among them): number, reasons, and their cells as JSON; in order."""
        pairs = ", ".join(f"{quoted(name)} := {quoted(name)}" for name in self._names)
        most = f" LIMIT {limit}" if limit is not None else ""
        cursor = self._database.execute(
            f"SELECT _row, codes, to_json(struct_pack({pairs}))::VARCHAR FROM numbered JOIN (SELECT _row, list(reason ORDER BY place) "
            "AS codes FROM reasons ANTI JOIN repeated USING (_row) GROUP BY _row) USING (_row) "
            f"ORDER BY _row{most}",
        )
        while rows := cursor.fetchmany(_ROWS_AT_A_TIME):
            for row, codes, cells in rows:
                yield row, codes, cells.replace("\\u0000", "\\ufffd")  # PostgreSQL's JSON cannot hold it

    def _give_reasons(self) -> None:
        """Writes down each reason against each row that is not good. What a cell's kind says against it is said alone."""
        tests = ["_odd"]
        if self._kinds:
            tests += [kinds.fault(column, self._layout) for column in self._contract.columns]
        for check in (check for check in self._checks if check.severity == "error"):
            faulty = self._faulty(self._contract.column(check.column))
            alone = f"NOT {faulty} AND " if faulty else ""
            tests.append(f"CASE WHEN {alone}{self._broken(check)} THEN {literal(check.code)} END")
        tests += [
            f"CASE WHEN {checks.otherwise(name, said)} THEN {literal(f'{grading.NAMED}:{name}')} END"
            for name, said in self._named.items()
        ]
        self._run(
            f"CREATE TEMP TABLE reasons AS SELECT * FROM (SELECT _row, unnest(codes) AS reason, "
            f"generate_subscripts(codes, 1) AS place FROM (SELECT _row, [{', '.join(tests)}] AS codes FROM numbered WHERE _bad)) "
            f"WHERE reason IS NOT NULL UNION ALL SELECT DISTINCT _row, reason, {len(tests) + 1} FROM verdict",
        )

    def _good(self) -> str:
        fallen = " AND _row NOT IN (SELECT _row FROM verdict)" if self._fallen else ""
        return f"(SELECT * FROM numbered WHERE NOT _bad{fallen})"

    def _wrong(self) -> str:
        fallen = " OR _row IN (SELECT _row FROM verdict ANTI JOIN repeated USING (_row))" if self._fallen else ""
        return f"(SELECT * FROM numbered WHERE _bad{fallen})"

    def _faulty(self, column: Column) -> str:
        """Whether a cell's kind speaks against it; "" where the file tells no kinds."""
        return f"(({kinds.fault(column, self._layout)}) IS NOT NULL)" if self._kinds else ""

    def _broken(self, check: Check) -> str:
        return checks.broken(check, self._contract, self._setting.today)

    def _run(self, statement: str) -> None:
        self._database.execute(statement)

    def _one(self, query: str) -> tuple[Any, ...]:
        return tuple(self._database.execute(query).fetchall()[0])
