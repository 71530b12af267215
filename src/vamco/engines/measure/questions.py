"""A term as questions to an engine: small tables of buckets, from which every period is then added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from vamco.engines.measure.contracts import STOCKS, Term
from vamco.engines.measure.filters import parse_filter
from vamco.vocab.relation import ROW, RUN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from vamco.lib.time import Period
    from vamco.vocab.relation import Within

_LEAVE = "_leave"
_TOTALS: dict[str, type[exp.AggFunc]] = {"sum": exp.Sum, "mean": exp.Sum, "max": exp.Max, "min": exp.Min}


def rows_of(term: Term) -> tuple[object, ...]:
    """Give what two terms must share to be counted in one walk over the same rows."""
    stock = term.window if term.window in STOCKS else ""
    return term.dataset, term.time, term.leave if stock else "", term.year, stock, term.key if stock else ()


def bucket_question(terms: Sequence[Term], columns: Mapping[str, str], key: str) -> exp.Query:
    """Give the question for one row for each `k` (value of the column `key`), `y` (year), `d` (day) and `s`.

    `s` is 1 where rows come in and -1 where they leave a stock. For the term at position `i`, `v{i}` is their sum or
    extreme and `n{i}` their number. The terms share `rows_of`.
    """
    term = terms[0]
    wanted = {
        name: exp.column(name, quoted=True) for name in columns if any(_needs(one, name, columns) for one in terms)
    }
    sides = [_side(term, key, wanted, 1)]
    if term.window in STOCKS:
        sides.append(_side(term, key, wanted, -1).where(exp.Not(this=_is_null(leave_day(term)))))
    if len(terms) == 1:
        sides = [side.where(_counts(term, columns)) for side in sides]
    inner: exp.Query = sides[0] if len(sides) == 1 else exp.union(*sides, distinct=False)
    keys = [exp.column(name, quoted=True) for name in ("_k", "_y", "_d", "_s")]
    totals = [total for i, one in enumerate(terms) for total in _totals(one, columns, i)]
    return exp.select(*keys, *totals).from_(inner.subquery("b")).group_by(*[key.copy() for key in keys])


def _totals(term: Term, columns: Mapping[str, str], i: int) -> list[exp.Expr]:
    def where(value: exp.Expr) -> exp.Expr:
        return exp.Case(ifs=[exp.If(this=_counts(term, columns), true=value)])

    found = [exp.Count(this=where(exp.Literal.number(1))).as_(f"n{i}", quoted=True)]
    if term.agg != "count":
        found.append(_TOTALS[term.agg](this=where(exp.column(term.column, quoted=True))).as_(f"v{i}", quoted=True))
    return found


def _needs(term: Term, name: str, columns: Mapping[str, str]) -> bool:
    return name in {term.column, *(column.name for column in parse_filter(term.filter, columns).find_all(exp.Column))}


def _counts(term: Term, columns: Mapping[str, str]) -> exp.Condition:
    """Give the condition that a row counts for the term: the filter holds, and there is a value."""
    condition = parse_filter(term.filter, columns)
    if not term.column:
        return condition
    return exp.And(
        this=exp.Paren(this=condition), expression=exp.Not(this=_is_null(exp.column(term.column, quoted=True)))
    )


def range_question(term: Term) -> exp.Query:
    """Give the question for `first` and `last`, the days between which the dataset has something to say, by `y`."""
    year = exp.column(term.year, quoted=True) if term.year else exp.cast(exp.Null(), "BIGINT")
    lasts = [exp.Max(this=enter_day(term))]
    if term.leave:
        lasts.append(exp.Max(this=exp.cast(exp.column(term.leave, quoted=True), "DATE")))
    inner = exp.select(
        year.as_("y", quoted=True),
        exp.column(term.time, quoted=True),
        *([exp.column(term.leave, quoted=True)] if term.leave else []),
    ).from_(exp.to_table(term.dataset))
    # A row without its day counts for nothing, so it widens nothing either.
    inner = inner.where(exp.Not(this=exp.Is(this=exp.column(term.time, quoted=True), expression=exp.Null())))
    return (
        exp.select(
            exp.column("y", quoted=True),
            exp.Min(this=enter_day(term)).as_("first", quoted=True),
            *(last.as_(f"last{number}", quoted=True) for number, last in enumerate(lasts)),
        )
        .from_(inner.subquery("b"))
        .group_by(exp.column("y", quoted=True))
    )


def rows_question(
    term: Term, columns: Mapping[str, str], period: Period, year: int, where: Mapping[str, Collection[str]]
) -> exp.Select:
    """Give the question for all columns of the rows behind one value; `where` fixes columns such as the place."""
    query = _source(term).where(_in_window(term, period, year)).where(_counts(term, columns))
    if where:
        query = query.where(_all_named(where))
    if term.year:
        query = query.where(exp.EQ(this=exp.column(term.year, quoted=True), expression=exp.Literal.number(year)))
    return query


def limited(query: exp.Select, within: Within) -> exp.Select:
    """Give the question for those rows of `rows_question` that lie within."""
    if within is None:
        return query
    return query.where(exp.or_(*(_all_named(each) for each in within)) if within else exp.false())


def _all_named(codes: Mapping[str, Collection[str]]) -> exp.Condition:
    return exp.and_(
        *(
            exp.In(
                this=exp.column(column, quoted=True),
                expressions=[exp.Literal.string(code) for code in sorted(found)],
            )
            for column, found in codes.items()
        )
    )


def newest_first(query: exp.Select, term: Term, columns: Mapping[str, str], limit: int, offset: int = 0) -> exp.Select:
    """Give `limit` rows of `rows_question` from the one at `offset` on: the newest day first, on it the biggest value."""
    order = [enter_day(term)]
    if term.agg != "count":
        order.append(exp.column(term.column, quoted=True))
    order += [exp.column(RUN, quoted=True), exp.column(ROW, quoted=True)]
    chosen = query.select(*(exp.column(name, quoted=True) for name in columns), append=False)
    ordered = chosen.order_by(*(exp.Ordered(this=part, desc=True, nulls_first=False) for part in order)).limit(limit)
    return ordered.offset(offset) if offset else ordered


def counted(query: exp.Select) -> exp.Select:
    """Give the question for the number of rows of `rows_question`, as `n`."""
    return query.select(exp.Count(this=exp.Star()).as_("n", quoted=True), append=False)


def enter_day(term: Term) -> exp.Expr:
    """Give the day that a row counts from; for `overdue` the day before, which is its due date."""
    return exp.cast(exp.column(term.time, quoted=True), "DATE")


def leave_day(term: Term) -> exp.Expr:
    """Give the day from which a row of a stock counts no more."""
    return exp.cast(exp.column(_LEAVE if term.window == "in_force" else term.leave, quoted=True), "DATE")


def _side(term: Term, key: str, wanted: Mapping[str, exp.Column], sign: int) -> exp.Select:
    """Give the rows of a term as they come in (1) or leave (-1), with the columns that conditions and values need."""
    parts = {
        "_k": exp.column(key, quoted=True) if key else exp.Literal.string(""),
        "_y": exp.column(term.year, quoted=True) if term.year else exp.cast(exp.Null(), "BIGINT"),
        "_d": enter_day(term) if sign > 0 else leave_day(term),
        "_s": exp.Literal.number(1) if sign > 0 else exp.Neg(this=exp.Literal.number(1)),
        **wanted,
    }
    return _source(term).select(*(part.as_(name, quoted=True) for name, part in parts.items()), append=False)


def _source(term: Term) -> exp.Select:
    """Give all columns of the rows that have a time, and in a stock those that stay for a day at least."""
    source: exp.Expr = exp.to_table(term.dataset)
    has_time = exp.Not(this=_is_null(exp.column(term.time, quoted=True)))
    if term.window == "in_force":
        # Before any filter: a newer decision replaces an older one even where it does not fit the filter itself.
        source = exp.select(exp.Star(), _next_time(term)).from_(source).where(has_time).subquery("t")
    query = exp.select(exp.Star()).from_(source).where(has_time.copy())
    if term.window not in STOCKS:
        return query
    stays = exp.GT(this=leave_day(term), expression=enter_day(term))
    return query.where(exp.Or(this=_is_null(leave_day(term)), expression=stays))


def _next_time(term: Term) -> exp.Expr:
    """Give the time of the next row with the same key (and year), as `_leave`."""
    keys = [exp.column(name, quoted=True) for name in (*term.key, *([term.year] if term.year else []))]
    order = [exp.Ordered(this=exp.column(name, quoted=True), nulls_first=False) for name in (term.time, RUN, ROW)]
    lead = exp.Lead(this=exp.column(term.time, quoted=True))
    return exp.Window(this=lead, partition_by=keys, order=exp.Order(expressions=order)).as_(_LEAVE, quoted=True)


def _in_window(term: Term, period: Period, year: int) -> exp.Expr:
    day, last = enter_day(term), _date(period.end.isoformat())
    if term.window in STOCKS:
        entered = (exp.LT if term.window == "overdue" else exp.LTE)(this=day, expression=last)
        stays = exp.Or(this=_is_null(leave_day(term)), expression=exp.GT(this=leave_day(term), expression=last.copy()))
        return exp.And(this=entered, expression=exp.Paren(this=stays))
    if term.window == "to_date":
        return exp.LTE(this=day, expression=last)
    new_year = period.end.replace(year=year if term.year else period.end.year, month=1, day=1)
    first = period.start if term.window == "period" else new_year
    return exp.Between(this=day, low=_date(first.isoformat()), high=last)


def _date(iso: str) -> exp.Expr:
    return exp.cast(exp.Literal.string(iso), "DATE")


def _is_null(value: exp.Expr) -> exp.Is:
    return exp.Is(this=value, expression=exp.Null())
