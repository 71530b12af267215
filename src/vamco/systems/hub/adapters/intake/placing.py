"""Which cell of a header is which column of a contract."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.rules import headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from vamco.systems.hub.contracts import Column, Layout
    from vamco.systems.hub.rules.headers import Header

_SAMPLE = 50


def places(cells: Sequence[str | None], columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands; Refused when one lacks or stands there twice."""
    return header(cells, columns).places


def header(
    cells: Sequence[str | None],
    columns: Sequence[Column],
    layout: Layout | None = None,
    rest: Iterable[tuple[int, int, Sequence[str | None]]] = (),
) -> Header:
    """Where each column stands; Refused when one lacks that the file name does not give, or stands there twice.

    `rest` gives the rows below. Only for a refusal some of them are looked at: what may be the new name of a column that lacks.
    """
    texts = [cell or "" for cell in cells]
    found = headers.match_header(texts, columns, given=named(layout))
    if not found.problem:
        return found
    if found.problem == headers.MISSING_COLUMNS:
        found = headers.match_header(texts, columns, given=named(layout), sample=_sample(rest))
    raise lacking(found, columns)


def named(layout: Layout | None) -> tuple[str, ...]:
    """The columns that the name of a file gives."""
    return tuple(re.compile(layout.name_form).groupindex) if layout is not None and layout.name_form else ()


def lacking(found: Header, columns: Sequence[Column]) -> Refused:
    """Why a header is no header of these columns."""
    titles = {column.name: column.title or column.name for column in columns}
    said = ", ".join(titles[name] for name in found.columns) or ", ".join(titles.values())
    if not found.proposals:
        return Refused("hub.header", found.problem, columns=said)
    likely = "; ".join(
        f"{titles[name]} → {' / '.join(f'“{each}”' for each in labels)}" for name, labels in found.proposals.items()
    )
    return Refused("hub.header", headers.RENAMED_COLUMNS, columns=said, proposals=likely)


def _sample(rest: Iterable[tuple[int, int, Sequence[str | None]]]) -> list[Sequence[str | None]]:
    try:
        return [cells for _, _, cells in islice(rest, _SAMPLE)]
    except Refused:  # a file that breaks off later: the header is what is wrong with it first
        return []


def fields(path: Path, columns: Sequence[Column]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Under which name each column stands in lines of JSON, and the names that the contract does not know.

    A column that is in no object refuses the file as a header would that lacks it. Only as many objects are read as it takes to
    find all, and at least some; one that is no JSON ends the search, for the reader will say so.
    """
    plainly = {column.name: column.name for column in columns}
    seen: dict[str, None] = {}
    sample: list[dict[str, Any]] = []
    found = headers.Header({})
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if "\ufffd" in line:  # perhaps no UTF-8: the reader says so
                return plainly, ()
            if not line.strip():
                continue
            item = _object(line)
            if item is None:
                return plainly, ()
            if not sample or not seen.keys() >= item.keys():
                seen.update(dict.fromkeys(item))
                found = headers.match_header(list(seen), columns)
            if len(sample) < _SAMPLE:
                sample.append(item)
            elif not found.problem:
                break
    names = list(seen)
    if found.problem:
        texts = [[None if item.get(name) is None else str(item[name]) for name in names] for item in sample]
        raise lacking(headers.match_header(names, columns, sample=texts), columns)
    return ({name: names[place] for name, place in found.places.items()} or plainly), found.unknown


def _object(line: str) -> dict[str, Any] | None:
    try:
        item = json.loads(line)
    except ValueError:
        return None
    return item if isinstance(item, dict) else None


def malformed(form: str) -> Refused:
    """What is said of a file that is not what it should be, or is broken."""
    return Refused("hub.malformed", N_("The file cannot be read as %(format)s"), format=form)
