"""Suspects that two tracks have changed places: they overlapped, and afterwards a plate is on the other one (TC-04). Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision import heads

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.engines.vision.tracking import Tracked

SWAPPED: Final = "swapped"
_OVERLAP: Final = 0.4
_PICTURES: Final = 3
_APART: Final = 2  # characters in which two reads must differ to be of two plates: one may be a misreading


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two tracks overlapped from one picture to another."""

    first: int
    second: int
    begins: int
    ends: int


class Crossings:
    """Watches which tracks overlap for long enough to be mistaken for each other."""

    def __init__(self, overlap: float = _OVERLAP, pictures: int = _PICTURES) -> None:
        self._overlap, self._pictures = overlap, pictures
        self._met: dict[tuple[int, int], list[list[int]]] = defaultdict(list)
        self._together: set[tuple[int, int]] = set()

    def note(self, picture: int, tracks: Sequence[Tracked], gap: int = 1) -> None:
        """Take the tracks of one picture; `gap` is how many pictures lie between two that are looked at."""
        if len(tracks) < 2:  # noqa: PLR2004  # a pair
            return
        boxes = np.array([one.box for one in tracks], dtype=np.float32)
        close = heads.overlaps(boxes, boxes) >= self._overlap
        for one, other in combinations(range(len(tracks)), 2):
            if close[one, other]:
                pair = (min(tracks[one].number, tracks[other].number), max(tracks[one].number, tracks[other].number))
                self._together.add(pair)
                stretches = self._met[pair]
                if stretches and picture - stretches[-1][1] <= 3 * gap:
                    stretches[-1][1] = picture
                else:
                    stretches.append([picture, picture])

    def parted(self, picture: int, gap: int = 1) -> set[int]:
        """Give the tracks that have come apart since this was asked last, after a crossing that lasted long enough."""
        apart = {pair for pair in self._together if picture - self._met[pair][-1][1] > gap}
        self._together -= apart
        long = {pair for pair in apart if self._met[pair][-1][1] - self._met[pair][-1][0] + 1 >= self._pictures}
        return {track for pair in long for track in pair}

    def of(self, track: int) -> list[Crossing]:
        """Give the crossings of a track that lasted long enough."""
        return [
            Crossing(pair[0], pair[1], begins, ends)
            for pair, stretches in self._met.items()
            if track in pair
            for begins, ends in stretches
            if ends - begins + 1 >= self._pictures
        ]

    def involves(self, track: int) -> bool:
        """Say whether a track has overlapped another one, however shortly."""
        return any(track in pair for pair in self._met)

    def forget(self, tracks: Iterable[int]) -> None:
        """Drop what is known of tracks that are gone; a pair stays as long as one of them is there."""
        gone = set(tracks)
        for pair in [pair for pair in self._met if gone.issuperset(pair)]:
            del self._met[pair]
            self._together.discard(pair)


def swapped(crossing: Crossing, first: Sequence[tuple[int, str]], second: Sequence[tuple[int, str]]) -> bool:
    """Say whether plates changed at the crossing, from the reads (picture, text) of the two tracks.

    That is so when a plate was on one before and is on the other afterwards, or when one track bears two plates.
    """
    before_first, after_first = _around(crossing, first)
    before_second, after_second = _around(crossing, second)
    if before_first & after_second or before_second & after_first:
        return True
    return any(
        before and after and all(_differ(a, b) for a in before for b in after)
        for before, after in ((before_first, after_first), (before_second, after_second))
    )


def _around(crossing: Crossing, reads: Sequence[tuple[int, str]]) -> tuple[set[str], set[str]]:
    before = {text for picture, text in reads if picture <= crossing.begins}
    return before, {text for picture, text in reads if picture > crossing.ends}


def _differ(first: str, second: str) -> bool:
    if len(first) != len(second):
        return True
    return sum(a != b for a, b in zip(first, second, strict=True)) >= _APART
