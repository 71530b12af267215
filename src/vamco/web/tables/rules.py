"""What the address of a table says, and how a table is written into a file: pure."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESERVED: Final = frozenset({"sort", "columns", "after", "before", "export", "task", "pick", "confirmed", "next"})
FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")  # what spreadsheets take for the beginning of a formula
_LONGEST: Final = 2000  # letters of one value in an address
_MOST: Final = 50  # values of one filter
_WOULD_BEGIN: Final = re.compile(r"([,\t\r\n][ \u00a0\ufeff]*)(?=[=+@＝＋－＠-])")
_LIKE_A_FIGURE: Final = re.compile(r"(?=.*\d)[\d\s.,:/%eE-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shape:
    """What an address of this table may say. The first column always stays: it names the row."""

    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()  # columns that are left out until they are chosen
    sortable: frozenset[str] = frozenset()
    filters: tuple[str, ...] = ()
    sort: str = ""  # in force when the address names none

    @property
    def standard(self) -> tuple[str, ...]:
        """Give the columns that are shown when the address names none."""
        return tuple(key for key in self.columns if key not in self.optional)


@dataclass(frozen=True, slots=True)
class State:
    """What a reader sees of a table. `columns` is empty for the standard ones, `sort` for the standard order."""

    sort: str = ""
    columns: tuple[str, ...] = ()
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    after: str = ""
    before: str = ""

    def sorted_by(self, key: str, now: str) -> State:
        """Give the state in the order of a column, the other way round when `now` is already this order."""
        return replace(self, sort=f"-{key}" if now == key else key, after="", before="")

    def without(self, name: str, value: str) -> State:
        """Give the state with one value of a filter taken away, from the first page."""
        kept = tuple((key, tuple(one for one in values if key != name or one != value)) for key, values in self.filters)
        return replace(self, filters=tuple((key, values) for key, values in kept if values), after="", before="")

    def from_the_start(self) -> State:
        """Give the same from the first page."""
        return replace(self, after="", before="")


def read(query: Mapping[str, Sequence[str]], shape: Shape) -> State:
    """Give what an address says; what the table does not know is left out."""
    sort = _last(query, "sort")
    chosen = frozenset(",".join(query.get("columns", ())[:_MOST]).split(",")) & frozenset(shape.columns)
    columns = tuple(key for key in shape.columns if key in chosen or key == shape.columns[0]) if chosen else ()
    after, before = _last(query, "after"), _last(query, "before")
    return State(
        sort=sort if sort.removeprefix("-") in shape.sortable and sort != shape.sort else "",
        columns=() if columns == shape.standard else columns,
        filters=tuple((name, values) for name in shape.filters if (values := _values(query, name))),
        after=after,
        before="" if after else before,
    )


def _last(query: Mapping[str, Sequence[str]], name: str) -> str:
    values = query.get(name, ())
    return values[-1][:_LONGEST] if values else ""


def _values(query: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    given = (value[:_LONGEST] for value in query.get(name, ())[:_MOST])
    return tuple(dict.fromkeys(value for value in given if value.strip()))


def parameters(state: State) -> list[tuple[str, str]]:
    """Give names and values of the address, in one order: equal states have equal addresses."""
    found = [(name, value) for name, values in state.filters for value in values]
    found += [(name, value) for name in ("sort", "after", "before") if (value := str(getattr(state, name)))]
    return [*found, ("columns", ",".join(state.columns))] if state.columns else found


def address(state: State, *more: tuple[str, str]) -> str:
    """Give the query of the address, with its question mark."""
    return "?" + urlencode([*parameters(state), *more])


def shown(state: State, shape: Shape) -> tuple[str, ...]:
    """Give the columns that the reader sees, in the table's order."""
    return state.columns or shape.standard


def write_place(*values: str | None) -> str:
    """Give the key of a row as it stands in an address."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode("utf-8", "replace")).decode().rstrip("=")


def read_place(token: str, parts: int) -> tuple[str | None, ...] | None:
    """Give the parts of a key; None when nobody wrote it, so that a damaged address shows the first page."""
    try:
        padded = (token + "=" * (-len(token) % 4)).encode()
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()  # half of a pair, as JSON may hold it, is no letter
    except (ValueError, binascii.Error, RecursionError):
        return None
    if not isinstance(found, list) or len(found) != parts:
        return None
    if any(not (part is None or isinstance(part, str)) or "\0" in (part or "") for part in found):
        return None
    return tuple(found)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula when it opens a CSV file: an apostrophe before what would be one.

    That goes also for what would begin a cell where somebody opens the file with commas or tabs between cells.
    """
    start = text.lstrip(" \u00a0\ufeff")[:1]
    text = _WOULD_BEGIN.sub(r"\1'", text)
    return f"'{text}" if start in FORMULA and start else text


def kept_as_text(text: str) -> str:
    """Return a text such as "0123" so that a spreadsheet leaves it as it is: not as the number 123, nor "3-5" as a day.

    Excel knows one way to say so in a CSV file: a formula that is nothing but the text. It holds digits and their marks only.
    """
    return f'="{text}"' if _LIKE_A_FIGURE.fullmatch(text) else text
