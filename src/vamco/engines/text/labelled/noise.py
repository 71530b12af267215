"""How people type: without diacritics, with abbreviations, with slips of the finger, shouting or without full stops."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.text import fold

if TYPE_CHECKING:
    import random

_SHORT: Final = {
    "không": ("ko", "k", "hok", "kg", "kh"), "được": ("dc", "đc"), "đường": ("đg",), "người": ("ng", "ngta"), "trước": ("trc",),
    "với": ("vs",), "gì": ("j",), "vậy": ("z", "v"), "nhiều": ("nhìu",), "rồi": ("r", "rùi"), "biết": ("bít", "bik"), "quá": ("wa", "qá"),
    "cũng": ("cx", "cug"), "mình": ("mìh", "mk"), "luôn": ("lun",), "phường": ("p",), "mọi": ("m",), "nhà": ("nhà", "nh"),
    "thấy": ("thí",), "làm": ("lm",), "vào": ("zô", "vô"), "nước": ("nc", "nc"), "điện": ("đ.điện", "điện"), "xã": ("xã", "x"),
}  # fmt: skip
_WORD: Final = re.compile(r"\w+")
_SHOUTS, _LOOSE, _BANGS = 0.04, 0.25, 0.08
_LONG_ENOUGH = 4


@dataclass(frozen=True, slots=True)
class Manner:
    """How often a text has no diacritics, a word that can be is abbreviated, a word has a slip."""

    bare: float = 0.0
    short: float = 0.0
    slip: float = 0.0

    def type(self, text: str, draws: random.Random) -> str:
        """Return the text as such a person types it."""
        typed = _WORD.sub(lambda word: self._word(word[0], draws), text)
        if draws.random() < _LOOSE * (self.short + self.slip > 0):
            typed = re.sub(r"[.,:;]", "", typed).lower()
        if self.bare and draws.random() < self.bare:
            typed = fold(typed) if draws.random() < 1 - _SHOUTS else fold(typed).upper()
        return f"{typed}!!!" if draws.random() < _BANGS * self.short else typed

    def _word(self, word: str, draws: random.Random) -> str:
        if word.lower() in _SHORT and draws.random() < self.short:
            return draws.choice(_SHORT[word.lower()])
        if draws.random() < self.slip:
            return _slip(word, draws)
        return word


def _slip(word: str, draws: random.Random) -> str:
    """Return the word with two letters exchanged, one left out or doubled, or without its marks."""
    if len(word) < _LONG_ENOUGH:
        return fold(word)
    place = draws.randrange(1, len(word) - 1)
    return draws.choice(
        (
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            fold(word),
        )
    )
