"""How long it will take, honestly: what eight of ten dossiers of the same office needed, and nothing below twenty dossiers. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

FEWEST: Final = 20
SHARE: Final = 0.8


@dataclass(frozen=True, slots=True)
class Estimate:
    """`within` is None where too few dossiers say anything; `count` of them were looked at."""

    within: dt.timedelta | None
    count: int


def estimate(durations: Sequence[dt.timedelta]) -> Estimate:
    """Return the time within which eight of ten were finished: the smallest that at least that share reached."""
    if len(durations) < FEWEST:
        return Estimate(None, len(durations))
    place = math.ceil(SHARE * len(durations)) - 1
    return Estimate(sorted(durations)[place], len(durations))
