"""What makes a formula answerable: names, types and options that fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.engines.measure.contracts import STOCKS, Formula, Level, Term
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_EXACT = ("long", "decimal")
_DATES = ("date", "timestamptz")


def check(formula: Formula, columns: Mapping[str, Mapping[str, str]], by: Sequence[Level] = ("province",)) -> None:
    """Refuse a formula that cannot be computed from datasets with these columns: {dataset: {column: type}}."""
    for term in formula.terms:
        if formula.year_closes and not term.year:
            raise _refused(term, "year", ", ".join(columns.get(term.dataset, ())))
        if term.dataset not in columns:
            raise Refused("measure.no_dataset", N_("There is no dataset “%(dataset)s”."), dataset=term.dataset)
        _check_term(term, columns[term.dataset])
        for level, column in (("place", formula.place), ("agency", formula.agency)):
            if level in by:
                _need(term, columns[term.dataset], column, level, ("string",))


def _check_term(term: Term, columns: Mapping[str, str]) -> None:
    from vamco.engines.measure.filters import parse_filter

    _need(term, columns, term.time, "time", _DATES)
    if term.agg == "count":
        _may(term, columns, term.column, "column", ())
    else:
        _need(term, columns, term.column, "column", (*_EXACT, "double") if term.agg in {"max", "min"} else _EXACT)
    _may(term, columns, term.year, "year", ("long",))
    if term.window in STOCKS and term.agg in {"max", "min"}:
        raise _refused(term, "agg", "sum, count, mean")
    if term.window in {"open", "overdue"}:
        _need(term, columns, term.leave, "leave", _DATES)
    if term.window == "in_force":
        if not term.key:
            raise _refused(term, "key", ", ".join(columns))
        for name in term.key:
            _need(term, columns, name, "key", ())
    parse_filter(term.filter, columns)


def _may(term: Term, columns: Mapping[str, str], name: str, option: str, kinds: tuple[str, ...]) -> None:
    if name:
        _need(term, columns, name, option, kinds)


def _need(term: Term, columns: Mapping[str, str], name: str, option: str, kinds: tuple[str, ...]) -> None:
    """Refuse unless `name` is a column of one of `kinds`, or of any kind when there are none."""
    if name not in columns or (kinds and columns[name].split("(", 1)[0] not in kinds):
        fitting = [column for column, kind in columns.items() if not kinds or kind.split("(", 1)[0] in kinds]
        raise _refused(term, option, ", ".join(fitting) or "–")


def _refused(term: Term, option: str, expected: str) -> Refused:
    return Refused(
        "measure.bad_term",
        N_("“%(option)s” of the dataset “%(dataset)s” does not fit: expected one of %(expected)s."),
        option=option,
        dataset=term.dataset,
        expected=expected,
    )
