"""The score of QĐ 766 of an office, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

Measure = Literal["none", "synced", "on_time", "online_offered", "online_used", "online_filed", "stored", "satisfied"]
"""What of our own events an indicator is measured by; none: no source here."""
VIEW: Final = "service_quality.view"
DOSSIERS: Final = "dichvucong_hoso"
RATINGS: Final = "dichvucong_danhgia"
SATISFIED: Final = 4
"""From which rating on, of 1 to 5, somebody counts as satisfied; this platform's proposal."""


@dataclass(frozen=True, slots=True)
class Part:
    """An indicator of the decision: its most points, by what it is measured, and how a ratio becomes points.

    Points are `weight` × ratio, at most `most`. `exempt`: kinds of agency for which the decision lets it count in full.
    """

    code: str
    name: str
    name_en: str
    most: Decimal
    weight: Decimal
    measure: Measure
    exempt: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of indicators and its most points; they are cut off there where the indicators could sum up to more."""

    code: str
    name: str
    name_en: str
    most: Decimal
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many of how many."""

    counted: int
    total: int


@dataclass(frozen=True, slots=True)
class Points:
    """Points that are certain and points that are possible: equal where there is a source, apart where there is none."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class PartScore:
    """The points of an indicator. `why` is measured, exempt, no_source or no_cases."""

    part: Part
    points: Points
    ratio: Ratio | None
    why: Literal["measured", "exempt", "no_source", "no_cases"]


@dataclass(frozen=True, slots=True)
class GroupScore:
    """The points of a group."""

    group: Group
    points: Points
    parts: tuple[PartScore, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The shadow score of an office from a first day to a last one."""

    office: str
    first: dt.date
    last: dt.date
    points: Points
    groups: tuple[GroupScore, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A dossier that was counted for an indicator, and whether it speaks for the office."""

    case: int
    number: str
    day: dt.date
    counts: bool
