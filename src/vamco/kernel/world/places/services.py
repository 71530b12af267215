from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.places.models import MapLayer, Place
from vamco.lib.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.places.pack import PlaceItem


def put(items: Sequence[PlaceItem]) -> None:
    """Write units, the province first."""
    ids = dict(Place.objects.order_by("valid_from").values_list("code", "pk"))
    for item in sorted(items, key=lambda item: item.parent != ""):
        place, _ = Place.objects.update_or_create(
            code=item.code,
            valid_from=item.valid_from,
            defaults={
                "name": item.name,
                "full_name": item.full_name,
                "name_en": item.full_name_en,
                "kind": item.kind,
                "sort_key": sort_key(item.name),
                "folded": fold(item.full_name),
                "parent_id": ids.get(item.parent),
                "lon": item.lon,
                "lat": item.lat,
                "area_km2": item.area_km2,
                "origin": item.origin,
            },
        )
        ids[item.code] = place.pk


def store_layer(geojson: dict[str, Any], *, name: str, source: str, schematic: bool, actor: str = audit.SYSTEM) -> None:
    """Make a map layer the one that is shown. The layer has been checked by the caller."""
    with transaction.atomic():
        latest = MapLayer.objects.order_by("-pk").first()
        if latest and latest.geojson == geojson and latest.schematic == schematic:
            return
        layer = MapLayer.objects.create(
            name=name,
            schematic=schematic,
            source=source,
            geojson=geojson,
            stored_at=clock.now(),
        )
        audit.record(
            "places.store_layer", actor=actor, chain="packs", subject=f"layer:{layer.pk}", detail={"name": name}
        )
