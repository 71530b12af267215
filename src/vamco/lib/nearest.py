"""What somebody who wrote a wrong word may have meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str:
    """Give the known word that is most like `word`, without regard to case and diacritics; empty when none is like it."""
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(fold(candidate), candidate)
    found = difflib.get_close_matches(fold(word), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else ""
