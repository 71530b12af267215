"""Labelled Vietnamese field reports, made by a seeded generator from families of phrases.

A family is one way to write: each is a file of phrases for every category with a manner of its own. Four are here, for training. What
measures a model (a fifth family and texts written one by one) lies in `bench/reports_text/`, outside the package: nothing that
is installed can train on it. All of it was invented at a desk; no text is a citizen's.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.engines.text.labelled.grammar import Example, Family, examples, read
from vamco.engines.text.labelled.noise import Manner
from vamco.engines.text.labelled.pack_codes import more, recoded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

__all__ = [
    "CATEGORIES",
    "Example",
    "Family",
    "Manner",
    "examples",
    "pack_training_set",
    "read",
    "training_families",
    "training_set",
]

_FOLDER: Final = Path(__file__).parent
CATEGORIES: Final = _FOLDER / "categories.yaml"
# How each family types: the tidy one hardly slips, the young one abbreviates and leaves diacritics out.
_MANNERS: Final = {
    "a": Manner(bare=0.05, short=0.02, slip=0.01),
    "b": Manner(bare=0.25, short=0.1, slip=0.03),
    "c": Manner(bare=0.45, short=0.6, slip=0.03),
    "e": Manner(bare=0.3, short=0.2, slip=0.02),
}


def training_families() -> Iterator[tuple[Family, Manner]]:
    """Yield each family that a model may learn from, with how its people type."""
    for name, manner in _MANNERS.items():
        yield read(_FOLDER / f"family_{name}.txt", name), manner


def pack_training_set(codes: Collection[str], each: int = 60, seed: int = 17) -> list[Example]:
    """Return `each` texts for every one of these categories of `packs/vietnam/reports` that there are phrases for, all families together.

    Which of `codes` are not among the labels has to be learned from confirmed reports.
    """
    families = [(recoded(family), manner) for family, manner in training_families()]
    families.append((more(), Manner(bare=0.3, short=0.2, slip=0.02)))
    holders = Counter(code for family, _manner in families for code in family.phrases)
    found: Counter[tuple[str, str]] = Counter()
    chosen = []
    for family, manner in families:
        only = Family(family.name, {code: some for code, some in family.phrases.items() if code in codes}, family.words)
        for example in examples(only, manner, each, seed):
            # Each family gives its share, so that a category that fewer families know has as many texts.
            whose = (family.name, example.codes[0])
            if found[whose] < each / holders[example.codes[0]]:
                found[whose] += 1
                chosen.append(example)
    return chosen


def training_set(each: int = 14, seed: int = 17) -> list[Example]:
    """Return `each` texts for every category from every training family."""
    return [example for family, manner in training_families() for example in examples(family, manner, each, seed)]
