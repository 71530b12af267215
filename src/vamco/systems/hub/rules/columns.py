"""What only a whole column tells: whether it holds shares, and whether its cells are written in more than one way. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.errors import N_
from vamco.lib.text import fold
from vamco.systems.hub.contracts import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vamco.systems.hub.contracts import Column

SHOWN = 5  # rows that a refusal names
_FEW = 3  # cells that say what a column holds
_SHARES = ("%", "ty le", "ti le", "phan tram", "percent", "ty trong", "ti trong")


def is_number(column: Column) -> bool:
    """Whether a column holds numbers."""
    return column.type in {"long", "double"} or column.type.startswith("decimal")


def is_share(column: Column) -> bool:
    """Whether a column says by its unit or one of its titles that it holds percentages."""
    texts = (column.unit, column.title, column.title_en, *column.titles)
    return any(word in fold(text) for text in texts for word in _SHARES)


def in_hundreds(column: Column) -> bool:
    """Whether the shares of a column are counted up to 100, as far as the contract says: it does not bound them by one."""
    return is_share(column) and not (column.maximum is not None and column.maximum <= 1)


_MIXED = {
    "swapped_days": N_(
        "%(column)s: some days are texts and others are dates of the spreadsheet, and no date lies behind the 12th of its month: "
        "the spreadsheet has read day and month the wrong way round (rows %(rows)s below the header)"
    ),
    "mixed_days": N_("%(column)s: the days are written in more than one way (rows %(rows)s below the header)"),
    "mixed_percent": N_(
        "%(column)s: percentages stand beside numbers up to 1, which may be shares or hundredths (rows %(rows)s below the header)"
    ),
    "grouped_digits": N_(
        "%(column)s: each dot is followed by three digits, so that 1.250 may be 1250; "
        "the source must say which signs its numbers have (rows %(rows)s below the header)"
    ),
    "mixed_signs": N_(
        "%(column)s: the numbers have commas in some rows and dots in others (rows %(rows)s below the header)"
    ),
    "sections": N_(
        "%(column)s: rows are numbered I, II, III above others that they seem to sum up; "
        "name them in the layout (leave_out) if they are sums (rows %(rows)s below the header)"
    ),
    "apostrophes": N_("%(column)s: an apostrophe stands before the value (rows %(rows)s below the header)"),
}


def mixed(code: str, column: Column, rows: Sequence[int]) -> Reason:
    """Why a column that is written in several ways refuses its file. Names rows, never what stands in them."""
    shown = ", ".join(map(str, rows[:SHOWN])) + (" …" if len(rows) > SHOWN else "")
    return Reason(code, _MIXED[code], {"column": column.title or column.name, "rows": shown})


RETYPED = N_("%(column)s: %(wrong)s of %(given)s cells are not what the column holds")
RETYPED_AS = N_("%(column)s: %(wrong)s of %(given)s cells are not what the column holds; they look like %(proposal)s")


def retyped(column: Column, given: int, wrong: int, looks: Mapping[str, int]) -> Reason | None:
    """Why a column most of whose cells do not fit its type refuses the file; `looks` counts the wrong cells by what they resemble."""
    if given < _FEW or 2 * wrong <= given:
        return None
    data = {"column": column.title or column.name, "wrong": wrong, "given": given}
    likely = max(looks, key=lambda name: looks[name], default="")
    if likely and 2 * looks[likely] > wrong:
        return Reason("retyped", RETYPED_AS, {**data, "proposal": likely})
    return Reason("retyped", RETYPED, data)


EMPTIED = N_("%(columns)s: used to be filled and is now empty in every row")
FRACTIONS = N_("%(column)s: no value is above 1; they may be shares where hundredths are meant")
FRACTIONS_NOW = N_(
    "%(column)s: no value is above 1, and before they went up to %(before)s; they are shares where hundredths are meant"
)


def emptied(columns: Sequence[Column]) -> Reason | None:
    """Why a run waits for a person: columns lost all their values; None when none did."""
    names = ", ".join(column.title or column.name for column in columns)
    return Reason("emptied", EMPTIED, {"columns": names}) if columns else None


def fractions(column: Column, before: float | None) -> Reason:
    """Why a column of hundredths without a value above 1 is refused (`before`: the greatest value so far) or asked about."""
    data = {"column": column.title or column.name}
    if before is None:
        return Reason("fractions", FRACTIONS, data)
    return Reason("fractions", FRACTIONS_NOW, {**data, "before": f"{before:.15g}"})
