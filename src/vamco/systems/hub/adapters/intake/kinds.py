"""Cells of workbooks: what their kinds say against them, and the values of those that are numbers or days.

Beside a column `x` of text stands `x:kind`: NULL for text and blanks, else number, date, time, bool, percent, error, formula (without
a value) or merged (another part of a merged area than its first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake import casts
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.rules.checks import ERRORS
from vamco.systems.hub.rules.columns import is_share

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import Column, Layout

NUMBERS = "('number', 'percent')"
_EXACT = 2**53  # whole numbers up to this one lose no digit in a workbook
_NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
_BY_TYPE = {
    "string": {"date": "cell_date", "time": "cell_date", "bool": "cell_bool", "percent": "cell_percent"},
    "boolean": {"date": "cell_date", "time": "cell_date", "percent": "cell_percent"},
    "date": {"number": "cell_number", "percent": "cell_number", "bool": "cell_bool"},
    "timestamptz": {"number": "cell_number", "percent": "cell_number", "bool": "cell_bool"},
}
_IN_NUMBERS = {"date": "cell_date", "time": "cell_date", "bool": "cell_bool"}


def kind(name: str) -> str:
    """The name of the kinds of a column."""
    return quoted(f"{name}:kind")


def fault(column: Column, layout: Layout) -> str:
    """The code of what the kind of a cell says against it, NULL for nothing."""
    of, cell = kind(column.name), f"trim({quoted(column.name)})"
    cases = [f"WHEN {of} = 'error' THEN 'cell_error=' || {_error(cell)} || {literal(f':{column.name}')}"]
    cases += [f"WHEN {of} = '{word}' THEN {_code(f'cell_{word}', column)}" for word in ("formula", "merged")]
    plain_day = column.type == "date" and layout.date_format == "yyyyMMdd"  # such a day is typed as a number
    for word, code in _BY_TYPE.get(column.type, _IN_NUMBERS).items():
        if not (plain_day and word == "number"):
            cases.append(f"WHEN {of} = '{word}' THEN {_code(code, column)}")
    if column.type == "string":
        lost = r"(.*\d{16,}.*)|(.*\d[eE][+-]?\d+)"
        cases.append(
            f"WHEN {of} = 'number' AND regexp_full_match({cell}, '{lost}') THEN {_code('cell_digits', column)}"
        )
    elif column.type == "date":
        if not plain_day:
            number = r"[+-]?\d+([.,]\d+)?"
            cases.append(
                f"WHEN {of} IS NULL AND regexp_full_match({cell}, '{number}') THEN {_code('cell_number', column)}"
            )
    elif column.type not in {"boolean", "timestamptz"}:
        if not is_share(column):
            cases.append(f"WHEN {of} = 'percent' THEN {_code('cell_percent', column)}")
        large = f"abs(TRY_CAST({cell} AS DOUBLE)) > {_EXACT}"
        cases.append(f"WHEN {of} = 'number' AND {large} THEN {_code('cell_digits', column)}")
    return f"CASE {' '.join(cases)} END"


def _code(code: str, column: Column) -> str:
    return literal(f"{code}:{column.name}")


def _error(cell: str) -> str:
    """The error's word, one of those that are known: a workbook cannot put words of its own into a message."""
    return f"CASE WHEN upper({cell}) IN ({', '.join(map(literal, ERRORS))}) THEN upper({cell}) ELSE '#' END"


def cast(column: Column, layout: Layout) -> str:
    """The value of a field by the kind of its cell; that of a text as `casts.cast` has it."""
    of, cell = kind(column.name), f"trim({quoted(column.name)})"
    text = casts.cast(column, layout)
    match column.type:
        case "date":
            iso = f"CASE WHEN regexp_full_match({cell}, '\\d{{4}}-\\d{{2}}-\\d{{2}}') THEN TRY_CAST({cell} AS DATE) END"
            return f"CASE WHEN {of} = 'date' THEN {iso} WHEN {of} IS NULL OR {of} = 'number' THEN {text} END"
        case "timestamptz":
            return f"CASE WHEN {of} IS NULL THEN {text} END"
        case "boolean":
            return f"CASE WHEN {of} IS NULL OR {of} IN ('bool', 'number') THEN {text} END"
    return f"CASE WHEN {of} IN {NUMBERS} THEN {_number(column, cell)} WHEN {of} IS NULL THEN {text} END"


def _number(column: Column, cell: str) -> str:
    """A number of a workbook: what binary arithmetic added behind the declared scale is rounded off, a real digit there is not.

    Noise is smaller than a thousandth of the last digit and than a thousand-millionth of the number, or than what its own 53 bits can
    tell apart.
    """
    double = f"TRY_CAST({cell} AS DOUBLE)"
    if column.multiplier != 1:
        exact = f"TRY_CAST({cell} AS DECIMAL(28,{casts.FRACTION}))::VARCHAR"
        value = casts.product(exact, column)
    elif column.type == "double":
        value = f"round({double}, 12)" if is_share(column) else double
    else:
        scale = 0 if column.type == "long" else int(column.type.rpartition(",")[2].strip(" )"))
        rounded = f"TRY_CAST({cell} AS DECIMAL(38,{scale}))"
        last = 10.0**-scale
        noise = f"least({0.25 * last!r}, greatest(1e-12, 1e-15 * abs({double}), least(1e-9 * abs({double}), {1e-3 * last!r})))"
        kept = "BIGINT" if column.type == "long" else column.type.upper()
        value = f"CASE WHEN abs({double} - {rounded}::DOUBLE) <= {noise} THEN TRY_CAST({rounded} AS {kept}) END"
    return f"CASE WHEN regexp_full_match({cell}, {literal(_NUMBER)}) THEN {value} END"
