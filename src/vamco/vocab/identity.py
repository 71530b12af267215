"""What identity tells other systems."""

from __future__ import annotations

from dataclasses import dataclass

from vamco.vocab.language import event


@event("identity.stay_ended", version=1)
@dataclass(frozen=True, slots=True)
class StayEnded:
    """A person is no longer signed in by a stay. `sid` names it, `person` is their number.

    `why`: left, ended, expired, replaced, locked, recovered or merged.
    """

    sid: str
    person: int
    why: str
