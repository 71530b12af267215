"""The traffic as a whole: five-minute counts, congestion, stopped vehicles, travel times. Pure; nothing here keeps a plate.

What was not seen is None, never 0 (TC-01). Congestion and stops begin and end at different limits, so that a figure at the limit
does not flicker.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from vamco.systems.traffic.contracts import Counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.engines.vision.counting import LaneCount

STRETCH: Final = dt.timedelta(minutes=5)
LEAST_SEEN: Final = 0.8  # of a stretch; seen for less, it has no figures


def stretch_of(at: dt.datetime) -> dt.datetime:
    """Return the beginning of the five minutes in which a moment lies."""
    return at - dt.timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)


def five_minutes(
    camera: str, begins: dt.datetime, counts: Sequence[LaneCount], speeds: Mapping[str, Sequence[float]]
) -> list[Counted]:
    """Join the counts of one camera's lanes to five minutes from `begins` on; `speeds` are km/h of what passed, by lane.

    One count in doubt, or less than four fifths of the time looked at, and the lane has no figures. The mean is that of the speeds
    at the spot.
    """
    by_lane: dict[str, list[LaneCount]] = defaultdict(list)
    for each in counts:
        by_lane[each.lane].append(each)
    found = []
    for lane, parts in sorted(by_lane.items()):
        seen = sum((part.ends - part.begins for part in parts), dt.timedelta())
        if seen < LEAST_SEEN * STRETCH or any(part.passed is None for part in parts):
            found.append(Counted(camera, begins, lane, None, None, None, None))
            continue
        passed: Counter[str] = Counter()
        for part in parts:
            passed.update({kind.value: number for kind, number in (part.passed or {}).items()})
        looks = sum(part.looks for part in parts)
        occupied = sum((part.occupied or 0.0) * part.looks for part in parts) / looks if looks else None
        mean = round(statistics.fmean(speeds[lane]), 1) if speeds.get(lane) else None
        queue = max(part.queue or 0 for part in parts)
        share = None if occupied is None else round(occupied, 3)
        found.append(Counted(camera, begins, lane, dict(sorted(passed.items())), mean, share, queue))
    return found


@dataclass(frozen=True, slots=True)
class Limits:
    """When a lane is congested: so slow, or so full and with so long a queue; and when it is free again. `times`: so often in a row."""

    slow_kmh: float = 10.0
    free_kmh: float = 18.0
    full: float = 0.6
    free: float = 0.4
    queue: int = 6
    free_queue: int = 3
    times: int = 2


@dataclass(frozen=True, slots=True)
class Jam:
    """What is known of a lane: whether it is congested, since when, and how often in a row the figures said otherwise."""

    congested: bool = False
    since: dt.datetime | None = None
    against: int = 0
    first: dt.datetime | None = None  # of those figures


def judge(jam: Jam, count: Counted, limits: Limits) -> Jam:
    """Return the state after five more minutes. Without figures nothing is known, and the state stays as it was. TC-01."""
    says = _says(count, limits)
    if says is None or says == jam.congested:
        return Jam(jam.congested, jam.since)
    against, first = jam.against + 1, jam.first or count.at
    if against < limits.times:
        return Jam(jam.congested, jam.since, against, first)
    return Jam(says, first)


def _says(count: Counted, limits: Limits) -> bool | None:
    """Return whether the figures say congested or free; None where they say neither."""
    if count.by_kind is None:
        return None
    slow = count.mean_kmh is not None and count.mean_kmh <= limits.slow_kmh
    full = (count.occupancy or 0.0) >= limits.full and (count.queue or 0) >= limits.queue
    if full or (slow and (count.queue or 0) > limits.free_queue):
        return True
    fast = count.mean_kmh is None or count.mean_kmh >= limits.free_kmh
    empty = (count.occupancy or 0.0) <= limits.free and (count.queue or 0) <= limits.free_queue
    return False if fast and empty else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A vehicle that stands in a lane: where its foot is (pixels), how large it is (pixels), and since when."""

    at: dt.datetime
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Still:
    """What is known of one track: where it came to a stand, since when, and whether that was reported."""

    x: float
    y: float
    since: dt.datetime
    stopped: bool = False


STOPPED_AFTER: Final = dt.timedelta(seconds=60)
_STAYS: Final = 0.15  # of its size: so far a standing vehicle's box trembles
_LEFT: Final = 0.6  # of its size: so far it has gone, and is standing no more


def still(before: Still | None, now: Standing, *, others_pass: bool) -> Still:
    """Return the state of a track after one more look. It is stopped when it has stood for a minute while others go by.

    `others_pass`: vehicles went through its lane meanwhile; in a queue nobody does. Between the two limits nothing changes.
    """
    if before is None:
        return Still(now.x, now.y, now.at)
    moved = max(abs(now.x - before.x), abs(now.y - before.y))
    if moved >= (_LEFT if before.stopped else _STAYS) * now.size:
        return Still(now.x, now.y, now.at)
    stopped = before.stopped or (others_pass and now.at - before.since >= STOPPED_AFTER)
    return Still(before.x, before.y, before.since, stopped)


