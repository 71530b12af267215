"""Whole numbers to exact decimals, and those to an indicator's value."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import TYPE_CHECKING, Any

import numpy as np

from vamco.engines.measure.contracts import RATIO_PLACES, Formula, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from vamco.engines.measure.totals import Totals

_EXACT = Context(prec=80, rounding=ROUND_HALF_UP)
_STEP = Decimal(1).scaleb(-RATIO_PLACES)

Numbers = list[Decimal | None]


def values_of(
    formula: Formula, parts: Sequence[Totals], key: str, silent: Sequence[NDArray[np.bool_]]
) -> tuple[Numbers, Numbers, Numbers, list[int]]:
    """Give value, numerator, denominator and the number of rows behind them, each for all periods, for one place or agency.

    `silent` says of each part in which periods the place or agency has not reported: there it is unknown, not 0.
    """
    with localcontext(_EXACT):
        above, rows = _term(formula.numerator, parts[0], key, silent[0])
        if formula.denominator is None:
            value = above if formula.scale == 1 else _each(lambda a: None if a is None else a * formula.scale, above)
            return value.tolist(), above.tolist(), [None] * len(above), rows.tolist()
        below, more = _term(formula.denominator, parts[1], key, silent[1])
        value = _each(lambda a, b: _rounded(a * formula.scale / b) if a is not None and b else None, above, below)
        return value.tolist(), above.tolist(), below.tolist(), (rows + more).tolist()


def _term(term: Term, part: Totals, key: str, silent: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    numbers, rows = part.line(key)
    known = part.known & ~silent
    rows = np.where(known, rows, 0)
    if term.agg == "mean":
        found = _each(lambda n, r: _rounded(_decimal(n, part.scale) / r) if r else None, numbers, rows)
    else:
        found = _each(lambda n: _decimal(n, part.scale), numbers)
        if term.agg in {"max", "min"}:
            found[rows == 0] = None
    found[~known] = None
    return found, rows


def _each(give: Callable[..., Decimal | None], *columns: NDArray[Any]) -> NDArray[Any]:
    """Give `give` of each position, asked once for a run of equal ones: most days change nothing."""
    if not len(columns[0]):
        return np.empty(0, object)
    changes = np.zeros(len(columns[0]), bool)
    changes[0] = True
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    found = np.array(
        [give(*now) for now in zip(*(column[changes].tolist() for column in columns), strict=True)], object
    )
    spread: NDArray[Any] = found[np.cumsum(changes) - 1]
    return spread


def _decimal(number: Any, scale: int) -> Decimal:
    if isinstance(number, float):
        return Decimal(repr(number))
    return Decimal(number).scaleb(-scale) if scale else Decimal(number)


def _rounded(number: Decimal) -> Decimal:
    """Give a number with its decimals; one so large that it has no place for them stays as it is."""
    return number if number.adjusted() >= _EXACT.prec - RATIO_PLACES else number.quantize(_STEP)
