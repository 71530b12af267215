"""What somebody who wrote a wrong word may have meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word that is most like `word`, without regard to case and diacritics; empty when none is like it."""
    return next(iter(alike(word, known, most=1)), "")


def alike(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Give the known words that are most like `word` in the same way, the likeliest first."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(fold(candidate), candidate)
    return [folded[found] for found in difflib.get_close_matches(fold(word), list(folded), n=most, cutoff=0.6)]
