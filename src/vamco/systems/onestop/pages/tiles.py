"""What the catalogue places on the citizen's home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import wording
from vamco.web.home import Tile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.web.pages import Request


def life_events(_request: Request) -> Iterator[Tile]:
    """Give the life events, in the catalogue's order."""
    for event in queries.life_events():
        url = reverse("onestop:life_event", args=[event.item.code])
        yield Tile(label=wording.name(event.item), url=url, icon=event.item.icon, order=event.item.order)


def services(_request: Request) -> Iterator[Tile]:
    """Give the way to all procedures."""
    text = _("What to bring, how long it takes, what it costs, where to go")
    yield Tile(label=_("Procedures"), url=reverse("onestop:procedures"), icon="list", text=text, order=10)
