"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.desk.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

# An alarm of Finance.
SEEN = {"alarm_id": {"lanhdao", "vanphong", "thamdinh", "taichinh", "sotaichinh", "truongphong", "ioc", "kiemtoan"}}


def make(_world: World) -> dict[str, Any]:
    return {"alarm_id": made.alarm()}
