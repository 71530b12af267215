from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.places.models import Place

Order = Literal["newest", "ranked"]
ANYWHERE: Final = "anywhere"
PUBLIC: Final = "public"
"""The act of items that everybody may see, also who is not signed in; no act of access has this name."""


@dataclass(frozen=True)
class Item:
    """What a system lets be found: the thing `id` of a kind, shown at `url` to those who may do `act` in `agency`.

    `title` is shown and weighs most, `text` is only searched. Without agency it is for those who reach all of them. `also` are more
    acts by which it is seen, each in an agency, or `ANYWHERE` for whoever may do it in any; a `Source` names them.
    """

    kind: str
    id: str
    title: str
    act: str
    url: str
    at: dt.datetime
    text: str = ""
    agency: Agency | None = None
    place: Place | None = None
    also: tuple[tuple[str, Agency | Literal["anywhere"]], ...] = ()


@dataclass(frozen=True)
class Source:
    """How all things of a kind are had again, for a new index: their ids, and the items of some ids that still exist.

    `also` gives the acts that stand in the items' `also`. `pack` says that the things come with a pack and are few: they are
    indexed anew whenever one is loaded.
    """

    ids: Callable[[], Iterable[str]]
    load: Callable[[Sequence[str]], Iterable[Item]]
    also: Callable[[], Iterable[str]] = tuple
    pack: bool = False


@dataclass(frozen=True)
class Hit:
    """Something found. `exact` says that the words stand in it with the marks that they were typed with.

    `title` is cut into pieces, each with whether it is a word that was asked for; they need escaping.
    """

    kind: str
    id: str
    title: tuple[tuple[str, bool], ...]
    url: str
    at: dt.datetime
    agency: int | None
    place: int | None
    exact: bool


@dataclass(frozen=True)
class Page:
    """Hits in order, and the key of what follows, "" at the end.

    `bounded` says that more matched than were ranked: only the newest were.
    """

    hits: tuple[Hit, ...]
    after: str = ""
    bounded: bool = False
