"""How good reads are: exact matches, and how much may be kept without a person when nearly all that is kept must be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Judged(NamedTuple):
    """A read beside the truth; `confidence` is the weakest character's, 0 where the read is incomplete."""

    text: str
    truth: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether every character is."""
        return self.text == self.truth


def exact_share(judged: Sequence[Judged]) -> float:
    """Return the share of reads that are right to the last character; 0 of none."""
    return sum(one.right for one in judged) / len(judged) if judged else 0.0


def kept_share(judged: Sequence[Judged], needed: float = 0.997) -> float:
    """Return the largest share that one threshold of confidence keeps with at least `needed` of the kept right.

    Reads of the same confidence are kept or given to people together.
    """
    ranked = sorted(judged, key=lambda one: -one.confidence)
    kept = right = 0
    for index, one in enumerate(ranked):
        right += one.right
        last = index + 1 == len(ranked) or ranked[index + 1].confidence < one.confidence
        if last and one.confidence > 0 and right >= needed * (index + 1):
            kept = index + 1
    return kept / len(judged) if judged else 0.0


def corrected(text: str, corrections: Iterable[Mapping[str, object]]) -> str:
    """Return a label with its corrections: each sets the character at a place (from 0), or takes it out where it sets none."""
    characters = list(text)
    for correction in corrections:
        characters[int(str(correction["at"]))] = str(correction.get("is", ""))
    return "".join(characters)
