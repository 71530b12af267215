"""Drawings, what a page changes in a camera, how it is, and which worker has it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F, Q

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.traffic.contracts import CHAIN, MANAGE
from vamco.systems.traffic.models import Camera, CameraChange, CameraState, DrawingVersion
from vamco.systems.traffic.queries import cameras
from vamco.systems.traffic.rules import drawings
from vamco.systems.traffic.services import adding, clocks

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vamco.engines.vision.contracts import Drawing
    from vamco.kernel.world.people.models import Person
    from vamco.systems.traffic.contracts import Health

CHANGES: Final = frozenset({"name", "name_en", "lon", "lat", "view", "source", "place", "agency", "days", "active"})
"""What a page may change in a camera. Its code and its use stay: what it saw was seen under them."""
LEASE: dt.timedelta = dt.timedelta(seconds=30)


@transaction.atomic
def save_drawing(code: str, drawing: Drawing, *, by: Person | None, note: str = "") -> int:
    """Keep a drawing as the newest version of a camera, in force from now; returns its number. `by` None: the demonstration."""
    camera = Camera.objects.select_for_update().filter(pk=cameras.row(code).pk).select_related("agency").get()
    if by is not None:
        access.demand(by, MANAGE, camera.agency)
    if faults := drawings.faults(drawing):
        raise Refused("traffic.bad_drawing", N_("The drawing cannot be used: %(faults)s"), faults="; ".join(faults))
    last = DrawingVersion.objects.filter(camera=camera).order_by("-version").first()
    content = drawings.written(drawing)
    if last is not None and last.content == content:
        return last.version
    version = 1 + (last.version if last else 0)
    camera.drawing = DrawingVersion.objects.create(
        camera=camera, version=version, content=content, by=by, at=clock.now(), note=note
    )
    camera.save(update_fields=["drawing"])
    actor = by.actor if by else audit.SYSTEM
    audit.record("traffic.draw", actor=actor, chain=CHAIN, subject=f"camera:{camera.code}", detail={"version": version})
    return version


def change_camera(code: str, fields: Mapping[str, Any], *, by: Person, reason: str) -> None:
    """Change fields of a camera on a page, of the pack or added on one; no load of the files overwrites it."""
    access.demand(by, MANAGE, cameras.row(code).agency)
    if unknown := set(fields) - CHANGES:
        raise Refused("traffic.bad_camera", N_("The camera cannot be kept: %(fields)s"), fields=", ".join(unknown))
    if "agency" in fields:
        access.demand(by, MANAGE, agencies.get(fields["agency"]))
    try:
        packs.edit("cameras", code, fields, actor=by.actor, reason=reason)
    except Missing as missing:
        if missing.code != "packs.no_item":
            raise
        adding.change(code, fields, by=by, reason=reason)


def report(code: str, health: Health) -> bool:
    """Write down how a camera is; returns whether its condition changed."""
    with transaction.atomic():
        state = CameraState.objects.select_for_update(of=("self",)).get(camera=cameras.row(code))
        changed = state.condition != health.condition
        if changed:
            state.condition, state.since = health.condition, health.at
            CameraChange.objects.create(camera_id=state.pk, condition=health.condition, at=health.at)
            if health.condition == clocks.CLOCK:
                clocks.hold_since(state.pk, state.checked_at, health.at)
        if health.condition == "ok":
            state.checked_at = health.at
        state.seen_at = health.seen_at or state.seen_at
        state.clock_off_s, state.per_second = health.clock_off_s, health.per_second
        state.dropped += health.dropped
        state.save()
    return changed


def lease(worker: str, most: int, *, use: str = "", codes: frozenset[str] | None = None) -> list[str]:
    """Give a worker up to `most` cameras until `LEASE` from now: those that it has, then those that nobody has or whose worker died.

    Halls come first, since they cost little, then what was not seen for the longest time.
    """
    now = clock.now()
    with transaction.atomic():
        free = CameraState.objects.filter(camera__active=True).filter(
            Q(worker=worker) | Q(leased_until=None) | Q(leased_until__lt=now)
        )
        if use:
            free = free.filter(camera__use=use)
        if codes is not None:
            free = free.filter(camera__code__in=codes)
        held = free.select_for_update(of=("self",), skip_locked=True).select_related("camera")
        rows = list(held.order_by(F("leased_until").desc(nulls_last=True), "pk"))
        never = dt.datetime.min.replace(tzinfo=dt.UTC)
        rows.sort(key=lambda each: (each.worker != worker, each.camera.use != "hall", each.seen_at or never, each.pk))
        taken = rows[:most]
        CameraState.objects.filter(pk__in=[each.pk for each in taken]).update(worker=worker, leased_until=now + LEASE)
        given = [each.pk for each in rows[most:] if each.worker == worker]
        CameraState.objects.filter(pk__in=given).update(worker="", leased_until=None)
    return [each.camera.code for each in taken]


def release(worker: str, codes: Collection[str] | None = None) -> None:
    """Give cameras of a worker back, without `codes` all of them."""
    held = CameraState.objects.filter(worker=worker)
    if codes is not None:
        held = held.filter(camera__code__in=codes)
    held.update(worker="", leased_until=None)
