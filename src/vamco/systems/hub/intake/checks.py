"""A contract's checks as SQL over the table `raw`: a cast for each field, and for each check what breaks it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.intake.reading import literal, quoted

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import Check, Column, Layout

_FORMATS = {"yyyy-MM-dd": ("%Y-%m-%d", r"\d{4}-\d{2}-\d{2}"), "dd/MM/yyyy": ("%d/%m/%Y", r"\d{1,2}/\d{1,2}/\d{4}")}
_ISO = "yyyy-MM-dd"
_MOMENT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)"
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"


def typed(name: str) -> str:
    """The name of a column's typed twin."""
    return quoted(f"{name}:typed")


def missing(name: str) -> str:
    """Whether a cell says nothing."""
    return f"({quoted(name)} IS NULL OR trim({quoted(name)}) = '')"


def cast(column: Column, layout: Layout) -> str:
    """The field's value, NULL when the text is not exactly one: DuckDB's own casts round 1.5 to 2 and take 2026/1/5."""
    text = quoted(column.name)
    bare = f"trim({text})"
    match column.type:
        case "string":
            return f"CASE WHEN {missing(column.name)} THEN NULL ELSE {text} END"
        case "long":
            return _when(bare, r"[+-]?\d{1,19}", f"TRY_CAST({bare} AS BIGINT)")
        case "double":
            return _when(bare, r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", f"TRY_CAST({bare} AS DOUBLE)")
        case "boolean":
            return f"CASE lower({bare}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
        case "date":
            forms = {layout.date_format, _ISO} if layout.format == "xlsx" else {layout.date_format}
            return f"coalesce({', '.join(_day(bare, form) for form in sorted(forms))})"
        case "timestamptz":
            return _when(bare, _MOMENT, f"TRY_CAST({bare} AS TIMESTAMPTZ)")
    scale = column.type.rpartition(",")[2].strip(" )")
    return _when(bare, rf"[+-]?\d+(\.\d{{0,{scale}}}0*)?", f"TRY_CAST({bare} AS {column.type.upper()})")


def _when(text: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, {literal(pattern)}) THEN {value} END"


def _day(text: str, form: str) -> str:
    directive, pattern = _FORMATS[form]
    value = f"TRY_CAST({text} AS DATE)" if form == _ISO else f"TRY_STRPTIME({text}, {literal(directive)})::DATE"
    return _when(text, pattern, value)


def broken(check: Check, today: dt.date) -> str:
    """Whether a row breaks a check; never NULL."""
    return f"coalesce({_broken(check, today)}, false)"


def _broken(check: Check, today: dt.date) -> str:
    text, value, given = quoted(check.column), typed(check.column), f"NOT {missing(check.column)}"
    match check.kind:
        case "required":
            return missing(check.column)
        case "type":
            return f"{given} AND {value} IS NULL"
        case "text":
            return (
                f"regexp_matches({text}, {literal(_CONTROL)}) OR "
                f"(strlen({text}) <> length({text}) AND nfc_normalize({text}) <> {text})"
            )
        case "max_length":
            return f"length({text}) > {int(check.value)}"
        case "pattern":
            return f"{given} AND NOT regexp_full_match({text}, {literal(check.value)})"
        case "minimum":
            return f"{value} < {_limit(check.value)}"
        case "maximum":
            return f"{value} > {_limit(check.value)}"
        case "set":
            return f"{given} AND {text} NOT IN ({', '.join(map(literal, check.value))})"
        case "reference":
            return f"{given} AND NOT {_in_list(check, text, today)}"
        case "not_in_future":
            return f"{value} > DATE {literal(today.isoformat())}"
        case "not_before":
            return f"{value} < {typed(check.other)}"
    raise ValueError(check.kind)


def _limit(value: Any) -> str:
    return f"DATE {literal(value.isoformat())}" if isinstance(value, dt.date) else repr(value)


def _in_list(check: Check, text: str, today: dt.date) -> str:
    codes = quoted(f"list:{check.value}")
    if check.other:
        day = f"coalesce({typed(check.other)}, DATE {literal(today.isoformat())})"
        return (
            f"EXISTS (SELECT 1 FROM {codes} AS l WHERE l.code = {text} AND l.valid_from <= {day} "  # noqa: S608  # quoted
            f"AND (l.valid_to IS NULL OR l.valid_to >= {day}))"
        )
    day = f"DATE {literal(today.isoformat())}"
    return f"{text} IN (SELECT code FROM {codes} WHERE valid_from <= {day} AND (valid_to IS NULL OR valid_to >= {day}))"  # noqa: S608
