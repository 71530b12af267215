"""Vietnam's clock, the periods that indicators are counted by, and dates as people read them."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from vamco.lib.errors import N_, Refused
from vamco.lib.money import is_english

HCM = ZoneInfo("Asia/Ho_Chi_Minh")

Kind = Literal["day", "month", "quarter", "year"]
KINDS: tuple[Kind, ...] = ("day", "month", "quarter", "year")  # from short to long

_CODE = re.compile(r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_DAY = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_QUARTERS = ("I", "II", "III", "IV")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """A day, month, quarter or year, known by its first day; ordered by start, then from short to long."""

    start: dt.date
    kind: Kind  # the alphabet happens to order the kinds by length

    def __post_init__(self) -> None:
        """Refuse a start in mid-period: equal periods must be equal objects."""
        if self.start != _first_day(self.start, self.kind):
            raise ValueError(f"{self.start} does not begin a {self.kind}")

    @classmethod
    def containing(cls, day: dt.date, kind: Kind) -> Period:
        """Give the period of `kind` that `day` falls in."""
        return cls(_first_day(day, kind), kind)

    @classmethod
    def parse(cls, code: str) -> Period:
        """Read "2026", "2026-Q3", "2026-11" or "2026-11-20"; Refused for anything else."""
        if found := _CODE.fullmatch(code):
            year, quarter, month, day = (int(part or 0) for part in found.groups())
            kind: Kind = "quarter" if quarter else "day" if found["day"] else "month" if found["month"] else "year"
            try:
                if kind == "quarter":
                    return cls(dt.date(year, quarter * 3 - 2, 1), kind)
                return cls(dt.date(year, month if found["month"] else 1, day if found["day"] else 1), kind)
            except ValueError:
                pass  # a thirteenth month, the 30th of February, the year 0
        raise Refused(
            "time.bad_period",
            N_("“%(code)s” is not a period: write 2026, 2026-Q3, 2026-11 or 2026-11-20."),
            code=code,
        )

    @property
    def code(self) -> str:
        """Give what `parse` reads."""
        iso = self.start.isoformat()
        if self.kind == "quarter":
            return f"{iso[:4]}-Q{self._quarter}"
        return iso[: {"day": 10, "month": 7, "year": 4}[self.kind]]

    @property
    def end(self) -> dt.date:
        """Give the last day, inclusive."""
        if self.kind == "day":
            return self.start
        month = {"month": self.start.month, "quarter": self.start.month + 2, "year": 12}[self.kind]
        return self.start.replace(month=month, day=monthrange(self.start.year, month)[1])

    @property
    def _quarter(self) -> int:
        return (self.start.month + 2) // 3

    def __str__(self) -> str:
        """Give the code."""
        return self.code

    def contains(self, day: dt.date) -> bool:
        """Tell whether `day` falls in it."""
        return self.start <= day <= self.end

    def previous(self) -> Period:
        """Give the one just before, of the same kind; OverflowError before the year 1."""
        return Period.containing(self.start - dt.timedelta(days=1), self.kind)

    def next(self) -> Period:
        """Give the one just after, of the same kind; OverflowError after the year 9999."""
        return Period.containing(self.end + dt.timedelta(days=1), self.kind)

    def same_last_year(self) -> Period:
        """Give the same period a year earlier; for 29 February that is the 28th."""
        year, month = self.start.year - 1, self.start.month
        return Period(dt.date(year, month, min(self.start.day, monthrange(year, month)[1])), self.kind)

    def label(self, lang: str) -> str:
        """Give its name: "20/11/2026", "Tháng 11/2026", "Quý IV/2026", "Năm 2026", or in English."""
        year, month, english = self.start.year, self.start.month, is_english(lang)
        if self.kind == "day":
            return format_date(self.start, lang)
        if self.kind == "month":
            return f"{_MONTHS[month - 1]} {year}" if english else f"Tháng {month:02}/{year}"
        if self.kind == "quarter":
            return f"Q{self._quarter} {year}" if english else f"Quý {_QUARTERS[self._quarter - 1]}/{year}"
        return f"{year}" if english else f"Năm {year}"


def local_date(moment: dt.datetime) -> dt.date:
    """Give the day in Vietnam at an aware moment; ValueError for a naive one, which has no place on earth."""
    return _local(moment).date()


def format_date(day: dt.date, lang: str) -> str:
    """Give "20/11/2026", or "20 Nov 2026" in English."""
    if is_english(lang):
        return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def read_date(text: str) -> dt.date | None:
    """Read a day as people write it, "27/3/2026", "27.3.2026", "27-3-2026", or as ISO; None for anything else and for no day."""
    if found := _DAY.fullmatch(text.strip()):
        parts = found.group(3, 2, 1)
    elif found := _ISO.fullmatch(text.strip()):
        parts = found.group(1, 2, 3)
    else:
        return None
    try:
        return dt.date(*map(int, parts))
    except ValueError:
        return None


def format_moment(moment: dt.datetime, lang: str) -> str:
    """Give an aware moment on Vietnam's clock: "14:05 20/11/2026", or "14:05, 20 Nov 2026" in English."""
    local = _local(moment)
    comma = "," if is_english(lang) else ""
    return f"{local.hour:02}:{local.minute:02}{comma} {format_date(local.date(), lang)}"


def ago(delta: dt.timedelta, lang: str) -> str:
    """Give an age in its largest whole unit up to days: "3 giờ trước"; below a minute, or ahead of now, "vừa xong"."""
    english = is_english(lang)
    for vi, en, unit in _UNITS:
        if (count := delta // unit) > 0:
            return f"{count} {en}{'s' * (count > 1)} ago" if english else f"{count} {vi} trước"
    return "just now" if english else "vừa xong"


_UNITS = (
    ("ngày", "day", dt.timedelta(days=1)),
    ("giờ", "hour", dt.timedelta(hours=1)),
    ("phút", "minute", dt.timedelta(minutes=1)),
)


def _first_day(day: dt.date, kind: Kind) -> dt.date:
    if kind == "day":
        return day
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[kind]
    return day.replace(month=month, day=1)


def _local(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(HCM)
