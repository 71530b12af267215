"""From the frames of one camera to passages, light changes, counts, and what the page shows live."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision import health, signals
from vamco.engines.vision.contracts import Drawing, Kind, Light, Passage, Sighting
from vamco.engines.vision.counting import HallCount, HallCounter, LaneCount, LaneCounter
from vamco.engines.vision.ground import Ground
from vamco.engines.vision.reading import PlateReader, Reading, simple_vote
from vamco.engines.vision.speed import speed
from vamco.engines.vision.swapping import SWAPPED, Crossings, swapped
from vamco.engines.vision.tracking import Following, Tracked, Tracker

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.engines.vision.contracts import Frame, LightChange, PlateRead
    from vamco.engines.vision.detectors import Detector
    from vamco.engines.vision.reading import PlateEngine, Vote

SHED: Final = "shed"
_HALL: Final = frozenset({"waiting", "counter", "staff"})


@dataclass(frozen=True, slots=True)
class Settings:
    """How a camera is looked at. `stride`: each so many-th frame is given to the detector, between them tracks are predicted."""

    stride: int = 1
    counts_every: dt.timedelta = dt.timedelta(minutes=1)
    shortest: int = 4  # sightings, fewer are no passage
    shed_share: float = 0.5  # of the frames during a passage may be dropped before a person must look
    longest_path: int = 1200  # sightings; a longer path is thinned
    following: Following = field(default_factory=Following)
    reading: Reading = field(default_factory=Reading)


@dataclass(frozen=True, slots=True)
class Live:
    """What the page draws over the newest picture."""

    at: dt.datetime
    frame: int
    tracks: tuple[Tracked, ...]
    plates: Mapping[int, str]
    lights: Mapping[str, Light]
    kinds: Mapping[Kind, int]
    standing: Mapping[str, int]
    health: health.Health


@dataclass(frozen=True, slots=True)
class Step:
    """What one frame brought."""

    live: Live
    passages: tuple[Passage, ...] = ()
    changes: tuple[LightChange, ...] = ()
    lanes: tuple[LaneCount, ...] = ()
    hall: HallCount | None = None


class Pipeline:
    """One camera. `vote` joins the reads of a track; without a plate engine passages have no plate."""

    def __init__(
        self,
        camera: str,
        detector: Detector,
        drawing: Drawing | None = None,
        *,
        plates: PlateEngine | None = None,
        vote: Vote = simple_vote,
        settings: Settings | None = None,
    ) -> None:
        self.camera, self._detector, self._vote = camera, detector, vote
        self._how = settings or Settings()
        self._drawing = drawing
        self._plates = None if plates is None else PlateReader(plates, self._how.reading)
        self._models = {"detector": detector.name, **({} if plates is None else plates.versions)}
        self._tracker, self._crossings = Tracker(self._how.following), Crossings()
        self._calibration = drawing.calibration if drawing is not None else None
        self._ground = Ground(self._calibration) if self._calibration is not None else None
        self.watch = health.Watch((drawing.width, drawing.height) if drawing is not None else None)
        lamps = [each for each in (drawing.signals if drawing is not None else ()) if each.box is not None]
        self._lamps = [(lamp, signals.SignalWatch(lamp.code)) for lamp in lamps]
        self._lanes = LaneCounter(drawing.lanes) if drawing is not None and drawing.lanes else None
        zones = drawing.zones if drawing is not None else ()
        self._hall = HallCounter(zones) if any(zone.purpose in _HALL for zone in zones) else None
        self._paths: dict[int, list[Sighting]] = defaultdict(list)
        self._doubts: dict[int, set[str]] = defaultdict(set)
        self._votes: dict[int, Counter[Kind]] = defaultdict(Counter)
        self._dropped_at: dict[int, int] = {}
        self._gone: set[int] = set()
        self._fed = 0
        self._doubtful = False
        self._counted_at: dt.datetime | None = None
        self.spent: dict[str, float] = defaultdict(float)  # seconds of this thread's processor time by stage

    def feed(self, frame: Frame) -> Step:
        """Take one frame."""
        begun = time.thread_time()
        self.watch.take(health.glance(frame))
        state = self.watch.judge(frame.at)
        begun = self._note("health", begun)
        changes = self._look_at_lamps(frame, believed=state.good)
        begun = self._note("signals", begun)
        if self._fed % self._how.stride == 0:
            found = self._detector.detect(frame.pixels)
            begun = self._note("detector", begun)
            tracks = self._tracker.update(frame.number, found)
            self._remember(frame, tracks, state)
            begun = self._note("tracking", begun)
            self._read_plates(frame, tracks)
            begun = self._note("plates", begun)
            self._count(frame.at, tracks)
        else:
            tracks = self._tracker.expect(frame.number)
        self._fed += 1
        passages = self._passages(self._tracker.ended(), frame)
        lanes, hall = self._counts(frame.at, believed=state.good)
        step = Step(self._live(frame, tracks, state), passages, changes, lanes, hall)
        self._note("rest", begun)
        return step

    def finish(self) -> tuple[Passage, ...]:
        """End what is still followed, at the end of a recording or when a worker stops."""
        return self._passages(self._tracker.end(), None)

    def run(self, frames: Iterator[Frame]) -> Iterator[Step]:
        """Take frames to their end; what remains comes with one more step like the last."""
        step = None
        for frame in frames:
            step = self.feed(frame)
            yield step
        if step is not None and (rest := self.finish()):
            yield Step(step.live, rest)

    def _note(self, stage: str, begun: float) -> float:
        now = time.thread_time()
        self.spent[stage] += now - begun
        return now

    def _look_at_lamps(self, frame: Frame, *, believed: bool) -> tuple[LightChange, ...]:
        found = []
        for lamp, watch in self._lamps:
            shown = signals.lamp(frame.pixels, lamp.box) if believed and lamp.box is not None else Light.UNKNOWN
            change = watch.take(frame.at, shown)
            if change is not None:
                found.append(change)
        return tuple(found)

    def _remember(self, frame: Frame, tracks: Sequence[Tracked], state: health.Health) -> None:
        seen = [one for one in tracks if one.seen]
        self._crossings.note(frame.number, seen, self._how.stride)
        if self._plates is not None:
            self._plates.renew(self._crossings.parted(frame.number, self._how.stride))
        if not seen:
            return
        feet = np.array([one.box.foot for one in seen])
        grounds = self._ground.metres(feet).tolist() if self._ground is not None else [None] * len(seen)
        for one, ground in zip(seen, grounds, strict=True):
            path = self._paths[one.number]
            path.append(
                Sighting(frame.at, frame.number, one.box, one.score, tuple(ground) if ground is not None else None)
            )
            if len(path) > self._how.longest_path:
                del path[1 : len(path) // 2 : 2]
            self._votes[one.number][one.kind] += 1
            self._dropped_at.setdefault(one.number, frame.dropped)
            self._doubts[one.number].update(fault.value for fault in state.since)

    def _read_plates(self, frame: Frame, tracks: Sequence[Tracked]) -> None:
        if self._plates is not None:
            vehicles = [one for one in tracks if one.seen and one.kind not in {Kind.PERSON, Kind.BICYCLE}]
            self._plates.look(frame.number, frame.pixels, vehicles, frame.at.date())

    def _count(self, at: dt.datetime, tracks: Sequence[Tracked]) -> None:
        if self._lanes is not None:
            self._lanes.take(at, tracks)
        if self._hall is not None:
            self._hall.take(at, tracks)

    def _counts(self, at: dt.datetime, *, believed: bool) -> tuple[tuple[LaneCount, ...], HallCount | None]:
        self._doubtful = self._doubtful or not believed
        if self._counted_at is None:
            self._counted_at = at
        if at - self._counted_at < self._how.counts_every:
            return (), None
        believed, self._doubtful, self._counted_at = not self._doubtful, False, at
        lanes = tuple(self._lanes.counts(at, believed=believed)) if self._lanes is not None else ()
        return lanes, self._hall.counts(at, believed=believed) if self._hall is not None else None

    def _live(self, frame: Frame, tracks: Sequence[Tracked], state: health.Health) -> Live:
        plates = {}
        for one in tracks if self._plates is not None else ():
            read = self._plate(one.number)
            if read is not None and read.complete:
                plates[one.number] = read.text
        return Live(
            at=frame.at,
            frame=frame.number,
            tracks=tuple(tracks),
            plates=plates,
            lights={lamp.code: watch.light for lamp, watch in self._lamps},
            kinds=Counter(one.kind for one in tracks if one.seen),
            standing=dict(self._lanes.standing) if self._lanes is not None else {},
            health=state,
        )

    def _plate(self, track: int) -> PlateRead | None:
        return self._vote([read for _number, read in self._plates.reads(track)]) if self._plates is not None else None

    def _passages(self, ended: Sequence[int], frame: Frame | None) -> tuple[Passage, ...]:
        found = [one for number in ended if (one := self._passage(number, frame)) is not None]
        for number in ended:
            for kept in (self._paths, self._doubts, self._votes, self._dropped_at):
                kept.pop(number, None)
        # What was read on a track that has ended is needed as long as one is there that it may have changed places with.
        self._gone.update(ended)
        self._crossings.forget(self._gone)
        over = [number for number in self._gone if not self._crossings.involves(number)]
        self._gone.difference_update(over)
        if self._plates is not None:
            self._plates.forget(over)
        if self._lanes is not None and ended:
            self._lanes.forget(ended)
        return tuple(found)

    def _passage(self, number: int, frame: Frame | None) -> Passage | None:
        path, kinds = self._paths.get(number, []), self._votes.get(number, Counter())
        if len(path) < self._how.shortest or not kinds:
            return None
        kind = kinds.most_common(1)[0][0]
        if kind is Kind.PERSON:
            return None
        plate = self._plate(number)
        doubt = set(self._doubts.get(number, ()))
        if self._changed_places(number):
            doubt.add(SWAPPED)
        frames = path[-1].frame - path[0].frame + 1
        if frame is not None and frame.dropped - self._dropped_at[number] > self._how.shed_share * frames:
            doubt.add(SHED)
        return Passage(
            key=key(self.camera, kind, path, plate),
            camera=self.camera,
            track=number,
            kind=kind,
            first_at=path[0].at,
            last_at=path[-1].at,
            path=tuple(path),
            plate=plate,
            speed=speed(path, self._calibration) if self._calibration is not None else None,
            doubt=frozenset(doubt),
            models=dict(self._models),
        )

    def _changed_places(self, number: int) -> bool:
        if self._plates is None:
            return False
        reads = {}
        for crossing in self._crossings.of(number):
            for track in (crossing.first, crossing.second):
                kept = self._plates.reads(track)
                reads[track] = [(picture, read.text) for picture, read in kept if read.complete]
            if swapped(crossing, reads[crossing.first], reads[crossing.second]):
                return True
        return False


def key(camera: str, kind: Kind, path: Sequence[Sighting], plate: PlateRead | None) -> str:
    """Give the hash of what was seen (hex SHA-256): times to the microsecond, boxes to a tenth of a pixel."""
    total = hashlib.sha256()
    total.update(f"{camera}\n{kind.value}\n{plate.text if plate is not None else ''}\n".encode())
    for one in path:
        box = " ".join(f"{each:.1f}" for each in one.box)
        total.update(f"{one.at.isoformat()} {one.frame} {box}\n".encode())
    return total.hexdigest()
