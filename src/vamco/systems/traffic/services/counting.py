"""Counts of roads and halls as workers give them; nothing where the camera was in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.traffic.contracts import Counted, HallCounted
from vamco.systems.traffic.models import Camera, Flow, HallCount

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence


def count(rows: Sequence[Counted]) -> int:
    """Write five-minute counts; said again, the later one holds. Returns how many."""
    known = _cameras(each.camera for each in rows)
    found = [
        Flow(
            camera_id=known[each.camera],
            at=each.at,
            lane=each.lane,
            by_kind=dict(each.by_kind) if each.by_kind is not None else None,
            mean_kmh=each.mean_kmh,
            occupancy=each.occupancy,
            queue=each.queue,
        )
        for each in rows
        if each.camera in known
    ]
    Flow.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["camera", "at", "lane"],
        update_fields=["by_kind", "mean_kmh", "occupancy", "queue"],
    )
    return len(found)


def count_hall(rows: Sequence[HallCounted]) -> int:
    """Write the minutes of halls; said again, the later one holds. Returns how many."""
    known = _cameras(each.camera for each in rows)
    found = [
        HallCount(
            camera_id=known[each.camera],
            at=each.at,
            waiting=each.waiting,
            staffed=each.staffed,
            crowded=each.crowded,
        )
        for each in rows
        if each.camera in known
    ]
    HallCount.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["camera", "at"],
        update_fields=["waiting", "staffed", "crowded"],
    )
    return len(found)


def flows(since: dt.datetime, until: dt.datetime, *, camera: str = "") -> list[Counted]:
    """Return the five-minute counts of a span, by camera, time and lane."""
    rows = Flow.objects.filter(at__gte=since, at__lt=until).select_related("camera")
    if camera:
        rows = rows.filter(camera__code=camera)
    return [
        Counted(each.camera.code, each.at, each.lane, each.by_kind, each.mean_kmh, each.occupancy, each.queue)
        for each in rows.order_by("camera__code", "at", "lane")
    ]


def hall_counts(since: dt.datetime, until: dt.datetime, *, hall: str = "", camera: str = "") -> list[HallCounted]:
    """Return the minutes of halls in a span, by camera and time; `hall` is the code of an office."""
    rows = HallCount.objects.filter(at__gte=since, at__lt=until).select_related("camera")
    if camera:
        rows = rows.filter(camera__code=camera)
    if hall:
        rows = rows.filter(camera__hall=hall)
    return [
        HallCounted(each.camera.code, each.at, each.waiting, each.staffed, each.crowded)
        for each in rows.order_by("camera__code", "at")
    ]


def _cameras(codes: Iterable[str]) -> dict[str, int]:
    return dict(Camera.objects.filter(code__in=set(codes)).values_list("code", "pk"))
