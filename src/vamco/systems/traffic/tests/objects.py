"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.test import override_settings

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.tests import made, pictures

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

SEEN = {
    "violation": {"duyet", "quyetdinh", "xemxet", "kiemtoan"},
}


def make(world: World) -> dict[str, Any]:
    pictures.live_picture(made.CAMERA, {"car": 2})
    with override_settings(VAMCO_DEMO=True):  # the keys by which evidence is signed
        found = made.violation("70A98765")
        noticed = made.violation("70A98766", at=clock.now() + dt.timedelta(seconds=1))
    Violation.objects.filter(pk=noticed.pk).update(code="vi-pham-khong-doan-duoc", notice="TB-MAU-0001")
    hot = traffic.add_hot_plate(
        "70A99999",
        reason=f"Xe bị trộm {world.hidden}",
        basis="Quyết định mẫu",
        until=clock.today() + dt.timedelta(days=30),
        by=world.person("truyvet"),
        agency=agencies.get(made.POLICE),
    )
    return {
        "traffic_camera": made.CAMERA,
        "violation": found.pk,
        "decided_violation": found.pk,
        "ended_plate": hot.pk,
        "fine": "vi-pham-khong-doan-duoc",
    }
