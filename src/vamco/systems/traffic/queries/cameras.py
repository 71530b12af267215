"""Cameras, their drawings and how they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Missing
from vamco.systems.traffic.contracts import CameraView
from vamco.systems.traffic.models import Camera, DrawingVersion
from vamco.systems.traffic.rules import drawings

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from vamco.engines.vision.contracts import Drawing


def no_camera(code: str) -> Missing:
    """Return what is said where there is no such camera."""
    return Missing("traffic.no_camera", N_("There is no camera %(camera)s."), camera=code)


def row(code: str) -> Camera:
    """Return the row of a camera, or Missing."""
    found = _rows().filter(code=code).first()
    if found is None:
        raise no_camera(code)
    return found


def listing(*, use: str = "", active: bool | None = True) -> list[CameraView]:
    """Return the cameras by name, of one use only where it is named; `active` None for all."""
    rows = _rows().order_by("name", "code")
    if use:
        rows = rows.filter(use=use)
    if active is not None:
        rows = rows.filter(active=active)
    return [view(each) for each in rows]


def one(code: str) -> CameraView:
    """Return a camera by its code, or Missing."""
    return view(row(code))


def view(camera: Camera) -> CameraView:
    """Return a camera as pages show it."""
    state = camera.state
    return CameraView(
        code=camera.code,
        name=camera.name,
        name_en=camera.name_en,
        agency=camera.agency.code,
        place=camera.place.code if camera.place else "",
        lon=camera.lon,
        lat=camera.lat,
        view=camera.view,
        source=camera.source,
        use="hall" if camera.use == "hall" else "street",
        hall=camera.hall,
        days=camera.days,
        active=camera.active,
        synthetic=camera.synthetic,
        drawing=camera.drawing.version if camera.drawing else 0,
        condition=state.condition,  # type: ignore[arg-type]  # one of the words, as the services write them
        since=state.since,
        seen_at=state.seen_at,
        clock_off_s=state.clock_off_s,
        dropped=state.dropped,
        per_second=state.per_second,
        held_at=state.held_at,
    )


def drawing(code: str, version: int = 0) -> tuple[int, Drawing] | None:
    """Return the drawing of a camera in a version, 0 for the one in force, with its number; None where none was drawn."""
    camera = row(code)
    found = camera.drawing if not version else DrawingVersion.objects.filter(camera=camera, version=version).first()
    return (found.version, drawings.read(found.content)) if found else None


def drawing_versions(code: str) -> list[DrawingVersion]:
    """Return all drawings of a camera, the newest first."""
    return list(DrawingVersion.objects.filter(camera__code=code).select_related("by").order_by("-version"))


def _rows() -> QuerySet[Camera]:
    return Camera.objects.select_related("state", "agency", "place", "drawing")
