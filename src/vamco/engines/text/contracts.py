"""What the engine takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Proposal:
    """A category for a text, with the calibrated probability that it is the right one."""

    code: str
    probability: float


@dataclass(frozen=True, slots=True)
class Report:
    """What the search for duplicates needs of a report: never who sent it. `category` is "" while it is not known."""

    id: str
    text: str
    lon: float
    lat: float
    at: dt.datetime
    category: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """Another report that may tell of the same event; a score is between 0 and 1, higher is likelier."""

    id: str
    score: float


class Concern(StrEnum):
    """What a text shows that a person must look at before it is public."""

    IDENTITY = "identity"
    PHONE = "phone"
    INSULT = "insult"
    ADVERTISEMENT = "advertisement"
    COMPLAINT = "complaint"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Flag:
    """A concern and where in the text it stands, so that it can be marked; the whole text when it is about all of it."""

    concern: Concern
    start: int
    end: int
