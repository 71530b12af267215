"""What the pack says of cameras and road rules, taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.systems.traffic.models import Camera, CameraState, PlateTable
from vamco.systems.traffic.queries.table import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.traffic.declaration import CameraItem, PlatesItem, RuleItem

_SAME = ("name", "name_en", "lon", "lat", "view", "source", "use", "hall", "days", "active", "synthetic")


def load_cameras(items: Sequence[CameraItem]) -> None:
    """Put cameras as the pack has them; their drawings and states stay."""
    today = clock.today()
    for item in items:
        fields = {
            **{name: getattr(item, name) for name in _SAME},
            "agency": agencies.get(item.agency),
            "place": places.get(item.place, today),
        }
        camera, _ = Camera.objects.update_or_create(code=item.code, defaults=fields)
        CameraState.objects.get_or_create(camera=camera)


def withdraw_cameras(codes: Sequence[str]) -> None:
    """Take cameras out of use that the pack no longer holds; what they saw stays."""
    Camera.objects.filter(code__in=codes).update(active=False)


def load_rules(items: Sequence[RuleItem]) -> None:
    """Put road rules, each a version where it says something new."""
    for item in items:
        RULES.put(item.code, item)


def load_plates(items: Sequence[PlatesItem]) -> None:
    """Put the table of plates, as a whole."""
    for item in items:
        table = item.model_dump(mode="json")
        PlateTable.objects.update_or_create(code=item.code, defaults={"table": table, "verified": item.verified})
