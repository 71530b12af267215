"""A family file: sections of phrases with alternatives `(a|b)` and slots `{name}`; lines that begin with # are comments."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from vamco.engines.text.labelled.noise import Manner

_SLOT: Final = re.compile(r"\{(\w+)\}")
_CHOICE: Final = re.compile(r"\(([^()]*)\)")
_OPEN, _CLOSE = "open", "close"
# How often a text has an opening, an ending, a second phrase on its matter, and another matter at its end.
_OPENS, _CLOSES, _GOES_ON, _SEVERAL = 0.4, 0.45, 0.25, 0.06


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what it is about, the main matter first; nearly always there is just one."""

    text: str
    codes: tuple[str, ...]
    family: str


@dataclass(frozen=True, slots=True)
class Family:
    """Phrases by category, and what is common to all: openings, endings, places, spans of time (`words`)."""

    name: str
    phrases: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]]

    def fill(self, phrase: str, draws: random.Random, **given: str) -> str:
        """Return the phrase with each slot filled and one alternative of each choice taken; `given` fixes slots."""
        text = _SLOT.sub(lambda slot: given.get(slot[1]) or draws.choice(self.words[slot[1]]), phrase)
        while _CHOICE.search(text):
            text = _CHOICE.sub(lambda choice: draws.choice(choice[1].split("|")), text)
        return " ".join(text.split())


def read(path: Path, name: str) -> Family:
    """Return the family that a file holds."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            lines.append(line)
    words = {key[1:]: lines for key, lines in sections.items() if key.startswith("@")}
    return Family(name, {key: lines for key, lines in sections.items() if not key.startswith("@")}, words)


def examples(family: Family, manner: Manner, each: int, seed: int) -> Iterator[Example]:
    """Yield `each` texts for every category; the same seed gives the same texts."""
    draws = random.Random(f"{family.name} {seed}")  # noqa: S311  # texts, not secrets
    codes = sorted(family.phrases)
    for code in codes:
        for number in range(each):
            text, about = _text(family, code, number, draws)
            yield Example(manner.type(text, draws), about, family.name)


def _text(family: Family, code: str, number: int, draws: random.Random) -> tuple[str, tuple[str, ...]]:
    """Return a text; each phrase of the category has its turn."""
    phrases = family.phrases[code]
    parts = [phrases[number % len(phrases)]]
    about: tuple[str, ...] = (code,)
    if draws.random() < _GOES_ON:
        parts.append(draws.choice(phrases))
    if draws.random() < _SEVERAL:
        other = draws.choice(sorted(set(family.phrases) - {code}))
        parts.append(draws.choice(family.phrases[other]))
        about = (code, other)
    if draws.random() < _OPENS:
        parts.insert(0, draws.choice(family.words[_OPEN]))
    if draws.random() < _CLOSES:
        parts.append(draws.choice(family.words[_CLOSE]))
    return " ".join(family.fill(part, draws) for part in dict.fromkeys(parts)), about
