"""Old encodings of Vietnamese: their tables, and how text that was read in the wrong one is found out. Pure.

TCVN3 (also called ABC, fonts .VnTime) is the third form of TCVN 5712:1993: small letters with their tones, and of the capitals only
Ă Â Ê Ô Ơ Ư Đ; its other capitals are a matter of the font (.VnTimeH). VNI (fonts VNI-Times) writes a letter and its marks as two
characters. Both stand in files as if they were Western text, and read so they look like “HuyÖn” and “Huyeän”.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from vamco.lib.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterable

Suspected = Literal["tcvn3", "vni", "windows-1258", "utf-8"]
NAMES: Final[dict[str, str]] = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "windows-1258": "Windows-1258",
    "tcvn3": "TCVN3 (ABC)",
    "vni": "VNI",
}

# From A1 on; "?" stands where the third form has nothing.
_TCVN3 = "ĂÂÊÔƠƯĐăâêôơưđ??????àảãáạ?ằẳẵắ???????ặầẩẫấậè?ẻẽéẹềểễếệìỉ???ĩíịò?ỏõóọồổỗốộờởỡớợù?ủũúụừửữứựỳỷỹýỵ?"
_TCVN3_TABLE: Final = {0xA1 + place: letter for place, letter in enumerate(_TCVN3) if letter != "?"}
_ASCII, _DEGREE = 0x80, 0xB0
_CAPITALS_BY_FONT: Final = frozenset(_TCVN3[20:])
"""Letters of TCVN3 that have no capital of their own."""

_VNI_MARKS: Final = {
    "a": dict(zip("ùøûõïâêáàåãäéèúüë", "áàảãạâăấầẩẫậắằẳẵặ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_ALONE: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    small = {base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()} | _VNI_ALONE
    large = {key.upper(): letter.upper() for key, letter in small.items()}
    mixed = {key[0].upper() + key[1:]: letter.upper() for key, letter in small.items() if len(key) > 1}
    return mixed | large | small


_VNI_TABLE: Final = _vni_table()
_VNI = re.compile("|".join(sorted(map(re.escape, _VNI_TABLE), key=len, reverse=True)))
_FROM_WESTERN: Final = {
    **{chr(byte): byte for byte in range(256)},
    **{bytes([b]).decode("cp1252"): b for b in range(256) if b not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}},
}
_TO_WESTERN: Final = "".join(bytes([b]).decode("cp1252", "replace") for b in range(256)).replace("\ufffd", "\x81")
_WORD = re.compile(r"[^\x00-@\[-`{-\x7f]+")


def decode(content: bytes, encoding: str) -> str:
    """Bytes in one of the encodings of a layout as text in NFC; UnicodeDecodeError for what is not in it."""
    if encoding == "tcvn3":
        return _raised("".join(_tcvn3(content)))
    if encoding == "vni":
        return _VNI.sub(lambda found: _VNI_TABLE[found[0]], "".join(_TO_WESTERN[byte] for byte in content))
    return nfc(content.decode({"windows-1258": "cp1258", "utf-8": "utf-8-sig"}.get(encoding, encoding)))


def _tcvn3(content: bytes) -> Iterable[str]:
    for place, byte in enumerate(content):
        letter = chr(byte) if byte < _ASCII else _TCVN3_TABLE.get(byte)
        if letter is None:
            letter = _TO_WESTERN[byte]
            if not (letter in "“”‘’–—…•€\xa0" or byte == _DEGREE):
                raise UnicodeDecodeError("tcvn3", content, place, place + 1, "not a letter of TCVN3")
        yield letter


_LETTERS = re.compile(r"[^\W\d_]+")


def _raised(text: str) -> str:
    """Gives their capitals back to words that can only have been meant in capitals: "HUYệN" is HUYỆN."""
    return _LETTERS.sub(lambda found: _raised_word(found[0]), text)


def _raised_word(word: str) -> str:
    others = [letter for letter in word if letter not in _CAPITALS_BY_FONT]
    if len(others) > 1 and all(letter.isupper() for letter in others):
        return word.upper()
    return word


@dataclass(frozen=True)
class Likely:
    """The encoding that text is likely to be in, whatever it was read as. `words`: how many different words say so."""

    encoding: Suspected
    words: int

    @property
    def name(self) -> str:
        """What people call it."""
        return NAMES[self.encoding]


_ENOUGH = 2
_SHARE = 0.4


def likely(cells: Iterable[str | None]) -> Likely | None:
    """The encoding that some cells are really in, when they were read in another one; None for text that may be what it seems.

    Two different words must say so, and two fifths of all that are not plain ASCII: a row or two among good ones is not yet a file
    in another encoding. `utf-8` means text that was read as Western text and
    saved again (“Tá»‰nh”). To be asked of cells as they stand in the file: normalising loses signs that tell.
    """
    counts: dict[Suspected, int] = {}
    words = {word for cell in cells if cell and not cell.isascii() for word in _words(cell)}
    for word in words:
        for encoding in _meant(word):
            counts[encoding] = counts.get(encoding, 0) + 1
    if not counts:
        return None
    encoding = max(counts, key=lambda each: counts[each])
    number = counts[encoding]
    return Likely(encoding, number) if number >= _ENOUGH and number >= _SHARE * len(words) else None


def likely_of_bytes(content: bytes) -> str:
    """What the encoding of bytes that are not UTF-8 is called, as far as one can tell; "" when one cannot."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.count(0) * 5 > len(content):
        return NAMES["utf-16"]
    western = "".join(_TO_WESTERN[byte] for byte in content)
    if found := likely([western]):
        return found.name
    marked = [word for word in set(_words(western)) if not word.isascii()]
    plain = sum(_is_syllable(word) for word in marked)
    return NAMES["windows-1258"] if marked and plain * 2 > len(marked) else ""


