"""Which cell of a header is which column of a contract."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused
from vamco.systems.hub.rules import headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.systems.hub.contracts import Column, Layout
    from vamco.systems.hub.rules.headers import Header

_SAMPLE = 50


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


def malformed(form: str) -> Refused:
    """What is said of a file that is not what it should be, or is broken."""
    return Refused("hub.malformed", N_("The file cannot be read as %(format)s"), format=form)
