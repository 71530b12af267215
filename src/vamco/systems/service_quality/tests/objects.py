"""What the architecture's tests ask for at this system's addresses: an office with a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.onestop.tests import made
from vamco.systems.service_quality import public as quality

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World


def make(_world: World) -> dict[str, Any]:
    dossier = made.dossier(made.citizen("Người Nộp Mẫu"))
    quality.note(dossier.pk)
    return {"agency_code": made.OFFICE}
