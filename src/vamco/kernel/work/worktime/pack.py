"""The pack's section `calendar`: working hours, holidays, swap days, and what single agencies keep otherwise."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pydantic import Field, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.worktime import services
from vamco.kernel.work.worktime.contracts import Holiday, Hours, Layer, OwnDays, Swap, Window, Year
from vamco.kernel.work.worktime.rules import checking
from vamco.kernel.work.worktime.rules.assembly import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Self

CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
WindowText = Annotated[str, Field(pattern=f"^{CLOCK}-{CLOCK}$")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEK: tuple[Weekday, ...] = get_args(Weekday)


def windows(texts: Iterable[str]) -> tuple[Window, ...]:
    """Read windows such as "07:00-11:30"; ValueError unless they follow each other."""
    found = tuple(Window(*map(dt.time.fromisoformat, text.split("-"))) for text in texts)
    if not in_order(found):
        raise ValueError("windows one after the other, each with its end after its beginning")
    return found


class HoursItem(packs.Item):
    """Working hours of a week."""

    valid_from: dt.date = Field(description="first day in force")
    valid_to: dt.date | None = Field(default=None, description="last day in force; empty while it is")
    week: dict[Weekday, list[WindowText]] = Field(description="windows of each weekday, such as 07:00-11:30")
    source: str = Field(min_length=1, description="where it is decided")

    @model_validator(mode="after")
    def _has_sense(self) -> Self:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to after valid_from")
        if not any(windows(texts) for texts in self.week.values()):
            raise ValueError("a day of the week on which somebody works")
        return self

    def hours(self) -> Hours:
        """Give the same to compute with."""
        return Hours(self.valid_from, self.valid_to, tuple(windows(self.week.get(day, [])) for day in WEEK))


class NamedDays(packs.Item):
    """Days with a name."""

    first: dt.date = Field(description="first day")
    last: dt.date | None = Field(default=None, description="last day; empty for a single day")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last and self.last < self.first:
            raise ValueError("last after first")
        return self


class HolidayItem(NamedDays):
    """Days off by law, with those that make up for a weekend in them."""

    def holiday(self) -> Holiday:
        """Give the same to compute with."""
        return Holiday(self.first, self.last or self.first, self.name, self.name_en)


class SwapItem(packs.Item):
    """A working day that is worked on another day."""

    off: dt.date = Field(description="working day on which nobody works")
    work: dt.date = Field(description="day of rest that is worked instead, in the hours of the other")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    source: str = Field(min_length=1, description="where it is decided")


class YearItem(packs.Item):
    """What is official in a year."""

    year: int = Field(ge=2000, le=2100, description="the year")
    provisional: bool = Field(
        default=False, description="true until the official notice is out: steps of deadlines say so"
    )
    source: str = Field(min_length=1, description="where it is decided, or how it was computed")
    holidays: list[HolidayItem] = Field(min_length=1, description="days off by law")
    swaps: list[SwapItem] = Field(default=[], description="swap days")

    def official(self) -> Year:
        """Give the same to compute with."""
        return Year(
            self.year,
            self.provisional,
            tuple(item.holiday() for item in self.holidays),
            tuple(Swap(item.off, item.work, item.name, item.name_en) for item in self.swaps),
        )


class OwnDaysItem(NamedDays):
    """Days that an agency keeps otherwise: `open` or `closed`, not both."""

    open: list[WindowText] | None = Field(default=None, description="its windows on these days instead of the usual")
    closed: Literal["day", "morning", "afternoon"] | None = Field(
        default=None, description="what is closed on these days"
    )
    source: str = Field(min_length=1, description="where it is decided")

    @model_validator(mode="after")
    def _either(self) -> Self:
        if bool(self.open) == bool(self.closed):
            raise ValueError("either open, with its windows, or closed")
        windows(self.open or ())
        return self

    def own_days(self) -> OwnDays:
        """Give the same to compute with."""
        open_ = windows(self.open) if self.open else None
        return OwnDays(self.first, self.last or self.first, open_, self.closed or "", self.name, self.name_en)


class CalendarItem(packs.Item):
    """The working time of everybody, or of an agency where it is another.

    An agency's calendar ends by `valid_to` of its hours: one that is gone from the pack stays in force.
    """

    agency: Annotated[str, packs.AGENCY] = Field(default="", description="code of the agency; empty for everybody")
    subtree: bool = Field(default=True, description="whether it holds for the agencies below, too")
    hours: list[HoursItem] = Field(default=[], description="working hours, one after the other")
    years: list[YearItem] = Field(default=[], description="official days by year; only for everybody")
    exceptions: list[OwnDaysItem] = Field(default=[], description="days that are kept otherwise")

    def layer(self) -> Layer:
        """Give the same to compute with."""
        return Layer(
            tuple(item.hours() for item in self.hours),
            tuple(item.official() for item in self.years),
            tuple(item.own_days() for item in self.exceptions),
        )


def check(
    located: Sequence[packs.Located[CalendarItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Every year is whole, every swap moves a working day; a base has the official days alone, and the province its hours."""
    general = next((entry for entry in located if not entry.item.agency), None)
    if located and general is None:
        yield located[0].fault("an item without agency, for everybody")
    for entry in located:
        layer = entry.item.layer()
        if entry.item.agency and layer.years:
            yield entry.fault("years: only where no agency is named; an agency has exceptions", "years")
        if not layer.hours and packs.is_base(contents):
            continue
        for fault in checking.faults(layer, general=entry is general):
            yield entry.fault(f"{'.'.join(map(str, fault.path))}: {fault.expected}", *fault.path)


def apply(items: Sequence[CalendarItem]) -> None:
    """Write each calendar as a new version."""
    for item in items:
        services.put(item.agency, item.layer(), subtree=item.subtree)


SECTION = packs.Section(
    name="calendar",
    files="calendar.yaml",
    model=CalendarItem,
    key="agency",
    apply=apply,
    depends=("agencies",),
    check=check,
    doc="working hours, public holidays, swap days, and what agencies keep otherwise",
)
