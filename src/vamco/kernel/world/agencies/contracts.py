from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

Standing = Literal["in_force", "recoded", "succeeded", "divided", "ended"]


LONGEST = 35
"""Characters of a code in any scheme."""


@dataclass(frozen=True, slots=True)
class AgencyOn:
    """An agency as it was on a day. `valid_from` and `valid_to` are of what it was, not of the agency as a whole."""

    id: int
    code: str  # the platform's own code, which stays the same
    name: str
    name_en: str
    short_name: str
    kind: str
    parent: str  # code of the agency above, "" at the top
    place: str  # code of the place that it serves, "" for none
    valid_from: dt.date
    valid_to: dt.date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class CodeFound:
    """What a code means on a day.

    `standing`: "in_force", the code is that of `meant`; "recoded", `meant` goes on under `code_now`; "succeeded", one agency
    took over from it, or "divided", several did; "ended", nobody is on record. `heirs` are in force on the day, `meant`
    itself as long as it is; `meant` is described as on the last day on which it had the code.
    """

    code: str
    scheme: str
    standing: Standing
    meant: AgencyOn
    heirs: tuple[AgencyOn, ...]
    code_now: str  # of the only heir in the same scheme; "" when there is none, or more than one

    @property
    def agency(self) -> AgencyOn | None:
        """The one agency that answers on the day, or None where a person must choose."""
        return self.heirs[0] if len(self.heirs) == 1 else None
