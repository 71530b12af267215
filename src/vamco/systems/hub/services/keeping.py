"""The last good rows of keys whose new row is in quarantine: they stay in the table, marked by the run that brought them."""

# ruff: noqa: S608  # names are quoted where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.adapters.intake.sql import quoted
from vamco.systems.hub.models import Kept
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services.standing import in_slices, value_of
from vamco.vocab.relation import ROW, RUN

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlglot import exp

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.models import Run
    from vamco.systems.hub.services.owning import Owned
    from vamco.vocab.relation import Relation

_PUT_AT_A_TIME = 5000


def with_last_good(run: Run, contract: Contract, batch: Batch, part: Owned, good: pa.Table) -> pa.Table:
    """The rows that take the place of a part of the table: the good ones, and the last good ones of keys without one.

    Only where the key of a bad row can be read, and where no good row claims a value that must be unique. Notes what is kept.
    """
    import pyarrow as pa

    kept = None if contract.delivery == "append" else _last_good(contract, batch, part)
    run.kept = kept.num_rows if kept is not None else 0
    if kept is None or not kept.num_rows:
        return good
    Kept.objects.bulk_create(
        [
            Kept(run=run, row=row, of_run_id=of_run, of_row=of_row)
            for row, of_run, of_row in zip(*(kept.column(name).to_pylist() for name in ("_bad", RUN, ROW)), strict=True)
        ],
        batch_size=_PUT_AT_A_TIME,
    )
    names = [name for name in good.column_names if name in kept.column_names]
    old = kept.select(names).cast(pa.schema([good.schema.field(name) for name in names]))
    return pa.concat_tables([good, old], promote_options="default")


def _last_good(contract: Contract, batch: Batch, part: Owned) -> pa.Table | None:
    table = queries.relation(contract.id)
    if not contract.key or not table.files:
        return None
    first = typed(contract.key[0])
    bad = f"(SELECT * FROM numbered WHERE _row NOT IN (SELECT _row FROM {{good}}) AND {_present(contract)})"
    span = batch.ask(f"SELECT min({first}) AS low, max({first}) AS high FROM {bad}").to_pylist()[0]
    if span["low"] is None:
        return None
    standing = _standing(contract, table, part, (span["low"], span["high"]))
    if standing is None or not standing.num_rows:
        return None
    keys = ", ".join(map(typed, contract.key))
    met = " AND ".join(f"s.{quoted(name)} = b.{typed(name)}" for name in contract.key)
    clash = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {{good}} AS g WHERE {_same(columns)})"
        for columns in grading.keys(contract)
        if all(name in standing.column_names for name in columns)
    )
    return batch.ask(
        f"SELECT s.*, b._bad FROM last_good AS s JOIN (SELECT {keys}, min(_row) AS _bad FROM {bad} GROUP BY {keys}) AS b "
        f"ON {met} WHERE true{clash} ORDER BY b._bad",
        last_good=standing,
    )


def _present(contract: Contract) -> str:
    return " AND ".join(f"{typed(name)} IS NOT NULL" for name in contract.key)


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"g.{typed(name)} = s.{quoted(name)}" for name in columns)


def _standing(contract: Contract, table: Relation, part: Owned, span: tuple[object, object]) -> pa.Table | None:
    """The rows that would leave, within a span of the key's first column, under the names that the contract has now."""
    from sqlglot import exp

    there = {
        column.name: name for column in contract.columns for name in (column.name, column.was) if name in table.columns
    }
    there = {**there, **{column.name: column.name for column in contract.columns if column.name in table.columns}}
    if not set(contract.key) <= set(there):
        return None
    chosen: list[exp.Expr] = [exp.column(name, quoted=True) for name in (RUN, ROW)]
    chosen += [exp.alias_(exp.column(old, quoted=True), new, quoted=True) for new, old in there.items()]
    where: exp.Expr = exp.Between(
        this=exp.column(there[contract.key[0]], quoted=True),
        low=value_of(span[0]),
        high=value_of(span[1]),
    )
    if contract.delivery == "replace_where":
        if contract.slice_column not in there:
            return None
        slices = in_slices(contract, part.texts, there[contract.slice_column])
        where = exp.and_(where, slices)
    query = exp.select(*chosen).from_("t").where(where)
    return queries.engine().run(query, {"t": table})
