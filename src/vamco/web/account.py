"""The page of one's own account: each room adds the entries that it has for a signed-in person, in `apps.ready()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from vamco.kernel.world.access import public as access
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A link on the page of one's own account. `act`: who may do it sees the entry; "" is everybody who is signed in."""

    label: Text
    text: Text  # one sentence: what the reader finds there
    url_name: str  # "privacy:consents"; must take no arguments
    icon: str
    order: int  # 10, 20, 30 …: small comes first
    act: str = ""
    concerns: Callable[[Person], bool] | None = None  # whom else it is shown to; None is everybody


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as one reader sees it."""

    label: Text
    text: Text
    url: str
    icon: str


_entries: Registry[str, Entry] = Registry("entry of one's own account")


def register(*entries: Entry) -> None:
    """Add entries; TypeError when another leads to the same page."""
    for entry in entries:
        _entries.add(entry.url_name, entry)


def shown(reader: Person) -> list[Shown]:
    """Return the entries for a reader in their order."""
    found = sorted(_entries.values(), key=lambda entry: entry.order)
    return [
        Shown(entry.label, entry.text, reverse(entry.url_name), entry.icon)
        for entry in found
        if (not entry.act or access.allow(reader, entry.act)) and (entry.concerns is None or entry.concerns(reader))
    ]
