"""Counts without looking at anybody: vehicles through lanes, occupancy, queue; people waiting and counters staffed in a hall.

A stretch in which the camera was not looked at, or not to be believed, has no numbers; that is not 0.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from vamco.engines.vision.contracts import Box, Kind
from vamco.engines.vision.shapes import inside

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from vamco.engines.vision.contracts import Lane, Zone
    from vamco.engines.vision.tracking import Tracked

_LOWER: Final = 0.35  # the part of a vehicle's box that stands for the road beneath it
_STANDS_S: Final = 2.0
_STANDS: Final = 0.12  # of its own size, or less, moved in that time: it stands
_STAFFED: Final = 0.5  # of the looks somebody was there


@dataclass(frozen=True, slots=True)
class LaneCount:
    """A lane over a stretch of time; None where it was not seen.

    `passed` are vehicles over the middle of the lane in its direction, `against` those the other way. `occupied` is the share of
    the looks with a vehicle on the middle, `queue` the most vehicles that stood in the lane at once.
    """

    lane: str
    begins: dt.datetime
    ends: dt.datetime
    looks: int
    passed: Mapping[Kind, int] | None
    against: Mapping[Kind, int] | None
    occupied: float | None
    queue: int | None


@dataclass(frozen=True, slots=True)
class HallCount:
    """A hall over a stretch of time; None where it was not seen. `waited_s` is the median stay in the waiting zones that ended."""

    begins: dt.datetime
    ends: dt.datetime
    looks: int
    waiting: float | None
    most_waiting: int | None
    staffed: int | None
    served: int | None
    waited_s: float | None


@dataclass(slots=True)
class _LaneState:
    """What is known of a lane since the stretch began."""

    passed: Counter[Kind] = field(default_factory=Counter)
    against: Counter[Kind] = field(default_factory=Counter)
    looks: int = 0
    occupied: int = 0
    queue: int = 0


class LaneCounter:
    """Counts vehicles through the lanes of one camera. Give it each look; take the counts when a stretch is over."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._lanes = lanes
        self._states = {lane.code: _LaneState() for lane in lanes}
        self._along: dict[tuple[str, int], float] = {}
        self._feet: dict[int, deque[tuple[dt.datetime, float, float]]] = defaultdict(lambda: deque(maxlen=64))
        self._begins: dt.datetime | None = None
        self.standing: dict[str, int] = {}

    def take(self, at: dt.datetime, tracks: Sequence[Tracked]) -> None:
        """Count one look. Only what is seen counts, not what is expected."""
        self._begins = self._begins or at
        vehicles = [one for one in tracks if one.kind is not Kind.PERSON and one.seen]
        for one in vehicles:
            self._feet[one.number].append((at, *one.box.foot))
        for lane in self._lanes:
            state = self._states[lane.code]
            state.looks += 1
            within = inside([one.box.foot for one in vehicles], lane.polygon)
            here = [one for one, there in zip(vehicles, within, strict=True) if there]
            for one in here:
                self._pass(lane, state, one)
            middle = ((lane.way[0][0] + lane.way[1][0]) / 2, (lane.way[0][1] + lane.way[1][1]) / 2)
            state.occupied += any(_covers(one.box, middle) for one in here)
            self.standing[lane.code] = sum(self._stands(one, at) for one in here)
            state.queue = max(state.queue, self.standing[lane.code])

    def counts(self, ends: dt.datetime, *, believed: bool = True) -> list[LaneCount]:
        """Give the counts since they were taken last, and begin anew; without numbers where the camera was in doubt."""
        begins, self._begins = self._begins or ends, None
        found = []
        for code, state in self._states.items():
            if believed and state.looks:
                numbers = (dict(state.passed), dict(state.against), state.occupied / state.looks, state.queue)
                found.append(LaneCount(code, begins, ends, state.looks, *numbers))
            else:
                found.append(LaneCount(code, begins, ends, state.looks, None, None, None, None))
            self._states[code] = _LaneState()
        return found

    def forget(self, tracks: Sequence[int]) -> None:
        """Drop what is known of tracks that have ended."""
        for number in tracks:
            self._feet.pop(number, None)
            for lane in self._lanes:
                self._along.pop((lane.code, number), None)

    def _pass(self, lane: Lane, state: _LaneState, one: Tracked) -> None:
        along = _along(lane, one.box.foot)
        before = self._along.get((lane.code, one.number))
        self._along[lane.code, one.number] = along
        if before is None or (before < 0.5) == (along < 0.5):  # noqa: PLR2004  # the middle of the lane
            return
        (state.passed if along > before else state.against)[one.kind] += 1

    def _stands(self, one: Tracked, at: dt.datetime) -> bool:
        feet = self._feet[one.number]
        earlier = [(x, y) for then, x, y in feet if (at - then).total_seconds() >= _STANDS_S]
        if not earlier:
            return False
        x, y = one.box.foot
        size = max(one.box.x1 - one.box.x0, one.box.y1 - one.box.y0)
        return max(abs(x - earlier[-1][0]), abs(y - earlier[-1][1])) <= _STANDS * size


