"""The same text is the same: what a cell says, without what nobody sees of it; and text that cannot be what was meant. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_
from vamco.lib.text import nfc
from vamco.systems.hub.contracts import Check
from vamco.systems.hub.rules import encodings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.systems.hub.contracts import Column

LINE_BREAKS, NO_ROW, QUOTES, NUMBER_ROW = "line_breaks", "no_row", "quotes", "number_row"
MESSAGES: Final = {
    "text": N_(
        "%(column)s: broken text (an error of a spreadsheet, a program’s word for nothing, control characters, lost digits or "
        "letters, or letters of another encoding or script)"
    ),
    LINE_BREAKS: N_("%(column)s: a line break, which the contract does not allow in this column"),
    QUOTES: N_("The row has a quotation mark where none may stand, so nobody knows where its cells end"),
    NUMBER_ROW: N_("The row only numbers the columns"),
    NO_ROW: N_("%(column)s: this is a total, a heading or a signature, not a row of data"),
}

_BLANKS = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_UNSEEN = "\xad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
_FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)}
_SEEN: Final = str.maketrans({**dict.fromkeys(_BLANKS, " "), **dict.fromkeys(_UNSEEN)}) | _FULL_WIDTH
_MINUS: Final = str.maketrans("\u2010\u2011\u2012\u2013\u2212\ufe63", "------")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff]")
_LOST = re.compile(r"(?<![^\s(,;.\"'“/-])[^\W\d_]*\?+[^\W\d_]*(?![^\s),;.:!\"'”/-])")
NOTHING: Final = ("NULL", "null", "(null)", "<null>", "NaN", "nan", "None", "<NA>", "\\N", "undefined", "NaT")
"""Words for nothing that programs write where a person leaves a cell empty. A layout that means them says so (no_data)."""
_SPOILED = re.compile(
    r"#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|BUSY!|GETTING_DATA|#+)"  # errors of spreadsheets
    r"|[+-]?\d([.,]\d+)?[eE]\+\d+"  # a long code that became a number: its last digits are lost
    r"|=\"[^\"]*\"|'\d+"  # a code that was guarded against a spreadsheet
    r"|[?\s]*\?\s?\?[?\s]*"
)
_ESCAPED = re.compile(r"&(#\d{2,6}|#x[0-9A-Fa-f]{2,5}|[A-Za-z]{2,8});|\\u[0-9A-Fa-f]{4}")
_CYRILLIC = re.compile(r"[A-Za-z0-9][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z0-9]")


def tidy(text: str) -> str:
    """A cell's text in NFC with plain blanks, none at its ends, without signs that nobody sees; broken text as it is.

    Neither case nor blanks within change, nor do line breaks.
    """
    return text if is_broken(text) else nfc(text).translate(_SEEN).strip(" ")


def tidy_number(text: str) -> str:
    """The text of a number or a day likewise, with a plain minus."""
    return nfc(text).translate(_SEEN).translate(_MINUS).strip(" ")


def is_broken(text: str) -> bool:
    """Whether a cell holds what nobody has written.

    Control signs and signs of private fonts; letters that stand there as escapes (&amp;); letters lost on the way ("Huy?n"); words in the letters of another encoding; Latin
    words with Cyrillic letters that look like Latin ones; what spreadsheets and programs write in place of a value.
    """
    if text in NOTHING or _SPOILED.fullmatch(text.strip()):
        return True
    if _CONTROL.search(text) or _CYRILLIC.search(text) or _ESCAPED.search(text):
        return True
    if "?" in text and "://" not in text and any(_has_lost(found) for found in _LOST.findall(text)):
        return True
    return not text.isascii() and encodings.is_misread(text)


def _has_lost(word: str) -> bool:
    """A question mark with letters on both sides: "Huy?n", "D??ng"; not "sao?"."""
    return word.strip("?") != "" and "?" in word.strip("?")


TOTALS: Final = r"(?i)(tổng|cộng|tổng (số|cộng)|cộng tổng|tổng cộng chung|cộng chung|cộng (trang|dồn|lũy kế|luỹ kế)|total|grand total|subtotal)[ .:]*"
"""What the cell that names a row says in a row of totals."""
SIGNATURES: Final = (
    r"(?i)(người lập( (biểu|bảng|báo cáo))?|kế toán( trưởng)?|thủ trưởng( (đơn vị|cơ quan))?|giám đốc|chủ tịch|trưởng phòng"
    r"|(kt|tm|tl|tuq|q)\. ?(chủ tịch|giám đốc|ubnd|(ủy|uỷ) ban|trưởng|thủ trưởng|cục trưởng|chánh).*|\(?ký(,| và) .*"
    r"|(ghi chú|nguồn( số liệu)?|nơi nhận|đơn vị( tính)?|đvt) ?:.*"
    r"|.{0,40}ngày [0-9.… ]{0,9}tháng [0-9.… ]{0,9}năm [0-9.… ]{0,9})[ .:]*"
)
"""What it says below a table, where the other cells of the row are empty: signatures, notes, place and day."""


def checks_of(column: Column) -> Iterable[Check]:
    """What the text of a cell must hold, whatever the contract says of the column."""
    if column.type == "string":
        yield Check("text", column.name)
        if not column.line_breaks:
            yield Check(LINE_BREAKS, column.name)


def naming(columns: Sequence[Column], key: Sequence[str]) -> Iterable[Check]:
    """The check that a row is one: by the texts of its key, or of the first text column where none is in the key.

    Its value has what the column is called (a header that comes again) and the columns that are empty beside a signature.
    """
    words = [column for column in columns if column.type == "string"]
    for column in [column for column in words if column.name in key] or words[:1]:
        labels = tuple(dict.fromkeys(label for label in (column.name, column.title, *column.titles) if label))
        others = [each.name for each in columns if each.type != "string"] or [each.name for each in columns]
        yield Check(NO_ROW, column.name, {"labels": labels, "empty": [name for name in others if name != column.name]})
