"""Follows things from picture to picture, in the manner of ByteTrack and OC-SORT.

Sure detections are matched first, doubtful ones only with what is followed already; what was out of sight is picked up at where
it was last seen, too. Time is counted in the camera's pictures, dropped ones included, so the gaps may differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from vamco.engines.vision import heads
from vamco.engines.vision.contracts import Box, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.engines.vision.contracts import Detection
    from vamco.engines.vision.heads import Floats

_GROUP: Final = {Kind.CAR: 0, Kind.BUS: 0, Kind.TRUCK: 0, Kind.MOTORBIKE: 1, Kind.BICYCLE: 1, Kind.PERSON: 2}
_NEVER: Final = 1e6


@dataclass(frozen=True, slots=True)
class Following:
    """How things are followed. Scores from 0 to 1; `patience` in pictures."""

    sure: float = 0.45
    fresh: float = 0.4
    overlap: float = 0.2
    doubtful_overlap: float = 0.2
    other_kind: float = 0.2  # what a match of another group of kinds costs, in overlap
    turn: float = 0.3  # what a turn by 180° costs
    margin: float = (
        0.15  # boxes are matched larger by this share of their size, and as much again for each picture of a gap
    )
    patience: int = 45
    confirmed_after: int = 2


@dataclass(frozen=True, slots=True)
class Tracked:
    """A thing that is followed. `seen` is False where the box is only expected."""

    number: int
    kind: Kind
    box: Box
    score: float
    seen: bool


@dataclass(slots=True)
class _Track:
    """One thing. Each of the middle's x and y, width and height moves by itself: position, pace, and their variances."""

    number: int
    place: Floats
    pace: Floats
    variance: Floats  # (3, 4): of the place, of both together, of the pace
    at: int
    seen_at: int
    last: Floats
    kinds: dict[Kind, float]
    score: float
    hits: int = 1
    earlier: list[tuple[int, Floats]] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return max(self.kinds, key=lambda kind: self.kinds[kind])