class HallCounter:
    """Counts people in the zones of a hall. A waiting zone is drawn on the floor, `staff` where the clerk's body is seen.

    `served` counts the people whose stay in a `counter` zone has ended. No track is kept beyond its zone.
    """

    def __init__(self, zones: Sequence[Zone]) -> None:
        self._zones = [zone for zone in zones if zone.purpose in {"waiting", "counter", "staff"}]
        self._since: dict[tuple[str, int], tuple[dt.datetime, dt.datetime]] = {}
        self._begin()

    def _begin(self) -> None:
        self._looks = 0
        self._waiting: list[int] = []
        self._staffed: Counter[str] = Counter()
        self._served = 0
        self._stays: list[float] = []
        self._begins: dt.datetime | None = None

    def take(self, at: dt.datetime, tracks: Sequence[Tracked]) -> None:
        """Count one look."""
        self._begins = self._begins or at
        self._looks += 1
        people = [one for one in tracks if one.kind is Kind.PERSON and one.seen]
        waiting: set[int] = set()
        for zone in self._zones:
            points = [_middle(one.box) if zone.purpose == "staff" else one.box.foot for one in people]
            within = inside(points, zone.polygon)
            here = {one.number for one, there in zip(people, within, strict=True) if there}
            if zone.purpose == "staff":
                self._staffed[zone.code] += bool(here)
                continue
            if zone.purpose == "waiting":
                waiting |= here
            for number in here:
                since, _last = self._since.get((zone.code, number), (at, at))
                self._since[zone.code, number] = (since, at)
        self._waiting.append(len(waiting))
        self._close(at)

    def counts(self, ends: dt.datetime, *, believed: bool = True) -> HallCount:
        """Give the counts since they were taken last, and begin anew; without numbers where the camera was in doubt."""
        begins, looks = self._begins or ends, self._looks
        if not believed or not looks:
            found = HallCount(begins, ends, looks, None, None, None, None, None)
        else:
            staffed = sum(times / looks >= _STAFFED for times in self._staffed.values())
            waited = statistics.median(self._stays) if self._stays else None
            mean = statistics.fmean(self._waiting)
            found = HallCount(begins, ends, looks, mean, max(self._waiting), staffed, self._served, waited)
        self._begin()
        return found

    def _close(self, at: dt.datetime, gone_s: float = 5.0) -> None:
        """End the stays of people who have not been in the zone for some seconds."""
        purposes = {zone.code: zone.purpose for zone in self._zones}
        over = [key for key, (_since, last) in self._since.items() if (at - last).total_seconds() > gone_s]
        for key in over:
            since, last = self._since.pop(key)
            if purposes[key[0]] == "waiting":
                self._stays.append((last - since).total_seconds())
            elif (last - since).total_seconds() >= gone_s:
                self._served += 1


def _along(lane: Lane, point: tuple[float, float]) -> float:
    """Say how far along its lane a point is: 0 where vehicles enter, 1 where they leave."""
    (x0, y0), (x1, y1) = lane.way
    dx, dy = x1 - x0, y1 - y0
    return ((point[0] - x0) * dx + (point[1] - y0) * dy) / max(dx * dx + dy * dy, 1e-9)


def _covers(box: Box, point: tuple[float, float]) -> bool:
    top = box.y1 - _LOWER * (box.y1 - box.y0)
    return box.x0 <= point[0] <= box.x1 and top <= point[1] <= box.y1


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
