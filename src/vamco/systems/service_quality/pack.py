"""The pack's section of the score of QĐ 766."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.systems.service_quality import queries
from vamco.systems.service_quality.declaration import GroupItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ALL: Final = Decimal(100)


def check(located: Sequence[packs.Located[GroupItem]], _contents: packs.Contents) -> Iterator[packs.Fault]:
    """The groups sum up to 100."""
    if located and sum(entry.item.most for entry in located) != _ALL:
        yield located[0].because(["most"], N_("groups that sum up to 100 points"))


def _put(items: Sequence[GroupItem]) -> None:
    for item in items:
        queries.GROUPS.put(item.code, item)


SECTION = packs.Section(
    name="quality",
    files="quality.yaml",
    model=GroupItem,
    key="code",
    apply=_put,
    depends=("agencies",),
    check=check,
    doc="groups and indicators of the quality score (QĐ 766)",
)
