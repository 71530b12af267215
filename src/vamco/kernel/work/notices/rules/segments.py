"""What an SMS costs: the GSM 7-bit alphabet, its septets, and how a longer text is cut into segments. Pure.

Source: 3GPP TS 23.038, 6.2.1 (alphabet, extension table), TS 23.040, 9.2.3.24.1 (concatenation: 153 septets, 67 UCS-2 units).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")
ONE: Final = {"gsm-7": 160, "ucs-2": 70}
PART: Final = {"gsm-7": 153, "ucs-2": 67}
_PLAIN: Final = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "–": "-",
        "—": "-",
        "…": "...",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "\u00a0": " ",
        "₫": "d",
    }
)
_BASIC_PLANE: Final = 0xFFFF
Alphabet = Literal["gsm-7", "ucs-2"]


@dataclass(frozen=True, slots=True)
class Size:
    """What a text takes: the alphabet that the whole of it needs, septets or UCS-2 units, and segments."""

    alphabet: Alphabet
    units: int
    segments: int


def plain(text: str) -> str:
    """Give a text without diacritics, its case kept, in the GSM alphabet; "?" for what has no letter there."""
    bare = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return "".join(_in_alphabet(sign) for sign in bare if not unicodedata.combining(sign))


def _in_alphabet(sign: str) -> str:
    if sign in GSM or sign in EXTENSION:
        return sign
    folded = unicodedata.normalize("NFKD", sign).replace("⁄", "/")
    kept = "".join(part for part in folded if part in GSM)
    return kept or ("" if unicodedata.category(sign) in {"Cf", "Cc"} else "?")


def size(text: str) -> Size:
    """Give what a text costs as SMS; a character is never cut in two, so that a segment may stay short of full."""
    alphabet: Alphabet = "gsm-7" if all(sign in GSM or sign in EXTENSION for sign in text) else "ucs-2"
    widths = [_width(sign, alphabet) for sign in text]
    total = sum(widths)
    if total <= ONE[alphabet]:
        return Size(alphabet, total, 1)
    return Size(alphabet, total, _parts(widths, PART[alphabet]))


def most(units: int, alphabet: Alphabet) -> int:
    """Give the segments that any text of so many units may take: a character of two may leave one free at each end."""
    return 1 if units <= ONE[alphabet] else -(-units // (PART[alphabet] - 1))


def _parts(widths: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts


def _width(sign: str, alphabet: Alphabet) -> int:
    if alphabet == "gsm-7":
        return 2 if sign in EXTENSION else 1
    return 2 if ord(sign) > _BASIC_PLANE else 1
