"""What stands in the table where a batch goes, and beside it."""

# ruff: noqa: S608  # names are quoted where the SQL is put together
from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from sqlglot import exp

    from vamco.systems.hub.adapters.intake import keys
    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.vocab.relation import Relation

_SQL_TYPES = {"string": "VARCHAR", "long": "BIGINT", "date": "DATE", "boolean": "BOOLEAN"}


class Standing:
    """A table as a batch finds it. Columns go by their names in the contract; one that the table lacks is NULL in every row."""

    def __init__(self, contract: Contract, table: Relation, batch: Batch) -> None:
        self.contract = contract
        self.table = table
        self.batch = batch
        there = table.columns
        self._names = {
            column.name: name
            for column in contract.columns
            if (name := next((name for name in (column.name, column.was) if name in there), ""))
        }

    @cached_property
    def slices(self) -> list[str]:
        """The slices that the batch replaces, as text; none where it replaces or adds to the whole."""
        return self.batch.slices(self.contract.slice_column) if self.contract.slice_column else []

    def has(self, *names: str) -> bool:
        """Whether the table has rows, and all these columns."""
        return bool(self.table.files) and all(name in self._names for name in names)

    def column(self, name: str) -> exp.Expr:
        """A column of the table, or NULL of its type."""
        from sqlglot import exp

        if name in self._names:
            return exp.column(self._names[name], quoted=True)
        kind = self.contract.column(name).type
        return exp.cast(exp.null(), _SQL_TYPES.get(kind, kind.upper()))

    def replaced(self) -> exp.Expr | None:
        """The condition for the rows that the batch replaces; None for all of them."""
        return in_slices(self.contract, self.slices, self.column(self.contract.slice_column)) if self.slices else None

    def staying(self) -> keys.Standing | None:
        """Gives the rows of the table that the batch does not replace; None when none stay."""
        if not self.table.files or self.contract.delivery == "replace":
            return None

        def rows(columns: Sequence[str], span: tuple[Any, Any]) -> pa.Table:
            from sqlglot import exp

            replaced = self.replaced()
            conditions: list[exp.Expr] = [
                exp.Between(this=self.column(columns[0]), low=value_of(span[0]), high=value_of(span[1]))
            ]
            if replaced is not None:
                conditions.append(exp.not_(replaced))
            return self.ask(*columns, where=conditions)

        return rows

    def ask(self, *columns: str, where: Iterable[exp.Expr] = ()) -> pa.Table:
        """Some columns of the rows that hold all conditions."""
        from sqlglot import exp

        chosen = [exp.alias_(self.column(name), name, quoted=True) for name in columns]
        query = exp.select(*chosen).from_("t").where(*where)
        return queries.engine().run(query, {"t": self.table})

    def totals(
        self, measures: dict[str, exp.Expr], by: Sequence[exp.Expr] = (), where: Sequence[exp.Expr] = ()
    ) -> list[dict[str, Any]]:
        """Measures of the table, in groups that are named g0, g1 and so on."""
        from sqlglot import exp

        chosen = [exp.alias_(each.copy(), f"g{n}") for n, each in enumerate(by)]
        chosen += [exp.alias_(each, name) for name, each in measures.items()]
        query = exp.select(*chosen).from_("t").where(*where).group_by(*(each.copy() for each in by))
        found: list[dict[str, Any]] = queries.engine().run(query, {"t": self.table}).to_pylist()
        return found

    def parts(self) -> tuple[grading.Part, ...]:
        """Each slice that the batch fills, or the whole, with its good rows and the rows that stand there now."""
        from sqlglot import exp

        name = self.contract.slice_column
        if not name:
            return (grading.Part("", self.batch.counts()[0], self.table.rows),)
        good = dict(self.batch.total(f"SELECT {typed(name)}, count(*) FROM {{good}} GROUP BY ALL"))
        before: dict[Any, int] = {}
        if self.slices and self.has(name):
            condition = self.replaced()
            rows = self.totals({"n": exp.Count(this=exp.Star())}, [self.column(name)], [condition] if condition else [])
            before = {row["g0"]: row["n"] for row in rows}
        return tuple(grading.Part(str(each), n, before.get(each, 0)) for each, n in sorted(good.items(), key=str))


def value_of(value: Any) -> exp.Expr:
    """A value as a question to the lake writes it."""
    import datetime as dt

    from sqlglot import exp

    if isinstance(value, dt.datetime):
        return exp.cast(exp.Literal.string(value.isoformat()), "TIMESTAMPTZ")
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.convert(value)


def in_slices(contract: Contract, slices: Sequence[str], column: exp.Expr | str = "") -> exp.Expr:
    """Whether a row of the table lies in one of some slices; `column` is the slice column, or what it is called there."""
    from sqlglot import exp

    if isinstance(column, str):
        column = exp.column(column or contract.slice_column, quoted=True)
    kind = _SQL_TYPES.get(contract.column(contract.slice_column).type, "VARCHAR")
    values = [exp.cast(exp.Literal.string(value), kind) for value in slices]
    return exp.In(this=column, expressions=values)
