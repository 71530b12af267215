"""Legal times in calendar days, which working time does not count: the last day of a span. Pure.

Source: Bộ luật Dân sự 91/2015/QH13, Đ. 147, 148: the day of the event is not counted, and a span that ends on a day of rest ends with
the next working day (the latter is for whoever knows the calendar).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.systems.onestop.declaration import ProcessingTime


def last_day(time: ProcessingTime, received: dt.date) -> dt.date | None:
    """Return the last calendar day of what the law gives from a day of reception; None where it is not counted in such days."""
    if time.unit != "day" or time.most is None:
        return None
    return received + dt.timedelta(days=time.most)
