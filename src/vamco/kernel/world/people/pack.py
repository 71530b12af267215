"""The pack's sections `positions` and `matters`."""

from __future__ import annotations

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.people.declaration import MatterItem, PositionItem
from vamco.kernel.world.people.models import Matter, Position

POSITIONS = packs.Rows(PositionItem, Position)
POSITIONS_SECTION = packs.Section(
    name="positions",
    files="positions.yaml",
    model=PositionItem,
    key="code",
    apply=POSITIONS.put,
    doc="posts: names and rank",
)
MATTERS = packs.Rows(MatterItem, Matter)
MATTERS_SECTION = packs.Section(
    name="matters",
    files="matters.yaml",
    model=MatterItem,
    key="code",
    apply=MATTERS.put,
    doc="fields of law to which a mandate can be limited",
)
