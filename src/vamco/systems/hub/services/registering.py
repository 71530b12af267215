from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.hub.models import Dataset, Source
from vamco.systems.hub.queries import CONTRACTS
from vamco.systems.hub.services import covering

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.hub.rules.feeds import SourceItem
    from vamco.systems.hub.rules.odcs import DatasetItem


def put_contracts(items: Sequence[DatasetItem]) -> None:
    """Writes contracts, each as a new version; the lake's table follows with the next delivery."""
    for item in items:
        owner = agencies.get(item.team.name)
        dataset, _ = Dataset.objects.select_for_update().get_or_create(
            code=item.id, defaults={"owner": owner, "known_since": clock.now()}
        )
        dataset.contract = CONTRACTS.put(item.id, item, dataset=dataset)
        dataset.owner = owner
        dataset.save(update_fields=["contract", "owner"])
        if dataset.snapshot is not None:  # the contract may expect others now
            covering.note(item.id)


def put_sources(items: Sequence[SourceItem]) -> None:
    """Writes sources; how far they were read stays."""
    for item in items:
        Source.objects.update_or_create(
            code=item.code,
            defaults={"agency": agencies.get(item.agency), "content": item.model_dump(mode="json")},
        )
