"""The pack's section `templates`: one file for each document template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.documents import services
from vamco.kernel.record.documents.declaration import Template
from vamco.kernel.record.documents.rules import templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class TemplateItem(Template, packs.Item):
    """A document template."""


def check(located: Sequence[packs.Located[TemplateItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """Every field that a text names is declared, every declared one is used."""
    for entry in located:
        for place, expected in templates.faults(entry.item):
            yield entry.fault(expected, *place)


SECTION = packs.Section(
    name="templates",
    files="templates/*.yaml",
    model=TemplateItem,
    key="code",
    apply=services.put_templates,
    check=check,
    doc="documents that are made from templates, as PDF and DOCX",
)