class Tracker:
    """Follows the things of one camera."""

    def __init__(self, following: Following | None = None) -> None:
        self._how = following or Following()
        self._tracks: list[_Track] = []
        self._ended: list[int] = []
        self._next = 1

    def update(self, picture: int, found: Sequence[Detection]) -> list[Tracked]:
        """Take what was found in the picture of this number; gives what is followed for sure."""
        self._move(picture)
        sure = [one for one in found if one.score >= self._how.sure]
        doubtful = [one for one in found if one.score < self._how.sure]
        left, open_ = self._match(picture, sure, self._tracks, self._how.overlap)
        _doubts, open_ = self._match(picture, doubtful, open_, self._how.doubtful_overlap)
        left, _lost = self._match(picture, left, open_, self._how.overlap, last=True)
        for one in left:
            if one.score >= self._how.fresh:
                self._begin(picture, one)
        self._forget(picture)
        return self._present(picture)

    def expect(self, picture: int) -> list[Tracked]:
        """Give where the things are expected in a picture that was not looked at."""
        self._move(picture)
        return self._present(picture)

    def ended(self) -> list[int]:
        """Give the numbers of the tracks that have ended since this was asked last."""
        gone, self._ended = self._ended, []
        return gone

    def end(self) -> list[int]:
        """End all tracks; gives the numbers of those that had been confirmed and of those that ended before."""
        self._ended += [track.number for track in self._tracks if self._confirmed(track)]
        self._tracks = []
        return self.ended()

    def _confirmed(self, track: _Track) -> bool:
        return track.hits >= self._how.confirmed_after

    def _move(self, picture: int) -> None:
        for track in self._tracks:
            gap = picture - track.at
            if gap <= 0:
                continue
            place, both, pace = track.variance
            noise = (0.03 * track.place[3]) ** 2
            track.variance = np.stack(
                (
                    place + 2 * gap * both + gap * gap * pace + noise * gap,
                    both + gap * pace,
                    pace + noise / 40 * gap,
                )
            )
            track.place = track.place + track.pace * gap
            track.place[2:] = np.maximum(track.place[2:], 2)
            track.at = picture

    def _match(
        self, picture: int, found: Sequence[Detection], tracks: Sequence[_Track], least: float, *, last: bool = False
    ) -> tuple[list[Detection], list[_Track]]:
        """Match and note it; gives the detections and tracks that remain."""
        if not found or not tracks:
            return list(found), list(tracks)
        from scipy.optimize import linear_sum_assignment

        cost = self._costs(picture, found, tracks, last=last)
        rows, columns = linear_sum_assignment(np.where(cost > 1 - least, _NEVER, cost))
        pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if cost[row, column] <= 1 - least]
        for row, column in pairs:
            self._see(tracks[row], picture, found[column])
        seen_tracks, used = {row for row, _column in pairs}, {column for _row, column in pairs}
        return (
            [one for place, one in enumerate(found) if place not in used],
            [track for place, track in enumerate(tracks) if place not in seen_tracks],
        )

    def _costs(self, picture: int, found: Sequence[Detection], tracks: Sequence[_Track], *, last: bool) -> Floats:
        """Give what each match would cost: 1 less the overlap, more for another kind and for a turn; (tracks, detections)."""
        how = self._how
        boxes = np.array([one.box for one in found], dtype=np.float32)
        expected = np.array([track.last if last else _corners(track.place) for track in tracks], dtype=np.float32)
        gaps = np.array([picture - track.seen_at for track in tracks])
        margin = np.minimum(how.margin * (gaps - 1), 0.3)
        overlap = heads.overlaps(_wider(expected, margin), boxes)
        groups = np.array([_GROUP[track.kind] for track in tracks])
        other = groups[:, None] != np.array([_GROUP[one.kind] for one in found])[None, :]
        cost: Floats = 1 - overlap + how.other_kind * other + how.turn * self._turns(boxes, tracks)
        cost[overlap <= 0] = _NEVER
        return cost

    def _turns(self, boxes: Floats, tracks: Sequence[_Track]) -> Floats:
        """Give how much each match would turn the way: 0 straight on to 1 back, 0 where nothing moves."""
        middles = (boxes[:, :2] + boxes[:, 2:]) / 2
        origins = np.array([(track.last[:2] + track.last[2:]) / 2 for track in tracks])
        ways = np.array([_way(track) for track in tracks])
        steps = middles[None, :, :] - origins[:, None, :]
        lengths = np.linalg.norm(steps, axis=2)
        sizes = np.array([max(track.place[2], track.place[3]) for track in tracks])
        cosine = (steps * ways[:, None, :]).sum(axis=2) / np.maximum(lengths, 1e-6)
        moves = (lengths > 0.1 * sizes[:, None]) & (np.abs(ways).sum(axis=1) > 0)[:, None]
        turned: Floats = np.where(moves, (1 - cosine) / 2, 0)
        return turned

    def _see(self, track: _Track, picture: int, one: Detection) -> None:
        seen = _middle(one.box)
        gap = picture - track.seen_at
        place, both, pace = track.variance
        doubt = (0.05 * seen[3] * (1.5 - min(one.score, 1.0))) ** 2 + 0.25
        gain, pace_gain = place / (place + doubt), both / (place + doubt)
        missed = seen - track.place
        track.place = track.place + gain * missed
        track.pace = track.pace + pace_gain * missed
        if gap > 5:  # noqa: PLR2004  # long out of sight: the pace is what lies between the two sightings
            track.pace = (seen - _middle(Box(*track.last))) / gap
        track.variance = np.stack(((1 - gain) * place, (1 - gain) * both, pace - pace_gain * both))
        track.earlier = [*track.earlier[-7:], (track.seen_at, track.last)]
        track.last = np.array(one.box, dtype=np.float32)
        track.seen_at = track.at = picture
        track.kinds[one.kind] = track.kinds.get(one.kind, 0.0) + one.score
        track.score = one.score
        track.hits += 1

    def _begin(self, picture: int, one: Detection) -> None:
        middle = _middle(one.box)
        size = (0.1 * middle[3]) ** 2
        variance = np.stack((np.full(4, size), np.zeros(4), np.full(4, size * 0.5)))
        seen = np.array(one.box, dtype=np.float32)
        track = _Track(
            self._next, middle, np.zeros(4), variance, picture, picture, seen, {one.kind: one.score}, one.score
        )
        self._tracks.append(track)
        self._next += 1

    def _forget(self, picture: int) -> None:
        kept = []
        for track in self._tracks:
            gap = picture - track.seen_at
            if self._confirmed(track):
                if gap > self._how.patience:
                    self._ended.append(track.number)
                else:
                    kept.append(track)
            elif gap <= max(2, self._how.patience // 5):
                kept.append(track)
        self._tracks = kept

    def _present(self, picture: int) -> list[Tracked]:
        return [
            Tracked(
                track.number, track.kind, Box(*map(float, _corners(track.place))), track.score, track.seen_at == picture
            )
            for track in self._tracks
            if self._confirmed(track)
        ]


def _middle(box: Box) -> Floats:
    return np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2, box.x1 - box.x0, box.y1 - box.y0])


def _corners(place: Floats) -> Floats:
    x, y, width, height = place
    return np.array([x - width / 2, y - height / 2, x + width / 2, y + height / 2])


def _wider(boxes: Floats, share: Floats) -> Floats:
    """Enlarge each box on each side by a share of its size."""
    grown = np.concatenate((boxes[:, 2:] - boxes[:, :2],) * 2, axis=1) * share[:, None]
    wider: Floats = boxes + grown * np.array([-1, -1, 1, 1])
    return wider


def _way(track: _Track) -> Floats:
    """Give the way that a track takes, as a vector of length 1; nothing where it hardly moves."""
    if not track.earlier:
        return np.zeros(2)
    _at, before = track.earlier[max(0, len(track.earlier) - 4)]
    step: Any = ((track.last[:2] + track.last[2:]) - (before[:2] + before[2:])) / 2
    length = float(np.linalg.norm(step))
    return step / length if length > 0.1 * track.place[3] else np.zeros(2)
