"""The pack's sections `notice_kinds` and `notices`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.notices.declaration import KindOf, Template
from vamco.kernel.work.notices.models import Kind
from vamco.kernel.work.notices.queries import templates
from vamco.kernel.work.notices.rules import messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class KindItem(KindOf, packs.Item):
    """A kind of notices."""


class TemplateItem(Template, packs.Item):
    """A notice."""


def check_kinds(located: Sequence[packs.Located[KindItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """What may not be switched off names the law that says so."""
    for entry in located:
        if entry.item.mandatory and not entry.item.source.strip():
            yield entry.fault("source: the law by which people must be told", "code")


def check_templates(located: Sequence[packs.Located[TemplateItem]], contents: packs.Contents) -> Iterator[packs.Fault]:
    """Every place is a declared field, every SMS fits its segments, every kind is there."""
    kinds = {entry.item.code for entry in contents["notice_kinds"]}
    for entry in located:
        for place, expected in messages.faults(entry.item):
            yield entry.fault(f"{'.'.join(map(str, place))}: {expected}", *place)
        if entry.item.kind not in kinds:
            yield entry.fault(f"kind: one of {', '.join(sorted(kinds))}", "kind")


KIND_ROWS = packs.Rows(KindItem, Kind)
KINDS = packs.Section(
    name="notice_kinds",
    files="notice_kinds.yaml",
    model=KindItem,
    key="code",
    apply=KIND_ROWS.put,
    check=check_kinds,
    doc="kinds of notices, by which people choose what they get where",
)
TEMPLATES = packs.Section(
    name="notices",
    files="notices/*.yaml",
    model=TemplateItem,
    key="code",
    apply=templates.put,
    depends=("notice_kinds",),
    check=check_templates,
    doc="notices to persons: words in both languages, channels, SMS",
)
