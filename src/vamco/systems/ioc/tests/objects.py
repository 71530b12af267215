"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.desk.tests import made
from vamco.systems.indicators.models import Value

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

WITHOUT = {"value_id": 409}  # made by hand: no run stands behind it


def make(_world: World) -> dict[str, Any]:
    made.values("HCC08", 80, agency=made.FINANCE)
    made.values("HCC07", 80, agency=made.FINANCE)  # the newest: it has a denominator
    return {"value_id": Value.objects.latest("pk").pk, "code": "HCC08"}
