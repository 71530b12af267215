"""Reads what people edited on pages, and what the pack says of itself."""

from __future__ import annotations

from vamco.kernel.base.packs.contracts import Edit
from vamco.kernel.base.packs.declaration import PackItem
from vamco.kernel.base.packs.models import LoadedItem, PageEdit
from vamco.lib.errors import N_, Missing


def by_item() -> dict[tuple[str, str], Edit]:
    """Give all edits by section and key, oldest first."""
    return {
        (row.section, row.key): Edit(row.section, row.key, row.fields, row.base, row.actor, row.reason, row.at)
        for row in PageEdit.objects.order_by("at", "pk")
    }


def province() -> PackItem:
    """Give what the loaded pack says of itself (`pack.yaml`); Missing when none is loaded."""
    row = LoadedItem.objects.filter(section="pack").order_by("-loaded_at", "-pk").first()
    if row is None:
        raise Missing("packs.none_loaded", N_("No pack is loaded."))
    return PackItem.model_validate(row.content)
