"""What can be read of the rows that are missing behind a dataset's snapshot in force."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.time import read_date
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import MissingRow
from vamco.systems.hub.models import Quarantined

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from vamco.systems.hub.contracts import Shortfall

MOST_ROWS: Final = 2000
_PLAIN = re.compile(r"-?\d{1,30}(\.\d{1,18})?", re.ASCII)
_NUMBERS: Final = ("long", "decimal", "double")
_FORMATS: Final = {
    "yyyy-MM-dd": "%Y-%m-%d",
    "dd/MM/yyyy": "%d/%m/%Y",
    "dd-MM-yyyy": "%d-%m-%Y",
    "dd.MM.yyyy": "%d.%m.%Y",
    "yyyyMMdd": "%Y%m%d",
}


def missing_rows(dataset: str, short: Shortfall, columns: Collection[str]) -> list[MissingRow] | None:
    """What some columns say in the rows that are missing; None when there are too many to tell them apart.

    A cell for which its row is in quarantine says nothing, nor does one that needs more than its file's own format to be read.
    Numbers are those that were read when the row came.
    """
    if short.rows > MOST_ROWS:
        return None
    types = {column.name: column.type for column in queries.contract(dataset).columns}
    found = Quarantined.objects.filter(run__in=short.runs, settled=None, void=None).order_by("run", "row")
    rows = found.values_list("run", "run__layout", "reasons", "content", "amounts")[: MOST_ROWS + 1]
    read = [
        MissingRow(
            run,
            {
                name: _number(amounts, name)
                if amounts is not None and types[name].startswith(_NUMBERS)
                else _read(content.get(name), types[name], layout)
                for name in _sound(columns, reasons)
            },
        )
        for run, layout, reasons, content, amounts in rows
    ]
    return read if len(read) <= MOST_ROWS else None


def _number(amounts: dict[str, str | None], name: str) -> str | Decimal | None:
    """What was read of a number: "" of an empty cell, None of one that could not be."""
    text = amounts.get(name, "")
    return Decimal(text) if text else text


def _sound(columns: Collection[str], reasons: Iterable[str]) -> list[str]:
    """The columns that no reason speaks of; none when one speaks of the whole row."""
    spoken = set[str]()
    for reason in reasons:
        _kind, has, names = reason.partition(":")
        if not has:
            return []
        spoken |= set(names.split("+"))
    return [name for name in columns if name not in spoken]


def _read(cell: Any, kind: str, layout: dict[str, Any]) -> str | Decimal | dt.date | None:
    text = str(cell).strip() if cell is not None else ""
    kind = kind.split("(", 1)[0]
    if kind == "string" or not text:
        return text
    if kind in {"date", "timestamptz"}:
        return _day(text, layout.get("date_format", "yyyy-MM-dd"))
    if kind in _NUMBERS:
        return Decimal(text) if _PLAIN.fullmatch(text) else None
    return None


def _day(text: str, form: str) -> dt.date | None:
    try:
        return dt.datetime.strptime(text, _FORMATS[form]).date()  # noqa: DTZ007  # a day, no moment
    except ValueError:
        return read_date(text) if text[:4].isdigit() else None
