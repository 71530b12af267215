"""A day of which perhaps only the month or the year is known: "1938", "1938-05" or "1938-05-20". It is a value of its own.

A year without a day is never its first of January: what is asked of it has two ends.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from vamco.lib.time import format_date, read_date

_MONTHS = 12
_YEAR = re.compile(r"\d{4}", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{4})", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """What is known of a day: it lies between `first` and `last`."""

    code: str
    first: dt.date
    last: dt.date

    @classmethod
    def read(cls, text: str) -> PartialDate | None:
        """Read "1938", "5/1938" or "20/5/1938", also as ISO; None for anything else and for no day."""
        plain = text.strip()
        if day := read_date(plain):
            return cls(day.isoformat(), day, day)
        if _YEAR.fullmatch(plain):
            return cls._of(int(plain), None)
        if found := _MONTH.fullmatch(plain):
            return cls._of(int(found[2]), int(found[1]))
        if found := _ISO_MONTH.fullmatch(plain):
            return cls._of(int(found[1]), int(found[2]))
        return None

    @classmethod
    def _of(cls, year: int, month: int | None) -> PartialDate | None:
        if year < 1 or (month is not None and not 1 <= month <= _MONTHS):
            return None
        if month is None:
            return cls(f"{year:04}", dt.date(year, 1, 1), dt.date(year, 12, 31))
        return cls(f"{year:04}-{month:02}", dt.date(year, month, 1), dt.date(year, month, monthrange(year, month)[1]))

    def label(self, lang: str) -> str:
        """Return it as people read it: "1938", "05/1938", "20/05/1938"."""
        if len(self.code) == len("1938"):
            return self.code
        return (
            "/".join(reversed(self.code.split("-")))
            if len(self.code) == len("1938-05")
            else format_date(self.first, lang)
        )

    def ages(self, on: dt.date) -> tuple[int, int]:
        """Return the least and the greatest age in whole years on a day; below 0 for who is not born yet."""
        return _years(self.last, on), _years(self.first, on)


def _years(born: dt.date, on: dt.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
