"""The pack's section `roles`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.access import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class RoleItem(packs.Item):
    """What people with a role may do."""

    code: str = Field(pattern=r"^[a-z_]+$", max_length=40, description="code of the role")
    name: str = Field(min_length=1, max_length=100, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=100, description="name in English")
    reach: Literal["all", "subtree", "agency"] = Field(
        description="all agencies, the own one with those below it, or the own one only",
    )
    acts: tuple[str, ...] = Field(description="acts that the role allows")


def check(
    located: Sequence[packs.Located[RoleItem]],
    _contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Roles allow only acts that some system declares."""
    known = services.acts()
    for entry in located:
        for unknown in sorted(set(entry.item.acts) - known.keys()):
            yield entry.fault(f"acts: an act such as {', '.join(sorted(known)[:3])}, found {unknown!r}", "acts")


SECTION = packs.Section(
    name="roles",
    files="roles.yaml",
    model=RoleItem,
    key="code",
    apply=services.put,
    check=check,
    doc="roles: acts and reach",
)
