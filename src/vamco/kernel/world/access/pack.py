"""The pack's section `roles`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.access.services import granting
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def check(
    located: Sequence[packs.Located[RoleItem]],
    _contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Roles allow only acts that some system declares."""
    known = granting.acts()
    for entry in located:
        for unknown in sorted(entry.item.states_by_act().keys() - known.keys()):
            expected = N_("an act such as %(acts)s")
            yield entry.wrong(
                ["acts"], expected, found=unknown, meant=nearest(unknown, known), acts=", ".join(sorted(known)[:3])
            )


# What a role allowed goes with it; who held it is still known.
ROLES = packs.Rows(RoleItem, Role, columns={"acts": RoleItem.states_by_act}, gone={"acts": {}})
SECTION = packs.Section(
    name="roles",
    files="roles.yaml",
    model=RoleItem,
    key="code",
    apply=ROLES.put,
    check=check,
    doc="roles: acts and reach",
    withdraw=ROLES.withdraw,
)
