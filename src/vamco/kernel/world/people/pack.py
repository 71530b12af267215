"""The pack's section `positions`."""

from __future__ import annotations

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.people.declaration import PositionItem
from vamco.kernel.world.people.models import Position

POSITIONS = packs.Rows(PositionItem, Position)
SECTION = packs.Section(
    name="positions",
    files="positions.yaml",
    model=PositionItem,
    key="code",
    apply=POSITIONS.put,
    doc="posts: names and rank",
)
