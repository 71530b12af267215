"""The part of SQL that both engines answer alike: everything else is refused, not hoped for.

Left out on purpose: division (an integer, a decimal or a double, by engine), averages (the same), LIKE (escapes), functions
of text (collations), anything that names a file or changes something. What needs them is done with the exact result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.vocab.relation import Relation

ZONE = "Asia/Ho_Chi_Minh"
"""Both engines keep this session time zone: the date of a moment is the date on Vietnam's clock."""

_ALLOWED: frozenset[type[exp.Expression]] = frozenset({
    # queries
    exp.Select, exp.From, exp.Table, exp.TableAlias, exp.Subquery, exp.Join, exp.Where, exp.Group, exp.GroupingSets,
    exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.With, exp.CTE, exp.Union,
    # values
    exp.Column, exp.Identifier, exp.Alias, exp.Star, exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Tuple,
    exp.Cast, exp.DataType, exp.DataTypeParam, exp.Case, exp.If, exp.Coalesce,
    exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.Abs,
    exp.Year, exp.Month, exp.Day, exp.Extract, exp.Var, exp.TsOrDsToDate,
    # conditions
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is,
    exp.NullSafeEQ, exp.Exists,
    # aggregates and windows
    exp.Sum, exp.Count, exp.Min, exp.Max, exp.Window, exp.RowNumber, exp.Lead, exp.Lag,
})  # fmt: skip
_INTEGERS = exp.DataType.INTEGER_TYPES
_SQL_TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamptz": "TIMESTAMPTZ",
}
_WIDE = "DECIMAL(38, 0)"


def sql_type(text: str) -> exp.DataType:
    """Give the SQL type of a column type such as "long" or "decimal(18,2)"."""
    return exp.DataType.build(_SQL_TYPES.get(text, text))


def prepare(query: exp.Query, relations: Mapping[str, Relation]) -> exp.Query:
    """Give the query with every name resolved and every type known; Refused when it leaves the language or the relations."""
    if not isinstance(query, exp.Query):
        raise Refused("query.not_a_query", N_("Only questions may be asked of the lake."))
    for node in query.walk():
        if type(node) not in _ALLOWED:
            raise _refused(type(node).key)
    own = {cte.alias_or_name for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        _check_table(table, own, relations)
    schema: dict[str, object] = {
        name: {column: sql_type(kind) for column, kind in r.columns.items()} for name, r in relations.items()
    }
    try:
        resolved = qualify(query.copy(), schema=schema)
        resolved = annotate_types(resolved, schema=schema)
    except SqlglotError as error:
        raise Refused(
            "query.unresolved",
            N_("The question does not fit the data: %(reason)s"),
            reason=str(error).splitlines()[0],
        ) from error
    for ordered in resolved.find_all(exp.Ordered):
        if ordered.args.get("nulls_first") is None:
            ordered.set("nulls_first", not ordered.args.get("desc"))
    return resolved


def widen_sums(query: exp.Query) -> exp.Query:
    """Give the prepared query with integers added as 38-digit decimals, for an engine whose sums overflow at 64 bits."""
    for total in list(query.find_all(exp.Sum)):
        inner = total.this
        if inner.type is not None and inner.type.this in _INTEGERS:
            total.set("this", exp.cast(inner, _WIDE))
    return query


def empty(relation: Relation) -> exp.Select:
    """Give a query with the relation's columns and no row."""
    columns = [exp.cast(exp.Null(), sql_type(kind)).as_(name, quoted=True) for name, kind in relation.columns.items()]
    return exp.select(*columns).where(exp.false())


def _check_table(table: exp.Table, own: set[str], relations: Mapping[str, Relation]) -> None:
    if table.db or table.catalog or not isinstance(table.this, exp.Identifier):
        raise _refused(table.sql())
    if table.name in own and table.name in relations:
        raise _refused(f"WITH {table.name}")
    if table.name not in own and table.name not in relations:
        raise Refused(
            "query.unknown_table",
            N_("The question names “%(table)s”, which it was not given."),
            table=table.name,
        )


def _refused(what: str) -> Refused:
    return Refused(
        "query.outside_language",
        N_("“%(what)s” is not part of the language that all engines answer alike."),
        what=what,
    )
