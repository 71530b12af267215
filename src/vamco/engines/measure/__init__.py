"""Indicator formulas to values, and from a value back to its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.engines.measure.compute import compute, compute_all, compute_series, rows_behind
from vamco.engines.measure.contracts import (
    Engine,
    Formula,
    Level,
    Measured,
    Part,
    Reporting,
    RowCount,
    Series,
    SourceRow,
    SourceRows,
    Term,
)
from vamco.engines.measure.rules import check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot import exp

    from vamco.engines.measure.possible import Cell, Outcome

__all__ = [
    "Engine",
    "Formula",
    "Level",
    "Measured",
    "Part",
    "Reporting",
    "RowCount",
    "Series",
    "SourceRow",
    "SourceRows",
    "Term",
    "check",
    "compute",
    "compute_all",
    "compute_series",
    "outcomes",
    "parse_filter",
    "rows_behind",
]


def parse_filter(text: str, columns: Mapping[str, str]) -> exp.Condition:
    """Give the condition that `text` says about columns of these types; see `filters` for the grammar."""
    from vamco.engines.measure import filters

    return filters.parse_filter(text, columns)


def outcomes(condition: exp.Expr, row: Mapping[str, Cell]) -> frozenset[Outcome]:
    """Give all that a condition of `parse_filter` may say of a row whose cells are not all known; see the module."""
    from vamco.engines.measure import possible

    return possible.outcomes(condition, row)
