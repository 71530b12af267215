"""When a tracked vehicle's plate is read: on its best few pictures, by size and sharpness, at full resolution (TC-05)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from vamco.engines.vision.contracts import Detection, Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.engines.vision.contracts import Box, Picture, PlateRead
    from vamco.engines.vision.tracking import Tracked


class PlateEngine(Protocol):
    """Finds and reads the plate of one vehicle. `versions` says which models, for the evidence."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Give model by task."""
        ...

    def look(self, picture: Picture, vehicle: Detection, day: dt.date | None = None) -> PlateRead | None:
        """Read the plate within the vehicle's box: uint8, (height, width, 3), BGR; the result's box is in the picture's pixels."""
        ...


class Vote(Protocol):
    """Makes one read of the reads of a track."""

    def __call__(self, reads: Sequence[PlateRead]) -> PlateRead | None:
        """Join the reads; None where there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How often plates are read.

    `narrowest` (motorbikes: `narrowest_bike`) is the width of a vehicle's box in pixels below which no plate can be legible: it is
    about a fifth as wide. A vehicle is looked at again when it has become `larger` so many times; without that, half of
    `most_a_track` at most, so that one that waits far away is still read when it comes near.
    """

    narrowest: float = 120.0
    narrowest_bike: float = 70.0
    larger: float = 1.12
    most_a_track: int = 10
    most_a_picture: int = 3
    enough: float = 0.97
    enough_reads: int = 3
    blurred: float = 20.0


@dataclass(slots=True)
class _Reads:
    """What was read of one track, and how large it was then; the first `known` reads no longer count for what is still to do."""

    looks: int = 0
    size: float = 0.0
    at: int = -1000
    reads: list[tuple[int, PlateRead]] = field(default_factory=list)
    known: int = 0


class PlateReader:
    """Reads the plates of the vehicles of one camera."""

    def __init__(self, engine: PlateEngine, reading: Reading | None = None) -> None:
        self._engine, self._how = engine, reading or Reading()
        self._tracks: dict[int, _Reads] = defaultdict(_Reads)

    def look(self, number: int, picture: Picture, tracks: Sequence[Tracked], day: dt.date | None = None) -> None:
        """Read where it is worth it; `number` is the picture's, `tracks` are vehicles that are seen in it."""
        wanted = [one for one in tracks if self._worth(number, one)]
        wanted.sort(key=lambda one: (self._tracks[one.number].looks, -_size(one.box)))
        for one in wanted[: self._how.most_a_picture]:
            self._read(number, picture, one, day)

    def reads(self, track: int) -> list[tuple[int, PlateRead]]:
        """Give what was read of a track: picture's number and read, in the order of time."""
        return list(self._tracks[track].reads) if track in self._tracks else []

    def renew(self, tracks: Iterable[int]) -> None:
        """Look at these again as if nothing were known: they may have changed places. What was read before is kept."""
        for number in tracks:
            if number in self._tracks:
                old = self._tracks[number]
                self._tracks[number] = _Reads(reads=old.reads, known=len(old.reads))

    def forget(self, tracks: Sequence[int]) -> None:
        """Drop what was read of tracks that have ended."""
        for number in tracks:
            self._tracks.pop(number, None)

    def _worth(self, number: int, one: Tracked) -> bool:
        state, how = self._tracks[one.number], self._how
        if _size(one.box) < (how.narrowest_bike if one.kind is Kind.MOTORBIKE else how.narrowest):
            return False
        sure = [
            read for _picture, read in state.reads[state.known :] if read.complete and read.confidence >= how.enough
        ]
        if len(sure) >= how.enough_reads or state.looks >= how.most_a_track:
            return False
        if _size(one.box) >= how.larger * state.size:
            return True
        return state.looks < how.most_a_track // 2 and number - state.at >= 2**state.looks - 1  # rarer and rarer

    def _read(self, number: int, picture: Picture, one: Tracked, day: dt.date | None) -> None:
        state = self._tracks[one.number]
        height, width = picture.shape[:2]
        x0, y0 = max(0, int(one.box.x0)), max(0, int(one.box.y0))
        x1, y1 = min(width, int(np.ceil(one.box.x1))), min(height, int(np.ceil(one.box.y1)))
        if x1 <= x0 or y1 <= y0:
            return
        crop = picture[y0:y1, x0:x1]
        state.at = number
        if sharpness(crop) < self._how.blurred:
            return
        state.looks += 1
        state.size = max(state.size, _size(one.box))
        found = self._engine.look(picture, Detection(one.kind, one.box, one.score), day)
        if found is not None:
            state.reads.append((number, replace(found, frame=number)))


def sharpness(crop: Picture) -> float:
    """Give how sharp a picture is: the variance of its Laplacian in the lower half, where plates are; blurred ones are below 20."""
    import cv2

    lower = crop[crop.shape[0] // 2 :, :, 1]
    return float(cv2.Laplacian(lower, cv2.CV_32F).var()) if lower.size else 0.0


def simple_vote(reads: Sequence[PlateRead]) -> PlateRead | None:
    """Choose the text with the most confidence behind it; of its reads the surest one. Complete reads go before others."""
    complete = [read for read in reads if read.complete] or list(reads)
    if not complete:
        return None
    weights: dict[str, float] = defaultdict(float)
    for read in complete:
        weights[read.text] += read.confidence
    text = max(weights, key=lambda each: weights[each])
    return max((read for read in complete if read.text == text), key=lambda read: read.confidence)


def _size(box: Box) -> float:
    return box.x1 - box.x0
