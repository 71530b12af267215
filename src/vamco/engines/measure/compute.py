"""Formulas to values."""

from __future__ import annotations

from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING

from vamco.engines.measure.contracts import Engine, Formula, Level, Measured, SourceRow, SourceRows, Term
from vamco.engines.measure.rules import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from vamco.engines.measure.totals import Totals
    from vamco.lib.time import Period
    from vamco.vocab.relation import Relation


def compute(
    formula: Formula, relations: Mapping[str, Relation], engine: Engine, periods: Sequence[Period], by: Sequence[Level] = ("province",),
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
    answers = _Answers(relations, engine, periods)
    for formula in formulas:
        check(formula, answers.columns, by)
    return [[value for level in by for value in _level(formula, answers, level, by)] for formula in formulas]


def rows_behind(
    formula: Formula,
    relations: Mapping[str, Relation],
    engine: Engine,
    period: Period,
    place: str = "",
    agency: str = "",
    limit: int = 50,
) -> SourceRows:
    """Give up to `limit` rows each of numerator and denominator, newest and then biggest first, and their total number."""
    from vamco.engines.measure.questions import counted, newest_first, rows_question
    from vamco.vocab.relation import ROW, RUN

    columns = {name: relation.columns for name, relation in relations.items()}
    by: list[Level] = [level for level, code in (("place", place), ("agency", agency)) if code]  # type: ignore[misc]
    check(formula, columns, by)
    where = {column: code for column, code in ((formula.place, place), (formula.agency, agency)) if code}
    found = SourceRows()
    for part, term in zip(("numerator", "denominator"), formula.terms, strict=False):
        own = {term.dataset: relations[term.dataset]}
        question = rows_question(term, columns[term.dataset], period, where)
        found.total += engine.run(counted(question), own).column("n")[0].as_py()
        rows = engine.run(newest_first(question, term, columns[term.dataset], limit), own)
        found += [SourceRow(term.dataset, part, row[RUN], row[ROW], row) for row in rows.to_pylist()]  # type: ignore[arg-type]
    return found


class _Answers:
    """The totals of terms by level, each asked for once."""

    def __init__(self, relations: Mapping[str, Relation], engine: Engine, periods: Sequence[Period]) -> None:
        self.columns = {name: relation.columns for name, relation in relations.items()}
        self.periods = periods
        self._relations = relations
        self._engine = engine
        self._buckets: dict[tuple[Term, str], pa.Table] = {}
        self._ranges: dict[tuple[str, str, str, str], pa.Table] = {}
        self._totals: dict[tuple[Term, str], Totals] = {}

    def totals(self, term: Term, key: str, province: str) -> Totals:
        """Give the totals by the column `key`; without one, of all rows, from buckets by `province` if there are such."""
        from vamco.engines.measure.totals import total

        if (term, key) not in self._totals:
            buckets = self._bucketed(term, key or province)
            if not key:
                import pyarrow as pa

                everywhere = pa.nulls(buckets.num_rows, pa.string()).fill_null("")
                buckets = buckets.set_column(buckets.column_names.index("k"), "k", everywhere)
            self._totals[term, key] = total(term, buckets, self._ranged(term), self.periods)
        return self._totals[term, key]

    def _bucketed(self, term: Term, key: str) -> pa.Table:
        from vamco.engines.measure.questions import bucket_question

        if (term, key) not in self._buckets:
            question = bucket_question(term, self.columns[term.dataset], key)
            self._buckets[term, key] = self._engine.run(question, {term.dataset: self._relations[term.dataset]})
        return self._buckets[term, key]

    def _ranged(self, term: Term) -> pa.Table:
        from vamco.engines.measure.questions import range_question

        about = (term.dataset, term.time, term.leave, term.year)
        if about not in self._ranges:
            self._ranges[about] = self._engine.run(range_question(term), {term.dataset: self._relations[term.dataset]})
        return self._ranges[about]


def _level(formula: Formula, answers: _Answers, level: Level, by: Sequence[Level]) -> Iterator[Measured]:
    from vamco.engines.measure.values import values_of

    column = {"province": "", "place": formula.place, "agency": formula.agency}[level]
    # The province is the sum of buckets that are needed anyway, when there are such.
    finer = next((name for other, name in (("place", formula.place), ("agency", formula.agency)) if other in by), "")
    parts = [answers.totals(term, column, finer) for term in formula.terms]
    keys = [""] if level == "province" else sorted({key for part in parts for key in part.keys if key is not None})
    for key in keys:
        place, agency = (key if level == name else "" for name in ("place", "agency"))
        numbers, rows = values_of(formula, parts, key)
        yield from map(_MEASURED, zip(answers.periods, repeat(place), repeat(agency), *numbers, rows, strict=False))


_MEASURED = partial(tuple.__new__, Measured)  # what Measured(...) does, a million times without its argument handling
