"""The command palette: what a reader may go to and do, found by a few letters. Rooms add sources in `apps.ready()`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.record.search import public as search
from vamco.kernel.world.access import public as access
from vamco.lib.registry import Registry
from vamco.lib.text import fold
from vamco.web import navigation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text, Tone
    from vamco.web.pages import Request

MOST: Final = 8  # of a group
_LONGEST: Final = 100
_FEWEST: Final = 2  # letters, before records are searched
FEW: Final = 5  # records of a kind beside others
PAGE: Final = 25  # records of a kind alone


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
class Described:
    """What stands beside the title of something found, as it is now: its state as a badge, and a note such as its agency."""

    note: Text = ""
    tone: Tone | None = None
    state: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of things that the search finds. What `describe` leaves out, the reader may not open, and it is not shown."""

    code: str  # as the search knows it
    title: Text
    icon: str
    order: int
    describe: Callable[[Person | None, Sequence[str]], Mapping[str, Described]]
    public: bool = False  # citizens find it on their search page, too; its items have the act `search.PUBLIC`
    best_first: bool = False  # for names, which have no age; otherwise the newest stand first


@dataclass(frozen=True, slots=True)
class Found:
    """Things of one kind: a page of them, and the addresses of all of them, of what follows, and of the kinds together."""

    kind: Kind
    hits: tuple[tuple[search.Hit, Described], ...]
    more: str = ""
    count: str = ""


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
_kinds: Registry[str, Kind] = Registry("kind that the search shows")


def register(title: Text, find: Callable[[Request, str], Iterable[Command]]) -> None:
    """Add a source: told who asks and the words, it gives what that person may see, the best first. TypeError when it was added before."""
    _sources.add(f"{find.__module__}.{find.__qualname__}", (title, find))


def offer(*offers: Offer) -> None:
    """Add acts; TypeError when another leads to the same page by the same act."""
    for added in offers:
        _offers.add((added.url_name, added.act), added)


def show(*kinds: Kind) -> None:
    """Add kinds of things that the search finds; TypeError when another has its code."""
    for kind in kinds:
        _kinds.add(kind.code, kind)


def typed(words: str) -> str:
    """Return the words that are searched: one line, and not longer than anybody types."""
    return " ".join(words.replace("\0", "").split())[:_LONGEST]


def found(person: Person | None, words: str, *, only: str = "", after: str = "", public: bool = False) -> list[Found]:
    """Return what the records hold, by kinds: the first few of each, or a page of one kind; `public`: of public kinds alone.

    What may not be opened is neither shown nor counted.
    """
    if len(words) < _FEWEST:
        return []
    shown = []
    for kind in sorted(_kinds.values(), key=lambda one: one.order):
        if (only and kind.code != only) or (public and not kind.public):
            continue
        some = _page_of(kind, person, words, after=after if only else "", limit=PAGE if only else FEW)
        if some.hits or only:
            shown.append(some)
    return shown


def _page_of(kind: Kind, person: Person | None, words: str, *, after: str, limit: int) -> Found:
    order: search.Order = "ranked" if kind.best_first else "newest"
    page = search.search(person, words, order=order, kinds=[kind.code], after=after, limit=limit)
    described = kind.describe(person, [hit.id for hit in page.hits]) if page.hits else {}
    hits = tuple((hit, described[hit.id]) for hit in page.hits if hit.id in described)
    asked = {"q": words, "kind": kind.code} | ({"after": page.after} if limit == PAGE else {})
    more = f"{reverse('web:palette')}?{urlencode(asked)}" if page.after else ""
    return Found(kind, hits, more, f"{len(hits)}+" if page.after or after else str(len(hits)))


def find(request: Request, words: str) -> list[Group]:
    """Give what fits, by groups: pages, acts, what other rooms add, then records."""
    words = typed(words)
    sources: list[tuple[Text, list[Command]]] = [
        (_("Pages"), _pages(request)),
        (_("Acts"), _acts(request.person)),
    ]
    groups = [(title, ranked(commands, words)) for title, commands in sources]
    groups += [(title, list(source(request, words))) for title, source in _sources.values()]
    if request.GET.get("part") == "options":  # the page shows the records in a list of their own
        groups += _records(request.person, words)
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


def _records(person: Person | None, words: str) -> Iterable[tuple[Text, list[Command]]]:
    """Return what the records hold as the palette shows it: a few of each kind, and the way to all."""
    for some in found(person, words):
        commands = [
            Command(
                label="".join(text for text, _asked_for in hit.title),
                url=hit.url,
                icon=some.kind.icon,
                note=" · ".join(str(part) for part in (described.state, described.note) if part),
            )
            for hit, described in some.hits
        ]
        if some.more:
            commands.append(Command(label=_("All that was found"), url=some.more, icon="list"))
        yield some.kind.title, commands
