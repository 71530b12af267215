"""One plate for a track out of many reads. A voted plate is always one that was read whole at least once: none is pieced together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from math import fsum
from typing import TYPE_CHECKING

from vamco.engines.vision.contracts import Colour, PlateRead

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Gates:
    """From where a read counts: width of the plate in pixels, the weakest character's confidence, agreeing reads."""

    width: float = 50.0
    confidence: float = 0.80
    reads: int = 2


def vote(reads: Sequence[PlateRead], gates: Gates | None = None) -> PlateRead | None:
    """Return the plate of a track: the complete text with the most weight; None where nothing wide enough was read.

    A character's confidence is its best in the reads of that text, less what wide enough complete reads of other texts say
    against it. Where no read is complete the best incomplete one is returned, and stays incomplete (TC-06).
    """
    gates = gates or Gates()
    wide = [read for read in reads if read.width >= gates.width and read.text]
    whole = [read for read in wide if read.complete]
    if not whole:
        return max(wide, key=lambda read: (_weight(read), read.text, read.lines), default=None)
    groups: dict[tuple[str, int], list[PlateRead]] = defaultdict(list)
    for read in whole:
        groups[read.text, read.lines].append(read)
    texts = {text: fsum(_weight(r) for r in whole if r.text == text) for text, _ in groups}
    text, lines = max(groups, key=lambda key: (texts[key[0]], fsum(map(_weight, groups[key])), key))
    agreeing = [read for read in whole if read.text == text]
    best = max(groups[text, lines], key=lambda read: (read.confidence, read.width))
    chars = tuple(_confidence(index, text, agreeing, whole) for index in range(len(text)))
    return replace(best, chars=chars, colour=_colour(agreeing))


def passes(read: PlateRead | None, gates: Gates | None = None, agreeing: int | None = None) -> bool:
    """Return whether a read may be used without a person: whole, wide and sure enough, its weakest character deciding (TC-08)."""
    gates = gates or Gates()
    if read is None or not read.complete or read.width < gates.width or read.confidence < gates.confidence:
        return False
    return agreeing is None or agreeing >= gates.reads


def agreeing_reads(voted: PlateRead, reads: Sequence[PlateRead]) -> int:
    """Return how many complete reads have the voted text."""
    return sum(read.complete and read.text == voted.text for read in reads)


def _weight(read: PlateRead) -> float:
    return read.confidence * min(read.width, 120.0)


def _confidence(index: int, text: str, agreeing: Sequence[PlateRead], whole: Sequence[PlateRead]) -> float:
    """Return the best confidence of this character times its share among reads of the same length."""
    best = max(read.chars[index] for read in agreeing)
    same = [read for read in whole if len(read.text) == len(text)]
    total = sum(read.chars[index] * _weight(read) for read in same)
    own = sum(read.chars[index] * _weight(read) for read in same if read.text[index] == text[index])
    return best * (own / total if total else 0.0)


def _colour(reads: Sequence[PlateRead]) -> Colour:
    """Return the colour that most reads saw; UNKNOWN where two are equal."""
    counts: dict[Colour, int] = defaultdict(int)
    for read in reads:
        if read.colour is not Colour.UNKNOWN:
            counts[read.colour] += 1
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]):
        return Colour.UNKNOWN
    return ranked[0][0]
