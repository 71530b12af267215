"""What a new version of a procedure would do to a dossier that stays on an older one: the deadline then and as it would be. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A dossier under another version. `would` is None where that version's time is not counted in working time."""

    number: str
    case: int
    version: int
    due_at: dt.datetime
    would: dt.datetime | None

    @property
    def moves(self) -> dt.timedelta | None:
        """How much later it would be due, below zero for earlier; None where nobody can say."""
        return None if self.would is None else self.would - self.due_at
