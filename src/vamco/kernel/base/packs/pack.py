"""The pack's section `pack`: what the pack itself is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.packs import public as packs

if TYPE_CHECKING:
    from collections.abc import Sequence


def gives(items: Sequence[packs.PackItem]) -> dict[str, object]:
    """Give what items that are the same everywhere name of the province; in a base it stays as it is written."""
    head = items[0] if items and items[0].province else None
    return {
        "${province}": head.province if head else "${province}",
        "${root}": head.agency_root if head else "${root}",
        "${demonstration}": bool(head and head.demonstration),
    }


SECTION = packs.Section(
    name="pack",
    files="pack.yaml",
    model=packs.PackItem,
    key="code",
    apply=packs.only_kept,
    gives=gives,
    topmost=True,
    doc="what the pack is: code, version, the pack that it extends, province, agency at the top",
)
