"""A camera at fault three times in a day is held: it proposes nothing until somebody has looked at it. TC-07."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import CHAIN, MANAGE
from vamco.systems.traffic.models import CameraFault, CameraState
from vamco.systems.traffic.queries import cameras
from vamco.systems.traffic.services import hits

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

SPEED: Final = "speed"
REJECTED: Final = "rejected"
MOST: Final = 3
_NOTICE: Final = "traffic.camera_doubt"


@transaction.atomic
def note(code: str, what: str, passage: str, at: dt.datetime) -> bool:
    """Count a fault of a camera, each only once; returns whether the camera is held from now."""
    state = _state(code)
    _fault, fresh = CameraFault.objects.get_or_create(
        camera_id=state.pk, passage=passage, what=what, defaults={"at": at}
    )
    if not fresh or state.held_at is not None or _count(state, at) < MOST:
        return False
    now = clock.now()
    state.held_at = now
    state.save(update_fields=["held_at"])
    audit.record(
        "traffic.hold_camera", actor=audit.SYSTEM, chain=CHAIN, subject=f"camera:{code}", detail={"what": what}
    )
    data = {
        "camera": state.camera.name,
        "camera_en": state.camera.name_en,
        "what": "ba lần sai trong một ngày; không đề xuất vi phạm đến khi có người kiểm tra",
        "what_en": "at fault three times in a day; it proposes nothing until somebody has looked",
        "since": now,
    }
    notices.send(
        _NOTICE,
        hits.holders(MANAGE, state.camera.agency),
        data,
        key=f"{_NOTICE}:held:{state.pk}:{now.isoformat()}",
        about=f"camera:{code}",
        url=f"/traffic/cameras/{code}",
    )
    return True


@transaction.atomic
def looked_at(code: str, *, by: Person, note: str) -> None:
    """Let a held camera propose again: somebody has looked, and says what they found."""
    state = _state(code)
    access.demand(by, MANAGE, state.camera.agency)
    if state.held_at is None:
        raise Refused("traffic.not_held", N_("This camera is not held."))
    if not note.strip():
        raise Refused("traffic.no_finding", N_("Enter what you found at the camera."))
    state.held_at, state.looked_at = None, clock.now()
    state.save(update_fields=["held_at", "looked_at"])
    detail = {"note": note.strip()[:300]}
    audit.record("traffic.look_at_camera", actor=by.actor, chain=CHAIN, subject=f"camera:{code}", detail=detail)


def _state(code: str) -> CameraState:
    rows = CameraState.objects.select_for_update(of=("self",)).select_related("camera__agency")
    return rows.get(camera=cameras.row(code))


def _count(state: CameraState, at: dt.datetime) -> int:
    """Return how many faults of the day of a moment nobody has looked into."""
    begins = dt.datetime.combine(at.astimezone(HCM).date(), dt.time(), tzinfo=HCM)
    rows = CameraFault.objects.filter(camera_id=state.pk, at__gte=begins, at__lt=begins + dt.timedelta(days=1))
    return (rows if state.looked_at is None else rows.filter(at__gt=state.looked_at)).count()
