"""A camera whose clock is off: what it proposed since its clock was last found right is held. TC-02."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import connection

from vamco.systems.traffic.models import Violation

if TYPE_CHECKING:
    import datetime as dt

CLOCK: Final = "clock"


def hold_since(camera: int, checked_at: dt.datetime | None, at: dt.datetime) -> int:
    """Mark passages and open proposals from the last good check up to a moment; returns how many proposals. None: all of the day."""
    since = checked_at or at.replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE traffic_passage SET doubt = array_append(doubt, %s)"
            " WHERE camera_id = %s AND at > %s AND at <= %s AND NOT (%s = ANY(doubt))",
            [CLOCK, camera, since, at, CLOCK],
        )
    waiting = Violation.objects.select_for_update(of=("self",)).filter(
        camera=camera, at__gt=since, at__lte=at, case__state__in=("proposed", "reviewed")
    )
    marked = 0
    for row in waiting:
        if CLOCK not in row.doubt:
            row.doubt = sorted({*row.doubt, CLOCK})
            row.save(update_fields=["doubt"])
            marked += 1
    return marked
