"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World


SEEN = {"fee_dossier": {"motcua", "chuyenvien"}}


def make(world: World) -> dict[str, Any]:
    dossier = made.dossier(world.person("sotaichinh"))
    return {"procedure": "1.001193", "life_event": "birth", "fee_dossier": dossier.pk}
