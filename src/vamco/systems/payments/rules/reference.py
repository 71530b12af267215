"""The short reference by which a transfer is matched to its invoice. Pure.

"VC", seven drawn signs of 32 (no I, L, O, U, which are misread), and one that checks them. Banks strip signs, add words and cut texts; a
reference that was cut or mistyped is no reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vamco.lib.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX: Final = "VC"
LENGTH: Final = 10
_DRAWN: Final = LENGTH - len(PREFIX) - 1
_WHERE: Final = re.compile(rf"(?={PREFIX}([{ALPHABET}]{{{_DRAWN + 1}}}))")
_SHORTEST_PART: Final = 5


def make(drawn: bytes) -> str:
    """Return a reference from seven random bytes."""
    signs = "".join(ALPHABET[byte % len(ALPHABET)] for byte in drawn[:_DRAWN])
    if len(signs) != _DRAWN:
        raise ValueError("seven bytes are needed")
    return f"{PREFIX}{signs}{_check(signs)}"


def found_in(content: str) -> list[str]:
    """Return the references in a transfer's text, each once, however the bank spaced or decorated it."""
    kept = _squeezed(content)
    signs = (match[1] for match in _WHERE.finditer(kept))
    return list(dict.fromkeys(PREFIX + found for found in signs if _check(found[:-1]) == found[-1]))


def resembling(content: str, references: Iterable[str]) -> list[str]:
    """Return those of some references of which the text holds a part, or all with one sign wrong: candidates, never a match."""
    kept = _squeezed(content)
    return [each for each in references if _part(kept, each) or _one_off(kept, each)]


def _squeezed(content: str) -> str:
    return "".join(sign for sign in fold(content).upper() if sign.isascii() and sign.isalnum())


def _part(text: str, reference: str) -> bool:
    pieces = (reference[:end] for end in range(len(PREFIX) + _SHORTEST_PART, LENGTH + 1))
    tails = (reference[start:] for start in range(1, LENGTH - _SHORTEST_PART))
    return any(text.endswith(piece) for piece in pieces) or any(text.startswith(piece) for piece in tails)


def _one_off(text: str, reference: str) -> bool:
    windows = (text[start : start + LENGTH] for start in range(len(text) - LENGTH + 1))
    return any(sum(a != b for a, b in zip(window, reference, strict=True)) <= 1 for window in windows)


def _check(signs: str) -> str:
    total = sum((place * 2 + 1) * ALPHABET.index(sign) for place, sign in enumerate(signs, 1))
    return ALPHABET[total % len(ALPHABET)]
