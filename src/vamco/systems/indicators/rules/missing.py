"""What is missing behind a value: rows in quarantine that could belong to it, and those who have not reported. Pure.

A row belongs to a value unless it says otherwise: by its commune or agency, by its plan year, by its day, by the day on which it
left a stock. A row without a readable day could belong to any period of a year that is still open, and to those of its plan year
where it names one. One that the formula's filter would leave out does not belong; where the filter's cells cannot be read, it may.
What a row in quarantine says in its other cells is believed: a day or a commune that is wrong without breaking a check marks the
wrong value.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from vamco.engines import measure
from vamco.systems.indicators.contracts import Missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from vamco.engines.measure.contracts import Formula, Measured, Term
    from vamco.lib.time import Period
    from vamco.systems.hub.contracts import Coverage, MissingRow, Shortfall
    from vamco.systems.indicators.contracts import Definition

SHARE = Decimal("0.0001")


@dataclass(frozen=True)
class Behind:
    """What is missing behind a dataset. `rows` is None where there are too many to tell them apart: any value may lack them.

    `columns` are the dataset's, with their types; those of the filters must be among them.
    """

    short: Shortfall
    rows: Sequence[MissingRow] | None
    coverage: Coverage | None
    columns: Mapping[str, str] = field(default_factory=dict)


class Windows(NamedTuple):
    """In which questions a row could count for a term, and whether it surely does, as far as time and filter say."""

    inside: NDArray[np.bool_]
    sure: bool


class Gaps:
    """What is missing behind the values of one indicator."""

    def __init__(
        self,
        of: Definition,
        behind: Mapping[str, Behind],
        asked: Sequence[tuple[Period, int]],
        horizon: dt.date,
        heirs: Mapping[str, str],
    ) -> None:
        import numpy as np

        self._of = of
        self._behind = behind
        self.heirs = heirs
        self._at = {(period.code, year): n for n, (period, year) in enumerate(asked)}
        self._years = np.array([year or period.end.year for period, year in asked], np.int64)
        self._starts = np.array([period.start.toordinal() for period, _year in asked], np.int64)
        self._ends = np.array([period.end.toordinal() for period, _year in asked], np.int64)
        self._open = self._years >= of.plan_year(horizon)
        self._subjects: dict[tuple[str, str], list[tuple[str, _Subject]]] = {}
        self._windows: dict[tuple[Term, int], Windows] = {}

    def of(self, measured: Measured) -> Missing | None:
        """What is missing behind a value; None when nothing is."""
        rows = kept = 0
        n = self._at[measured.period.code, measured.year]
        shares: list[Decimal | None] = [None, None]
        unread = unsure = False
        numbers = (measured.numerator, measured.denominator)
        for dataset, subject in self._of_subject(measured.place, measured.agency):
            count, whole = subject.count(n)
            rows += count
            unsure = unsure or subject.unsure(n)
            kept += self._behind[dataset].short.kept if whole else 0
            for half, term in enumerate(self._of.formula.terms):
                if count and term.dataset == dataset:
                    amount, complete = subject.amount(term, n)
                    shares[half] = _share(amount, numbers[half])
                    unread = unread or not complete
        silent, expected, since = self._silence(measured)
        if not rows and not silent:
            return None
        return Missing(rows, kept, shares[0], shares[1], unread, silent, expected, since, unsure)

    def _silence(self, measured: Measured) -> tuple[int, int, dt.date | None]:
        if not measured.silent:
            return 0, 0, None
        code = measured.place or measured.agency
        level = "place" if measured.place else "agency" if measured.agency else ""
        found = [each.coverage for each in self._behind.values() if each.coverage]
        own = [each for each in found if each.level == level and code in each.expected]
        if not own:
            return measured.silent, max(len(each.expected) for each in found), None
        days = [each.known_until.get(code) for each in own]
        return 1, 1, min((day for day in days if day), default=None) if all(days) else None

    def _of_subject(self, place: str, agency: str) -> list[tuple[str, _Subject]]:
        if (place, agency) not in self._subjects:
            self._subjects[place, agency] = [
                (dataset, _Subject(self, dataset, behind, place, agency))
                for dataset, behind in self._behind.items()
                if behind.short.rows
            ]
        return self._subjects[place, agency]

    def windows(self, term: Term, number: int) -> Windows:
        """In which questions a missing row of the term's dataset, by its place among them, could count for the term."""
        if (term, number) not in self._windows:
            behind = self._behind[term.dataset]
            assert behind.rows is not None  # noqa: S101  # nobody asks where they cannot be told apart
            self._windows[term, number] = self._asked(term, behind.rows[number], behind.columns)
        return self._windows[term, number]

    def _asked(self, term: Term, row: MissingRow, columns: Mapping[str, str]) -> Windows:
        import numpy as np

        counts = measure.outcomes(measure.parse_filter(term.filter, columns), row.values)
        # An empty cell where the day or the amount should be: such a row counts for nothing, wherever it stands.
        if True not in counts or "" in {
            row.values.get(term.time),
            row.values.get(term.column) if term.column else None,
        }:
            return Windows(np.zeros(len(self._years), bool), sure=False)
        inside, sure = self._in_time(term, row)
        return Windows(inside, sure and counts == {True})

    def _in_time(self, term: Term, row: MissingRow) -> Windows:
        import numpy as np

        found = np.ones(len(self._years), bool)
        year = row.values.get(term.year) if term.year else None
        if isinstance(year, Decimal):
            found = self._years == int(year)
        # Whoever has left a stock is not in it afterwards, whenever it came.
        left = row.values.get(term.leave) if term.leave and term.window in {"open", "overdue"} else ""
        if isinstance(left, dt.date):
            found = found & (self._ends < left.toordinal())
        day = row.values.get(term.time)
        if not isinstance(day, dt.date):
            return Windows(found if isinstance(year, Decimal) else found & self._open, sure=False)
        on = day.toordinal()
        found = found & (self._ends > on if term.window == "overdue" else self._ends >= on)
        if term.window == "period":
            found &= self._starts <= on
        if term.window == "ytd":
            found &= (self._years <= day.year) if term.year else (self._years == day.year)
        return Windows(found, sure=left is not None and (not term.year or isinstance(year, Decimal)))

    @property
    def open(self) -> NDArray[np.bool_]:
        """Which questions are of a year that is still open."""
        return self._open

    @property
    def formula(self) -> Formula:
        """How the values are made."""
        return self._of.formula


