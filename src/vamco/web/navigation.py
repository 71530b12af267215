"""The main navigation: each system adds its places in `apps.ready()`; a reader sees those that they may enter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

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


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one reader sees it."""

    label: str | _StrPromise
    url: str
    icon: str
    current: bool


_places: Registry[str, Place] = Registry("place in the navigation")


def register(*places: Place) -> None:
    """Add entries; TypeError when another leads to the same page."""
    for place in places:
        _places.add(place.url_name, place)


def shown(request: HttpRequest, allowed: Callable[[str], bool]) -> list[Shown]:
    """Give the entries for a reader, of whom `allowed(act)` tells what they may do."""
    match = getattr(request, "resolver_match", None)
    here = match.view_name if match else ""
    return [
        Shown(place.label, reverse(place.url_name), place.icon, current=here == place.url_name or here in place.also)
        for place in sorted(_places.values(), key=lambda place: place.order)
        if allowed(place.act)
    ]
