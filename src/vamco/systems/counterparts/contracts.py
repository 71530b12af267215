"""What counterparts take and give."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

Line = Literal["population", "civil_status", "tax", "post", "vehicles"]
LINES: Final[tuple[Line, ...]] = ("population", "civil_status", "tax", "post", "vehicles")
Found = Literal["found", "deceased", "none"]
ExtractKind = Literal["birth", "marriage", "death"]
TaxKind = Literal["household_registration", "land_duty"]
ROOM: Final = "counterparts"

COMMUNE_NOT_UPDATED: Final = "commune_not_updated"
NOT_READ: Final = "not_read"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One value of a register: what it is, where it comes from, and of which day. A date may be partial: "1938", "1938-05"."""

    value: str
    source: str  # code of the register
    as_of: dt.date


@dataclass(frozen=True, slots=True)
class Doubt:
    """A part of an answer that cannot be right as it stands. `sent` is what the register said, `candidates` codes of places that may be meant."""

    part: str  # such as residence.commune
    why: str  # COMMUNE_NOT_UPDATED, …
    sent: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a register said of somebody, at the moment of asking; it is not kept. `doubts` name parts that are not taken over.

    `state`: found; deceased, with what is still on record; none, the register knows no such person.
    """

    state: Found
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class VehicleRecord:
    """What the vehicle register says of a plate. `kind` and `colour` are words of `engines.vision`; "" where it does not say."""

    plate: str
    kind: str
    colour: str
    valid: bool
    owner: str
    number: str  # of the owner: citizen ID or enterprise code
    address: str
    as_of: dt.date


@dataclass(frozen=True, slots=True)
class TaxAnswer:
    """What the tax office answered: `number` counts its answers to a message; `state` is assigned, refused, due or paid."""

    key: str
    subject: str
    kind: str
    number: int
    state: str
    data: Mapping[str, Any]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where a parcel is: its number with the post, the fee in đồng, and the states that it went through, oldest first."""

    key: str
    subject: str
    tracking: str
    state: str
    fee: int | None
    states: tuple[tuple[str, dt.datetime], ...] = ()


POSTED: Final = ("accepted", "in_transit", "delivering")
DELIVERED: Final = "delivered"
RETURNED: Final = "returned"
