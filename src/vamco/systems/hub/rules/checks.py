"""What a contract asks of rows and of a batch, and the sentence for each thing that is broken. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_
from vamco.systems.hub.contracts import Check, Reason
from vamco.systems.hub.rules import texts
from vamco.systems.hub.rules.columns import is_number, is_share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vamco.systems.hub.contracts import Column, Contract

BATCH_KINDS = frozenset({"row_count", "ytd_monotone", "freshness", "jump", "coverage", "empties"})
REPEAT, TAKEN, TWIN, WIDTH = "repeat", "unique", "twin", "columns"
UNKNOWN, OUTDATED, NAMED = "unknown_column", "outdated", "named"
TODAY = "today"
ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
"""The errors of spreadsheets, as their cells show them."""


def row_checks(contract: Contract) -> list[Check]:
    """All that a single row must hold, column by column, as the contract's fields and its quality section say."""
    found: list[Check] = []
    for column in contract.columns:
        found += _checks_of(column)
        found += [check for check in contract.declared if check.column == column.name and check.kind not in BATCH_KINDS]
    return [*found, *texts.naming(contract.columns, contract.key)]


def _checks_of(column: Column) -> Iterable[Check]:
    if column.required:
        yield Check("required", column.name)
    if column.type != "string":
        yield Check("type", column.name, column.type)
    yield from texts.checks_of(column)
    if column.max_length is not None:
        yield Check("max_length", column.name, column.max_length)
    if column.pattern:
        yield Check("pattern", column.name, column.pattern)
    if column.minimum is not None:
        yield Check("minimum", column.name, column.minimum)
    if column.maximum is not None:
        yield Check("maximum", column.name, column.maximum)


def days_of_code(check: Check, contract: Contract) -> tuple[str, ...]:
    """By which days a code of a `reference` check must be in its list, of which one is enough: columns, and TODAY.

    A contract that does not say is taken by what it covers: the column of its period, or its one column of days; and today too,
    because old rows are often coded anew. With none or several such columns there is no day to go by: it is enough that the code ever
    was in the list, and those that are not in force today are counted.
    """
    if check.other:
        return tuple(part.strip() for part in check.other.split(","))
    days = [column.name for column in contract.columns if column.type == "date"]
    if contract.period_column in days:
        return (contract.period_column, TODAY)
    return (days[0], TODAY) if len(days) == 1 else ()


def keys(contract: Contract) -> list[tuple[str, ...]]:
    """The sets of columns whose values no two rows may share: the primary key, then each unique column."""
    found = [contract.key] if contract.key else []
    return found + [(column.name,) for column in contract.columns if column.unique and (column.name,) not in found]


def free_names(contract: Contract) -> frozenset[str]:
    """The texts that name a row (those of the key, else the first one) and that no pattern or list binds."""
    bound = {check.column for check in contract.declared if check.kind in {"set", "reference"}}
    words = [column for column in contract.columns if column.type == "string"]
    names = [column for column in words if column.name in contract.key] or words[:1]
    return frozenset(column.name for column in names if not column.pattern and column.name not in bound)


def batch_checks(contract: Contract) -> list[Check]:
    """What the batch as a whole must hold."""
    return [check for check in contract.declared if check.kind in BATCH_KINDS]


def numbers(contract: Contract) -> list[Column]:
    """The columns of numbers that are neither part of the key nor what a delivery replaces by."""
    aside = {*contract.key, contract.slice_column}
    return [column for column in contract.columns if is_number(column) and column.name not in aside]


def amounts(contract: Contract) -> list[Column]:
    """The columns whose sums people read: those with a unit that is no share, and those that a check adds up.

    A contract that names no unit has all its required numbers judged, or all its numbers when none is required.
    """
    found, summed = numbers(contract), _summed(contract)
    chosen = [column for column in found if (column.unit and not is_share(column)) or column.name in summed]
    if chosen:
        return chosen
    years = {str(check.value) for check in contract.declared if check.kind == "ytd_monotone"}
    found = [column for column in found if column.name not in years and not is_share(column)]
    return [column for column in found if column.required] or found


def _summed(contract: Contract) -> set[str]:
    named = {check.column for check in contract.declared if check.kind in {"jump", "ytd_monotone", "sum_of"}}
    parts = (check.value["columns"] for check in contract.declared if check.kind == "sum_of")
    return named.union(*parts)


