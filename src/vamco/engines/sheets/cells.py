"""What a spreadsheet's cell says beyond its text: the kind of thing, as its number format shows it. Pure.

A number format is a program in small: up to four sections for positive, negative, zero and text, with conditions, literals and
codes. Only what changes the meaning of the number is read out of it. Source: ECMA-376-1 §18.8.30 and §18.8.31 (numFmt).
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

CellKind = Literal["number", "date", "time", "bool", "percent", "error", "formula", "merged", "merged_across", "scaled"]


class Cell(NamedTuple):
    """A cell whose kind is known. What is only text is a plain `str`, what is empty None.

    Beside the kinds that travel on (decision 0028) there are two that only the table knows: `merged_across` is part of a merged
    area that begins in another column, `scaled` a number that is shown in thousands or millions by its format alone.
    """

    text: str
    kind: CellKind


Content = str | Cell | None

ERRORS = frozenset(
    [
        "#REF!",
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
        "#FIELD!",
        "#BLOCKED!",
        "#CONNECT!",
        "#BUSY!",
        "#UNKNOWN!",
        "#####",
        "#TÊN?",
        "#GIÁ_TRỊ!",
        "Err:502",
        "Err:504",
        "Err:508",
        "Err:509",
        "Err:511",
        "Err:522",
    ]
)
"""What stands where a formula failed, also after somebody pasted it as text."""

BUILT_IN = {
    **dict.fromkeys((1, 2, 3, 4, 11, 37, 38, 39, 40, 41, 42, 43, 44, 48), "0.0"),
    **dict.fromkeys((9, 10), "0%"),
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), "d/m/y"),
    22: "d/m/y h:mm",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm:ss"),
}
"""The number formats that a workbook does not spell out, by number, as far as their meaning goes."""

_TOKEN = re.compile(
    r"""(?P<literal>"[^"]*"|\\.|_.|\*.)|\[(?P<bracket>[^\]]*)\]|(?P<half>am/pm|a/p)|(?P<general>general)"""
    r"""|(?P<power>e[+-])|(?P<when>[ymdhsegb]+)|(?P<digit>[0#?])|(?P<sign>[.,%@/])|(?P<other>.)""",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_DAY_1900, _DAY_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
_LEAP_BUG, _LAST_DAY = 60, 2_958_465  # 29 February 1900, which never was; 31 December 9999
_SECONDS = 86_400
_LEAST_PADDING = 2


@dataclass(frozen=True)
class Section:
    """One section of a number format. `shape`: literals and places of digits, where the format makes a text of the number."""

    kind: Literal["number", "percent", "date", "time", "scaled", "shaped"]
    percents: int = 0
    shape: tuple[str, ...] = ()
    condition: tuple[str, float] | None = None


