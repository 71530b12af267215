"""What the cells around a table say: units, days, totals, column numbers, signatures. Pure.

The words are those of Vietnamese reports and statistics. A word that is missing here makes a row look like data, so these lists
are for what a layout does not name; what it names is compared with its own patterns.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from vamco.lib.text import nfc

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANKS = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
"""What shows nothing: the blanks of Unicode and the signs of no width."""


def plain(text: str) -> str:
    """A text as it is compared: NFC, lower case, runs of blanks as one."""
    return " ".join(nfc(text).translate(_TO_BLANK).split()).casefold()


_TO_BLANK = dict.fromkeys(map(ord, BLANKS), " ")


@lru_cache(maxsize=1024)
def _pattern(pattern: str) -> re.Pattern[str]:
    parts = (
        ".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", plain(pattern))
    )
    return re.compile("".join(parts), re.DOTALL)


def fits(text: str, patterns: Sequence[str]) -> bool:
    """Whether a text fits one of some patterns with * and ?, as labels are compared."""
    return bool(patterns) and any(_pattern(pattern).fullmatch(plain(text)) for pattern in patterns)


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_POWERS = {
    "": 1,
    "nghìn": 10**3,
    "ngàn": 10**3,
    "nghin": 10**3,
    "k": 10**3,
    "chục nghìn": 10**4,
    "trăm nghìn": 10**5,
    "triệu": 10**6,
    "trieu": 10**6,
    "tr": 10**6,
    "tr.": 10**6,
    "trăm triệu": 10**8,
    "tỷ": 10**9,
    "tỉ": 10**9,
    "ty": 10**9,
    "nghìn tỷ": 10**12,
    "nghìn tỉ": 10**12,
    "ngàn tỷ": 10**12,
}
_MONEY = r"(?:đồng(?: việt nam)?|vnđ|vnd|đ|₫|dong)"
_POWER = "|".join(sorted((re.escape(word) for word in _POWERS if word), key=len, reverse=True))
_UNIT = re.compile(rf"(?:(?P<digits>1(?:[.,]?000)+) ?|(?P<power>{_POWER})(?= |\b|đ) ?)?(?P<money>{_MONEY})?")
_NAMED = re.compile(r"(?:đơn vị(?: tính| tiền(?: tệ)?)?|đvt|dvt|đv tính|unit)\s*(?:[:：(]|là|-|–)\s*(?P<unit>[^)]*)")
_NAMED_BARE = re.compile(r"(?:đơn vị tính|đvt|dvt) (?P<unit>.+)")
_IN_BRACKETS = re.compile(rf"\((?P<unit>(?:[\d.,]+|{_POWER}) ?{_MONEY}\.?)\)")


def unit(text: str) -> int | None:
    """How many dong a unit is: 1000000 for "triệu đồng"; None for what is no unit of money."""
    bare = plain(text).strip(" .:;()[]")
    found = _UNIT.fullmatch(bare)
    if not bare or found is None:
        return None
    if found["digits"]:
        return int(re.sub(r"\D", "", found["digits"])) if found["money"] else None
    if found["power"] and not found["money"] and found["power"] in {"k", "tr", "tr.", "ty"}:
        return None
    return _POWERS[found["power"] or ""]


def unit_named(text: str) -> tuple[str, int] | None:
    """The unit that a cell above a table names, as "Đơn vị tính: nghìn tấn", and how many of the bare unit it is."""
    bare = plain(text)
    if (money := unit(bare)) is not None:
        return bare, money
    found = _NAMED.search(bare) or _IN_BRACKETS.search(bare) or _NAMED_BARE.fullmatch(bare)
    if found is None or not found["unit"].strip(" .:;…_-"):
        return None
    words = found["unit"].strip(" .:;")
    if (money := unit(words)) is not None:
        return words, money
    counted = re.match(rf"(?:(1(?:[.,]?000)+)|({_POWER}))(?: |$)", words)
    if counted is None:
        return words, 1
    return words, int(re.sub(r"\D", "", counted[1])) if counted[1] else _POWERS[counted[2]]


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_DAY = re.compile(r"(?:ngày )?(\d{1,2})(?:[/.-]| tháng )(\d{1,2})(?:[/.-]| năm )(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(?:tháng )?(\d{1,2})(?:[/.-]| năm )(\d{4})")


def day(text: str) -> dt.date | None:
    """The day that a text says, "31/10/2026" or "ngày 31 tháng 10 năm 2026"; a month is its last day; None for none."""
    bare = plain(text).strip(" .:;()")
    try:
        if found := _ISO.fullmatch(bare):
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY.fullmatch(bare):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        if found := _MONTH.fullmatch(bare):
            year, month = int(found[2]), int(found[1])
            return dt.date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        return None
    return None


# ── rows that are no data ────────────────────────────────────────────────────────────────────────────────────────────

_TOTAL = re.compile(
    r"(?:(?:tổng|cộng|tổng cộng|tổng số|cộng tổng|tổng toàn tỉnh|cộng dồn|lũy kế|luỹ kế"
    r"|trong đó|chia ra|tổng cộng.{0,40}|(?:.{1,60} )?total|subtotal|sub-total|sum)"
    r"|tổng số(?! h[oó]a| hoá| hóa).{0,40}|(?:tổng|cộng) ?(?:\(.*|:.*|(?:trang|nhóm|mục|phần|khối|chương|loại|xã|huyện) .{0,40}|[ivx]+|[a-z]))"
    r"[ .:;]*"
)
_WHOLE = re.compile(r"(?:toàn|cả) (?:tỉnh|thành phố|huyện|xã|phường|ngành|đơn vị)[ .:;]*")
_SPACED_TOTAL = frozenset({"tổngcộng", "tổngsố", "cộng", "tổng"})
_SIGNED = re.compile(
    r"người lập.*|lập biểu.*|lập bảng.*|thủ trưởng.*|kế toán(?: trưởng)?|phụ trách kế toán.*|giám đốc|phó giám đốc|chủ tịch"
    r"|phó chủ tịch|chánh văn phòng|nơi nhận.*|ghi chú ?:.*|ghi chú|chú thích.*|nguồn(?: số liệu)? ?:.*|lưu ý ?:.*|\(?ký,? .*|\(?ký tên.*|tm\. .*|kt\. .*|tl\. .*|tuq\. .*"
    r"|xác nhận của.*|(?:.{0,40}, ?)?ngày[ .…_\d]*tháng[ .…_\d]*năm[ .…_\d]*"
)
_SECTION = re.compile(r"(?=[ivxlc])(?:x{0,3}(?:ix|iv|v?i{0,3}))[.)]?|[a-h][.)]?")
_NUMBERED = re.compile(r"\d{1,5}[.)]?")
_NESTED = re.compile(r"\d{1,4}(?:\.\d{1,4})+[.)]?")
_OF_COLUMN = re.compile(r"[(\[]? ?(\d{1,2}|[A-Z]|(?<=[(\[])[a-z]) ?[)\]]?(?: ?=.*)?")
_LEAST_NUMBERS = 3


def says_total(texts: Sequence[str]) -> bool:
    """Whether a row, by its first filled cells, is a sum of others and not one of them."""
    first = [plain(text) for text in texts[:2]]
    numbered = first[:1] and (_SECTION.fullmatch(first[0]) or _NUMBERED.fullmatch(first[0]))
    return any(
        _TOTAL.fullmatch(text) or text.replace(" ", "") in _SPACED_TOTAL for text in (first if numbered else first[:1])
    )


def names_whole(texts: Sequence[str]) -> bool:
    """Whether a row is about the whole of which others may be parts: "Toàn tỉnh"."""
    first = [plain(text) for text in texts[:2]]
    numbered = first[:1] and (_SECTION.fullmatch(first[0]) or _NUMBERED.fullmatch(first[0]))
    return any(map(_WHOLE.fullmatch, first if numbered else first[:1]))


def is_signed(text: str) -> bool:
    """Whether a cell belongs below a table: who signs, where and when, notes."""
    return _SIGNED.fullmatch(plain(text)) is not None


def is_section(text: str) -> bool:
    """Whether a cell numbers a part of a table: I, II, A."""
    return _SECTION.fullmatch(plain(text)) is not None


def is_numbered(text: str) -> bool:
    """Whether a cell numbers a row: 1, 2."""
    return _NUMBERED.fullmatch(plain(text)) is not None


def is_nested(text: str) -> bool:
    """Whether a cell numbers a row below another: 1.1."""
    return _NESTED.fullmatch(plain(text)) is not None


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether a row numbers the columns: (1) (2) (3), or A B 1 2 3, or 1 2 3=1+2. In brackets they may begin anywhere."""
    found = [_OF_COLUMN.fullmatch(nfc(text).strip(BLANKS)) for text in texts]
    if len(texts) < _LEAST_NUMBERS or not all(found):
        return False
    names = [each[1] for each in found if each]
    numbers = [int(name) for name in names if name.isdigit()]
    letters = [name for name in names if not name.isdigit()]
    if any("(" in text or "[" in text for text in texts):
        return bool(numbers) and numbers == sorted(numbers)
    counted = numbers == list(range(1, len(numbers) + 1)) and len(numbers) > bool(letters)
    return counted and letters == [chr(ord("A") + place) for place in range(len(letters))]


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def amount(text: str, decimal: str = "", thousands: str = "", *, brackets: bool = False) -> Decimal | None:
    """The number that a text says in a notation; None for what is none in it. Nothing is guessed: 1.000 is one without groups."""
    bare = text.strip(BLANKS)
    negative = brackets and bare.startswith("(") and bare.endswith(")")
    bare = bare[1:-1].strip(BLANKS) if negative else bare
    point, group = decimal or ".", re.escape(thousands)
    whole = rf"\d{{1,3}}(?:{group}\d{{3}})+|\d+" if thousands else r"\d+"
    if thousands == " ":
        bare = bare.translate(_TO_BLANK)
    found = re.fullmatch(rf"([+-]?)({whole})(?:{re.escape(point)}(\d+))?", bare, re.ASCII)
    if found is None:
        return None
    value = Decimal(f"{found[1]}{re.sub(r'[^0-9]', '', found[2])}.{found[3] or 0}")
    return -value if negative else value
