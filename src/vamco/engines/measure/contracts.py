"""What an indicator is counted from, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from decimal import Decimal

    import pyarrow as pa
    from sqlglot import exp

    from vamco.lib.time import Period
    from vamco.vocab.relation import Relation

Aggregate = Literal["sum", "count", "mean", "max", "min"]
Window = Literal["period", "ytd", "to_date", "open", "overdue", "in_force"]
Level = Literal["province", "place", "agency"]
Part = Literal["numerator", "denominator"]
STOCKS = ("open", "overdue", "in_force")
RATIO_PLACES = 6
"""Decimal places that a quotient is rounded to, half up; numerators and denominators are exact."""


@dataclass(frozen=True, slots=True)
class Term:
    """Rows of one dataset, which of them count in a period, and how they become one number.

    Dates are dates on Vietnam's clock. With `t` for the last day of the period, `window` takes the rows with

    - `period`: `time` in the period
    - `ytd`: `time` from 1 January of the period's year to `t`
    - `to_date`: `time` <= `t`
    - `open`: `time` <= `t`, and `leave` empty or after `t` (a dossier received and not yet answered)
    - `overdue`: `time` < `t`, and `leave` empty or after `t` (a dossier past its due date `time`)
    - `in_force`: for each `key` the last row with `time` <= `t` (a plan until the next decision replaces it)

    With `year`, a column of whole numbers, only rows of the year that is asked for count (the period's own, unless another is
    named), `in_force` looks for the last row of each key within that year, and `ytd` begins on its 1 January.
    """

    dataset: str
    agg: Aggregate = "count"
    column: str = ""  # of numbers; for count: rows that have a value in it, or all rows
    time: str = ""  # of dates or moments
    window: Window = "period"
    filter: str = ""  # see parse_filter
    year: str = ""
    leave: str = ""
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """`numerator` × `scale`, or `numerator` ÷ `denominator` × `scale`; higher levels add up first and divide then.

    `year_closes`, "01-31", is the day of the next year until which a year (the `year` of each term) stays open: until then a
    period asks two questions, one of the old year and one of the new one.
    """

    numerator: Term
    denominator: Term | None = None
    scale: int = 1
    place: str = ""  # the column with the commune's code, in each dataset
    agency: str = ""  # the column with the agency's code
    year_closes: str = ""

    @property
    def terms(self) -> tuple[Term, ...]:
        """Give numerator and denominator, as far as there are any."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class Reporting:
    """Who is expected to report in a dataset, by codes of one level, and up to which day each has; who is not in `until` never has."""

    level: Level
    expected: frozenset[str]
    until: Mapping[str, dt.date]


class Measured(NamedTuple):
    """One value. The province has neither `place` nor `agency`; a value has at most one of them.

    `value` is None without data (see `compute`) and where the denominator is 0. `rows` counts the rows behind it, `silent` those
    who are expected to report and have not reported on the period. `year` is the one that was asked for.
    """

    period: Period
    place: str
    agency: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    rows: int
    silent: int = 0
    year: int = 0


class Series(NamedTuple):
    """The values of one province, place or agency: each list has one entry for each period that was asked for."""

    place: str
    agency: str
    values: list[Decimal | None]
    numerators: list[Decimal | None]
    denominators: list[Decimal | None]
    rows: list[int]
    silent: list[int]


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row behind a number: where it came from, and all its columns."""

    dataset: str
    part: Part
    run: int
    row: int
    values: Mapping[str, object]


class RowCount(NamedTuple):
    """How many rows make a part of a number, and how many of them lie outside the limits given."""

    total: int
    outside: int


class SourceRows(list[SourceRow]):
    """The newest rows behind a number, and how many there are of each part that was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[Part, RowCount] = {}

    @property
    def total(self) -> int:
        """Count all rows."""
        return sum(count.total for count in self.counts.values())

    @property
    def outside(self) -> int:
        """Count those that lie outside the limits given."""
        return sum(count.outside for count in self.counts.values())


class Engine(Protocol):
    """What answers: `engines.query` has two."""

    def run(self, query: exp.Query, relations: Mapping[str, Relation]) -> pa.Table:
        """Give the answer with normalised types."""
        ...
