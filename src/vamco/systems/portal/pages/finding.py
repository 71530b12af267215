"""What citizens find by words: kinds that systems let the search show to the public, the portal's own offices and services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib.nearest import alike
from vamco.lib.text import fold
from vamco.systems.portal import public
from vamco.web import palette, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.web.components import Text

_MOST: Final = 6
_LEAST: Final = 2  # characters that are searched for


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: `title` in pieces, each with whether it was asked for."""

    title: tuple[tuple[str, bool], ...]
    url: str
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of a kind; `more` leads to all of it, "" where this is all."""

    title: Text
    icon: str
    hits: tuple[Hit, ...]
    more: str = ""


def typed(text: str) -> str:
    """Return the words that are searched for."""
    return palette.typed(text)


def found(person: Person | None, text: str, *, only: str = "", after: str = "") -> list[Group]:
    """Return what fits, by kinds: what the search holds for the public, then services and offices."""
    if len(text) < _LEAST:
        return []
    groups = [_records(one, text, only) for one in palette.found(person, text, only=only, after=after, public=True)]
    if not only:
        groups += [
            Group(_("Services"), "device", _most(_services(text))),
            Group(_("Offices"), "agency", _most(_offices(text))),
        ]
    return [group for group in groups if group.hits]


def meant(person: Person | None, text: str) -> list[str]:
    """Return other words that may be meant and do find something: single words left out or spelt as we know them."""
    asked = fold(text).split()
    if not asked:
        return []
    tried = [" ".join(asked[:n] + asked[n + 1 :]) for n in range(len(asked)) if len(asked) > 1]
    known = _known_words()
    for n, word in enumerate(asked):
        tried += [
            " ".join([*asked[:n], other, *asked[n + 1 :]]) for other in alike(word, known, most=2) if other != word
        ]
    fits = (one for one in dict.fromkeys(tried) if len(one) >= _LEAST and found(person, one))
    return [one for one, _n in zip(fits, range(3), strict=False)]


def communes() -> list[tuple[str, str]]:
    """Return code and name of today's communes."""
    return [(unit.code, words.either(unit.full_name, unit.name_en)) for unit in places.communes(clock.today())]


def _records(one: palette.Found, text: str, only: str) -> Group:
    hits = tuple(Hit(hit.title, hit.url, described.note) for hit, described in one.hits)
    after = one.more.partition("after=")[2].partition("&")[0] if only else ""
    asked = {"q": text, "kind": one.kind.code}
    more = f"{reverse('portal:search')}?{urlencode(asked)}" if one.more else ""
    return Group(one.kind.title, one.kind.icon, hits, f"{more}&after={after}" if after else more)


def _services(text: str) -> Iterator[Hit]:
    for one in public.services():
        name, purpose = words.either(one.name, one.name_en), words.either(one.purpose, one.purpose_en)
        if _fits(text, f"{one.name} {one.name_en} {one.purpose} {one.purpose_en}"):
            yield Hit(((name, False),), one.url or reverse("portal:services"), purpose)


def _offices(text: str) -> Iterator[Hit]:
    for one in public.offices(text, limit=_MOST):
        url = f"{reverse('portal:offices')}?{urlencode({'q': one.name})}"
        yield Hit(((words.either(one.name, one.name_en), False),), url, one.place or one.address)


def _fits(text: str, held: str) -> bool:
    inside = fold(held).split()
    return all(any(word.startswith(asked) for word in inside) for asked in fold(text).split())


def _most(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(hit for hit, _n in zip(hits, range(_MOST), strict=False))


def _known_words() -> Sequence[str]:
    texts = [f"{one.name} {one.purpose}" for one in public.services()]
    texts += [name for _code, name in communes()]
    return sorted({word for text in texts for word in fold(text).split()})
