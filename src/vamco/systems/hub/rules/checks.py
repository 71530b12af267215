"""What a contract asks of rows and of a batch, and the sentence for each thing that is broken. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_
from vamco.systems.hub.contracts import Check, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.systems.hub.contracts import Column, Contract

BATCH_KINDS = frozenset({"row_count", "ytd_monotone", "freshness"})
REPEAT, TAKEN, WIDTH = "repeat", "unique", "columns"


def row_checks(contract: Contract) -> list[Check]:
    """All that a single row must hold, column by column, as the contract's fields and its quality section say."""
    found: list[Check] = []
    for column in contract.columns:
        found += _checks_of(column)
        found += [check for check in contract.declared if check.column == column.name and check.kind not in BATCH_KINDS]
    return found


def _checks_of(column: Column) -> Iterable[Check]:
    if column.required:
        yield Check("required", column.name)
    if column.type != "string":
        yield Check("type", column.name, column.type)
    else:
        yield Check("text", column.name)
    if column.max_length is not None:
        yield Check("max_length", column.name, column.max_length)
    if column.pattern:
        yield Check("pattern", column.name, column.pattern)
    if column.minimum is not None:
        yield Check("minimum", column.name, column.minimum)
    if column.maximum is not None:
        yield Check("maximum", column.name, column.maximum)


def keys(contract: Contract) -> list[tuple[str, ...]]:
    """The sets of columns whose values no two rows may share: the primary key, then each unique column."""
    found = [contract.key] if contract.key else []
    return found + [(column.name,) for column in contract.columns if column.unique and (column.name,) not in found]


def batch_checks(contract: Contract) -> list[Check]:
    """What the batch as a whole must hold."""
    return [check for check in contract.declared if check.kind in BATCH_KINDS]


_MESSAGES = {
    "required": N_("%(column)s: a value is missing"),
    "text": N_("%(column)s: text with control characters, or not in the normal form NFC"),
    "max_length": N_("%(column)s: longer than %(value)s characters"),
    "pattern": N_("%(column)s: not in the form %(value)s"),
    "minimum": N_("%(column)s: below %(value)s"),
    "maximum": N_("%(column)s: above %(value)s"),
    "set": N_("%(column)s: not one of %(value)s"),
    "reference": N_("%(column)s: not in the list “%(value)s”"),
    "not_in_future": N_("%(column)s: a day in the future"),
    "not_before": N_("%(column)s: a day before %(other)s"),
    REPEAT: N_("%(column)s: the same row stands in the data already; the first one was kept"),
    TAKEN: N_("%(column)s: another row has the same key and says something else"),
    WIDTH: N_("The row does not have as many cells as the header"),
    "row_count": N_("Number of rows %(found)s, expected %(value)s"),
    "ytd_monotone": N_("%(other)s: the cumulated %(column)s would fall"),
    "freshness": N_("%(column)s: the newest day is %(found)s, expected %(value)s or later"),
}


_NOT_OF_TYPE = {
    "long": N_("%(column)s: not a whole number"),
    "double": N_("%(column)s: not a number"),
    "decimal": N_("%(column)s: not a number, or one with too many digits"),
    "boolean": N_("%(column)s: neither true nor false"),
    "date": N_("%(column)s: not a day of the calendar, written as agreed"),
    "timestamptz": N_("%(column)s: not a moment with its time zone"),
}


def explain(contract: Contract, code: str, **data: Any) -> Reason:
    """The reason that a code stands for, under this contract."""
    kind, _, name = code.partition(":")
    known = [*row_checks(contract), *batch_checks(contract)]
    check = next((check for check in known if check.code == code), Check(kind, name))
    titles = {column.name: column.title or column.name for column in contract.columns}
    column = ", ".join(titles.get(part, part) for part in name.split("+"))
    value = ", ".join(map(str, check.value)) if isinstance(check.value, list | tuple) else check.value
    filled = {"column": column, "value": value, "other": titles.get(check.other, check.other), **data}
    message = _NOT_OF_TYPE[str(value).partition("(")[0]] if kind == "type" else _MESSAGES.get(kind, kind)
    return Reason(code, message, filled)
