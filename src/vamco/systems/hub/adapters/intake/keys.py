"""What the keys of a batch say: against each other, and against the rows that stay in the table."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.adapters.intake import checks
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.rules.checks import REPEAT, TAKEN, TWIN, keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import duckdb
    import pyarrow as pa

    from vamco.systems.hub.contracts import Contract

    Standing = Callable[[Sequence[str], tuple[Any, Any]], pa.Table]

_SOUND = "(SELECT * FROM numbered WHERE NOT _bad AND _row NOT IN (SELECT _row FROM disputed))"


class Keys:
    """Fills three tables about rows that are good by themselves: `verdict` with each reason, `repeated` and `revised`.

    A row is `repeated` when an equal one stands before it in the file or in the table, and nothing else speaks against it. It is
    `revised` when the contract takes corrections and only its own primary key stands in the table, with other words.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, contract: Contract) -> None:
        self._database = database
        self._contract = contract
        self._names = [column.name for column in contract.columns]
        self._keys = keys(contract)
        self._revises = contract.delivery == "append" and contract.corrections == "revise"
        for table in ("verdict (_row BIGINT, reason VARCHAR)", "disputed (_row BIGINT)", "revised (_row BIGINT)"):
            self._run(f"CREATE TEMP TABLE {table}")

    def judge(self, standing: Standing | None) -> None:
        """Judge all keys; `standing(columns, (low, high))` gives the rows of the table that stay, by the first of the columns."""
        for columns in self._keys:
            self._among_themselves(columns)
        self._run(f"INSERT INTO disputed SELECT DISTINCT _row FROM verdict WHERE NOT {_repeats('reason')}")
        if standing is not None:
            self._run("CREATE TEMP TABLE met (_row BIGINT, reason VARCHAR, equal BOOLEAN)")
            for columns in self._keys:
                self._against(columns, standing)
            self._settle()
        self._run(
            f"CREATE TEMP TABLE repeated AS SELECT _row FROM verdict GROUP BY _row HAVING bool_and({_repeats('reason')})"
        )

    def _among_themselves(self, columns: Sequence[str]) -> None:
        """Of equal rows the first stays. Of rows that share a key and differ none does, and none beside a row that is bad by itself.

        Which of them is true nobody can say: the bad one may be the right one with a slip in another cell.
        """
        key = ", ".join(map(checks.typed, columns))
        code = "+".join(columns)
        present = " AND ".join(f"{checks.typed(name)} IS NOT NULL" for name in columns)
        self._run(
            f"CREATE OR REPLACE TEMP TABLE shared AS SELECT {key} FROM numbered WHERE {present} GROUP BY ALL HAVING count(*) > 1"
        )
        if not self._one("SELECT count(*) FROM shared"):
            return
        whole = ", ".join(checks.typed(name) for name in self._names)
        self._run(
            f"INSERT INTO verdict SELECT _row, CASE WHEN variants > 1 THEN {literal(f'{TAKEN}:{code}')} "
            f"WHEN spoiled THEN {literal(f'{TWIN}:{code}')} ELSE {literal(f'{REPEAT}:{code}')} END FROM ("
            "SELECT _row, _bad, min(CASE WHEN NOT _bad THEN _row END) OVER twins AS first, "
            f"count(DISTINCT CASE WHEN NOT _bad THEN row({whole}) END) OVER twins AS variants, bool_or(_bad) OVER twins AS spoiled "
            f"FROM numbered JOIN shared USING ({key}) WINDOW twins AS (PARTITION BY {key})) "
            "WHERE NOT _bad AND (variants > 1 OR spoiled OR _row <> first)",
        )

    def _against(self, columns: Sequence[str], standing: Standing) -> None:
        first = checks.typed(columns[0])
        found = self._database.execute(f"SELECT min({first}), max({first}) FROM {_SOUND}").fetchall()[0]
        if found[0] is None:
            return
        same = _same(columns)
        with self._shown(standing(columns, found)):
            if not self._one(f"SELECT count(*) FROM {_SOUND} AS n SEMI JOIN shown AS s ON {same}"):
                return
        equal = " AND ".join(f"n.{checks.typed(name)} IS NOT DISTINCT FROM s.{quoted(name)}" for name in self._names)
        if self._revises and tuple(columns) != self._contract.key:
            same += (
                f" AND NOT (({_same(self._contract.key)}) AND NOT ({equal}))"  # its own older words are in nobody's way
            )
        rest = [name for name in self._names if name != columns[0]]
        with self._shown(standing([columns[0], *rest], found)):
            self._run(
                f"INSERT INTO met SELECT n._row, {literal('+'.join(columns))}, bool_or({equal}) "
                f"FROM {_SOUND} AS n JOIN shown AS s ON {same} GROUP BY n._row"
            )

    def _settle(self) -> None:
        """A row that stands in the table word for word repeats it; of the others each key that is taken counts, or is revised."""
        self._run(
            f"INSERT INTO verdict SELECT _row, '{REPEAT}:' || min(reason) FROM met WHERE equal AND _row NOT IN (SELECT _row FROM verdict) "
            "GROUP BY _row"
        )
        self._run("DELETE FROM met WHERE _row IN (SELECT _row FROM met WHERE equal)")
        if self._revises:
            own = literal("+".join(self._contract.key))
            self._run(
                f"INSERT INTO revised SELECT _row FROM met WHERE _row NOT IN (SELECT _row FROM verdict) GROUP BY _row "
                f"HAVING bool_and(reason = {own})"
            )
            # equal rows behind a revision only repeat it
            self._run(
                "DELETE FROM met WHERE _row IN (SELECT _row FROM revised) OR "
                f"(reason = {own} AND _row IN (SELECT _row FROM verdict WHERE {_repeats('reason')}) "
                f"AND _row NOT IN (SELECT _row FROM met WHERE reason <> {own}))"
            )
        self._run(f"INSERT INTO verdict SELECT _row, '{TAKEN}:' || reason FROM met")

    def _run(self, statement: str) -> None:
        self._database.execute(statement)

    def _one(self, query: str) -> int:
        return int(self._database.execute(query).fetchall()[0][0])

    @contextmanager
    def _shown(self, table: pa.Table) -> Iterator[None]:
        self._database.register("shown", table)
        try:
            yield
        finally:
            self._database.unregister("shown")


def _same(columns: Sequence[str]) -> str:
    return " AND ".join(f"n.{checks.typed(name)} = s.{quoted(name)}" for name in columns)


def _repeats(reason: str) -> str:
    return f"starts_with({reason}, '{REPEAT}:')"
