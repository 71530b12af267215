"""Travel times between cameras, hour by hour, from plates that are hashed with a key of the day. Only medians are kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.conf import settings

from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.systems.traffic.models import Camera, Passage, TravelTime
from vamco.systems.traffic.rules import flowing

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUR = dt.timedelta(hours=1)


def measure(at: dt.datetime | None = None) -> int:
    """Measure the hour before the one in which `at` lies, and return for how many ways there was a time.

    What arrived in that hour counts; vehicles may have set out in the one before.
    """
    ends = (at or clock.now()).replace(minute=0, second=0, microsecond=0)
    begins = ends - HOUR
    found = flowing.travel_times(_seen(begins - flowing.Pairing().longest, ends))
    ids = dict(
        Camera.objects.filter(code__in={code for each in found for code in (each.start, each.end)}).values_list(
            "code", "pk"
        )
    )
    TravelTime.objects.bulk_create(
        [
            TravelTime(start_id=ids[e.start], end_id=ids[e.end], at=begins, pairs=e.pairs, median_s=e.median_s)
            for e in found
        ],
        update_conflicts=True,
        unique_fields=["start", "end", "at"],
        update_fields=["pairs", "median_s"],
    )
    return len(found)


def _seen(since: dt.datetime, until: dt.datetime) -> Iterator[flowing.Seen]:
    codes = dict(Camera.objects.values_list("pk", "code"))
    key = flowing.key_of(until.astimezone(HCM).date(), settings.SECRET_KEY.encode())
    rows = Passage.objects.filter(complete=True, at__gte=since, at__lt=until).exclude(plate="")
    for camera, at, plate in rows.values_list("camera_id", "at", "plate").iterator(chunk_size=5000):
        if camera in codes:
            yield flowing.Seen(codes[camera], at, flowing.pseudonym(plate, key))
