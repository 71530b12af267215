"""Which reports may tell of the same event: near in place and time, alike in category and words. It suggests; a person merges.

Each sign adds to a logistic score; the weights were fitted to events told by the training families and are no setting. A model of
`classify`, when given, says what a text is about whatever category its sender chose.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.engines.text import features
from vamco.engines.text.contracts import Match, Report

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.engines.text.classify import Model

_METRES_A_DEGREE: Final = 111_320.0
_RUNS: Final = (3, 4)
_DAY: Final = 86_400.0
METRES: Final = 150.0  # in town; 250 in the country, where one names a place from farther off
DAYS: Final = 7.0
THRESHOLD: Final = 0.25


@dataclass(frozen=True, slots=True)
class Signs:
    """What two reports have in common. `about` is how likely their texts are about the same matter, None without a model."""

    metres: float
    days: float
    alike: float
    same_category: bool
    about: float | None

    def score(self) -> float:
        """Return how likely they are about the same event."""
        weights = _WITHOUT if self.about is None else _WITH_MODEL
        logit = (
            weights.bias
            + weights.alike * self.alike
            + weights.category * self.same_category
            + weights.about * (self.about or 0.0)
            + weights.hundred_metres * self.metres / 100
            + weights.day * self.days
        )
        return 1 / (1 + math.exp(-logit))


@dataclass(frozen=True, slots=True)
class _Weights:
    bias: float
    alike: float
    category: float
    about: float
    hundred_metres: float
    day: float


_WITH_MODEL: Final = _Weights(0.1, 3.3, 4.6, 5.2, -5.6, -0.85)
_WITHOUT: Final = _Weights(0.4, 5.7, 5.2, 0.0, -4.65, -0.8)


def near(
    report: Report,
    others: Iterable[Report],
    model: Model | None = None,
    *,
    metres: float = METRES,
    days: float = DAYS,
    threshold: float = THRESHOLD,
) -> list[Match]:
    """Return the others that may tell of the same event, likeliest first; never the report itself."""
    teller = Teller(model)
    found = []
    for other in others:
        if other.id == report.id or not _close(report, other, metres, days):
            continue
        score = teller.signs(report, other).score()
        if score >= threshold:
            found.append(Match(other.id, score))
    return sorted(found, key=lambda match: (-match.score, match.id))


def distance(a: Report, b: Report) -> float:
    """Return the metres between two reports; exact enough within a province."""
    width = math.cos(math.radians((a.lat + b.lat) / 2))
    return _METRES_A_DEGREE * math.hypot((a.lon - b.lon) * width, a.lat - b.lat)


class Teller:
    """Says what two reports have in common; a text that was read once is remembered."""

    def __init__(self, model: Model | None = None) -> None:
        self._model = model
        self._runs: dict[str, tuple[Counter[str], float]] = {}
        self._about: dict[str, dict[str, float]] = {}

    def signs(self, a: Report, b: Report) -> Signs:
        """Return the signs."""
        return Signs(
            metres=distance(a, b),
            days=abs((a.at - b.at).total_seconds()) / _DAY,
            alike=self._alike(a.text, b.text),
            same_category=bool(a.category) and a.category == b.category,
            about=self._same_matter(a.text, b.text) if self._model else None,
        )

    def _alike(self, a: str, b: str) -> float:
        """Return the cosine of the runs of characters of two texts."""
        (first, first_norm), (second, second_norm) = self._counted(a), self._counted(b)
        if len(first) > len(second):
            first, second = second, first
        common = sum(number * second[run] for run, number in first.items() if run in second)
        return common / (first_norm * second_norm or 1.0)

    def _counted(self, text: str) -> tuple[Counter[str], float]:
        if text not in self._runs:
            bare = features.plain(text)
            counts = Counter(run for length in _RUNS for run in features.runs(bare, length))
            self._runs[text] = counts, math.sqrt(sum(number * number for number in counts.values()))
        return self._runs[text]

    def _same_matter(self, a: str, b: str) -> float:
        first, second = self._matters(a), self._matters(b)
        return sum(probability * second.get(code, 0.0) for code, probability in first.items())

    def _matters(self, text: str) -> dict[str, float]:
        if text not in self._about and self._model is not None:
            self._about[text] = {proposal.code: proposal.probability for proposal in self._model.propose(text, 5)}
        return self._about[text]


def _close(a: Report, b: Report, metres: float, days: float) -> bool:
    return abs((a.at - b.at).total_seconds()) <= days * _DAY and distance(a, b) <= metres
