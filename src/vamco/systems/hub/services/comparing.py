"""A batch beside the rows of the table that have its keys, or lack in it."""

# ruff: noqa: S608  # names are quoted where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.adapters.intake.sql import quoted
from vamco.systems.hub.models import Run
from vamco.vocab.relation import RUN

if TYPE_CHECKING:
    import pyarrow as pa

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.vocab.relation import Relation

GONE: Final = "gone_rows"


def brought_by(contract: Contract, batch: Batch, table: Relation) -> list[int]:
    """The runs that brought the rows which a batch would revise."""
    met = " AND ".join(f"s.{quoted(name)} = n.{typed(name)}" for name in contract.key)
    found = batch.ask(
        f"SELECT DISTINCT s.{quoted(RUN)} AS run FROM standing AS s SEMI JOIN "
        f"(SELECT * FROM numbered WHERE _row IN (SELECT _row FROM revised)) AS n ON {met}",
        standing=_keys(contract, table),
    )
    return [int(run) for run in found.column("run").to_pylist()]


def gone(contract: Contract, run: Run, batch: Batch) -> int:
    """How many rows that this source once brought it does not have any more; they stay in the table."""
    table = queries.relation(contract.id)
    if not contract.key or not table.files:
        return 0
    own = set(Run.objects.filter(dataset=run.dataset_id, source=run.source).values_list("pk", flat=True))
    met = " AND ".join(f"s.{quoted(name)} = n.{typed(name)}" for name in contract.key)
    found = batch.ask(
        f"SELECT s.{quoted(RUN)} AS run, count(*) AS n FROM standing AS s ANTI JOIN numbered AS n ON {met} GROUP BY 1",
        standing=_keys(contract, table),
    )
    return sum(row["n"] for row in found.to_pylist() if row["run"] in own)


def stands_for(contract: Contract, batch: Batch, runs: set[int]) -> set[int]:
    """Those of some runs all whose rows in the table are in the batch, by their keys."""
    table = queries.relation(contract.id)
    if not runs or not contract.key or not table.files:
        return set()
    met = " AND ".join(f"s.{quoted(name)} = n.{typed(name)}" for name in contract.key)
    found = batch.ask(
        f"SELECT s.{quoted(RUN)} AS run, bool_and(n._row IS NOT NULL) AS whole FROM standing AS s "
        f"LEFT JOIN numbered AS n ON {met} GROUP BY 1",
        standing=_keys(contract, table),
    )
    return {row["run"] for row in found.to_pylist() if row["whole"] and row["run"] in runs}


def said(contract: Contract, batch: Batch) -> int:
    """How many rows a batch has, those counted once that share a key."""
    if not contract.key:
        return batch.rows
    key = ", ".join(map(typed, contract.key))
    present = " AND ".join(f"{typed(name)} IS NOT NULL" for name in contract.key)
    found = batch.ask(
        f"SELECT count(DISTINCT CASE WHEN {present} THEN row({key}) END) + count(*) FILTER (NOT ({present})) AS n FROM numbered"
    )
    return int(found.column("n")[0].as_py())


def _keys(contract: Contract, table: Relation) -> pa.Table:
    from sqlglot import exp

    columns = [exp.column(name, quoted=True) for name in (RUN, *contract.key)]
    return queries.engine().run(exp.select(*columns).from_("t"), {"t": table})
