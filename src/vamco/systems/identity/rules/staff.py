"""Officials as administrators see them: how far a role may be given, account names, and what a look at somebody was."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from vamco.lib.text import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable

    from vamco.kernel.world.access.public import Scope

Standing = Literal["now", "future", "past"]
AccountState = Literal["none", "invited", "active", "locked"]

LONGEST_NAME: Final = 60
_FIRST_WORDS: Final = re.compile(r"[^a-z0-9]+")


def standing(since: dt.date, until: dt.date | None, today: dt.date) -> Standing:
    """Return whether a span of days, both ends inclusive, is going on; one that ends before it begins was called off."""
    if until is not None and (until < today or until < since):
        return "past"
    return "future" if since > today else "now"


def reaches_no_further(scope: Scope, reach: str, path: str) -> bool:
    """Return whether a role, given in the agency at `path`, reaches no agency that lies outside a scope. `reach` is the role's."""
    if scope.everywhere:
        return True
    if reach == "all":
        return False
    if reach == "subtree":
        return any(path.startswith(top) for top in scope.below)
    return scope.covers(path)


def account_name(name: str, taken: Collection[str] = ()) -> str:
    """Return an account name for a person's name, without diacritics: "nguyenvanan"; with a number where it is taken.

    "" for a name without a letter or digit of the Latin alphabet: then somebody must choose one.
    """
    base = _FIRST_WORDS.sub("", fold(name))[: LONGEST_NAME - 4]
    if not base:
        return ""
    if len(base) == 1:
        base += base  # an account name has at least two characters
    found, number = base, 1
    while found in taken:
        number += 1
        found = f"{base}{number}"
    return found


def stamp(parts: Iterable[object]) -> str:
    """Return a short word that is another one as soon as one of the parts is: what somebody saw, to compare when they act."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Given:
    """A post that is given: role and agency by code, position by code or "", the title in words."""

    agency: str
    role: str
    since: dt.date
    position: str = ""
    title: str = ""


@dataclass(frozen=True)
class Invitation:
    """Somebody who becomes an official: name, account name ("" is proposed from the name) and the first post.

    `number` is their citizen ID, by which a person who is known already is found; "" makes a new person.
    """

    name: str
    username: str
    post: Given
    email: str = ""
    number: str = field(default="", repr=False)


@dataclass(frozen=True)
class StandIn:
    """Who (by id) acts for somebody, from one day to another; `agency` "" is all their posts, `acts` None all they may do."""

    substitute: int
    since: dt.date
    until: dt.date
    agency: str = ""
    acts: tuple[str, ...] | None = None
