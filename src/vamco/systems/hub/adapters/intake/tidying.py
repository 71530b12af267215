"""The same text is the same: cells as DuckDB has them read, in one form, before anything is asked of them.

Only cells with signs out of the ordinary go through Python; a file that is known to have none of them is spared the look.
"""

# ruff: noqa: S608  # names are quoted and texts are literals where the SQL is put together
from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.hub.adapters.intake.sql import literal, quoted
from vamco.systems.hub.rules import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from vamco.systems.hub.contracts import Column, Layout

_SIGNS = r"!-~\n\r\x{A1}-\x{AC}\x{AE}-\x{24F}\x{1E00}-\x{1EFF}\x{2013}-\x{2026}\x{20AB}"
_TIDY = rf"([{_SIGNS}]([ {_SIGNS}]*[{_SIGNS}])?)?"
_INSIDE = rf"[ {_SIGNS}]*"
TIDY, TIDY_NUMBER, BROKEN = "vamco_tidy", "vamco_tidy_number", "vamco_broken"


def prepare(database: duckdb.DuckDBPyConnection) -> None:
    """Teaches a connection the functions that the queries use."""
    database.create_function(TIDY, texts.tidy, ["VARCHAR"], "VARCHAR")
    database.create_function(TIDY_NUMBER, texts.tidy_number, ["VARCHAR"], "VARCHAR")
    database.create_function(BROKEN, texts.is_broken, ["VARCHAR"], "BOOLEAN")


def cleaned(query: str, columns: Sequence[Column], layout: Layout, *, plain: bool = False, kinds: bool = False) -> str:
    """The rows of a query with each text in one form, and NULL for what the layout or the contract calls no data.

    `plain`: no cell has signs beyond letters, digits and ASCII; blanks at its ends it may have.
    """
    replaced = ", ".join(
        f"{_clean(column, layout, plain=plain, kinds=kinds)} AS {quoted(column.name)}" for column in columns
    )
    return f"SELECT * REPLACE ({replaced}) FROM ({query})"


def _clean(column: Column, layout: Layout, *, plain: bool, kinds: bool) -> str:
    cell = quoted(column.name)
    if column.type != "string":
        tidy = (
            cell
            if plain
            else f"CASE WHEN regexp_full_match({cell}, '[ -~]*') THEN {cell} ELSE {TIDY_NUMBER}({cell}) END"
        )
    elif plain:
        tidy = f"CASE WHEN {cell} >= '!' AND NOT suffix({cell}, ' ') THEN {cell} ELSE trim({cell}) END"
    else:
        tidy = (
            f"CASE WHEN regexp_full_match({cell}, {literal(_TIDY)}) THEN {cell} "
            f"WHEN regexp_full_match({cell}, {literal(_INSIDE)}) THEN trim({cell}) ELSE {TIDY}({cell}) END"
        )
    marks = {form(mark) for mark in (*layout.no_data, *column.no_data) for form in (texts.tidy, texts.tidy_number)}
    if not marks:
        return tidy
    unmarked = f"{quoted(f'{column.name}:kind')} IS NOT NULL OR " if kinds else ""
    among = ", ".join(map(literal, sorted(marks)))
    return f"CASE WHEN {unmarked}trim({tidy}) NOT IN ({among}) THEN {tidy} END"
