"""How a number is written. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.lib.time import Kind

MAX_TEXT: Final = 100
_PIECE = re.compile(r"\{(?P<name>[a-z]+)(?::0(?P<width>[1-9]))?\}|(?P<brace>[{}])|[^{}]+")
_DATES: Final = {"yyyy": "%Y", "yy": "%y", "mm": "%m", "dd": "%d", "yymmdd": "%y%m%d", "yyyymmdd": "%Y%m%d"}
_DAY: Final = (
    frozenset({"yymmdd"}),
    frozenset({"yyyymmdd"}),
    frozenset({"yy", "mm", "dd"}),
    frozenset({"yyyy", "mm", "dd"}),
)
_TELLS: Final[dict[Kind, tuple[frozenset[str], ...]]] = {
    "year": (frozenset({"yyyy"}), frozenset({"yy"}), *_DAY),
    "month": (frozenset({"yyyy", "mm"}), frozenset({"yy", "mm"}), *_DAY),
    "day": _DAY,
}
_UNIT = re.compile(r"[^\s{}]{1,64}")
_NEVER_OWN: Final = frozenset(
    {"series", "day", "key"}
)  # arguments of `take`, so an act cannot fill places of these names


def faults(form: str, period: Kind, *, repeats: bool) -> Iterator[str]:
    """Give what is wrong with a form such as `{unit}-{yymmdd}-{n:04}`, in words of what was expected.

    Unless the series `repeats`, the text alone must tell its numbers apart: it holds the unit and the period, and nobody can
    read the end of one part as the beginning of the next.
    """
    pieces = list(_PIECE.finditer(form))
    names = [piece["name"] for piece in pieces if piece["name"]]
    if any(piece["brace"] for piece in pieces):
        yield "each brace part of a place such as {n:04} or {unit}"
    if names.count("n") != 1:
        yield "the count {n}, or {n:04} with leading zeros, exactly once"
    if any(piece["width"] and piece["name"] != "n" for piece in pieces):
        yield "a width at {n} only"
    for name in sorted(_NEVER_OWN & set(names)):
        yield f"a place of another name than {{{name}}}, which no act can fill"
    if not repeats and "unit" not in names:
        yield "the unit {unit}, or `repeats: true`"
    if not repeats and not any(told <= set(names) for told in _TELLS[period]):
        yield f"a date that tells one {period} from another, or `repeats: true`"
    if not repeats and names.count("n") == 1:
        yield from _riddles(pieces)


def _riddles(pieces: Sequence[re.Match[str]]) -> Iterator[str]:
    """Give why two numbers could have one text: of its parts only the unit and the count have no fixed length."""
    if any(piece["name"] and piece["name"] not in {"n", "unit", *_DATES} for piece in pieces):
        yield "no place that the act fills beside the unit, or `repeats: true`"
    apart, last = True, ""
    for piece in pieces:
        if piece["name"] in {"n", "unit"}:
            # H1 and 1 would be written as H and 11 are. Dates do not part them, for they are digits too.
            if last and last != piece["name"] and not apart:
                yield "a sign that is no digit between {unit} and {n}, or `repeats: true`"
                return
            apart, last = False, piece["name"]
        elif not piece["name"]:
            apart = apart or not piece[0].isdigit()


def own_places(form: str) -> frozenset[str]:
    """Give the places of the form that the act must fill, such as the notation of a document."""
    names = {piece["name"] for piece in _PIECE.finditer(form) if piece["name"]}
    return frozenset(names - _DATES.keys() - {"n", "unit"})


def around(form: str, unit: str, day: dt.date, own: Mapping[str, str]) -> tuple[str, int, str]:
    """Give what stands before the count, how many digits it has at least, and what stands after it."""
    parts, width = [""], 1
    for piece in _PIECE.finditer(form):
        name = piece["name"]
        if name == "n":
            width = int(piece["width"] or 1)
            parts.append("")
        elif name in _DATES:
            parts[-1] += _date(day, _DATES[name])
        else:
            parts[-1] += piece[0] if not name else unit if name == "unit" else own[name]
    before, after = parts
    return before, width, after


def write(form: str, unit: str, day: dt.date, n: int, own: Mapping[str, str]) -> str:
    """Give the number as it is written; a count that outgrows its zeros becomes longer, never cut."""
    before, width, after = around(form, unit, day, own)
    return f"{before}{n:0{width}}{after}"


def is_unit(unit: str) -> bool:
    """Whether a counter can belong to `unit`: a code without spaces, at most 64 characters."""
    return _UNIT.fullmatch(unit) is not None and unit.isprintable()


def _date(day: dt.date, mask: str) -> str:
    """Give the day by a mask; the year always has four digits, which strftime does not promise."""
    return day.strftime(mask.replace("%Y", f"{day.year:04}").replace("%y", f"{day.year % 100:02}"))
