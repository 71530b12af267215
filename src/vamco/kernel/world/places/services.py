from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.places.models import MapLayer, Place, Succession
from vamco.kernel.world.places.queries import boundaries
from vamco.kernel.world.places.queries.units import communes, get
from vamco.kernel.world.places.rules import LEVELS
from vamco.lib.text import fold, sort_key
from vamco.lib.validity import DAY, Version, timeline

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from vamco.kernel.world.places.declaration import PlaceItem, SuccessionItem


def put(items: Sequence[PlaceItem]) -> None:
    """Write units, those above first.

    An item that begins on a new day closes the unit that had its code, and leaves it as it was; one that begins on the same
    day corrects it, and what it said is kept.
    """
    with transaction.atomic():
        for _, level in groupby(sorted(items, key=_level), key=_level):
            _put_level(list(level))


def _level(item: PlaceItem) -> int:
    return LEVELS[item.kind]


def _put_level(items: list[PlaceItem]) -> None:
    codes = {item.code for item in items} | {item.parent for item in items}
    held: dict[str, list[Place]] = {}
    for place in Place.objects.filter(code__in=codes):
        held.setdefault(place.code, []).append(place)
    given: dict[str, list[PlaceItem]] = {}
    for item in items:
        given.setdefault(item.code, []).append(item)
    for code, news in given.items():
        before: list[Version[Place | PlaceItem]] = [_version(place) for place in held.get(code, [])]
        for version in timeline(before, [_version(item) for item in news]):
            if isinstance(version.content, Place):
                _close(version.content, version.last)
            else:
                parent = _on(held.get(version.content.parent, []), version.first)
                _write(version.content, version.last, parent)


def _version(of: Place | PlaceItem) -> Version[Place | PlaceItem]:
    return Version(of.valid_from, of.valid_to, of)


def _on(places: Iterable[Place], day: dt.date) -> Place | None:
    return next((place for place in places if _version(place).contains(day)), None)


def _close(place: Place, last: dt.date | None) -> None:
    if place.valid_to != last:
        place.valid_to = last
        place.save(update_fields=["valid_to"])


def _write(item: PlaceItem, last: dt.date | None, parent: Place | None) -> None:
    Place.objects.update_or_create(
        code=item.code,
        valid_from=item.valid_from,
        defaults={
            "name": item.name,
            "full_name": item.full_name,
            "name_en": item.full_name_en,
            "kind": item.kind,
            "sort_key": sort_key(item.name),
            "folded": fold(item.name),
            "parent": parent,
            "lon": item.lon,
            "lat": item.lat,
            "area_km2": item.area_km2,
            "origin": item.origin,
            "valid_to": last,
        },
    )


def put_successions(items: Sequence[SuccessionItem]) -> None:
    """Write which units followed which; a code means the unit that had it on the day before, or on the day itself."""
    for item in items:
        Succession.objects.update_or_create(
            predecessor=get(item.predecessor, item.on - DAY),
            successor=get(item.successor, item.on),
            on=item.on,
            defaults={"kind": item.kind, "source": item.source},
        )


def store_layer(  # who gave it and when are told by name
    geojson: dict[str, Any],
    *,
    name: str,
    source: str,
    schematic: bool,
    valid_from: dt.date | None = None,
    actor: str = audit.SYSTEM,
) -> None:
    """Make a map layer the one that is shown. The layer has been checked by the caller.

    `valid_from`: since when the communes have these boundaries; by default since the newest of today's communes began.
    """
    with transaction.atomic():
        latest = MapLayer.objects.order_by("-pk").first()
        if latest and latest.geojson == geojson and latest.schematic == schematic:
            return
        since = valid_from or communes(clock.today()).aggregate(newest=Max("valid_from"))["newest"] or clock.today()
        layer = MapLayer.objects.create(
            name=name,
            schematic=schematic,
            source=source,
            geojson=geojson,
            valid_from=since,
            stored_at=clock.now(),
        )
        audit.record(
            "places.store_layer", actor=actor, chain="packs", subject=f"layer:{layer.pk}", detail={"name": name}
        )
        transaction.on_commit(boundaries.forget)
