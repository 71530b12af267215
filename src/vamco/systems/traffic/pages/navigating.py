"""The places of traffic in the main navigation, and the tile on the citizen's home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.systems.traffic import contracts
from vamco.web import home, navigation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.functional import _StrPromise

    from vamco.web.pages import Request

GROUP: Final = "traffic"


def register() -> None:
    """Add the group and its places, and the tile."""
    navigation.register_group(navigation.Group(code=GROUP, label=_l("Traffic"), order=55))
    navigation.register(
        _place(_l("Cameras"), "cameras", contracts.WATCH, "map", 10, "camera", "draw", "add"),
        _place(_l("Halls"), "halls", contracts.WATCH, "clock", 15),
        _place(_l("Review"), "first", contracts.REVIEW, "check", 20, "review"),
        _place(_l("Decide on violations"), "deciding", contracts.DECIDE, "directive", 30, "decide"),
        _place(_l("Find a plate"), "search", contracts.SEARCH, "search", 40, "searches"),
        _place(_l("Wanted plates"), "wanted", contracts.HOT_LIST, "bell", 50),
    )
    home.register_tiles("services", tiles)


def _place(  # what an entry has
    label: str | _StrPromise, page: str, act: str, icon: str, order: int, *also: str
) -> navigation.Place:
    more = tuple(f"traffic:{each}" for each in also)
    return navigation.Place(
        label=label, url_name=f"traffic:{page}", act=act, icon=icon, order=order, also=more, group=GROUP
    )


def tiles(_request: Request) -> Iterator[home.Tile]:
    """Lead to the look-up of notices from the citizen's home."""
    text = _("Look at a notice by its number and the plate: see the pictures, object, pay")
    yield home.Tile(label=_("Traffic fines"), url=reverse("traffic:fines"), icon="vehicle", text=text, order=60)
