from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

NumberKind = Literal["citizen_id", "passport", "tax_code", "enterprise_code"]


@dataclass(frozen=True)
class CitizenId:
    """What a citizen ID says of its holder; `province` is the code of where the birth was registered, a country's from 101."""

    province: str
    female: bool
    born: int


@dataclass(frozen=True)
class MaskedNumber:
    """An identity number as it is shown: `0720••••••12`. `id` is what `see_number` wants."""

    id: UUID
    kind: str
    shown: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True)
class Key:
    """A secret of 32 bytes and its name, eight hexadecimal digits; never printed."""

    id: str
    secret: bytes = field(repr=False)