_MESSAGES = {
    "required": N_("%(column)s: a value is missing"),
    **texts.MESSAGES,
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
    TWIN: N_("%(column)s: another row has the same key and is wrong, so that nobody knows which one is true"),
    UNKNOWN: N_("The file has a column “%(column)s” that the contract does not know; it was passed over"),
    NAMED: N_("%(column)s: something else than the name of the file says"),
    OUTDATED: N_("%(column)s: a code that is not in force today; the contract does not say by which day it must be"),
    "cell_error": N_("%(column)s: the cell holds the error %(value)s"),
    "cell_formula": N_(
        "%(column)s: the cell holds a formula without a value; open the workbook, let it calculate and save it"
    ),
    "cell_merged": N_("%(column)s: the cell is part of a merged area, so that it has no value of its own"),
    "cell_date": N_("%(column)s: the cell is a date or a time of the spreadsheet, where no date belongs"),
    "cell_bool": N_("%(column)s: the cell is a truth value of the spreadsheet, where none belongs"),
    "cell_percent": N_("%(column)s: the cell is a percentage, and the column is no share"),
    "cell_number": N_("%(column)s: the cell is a number, where a date belongs"),
    "cell_digits": N_("%(column)s: a number of more than 15 digits, of which the spreadsheet has lost the last ones"),
    "sum_of": N_("%(column)s: not the sum of %(value)s"),
    "gone_rows": N_("Rows that the source once sent and does not have any more"),
    WIDTH: N_("The row does not have as many cells as the header"),
    "row_count": N_("Number of rows %(found)s, expected %(value)s"),
    "ytd_monotone": N_("%(other)s: the cumulated %(column)s would fall"),
    "jump": N_("%(column)s: the sum is %(found)s, expected %(value)s"),
    "empties": N_("%(column)s: %(found)s %% of the cells are empty, at most %(value)s %% may be"),
    "coverage": N_("%(column)s: %(found)s %% of the list have rows, expected at least %(value)s %%"),
    "freshness": N_("%(column)s: the newest day is %(found)s, expected %(value)s or later"),
}


_IN_SLICE = {
    "row_count": N_("Number of rows of %(slice)s: %(found)s, expected %(value)s"),
    "jump": N_("%(column)s, %(slice)s: the sum is %(found)s, expected %(value)s"),
    "coverage": N_("%(column)s, %(slice)s: %(found)s %% of the list have rows, expected at least %(value)s %%"),
}
"""What is said of one of several slices."""


_NOT_OF_TYPE = {
    "long": N_("%(column)s: not a whole number"),
    "double": N_("%(column)s: not a number"),
    "decimal": N_("%(column)s: not a number, or one with too many digits"),
    "boolean": N_("%(column)s: neither true nor false"),
    "date": N_("%(column)s: not a day of the calendar, written as agreed"),
    "timestamptz": N_("%(column)s: not a moment with its time zone"),
}


def explain(contract: Contract, code: str, **data: Any) -> Reason:
    """The reason that a code stands for, under this contract. A kind may carry a word of its own: "cell_error=#REF!:so_tien"."""
    kind, _, name = code.partition(":")
    kind, _, word = kind.partition("=")
    known = [*row_checks(contract), *batch_checks(contract)]
    check = next((check for check in known if check.code == code), Check(kind, name, word or None))
    titles = {column.name: column.title or column.name for column in contract.columns}
    column = name if kind == UNKNOWN else ", ".join(titles.get(part, part) for part in name.split("+"))
    filled = {
        "column": column,
        "value": _shown(check, titles),
        "other": titles.get(check.other, check.other),
        **data,
    }
    if kind == "type":
        message = _NOT_OF_TYPE[str(filled["value"]).partition("(")[0]]
    else:
        message = _IN_SLICE.get(kind, "") if data.get("slice") else ""
    return Reason(code, message or _MESSAGES.get(kind, kind), filled)


def _shown(check: Check, titles: Mapping[str, str]) -> Any:
    """What a sentence quotes of a check."""
    if check.kind == "sum_of" and check.value:
        return " + ".join(titles.get(name, name) for name in check.value["columns"])
    return ", ".join(map(str, check.value)) if isinstance(check.value, list | tuple) else check.value
