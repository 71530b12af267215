"""The main navigation: each system adds its places in `apps.ready()`; a reader sees those that they may enter."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry of the main navigation."""

    label: str | _StrPromise
    url_name: str  # "ioc:board"; must take no arguments
    act: str  # who may do this act sees the entry
    icon: str
    order: int  # 10, 20, 30 …: small comes first
    also: tuple[str, ...] = ()  # names of pages that belong here, such as "ioc:indicator"
    group: str = ""  # the code of its group; an entry without one stands by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Entries under one heading. Any system may bring it; `order` is among entries and groups alike."""

    code: str
    label: str | _StrPromise
    order: int


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one reader sees it; a group has no address of its own, but entries."""

    label: str | _StrPromise
    url: str
    icon: str
    current: bool
    entries: tuple[Shown, ...] = ()


ADMINISTRATION: Final = "administration"
"""The group of what administrators do: officials, clients, modes, the first day. Systems name it, and the navigation brings it."""

_places: Registry[str, Place] = Registry("place in the navigation")
_groups: dict[str, Group] = {ADMINISTRATION: Group(code=ADMINISTRATION, label=_("Administration"), order=88)}
_also: dict[str, set[str]] = defaultdict(set)


def register(*places: Place) -> None:
    """Add entries; TypeError when another leads to the same page."""
    for place in places:
        _places.add(place.url_name, place)


def register_group(group: Group) -> None:
    """Add a heading; several systems may bring the same one, TypeError where they disagree about it."""
    known = _groups.setdefault(group.code, group)
    if known != group:
        raise TypeError(f"two groups of the navigation are named {group.code}")


def extend(url_name: str, *also: str) -> None:
    """Let more pages belong to an entry, such as those of a room above the one that brings it."""
    _also[url_name].update(also)


def label(url_name: str) -> str:
    """Return what the navigation calls a page; KeyError for one that it does not lead to."""
    return str(_places[url_name].label)


def flat(request: HttpRequest, allowed: Callable[[str], bool]) -> list[Shown]:
    """Return all entries for a reader, of whom `allowed(act)` says what they may do."""
    return [_shown(place, _here(request)) for place in sorted(_places.values(), key=_rank) if allowed(place.act)]


def shown(request: HttpRequest, allowed: Callable[[str], bool]) -> list[Shown]:
    """Return entries and groups for a reader. A group of which they may enter one place only is that place."""
    here = _here(request)
    inside: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(_places.values(), key=_rank):
        if allowed(place.act):
            inside[place.group or f":{place.url_name}"].append(place)
    found = []
    for code, places in inside.items():
        entries = tuple(_shown(place, here) for place in places)
        if len(entries) == 1:
            found.append(entries[0])
        else:
            current = any(entry.current for entry in entries)
            found.append(Shown(_groups[code].label, "", "", current, entries))
    return found


def _rank(place: Place) -> tuple[int, int]:
    return (_groups[place.group].order if place.group else place.order), place.order


def _here(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name if match else ""


def _shown(place: Place, here: str) -> Shown:
    current = here in {place.url_name, *place.also, *_also[place.url_name]}
    return Shown(place.label, reverse(place.url_name), place.icon, current=current)
