"""The pack's section `boards`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.systems.ioc.models import Board

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class BoardItem(packs.Item):
    """A page of cards."""

    code: str = Field(pattern=r"^[a-z_]+$", max_length=30, description="leaders, wall, or a name of the province's own")
    name: str = Field(max_length=100, description="title in Vietnamese")
    name_en: str = Field(max_length=100, description="title in English")
    cards: list[str] = Field(
        min_length=1, max_length=24, description="indicators, in the order in which they are shown"
    )


def check(located: Sequence[packs.Located[BoardItem]], contents: packs.Contents) -> Iterator[packs.Fault]:
    """Boards show indicators that the pack holds."""
    known = {entry.item.code for entry in contents["indicators"]}
    for entry in located:
        for n, code in enumerate(entry.item.cards):
            if code not in known:
                yield entry.fault(f"cards: the code of an indicator, found {code!r}", "cards", n)


BOARDS = packs.Rows(BoardItem, Board, gone=packs.DELETE)
SECTION = packs.Section(
    name="boards",
    files="boards.yaml",
    model=BoardItem,
    key="code",
    apply=BOARDS.put,
    withdraw=BOARDS.withdraw,
    depends=("indicators",),
    check=check,
    doc="boards: which indicators, in which order",
)
