"""Where the columns of a contract stand in a file. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vamco.lib.errors import N_
from vamco.lib.nearest import alike
from vamco.lib.text import fold, nfc
from vamco.systems.hub.rules import texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from vamco.systems.hub.contracts import Column


@dataclass(frozen=True)
class Header:
    """Where each column stands in a file; `problem` says why the file cannot be read, "" when it can.

    `columns` are those that lack or come twice, `proposals` what each of them may be called now. `unknown` are the labels that the
    contract does not know.
    """

    places: dict[str, int]
    problem: str = ""
    columns: tuple[str, ...] = ()
    proposals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


MISSING_COLUMNS = N_("The header lacks %(columns)s")
RENAMED_COLUMNS = N_("The header lacks %(columns)s; renamed perhaps: %(proposals)s")
TWICE = N_("The header names %(columns)s twice")

_FORMS = {
    "long": r"[+-]?\d[\d., ]*",
    "double": r"[+-]?[\d.,][\d., ]*(e[+-]?\d+)?%?",
    "decimal": r"[+-]?[\d.,][\d., ]*(e[+-]?\d+)?%?",
    "boolean": r"true|false|0|1",
    "date": r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}",
    "timestamptz": r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}.*",
}
_LONGEST = 60  # of a label that a message quotes


def match_header(
    cells: Sequence[str],
    columns: Sequence[Column],
    *,
    given: Collection[str] = (),
    sample: Sequence[Sequence[str | None]] = (),
) -> Header:
    """Finds every column of a contract in a header: by name or title, else by another title or its former name.

    Only those that are `given` elsewhere may lack. For one that lacks, the labels are proposed that are like one of its own, those
    first whose cells in the `sample` of rows fit its type; and where most columns were found, a label with such cells alone.
    """
    by_label: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        by_label.setdefault(label(cell), []).append(place)
    by_label.pop("", None)
    first = {column.name: _found(by_label, (column.name, column.title)) for column in columns}
    taken = set().union(*first.values()) if first else set()
    places: dict[str, int] = {}
    twice, missing = [], []
    for column in columns:
        found = first[column.name] | (_found(by_label, (*column.titles, column.was)) - (taken - first[column.name]))
        if len(found) > 1:
            twice.append(column.name)
        elif found:
            places[column.name] = found.pop()
        elif column.name not in given:
            missing.append(column)
    if twice:
        return Header({}, TWICE, tuple(twice))
    free = [place for place, cell in enumerate(cells) if label(cell) and place not in places.values()]
    if missing or not places:
        proposals = {
            column.name: likely
            for column in missing
            if (likely := tuple(_likely(column, cells, free, sample, trusted=2 * len(places) >= len(columns))))
        }
        return Header({}, MISSING_COLUMNS, tuple(column.name for column in missing), proposals)
    return Header(places, unknown=tuple(dict.fromkeys(_short(cells[place]) for place in free)))


def _found(by_label: Mapping[str, list[int]], texts: Sequence[str]) -> set[int]:
    return {place for text in texts if text for place in by_label.get(label(text), ())}


def _likely(
    column: Column,
    cells: Sequence[str],
    free: Sequence[int],
    sample: Sequence[Sequence[str | None]],
    *,
    trusted: bool,
) -> Iterator[str]:
    """What a column that lacks may be called now, the likeliest first.

    Only labels that are like one of its own, unless the header is `trusted` to be one: the first row of a file without a header
    holds data, which no message may quote.
    """
    own = [text for text in (column.title, column.name, *column.titles, column.was) if text]
    labels = {_short(cells[place]): place for place in free}
    like = [found for text in own for found in alike(text, labels)]
    like += [each for each in labels if any(_within(text, each) for text in own)]
    fitting = [each for each, place in labels.items() if _fits(column, place, sample)]
    found = dict.fromkeys(sorted(dict.fromkeys(like), key=lambda each: each not in fitting))
    if not found and trusted:
        found = dict.fromkeys(fitting)
    yield from list(found)[:3]


def _within(text: str, other: str) -> bool:
    """Whether one of two labels holds the other as whole words."""
    one, two = _words(text), _words(other)
    return one in two or two in one


def _words(text: str) -> str:
    return f" {re.sub(r'[^a-z0-9%]+', ' ', fold(text)).strip()} "


def _fits(column: Column, place: int, sample: Sequence[Sequence[str | None]]) -> bool:
    """Whether all cells of a place are of the type of a column, and some say something; texts fit nothing for certain."""
    form = _FORMS.get(column.type.partition("(")[0])
    texts = [row[place].strip().lower() for row in sample if place < len(row) and row[place]]  # type: ignore[union-attr]
    return bool(form and texts) and all(re.fullmatch(form or "", text) for text in texts)


def _short(cell: str) -> str:
    text = " ".join(nfc(cell).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def label(cell: str) -> str:
    """What two header cells must share to mean the same."""
    return " ".join(texts.tidy(nfc(cell)).split()).casefold()


def delimiter_of(line: str) -> str:
    """The delimiter that a header line uses: the one that stands in it most often, a comma when none does."""
    return max((",", ";", "\t"), key=line.count)
