from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

NoCommune = Literal["", "no_boundaries", "not_that_day", "outside"]


@dataclass(frozen=True, slots=True)
class Location:
    """The commune of a point, or why none can be named.

    `reason`: "no_boundaries", no layer of real boundaries was loaded (a schematic map locates nothing); "not_that_day", none
    that holds on the day asked for; "outside", the point lies in no commune of the layer.
    """

    code: str | None
    reason: NoCommune = ""


@dataclass(frozen=True, slots=True)
class PlaceOn:
    """An administrative unit as a list shows it: what tells it from others of the same name stands beside it."""

    id: int
    code: str
    name: str
    full_name: str
    name_en: str
    kind: str
    parent: str  # full name of the unit above, "" for a province
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A unit that a name may mean.

    `spelt`: with the same letters and tones, not only the same without diacritics. `whole`: all of the name, not only its
    beginning. `heirs`: the units in force on the day to which it came, itself while it is in force; `own`: False when its own
    heirs are not on record, and `heirs` are those of the unit above it.
    """

    place: PlaceOn
    spelt: bool
    whole: bool
    heirs: tuple[PlaceOn, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class EndedPlace:
    """A commune that is no longer, its last day, and the codes of those in force that it came to; none when they are not known.

    `divided`: it was split, though perhaps only one heir is on record. `reused`: its code is today that of a unit that all of it
    did not come to, so that a row's code does not say which is meant.
    """

    code: str
    full_name: str
    last_day: dt.date
    heirs: tuple[str, ...]
    divided: bool
    reused: bool

    @property
    def heir(self) -> str:
        """The one that all of it came to, so that its figures are part of that one's; "" where nobody can say."""
        return self.heirs[0] if len(self.heirs) == 1 and not (self.divided or self.reused) else ""
