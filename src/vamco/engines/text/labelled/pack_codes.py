"""The same phrases under the categories of `packs/vietnam/reports`, for the model that a province begins with."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from vamco.engines.text.labelled.grammar import Family, read
from vamco.lib.text import fold

_RULES: Final = Path(__file__).with_name("pack_codes.txt")
_MORE: Final = Path(__file__).with_name("family_p.txt")


def recoded(family: Family) -> Family:
    """Return the family with each phrase under its code of the pack; phrases that the pack has no category for are left out."""
    phrases: dict[str, list[str]] = {}
    for code, some in family.phrases.items():
        for phrase in some:
            if found := pack_code(code, phrase):
                phrases.setdefault(found, []).append(phrase)
    return Family(family.name, phrases, family.words)


def pack_code(code: str, phrase: str) -> str | None:
    """Return the code of the pack for a phrase, or for a text, of a category here; None if the pack has none."""
    bare = fold(phrase)
    return next((to for to, of, words in _rules() if of == code and (not words or re.search(words, bare))), None)


def known() -> set[str]:
    """Return the codes of the pack that texts here are about."""
    return {to for to, _of, _words in _rules()} | set(more().phrases)


def more() -> Family:
    """Return the family of phrases for categories of the pack alone."""
    return read(_MORE, "p")


@lru_cache
def _rules() -> tuple[tuple[str, str, str], ...]:
    rules = []
    for line in _RULES.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            to, of, *words = line.split(" ", 2)
            rules.append((to, of, " ".join(words)))
    return tuple(rules)
