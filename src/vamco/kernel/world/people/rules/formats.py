"""What is an identity number, and how it is shown. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vamco.kernel.world.people.contracts import CitizenId
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.people.contracts import NumberKind

# The 63 provinces of before 1 July 2025, whose codes stand in citizen IDs: those stay in force after the mergers.
# Source: TT 59/2021/TT-BCA, Phụ lục I.
PROVINCES = frozenset({
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44,
    45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89,
    91, 92, 93, 94, 95, 96,
})  # fmt: skip
CITIZEN_DIGITS = 12
ABROAD = 101  # from here on codes of countries; which ones exist is not checked
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_SHAPES: dict[NumberKind, re.Pattern[str]] = {
    "citizen_id": re.compile(r"\d{12}", re.ASCII),
    "passport": re.compile(r"(?=.*\d)[A-Z0-9]{6,9}", re.ASCII),  # ICAO Doc 9303: at most nine
    "tax_code": re.compile(
        r"\d{10}(\d{2,3})?", re.ASCII
    ),  # since 1 July 2025 the twelve of a person's own are one, too
    "enterprise_code": re.compile(r"\d{10}", re.ASCII),
}
_SEPARATORS = str.maketrans("", "", " -.\u00a0")
_SHOWN: dict[NumberKind, tuple[int, int]] = {
    "citizen_id": (4, 2),
    "passport": (1, 2),
    "tax_code": (2, 2),
    "enterprise_code": (2, 2),
}
HIDDEN = "•"


def read_citizen_id(number: str) -> CitizenId | None:
    """Give what twelve digits say of their holder, or None when they are no citizen ID.

    Source: NĐ 137/2015/NĐ-CP, Đ. 13: place of registration, century and sex, two digits of the year, six at random.
    """
    if not _SHAPES["citizen_id"].fullmatch(number):
        return None
    province, century, year = number[:3], int(number[3]), int(number[4:6])
    if int(province) not in PROVINCES and int(province) < ABROAD:
        return None
    return CitizenId(province, bool(century % 2), 1900 + 100 * (century // 2) + year)


def _tax_code_holds(number: str) -> bool:
    """Whether the tenth digit of a tax or enterprise code is that of the nine before it. Source: TT 86/2024/TT-BTC, Đ. 5."""
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_WEIGHTS, number, strict=False))
    return 10 - total % 11 == int(number[9])


def normal(kind: NumberKind, written: str, today: dt.date) -> str:
    """Give a number as it is stored, or Refused; the error never repeats the number."""
    number = written.translate(_SEPARATORS).upper()
    if not _SHAPES[kind].fullmatch(number):
        raise Refused("people.wrong_number", _WRONG[kind], kind=kind)
    if kind == "citizen_id" or (kind == "tax_code" and len(number) == CITIZEN_DIGITS):
        said = read_citizen_id(number)
        if said is None or said.born > today.year or (kind == "tax_code" and "-" in written):
            raise Refused("people.wrong_number", _WRONG[kind], kind=kind)
    elif kind in {"tax_code", "enterprise_code"} and not _tax_code_holds(number):
        raise Refused("people.wrong_number", _WRONG[kind], kind=kind)
    return number


_WRONG: dict[NumberKind, str] = {
    "citizen_id": N_(
        "This is no citizen ID: twelve digits, the first three those of a province, then century, sex and year of birth."
    ),
    "passport": N_("This is no passport number: six to nine letters and digits."),
    "tax_code": N_(
        "This is no tax code: ten digits, perhaps three more, of which the tenth checks the others; or a citizen ID."
    ),
    "enterprise_code": N_("This is no enterprise code: ten digits, of which the last checks the others."),
}


def mask(kind: NumberKind, number: str) -> str:
    """Give a number as it is shown: the first and last signs, the others hidden."""
    first, last = _SHOWN[kind]
    return number[:first] + HIDDEN * (len(number) - first - last) + number[-last:]
