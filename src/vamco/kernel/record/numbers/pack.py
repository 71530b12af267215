"""The pack's section `numbers`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.numbers import rules, services
from vamco.kernel.record.numbers.declaration import SeriesItem
from vamco.kernel.record.numbers.models import Series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


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
