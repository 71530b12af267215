"""A text as weighted features: words and pairs of words, and runs of characters within words, without diacritics.

Everything is folded, so that a text means nearly the same with diacritics and without; a marked word is a feature of its own beside.
Runs of characters forgive slips. Abbreviations of the phone are written out first.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.lib.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

LONGEST_TEXT: Final = 4000  # characters; what is longer says its matter before
_RUNS: Final = (3, 4)
# What a kind of feature weighs beside a bare word: a marked word, a pair, a run of characters, of which there are many.
_WEIGHT: Final = {"w": 1.0, "s": 0.55, "p": 1.4, "c": 0.3}
_ABBREVIATIONS: Final = {
    "ko": "khong", "k": "khong", "kg": "khong", "hok": "khong", "hong": "khong", "kh": "khong", "dc": "duoc", "dk": "duoc", "dg": "duong",
    "ng": "nguoi", "ngta": "nguoi ta", "trc": "truoc", "vs": "voi", "j": "gi", "z": "vay", "r": "roi", "rui": "roi", "bik": "biet",
    "wa": "qua", "cx": "cung", "mk": "minh", "lun": "luon", "p": "phuong", "kp": "khu pho", "mn": "moi nguoi", "nvs": "nha ve sinh",
    "wc": "nha ve sinh", "bv": "benh vien", "bs": "bac si", "csgt": "canh sat giao thong", "ca": "cong an", "pccc": "phong chay chua chay",
    "bvtv": "bao ve thuc vat", "bhyt": "bao hiem y te", "vsattp": "ve sinh an toan thuc pham", "dvc": "dich vu cong", "ubnd": "uy ban nhan dan",
    "cty": "cong ty", "hs": "hoc sinh", "gv": "giao vien", "sxh": "sot xuat huyet", "xd": "xay dung", "nc": "nuoc", "lm": "lam", "fb": "facebook",
}  # fmt: skip
_NUMBER: Final = re.compile(r"[0-9]+")


def plain(text: str) -> str:
    """Return the text folded, abbreviations written out, every number the same, only words."""
    return " ".join(
        _ABBREVIATIONS.get(word.folded, _NUMBER.sub("0", word.folded)) for word in words(text[:LONGEST_TEXT])
    )


def counted(text: str) -> Counter[str]:
    """Return how often each feature is in the text."""
    bare = plain(text).split()
    found = Counter(f"w{word}" for word in bare)
    found.update(f"p{first} {second}" for first, second in pairwise(bare))
    found.update(f"s{word.spelled}" for word in words(text[:LONGEST_TEXT]) if word.spelled != word.folded)
    for word in bare:
        found.update(_runs(f" {word} "))
    return found


def runs(text: str, length: int) -> Iterator[str]:
    """Yield the runs of so many characters of a text, across its words."""
    return (text[start : start + length] for start in range(max(1, len(text) - length + 1)))


def _runs(word: str) -> Iterator[str]:
    return (f"c{run}" for length in _RUNS if len(word) >= length for run in runs(word, length))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features that training knew, each with its number and what it weighs (`idf`)."""

    numbers: Mapping[str, int]
    idf: NDArray[np.float32]

    @classmethod
    def of(cls, counts: Sequence[Mapping[str, int]], fewest: int = 2) -> Vocabulary:
        """Return the vocabulary of texts: what is in at least `fewest` of them."""
        texts_with = Counter(feature for found in counts for feature in found)
        kept = sorted(feature for feature, number in texts_with.items() if number >= fewest)
        idf = [_WEIGHT[feature[0]] * (1 + math.log((1 + len(counts)) / (1 + texts_with[feature]))) for feature in kept]
        return cls({feature: number for number, feature in enumerate(kept)}, np.array(idf, np.float32))

    def vector(self, counts: Mapping[str, int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the numbers of the known features and their weights, a vector of length 1 (or without features)."""
        known = [(self.numbers[feature], number) for feature, number in counts.items() if feature in self.numbers]
        places = np.array([place for place, _number in known], np.int64)
        weights = (1 + np.log(np.array([number for _place, number in known], np.float32))) * self.idf[places]
        norm = float(np.sqrt((weights * weights).sum()))
        return places, weights / np.float32(norm or 1.0)


def vectors(
    vocabulary: Vocabulary, counts: Iterable[Mapping[str, int]]
) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """Return the vector of each text."""
    return [vocabulary.vector(found) for found in counts]