@dataclass(slots=True)
class Stops:
    """The vehicles that stand in one camera's lanes, and which lanes are blocked by one."""

    known: dict[int, Still] = field(default_factory=dict)
    lanes: dict[int, str] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)

    def take(
        self, standing: Mapping[int, tuple[str, Standing]], passed: Mapping[str, dt.datetime]
    ) -> list[tuple[str, bool, dt.datetime | None]]:
        """Take one look: by track its lane and place; `passed` says when last something went through a lane.

        Gives the lanes in which a stop begins (with since when) or ends.
        """
        self.known = {track: each for track, each in self.known.items() if track in standing}
        for track, (lane, now) in standing.items():
            before = self.known.get(track)
            others = before is not None and lane in passed and passed[lane] > before.since
            self.known[track] = still(before, now, others_pass=others)
            self.lanes[track] = lane
        since: dict[str, dt.datetime] = {}
        for track, each in self.known.items():
            if each.stopped:
                lane = self.lanes[track]
                since[lane] = min(each.since, since.get(lane, each.since))
        self.lanes = {track: lane for track, lane in self.lanes.items() if track in self.known}
        changes: list[tuple[str, bool, dt.datetime | None]] = [
            (lane, True, since[lane]) for lane in sorted(since.keys() - self.blocked)
        ]
        changes += [(lane, False, None) for lane in sorted(self.blocked - since.keys())]
        self.blocked = set(since)
        return changes


@dataclass(frozen=True, slots=True)
class Seen:
    """A vehicle passed a camera: its plate as a pseudonym of the day."""

    camera: str
    at: dt.datetime
    who: str


@dataclass(frozen=True, slots=True)
class Travel:
    """How long vehicles took between two cameras, in seconds: the median of so many pairs."""

    start: str
    end: str
    pairs: int
    median_s: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which pairs count: at most so long apart, at least so many, and none that took so many times the median."""

    longest: dt.timedelta = dt.timedelta(minutes=45)
    shortest: dt.timedelta = dt.timedelta(seconds=10)
    least: int = 5
    outlier: float = 3.0


def key_of(day: dt.date, secret: bytes) -> bytes:
    """Return the key of a day: what was hashed with another day's key cannot be joined with it."""
    return hmac.new(secret, f"traffic.travel {day.isoformat()}".encode(), hashlib.sha256).digest()


def pseudonym(plate: str, key: bytes) -> str:
    """Return what stands for a plate on the day of the key."""
    return hmac.new(key, plate.encode(), hashlib.sha256).hexdigest()[:24]


def travel_times(seen: Iterable[Seen], pairing: Pairing | None = None) -> list[Travel]:
    """Return the travel times between cameras: each vehicle from one camera to the next at which it was seen."""
    how = pairing or Pairing()
    ways: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        ways[each.who].append(each)
    took: dict[tuple[str, str], list[float]] = defaultdict(list)
    for way in ways.values():
        way.sort(key=lambda each: each.at)
        for start, end in pairwise(way):
            if start.camera != end.camera and how.shortest <= end.at - start.at <= how.longest:
                took[start.camera, end.camera].append((end.at - start.at).total_seconds())
    found = []
    for (first, last), times in sorted(took.items()):
        middle = statistics.median(times)
        kept = [each for each in times if each <= how.outlier * middle]
        if len(kept) >= how.least:
            found.append(Travel(first, last, len(kept), round(statistics.median(kept), 1)))
    return found


@dataclass(slots=True)
class Minutes:
    """Gathers what one camera's lanes said until five minutes are over."""

    camera: str
    begins: dt.datetime | None = None
    counts: list[LaneCount] = field(default_factory=list)
    speeds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def take(self, counts: Sequence[LaneCount]) -> list[Counted]:
        """Take the counts of a minute; gives the five minutes before them once these are over."""
        done: list[Counted] = []
        for each in counts:
            begins = stretch_of(each.begins)
            if self.begins is not None and begins != self.begins:
                done += self.close()
            self.begins = begins
            self.counts.append(each)
        return done

    def passed(self, lane: str, kmh: float) -> None:
        """Take note of a speed."""
        self.speeds[lane].append(kmh)

    def close(self) -> list[Counted]:
        """Give what there is, and begin anew."""
        if self.begins is None:
            return []
        found = five_minutes(self.camera, self.begins, self.counts, self.speeds)
        self.begins, self.counts, self.speeds = None, [], defaultdict(list)
        return found