class _Subject:
    """The rows of one dataset that could belong to the province, or to one place or agency, with the questions that they touch."""

    def __init__(self, gaps: Gaps, dataset: str, behind: Behind, place: str, agency: str) -> None:
        import numpy as np

        self._short = behind.short
        self._whole = not (place or agency)
        self._terms = [term for term in gaps.formula.terms if term.dataset == dataset]
        self._rows: list[MissingRow] | None = None
        if behind.rows is None:
            self._any = gaps.open
            return
        column, code = (gaps.formula.place, place) if place else (gaps.formula.agency, agency)
        heirs = gaps.heirs if place else {}
        named = [_name(row, column, heirs) if code else "" for row in behind.rows]
        numbers = [number for number, name in enumerate(named) if name in {None, code}]
        self._rows = [behind.rows[number] for number in numbers]
        found = {term: [gaps.windows(term, number) for number in numbers] for term in self._terms}
        self._in = {term: [each.inside for each in of] for term, of in found.items()}
        together = [np.logical_or.reduce(each) for each in zip(*self._in.values(), strict=True)]
        self._counts = np.sum(together, axis=0) if together else np.zeros(len(gaps.open), np.int64)
        doubtful = [
            each.inside
            for of in found.values()
            for number, each in zip(numbers, of, strict=True)
            if not each.sure or named[number] is None
        ]
        self._unsure = np.logical_or.reduce(doubtful) if doubtful else np.zeros(len(gaps.open), bool)

    def count(self, n: int) -> tuple[int, bool]:
        """How many rows could belong to a question, and whether these are all that are missing."""
        if self._rows is None:
            return (self._short.rows, self._whole) if self._any[n] else (0, False)
        count = min(int(self._counts[n]), self._short.rows)
        return count, count == self._short.rows

    def unsure(self, n: int) -> bool:
        """Whether nobody can say of some of them that they belong to a question."""
        return bool(self._unsure[n]) if self._rows is not None else self.count(n)[0] > 0

    def amount(self, term: Term, n: int) -> tuple[Decimal | None, bool]:
        """How much such rows carry of a term, as far as it can be read, and whether that is all of it."""
        count, whole = self.count(n)
        if term.agg not in {"sum", "count"}:
            return None, False
        own = None if self._rows is None else [r for r, at in zip(self._rows, self._in[term], strict=True) if at[n]]
        all_of_it = whole and (own is None or len(own) >= self._short.rows)
        if all_of_it and term.agg == "sum" and term.column in self._short.amounts:
            return self._short.amounts[term.column], term.column not in self._short.unread
        if own is None:
            return (Decimal(count), True) if self._whole and term.agg == "count" else (None, False)
        if term.agg == "count":
            return Decimal(len(own)), True
        amounts = [row.values.get(term.column) for row in own]
        known = [amount for amount in amounts if isinstance(amount, Decimal)]
        return (sum(known, Decimal(0)) if known else None), len(known) == len(amounts)


def _name(row: MissingRow, column: str, heirs: Mapping[str, str]) -> str | None:
    """Whom a row names, an ended commune by its heir; None when nobody can say."""
    code = row.values.get(column)
    return heirs.get(code, code) if isinstance(code, str) else None


def _share(amount: Decimal | None, there: Decimal | None) -> Decimal | None:
    """The share that an amount is of itself and what is there; None where it is nothing or the sum is not above nought."""
    if amount is None or amount <= 0 or there is None or there < 0:
        return None
    return (amount / (there + amount)).quantize(SHARE)


def columns(formulas: Iterable[Formula], dataset: str, types: Mapping[str, str]) -> set[str]:
    """What must be known of a missing row of a dataset to say to which values of these formulas it could belong."""
    from sqlglot import exp

    found = set[str]()
    for formula in formulas:
        for term in formula.terms:
            if term.dataset == dataset:
                found |= {formula.place, formula.agency, term.time, term.leave, term.year, term.column}
                found |= {each.name for each in measure.parse_filter(term.filter, types).find_all(exp.Column)}
    return found - {""}


def to_json(missing: Missing | None) -> dict[str, Any] | None:
    """What is kept of it: only what says something."""
    if missing is None:
        return None
    given = {
        "rows": missing.rows,
        "kept": missing.kept,
        "numerator": None if missing.numerator is None else str(missing.numerator),
        "denominator": None if missing.denominator is None else str(missing.denominator),
        "unread": missing.unread,
        "unsure": missing.unsure,
        "silent": missing.silent,
        "expected": missing.expected,
        "silent_since": missing.silent_since.isoformat() if missing.silent_since else None,
    }
    return {name: value for name, value in given.items() if value}


def from_json(kept: dict[str, Any] | None) -> Missing | None:
    """What was kept."""
    if kept is None:
        return None
    given = dict(kept)
    for half in ("numerator", "denominator"):
        if half in given:
            given[half] = Decimal(given[half])
    if "silent_since" in given:
        given["silent_since"] = dt.date.fromisoformat(given["silent_since"])
    return Missing(**given)
