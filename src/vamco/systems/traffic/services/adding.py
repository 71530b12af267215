"""A camera that an operator adds on a page: beside those of the pack, which no load of the files takes away."""

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
    try:
        item = CameraItem.model_validate(dict(fields))
    except ValidationError as error:
        named = ", ".join(sorted({str(each["loc"][0]) if each["loc"] else "use" for each in error.errors()}))
        raise Refused("traffic.bad_camera", N_("The camera cannot be kept: %(fields)s"), fields=named) from None
    agency = agencies.get(item.agency)
    access.demand(by, MANAGE, agency)
    commune = places.get(item.place, clock.today())
    if Camera.objects.filter(code=item.code).exists():
        raise Refused("traffic.code_taken", N_("There is a camera %(camera)s already."), camera=item.code)
    same = {name: getattr(item, name) for name in _SAME}
    camera = Camera.objects.create(code=item.code, agency=agency, place=commune, **same)
    CameraState.objects.create(camera=camera)
    detail = {"use": item.use, "days": item.days, "agency": agency.code}
    audit.record("traffic.add_camera", actor=by.actor, chain=CHAIN, subject=f"camera:{item.code}", detail=detail)
    return item.code
