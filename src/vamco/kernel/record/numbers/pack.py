"""The pack's section `numbers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.numbers import rules, services
from vamco.kernel.record.numbers.models import Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class SeriesItem(packs.Item):
    """A series of numbers without gaps, counted for each unit and period by itself."""

    code: str = Field(
        pattern=r"^[a-z]+(\.[a-z_]+)+$", max_length=60, description="code of the series, such as `onestop.dossier`"
    )
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    period: Literal["day", "month", "year"] = Field(description="how long a count runs before it begins again at 1")
    form: str = Field(
        max_length=60,
        description="how a number is written: `{n}` the count, `{n:04}` with leading zeros, `{unit}`, `{yymmdd}`, `{yyyymmdd}`, "
        "`{yyyy}`, `{yy}`, `{mm}`, `{dd}`; any other place, such as `{notation}`, is filled by the act",
    )
    repeats: bool = Field(
        default=False,
        description="whether the same text may come again for another unit or period, as with documents, known by number and date",
    )


def check(located: Sequence[packs.Located[SeriesItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """A form can be written, and its text tells numbers apart unless it says that it does not."""
    for entry in located:
        for expected in rules.faults(entry.item.form, entry.item.period, repeats=entry.item.repeats):
            yield entry.fault(f"form: {expected}", "form")


SERIES = packs.Rows(SeriesItem, Series)


def apply(items: Sequence[SeriesItem]) -> None:
    """Write series. The period of one that has begun to count stays."""
    for item in items:
        services.demand_not_begun(item.code, item.period)
    SERIES.put(items)


SECTION = packs.Section(
    name="numbers",
    files="numbers.yaml",
    model=SeriesItem,
    key="code",
    apply=apply,
    check=check,
    doc="series of numbers without gaps",
)
