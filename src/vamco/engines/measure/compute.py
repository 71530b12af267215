"""Formulas to values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import pyarrow as pa
    from sqlglot import exp

    from vamco.engines.measure.reporting import Silence
    from vamco.engines.measure.totals import Totals
    from vamco.lib.time import Period
    from vamco.vocab.relation import Relation, Within


def compute(
    formula: Formula,
    relations: Mapping[str, Relation],
    engine: Engine,
    periods: Sequence[Period],
    by: Sequence[Level] = ("province",),
    **told: Any,
) -> list[Measured]:
    """Give the value of each period for the province, for each place or for each agency that the rows name.

    Ordered by level as in `by`, then code, then period. Rows without a place count for the province only.

    No data is not zero. A dataset has something to say about a period that begins on or before the last day found in
    its `time` (and `leave`) and ends on or after the first; a plan (`in_force`) from its first row on, within the
    year when there is one. Outside, the value is None. Inside, a sum or count without rows is 0, a mean or an extreme
    without rows is None. What more is `told` is described with `compute_series`.
    """
    return compute_all([formula], relations, engine, periods, by, **told)[0]


def compute_all(
    formulas: Sequence[Formula],
    relations: Mapping[str, Relation],
    engine: Engine,
    periods: Sequence[Period],
    by: Sequence[Level] = ("province",),
    **told: Any,
) -> list[list[Measured]]:
    """Give what `compute` gives for each formula; what several need is asked once."""
    years = told.get("years") or [0] * len(periods)
    return [
        [
            Measured(period, line.place, line.agency, value, above, below, rows, silent, year)
            for line in lines
            for period, value, above, below, rows, silent, year in zip(
                periods,
                line.values,
                line.numerators,
                line.denominators,
                line.rows,
                line.silent,
                years,
                strict=True,
            )
        ]
        for lines in compute_series(formulas, relations, engine, periods, by, **told)
    ]


def compute_series(
    formulas: Sequence[Formula],
    relations: Mapping[str, Relation],
    engine: Engine,
    periods: Sequence[Period],
    by: Sequence[Level] = ("province",),
    *,
    years: Sequence[int] | None = None,
    reporting: Mapping[str, Reporting] | None = None,
    heirs: Mapping[str, str] | None = None,
) -> list[list[Series]]:
    """Give the same in columns, for a million values: for each formula one Series for each province, place or agency.

    `years` names for each period the year whose rows count where a term has a `year`; without it, the period's own. `reporting`
    says of datasets who has reported until when: a place or agency that is silent has None instead of 0, and one that has
    reported and has no rows has its 0. `heirs` leads from codes of places that ended to the one that all of each went into:
    rows of the old code count for the heir; for the whole province they count anyway.
    """
    from vamco.engines.measure.reporting import Silence

    columns = {name: relation.columns for name, relation in relations.items()}
    for formula in formulas:
        check(formula, columns, by)
    asked = years or [period.end.year for period in periods]
    answers = _Answers(formulas, relations, engine, periods, years=asked, heirs=heirs or {})
    silence = Silence(reporting or {}, periods)
    return [[line for level in by for line in _level(formula, answers, silence, level, by)] for formula in formulas]


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
    year: int = 0,
    former: Collection[str] = (),
) -> SourceRows:
    """Give up to `limit` rows each of numerator and denominator, newest and then biggest first, and their total number.

    `within` limits the rows of a dataset; those outside are counted only. With `part` it is one of both only, from the row at
    `offset` on: a snapshot never changes, so that its rows may be counted off. `year` is the one that was asked for, 0
    for the period's own; rows of the `former` places that went into `place` are among them.
    """
    from vamco.engines.measure.questions import counted, limited, newest_first, rows_question
    from vamco.vocab.relation import ROW, RUN

    columns = {name: relation.columns for name, relation in relations.items()}
    by: list[Level] = [level for level, code in (("place", place), ("agency", agency)) if code]  # type: ignore[misc]
    check(formula, columns, by)
    where = {
        column: codes for column, codes in ((formula.place, {place, *former}), (formula.agency, {agency})) if any(codes)
    }
    found = SourceRows()
    names: tuple[Part, Part] = ("numerator", "denominator")
    for name, term in zip(names, formula.terms, strict=False):
        if part not in {None, name}:
            continue
        own = {term.dataset: relations[term.dataset]}
        question = rows_question(term, columns[term.dataset], period, year or period.end.year, where)
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
        *,
        years: Sequence[int],
        heirs: Mapping[str, str],
    ) -> None:
        from vamco.engines.measure.questions import rows_of

        self.columns = {name: relation.columns for name, relation in relations.items()}
        self.periods = periods
        self.years = years
        self._heirs = heirs
        self._relations = relations
        self._engine = engine
        self._together: dict[tuple[object, ...], list[Term]] = {}
        for term in dict.fromkeys(term for formula in formulas for term in formula.terms):
            self._together.setdefault(rows_of(term), []).append(term)
        self._answered: dict[tuple[object, ...], pa.Table] = {}
        self._totals: dict[tuple[Term, str, bool], Totals] = {}

    def totals(self, term: Term, key: str, finer: str, *, of_places: bool) -> Totals:
        """Give the totals by the column `key`; without one of all rows, from buckets by `finer` if that is a column."""
        from vamco.engines.measure.questions import bucket_question, range_question, rows_of
        from vamco.engines.measure.totals import Buckets, total

        if (term, key, of_places) not in self._totals:
            terms, column = self._together[rows_of(term)], key or finer
            answer = self._ask(
                ("buckets", rows_of(term), column),
                term,
                lambda: bucket_question(terms, self.columns[term.dataset], column),
            )
            buckets = Buckets.read(answer, terms.index(term), self._heirs if of_places else {}, by_key=bool(key))
            ranges = self._ask(("range", *rows_of(term)[:4]), term, lambda: range_question(term))
            self._totals[term, key, of_places] = total(term, buckets, ranges, self.periods, self.years)
        return self._totals[term, key, of_places]

    def _ask(self, name: tuple[object, ...], term: Term, question: Callable[[], exp.Query]) -> pa.Table:
        if name not in self._answered:
            self._answered[name] = self._engine.run(question(), {term.dataset: self._relations[term.dataset]})
        return self._answered[name]


def _level(
    formula: Formula, answers: _Answers, silence: Silence, level: Level, by: Sequence[Level]
) -> Iterator[Series]:
    import numpy as np

    from vamco.engines.measure.values import values_of

    column = {"province": "", "place": formula.place, "agency": formula.agency}[level]
    # The province is the sum of buckets that are needed anyway, when there are such.
    finer = next((name for other, name in (("place", formula.place), ("agency", formula.agency)) if other in by), "")
    parts = [answers.totals(term, column, finer, of_places=level == "place") for term in formula.terms]
    expected = frozenset[str]().union(*(silence.expected(term.dataset, level) for term in formula.terms))
    named = {key for part in parts for key in part.keys if key is not None}
    keys = [""] if level == "province" else sorted(named | expected)
    # Of the other levels nobody knows whose rows the silent ones would have named.
    everywhere = np.maximum.reduce([silence.count(term.dataset) for term in formula.terms])
    for key in keys:
        place, agency = (key if level == name else "" for name in ("place", "agency"))
        own = [silence.of(term.dataset, level, key) for term in formula.terms]
        silent = np.logical_or.reduce(own).astype(int) if expected else everywhere
        # Where the dataset says nothing of a period at all, nobody is more silent than others.
        silent = np.where(parts[0].known, silent, 0)
        yield Series(place, agency, *values_of(formula, parts, key, own), silent.tolist())
