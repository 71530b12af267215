"""Addresses by what they show: a room that has a page for a sort of thing registers it, and any room links to it.

So a page links to a page of a room above its own without knowing that room, and without a link where nobody has the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.kernel.world.access import public as access

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True, slots=True)
class _Address:
    url: Callable[..., str]
    act: str
    by_thing: bool


_known: dict[str, _Address] = {}


def register(sort: str, url: Callable[..., str], act: str = "", *, by_thing: bool = False) -> None:
    """Say where a sort of thing ("case", "indicator") is shown, and by which act of access; TypeError for a second page.

    `by_thing`: no act says it, each thing has readers of its own, so that `reachable` cannot answer.
    """
    if sort in _known:
        raise TypeError(f"two pages show a {sort}")
    _known[sort] = _Address(url, act, by_thing)


def to(sort: str, *which: object) -> str:
    """Return the address of a thing; "" where no room shows such things."""
    found = _known.get(sort)
    return found.url(*which) if found else ""


def reachable(sort: str, reader: Person | None, *which: object) -> str:
    """Return the address of a thing, "" where no room shows such things or the reader may not see that page.

    TypeError for a sort whose things have readers of their own: of cases, ask `casework.links`.
    """
    found = _known.get(sort)
    if found and found.by_thing:
        raise TypeError(f"which {sort} the reader may see is asked of each {sort}, not of an act")
    return found.url(*which) if found and (not found.act or access.allow(reader, found.act)) else ""