def is_misread(text: str) -> bool:
    """Whether some word in a cell stands there in the letters of another encoding."""
    return any(_meant(word) or _has_double(word) for word in _words(text)) or bool(_STRAY.search(text))


_DOUBLES: Final = str.maketrans("ÐðƉƢƣ", "ĐđĐƯư")
"""Letters of other languages that look like Vietnamese ones, from old keyboards and from PDF."""


def _has_double(word: str) -> bool:
    bare = word.strip(_ENDS)
    other = bare.translate(_DOUBLES)
    return other != bare and _is_syllable(nfc(other))


def reads_well(text: str) -> bool:
    """Whether text that was decoded from an old encoding is Vietnamese, as far as its marked words tell."""
    marked = {word for found in _words(text) if (word := found.strip(_ENDS)) and not word.isascii()}
    return len(marked) <= _ENOUGH or sum(map(_is_syllable, marked)) * 2 >= len(marked)


_STRAY = re.compile("[ÂÃ][\xa1-\xaa\xac-\xba\xbc-\xbf]|Â\xa0")
"""What UTF-8 read as Western text makes of signs such as ° and of small letters; no Vietnamese word has it."""
_ENDS = " .,;:!?…“”‘’‚„«»‹›–—―•·\"'()[]\xa0"


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if not word.isascii()]


@lru_cache(maxsize=1 << 16)
def _meant(word: str) -> tuple[Suspected, ...]:
    """The encodings in which a word that is no Vietnamese one would be one."""
    bare = nfc(word.strip(_ENDS))
    if not bare or bare.isascii() or _is_syllable(bare) or bare in _UNITS or len(word) == 1:
        return ()
    if any(letter not in _FROM_WESTERN for letter in word):
        return ()
    found: list[Suspected] = []
    for each in {word, bare}:
        raw = bytes(_FROM_WESTERN[letter] for letter in each if letter in _FROM_WESTERN)
        for encoding in _SUSPECTED:
            if encoding not in found and _gives_syllable(raw, encoding):
                found.append(encoding)
    return tuple(found)


_SUSPECTED: Final[tuple[Suspected, ...]] = ("tcvn3", "vni", "windows-1258", "utf-8")
_UNITS: Final = frozenset({"µm", "µg", "µl", "µL", "µs", "µV", "µA", "µF", "µmol", "N·m", "A·h", "x·y", "a·b"})


