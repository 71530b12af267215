"""How an official's words find dossiers: a whole number, a case, or words of a name or number. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vamco.lib.text import fold

# H53.25708-261118-0001, and the old style 000.00.12.H62-201105-0004, which still circulates; ministries count with six or seven digits.
_NUMBER: Final = re.compile(r"(?:\d{3}\.\d{2}\.\d{2}\.)?H\d{2}(?:\.[0-9A-Z]+)*-\d{6}-\d{4,7}")
_CASE: Final = re.compile(r"HS-(\d{1,18})")
LONGEST: Final = 120
MOST_WORDS: Final = 8
LONGEST_FOLDED: Final = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: `number` exactly, or the case `case`, or rows that have all `words`."""

    number: str = ""
    case: int = 0
    words: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.number or self.case or self.words)


def read(text: str) -> Wanted:
    """Read what somebody typed; diacritics, case and the order of the words do not matter."""
    typed = " ".join(text.replace("\0", "").split())[:LONGEST]
    if _NUMBER.fullmatch(typed.upper()):
        return Wanted(number=typed.upper())
    if found := _CASE.fullmatch(typed.upper()):
        return Wanted(case=int(found[1]))
    words = [word for word in fold(typed).split() if any(sign.isalnum() for sign in word)]
    return Wanted(words=tuple(dict.fromkeys(words[:MOST_WORDS])))


def folded(name: str, number: str) -> str:
    """Return the words by which a dossier is found: of the name, the number, its day with its count, and its count alone."""
    tail = number.split("-", 1)[-1]
    return fold(f"{name} {number} {tail} {tail.split('-')[-1]}")[:LONGEST_FOLDED]
