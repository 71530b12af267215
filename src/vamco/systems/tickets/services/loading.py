"""What the pack says of halls, taken over: a version of each, and a row for each counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.agencies import public as agencies
from vamco.systems.tickets.models import Counter
from vamco.systems.tickets.queries import HALLS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.tickets.declaration import HallItem


def load(items: Sequence[HallItem]) -> None:
    """Put halls as the pack has them; counters that are no more keep their rows and are shown nowhere."""
    for item in items:
        HALLS.put(item.agency, item)
        office = agencies.get(item.agency)
        wanted = [Counter(office=office, number=each.number) for each in item.counters]
        Counter.objects.bulk_create(wanted, ignore_conflicts=True)


def withdraw(codes: Sequence[str]) -> None:
    """Close halls that the pack no longer holds; tickets of theirs stay."""
    for code in codes:
        item = HALLS.get(HALLS.newest(code))
        HALLS.put(code, item.model_copy(update={"closed": True}))
