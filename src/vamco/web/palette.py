"""The command palette: what a reader may go to and do, found by a few letters. Rooms add sources in `apps.ready()`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.record.search import public as search
from vamco.kernel.world.access import public as access
from vamco.lib.registry import Registry
from vamco.lib.text import fold
from vamco.web import navigation
from vamco.web.templatetags.web import day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text
    from vamco.web.pages import Request

MOST: Final = 8  # of a group
_LONGEST: Final = 100
_FEWEST: Final = 2  # letters, before records are searched


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something to go to. `also` are words by which it is found beside its label."""

    label: Text
    url: str
    icon: str = "forward"
    note: Text = ""
    also: Text = ""
    id: str = ""  # filled in when it is shown


@dataclass(frozen=True, slots=True)
class Group:
    """What one source found."""

    title: Text
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An act that has a page of its own, for those who may do it."""

    label: Text
    url_name: str  # must take no arguments
    act: str
    icon: str = "forward"
    also: Text = ""


_sources: Registry[str, tuple[Text, Callable[[Request, str], Iterable[Command]]]] = Registry("source of the palette")
_offers: Registry[tuple[str, str], Offer] = Registry("offer of the palette")


def register(title: Text, find: Callable[[Request, str], Iterable[Command]]) -> None:
    """Add a source: told who asks and the words, it gives what that person may see, the best first. TypeError when it was added before."""
    _sources.add(f"{find.__module__}.{find.__qualname__}", (title, find))


def offer(*offers: Offer) -> None:
    """Add acts; TypeError when another leads to the same page by the same act."""
    for added in offers:
        _offers.add((added.url_name, added.act), added)


def find(request: Request, words: str) -> list[Group]:
    """Give what fits, by groups: pages, acts, what other rooms add, then records."""
    words = " ".join(words.replace("\0", "").split())[:_LONGEST]
    sources: list[tuple[Text, list[Command]]] = [
        (_("Pages"), _pages(request)),
        (_("Acts"), _acts(request.person)),
    ]
    groups = [(title, ranked(commands, words)) for title, commands in sources]
    groups += [(title, list(source(request, words))) for title, source in _sources.values()]
    groups.append((_("Found in the records"), list(_records(request.person, words))))
    number = 0
    shown = []
    for title, commands in groups:
        numbered = []
        for command in commands[:MOST]:
            number += 1
            numbered.append(replace(command, id=f"palette-{number}"))
        if numbered:
            shown.append(Group(title, tuple(numbered)))
    return shown


def ranked(commands: Iterable[Command], words: str) -> list[Command]:
    """Give the commands in which each word begins some word, those first whose label begins with what was typed."""
    asked = fold(words)
    found = []
    for place, command in enumerate(commands):
        label, also = fold(str(command.label)), fold(str(command.also))
        known = f"{label} {also}".split()
        if all(any(one.startswith(word) for one in known) for word in asked.split()):
            found.append((not label.startswith(asked), asked not in label, place, command))
    return [command for *_order, command in sorted(found, key=lambda one: one[:3])]


def _pages(request: Request) -> list[Command]:
    person = request.person
    places = navigation.flat(request, lambda act: access.allow(person, act))
    return [Command(label=place.label, url=place.url, icon=place.icon) for place in places]


def _acts(person: Person | None) -> list[Command]:
    allowed = (one for one in _offers.values() if access.allow(person, one.act))
    return [Command(label=one.label, url=reverse(one.url_name), icon=one.icon, also=one.also) for one in allowed]


def _records(person: Person | None, words: str) -> Iterable[Command]:
    if len(words) < _FEWEST:
        return
    for hit in search.search(person, words, limit=MOST).hits:
        label = "".join(text for text, _asked_for in hit.title)
        yield Command(label=label, url=hit.url, icon="file", note=day(hit.at))
