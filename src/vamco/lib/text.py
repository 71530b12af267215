"""Vietnamese text: one normal form, folding for search, and a key for alphabetical order."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Order of letters, of tones, word by word, lower case first: Vũ Xuân Lương (Trung tâm Từ điển học), "Quy tắc sắp xếp
# ABC", http://vietunicode.sourceforge.net/charset/quytacABC_en.html; CLDR's vi.xml has the same letters and tones.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; no mark (ngang) comes first

# Both are right at the end of these syllables: kĩ and kỹ, lí and lý, quí and quý.
_SAME_Y = re.compile(r"^([hklmst]|qu)i$")

# The key's own alphabet. A lower sign ends the longer one's turn: key < word < tones < what stands in a word.
_KEY_END, _WORD_END, _LETTERS_END = " !#"
_SYMBOL, _NUMBER, _OTHER = "$%~"  # before and after the letters, which are "A" (a) to "a" (z)
_LETTER_SIGN = {letter: chr(ord("A") + place) for place, letter in enumerate(_LETTERS)}
_TONE_SIGN = {tone: str(place) for place, tone in enumerate(_TONES, start=1)}
_OTHER_MARK = "9"

_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"0*(?P<number>[0-9]+)|(?P<sign>.)", re.DOTALL)


_LONGEST_NUMBER = 18  # digits that surely fit


def nfc(s: str) -> str:
    """Give `s` in Unicode NFC, the form that is stored and compared."""
    return unicodedata.normalize("NFC", s)


def fold(s: str) -> str:
    """Give `s` for search: lower case, no diacritics, đ → d, no invisible format signs, single spaces."""
    lower = unicodedata.normalize("NFD", s).lower().replace("đ", "d")
    bare = "".join(c for c in unicodedata.normalize("NFD", lower) if not _is_mark_or_format(c))
    return nfc(" ".join(bare.split()))


def spelling(s: str) -> str:
    """Give a string that is equal for two texts spelt alike: letters and tones count, case and the tone's place do not.

    "Hoà Thành" and "hòa thành" are alike, "Hoa Thanh" is not.
    """
    return _WORD_END.join(_word_key(word) for word in _WORD.findall(nfc(s).lower()))


@dataclass(frozen=True, slots=True)
class Word:
    """A word as search knows it.

    `folded` is the same for all spellings of it: đ → d, no tones, no other marks, a final i written y (kĩ, kỹ). `spelled` tells
    đăng from dâng, yet not hòa from hoà: letters with their own marks, then the tone; it is `folded` where nothing is marked.
    """

    folded: str
    spelled: str


LONGEST_WORD = 64  # characters; what is longer is cut, the same in a text and in a question


def words(s: str) -> list[Word]:
    """Give the words of `s`: runs of letters and digits with their marks. Everything else parts words and means nothing.

    So a code is a row of words (H53.13-261008-0975 has four), and no sign that a person types can be an operator.
    """
    return [word for chunk in s.split() for word, _end in _words_of(chunk)]


def pieces(s: str) -> Iterator[tuple[str, Word | None]]:
    """Give `s` in NFC cut into words and what stands between them, which has no Word; together they are `s` again."""
    for part in re.split(r"(\s+)", nfc(s)):
        begun = 0
        for word, (start, end) in _words_of(part):
            if start > begun:
                yield part[begun:start], None
            yield part[start:end], word
            begun = end
        if begun < len(part):
            yield part[begun:], None


def row_number(s: str) -> int | None:
    """Give the number of a row that somebody sent; None for what is not plain digits, or would not fit a bigint."""
    return int(s) if s.isascii() and s.isdigit() and len(s) <= _LONGEST_NUMBER else None


def sort_key(s: str) -> str:
    """Give a string whose code-point order (C.UTF-8 in PostgreSQL) is Vietnamese alphabetical order.

    Word by word: letters, then tones (ngang, huyền, hỏi, ngã, sắc, nặng). Runs of digits compare as numbers, and
    symbols and numbers come before letters. What is then still equal is told apart by case (lower first) and at last
    by itself, so that two keys are equal only when the NFC strings are. About three times as long as `s`.
    """
    composed = nfc(s)
    words = spelling(composed)
    case = "".join("1" if c.isupper() else "0" for c in composed)
    return f"{words}{_KEY_END}{case}{_KEY_END}{composed}"


def _is_mark_or_format(c: str) -> bool:
    return unicodedata.combining(c) > 0 or unicodedata.category(c) == "Cf"


# Vietnamese has some seven thousand syllables: most of what is asked was asked before.
@lru_cache(maxsize=1 << 16)
def _words_of(chunk: str) -> tuple[tuple[Word, tuple[int, int]], ...]:
    """Give the words of a text without spaces, each with where it begins and ends in it."""
    found, start = [], -1
    for place, sign in enumerate(f"{chunk} "):
        if sign.isalnum():
            start = place if start < 0 else start
        elif start >= 0 and not _is_mark_or_format(sign):
            found.append((_word(chunk[start:place]), (start, place)))
            start = -1
    return tuple(found)


def _word(raw: str) -> Word:
    """Give the word that `raw` is, which begins with a letter or digit: so something is left when it is folded."""
    if raw.isascii():
        plain = _SAME_Y.sub(r"\1y", raw.lower())[:LONGEST_WORD]
        return Word(plain, plain)
    folded = _SAME_Y.sub(r"\1y", fold(raw))[:LONGEST_WORD]
    lower = unicodedata.normalize("NFD", unicodedata.normalize("NFD", raw).lower())
    tones = "".join(sorted({c for c in lower if c in _TONES}))
    letters = nfc("".join(c for c in lower if c not in _TONES and unicodedata.category(c) != "Cf"))
    return Word(folded, _SAME_Y.sub(r"\1y", letters)[:LONGEST_WORD] + tones)


def _word_key(word: str) -> str:
    letters, tones = [], []
    for piece in _PIECE.finditer(word):
        if piece["number"]:
            letters.append(_number_key(piece["number"]))
            continue
        letter, marks = _split(piece["sign"])
        letters.append(letter)
        tones.extend(marks)
    return "".join((*letters, _LETTERS_END, *tones))


def _number_key(digits: str) -> str:
    """Give the digits after their count, and that after its own: more digits, larger number."""
    count = str(len(digits))
    return f"{_NUMBER}{len(count)}{count}{digits}"


def _split(sign: str) -> tuple[str, list[str]]:
    """Give the key of the letter in `sign` (one NFC character) and the keys of its marks."""
    base, *marks = list(unicodedata.normalize("NFD", sign))
    if unicodedata.combining(base):  # a mark that no composed character exists for
        return "", [_TONE_SIGN.get(base, _OTHER_MARK + base)]
    for mark in marks:
        letter = nfc(base + mark)
        if letter in _LETTER_SIGN:  # ă â ê ô ơ ư: the mark makes another letter
            marks.remove(mark)
            base = letter
            break
    kind = _OTHER if base.isalnum() else _SYMBOL
    return _LETTER_SIGN.get(base, kind + base), [_TONE_SIGN.get(mark, _OTHER_MARK + mark) for mark in marks]
