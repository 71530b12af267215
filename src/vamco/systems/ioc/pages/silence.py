"""What a board says that knows nothing of its day: since when there are data, or the first step where there never were any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.time import local_date
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.web.components import Card


def context(cards: Sequence[Card], person: Person | None) -> dict[str, Any]:
    """Return the day of the newest or first data, or, where none ever came, how far the province is on the way to them."""
    if days := [card.as_of for card in cards if card.as_of]:
        last = max(days)
        return {"last": last, "url": _address(last)}
    first = indicators.known_since(card.code for card in cards)
    if first is not None:
        return {"first": first, "url": _address(local_date(first))}
    sources = hub.sources()
    return {
        "sources": bool(sources),
        "collected": any(source.collected_at for source in sources),
        "delivered": any(each.last_published_at for each in hub.freshness(clock.now())),
        "url": reverse("hub:runs") if access.allow(person, "hub.view_runs") else "",
    }


def _address(day: dt.date) -> str:
    address = reverse("ioc:board")
    return address if day == clock.today() else f"{address}?on={day}"
