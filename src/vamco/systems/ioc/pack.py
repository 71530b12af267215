"""The pack's section `boards`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.systems.ioc.models import Board


class BoardItem(packs.Item):
    """A page of cards."""

    code: str = Field(pattern=r"^[a-z_]+$", max_length=30, description="leaders, wall, or a name of the province's own")
    name: str = Field(max_length=100, description="title in Vietnamese")
    name_en: str = Field(max_length=100, description="title in English")
    cards: Annotated[list[str], packs.Ref("indicators", N_("the code of an indicator"))] = Field(
        min_length=1, max_length=24, description="indicators, in the order in which they are shown"
    )


BOARDS = packs.Rows(BoardItem, Board, gone=packs.DELETE)
SECTION = packs.Section(
    name="boards",
    files="boards.yaml",
    model=BoardItem,
    key="code",
    apply=BOARDS.put,
    withdraw=BOARDS.withdraw,
    depends=("indicators",),
    doc="boards: which indicators, in which order",
)
