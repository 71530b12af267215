"""Where the columns of a contract stand in a file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.errors import N_
from vamco.lib.text import nfc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.hub.contracts import Column


@dataclass(frozen=True)
class Header:
    """Where each column stands in a file; `problem` says why the file cannot be read, "" when it can."""

    places: dict[str, int]
    problem: str = ""
    columns: tuple[str, ...] = ()


MISSING_COLUMNS = N_("The header lacks %(columns)s")
TWICE = N_("The header names %(columns)s twice")


def match_header(cells: Sequence[str], columns: Sequence[Column]) -> Header:
    """Finds the columns of a contract in a header, by name or by title, whatever their order. Other cells are passed over."""
    by_label: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        by_label.setdefault(label(cell), []).append(place)
    places: dict[str, int] = {}
    twice, missing = [], []
    for column in columns:
        found = {place for text in (column.name, column.title) if text for place in by_label.get(label(text), ())}
        if len(found) > 1:
            twice.append(column.name)
        elif found:
            places[column.name] = found.pop()
        elif column.required:
            missing.append(column.name)
    if twice:
        return Header({}, TWICE, tuple(twice))
    return Header({}, MISSING_COLUMNS, tuple(missing)) if missing or not places else Header(places)


def label(cell: str) -> str:
    """What two header cells must share to mean the same."""
    return " ".join(nfc(cell).split()).casefold()


def delimiter_of(line: str) -> str:
    """The delimiter that a header line uses: the one that stands in it most often, a comma when none does."""
    return max((",", ";", "\t"), key=line.count)
