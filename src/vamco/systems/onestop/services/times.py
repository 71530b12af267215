"""Times as forms and notices write them: what was promised with an entry, the legal time in words, days of the province."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext

from vamco.kernel.work.cases import public as cases
from vamco.lib.time import local_date
from vamco.systems.onestop.rules import reading

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.agencies.models import Agency
    from vamco.systems.onestop.declaration import ProcessingTime

NO_PHONE = "1022"
"""The province's hotline, where an office's own number is not known."""


def day(at: dt.datetime) -> dt.date:
    """Return the day of a moment in the province."""
    return local_date(at)


def days(count: int) -> dt.timedelta:
    """Return a span of calendar days."""
    return dt.timedelta(days=count)


def promised(case: Case, seq: int) -> dt.datetime:
    """Return the deadline that was in force with an entry."""
    found = cases.promises(case).filter(seq__lte=seq).first()
    return found.due_at if found else case.due_at


def promised_before(case: Case, seq: int) -> dt.datetime:
    """Return the deadline that was in force before an entry."""
    return promised(case, seq - 1)


def by_law(time: ProcessingTime) -> str:
    """Return a legal time in the record's language, which is Vietnamese."""
    message, data = reading.time(time)
    with translation.override("vi"):
        return gettext(message) % data if data else gettext(message)


def phone_of(_agency: Agency) -> str:
    """Return the number by which an office helps."""
    return NO_PHONE
