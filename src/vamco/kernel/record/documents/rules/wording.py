"""How values are written in a document: dates in words, whole dong, numbers with points, all as NĐ 30/2020 writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.lib import money
from vamco.lib.text import nfc
from vamco.lib.time import HCM

if TYPE_CHECKING:
    import datetime as dt

_TWO_DIGITS_TO = 2  # months 1 and 2 get a leading zero, later ones do not (NĐ 30/2020, Phụ lục I, mục II.4)
_NO_BREAK: Final = "\u00a0"
_KEPT: Final = f"\n{_NO_BREAK}"
_SPACES: Final = "\t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS: Final = "\r\v\f\x85\u2028\u2029"  # Word copies its line break as \v
# They ask for another picture of the sign before them and are nothing themselves.
_SELECTORS: Final = "".join(map(chr, range(0xFE00, 0xFE10)))
# Forms hold these, and Tinos has none of them. All boxes in one way, so that an empty one beside a ticked one is known as such.
_BOXES: Final = {"☐": f"[{_NO_BREAK}]", "☑": "[√]", "☒": "[×]", "✓": "√", "✔": "√"}
_LIKE: Final = str.maketrans(
    {**dict.fromkeys(_SPACES, " "), **dict.fromkeys(_BREAKS, "\n"), **dict.fromkeys(_SELECTORS, ""), **_BOXES}
)


def day_in_words(day: dt.date) -> str:
    """Give "ngày 05 tháng 01 năm 2026": zeros before days to 9 and months 1 and 2, so that nothing can be put before them."""
    month = f"{day.month:02}" if day.month <= _TWO_DIGITS_TO else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def day_in_digits(day: dt.date) -> str:
    """Give "05/01/2026"."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def moment_in_words(moment: dt.datetime) -> str:
    """Give "08 giờ 30 phút, ngày 05 tháng 01 năm 2026", on the province's clock."""
    local = moment.astimezone(HCM)
    return f"{local.hour:02} giờ {local.minute:02} phút, {day_in_words(local.date())}"


def clean(text: str) -> str:
    """Give a text as a page can hold it: composed letters, no control characters; line breaks and no-break spaces stay.

    Any other space becomes a plain one, whatever ends a line a line break, boxes and ticks that the typeface lacks like ones.
    """
    plain = nfc(text).replace("\r\n", "\n").translate(_LIKE)
    return plain if plain.isprintable() else "".join(sign for sign in plain if sign.isprintable() or sign in _KEPT)


def whole(number: int) -> str:
    """Give "1.234"."""
    return money.format_number(number, 0, "vi")
