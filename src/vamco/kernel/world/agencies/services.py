from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.places.models import Place
from vamco.lib.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.pack import AgencyItem


def put(items: Sequence[AgencyItem]) -> None:
    """Write agencies, those above first."""
    known = {agency.code: agency for agency in Agency.objects.all()}
    places = dict(Place.objects.order_by("valid_from").values_list("code", "pk"))
    waiting = list(items)
    while waiting:  # the pack's check has shown that the tree has no ring and no loose end
        coming = {item.code for item in waiting}
        for item in [item for item in waiting if item.parent not in coming]:
            parent = known.get(item.parent)
            agency, _ = Agency.objects.update_or_create(
                code=item.code,
                defaults={
                    "name": item.name,
                    "name_en": item.name_en,
                    "short_name": item.short_name or item.name[:60],
                    "sort_key": sort_key(item.name),
                    "kind": item.kind,
                    "parent": parent,
                    "path": f"{parent.path if parent else ''}{item.code}/",
                    "place_id": places.get(item.place),
                    "valid_from": item.valid_from,
                    "valid_to": item.valid_to,
                    "synthetic": item.synthetic,
                },
            )
            known[item.code] = agency
            waiting.remove(item)
