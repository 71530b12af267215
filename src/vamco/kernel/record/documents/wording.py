"""How values are written in a document: dates in words, whole dong, numbers with points, all as NĐ 30/2020 writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib import money
from vamco.lib.text import nfc
from vamco.lib.time import HCM

if TYPE_CHECKING:
    import datetime as dt

_TWO_DIGITS_TO = 2  # months 1 and 2 get a leading zero, later ones do not (NĐ 30/2020, Phụ lục I, mục II.4)


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
    """Give a text as a page can hold it: composed letters, without control characters; line breaks stay."""
    return "".join(letter for letter in nfc(text) if letter == "\n" or letter.isprintable() or letter == "\u00a0")


def whole(number: int) -> str:
    """Give "1.234"."""
    return money.format_number(number, 0, "vi")
