from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vamco.engines.measure.contracts import Formula, Level, Part, RowCount
    from vamco.lib.time import Kind
    from vamco.systems.hub.contracts import DisclosedRow

Unit = Literal["percent", "dong", "count", "score"]
PointKind = Literal["definition", "published", "derived", "proposed"]
Direction = Literal["up", "down", "band", "info"]
DENOMINATOR_CHANGE: Final = Decimal(20)
"""Per cent."""


@dataclass(frozen=True)
class Point:
    """Where the target path is on a day; `kind` and `source` say how sure that is and who published or decided it."""

    on: dt.date
    value: Decimal
    kind: PointKind
    source: str


@dataclass(frozen=True)
class Threshold:
    """When an alarm of `level` (1 watch, 2 warning, 3 urgent) begins and ends.

    The measure is the gap to the target path, signed so that less is worse. It must stay below `below` for `days` days of
    values; the alarm ends when it is above `clear`.
    """

    level: int
    below: Decimal
    clear: Decimal
    days: int


@dataclass(frozen=True)
class Directive:
    """What the directive says that an alarm of this indicator proposes, with {agency}, {date}, {value} and {gap}."""

    template: str
    template_en: str
    due_days: int


@dataclass(frozen=True)
class Definition:
    """What an indicator is, in one version.

    `paths` has one target path for each year that has one; `fixed` is a target that stays the same all year. `counts` is
    what the formula counts ("hồ sơ"), "" where it adds up amounts. A period that still runs is judged once `least_days` of its
    days are over or `least_cases` are in the denominator (None: cases do not help). `denominator_change`: by how many
    per cent the denominator may change before an alarm that would end by it asks an official. `valid_from`: until then the
    version before it is in force.
    """

    code: str
    version: int
    group: str
    name: str
    name_en: str
    short_name: str
    short_name_en: str
    unit: Unit
    decimals: int
    direction: Direction
    frequency: Kind
    history_from: dt.date
    owner: str
    responsible: str
    legal_basis: tuple[str, ...]
    formula: Formula
    paths: dict[int, tuple[Point, ...]]
    fixed: Decimal | None
    thresholds: tuple[Threshold, ...]
    max_age_days: int
    directive: Directive | None
    order: int
    reason: str
    active: bool = True
    counts: str = ""
    counts_en: str = ""
    least_days: int = 0
    least_cases: int | None = None
    denominator_change: Decimal = DENOMINATOR_CHANGE
    valid_from: dt.date = dt.date.min

    @property
    def levels(self) -> tuple[Level, ...]:
        """For what it is computed: the province always, communes and agencies where rows name them."""
        place: tuple[Level, ...] = ("place",) if self.formula.place else ()
        agency: tuple[Level, ...] = ("agency",) if self.formula.agency else ()
        return ("province", *place, *agency)

    @property
    def by_plan_year(self) -> bool:
        """Whether a year's plan stays open into the next year, so that for some weeks two years are measured at once."""
        return bool(self.formula.year_closes)

    def plan_year(self, day: dt.date) -> int:
        """The plan year that a day asks about first, the old one until it closes; without plan years, the day's own."""
        if not self.by_plan_year or day.year <= self.history_from.year or day > self.closing(day.year - 1):
            return day.year
        return day.year - 1

    def closing(self, year: int) -> dt.date:
        """The last day of a plan year."""
        return (
            dt.date.fromisoformat(f"{year + 1}-{self.formula.year_closes}")
            if self.by_plan_year
            else dt.date(year, 12, 31)
        )

    @property
    def datasets(self) -> tuple[str, ...]:
        """What it is computed from."""
        return tuple(dict.fromkeys(term.dataset for term in self.formula.terms))


@dataclass(frozen=True)
class Missing:
    """What is missing behind a value, so that it may be wrong; an object of it always says that something is.

    `rows` are in quarantine and could belong to it; for `kept` of them their former values stand in. `numerator` and `denominator`
    are the share of that half (of what is there and what is missing together, 0 to 1) that the rows carry; None when they carry
    nothing of it or nobody can say how much. `unread`: they carry amounts that could not be read. `unsure`: of some of them nobody
    can say whether they belong to it, because what decides it cannot be read. `silent` of the `expected`
    places or agencies have not reported on the period; of a place or agency itself it is 1 of 1, and `silent_since` is the last
    day that it reported on, None if it never has.
    """

    rows: int = 0
    kept: int = 0
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    unread: bool = False
    silent: int = 0
    expected: int = 0
    silent_since: dt.date | None = None
    unsure: bool = False


@dataclass(frozen=True)
class ValueView:
    """A value as somebody could see it: for a period, in a place or an agency ("" for the whole province).

    `version` is that of the definition whose target it is held against; `gap` is signed so that less is worse, None without a
    target. `known_from` is when the platform came to know it, `known_to` when another value took its place. `plan_year` is the
    year whose plan it measures, 0 where the indicator has no plan year of its own. `missing` says what is not in it, None when
    nothing is. `judged`: whether it rests on enough days or cases to be held against its target.
    """

    id: int
    indicator: str
    version: int
    period: str
    period_end: dt.date
    place: str
    agency: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    rows: int
    target: Decimal | None
    gap: Decimal | None
    known_from: dt.datetime
    known_to: dt.datetime | None
    settlement: int
    plan_year: int = 0
    missing: Missing | None = None
    judged: bool = True

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be missing behind it."""
        return self.missing is None


@dataclass(frozen=True)
class Trend:
    """The newest value, and the last ones with their days for a drawing, oldest first."""

    newest: ValueView
    days: tuple[dt.date, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Explanation:
    """What a number is, in the reader's language: a sentence, and the formula in the names that the datasets give."""

    sentence: str
    formula: str


@dataclass(frozen=True)
class Source:
    """One dataset behind a value: which snapshot, which run brought it, and in which runs' quarantine rows of it lie."""

    dataset: str
    snapshot: int | None
    run: int | None
    short: tuple[int, ...] = ()


@dataclass(frozen=True)
class Lineage:
    """Where a value comes from: definition, settlement, snapshots; the rows are asked for with `rows_behind`."""

    value: ValueView
    definition: Definition
    computed_at: dt.datetime
    engine: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class RowBehind:
    """A row behind a value, in the numerator or the denominator, as its reader may see it."""

    dataset: str
    part: Part
    row: DisclosedRow


class RowsBehind(list[RowBehind]):
    """The newest rows behind a value within the reader's reach, and how many there are of each part that was asked for."""

    def __init__(self, rows: Iterable[RowBehind], counts: Mapping[Part, RowCount]) -> None:
        super().__init__(rows)
        self.counts = counts

    @property
    def total(self) -> int:
        """How many rows make the value."""
        return sum(count.total for count in self.counts.values())

    @property
    def outside(self) -> int:
        """How many of them lie out of the reader's reach."""
        return sum(count.outside for count in self.counts.values())

    @property
    def masked(self) -> bool:
        """Whether personal data are hidden in any of them."""
        return any(each.row.masked for each in self)

    @property
    def may_open(self) -> bool:
        """Whether the reader may open personal data in any of them, for a purpose."""
        return any(each.row.may_open for each in self)
