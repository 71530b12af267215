"""A camera that an operator adds on a page, and what is changed in it: beside those of the pack, which no load of the files takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from pydantic import ValidationError

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Refused
from vamco.systems.traffic.contracts import CHAIN, MANAGE
from vamco.systems.traffic.declaration import CameraItem
from vamco.systems.traffic.models import Camera, CameraState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.world.people.models import Person

_SAME = ("name", "name_en", "lon", "lat", "view", "source", "use", "hall", "days")


@transaction.atomic
def add(fields: Mapping[str, Any], *, by: Person) -> str:
    """Add a camera, and return its code. The address of its pictures may hold a password: it is not logged."""
    item = _item(fields)
    agency = agencies.get(item.agency)
    access.demand(by, MANAGE, agency)
    commune = places.get(item.place, clock.today())
    if Camera.objects.filter(code=item.code).exists():
        raise Refused("traffic.code_taken", N_("There is a camera %(camera)s already."), camera=item.code)
    camera = Camera.objects.create(code=item.code, agency=agency, place=commune, **_same(item))
    CameraState.objects.create(camera=camera)
    detail = {"use": item.use, "days": item.days, "agency": agency.code}
    audit.record("traffic.add_camera", actor=by.actor, chain=CHAIN, subject=f"camera:{item.code}", detail=detail)
    return item.code


@transaction.atomic
def change(code: str, fields: Mapping[str, Any], *, by: Person, reason: str) -> None:
    """Change fields of a camera that was added on a page; its drawings and states stay. Who may is asked by the caller."""
    camera = Camera.objects.select_for_update(of=("self",)).select_related("agency", "place").get(code=code)
    now = {name: getattr(camera, name) for name in (*_SAME, "active", "synthetic")}
    now |= {"code": code, "agency": camera.agency.code, "place": camera.place.code if camera.place else ""}
    item = _item({**now, **fields})
    changed = sorted(name for name in fields if getattr(item, name) != now[name])
    if not changed:
        return
    if "place" in changed:
        camera.place = places.get(item.place, clock.today())
    if "agency" in changed:
        camera.agency = agencies.get(item.agency)
    for name, value in _same(item).items():
        setattr(camera, name, value)
    camera.active = item.active
    camera.save()
    detail = {"fields": changed, "reason": reason}
    audit.record("traffic.change_camera", actor=by.actor, chain=CHAIN, subject=f"camera:{code}", detail=detail)


def _item(fields: Mapping[str, Any]) -> CameraItem:
    try:
        return CameraItem.model_validate(dict(fields))
    except ValidationError as error:
        named = ", ".join(sorted({str(each["loc"][0]) if each["loc"] else "use" for each in error.errors()}))
        raise Refused("traffic.bad_camera", N_("The camera cannot be kept: %(fields)s"), fields=named) from None


def _same(item: CameraItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in _SAME}
