"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.desk.tests import made
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Decision

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

# An alarm of Finance, and one that waits for a decision.
SEEN = {
    name: {"lanhdao", "vanphong", "thamdinh", "taichinh", "sotaichinh", "truongphong", "ioc", "kiemtoan", "quantri"}
    for name in ("alarm_id", "waiting_id")
}
WITHOUT = {"waiting_id": 302}  # leads to its alarm


def make(world: World) -> dict[str, Any]:
    alarm, late = made.alarm(), made.late("dkkd")
    warnings.confirm(late, by=world.person("vanphong"))
    return {"alarm_id": alarm, "waiting_id": Decision.objects.get(alarm=late).pk}
