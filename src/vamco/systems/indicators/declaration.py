"""An indicator as the pack declares it, and the definition that it is to compute with."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from vamco.engines.measure.contracts import Aggregate, Formula, Term, Window
from vamco.kernel.base.packs import public as packs
from vamco.lib.time import Kind  # noqa: TC001
from vamco.systems.indicators.contracts import (
    DENOMINATOR_CHANGE,
    Definition,
    Direction,
    Directive,
    Point,
    PointKind,
    Threshold,
    Unit,
)

if TYPE_CHECKING:
    from typing import Self


LEAST_DAYS, LEAST_CASES = 10, 30


class TermItem(packs.Item):
    """One half of a formula."""

    dataset: str = Field(description="dataset that is counted")
    agg: Aggregate = Field(description="how rows become one number")
    column: str = Field(default="", description="column that is summed; none for count")
    time: str = Field(description="column with the day of a row")
    window: Window = Field(description="which rows count in a period")
    filter: str = Field(default="", description="condition on columns, such as `nguon_von <> 'ODA'`")
    year: str = Field(
        default="", description="column with the year that a row belongs to, where it may differ from the day's"
    )
    leave: str = Field(
        default="", description="for open and overdue: column with the day on which a row stops being open"
    )
    key: tuple[str, ...] = Field(default=(), description="for in_force: columns that say which rows replace each other")

    def term(self) -> Term:
        """Give the same as the measure engine wants it."""
        return Term(**self.model_dump())


class FormulaItem(packs.Item):
    """How a value is made."""

    numerator: TermItem = Field(description="what is counted")
    denominator: TermItem | None = Field(
        default=None, description="what it is divided by; none for a plain sum or count"
    )
    scale: int = Field(default=1, description="factor, such as 100 for per cent")
    place: str = Field(default="", description="column with the commune's code; none when rows name no communes")
    agency: str = Field(default="", description="column with the agency's code; none when rows name no agencies")
    year_closes: str = Field(
        default="",
        pattern=r"^((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)?$",
        description="month and day of the next year until which a plan year stays open, such as 01-31; each term needs `year`",
    )

    def formula(self) -> Formula:
        """Give the same as the measure engine wants it."""
        denominator = self.denominator.term() if self.denominator else None
        return Formula(self.numerator.term(), denominator, self.scale, self.place, self.agency, self.year_closes)


class PointItem(packs.Item):
    """A point of a target path."""

    on: dt.date = Field(description="day")
    value: Decimal = Field(description="target on that day, in the indicator's unit")
    kind: PointKind = Field(description="definition, published, derived or proposed")
    source: str = Field(description="who published or decided it")

    def point(self) -> Point:
        """Give the same to compute with."""
        return Point(self.on, self.value, self.kind, self.source)


class PathItem(packs.Item):
    """The target path of one year."""

    year: int = Field(description="plan year")
    method: Literal["monotone_cubic"] = Field(description="curve between the points")
    points: list[PointItem] = Field(min_length=2, description="points in the order of their days")


class TargetItem(packs.Item):
    """A target: one value that always holds, or a path for each year."""

    value: Decimal | None = Field(default=None, description="target that stays the same")
    kind: PointKind | None = Field(default=None, description="how sure the value is")
    source: str = Field(default="", description="who published or decided the value")
    paths: list[PathItem] = Field(default=[], description="paths by year")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.value is None) == (not self.paths):
            raise ValueError("either `value` or `paths`")
        return self


class ThresholdItem(packs.Item):
    """When an alarm begins and ends."""

    level: Literal[1, 2, 3] = Field(description="1 theo dõi, 2 cảnh báo, 3 khẩn cấp")
    below: Decimal = Field(description="the alarm begins when the gap to the target is below this")
    clear: Decimal = Field(description="the alarm ends when the gap is above this")
    days: int = Field(ge=1, le=31, description="for so many days without a break")


class DirectiveItem(packs.Item):
    """The directive that an alarm proposes."""

    template: str = Field(description="text in Vietnamese, with {agency}, {date}, {value}, {gap}")
    template_en: str = Field(description="text in English")
    due_days: int = Field(ge=1, le=365, description="days until it is due")
    evidence: list[str] = Field(default=[], description="what the agency must hand in")


class DisplayItem(packs.Item):
    """How it is shown."""

    card: Literal["path", "number"] = Field(description="kind of card")
    map: bool = Field(default=False, description="whether communes are shown on the map")
    order: int = Field(description="place among the others")


class ChangeItem(packs.Item):
    """Why a version was made."""

    version: int = Field(description="version that the change made")
    on: dt.date = Field(description="day of the change")
    by: str = Field(description="who changed it")
    why: str = Field(description="reason")


class SwitchItem(packs.Item):
    """From a day on the indicator is counted from other data. What was known before stays as it was, and the break is shown."""

    on: dt.date = Field(description="first day counted so; of a month or longer the first of its period")
    version: int = Field(ge=2, description="version that the switch makes, above that of the definition")
    formula: FormulaItem = Field(description="how a value is made from then on")
    by: str = Field(description="who decided it")
    why: str = Field(description="reason, which stands beside the break")


class IndicatorItem(packs.Item):
    """An indicator."""

    code: str = Field(pattern=r"^[A-Z]{2,4}\d{2}$", description="code in the steering indicator set")
    name: str = Field(max_length=200, description="name in Vietnamese")
    name_en: str = Field(max_length=200, description="name in English")
    short_name: str = Field(max_length=40, description="name on cards, in Vietnamese")
    short_name_en: str = Field(max_length=40, description="name on cards, in English")
    group: str = Field(description="field, such as DTC")
    unit: Unit = Field(description="what a value is")
    counts: str = Field(default="", max_length=30, description="what is counted, in Vietnamese, such as hồ sơ, vụ")
    counts_en: str = Field(default="", max_length=30, description="the same in English, in the plural")
    decimals: int = Field(ge=0, le=6, description="decimals shown")
    direction: Direction = Field(description="which way is good")
    frequency: Kind = Field(description="length of a period")
    history_from: dt.date = Field(description="first day for which values are computed")
    formula: FormulaItem = Field(description="how a value is made")
    owner: Annotated[str, packs.AGENCY] = Field(description="code of the agency that answers for the data")
    responsible: Annotated[str, packs.AGENCY] = Field(description="code of the agency that answers for the result")
    legal_basis: list[str] = Field(default=[], description="texts that it rests on")
    target: TargetItem | None = Field(default=None, description="what should be reached")
    thresholds: list[ThresholdItem] = Field(
        default=[], description="alarms on the gap to the target, the mildest first"
    )
    least_days: int | None = Field(
        default=None,
        ge=0,
        le=366,
        description="a period that still runs is held against the target once so many of its days are over, or `least_cases` "
        "are there; without either word 10 days for ratios of a month or longer",
    )
    least_cases: int | None = Field(
        default=None,
        ge=0,
        description="cases in the denominator with which a running period is held against the target earlier; "
        "without either word 30 for ratios of counts",
    )
    denominator_change: Decimal = Field(
        default=DENOMINATOR_CHANGE,
        gt=0,
        le=100,
        description="per cent by which the denominator may fall (where less is good: rise) before an alarm that would end by it"
        " asks an official",
    )
    max_age_days: int = Field(ge=1, description="days after which the newest value counts as stale")
    directive: DirectiveItem | None = Field(default=None, description="what an alarm proposes to order")
    display: DisplayItem = Field(description="how it is shown")
    status: Literal["active", "retired"] = Field(description="retired indicators are no longer computed")
    version: int = Field(ge=1, description="raised with every change")
    valid_from: dt.date = Field(description="first day of this version")
    changes: list[ChangeItem] = Field(min_length=1, description="history of the definition, newest last")
    switch: SwitchItem | None = Field(
        default=None, description="from when on it is counted from other data; none: it is not"
    )

    @model_validator(mode="after")
    def _whole_periods(self) -> Self:
        if self.switch and self.switch.version <= self.version:
            raise ValueError("the switch's version is above that of the definition")
        if self.switch and self.frequency != "day" and self.switch.on.day != 1:
            raise ValueError("a switch begins with a period")
        return self

    def switched(self) -> IndicatorItem | None:
        """Return the definition from the switch on, None where none is declared."""
        if self.switch is None:
            return None
        made, given = self.switch, self.model_dump()
        change = {"version": made.version, "on": made.on, "by": made.by, "why": made.why}
        given |= {"version": made.version, "valid_from": made.on, "history_from": made.on, "formula": made.formula}
        return IndicatorItem.model_validate({**given, "switch": None, "changes": [*given["changes"], change]})

    def definition(self) -> Definition:
        """Give the same to compute with."""
        target = self.target or TargetItem.model_construct(value=None, paths=[])
        directive = self.directive
        return Definition(
            **{name: getattr(self, name) for name in _PLAIN},
            legal_basis=tuple(self.legal_basis),
            formula=self.formula.formula(),
            paths={path.year: tuple(point.point() for point in path.points) for path in target.paths},
            fixed=target.value,
            thresholds=tuple(Threshold(t.level, t.below, t.clear, t.days) for t in self.thresholds),
            directive=Directive(directive.template, directive.template_en, directive.due_days) if directive else None,
            order=self.display.order,
            reason=self.changes[-1].why,
            active=self.status == "active",
            least_days=self._waits[0],
            least_cases=self._waits[1],
        )

    @property
    def _waits(self) -> tuple[int, int | None]:
        """Give how long a running period waits for its judgement: a ratio longer than a day does, unless it says otherwise."""
        if self.least_days is not None or self.least_cases is not None:
            return self.least_days or 0, self.least_cases
        ratio = self.formula.denominator
        if ratio is None or ratio.window != "period" or self.frequency == "day":
            return 0, None
        return LEAST_DAYS, LEAST_CASES if ratio.agg == "count" else None


_PLAIN = (
    "code",
    "version",
    "group",
    "name",
    "name_en",
    "short_name",
    "short_name_en",
    "unit",
    "counts",
    "counts_en",
    "decimals",
    "direction",
    "frequency",
    "history_from",
    "owner",
    "responsible",
    "denominator_change",
    "max_age_days",
    "valid_from",
)
