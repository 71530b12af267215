"""A worker's look at one camera: frames in; passages, proposals, counts, incidents, health and the live picture out.

In doubt about the camera nothing is proposed, and what it counted stays empty. TC-01, TC-02.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from django.db import Error

from vamco.kernel.base import clock
from vamco.lib.errors import VamcoError
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import IN_DOUBT, EvidenceFiles, HallCounted, Health
from vamco.systems.traffic.queries import table
from vamco.systems.traffic.rules import conditions, flowing, judging, paths, speeds
from vamco.systems.traffic.services import cameras, counting, faults, incidents, live, proposing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vamco.engines.vision.contracts import Drawing, Frame, LightChange, Passage
    from vamco.engines.vision.counting import HallCount
    from vamco.engines.vision.health import Health as Seen
    from vamco.engines.vision.pipeline import Step
    from vamco.engines.vision.tracking import Tracked
    from vamco.systems.traffic.adapters.eyes import Eye, Shop, Stream
    from vamco.systems.traffic.contracts import CameraView, Finding

LOG: Final = logging.getLogger(__name__)
REMEMBERS: Final = dt.timedelta(seconds=40)
"""So long pictures are at hand for evidence."""
LIGHTS: Final = dt.timedelta(minutes=10)
_REPORTS_S: Final = 10.0
_PICTURES_S: Final = 1.0
_SHEDS: Final = 0.5
"""Of the pictures that a worker means to look at; below that it says that it sheds."""
_MOST_FRAMES: Final = 5


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture at hand for evidence, with what was followed in it."""

    at: dt.datetime
    number: int
    jpeg: bytes
    tracks: tuple[Tracked, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """How a camera is looked at: pictures a second, and how many proposals a day at most (None: no limit).

    A recording that is played again and again shows the same violation each time, so the demonstration has a limit.
    """

    fps: float = 8.0
    proposals: int | None = None
    crowd: int = 25


class Look:
    """One camera of a worker. `hand_over` takes passages; what it has taken is safe."""

    def __init__(
        self,
        camera: CameraView,
        drawing: tuple[int, Drawing] | None,
        shop: Shop,
        hand_over: Callable[[Passage, str, str], None],
        way: Way | None = None,
    ) -> None:
        self.camera, self._shop, self._hand_over, self._way = camera, shop, hand_over, way or Way()
        self.version: int = drawing[0] if drawing is not None else 0
        self._drawing: Drawing | None = drawing[1] if drawing is not None else None
        self._eye: Eye = shop.eye(camera.code, self._drawing)
        self._open = ExitStack()
        self._stream: Stream | None = None
        self._opened = 0
        self._broken = 0
        self._recent: deque[_Kept] = deque()
        self._lights: deque[LightChange] = deque()
        self._minutes = flowing.Minutes(camera.code)
        self._jams = {
            lane: flowing.Jam(congested=True, since=at)
            for lane, at in incidents.going_on(camera.code, incidents.CONGESTION).items()
        }
        self._stops = flowing.Stops(blocked=set(incidents.going_on(camera.code, incidents.STOPPED)))
        self._through: dict[str, dt.datetime] = {}
        self._condition = "never"
        self._reported = self._pictured = self._next = self._since = time.monotonic()
        self._reported = 0.0
        self._looks = self._dropped = 0
        self._proposed: dict[dt.date, int] = {}

    def due(self, now: float) -> bool:
        """Return whether the next picture is to be looked at."""
        return now >= self._next

    def step(self) -> bool:
        """Look at the newest picture, if there is one; returns whether there was."""
        self._next = max(self._next + 1 / self._way.fps, time.monotonic() - 1 / self._way.fps)
        stream = self._streaming()
        frame = stream.next(0.0) if stream is not None else None
        if stream is not None:
            broke = stream.measured.broke
            for at in broke[-max(0, len(broke) - self._broken) :] if len(broke) > self._broken else ():
                self._eye.watch.broke(at)
            self._broken = len(broke)
        if frame is None:
            self._report(self._eye.watch.judge(clock.now()), None)
            return False
        assert stream is not None  # noqa: S101  # a frame came from it
        if self._opened and stream.measured.opened != self._opened:
            self._passed(
                self._eye.finish()
            )  # the recording began anew, or the camera came back: nothing is followed over that
        self._opened = stream.measured.opened
        self._looks += 1
        self._take(frame, self._eye.feed(frame))
        return True

    def close(self) -> None:
        """Hand over what is still followed, write what was counted, let go of the source."""
        self._passed(self._eye.finish())
        counting.count(self._minutes.close())
        self._open.close()

    def _streaming(self) -> Stream | None:
        if self._stream is None:
            try:
                self._stream = self._open.enter_context(
                    self._shop.stream(self.camera.code, self.camera.source, clock.now())
                )
            except OSError:
                self._report(None, None)
        return self._stream

    def _take(self, frame: Frame, step: Step) -> None:
        self._remember(frame, step)
        self._lights.extend(step.changes)
        while len(self._lights) > 1 and frame.at - self._lights[0].at > LIGHTS and self._said_later(self._lights[0]):
            self._lights.popleft()
        self._report(step.live.health, frame)
        self._passed(step.passages)
        self._count(step)
        if time.monotonic() - self._pictured >= _PICTURES_S:
            self._pictured = time.monotonic()
            self._picture(frame, step)

    def _said_later(self, change: LightChange) -> bool:
        return any(other.signal == change.signal and other is not change for other in self._lights)

    def _remember(self, frame: Frame, step: Step) -> None:
        if self.camera.use != "street":
            return  # of a hall no picture is kept
        self._recent.append(_Kept(frame.at, frame.number, self._shop.jpeg(frame.pixels), step.live.tracks))
        while frame.at - self._recent[0].at > REMEMBERS:
            self._recent.popleft()

    def _passed(self, passages: Sequence[Passage]) -> None:
        if self.camera.use != "street":
            return
        for each in passages:
            seen = replace(each, doubt=each.doubt | {"shed"}) if self._shedding() else each
            lane = self._lane(seen)
            if lane:
                self._through[lane] = seen.last_at
            if seen.speed is not None and lane:
                self._minutes.passed(lane, seen.speed.kmh)
            self._hand_over(seen, lane, self._proposed_of(seen))

    def _lane(self, passage: Passage) -> str:
        lanes = self._drawing.lanes if self._drawing is not None else ()
        feet = [sighting.box.foot for sighting in passage.path]
        counted = {lane.code: sum(paths.inside(lane.polygon, foot) for foot in feet) for lane in lanes}
        best = max(counted, key=lambda code: counted[code], default="")
        return best if best and counted[best] else ""

    def _proposed_of(self, passage: Passage) -> str:
        """Propose what there is to propose. A full disk or a key that is missing costs the proposal, never the passage."""
        try:
            return self._propose(passage)
        except (VamcoError, Error):
            LOG.exception("camera %s: something could not be proposed", self.camera.code)
            return ""

    def _propose(self, passage: Passage) -> str:
        """Propose what the rules find; returns the hash of the evidence, "" for none."""
        if self._drawing is None or self._condition in IN_DOUBT or conditions.doubtful(passage.doubt):
            return ""
        day = passage.first_at.astimezone(HCM).date()
        rules = {act: rule for act, (_version, rule) in table.rules_on(day).items()}
        weakest = table.settings().weakest
        scene = judging.Scene(self._drawing, rules, lights=tuple(self._lights), weakest=weakest)
        manifest = ""
        for finding in judging.findings(passage, scene):
            if speeds.DISAGREES in finding.held:
                faults.note(self.camera.code, faults.SPEED, passage.key, finding.at)
            if finding.outcome == "none" or not self._may_propose(day):
                continue
            files = self._evidence(passage, finding)
            if not files.frames:
                LOG.warning("camera %s: no picture left for evidence, nothing proposed", self.camera.code)
                continue
            found = proposing.propose(passage, finding, files, lights=tuple(self._lights), drawing=self.version)
            if found is not None:
                self._proposed[day] = self._proposed.get(day, 0) + 1
                manifest = found.evidence.manifest
        return manifest

    def _may_propose(self, day: dt.date) -> bool:
        limit = self._way.proposals
        if limit is None:
            return True
        if day not in self._proposed:
            self._proposed = {day: proposing.proposed_on(self.camera.code, day)}
        return self._proposed[day] < limit

    def _evidence(self, passage: Passage, finding: Finding) -> EvidenceFiles:
        wanted = set(finding.frames)
        times = [each.at for each in passage.path if each.frame in wanted] or [
            passage.path[place].at for place in sorted({0, len(passage.path) // 2, len(passage.path) - 1})
        ]
        kept = {each.at: each for each in self._recent}
        chosen = {f"{number:02}.jpg": kept[at] for number, at in enumerate(times[:_MOST_FRAMES], 1) if at in kept}
        during = [each for each in self._recent if passage.first_at <= each.at <= passage.last_at]
        clip, ending = (
            self._shop.clip([self._shop.picture(each.jpeg) for each in during], self._way.fps)
            if during
            else (b"", ".webm")
        )
        return EvidenceFiles(
            frames={name: each.jpeg for name, each in chosen.items()},
            owner={name: found for name, each in chosen.items() if (found := self._for_owner(each, passage.track))},
            clip=clip,
            clip_name=f"clip{ending}",
            plate=self._plate_of(passage),
        )

    def _for_owner(self, kept: _Kept, track: int) -> bytes:
        """Return a picture with all but one vehicle blurred; b"" where nobody can say which one that is."""
        if track not in {each.number for each in kept.tracks}:
            return b""
        return self._shop.owner(self._shop.picture(kept.jpeg), kept.tracks, track, self._drawing)

    def _plate_of(self, passage: Passage) -> bytes:
        """Return the picture of the plate as it was read; b"" where that picture is no longer at hand."""
        read = passage.plate
        if read is None or read.box is None or read.frame is None:
            return b""
        kept = next((each for each in self._recent if each.number == read.frame), None)
        return self._shop.plate(self._shop.picture(kept.jpeg), read.box) if kept is not None else b""

    def _count(self, step: Step) -> None:
        done = self._minutes.take(step.lanes)
        counting.count(done)
        for each in done:
            before = self._jams.get(each.lane, flowing.Jam())
            after = self._jams[each.lane] = flowing.judge(before, each, flowing.Limits())
            if after.congested != before.congested:
                change = incidents.begin if after.congested else incidents.end
                change(self.camera.code, each.lane, incidents.CONGESTION, after.since or each.at)
        self._stopped(step)
        if step.hall is not None:
            counting.count_hall([self._hall(step.hall)])

    def _stopped(self, step: Step) -> None:
        if self._drawing is None or self._condition in IN_DOUBT:
            return
        standing = {}
        for each in step.live.tracks:
            lane = next((lane.code for lane in self._drawing.lanes if paths.inside(lane.polygon, each.box.foot)), "")
            if lane and each.kind in judging.MOTOR:
                x, y = each.box.foot
                size = max(each.box.x1 - each.box.x0, each.box.y1 - each.box.y0)
                standing[each.number] = (lane, flowing.Standing(step.live.at, x, y, size))
        for lane, begins, since in self._stops.take(standing, self._through):
            if begins:
                incidents.begin(self.camera.code, lane, incidents.STOPPED, since or step.live.at)
            else:
                incidents.end(self.camera.code, lane, incidents.STOPPED, step.live.at)

    def _hall(self, counted: HallCount) -> HallCounted:
        waiting = None if counted.waiting is None else round(counted.waiting)
        crowded = None if waiting is None else waiting >= self._way.crowd
        minute = counted.begins.replace(second=0, microsecond=0)
        return HallCounted(self.camera.code, minute, waiting, counted.staffed, crowded)

    def _picture(self, frame: Frame, step: Step) -> None:
        good = self._condition not in IN_DOUBT
        height, width = frame.pixels.shape[:2]
        seen = live.Seen(
            at=frame.at,
            counts={kind.value: number for kind, number in step.live.kinds.items()} if good else None,
            lights={signal: light.value for signal, light in step.live.lights.items()},
            drawing=self.version,
            width=width,
            height=height,
        )
        drawn = self._shop.drawn(frame.pixels, step.live, self._drawing)
        plain = self._shop.plain(frame.pixels, step.live.tracks, self._drawing)
        live.keep(self.camera.code, drawn, seen, plain=plain)

    def _shedding(self) -> bool:
        spent = time.monotonic() - self._since
        return spent >= _REPORTS_S / 2 and self._looks < _SHEDS * self._way.fps * spent

    def _report(self, seen: Seen | None, frame: Frame | None) -> None:
        name = conditions.condition(seen.since) if seen is not None and (frame or seen.since) else "away"
        if seen is not None and frame is None and not seen.since:
            return  # no new picture yet, and nothing wrong with that
        now = time.monotonic()
        if name == self._condition and now - self._reported < _REPORTS_S:
            return
        dropped = self._stream.measured.dropped if self._stream is not None else 0
        spent = max(now - self._since, 0.001)
        if self._shedding():
            LOG.warning(
                "camera %s: sheds, %.1f of %.1f pictures a second", self.camera.code, self._looks / spent, self._way.fps
            )
        health = Health(
            condition=name,
            at=clock.now(),
            seen_at=frame.at if frame is not None else None,
            clock_off_s=seen.clock_off.total_seconds() if seen is not None and seen.clock_off is not None else None,
            dropped=dropped - self._dropped,
            per_second=round(self._looks / spent, 2),
        )
        cameras.report(self.camera.code, health)
        self._condition, self._reported, self._dropped = name, now, dropped
        self._since, self._looks = now, 0
