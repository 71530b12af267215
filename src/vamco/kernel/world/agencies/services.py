from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.places.models import Place
from vamco.lib.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.agencies.pack import AgencyItem


def put(items: Sequence[AgencyItem]) -> None:
    """Write agencies, those above first; one that moves takes all below it along."""
    known = {agency.code: agency for agency in Agency.objects.all()}
    places = dict(Place.objects.order_by("valid_from").values_list("code", "pk"))
    waiting = list(items)
    while waiting:  # the pack's check has shown that the tree has no ring and no loose end
        coming = {item.code for item in waiting}
        for item in [item for item in waiting if item.parent not in coming]:
            agency, _ = Agency.objects.update_or_create(
                code=item.code,
                defaults={
                    "name": item.name,
                    "name_en": item.name_en,
                    "short_name": item.short_name or item.name[:60],
                    "sort_key": sort_key(item.name),
                    "kind": item.kind,
                    "parent": known.get(item.parent),
                    "place_id": places.get(item.place),
                    "valid_from": item.valid_from,
                    "valid_to": item.valid_to,
                    "synthetic": item.synthetic,
                },
            )
            known[item.code] = agency
            waiting.remove(item)
    _mend_paths({agency.pk: agency for agency in known.values()})


def _mend_paths(agencies: dict[int, Agency]) -> None:
    moved = []
    for agency in agencies.values():
        codes, above = [agency.code], agency.parent_id
        while above is not None:
            codes.append(agencies[above].code)
            above = agencies[above].parent_id
        path = "".join(f"{code}/" for code in reversed(codes))
        if agency.path != path:
            agency.path = path
            moved.append(agency)
    Agency.objects.bulk_update(moved, ["path"])
