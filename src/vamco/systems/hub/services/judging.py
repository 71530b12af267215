"""What a batch is measured against beside its own rows: code lists, the rows that stay in the table, the counts before."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake.batch import Setting
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.adapters.intake.sql import quoted
from vamco.systems.hub.rules import grading

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    import pyarrow as pa
    from sqlglot import exp

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Check, Contract, Finding, Reason
    from vamco.vocab.relation import Relation

INTERNAL = N_("The batch could not be taken in because of a fault of the platform; nothing was changed")
INTERRUPTED = N_("The platform stopped in the middle; nothing was changed")


@dataclass(frozen=True)
class Verdict:
    """What the checks say: `reason` refuses the batch as a whole."""

    good: int
    reason: Reason | None
    findings: tuple[Finding, ...]


def setting(contract: Contract) -> Setting:
    """The code lists that the contract names, and today."""
    names = {check.value for check in contract.declared if check.kind == "reference"}
    return Setting({name: _code_list(name) for name in sorted(names)}, clock.today())


def _code_list(name: str) -> list[tuple[str, dt.date, dt.date | None]]:
    if name == "communes":
        return list(places.ever_communes().values_list("code", "valid_from", "valid_to"))
    kinds = ("investor",) if name == "investors" else ()
    return list(agencies.of_kind(*kinds).values_list("code", "valid_from", "valid_to"))


def judge(contract: Contract, batch: Batch) -> Verdict:
    """The verdict on a batch that was read."""
    table = queries.relation(contract.id)
    slices = batch.slices(contract.slice_column) if contract.slice_column else []
    batch.judge_keys(_standing(contract, table, slices))
    good, repeats = batch.counts()
    before = _count_before(contract, table, slices)
    found = grading.Batch(batch.rows, good, repeats, before)
    broken = _broken(contract, batch, table, slices, found)
    warned = [
        grading.finding_of(check)
        for check in grading.batch_checks(contract)
        if check.severity == "warning" and check.code in broken
    ]
    reason = grading.refusal(contract, found, broken)
    return Verdict(good, reason, (*batch.findings(), *warned))


def _standing(
    contract: Contract,
    table: Relation,
    slices: Sequence[str],
) -> Callable[[Sequence[str], tuple[Any, Any]], pa.Table] | None:
    """Gives the rows of the table that the batch does not replace; None when none stay."""
    if not table.files or contract.delivery == "replace":
        return None
    from sqlglot import exp

    def rows(columns: Sequence[str], span: tuple[Any, Any]) -> pa.Table:
        first = exp.column(columns[0], quoted=True)
        condition: exp.Expr = exp.Between(this=first, low=_value(span[0]), high=_value(span[1]))
        if slices:
            condition = exp.and_(condition, exp.not_(_in_slices(contract, slices)))
        query = exp.select(*(exp.column(name, quoted=True) for name in columns)).from_("t").where(condition)
        return queries.engine().run(query, {"t": table})

    return rows


def _value(value: Any) -> exp.Expr:
    import datetime as dt

    from sqlglot import exp

    if isinstance(value, dt.datetime):
        return exp.cast(exp.Literal.string(value.isoformat()), "TIMESTAMPTZ")
    if isinstance(value, dt.date):
        return exp.cast(exp.Literal.string(value.isoformat()), "DATE")
    return exp.convert(value)


def _in_slices(contract: Contract, slices: Sequence[str]) -> exp.Expr:
    from sqlglot import exp

    kind = {"string": "VARCHAR", "long": "BIGINT", "date": "DATE", "boolean": "BOOLEAN"}.get(
        contract.column(contract.slice_column).type,
        "VARCHAR",
    )
    values = [exp.cast(exp.Literal.string(value), kind) for value in slices]
    return exp.In(this=exp.column(contract.slice_column, quoted=True), expressions=values)


def _count_before(contract: Contract, table: Relation, slices: Sequence[str]) -> int:
    """How many rows stand where the batch goes: in its slices, or in the whole table."""
    if not slices or not table.files:
        return table.rows
    from sqlglot import exp

    query = exp.select(exp.Count(this=exp.Star()).as_("n")).from_("t").where(_in_slices(contract, slices))
    return int(queries.engine().run(query, {"t": table}).column("n")[0].as_py())


def _broken(
    contract: Contract,
    batch: Batch,
    table: Relation,
    slices: Sequence[str],
    found: grading.Batch,
) -> dict[str, dict[str, Any]]:
    broken = {}
    for check in grading.batch_checks(contract):
        if check.kind == "row_count":
            wrong = grading.row_count_broken(check, contract, found)
        elif check.kind == "freshness":
            wrong = grading.too_old(
                check, batch.total(f"SELECT max({typed(check.column)}) FROM {{good}}")[0][0], clock.today()
            )
        else:
            wrong = _falls(check, contract, batch, table, slices)
        if wrong is not None:
            broken[check.code] = wrong
    return broken


def _falls(
    check: Check,
    contract: Contract,
    batch: Batch,
    table: Relation,
    slices: Sequence[str],
) -> dict[str, Any] | None:
    """Whether a cumulated sum would fall in some year."""
    new = dict(
        batch.total(
            f"SELECT {typed(check.value)}, sum({typed(check.column)}) FROM {{good}} GROUP BY ALL",
        )
    )
    old = _sums(check, contract, table, slices)
    fallen = sorted(str(year) for year, total in new.items() if grading.falls(total, old.get(year), contract.delivery))
    return {"found": ", ".join(fallen)} if fallen else None


def _sums(check: Check, contract: Contract, table: Relation, slices: Sequence[str]) -> dict[Any, Any]:
    if not table.files or contract.delivery == "append":
        return {}
    from sqlglot import exp, parse_one

    query = parse_one(
        f"SELECT {quoted(check.value)} AS y, SUM({quoted(check.column)}) AS s FROM t GROUP BY {quoted(check.value)}",
    )
    assert isinstance(query, exp.Select)  # noqa: S101  # parsed from our own text
    if slices:
        query = query.where(_in_slices(contract, slices))
    answer = queries.engine().run(query, {"t": table}).to_pylist()
    return {row["y"]: row["s"] for row in answer}
