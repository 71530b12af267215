"""What the catalogue places on the citizen's home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.systems.onestop import queries
from vamco.systems.onestop.pages import wording
from vamco.systems.onestop.services import following
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


def dossiers(request: Request) -> Iterator[Tile]:
    """Give the way to one's own dossiers, with how many wait for the reader."""
    if request.person is None:
        text = _("With its number and the end of your telephone number")
        yield Tile(label=_("Follow a dossier"), url=reverse("onestop:track"), icon="search", text=text, order=20)
        return
    waiting, open_ = following.counted(request.person)
    text = _("%(count)s under way") % {"count": open_} if open_ else _("Drafts, and all that you have sent")
    yield Tile(
        label=_("My dossiers"),
        url=reverse("onestop:dossiers"),
        icon="inbox",
        text=text,
        order=10,
        count=waiting or None,
    )


def papers(request: Request) -> Iterator[Tile]:
    """Give the way to the results that were released to the reader."""
    if request.person is not None:
        text = _("Signed results of your dossiers")
        yield Tile(label=_("My papers"), url=reverse("onestop:my_papers"), icon="file", text=text, order=10)
