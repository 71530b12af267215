"""How well things were found and followed: HOTA (Luiten 2020, as TrackEval computes it) and IDF1. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vamco.engines.vision import heads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.engines.vision.contracts import Box

    Pictures = Sequence[Mapping[int, Box]]


@dataclass(frozen=True, slots=True)
class Scores:
    """All from 0 to 1. `found` (DetA) and `followed` (AssA) are the two halves of HOTA."""

    hota: float
    found: float
    followed: float
    idf1: float


def score(truth: Pictures, tracks: Pictures) -> Scores:
    """Compare picture by picture: boxes by the number of the thing, and by the number that the tracker gave it."""
    similar = [_similar(real, seen) for real, seen in zip(truth, tracks, strict=True)]
    hota, found, followed = _hota(similar)
    return Scores(hota, found, followed, _idf1(similar))


@dataclass(frozen=True, slots=True)
class _Similar:
    """One picture: numbers of things, numbers of tracks, overlaps."""

    real: tuple[int, ...]
    seen: tuple[int, ...]
    overlap: heads.Floats


def _similar(real: Mapping[int, Box], seen: Mapping[int, Box]) -> _Similar:
    first = np.array(list(real.values()), dtype=np.float64).reshape(-1, 4)
    second = np.array(list(seen.values()), dtype=np.float64).reshape(-1, 4)
    return _Similar(tuple(real), tuple(seen), heads.overlaps(first, second))


def _hota(pictures: Sequence[_Similar]) -> tuple[float, float, float]:
    from scipy.optimize import linear_sum_assignment

    common: dict[tuple[int, int], float] = defaultdict(float)
    real_count: dict[int, int] = defaultdict(int)
    seen_count: dict[int, int] = defaultdict(int)
    for one in pictures:
        share = one.overlap.sum(axis=0)[None, :] + one.overlap.sum(axis=1)[:, None] - one.overlap
        shared = np.divide(one.overlap, share, out=np.zeros_like(one.overlap), where=share > 0)
        for row, number in enumerate(one.real):
            real_count[number] += 1
            for column, track in enumerate(one.seen):
                common[number, track] += shared[row, column]
        for track in one.seen:
            seen_count[track] += 1
    limits = np.arange(0.05, 0.99, 0.05)
    hits = np.zeros(len(limits))
    together: list[dict[tuple[int, int], int]] = [defaultdict(int) for _ in limits]
    for one in pictures:
        aligned = np.array(
            [[common[a, b] / (real_count[a] + seen_count[b] - common[a, b]) for b in one.seen] for a in one.real]
        ).reshape(len(one.real), len(one.seen))
        rows, columns = linear_sum_assignment(-aligned * one.overlap)
        for row, column in zip(rows, columns, strict=True):
            for place in np.flatnonzero(limits <= one.overlap[row, column] + 1e-9):
                hits[place] += 1
                together[place][one.real[row], one.seen[column]] += 1
    real, seen = sum(real_count.values()), sum(seen_count.values())
    found = hits / np.maximum(real + seen - hits, 1)
    followed = np.array(
        [
            sum(n * n / (real_count[a] + seen_count[b] - n) for (a, b), n in pairs.items()) / max(hit, 1)
            for pairs, hit in zip(together, hits, strict=True)
        ]
    )
    return float(np.sqrt(found * followed).mean()), float(found.mean()), float(followed.mean())


def _idf1(pictures: Sequence[_Similar], least: float = 0.5) -> float:
    from scipy.optimize import linear_sum_assignment

    real = sorted({number for one in pictures for number in one.real})
    seen = sorted({track for one in pictures for track in one.seen})
    total = sum(len(one.real) + len(one.seen) for one in pictures)
    if not total:
        return 1.0
    rows, columns = ({number: place for place, number in enumerate(numbers)} for numbers in (real, seen))
    both = np.zeros((len(real), len(seen)))
    for one in pictures:
        for row, column in zip(*np.nonzero(one.overlap >= least), strict=True):
            both[rows[one.real[row]], columns[one.seen[column]]] += 1
    chosen = linear_sum_assignment(-both)
    return float(2 * both[chosen].sum() / total)
