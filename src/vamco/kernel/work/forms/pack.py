"""The pack's section `forms`: one file for each form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.forms.declaration import Form
from vamco.kernel.work.forms.queries import definitions
from vamco.kernel.work.forms.rules import checking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class FormItem(Form, packs.Item):
    """A form."""


def check(located: Sequence[packs.Located[FormItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """The schema keeps to what is supported; every question has its words and stands on one page."""
    for entry in located:
        for place, expected in checking.faults(entry.item):
            yield entry.fault(expected, *place)


SECTION = packs.Section(
    name="forms",
    files="forms/*.yaml",
    model=FormItem,
    key="code",
    apply=definitions.put,
    check=check,
    doc="forms: what is asked of somebody, on pages and through the API",
)