def _gives_syllable(raw: bytes, encoding: Suspected) -> bool:
    try:
        text = decode(raw, encoding).strip(_ENDS)
    except UnicodeDecodeError:
        return False
    return not text.isascii() and _is_syllable(text)


_TONES = "\u0300\u0309\u0303\u0301\u0323"
_STOPPED = ("c", "ch", "p", "t")
_SHARP = "\u0301\u0323"
_ONSETS = (
    "",
    *["b", "c", "d", "đ", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x"],
    *["ch", "gh", "gi", "kh", "ng", "ngh", "nh", "ph", "qu", "th", "tr"],
)
_RHYMES = frozenset(
    [
        "a",
        "ac",
        "ach",
        "ai",
        "am",
        "an",
        "ang",
        "anh",
        "ao",
        "ap",
        "at",
        "au",
        "ay",
        "ăc",
        "ăm",
        "ăn",
        "ăng",
        "ăp",
        "ăt",
        "âc",
        "âm",
        "ân",
        "âng",
        "âp",
        "ât",
        "âu",
        "ây",
        "e",
        "ec",
        "em",
        "en",
        "eng",
        "eo",
        "ep",
        "et",
        "ê",
        "êch",
        "êm",
        "ên",
        "ênh",
        "êp",
        "êt",
        "êu",
        "i",
        "ia",
        "ich",
        "im",
        "in",
        "inh",
        "ip",
        "it",
        "iu",
        "iêc",
        "iêm",
        "iên",
        "iêng",
        "iêp",
        "iêt",
        "iêu",
        "y",
        "yêm",
        "yên",
        "yêng",
        "yêt",
        "yêu",
        "ych",
        "ynh",
        "yt",
        "o",
        "oc",
        "oi",
        "om",
        "on",
        "ong",
        "op",
        "ot",
        "oa",
        "oac",
        "oach",
        "oai",
        "oam",
        "oan",
        "oang",
        "oanh",
        "oao",
        "oap",
        "oat",
        "oay",
        "oăc",
        "oăm",
        "oăn",
        "oăng",
        "oăt",
        "oe",
        "oen",
        "oeo",
        "oet",
        "ooc",
        "oong",
        "ô",
        "ôc",
        "ôi",
        "ôm",
        "ôn",
        "ông",
        "ôp",
        "ôt",
        "ơ",
        "ơi",
        "ơm",
        "ơn",
        "ơp",
        "ơt",
        "u",
        "ua",
        "uc",
        "ui",
        "um",
        "un",
        "ung",
        "up",
        "ut",
        "uâc",
        "uân",
        "uâng",
        "uât",
        "uây",
        "uê",
        "uêch",
        "uên",
        "uênh",
        "uêt",
        "uôc",
        "uôi",
        "uôm",
        "uôn",
        "uông",
        "uôt",
        "uơ",
        "uy",
        "uya",
        "uych",
        "uyên",
        "uyêt",
        "uynh",
        "uyt",
        "uyu",
        "uyn",
        "uyp",
        "ư",
        "ưa",
        "ưc",
        "ưi",
        "ưm",
        "ưn",
        "ưng",
        "ưt",
        "ưu",
        "ươc",
        "ươi",
        "ươm",
        "ươn",
        "ương",
        "ươp",
        "ươt",
        "ươu",
    ]
)


@lru_cache(maxsize=1 << 16)
def _is_syllable(word: str) -> bool:
    """Whether a word has the form of a Vietnamese syllable."""
    marks = unicodedata.normalize("NFD", word.lower())
    tones = [mark for mark in marks if mark in _TONES]
    if len(tones) > 1 or not (word.islower() or word.isupper() or word.istitle() or word[1:].islower()):
        return False
    base = nfc("".join(mark for mark in marks if mark not in _TONES))
    for onset in _ONSETS:
        rhyme = base[len(onset) :]
        if base.startswith(onset) and rhyme in _RHYMES:
            stopped = rhyme.endswith(_STOPPED)
            return not stopped or (bool(tones) and tones[0] in _SHARP)
    return False
