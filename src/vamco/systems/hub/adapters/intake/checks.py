"""A contract's checks as SQL over the table `raw`: a cast for each field, and for each check what breaks it."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.rules.checks import TODAY, days_of_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.hub.contracts import Check, Column, Contract, Layout

_ISO = "yyyy-MM-dd"
_SCALE = 9  # decimals that sums are compared with
_MOMENT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)"
_CONTROL = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_PLAIN = r"[\t\n\r -~\x{A0}-\x{24F}\x{1E00}-\x{1EFF}]*"
"""Letters of Latin scripts, Vietnamese among them, each in its one composed form: what fits needs no closer look."""
_TELLING = re.compile(r"(?:\\[d.()/-]|[\w^$(){},|?+* /-]|\[[\w-]+\])*", re.ASCII)
"""Patterns without “any character” and “any but”: a value in such a form holds no odd characters."""


def typed(name: str) -> str:
    """The name of a column's typed twin."""
    return quoted(f"{name}:typed")


def missing(name: str) -> str:
    """Whether a cell says nothing. What begins above the blank (the usual case) does; the rest is trimmed to see."""
    return f"CASE WHEN {quoted(name)} >= '!' THEN false ELSE {quoted(name)} IS NULL OR trim({quoted(name)}) = '' END"


def text(name: str) -> str:
    """A text column's value: NULL when the cell says nothing."""
    return f"CASE WHEN {missing(name)} THEN NULL ELSE {quoted(name)} END"


