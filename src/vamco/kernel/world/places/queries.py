from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from vamco.kernel.world.places.models import MapLayer, Place
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

COMMUNES = (Place.Kind.COMMUNE, Place.Kind.WARD)


def in_force(as_of: dt.date) -> QuerySet[Place]:
    """Give the units of a day."""
    return Place.objects.filter(Q(valid_to=None) | Q(valid_to__gte=as_of), valid_from__lte=as_of)


def get(code: str, as_of: dt.date) -> Place:
    """Give the unit with a code on a day."""
    place = in_force(as_of).filter(code=code).first()
    if place is None:
        raise Missing("places.no_place", N_("There is no place with the code %(code)s."), code=code)
    return place


def communes(as_of: dt.date) -> QuerySet[Place]:
    """Give the communes and wards of a day, in Vietnamese alphabetical order."""
    return in_force(as_of).filter(kind__in=COMMUNES).order_by("sort_key")


def map_layer() -> dict[str, Any] | None:
    """Give the map in use: `schematic`, `source` and `geojson`; None before any was loaded."""
    layer = MapLayer.objects.order_by("-pk").values("schematic", "source", "geojson", "pk").first()
    return dict(layer) if layer else None
