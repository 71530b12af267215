"""Which category a text is about: TF-IDF and a linear softmax, its probabilities calibrated on texts that it had not seen.

NumPy alone; decision 0037 says why. The file of a model holds arrays and names only, nothing that could be run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.text import features
from vamco.engines.text.contracts import Proposal
from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Vector = tuple[NDArray[np.int64], NDArray[np.float32]]

_EPOCHS, _RATE, _DECAY = 12, 4.0, 1e-5
_FOLDS = 3
_TEMPERATURES: Final = np.geomspace(0.1, 4.0, 60)
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Model:
    """A trained classifier. `version` names its training, for the record of what proposed a category."""

    codes: tuple[str, ...]
    vocabulary: features.Vocabulary
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    temperature: float

    def propose(self, text: str, k: int = 3) -> list[Proposal]:
        """Return the `k` likeliest categories, best first; for a text without one known feature they are what is frequent."""
        found = self.probabilities(text)
        best = np.argsort(-found, kind="stable")[:k]
        return [Proposal(self.codes[place], float(found[place])) for place in best]

    def probabilities(self, text: str) -> NDArray[np.floating]:
        """Return the probability of each of `codes`."""
        return _softmax(self._scores(self.vocabulary.vector(features.counted(text))) / self.temperature)

    def save(self, path: Path) -> None:
        """Write the model to a file."""
        head = {
            "format": FORMAT,
            "codes": self.codes,
            "features": sorted(self.vocabulary.numbers, key=self.vocabulary.numbers.__getitem__),
        }
        text = np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), np.uint8)
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                head=text,
                idf=self.vocabulary.idf,
                weights=self.weights.astype(np.float16),
                bias=self.bias,
                temperature=np.array(self.temperature),
            )

    @classmethod
    def load(cls, path: Path) -> Model:
        """Return the model in a file; ValueError when it is not one of this format."""
        with np.load(path, allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            if head.get("format") != FORMAT:
                raise ValueError("not a model of this format")
            numbers = {feature: number for number, feature in enumerate(head["features"])}
            vocabulary = features.Vocabulary(numbers, arrays["idf"])
            weights = arrays["weights"].astype(np.float32)
            return cls(tuple(head["codes"]), vocabulary, weights, arrays["bias"], float(arrays["temperature"]))

    def _scores(self, vector: Vector) -> NDArray[np.float32]:
        places, values = vector
        scores: NDArray[np.float32] = values @ self.weights[places] + self.bias
        return scores


@dataclass(frozen=True, slots=True)
class Score:
    """How a model does on texts that it did not see."""

    texts: int
    top_1: float
    top_3: float
    calibration_error: float


def train(texts: Sequence[str], labels: Sequence[str], seed: int = 0, groups: Sequence[str] | None = None) -> Model:
    """Return a model of the texts and the category of each; the same arguments give the same model.

    The temperature is fitted on parts left out by turns: whole `groups` where given (texts alike in origin), random parts otherwise.
    """
    if len(texts) != len(labels) or len(set(labels)) < 2:  # noqa: PLR2004  # one category is nothing to learn
        raise ValueError("as many labels as texts, of at least two categories")
    codes = tuple(sorted(set(labels)))
    # Each text is learned as it is and as it would be typed without diacritics.
    counts = [features.counted(form) for text in texts for form in (text, fold(text))]
    targets = np.repeat([codes.index(label) for label in labels], 2)
    parts = np.repeat(_parts(len(texts), groups, np.random.default_rng(seed)), 2)
    return _fit(counts, targets, codes, seed, _temperature(counts, targets, codes, parts, seed))


def evaluate(model: Model, texts: Sequence[str], labels: Sequence[str]) -> Score:
    """Return how the model does; a label that it does not know counts as missed."""
    right, among, sure = [], [], []
    for text, label in zip(texts, labels, strict=True):
        proposals = model.propose(text)
        right.append(proposals[0].code == label)
        among.append(any(proposal.code == label for proposal in proposals))
        sure.append(proposals[0].probability)
    return Score(len(right), float(np.mean(right)), float(np.mean(among)), calibration_error(sure, right))


def replace_if_better(old: Model | None, new: Model, held_out: Sequence[tuple[str, str]]) -> Model:
    """Return the new model only when it is right more often on (text, label) pairs that neither has seen; else the old one."""
    if old is None:
        return new
    if not held_out:
        return old
    texts, labels = zip(*held_out, strict=True)
    return new if evaluate(new, texts, labels).top_1 > evaluate(old, texts, labels).top_1 else old


def calibration_error(probabilities: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: how far, on average, the stated probability is from the share that was right."""
    stated, was = np.array(probabilities), np.array(right, float)
    places = np.minimum((stated * bins).astype(int), bins - 1)
    gaps = [
        abs(stated[places == place].mean() - was[places == place].mean()) * (places == place).mean()
        for place in set(places.tolist())
    ]
    return float(sum(gaps))