def cast(column: Column, layout: Layout) -> str:
    """The field's value, NULL when the text is not exactly one.

    DuckDB's own casts round 1.5 to 2 and take 2026/1/5 or "infinity" for a day. So a value must give back its text, or the text
    must have the one form that is meant.
    """
    cell = quoted(column.name)
    bare = f"trim({cell})"
    match column.type:
        case "long":
            return _exact(cell, "BIGINT", r"[+-]?\d{1,19}", "true")
        case "double":
            return _when(bare, r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", f"TRY_CAST({bare} AS DOUBLE)")
        case "boolean":
            return f"CASE lower({bare}) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'false' THEN false WHEN '0' THEN false END"
        case "date":
            return _day(cell, layout)
        case "timestamptz":
            return _when(bare, _MOMENT, f"TRY_CAST({bare} AS TIMESTAMPTZ)")
    scale = column.type.rpartition(",")[2].strip(" )")
    return _when(bare, rf"[+-]?\d+(\.\d{{0,{scale}}}0*)?", f"TRY_CAST({bare} AS {column.type.upper()})")


def _day(cell: str, layout: Layout) -> str:
    iso = _exact(cell, "DATE", r"\d{4}-\d{2}-\d{2}", f"strlen({cell}) = 10")  # not -infinity, not the year 12026
    if layout.date_format == _ISO:
        return iso
    local = _when(f"trim({cell})", r"\d{1,2}/\d{1,2}/\d{4}", f"TRY_STRPTIME(trim({cell}), '%d/%m/%Y')::DATE")
    return f"coalesce({local}, {iso})" if layout.format == "xlsx" else local


def _exact(cell: str, kind: str, pattern: str, condition: str) -> str:
    value = f"TRY_CAST({cell} AS {kind})"
    return f"CASE WHEN {condition} AND {value}::VARCHAR = {cell} THEN {value} ELSE {_when(f'trim({cell})', pattern, value)} END"


def _when(cell: str, pattern: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({cell}, {literal(pattern)}) THEN {value} END"


def needed(checks: Sequence[Check]) -> list[Check]:
    """The checks that must be made to find the bad rows: a value out of a list, or in a telling form, cannot be odd text."""
    telling = {
        check.column
        for check in checks
        if check.severity == "error"
        and (check.kind in {"set", "reference"} or (check.kind == "pattern" and _TELLING.fullmatch(check.value)))
    }
    return [
        check
        for check in checks
        if check.severity == "error" and not (check.kind == "text" and check.column in telling)
    ]


def broken(check: Check, contract: Contract, today: dt.date) -> str:
    """Whether a row breaks a check; never NULL."""
    return f"coalesce({_broken(check, contract, today)}, false)"


def _broken(check: Check, contract: Contract, today: dt.date) -> str:
    cell, value = quoted(check.column), typed(check.column)
    given = f"NOT {missing(check.column)}"
    of_kind = {
        "required": lambda: missing(check.column),
        "type": lambda: f"{given} AND {value} IS NULL",
        "text": lambda: _odd_text(cell),
        "max_length": lambda: f"length({cell}) > {int(check.value)}",
        "pattern": lambda: f"{given} AND NOT regexp_full_match({cell}, {literal(check.value)})",
        "minimum": lambda: f"{value} < {_limit(check.value)}",
        "maximum": lambda: f"{value} > {_limit(check.value)}",
        "set": lambda: f"{given} AND {cell} NOT IN ({', '.join(map(literal, check.value))})",
        "reference": lambda: f"{given} AND NOT {_in_list(check, cell, days_of_code(check, contract), today)}",
        "not_in_future": lambda: f"{value} > {_limit(today)}",
        "not_before": lambda: f"{value} < {typed(check.other)}",
        "sum_of": lambda: _no_sum(check, contract),
    }
    return of_kind[check.kind]()


def _odd_text(cell: str) -> str:
    odd = f"regexp_matches({cell}, {literal(_CONTROL)}) OR nfc_normalize({cell}) <> {cell}"
    return f"CASE WHEN regexp_full_match({cell}, {literal(_PLAIN)}) THEN false ELSE {odd} END"


def _limit(value: Any) -> str:
    return f"DATE {literal(value.isoformat())}" if isinstance(value, dt.date) else repr(value)


def otherwise(name: str, said: str) -> str:
    """Whether a cell says something else than the name of its file does; "02026" is another text than "2026"."""
    return f"coalesce(NOT {missing(name)} AND trim({quoted(name)}) <> {literal(said)}, false)"


def _no_sum(check: Check, contract: Contract) -> str:
    """Whether a column is not the sum of others. A row in which one of the cells says nothing cannot be judged."""
    names = [check.column, *check.value["columns"]]
    inexact = any(contract.column(name).type == "double" for name in names)
    whole, *parts = [typed(name) if inexact else f"CAST({typed(name)} AS DECIMAL(38,{_SCALE}))" for name in names]
    noise = f" + 1e-9 * abs({whole})" if inexact else ""
    return f"abs({whole} - ({' + '.join(parts)})) > {check.value['tolerance']!r}{noise}"


def outdated(check: Check, today: dt.date) -> str:
    """Whether a code of a list is not in force today."""
    return f"NOT {missing(check.column)} AND NOT {_in_list(check, quoted(check.column), (TODAY,), today)}"


def _in_list(check: Check, cell: str, days: Sequence[str], today: dt.date) -> str:
    """Whether a code is in its list on one of some days of its row; without any, whether it ever was."""
    codes = quoted(f"list:{check.value}")
    if not days:
        return f"{cell} IN (SELECT code FROM {codes})"
    now = f"DATE {literal(today.isoformat())}"
    in_force = f"valid_from <= {now} AND (valid_to IS NULL OR valid_to >= {now})"
    tests = [f"{cell} IN (SELECT code FROM {codes} WHERE {in_force})"] if TODAY in days else []
    others = f" AND NOT ({in_force})" if TODAY in days else ""  # mostly none: then nothing is joined
    for name in days:
        if name != TODAY:
            day = f"coalesce({typed(name)}, {now})"
            tests.append(
                f"EXISTS (SELECT 1 FROM {codes} AS l WHERE l.code = {cell} AND l.valid_from <= {day} "
                f"AND (l.valid_to IS NULL OR l.valid_to >= {day}){others})"
            )
    return f"({' OR '.join(tests)})"
