"""Rows that a real department would get wrong: about three in a thousand, each beside the true row that it garbles.

A dirty row is always an extra row, so that the clean rows alone meet every published total. Whether a row gets a dirty
neighbour depends on the seed and its own key only, so that the same day is always dirtied in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Cell = str | int | date | None
Row = list[Cell]

PER_THOUSAND = 3
MISTYPED_YEAR = 2062  # 2026 with its digits swapped
UNKNOWN_PLACE, UNKNOWN_AGENCY = "99999", "Z99.CDT.99"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One way to spoil a row: its name, the column that it spoils, and what it puts there."""

    name: str
    column: str
    spoil: Callable[[Cell], Cell]


@dataclass(frozen=True, slots=True)
class Planted:
    """A dirty row as it lies in a file or stream; `row` counts from 1, the header not counted."""

    dataset: str
    file: str
    row: int
    key: str
    flaw: str
    column: str


@dataclass(frozen=True, slots=True)
class Dirt:
    """How the rows of one dataset are dirtied: its columns, its key, and the flaws that take turns."""

    dataset: str
    columns: Sequence[str]
    key: str
    flaws: Sequence[Flaw]
    other_key: Callable[[str], str]

    def plant(self, seed: int, rows: Iterable[Row]) -> Iterator[tuple[Row, Flaw | None]]:
        """Give the rows in order, each dirty one right after the row that it garbles."""
        at = self.columns.index(self.key)
        for row in rows:
            yield row, None
            number = crc32(f"{seed}:{self.dataset}:{row[at]}".encode())
            if number % 1000 < PER_THOUSAND:
                flaw = self.flaws[number // 1000 % len(self.flaws)]
                yield self._spoiled(row, flaw), flaw

    def _spoiled(self, row: Row, flaw: Flaw) -> Row:
        copy = list(row)
        if flaw.name == "duplicate_key":
            return copy
        at = self.columns.index(self.key)
        copy[at] = self.other_key(str(copy[at]))
        column = self.columns.index(flaw.column)
        copy[column] = flaw.spoil(copy[column])
        return copy


def raised(step: int, width: int) -> Callable[[str], str]:
    """Give a key whose last `width` digits are larger by `step`, so that it stays well-formed and unlike any other."""
    return lambda key: f"{key[:-width]}{int(key[-width:]) + step:0{width}}"


def _mistyped(day: Cell) -> Cell:
    return day.replace(year=MISTYPED_YEAR, day=min(day.day, 28)) if isinstance(day, date) else day


def _misread(text: Cell) -> Cell:
    return str(text).encode().decode("latin-1")


def unknown_place(column: str = "ma_xa") -> Flaw:
    """Put a commune code that does not exist."""
    return Flaw("unknown_place", column, lambda _: UNKNOWN_PLACE)


def unknown_agency(column: str) -> Flaw:
    """Put an agency code that does not exist."""
    return Flaw("unknown_agency", column, lambda _: UNKNOWN_AGENCY)


def negative(column: str) -> Flaw:
    """Turn a number negative."""
    return Flaw("negative", column, lambda value: -abs(int(str(value))) or -1)


def text_in_number(column: str) -> Flaw:
    """Write a number in words, as people do in spreadsheets."""
    return Flaw("text_in_number", column, lambda value: f"khoảng {value} đồng")


def future_date(column: str) -> Flaw:
    """Mistype the year, so that the date lies in the future."""
    return Flaw("future_date", column, _mistyped)


def impossible_date(column: str) -> Flaw:
    """Write a day that no calendar has."""
    return Flaw("impossible_date", column, lambda _: "2026-02-31")


def missing(column: str) -> Flaw:
    """Leave out what is required."""
    return Flaw("missing", column, lambda _: None)


def duplicate_key(column: str) -> Flaw:
    """Send the row a second time."""
    return Flaw("duplicate_key", column, lambda value: value)


def unknown_value(column: str) -> Flaw:
    """Put a word that the list of values does not have."""
    return Flaw("unknown_value", column, lambda _: "chua_ro")


def wrong_encoding(column: str) -> Flaw:
    """Read UTF-8 as Latin-1, as an old program does with a Vietnamese name."""
    return Flaw("wrong_encoding", column, _misread)


def malformed_code(column: str) -> Flaw:
    """Write a code in the wrong form."""
    return Flaw("malformed_code", column, lambda value: f"{str(value)[:4]} / {str(value)[4:]}")


def before(column: str) -> Flaw:
    """Date an end long before its beginning."""
    return Flaw(
        "out_of_order",
        column,
        lambda value: (value if isinstance(value, date) else date(2025, 7, 1)) - timedelta(days=3650),
    )
