"""Speed: the lower end of the interval against the limit of the moment, and a second measure that must agree. Pure."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING, Final

from vamco.engines.vision.contracts import Speed
from vamco.systems.traffic.contracts import ActCode

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from vamco.engines.vision.contracts import Sighting
    from vamco.systems.traffic.contracts import SignChange

BANDS: Final = (
    (ActCode.SPEED_35, 35.0),
    (ActCode.SPEED_20, 20.0),
    (ActCode.SPEED_10, 10.0),
    (ActCode.SPEED_5, 5.0),
)
"""The act and what the speed is above the limit; of the two upper ones more than that, of the others at least. NĐ 168/2024, Đ. 6, 7."""
DISAGREES: Final = "speed_disagrees"
_AGREE: Final = 0.1  # two measures agree where they differ by no more than this share, or their intervals meet
_KMH: Final = 3.6


def limit_at(at: dt.datetime, fixed: int | None, signs: Sequence[SignChange], grace_s: float) -> int | None:
    """Return the limit that counts at a moment: what a sign showed within the grace period before it counts too, the highest of them. TC-03."""
    shown, lately = fixed, []
    for sign in sorted(signs, key=lambda each: each.at):
        if sign.at > at:
            break
        if (at - sign.at).total_seconds() < grace_s and shown is not None:
            lately.append(shown)
        shown = sign.limit_kmh
    return max([shown, *lately]) if shown is not None else None


def band(over: float) -> ActCode | None:
    """Return which act it is to go so many km/h above the limit."""
    for act, least in BANDS:
        if over > least or (over == least and least <= 10):  # noqa: PLR2004  # as the article says: from 5, from 10, over 20, over 35
            return act
    return None


def from_path(path: Sequence[Sighting]) -> Speed | None:
    """Return the speed from where the vehicle stood on the road at the first and the last sighting; None without calibration."""
    known = [each for each in path if each.ground is not None]
    if len(known) < 2:  # noqa: PLR2004  # two points
        return None
    first, last = known[0], known[-1]
    took = (last.at - first.at).total_seconds()
    if took <= 0 or first.ground is None or last.ground is None:
        return None
    metres = hypot(last.ground[0] - first.ground[0], last.ground[1] - first.ground[1])
    return Speed(metres / took * _KMH, 0.0)


def agree(one: Speed, other: Speed) -> bool:
    """Return whether two measures of one vehicle can both be right. TC-07."""
    apart = abs(one.kmh - other.kmh)
    return apart <= one.within + other.within or apart <= _AGREE * max(one.kmh, other.kmh)
