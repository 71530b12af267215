from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from uuid import UUID

KIND: Final = "representation"
REPRESENT: Final = "parties.represent"
CONFIRM: Final = "parties.confirm_representative"
JOIN: Final = "parties.join"
USUAL: Final = dt.timedelta(days=365)
"""How long a mandate lasts where nothing was agreed: one year. Source: Bộ luật Dân sự 2015, Đ. 563."""
LONGEST: Final = dt.timedelta(days=5 * 366)
"""This platform's own limit: a mandate that nobody looks at for years is a danger."""


@dataclass(frozen=True)
class MandateView:
    """A mandate as one side sees it: the other side's name, for what, how long. `matters` empty is all."""

    id: int
    principal: str
    organisation: int | None
    agent: str
    matters: tuple[str, ...]
    since: dt.date
    until: dt.date | None
    representative: bool
    in_force: bool
    basis: str


@dataclass(frozen=True)
class OfferView:
    """A mandate that waits for its agent's answer."""

    id: UUID
    principal: str
    agent: str
    matters: tuple[str, ...]
    since: dt.date
    until: dt.date


@dataclass(frozen=True)
class Represented:
    """An organisation that a person represents; `number` is its masked enterprise code."""

    id: int
    name: str
    number: str

    @property
    def code(self) -> str:
        """Return how an address names it."""
        return str(self.id)


@dataclass(frozen=True)
class Record:
    """A record of a person as an official compares it with another: name, masked numbers, posts today, since when it exists."""

    id: int
    name: str
    numbers: tuple[str, ...]
    posts: int
    since: dt.datetime


@dataclass(frozen=True)
class JoiningView:
    """Two records that are or were taken for one human."""

    id: int
    kept: str
    other: str
    basis: str
    joined_at: dt.datetime
    ended_at: dt.datetime | None
    ended_basis: str


@dataclass(frozen=True)
class NumberAsked:
    """A number that is compared with a register: `id` is what opens it, `shown` its mask."""

    id: UUID
    kind_name: str
    shown: str
