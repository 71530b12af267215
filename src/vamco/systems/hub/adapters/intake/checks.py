"""A contract's checks as SQL over the table `raw`: a cast for each field, and for each check what breaks it."""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from vamco.systems.hub.adapters.intake import tidying
from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.rules import texts
from vamco.systems.hub.rules.checks import TODAY, days_of_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.hub.contracts import Check, Contract

_SCALE = 9  # decimals that sums are compared with
_PLAIN = r"[\n\r !\"$%(-*,-<>@-\[\]-~À-ÁÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯư\x{1EA0}-\x{1EF9}–—‘’“”…₫]*"
"""The letters of Vietnamese, but for two that tell of misread text, and ASCII without ? # & + = ' \\: what fits needs no closer look."""
_TELLING = re.compile(r"(?:\\[d.()/-]|[\w^$(){},|?+* /-]|\[[\w-]+\])*", re.ASCII)
"""Patterns without “any character” and “any but”: a value in such a form holds no odd characters."""

_BREAKS = (0x0A, 0x0D, 0x2028, 0x2029)
_IMPLIED = frozenset({"text", texts.LINE_BREAKS, texts.NO_ROW})


def typed(name: str) -> str:
    """The name of a column's typed twin."""
    return quoted(f"{name}:typed")


def missing(name: str) -> str:
    """Whether a cell says nothing. What begins above the blank (the usual case) does; the rest is trimmed to see."""
    return f"CASE WHEN {quoted(name)} >= '!' THEN false ELSE {quoted(name)} IS NULL OR trim({quoted(name)}) = '' END"


def text(name: str) -> str:
    """A text column's value: NULL when the cell says nothing."""
    return f"CASE WHEN {missing(name)} THEN NULL ELSE {quoted(name)} END"


def needed(checks: Sequence[Check], *, plain: bool = False) -> list[Check]:
    """The checks that must be made to find the bad rows: a value out of a list, or in a telling form, cannot be odd text.

    `plain`: no cell has a line break.
    """
    telling = {
        check.column
        for check in checks
        if check.severity == "error"
        and (check.kind in {"set", "reference"} or (check.kind == "pattern" and _TELLING.fullmatch(check.value)))
    }
    return [
        check
        for check in checks
        if check.severity == "error"
        and not (check.kind in _IMPLIED and check.column in telling)
        and not (plain and check.kind == texts.LINE_BREAKS)
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
        texts.LINE_BREAKS: lambda: " OR ".join(f"contains({cell}, chr({sign}))" for sign in _BREAKS),
        texts.NO_ROW: lambda: _no_row(check, cell),
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
    nothing = ", ".join(map(literal, texts.NOTHING))
    return (
        f"CASE WHEN regexp_full_match({cell}, {literal(_PLAIN)}) THEN strlen({cell}) < 10 AND {cell} IN ({nothing}) "
        f"ELSE {tidying.BROKEN}({cell}) END"
    )


def _no_row(check: Check, cell: str) -> str:
    """Totals begin with a T or C; signatures are looked for only where the rest of the row is empty."""
    found = [f"{cell} IN ({', '.join(map(literal, check.value['labels']))})"]
    first = " OR ".join(
        f"({cell} >= '{low}' AND {cell} < '{high}')" for low, high in ("CD", "GH", "SU", "cd", "gh", "su")
    )
    found.append(f"CASE WHEN {first} THEN regexp_full_match({cell}, {literal(texts.TOTALS)}) ELSE false END")
    if check.value["empty"]:
        empty = " AND ".join(missing(name) for name in check.value["empty"])
        found.append(f"CASE WHEN {empty} THEN regexp_full_match({cell}, {literal(texts.SIGNATURES)}) ELSE false END")
    return " OR ".join(found)


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
