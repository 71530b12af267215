"""Cells as values: for each type of the lake, SQL that gives the value, or NULL when the text is not exactly one.

DuckDB's own casts round 1.5 to 2 and take 2026/1/5 or "infinity" for a day. So a value must give back its text, or the text must
have the one form that is meant. What the layout does not declare (groups of thousands, a comma, brackets) is not read, not even
in part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake.sql import literal, quoted

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import Column, Layout

_MOMENT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)"
_ISO = "yyyy-MM-dd"
_DAYS = {
    "dd/MM/yyyy": (r"\d{1,2}/\d{1,2}/\d{4}", "%d/%m/%Y"),
    "dd-MM-yyyy": (r"\d{1,2}-\d{1,2}-\d{4}", "%d-%m-%Y"),
    "dd.MM.yyyy": (r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    "yyyyMMdd": (r"\d{8}", "%Y%m%d"),
}
_DIGITS, FRACTION = 38, 9


def cast(column: Column, layout: Layout) -> str:
    """The field's value."""
    cell = quoted(column.name)
    bare = f"trim({cell})"
    match column.type:
        case "boolean":
            return f"CASE lower({bare}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
        case "date":
            return _day(cell, layout)
        case "timestamptz":
            return _when(bare, _MOMENT, f"TRY_CAST({bare} AS TIMESTAMPTZ)")
    declared = layout.decimal or layout.thousands or layout.brackets_negative
    if declared or column.multiplier != 1 or column.unit == "percent":
        return _declared(column, layout)
    return _plain(column, cell, bare)


def _plain(column: Column, cell: str, bare: str) -> str:
    """A number without groups, with a point. Spreadsheets write 1.23E+11 when they leave out digits, so that is none."""
    match column.type:
        case "long":
            return _exact(cell, "BIGINT", r"[+-]?\d{1,19}", "true")
        case "double":
            return _when(bare, r"[+-]?(\d+(\.\d+)?|\.\d+)([eE]-?\d{1,3}|e\+\d{1,3})?", f"TRY_CAST({bare} AS DOUBLE)")
    return _when(bare, rf"[+-]?\d+{_fraction(_scale(column), '.')}", f"TRY_CAST({bare} AS {column.type.upper()})")


def _scale(column: Column) -> int:
    return int(column.type.rpartition(",")[2].strip(" )"))


def _fraction(scale: int, sign: str) -> str:
    """A fraction that can be left out, of at most so many digits, not counting noughts at its end."""
    mark = re.escape(sign)
    return rf"({mark}(0+|\d{{1,{scale}}}0*))?" if scale else rf"({mark}0+)?"


def _declared(column: Column, layout: Layout) -> str:
    """A number with the signs that the layout declares, times the column's multiplier."""
    bare = f"trim({quoted(column.name)})"
    whole = r"\d{1,38}"
    if layout.thousands:
        whole = rf"(\d{{1,38}}|\d{{1,3}}({re.escape(layout.thousands)}\d{{3}}){{1,12}})"
    form = whole + _fraction(_digits_behind(column), layout.decimal or ".")
    percent = "( ?%)?" if column.unit == "percent" else ""
    pattern = f"[+-]?{form}{percent}"
    plain = bare
    if percent:
        plain = f"rtrim({plain}, ' %')"
    if layout.brackets_negative:
        pattern = rf"{pattern}|\({form}{percent}\)"
        plain = f"replace(rtrim(replace({plain}, '(', '-'), ') %'), ')', '')"
    if layout.thousands:
        plain = f"replace({plain}, {literal(layout.thousands)}, '')"
    if layout.decimal == ",":
        plain = f"replace({plain}, ',', '.')"
    return _when(bare, pattern, product(plain, column))


def _digits_behind(column: Column) -> int:
    """How many digits behind the decimal sign can be kept exactly."""
    if column.multiplier != 1 or column.type == "double":
        return FRACTION
    return 0 if column.type == "long" else _scale(column)


def product(plain: str, column: Column) -> str:
    """A number in its plain form, as the column's type, times its multiplier; NULL when that is not exact."""
    kind = {"long": "BIGINT", "double": "DOUBLE"}.get(column.type, column.type.upper())
    if column.multiplier == 1:
        text = f"split_part({plain}, '.', 1)" if kind == "BIGINT" else plain
        return f"TRY_CAST({text} AS {kind})"
    width = len(str(column.multiplier))
    exact = f"DECIMAL({_DIGITS},{FRACTION})"
    product = f"(TRY_CAST({plain} AS DECIMAL({_DIGITS - width},{FRACTION})) * CAST({column.multiplier} AS DECIMAL({width},0)))"
    if kind == "DOUBLE":
        return f"CAST({product} AS DOUBLE)"
    return f"CASE WHEN TRY_CAST(TRY_CAST({product} AS {kind}) AS {exact}) = {product} THEN TRY_CAST({product} AS {kind}) END"


def _day(cell: str, layout: Layout) -> str:
    iso = _exact(cell, "DATE", r"\d{4}-\d{2}-\d{2}", f"strlen({cell}) = 10")  # not -infinity, not the year 12026
    if layout.date_format == _ISO:
        return iso
    pattern, form = _DAYS[layout.date_format]
    local = _when(f"trim({cell})", pattern, f"TRY_STRPTIME(trim({cell}), {literal(form)})::DATE")
    return f"coalesce({local}, {iso})" if layout.format == "xlsx" else local


def _exact(cell: str, kind: str, pattern: str, condition: str) -> str:
    value = f"TRY_CAST({cell} AS {kind})"
    return f"CASE WHEN {condition} AND {value}::VARCHAR = {cell} THEN {value} ELSE {_when(f'trim({cell})', pattern, value)} END"


def _when(cell: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, {literal(pattern)}) THEN {value} END"
