"""The pack's section `pack`: what the pack itself is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs

if TYPE_CHECKING:
    from collections.abc import Sequence


def gives(items: Sequence[packs.PackItem]) -> dict[str, object]:
    """Give code and root of the province, as written in items that are the same everywhere; a base leaves them as they are."""
    if not items or not items[0].province:
        return {"${province}": "${province}", "${root}": "${root}"}
    return {"${province}": items[0].province, "${root}": items[0].agency_root}


def apply(_items: Sequence[packs.PackItem]) -> None:
    """Keep nothing beside the item itself, which `packs.province()` gives."""


SECTION = packs.Section(
    name="pack",
    files="pack.yaml",
    model=packs.PackItem,
    key="code",
    apply=apply,
    gives=gives,
    topmost=True,
    doc="what the pack is: code, version, the pack that it extends, province, agency at the top",
)
