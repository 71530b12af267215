"""Vietnamese text: one normal form, folding for search, and a key for alphabetical order."""

from __future__ import annotations

import re
import unicodedata

# Order of letters, of tones, word by word, lower case first: Vũ Xuân Lương (Trung tâm Từ điển học), "Quy tắc sắp xếp
# ABC", http://vietunicode.sourceforge.net/charset/quytacABC_en.html; CLDR's vi.xml has the same letters and tones.
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng; no mark (ngang) comes first

# The key's own alphabet. A lower sign ends the longer one's turn: key < word < tones < what stands in a word.
_KEY_END, _WORD_END, _LETTERS_END = " !#"
_SYMBOL, _NUMBER, _OTHER = "$%~"  # before and after the letters, which are "A" (a) to "a" (z)
_LETTER_SIGN = {letter: chr(ord("A") + place) for place, letter in enumerate(_LETTERS)}
_TONE_SIGN = {tone: str(place) for place, tone in enumerate(_TONES, start=1)}
_OTHER_MARK = "9"

_WORD = re.compile(r"\S+")
_PIECE = re.compile(r"0*(?P<number>[0-9]+)|(?P<sign>.)", re.DOTALL)


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
