"""Electronic receipts: what a summary of a day holds, and until when paper may be given. Pure.

Source: NĐ 254/2026, Đ. 4.2, 29.3.b, 44.2; Form 01/TH-BLĐT (second-hand, docs/decisions/0034-payments.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

LONGEST = 8
"""A receipt's number has at most eight digits (NĐ 254/2026, Đ. 23)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A receipt as a summary sees it: `summarised` and `void_stated` say whether an earlier summary holds it, and its voiding."""

    number: int
    amount: int
    voided: bool
    summarised: bool
    void_stated: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """What a summary states: new receipts with their sum, those of them that are void already, and earlier ones that were voided since."""

    issued: tuple[int, ...]
    voided: tuple[int, ...]
    voided_since: tuple[int, ...]
    total: int
    taken_back: int

    @property
    def empty(self) -> bool:
        """Return whether there is nothing to state."""
        return not (self.issued or self.voided_since)


def summary(entries: Iterable[Entry]) -> Summary:
    """Return the summary of what no earlier one has stated."""
    found = sorted(entries, key=lambda each: each.number)
    fresh = [each for each in found if not each.summarised]
    since = [each for each in found if each.summarised and each.voided and not each.void_stated]
    return Summary(
        issued=tuple(each.number for each in fresh),
        voided=tuple(each.number for each in fresh if each.voided),
        voided_since=tuple(each.number for each in since),
        total=sum(each.amount for each in fresh if not each.voided),
        taken_back=sum(each.amount for each in since),
    )


def paper_allowed(day: dt.date, until: dt.date) -> bool:
    """Return whether a paper receipt may still be given on a day."""
    return day <= until