@lru_cache(maxsize=4096)
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a number format."""
    parts = re.findall(r'(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[]|[\\\["])+|(?<=;)(?=;|$)', code)
    return tuple(_section(part) for part in parts[:4]) or (Section("number"),)


def _section(code: str) -> Section:
    tokens = [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(code)]
    brackets = [text[1:-1].lower() for group, text in tokens if group == "bracket"]
    found = next((found for text in brackets if (found := _CONDITION.fullmatch(text.strip()))), None)
    condition = (found[1], float(found[2])) if found else None
    elapsed = any(text and set(text) in ({"h"}, {"m"}, {"s"}) for text in brackets)
    when = {letter for group, text in tokens if group == "when" for letter in text.lower()}
    half = any(group == "half" for group, _ in tokens)
    if any(group == "general" for group, _ in tokens):
        return Section("number", condition=condition)
    if when or elapsed or half:
        clock = bool(elapsed or half or when & {"h", "s"})
        dated = bool(when & {"y", "d", "e", "g", "b"}) or ("m" in when and not clock)
        return Section("date" if dated else "time", condition=condition)
    if percents := sum(text == "%" for group, text in tokens if group == "sign"):
        return Section("percent", percents, condition=condition)
    if _scaled(tokens):
        return Section("scaled", condition=condition)
    shape = _shape(tokens)
    return Section("shaped", shape=shape, condition=condition) if shape else Section("number", condition=condition)


def _scaled(tokens: list[tuple[str, str]]) -> bool:
    """Whether a comma stands behind the last digit before the point or the end: the number is shown a thousand times less."""
    bare = "".join(text for group, text in tokens if group in {"digit", "sign", "power"})
    return re.search(r"[0#?],+(?:\.|$|[^0#?,.])", bare) is not None


def _shape(tokens: list[tuple[str, str]]) -> tuple[str, ...]:
    """Places and literals of a format that makes a code of a whole number: 00000, 000-000, "DA"0; else ()."""
    if any(group in {"sign", "power"} and text != "/" for group, text in tokens):
        return ()
    places = [text for group, text in tokens if group == "digit"]
    shape = [text if group == "digit" else _literal(group, text) for group, text in tokens]
    if not places or set(places) - {"0", "#"}:
        return ()
    before = "".join(shape[: next(n for n, (group, _) in enumerate(tokens) if group == "digit")])
    named = any(character.isalnum() for character in before)
    padded = len(places) >= _LEAST_PADDING and set(places) == {"0"}
    return tuple(part for part in shape if part) if named or padded else ()


def _literal(group: str, text: str) -> str:
    if group == "literal":
        return text[1:-1] if text[0] == '"' else text[1] if text[0] == "\\" else ""
    if group == "bracket":
        return text[2:-1].partition("-")[0] if text.startswith("[$") else ""
    return text


def section_for(code: str, value: float) -> Section:
    """The section of a number format that shows a value."""
    found = sections(code)
    if any(section.condition for section in found):
        for section in found:
            if section.condition and _COMPARE[section.condition[0]](value, section.condition[1]):
                return section
        return next((section for section in found if not section.condition), found[-1])
    if value < 0 and len(found) > 1:
        return found[1]
    return found[2] if value == 0 and len(found) > 2 else found[0]  # noqa: PLR2004  # the third is for zero


def plain(number: str) -> str | None:
    """A number as a file keeps it, in plain digits: 1E+2 is 100, 50.0 is 50; None for what is no number."""
    if number.isdigit() and number.isascii():
        return number if number[0] != "0" else number.lstrip("0") or "0"
    try:
        value = float(number) if "_" not in number else math.nan
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    text = repr(value)
    text = text[:-2] if text.endswith(".0") else format(Decimal(text), "f") if "e" in text else text
    return "0" if text == "-0" else text


def number(kept: str, code: str = "", *, from_1904: bool = False) -> Content:
    """A cell with a number, as its format shows it. `from_1904`: its days count from 1 January 1904."""
    text = plain(kept)
    if text is None:
        return Cell(kept or "#", "error")
    return _by(section_for(code, float(text)), text, from_1904=from_1904) if code else Cell(text, "number")


def _by(section: Section, text: str, *, from_1904: bool) -> Content:
    value = float(text)
    match section.kind:
        case "date" | "time":
            return moment(value, section.kind, from_1904=from_1904)
        case "percent":
            return Cell(percent(text, section.percents), "percent")
        case "scaled" if value:
            return Cell(text, "scaled")
        case "shaped" if value == int(value):
            return shaped(int(value), section.shape)
    return Cell(text, "number")


def percent(text: str, times: int = 1) -> str:
    """A number as a percent format shows it: 0.125 is 12.5."""
    shown = format(Decimal(text).scaleb(2 * times), "f")
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown) or "0"


def shaped(value: int, shape: tuple[str, ...]) -> str:
    """A whole number in the shape of a code: 7 as 00007."""
    places = [n for n, part in enumerate(shape) if part in {"0", "#"}]
    digits = str(abs(value)).zfill(sum(shape[n] == "0" for n in places))
    shown = list(shape)
    for n in reversed(places[1:]):
        shown[n], digits = digits[-1:], digits[:-1]
    shown[places[0]] = digits
    return ("-" if value < 0 else "") + "".join(shown)


def moment(serial: float, kind: Literal["date", "time"] = "date", *, from_1904: bool = False) -> Cell:
    """The day, the moment or the time that a number stands for, in ISO form.

    Excel counts a 29 February 1900, and shows a day 0: both keep the kind, with a text that is no day.
    """
    if not 0 <= serial < _LAST_DAY + 1:
        return Cell("#####", "error")
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    if kind == "time" and days == 0:
        return Cell(_time(seconds).isoformat(), "time")
    if not from_1904 and days in {0, _LEAP_BUG}:
        return Cell("1900-02-29" if days else "1900-01-00", "date")
    first = _DAY_1904 if from_1904 else _DAY_1900 if days > _LEAP_BUG else _DAY_1900 + dt.timedelta(days=1)
    if first.toordinal() + days > dt.date.max.toordinal():
        return Cell("#####", "error")
    day = first + dt.timedelta(days=days)
    if not seconds:
        return Cell(day.isoformat(), "date")
    time = _time(seconds)
    return Cell(dt.datetime.combine(day, time).isoformat(), "date")


def _time(seconds: int) -> dt.time:
    minutes, second = divmod(seconds, 60)
    return dt.time(minutes // 60, minutes % 60, second)


def text(content: str) -> Content:
    """A cell with a text; one that is the name of an error is an error."""
    return Cell(content, "error") if content[:1] in {"#", "E"} and content.strip() in ERRORS else content or None
