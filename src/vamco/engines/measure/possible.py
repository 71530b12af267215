"""What a condition may say of a row some of whose cells nobody can read.

Each part of a condition has a set of possible outcomes: true, false, or null, as SQL has it. An unknown cell makes all of them
possible. That two parts ask the same unknown cell is not considered, so that more seems possible than is, never less.
"""

from __future__ import annotations

import datetime as dt
import operator
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Outcome = bool | None
Cell = str | Decimal | dt.date | bool | None

EMPTY: Final = ""
"""A cell that is known to say nothing; one that is missing, or None, is not known."""

_ANY: Final = frozenset({True, False, None})
_COMPARE: Final[Mapping[type[exp.Expr], Callable[[Any, Any], bool]]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}


class _Unknown(Exception):  # noqa: N818  # no error: a cell that nobody can read
    """Says that a cell's value is not known."""


def outcomes(condition: exp.Expr, row: Mapping[str, Cell]) -> frozenset[Outcome]:
    """Give all that a condition of `parse_filter` may say of a row; never an empty set."""
    if isinstance(condition, exp.Paren):
        return outcomes(condition.this, row)
    if isinstance(condition, exp.Boolean):
        return frozenset({bool(condition.this)})
    if isinstance(condition, exp.Not):
        return frozenset(None if each is None else not each for each in outcomes(condition.this, row))
    if isinstance(condition, exp.And | exp.Or):
        join = _and if isinstance(condition, exp.And) else _or
        return frozenset(
            join(*both) for both in product(outcomes(condition.this, row), outcomes(condition.expression, row))
        )
    try:
        return frozenset({_predicate(condition, row)})
    except _Unknown:
        return _ANY


def _and(one: Outcome, other: Outcome) -> Outcome:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _or(one: Outcome, other: Outcome) -> Outcome:
    if one is True or other is True:
        return True
    return None if one is None or other is None else False


def _predicate(condition: exp.Expr, row: Mapping[str, Cell]) -> Outcome:
    value = _value(condition.this, row)
    if isinstance(condition, exp.Is):
        return value is None
    if isinstance(condition, exp.In):
        return None if value is None else value in [_value(each, row) for each in condition.expressions]
    if isinstance(condition, exp.Between):
        low, high = _value(condition.args["low"], row), _value(condition.args["high"], row)
        return None if value is None else bool(low <= value <= high)
    other = _value(condition.expression, row)
    return None if value is None or other is None else _COMPARE[type(condition)](value, other)


def _value(node: exp.Expr, row: Mapping[str, Cell]) -> Any:
    """The value of a column or literal; None for an empty cell."""
    if isinstance(node, exp.Cast):
        found = _value(node.this, row)
        return dt.date.fromisoformat(found) if isinstance(found, str) else found
    if isinstance(node, exp.Column):
        cell = row.get(node.name)
        if cell is None:
            raise _Unknown
        return None if cell == EMPTY else cell
    if isinstance(node, exp.Neg):
        return -_value(node.this, row)
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    return node.this if node.is_string else Decimal(node.this)
