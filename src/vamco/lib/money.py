"""Numbers and money as people read them, in Vietnamese ("1.234,5") or English ("1,234.5").

Money is whole dong in an `int`. Rounding is half up (away from zero) on decimals, never on floats. `lang` is a language
tag; whatever does not begin with "en" reads as Vietnamese. No value gives "–".
"""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, ROUND_HALF_UP, Context, Decimal

NO_VALUE = "–"
_BN = Decimal(10**9)
_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, rounding=ROUND_HALF_UP)
_SWAP = str.maketrans(",.", ".,")


def format_number(value: Decimal | int | None, decimals: int, lang: str) -> str:
    """Give `value` rounded half up to `decimals` places, with thousands marks."""
    if value is None:
        return NO_VALUE
    if isinstance(value, float):  # what mypy cannot see: JSON and Arrow hand out floats
        raise TypeError("a float has no exact decimals: give a Decimal or an int")
    number = Decimal(value)
    if not number.is_finite():
        return NO_VALUE
    rounded = number.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    english = f"{rounded or abs(rounded):,f}"  # abs: no minus before what rounds to zero
    return english if is_english(lang) else english.translate(_SWAP)


def format_percent(value: Decimal | int | None, decimals: int, lang: str) -> str:
    """Give a value that is already in percent: 64.5 reads "64,5%"."""
    text = format_number(value, decimals, lang)
    return text if text == NO_VALUE else f"{text}%"


def format_dong(amount: int | None, lang: str) -> str:
    """Give an amount to the dong: "1.234.567 đồng", "VND 1,234,567"."""
    return _with_unit(format_number(amount, 0, lang), "đồng", "", lang)


def format_bn(amount: int | None, lang: str, decimals: int = 1) -> str:
    """Give an amount of dong in thousand millions: "1.234,5 tỷ đồng", "VND 1,234.5 billion"."""
    billions = None if amount is None else _EXACT.divide(Decimal(amount), _BN)
    return _with_unit(format_number(billions, decimals, lang), "tỷ đồng", " billion", lang)


def is_english(lang: str) -> bool:
    """Tell whether to write English; Vietnamese is the default."""
    return lang.lower().startswith("en")


def _with_unit(number: str, vi: str, en: str, lang: str) -> str:
    if number == NO_VALUE:
        return number
    return f"VND {number}{en}" if is_english(lang) else f"{number} {vi}"
