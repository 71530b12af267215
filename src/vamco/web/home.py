"""Homes: where officials begin their day, what systems place on the citizen's home, and the switch between both.

Systems register in `apps.ready()`; the portal draws what was registered. `/` is the citizen's home; who holds a post is led from
there to the first official's home that they may enter, unless they have switched to the citizen's for this session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from django.urls import reverse

from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text
    from vamco.web.pages import Request

Side = Literal["citizen", "official"]
TileGroup = Literal["life", "services", "papers", "dossiers", "follow", "banner", "contact", "foot"]
"""Life events; what can be done here; my papers; my dossiers; plans and projects to follow; and around every citizen's page: a
banner above it, how to reach somebody, and links below it."""

GROUPS: Final = get_args(TileGroup)
_HELD: Final = "home.side"  # in the session, with whose choice it is


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialHome:
    """A page where officials begin their day."""

    label: Text
    url_name: str  # must take no arguments
    act: str  # whoever may do it may enter
    order: int  # 10, 20, 30 …: a person is led to the first that they may enter


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One thing on the citizen's home: a place to go to. `count` is how many wait there, None where nothing is counted."""

    label: Text
    url: str
    icon: str = "forward"
    text: Text = ""
    order: int = 50
    count: int | None = None


_homes: Registry[str, OfficialHome] = Registry("home of officials")
_tiles: Registry[tuple[str, str], Callable[[Request], Iterable[Tile]]] = Registry("source of tiles")


def register(*homes: OfficialHome) -> None:
    """Add homes of officials; TypeError when another leads to the same page."""
    for home in homes:
        _homes.add(home.url_name, home)


def register_tiles(group: TileGroup, source: Callable[[Request], Iterable[Tile]]) -> None:
    """Add a source of tiles; it hears who asks (`request.person`, None for a visitor) and gives what that person may see."""
    if group not in GROUPS:
        raise TypeError(f"the citizen's home has no group {group!r}")
    _tiles.add((group, f"{source.__module__}.{source.__qualname__}"), source)


def tiles(request: Request, group: TileGroup) -> list[Tile]:
    """Return the tiles of a group for whoever asks, in order; none where no system has placed any."""
    found = [tile for (of, _name), source in _tiles.items() if of == group for tile in source(request)]
    return sorted(found, key=lambda tile: tile.order)


class Frame:
    """What stands around every page of citizens; asked for when a page draws it."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def banners(self) -> list[Tile]:
        """Return what everybody must know today."""
        return tiles(self._request, "banner")

    def contacts(self) -> list[Tile]:
        """Return how to reach somebody."""
        return tiles(self._request, "contact")

    def foot(self) -> list[Tile]:
        """Return the links below each page."""
        return tiles(self._request, "foot")

    def unread(self) -> str:
        """Return how many notices the reader has not read, "" for none."""
        person = getattr(self._request, "person", None)
        count = notices.unread(person) if person else 0
        return f"{notices.MOST_COUNTED}+" if count > notices.MOST_COUNTED else str(count or "")


def official_home(person: Person | None) -> OfficialHome | None:
    """Return the first home of officials that a person may enter, None for a citizen without a post."""
    allowed = (home for home in _homes.values() if access.allow(person, home.act))
    return min(allowed, key=lambda home: home.order, default=None) if person else None


def side(request: Request) -> Side:
    """Return on which side somebody stands: the citizen's for all who have no official's home, else what they chose last."""
    person = request.person
    if official_home(person) is None or person is None:
        return "citizen"
    held = request.session.get(_HELD)
    return "citizen" if held == [person.pk, "citizen"] else "official"


def choose(request: Request, to: Side) -> str:
    """Remember a side for the rest of the session, and return the address of its home."""
    person = request.person
    home = official_home(person)
    if person is None or home is None or to == "citizen":
        if person is not None and home is not None:
            request.session[_HELD] = [person.pk, "citizen"]
        return "/"
    request.session.pop(_HELD, None)
    return reverse(home.url_name)


def leads_to(request: Request) -> str:
    """Return the address to which somebody is led from `/`, "" for whom the citizen's home is theirs.

    What stands behind the question mark goes along: the board was at `/` once, and people keep the address of a day.
    """
    home = official_home(request.person)
    if home is None or side(request) != "official":
        return ""
    asked = request.META.get("QUERY_STRING", "")
    return reverse(home.url_name) + (f"?{asked}" if asked else "")


def other_side(request: Request) -> Side | None:
    """Return the side that somebody may switch to, None where they have one home only."""
    if official_home(getattr(request, "person", None)) is None:
        return None
    return "official" if side(request) == "citizen" else "citizen"
