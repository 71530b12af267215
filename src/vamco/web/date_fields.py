"""Fields for days, moments and hours that speak the page's language: text as people write it, and a calendar beside it.

A browser draws its own date controls in its own language, "mm/dd/yyyy" on a Vietnamese page, and lets nobody change that.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vamco.kernel.base import clock
from vamco.lib.time import HCM, read_date

if TYPE_CHECKING:
    from collections.abc import Mapping

_HOUR: Final = re.compile(r"([01]?\d|2[0-3])(?:[:.](?=\d)|\s*(?:giờ|h)\s*)([0-5]\d)?", re.ASCII | re.IGNORECASE)
_HOUR_AT_AN_END: Final = re.compile(
    r"(?P<first>\d{1,2}[:.h]\d\d)[\s,]+(?P<day>\S.*)|(?P<date>.*\S)[\sT,]+(?P<last>\d{1,2}[:.h]\d\d)(?::\d\d)?"
)
_SHAPE: Final = {"day": "%d/%m/%Y", "moment": "%d/%m/%Y %H:%M"}


class DayInput(forms.DateTimeInput):
    """A text box with a calendar. `min` and `max` of its attributes are ISO days; without scripts it is the text box alone."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, moment: bool = False) -> None:
        self.shape = "moment" if moment else "day"
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})}, format=_SHAPE[self.shape])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Hand the bounds and the province's day on to the calendar: a text box has no `min` of its own."""
        context = super().get_context(name, value, attrs)
        found = context["widget"]["attrs"]
        found["data-date"] = self.shape
        found["data-today"] = clock.today().isoformat()
        for bound in ("min", "max"):
            if day := found.pop(bound, ""):
                found[f"data-{bound}"] = day
        return context


def _day(text: str) -> dt.date:
    day = read_date(text)
    if day is None:
        raise ValidationError(_("Enter a date that exists, as day/month/year, such as 27/03/2026."), code="invalid")
    return day


def _hour(text: str) -> dt.time:
    found = _HOUR.fullmatch(text.strip())
    if found is None:
        raise ValidationError(_("Enter a time between 00:00 and 23:59, such as 08:30."), code="invalid")
    return dt.time(int(found[1]), int(found[2] or 0))


def _demand_within(day: dt.date, attrs: Mapping[str, Any]) -> None:
    """Refuse a day outside the bounds that the calendar shows."""
    first, last = (read_date(str(attrs.get(bound, ""))) for bound in ("min", "max"))
    if first and day < first:
        text = gettext("Enter a date on or after %(day)s.") % {"day": f"{first:%d/%m/%Y}"}
        raise ValidationError(text, code="min")
    if last and day > last:
        text = gettext("Enter a date on or before %(day)s.") % {"day": f"{last:%d/%m/%Y}"}
        raise ValidationError(text, code="max")


class DayField(forms.DateField):
    """A day, written "27/3/2026" or as ISO. `widget.attrs["min"]` and `["max"]`, ISO days, bound it."""

    widget = DayInput

    def to_python(self, value: Any) -> dt.date | None:
        """Read a day, or say how to write one."""
        if not isinstance(value, str):
            return super().to_python(value)
        return _day(value) if value.strip() else None

    def validate(self, value: Any) -> None:
        """Refuse what is missing or out of bounds."""
        super().validate(value)
        if value is not None:
            _demand_within(value, getattr(self.widget, "attrs", {}))


class MomentField(forms.DateTimeField):
    """A moment on the province's clock, written "27/3/2026 08:30", "08:30 27/3/2026" or as ISO."""

    widget = DayInput(moment=True)

    def to_python(self, value: Any) -> dt.datetime | None:
        """Read a moment, or say how to write one."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        found = _HOUR_AT_AN_END.fullmatch(value.strip())
        if found is None:
            raise ValidationError(_("Enter date and time, such as 27/03/2026 08:30."), code="invalid")
        day, hour = _day(found["day"] or found["date"]), _hour(found["first"] or found["last"])
        return dt.datetime.combine(day, hour, HCM)


class HourField(forms.TimeField):
    """A time of the day on 24 hours, written "08:30", "8h30" or "8 giờ"."""

    widget = forms.TimeInput(attrs={"autocomplete": "off", "class": "hour"}, format="%H:%M")

    def to_python(self, value: Any) -> dt.time | None:
        """Read a time, or say how to write one."""
        if not isinstance(value, str):
            return super().to_python(value)
        return _hour(value) if value.strip() else None
