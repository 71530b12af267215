"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.test.utils import override_settings

from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.desk.tests.made import upload
from vamco.systems.onestop.models import DossierDocument, DossierPaper
from vamco.systems.onestop.services import counter, forming, giving, preparing, results
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

OWNER = "sotaichinh"
OFFICE = {"motcua", "chuyenvien", "lanhdaomotcua"}
READERS = {*OFFICE, "kiemtoan"}  # inspectors read all cases
SEEN = {
    "preparation": {OWNER},
    "dossier": {OWNER},
    "given_paper": {OWNER},
    "fee_dossier": {"motcua", "chuyenvien"},
    "office_dossier": OFFICE,
    "office_paper": READERS,
    "office_document": READERS,
    "office_draft": READERS,
    "counter_code": {"motcua"},
}

WITHOUT = {"preparation": 302, "dossier": 302, "counter_code": 302}  # what is not sent yet has no receipt


def make(world: World) -> dict[str, Any]:
    return {"procedure": "1.001193", "life_event": "birth", **_citizens(world), **_offices(world)}


def _citizens(world: World) -> dict[str, Any]:
    owner = world.person(OWNER)
    version = made.provincial()
    found = preparing.begin(made.PROCEDURE, by=owner)
    paper = giving.give(found.code, "civil_declaration", upload().file, name="to-khai.pdf", by=owner)
    dossier = made.dossier(owner, procedure=version, answers={"purpose": world.hidden}, address=world.hidden)
    return {
        "filed": made.PROCEDURE,
        "preparation": found.code,
        "dossier": dossier.number,
        "given_paper": paper.pk,
        "fee_dossier": dossier.pk,
    }


def _offices(world: World) -> dict[str, Any]:
    clerk, specialist = world.person("motcua"), world.person("chuyenvien")
    applicant = made.citizen(f"Trần Thị {world.hidden}")
    content = files.store(io.BytesIO(b"Giay to"), name="giay-to.txt", agency=agencies.get(made.OFFICE), by="1")
    dossier = made.dossier(applicant)
    paper = DossierPaper.objects.create(dossier=dossier, paper="id_card", file=content, given_at=dossier.sent_at)
    case = cases.act(dossier.pk, "accept", by=clerk)
    with override_settings(VAMCO_DEMO=True):  # keys of its own
        forming.issue(dossier.pk, case.seq)
    results.save(dossier.pk, results.proposed(dossier), by=specialist, seen="")
    prepared = counter.begin(applicant, made.PROCEDURE, office=agencies.get(made.OFFICE), by=clerk)
    return {
        "office_dossier": dossier.pk,
        "office_draft": dossier.pk,
        "office_paper": paper.pk,
        "office_document": DossierDocument.objects.get(dossier=dossier).pk,
        "counter_code": prepared.code,
    }
