"""Congestion and stopped vehicles: an incident begins once and ends once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.systems.traffic.models import Camera, Incident

if TYPE_CHECKING:
    import datetime as dt

CONGESTION: Final = "congestion"
STOPPED: Final = "stopped"


def begin(camera: str, lane: str, what: str, at: dt.datetime) -> None:
    """Write that an incident began; one that is open already goes on."""
    Incident.objects.bulk_create(
        [Incident(camera=Camera.objects.get(code=camera), lane=lane, what=what, began=at)], ignore_conflicts=True
    )


def end(camera: str, lane: str, what: str, at: dt.datetime) -> None:
    """Write that an incident is over; where none is open nothing happens."""
    Incident.objects.filter(camera__code=camera, lane=lane, what=what, ended=None).update(ended=at)


def going_on(camera: str, what: str) -> dict[str, dt.datetime]:
    """Return since when an incident lasts in each lane of a camera."""
    return dict(Incident.objects.filter(camera__code=camera, what=what, ended=None).values_list("lane", "began"))


def listing(since: dt.datetime, until: dt.datetime) -> list[Incident]:
    """Return the incidents that began in a span, or lasted into it, by camera and time."""
    rows = Incident.objects.filter(began__lt=until).exclude(ended__lte=since)
    return list(rows.select_related("camera").order_by("camera__code", "began"))
