"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.portal import public
from vamco.systems.portal.tests import drafts

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World


def make(world: World) -> dict[str, Any]:
    return {"downtime": public.announce_downtime(drafts.draft(days=20), by=world.person("quantri"))}
