"""Formulas to values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.engines.measure.contracts import (
    Engine,
    Formula,
    Level,
    Measured,
    Part,
    RowCount,
    Series,
    SourceRow,
    SourceRows,
    Term,
)
from vamco.engines.measure.rules import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import pyarrow as pa
    from sqlglot import exp

    from vamco.engines.measure.totals import Totals
    from vamco.lib.time import Period
    from vamco.vocab.relation import Relation, Within


def compute(
    formula: Formula,
    relations: Mapping[str, Relation],
    engine: Engine,
    periods: Sequence[Period],
    by: Sequence[Level] = ("province",),
) -> list[Measured]:
    """Give the value of each period for the province, for each place or for each agency that the rows name.

    Ordered by level as in `by`, then code, then period. Rows without a place count for the province only.

    No data is not zero. A dataset has something to say about a period that begins on or before the last day found in
    its `time` (and `leave`) and ends on or after the first; a plan (`in_force`) from its first row on, within the
    year when there is one. Outside, the value is None. Inside, a sum or count without rows is 0, a mean or an extreme
    without rows is None.
    """
    return compute_all([formula], relations, engine, periods, by)[0]


def compute_all(
    formulas: Sequence[Formula],
    relations: Mapping[str, Relation],
    engine: Engine,
    periods: Sequence[Period],
    by: Sequence[Level] = ("province",),
) -> list[list[Measured]]:
    """Give what `compute` gives for each formula; what several need is asked once."""
    return [
        [
            Measured(period, line.place, line.agency, value, above, below, rows)
            for line in lines
            for period, value, above, below, rows in zip(
                periods,
                line.values,
                line.numerators,
                line.denominators,
                line.rows,
                strict=True,
            )
        ]
        for lines in compute_series(formulas, relations, engine, periods, by)
    ]


def compute_series(
    formulas: Sequence[Formula],
    relations: Mapping[str, Relation],
    engine: Engine,
    periods: Sequence[Period],
    by: Sequence[Level] = ("province",),
) -> list[list[Series]]:
    """Give the same in columns, for a million values: for each formula one Series for each province, place or agency."""
    columns = {name: relation.columns for name, relation in relations.items()}
    for formula in formulas:
        check(formula, columns, by)
    answers = _Answers(formulas, relations, engine, periods)
    return [[line for level in by for line in _level(formula, answers, level, by)] for formula in formulas]


def rows_behind(  # noqa: PLR0913, PLR0917 - which value, of what, from where
    formula: Formula,
    relations: Mapping[str, Relation],
    engine: Engine,
    period: Period,
    place: str = "",
    agency: str = "",
    limit: int = 50,
    within: Mapping[str, Within] | None = None,
    *,
    part: Part | None = None,
    offset: int = 0,
) -> SourceRows:
    """Give up to `limit` rows each of numerator and denominator, newest and then biggest first, and their total number.

    `within` limits the rows of a dataset; those outside are counted only. With `part` it is one of both only, from the row at
    `offset` on: a snapshot never changes, so that its rows may be counted off.
    """
    from vamco.engines.measure.questions import counted, limited, newest_first, rows_question
    from vamco.vocab.relation import ROW, RUN

    columns = {name: relation.columns for name, relation in relations.items()}
    by: list[Level] = [level for level, code in (("place", place), ("agency", agency)) if code]  # type: ignore[misc]
    check(formula, columns, by)
    where = {column: code for column, code in ((formula.place, place), (formula.agency, agency)) if code}
    found = SourceRows()
    names: tuple[Part, Part] = ("numerator", "denominator")
    for name, term in zip(names, formula.terms, strict=False):
        if part not in {None, name}:
            continue
        own = {term.dataset: relations[term.dataset]}
        question = rows_question(term, columns[term.dataset], period, where)
        total = inside = engine.run(counted(question), own).column("n")[0].as_py()
        if (area := (within or {}).get(term.dataset)) is not None:
            # A snapshot from before a column was agreed upon names nobody in it.
            area = tuple(each for each in area if each.keys() <= columns[term.dataset].keys())
            question = limited(question, area)
            inside = engine.run(counted(question), own).column("n")[0].as_py() if area else 0
        found.counts[name] = RowCount(total, total - inside)
        if not inside:
            continue
        rows = engine.run(newest_first(question, term, columns[term.dataset], limit, offset), own)
        found += [SourceRow(term.dataset, name, row[RUN], row[ROW], row) for row in rows.to_pylist()]
    return found


class _Answers:
    """The totals of terms by level; terms over the same rows are asked for in one question."""

    def __init__(
        self,
        formulas: Sequence[Formula],
        relations: Mapping[str, Relation],
        engine: Engine,
        periods: Sequence[Period],
    ) -> None:
        from vamco.engines.measure.questions import rows_of

        self.columns = {name: relation.columns for name, relation in relations.items()}
        self.periods = periods
        self._relations = relations
        self._engine = engine
        self._together: dict[tuple[object, ...], list[Term]] = {}
        for term in dict.fromkeys(term for formula in formulas for term in formula.terms):
            self._together.setdefault(rows_of(term), []).append(term)
        self._answered: dict[tuple[object, ...], pa.Table] = {}
        self._totals: dict[tuple[Term, str], Totals] = {}

    def totals(self, term: Term, key: str, finer: str) -> Totals:
        """Give the totals by the column `key`; without one of all rows, from buckets by `finer` if that is a column."""
        from vamco.engines.measure.questions import bucket_question, range_question, rows_of
        from vamco.engines.measure.totals import Buckets, total

        if (term, key) not in self._totals:
            terms, column = self._together[rows_of(term)], key or finer
            answer = self._ask(
                ("buckets", rows_of(term), column),
                term,
                lambda: bucket_question(terms, self.columns[term.dataset], column),
            )
            buckets = Buckets.read(answer, terms.index(term), by_key=bool(key))
            ranges = self._ask(("range", *rows_of(term)[:4]), term, lambda: range_question(term))
            self._totals[term, key] = total(term, buckets, ranges, self.periods)
        return self._totals[term, key]

    def _ask(self, name: tuple[object, ...], term: Term, question: Callable[[], exp.Query]) -> pa.Table:
        if name not in self._answered:
            self._answered[name] = self._engine.run(question(), {term.dataset: self._relations[term.dataset]})
        return self._answered[name]


def _level(formula: Formula, answers: _Answers, level: Level, by: Sequence[Level]) -> Iterator[Series]:
    from vamco.engines.measure.values import values_of

    column = {"province": "", "place": formula.place, "agency": formula.agency}[level]
    # The province is the sum of buckets that are needed anyway, when there are such.
    finer = next((name for other, name in (("place", formula.place), ("agency", formula.agency)) if other in by), "")
    parts = [answers.totals(term, column, finer) for term in formula.terms]
    keys = [""] if level == "province" else sorted({key for part in parts for key in part.keys if key is not None})
    for key in keys:
        place, agency = (key if level == name else "" for name in ("place", "agency"))
        yield Series(place, agency, *values_of(formula, parts, key))
