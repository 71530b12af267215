"""Which part of a table a delivery owns, and which of two deliveries of the same part is the newer one. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from vamco.lib.errors import N_
from vamco.lib.text import nfc
from vamco.systems.hub.contracts import Reason

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

WHOLE: Final = "*"
_SHOWN = 5

STRAY_ROWS = N_("%(column)s: a file replaces one value only, but this file contains %(found)s")
STRAY_NAMED = N_("%(column)s: the file name says %(named)s, but the rows say %(found)s")
NO_SLICE = N_("%(column)s: neither the file name nor any row says what the file replaces")
BAD_NAME = N_("%(column)s: the file name says “%(named)s”, which is not a valid value")
OLDER_COPY = N_("The file is older than “%(other)s” of %(at)s; an older copy never replaces a newer one")
SAME_TIME = N_("The file has the same modification time as “%(other)s” but different content; which of them counts?")
BESIDE = N_(
    "The file would replace the rows of “%(other)s” of %(at)s, which is still in the folder; which of them counts?"
)


def said(form: str, name: str) -> dict[str, str] | None:
    """What a file's name says by the layout's form, by column; nothing without a form, None when the name does not fit."""
    if not form:
        return {}
    fits = re.fullmatch(nfc(form), nfc(name))
    return {column: text for column, text in fits.groupdict().items() if text is not None} if fits else None


def named(form: str, name: str, column: str) -> str | None:
    """What a file's name says about one column; None when it says nothing."""
    return (said(form, name) or {}).get(column)


def groups(form: str, name: str) -> list[str]:
    """All that a file's name says, in one order."""
    return [f"{column}={text}" for column, text in sorted((said(form, name) or {}).items()) if text]


def owned(
    column: str, said: str | None, value: Any, counts: Sequence[tuple[Any, int]]
) -> tuple[Any | None, Reason | None]:
    """The one value whose rows a delivery replaces, or why it may replace none.

    `said` is what the file name says of it, if anything, and `value` that text as a value, None when it is none. `counts` has each
    value of all rows, those that will not be taken too, and how many rows say so.
    """
    found = ", ".join(f"{each} ({rows})" for each, rows in counts[:_SHOWN]) + (" …" if len(counts) > _SHOWN else "")
    if said is not None and value is None:
        return None, Reason("hub.slice", BAD_NAME, {"column": column, "named": said})
    if said is not None:
        stray = any(each != value for each, _ in counts)
        data = {"column": column, "named": said, "found": found}
        return value, Reason("hub.stray_rows", STRAY_NAMED, data) if stray else None
    if not counts:
        return None, Reason("hub.slice", NO_SLICE, {"column": column})
    stray = len(counts) > 1
    return counts[0][0], Reason("hub.stray_rows", STRAY_ROWS, {"column": column, "found": found}) if stray else None


@dataclass(frozen=True)
class Copy:
    """A delivery among others of the same part. `at`: when the sender last changed it; `as_of`: the day on which it was true."""

    source: str
    name: str
    at: dt.datetime | None
    as_of: dt.date | None


def precedence(
    new: Copy, standing: Copy, beside: Collection[str], *, by_name: bool
) -> Literal["newer", "older", "same_time", "beside"]:
    """How a delivery stands to the one whose place it would take.

    What the files say themselves comes before when they were changed. One and the same name holds one thing at a time, so its later
    content is the newer one. Another file that came later is newer too, unless both lie side by side and nothing but their time
    says which counts; where the layout reads the part from the name (`by_name`), that was meant so.
    """
    if new.as_of and standing.as_of and new.as_of != standing.as_of:
        return "newer" if new.as_of > standing.as_of else "older"
    if new.at is None or standing.at is None:
        return "newer"
    if new.at < standing.at:
        return "older"
    if (new.source, nfc(new.name)) == (standing.source, nfc(standing.name)):
        return "newer"
    if new.at == standing.at:
        return "same_time"
    lies_beside = new.source == standing.source and nfc(standing.name) in {nfc(name) for name in beside}
    return "beside" if lies_beside and not by_name else "newer"


def covers_until(value: Any, kind: str) -> dt.date | None:
    """The last day that a value of the period column speaks of: itself, or the end of its year, quarter or month."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = str(value)
    if kind in {"long", "string"} and re.fullmatch(r"[12]\d{3}", text):
        return dt.date(int(text), 12, 31)
    if quarter := re.fullmatch(r"([12]\d{3})-Q([1-4])", text):
        return _month_end(int(quarter[1]), 3 * int(quarter[2]))
    if month := re.fullmatch(r"([12]\d{3})-(0[1-9]|1[0-2])", text):
        return _month_end(int(month[1]), int(month[2]))
    return None


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
