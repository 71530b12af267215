"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.planning import public as planning
from vamco.systems.planning.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

SEEN = {"upload_id": {"quyhoach"}}


def make(world: World) -> dict[str, Any]:
    by = world.person("quyhoach")
    made.published("notice", made.notices(made.notice("QH-1")), by)
    made.published("project", made.projects(made.project("DA-1")), by)
    waiting = planning.take_in("project", made.projects(made.project("DA-2", world.hidden)), f"{world.hidden}.xlsx", by)
    attached = planning.attach("QH-1", made.notices(made.notice("QH-1", "phụ lục")), "phu-luc.xlsx", by)
    return {"notice": "QH-1", "project": "DA-1", "planning_file": attached.pk, "upload_id": waiting.pk}
