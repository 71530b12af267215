"""Operators are notified of a camera in doubt: once for each spell, and of one camera at most once an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.work.notices import public as notices
from vamco.systems.traffic.contracts import MANAGE, Health
from vamco.systems.traffic.models import CameraAlarm, CameraState
from vamco.systems.traffic.rules import conditions
from vamco.systems.traffic.services import cameras, hits

if TYPE_CHECKING:
    import datetime as dt

NOTICE: Final = "traffic.camera_doubt"
_WORDS: Final = {
    "away": ("không có hình", "no picture"),
    "frozen": ("hình bị đứng", "the picture is frozen"),
    "green": ("hình hỏng hoặc bị che", "the picture is damaged or covered"),
    "size": (
        "hình đổi kích thước, cần vẽ lại vạch và làn",
        "the picture changed its size, lines and lanes must be drawn anew",
    ),
    "clock": ("đồng hồ chạy sai", "its clock is wrong"),
}


def look() -> int:
    """Call silent cameras away, and notify of those in doubt; returns of how many."""
    now = clock.now()
    # A worker that died says nothing: what it saw last is not how the camera is now. TC-01
    silent = CameraState.objects.filter(
        camera__active=True, camera__synthetic=False, condition="ok", seen_at__lt=now - conditions.AWAY
    )
    for state in silent.select_related("camera"):
        cameras.report(state.camera.code, Health("away", now, state.seen_at))
    told = 0
    for state in CameraState.objects.filter(camera__active=True).exclude(condition__in=("ok", "never")):
        told += _notify(state.pk, now)
    return told


@transaction.atomic
def _notify(camera: int, now: dt.datetime) -> bool:
    state = CameraState.objects.select_for_update(of=("self",)).select_related("camera__agency").get(pk=camera)
    before = CameraAlarm.objects.filter(pk=camera).first()
    if before is not None and before.since == state.since:
        return False
    if not conditions.due(state.condition, state.since, before.told_at if before else None, now):
        return False
    assert state.since is not None  # noqa: S101  # else nothing is due
    what, what_en = _WORDS[state.condition]
    notices.send(
        NOTICE,
        hits.holders(MANAGE, state.camera.agency),
        {
            "camera": state.camera.name,
            "camera_en": state.camera.name_en,
            "what": what,
            "what_en": what_en,
            "since": state.since,
        },
        key=f"{NOTICE}:{camera}:{state.since.isoformat()}",
        about=f"camera:{state.camera.code}",
        url=f"/traffic/cameras/{state.camera.code}",
    )
    CameraAlarm.objects.update_or_create(
        camera=state.camera, defaults={"condition": state.condition, "since": state.since, "told_at": now}
    )
    return True
