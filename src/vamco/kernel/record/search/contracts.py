from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.places.models import Place

Order = Literal["newest", "ranked"]


@dataclass(frozen=True)
class Item:
    """What a system lets be found: the thing `id` of a kind, shown at `url` to those who may do `act` in `agency`.

    `title` is shown and weighs most, `text` is only searched. Without agency it is for those who reach all of them.
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