def _parts(count: int, groups: Sequence[str] | None, draws: np.random.Generator) -> NDArray[np.int64]:
    """Return the number of the part of each text."""
    if groups is None or len(set(groups)) < 2:  # noqa: PLR2004  # one group cannot be left out
        return draws.permutation(np.arange(count) % _FOLDS)
    names = sorted(set(groups))
    return np.array([names.index(group) % _FOLDS for group in groups])


def _temperature(
    counts: Sequence[Mapping[str, int]],
    targets: NDArray[np.int64],
    codes: tuple[str, ...],
    parts: NDArray[np.int64],
    seed: int,
) -> float:
    """Return the temperature under which models of the other parts find the left-out texts likeliest."""
    scores: list[NDArray[np.float32]] = []
    truth: list[int] = []
    for part in sorted(set(parts.tolist())):
        kept, left = np.flatnonzero(parts != part).tolist(), np.flatnonzero(parts == part).tolist()
        model = _fit([counts[n] for n in kept], targets[kept], codes, seed, 1.0)
        scores.extend(model._scores(model.vocabulary.vector(counts[n])) for n in left)  # noqa: SLF001  # this module's own
        truth.extend(targets[left].tolist())
    all_scores, places = np.array(scores, np.float64), (np.arange(len(truth)), np.array(truth))
    losses = [-np.log(_softmax(all_scores / t)[places] + 1e-12).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _fit(
    counts: Sequence[Mapping[str, int]],
    targets: NDArray[np.int64],
    codes: tuple[str, ...],
    seed: int,
    temperature: float,
) -> Model:
    """Stochastic gradient, one text at a time, the weights averaged over the second half: steady and without a setting to tune."""
    vocabulary = features.Vocabulary.of(counts)
    rows = features.vectors(vocabulary, counts)
    shape = (len(vocabulary.numbers), len(codes))
    weights, bias = np.zeros(shape, np.float32), np.zeros(len(codes), np.float32)
    total, total_bias = np.zeros(shape, np.float32), np.zeros(len(codes), np.float32)
    draws = np.random.default_rng(seed)
    averaged = 0
    for epoch in range(_EPOCHS):
        rate = np.float32(_RATE / (1 + epoch))
        for n in draws.permutation(len(rows)):
            places, values = rows[n]
            part = weights[places]
            gradient = _softmax(values @ part + bias)
            gradient[targets[n]] -= 1
            weights[places] = part - rate * np.outer(values, gradient)
            bias -= np.float32(0.02) * rate * gradient
        weights *= np.float32(1 - _DECAY * len(rows))
        if epoch >= _EPOCHS // 2:
            total += weights
            total_bias += bias
            averaged += 1
    return Model(codes, vocabulary, total / np.float32(averaged), total_bias / np.float32(averaged), temperature)


def _softmax(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    shifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    found: NDArray[np.floating] = shifted / shifted.sum(axis=-1, keepdims=True)
    return found
