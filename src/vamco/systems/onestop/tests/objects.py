"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.systems.desk.tests.made import upload
from vamco.systems.onestop.services import giving, preparing
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

OWNER = "sotaichinh"
SEEN = {
    "preparation": {OWNER},
    "dossier": {OWNER},
    "given_paper": {OWNER},
    "fee_dossier": {"motcua", "chuyenvien"},
}
WITHOUT = {"preparation": 302, "dossier": 302}


def make(world: World) -> dict[str, Any]:
    owner = world.person(OWNER)
    version = made.provincial()
    found = preparing.begin(made.PROCEDURE, by=owner)
    paper = giving.give(found.code, "civil_declaration", upload().file, name="to-khai.pdf", by=owner)
    dossier = made.dossier(owner, procedure=version, answers={"purpose": world.hidden}, address=world.hidden)
    return {
        "procedure": "1.001193",
        "life_event": "birth",
        "filed": made.PROCEDURE,
        "preparation": found.code,
        "dossier": dossier.number,
        "given_paper": paper.pk,
        "fee_dossier": dossier.pk,
    }
