"""What this system's handler hears in `tests/faults/test_any_order.py`: acts on a dossier."""

from __future__ import annotations

from vamco.kernel.work.cases import public as cases
from vamco.systems.onestop.tests import made
from vamco.vocab.onestop import DossierMoved

TOLD: dict[str, list[object]] = {"national.put": []}


def prepare() -> None:
    """Let somebody have sent a dossier that was accepted and taken on."""
    dossier = made.dossier(made.citizen("Người Nộp"))
    clerk = made.official("onestop_clerk", "Cán bộ Một Cửa")
    specialist = made.official("onestop_specialist", "Công chức Chuyên Môn")
    cases.act(dossier.pk, "accept", by=clerk)
    cases.act(dossier.pk, "take_on", by=specialist)
    acts = ("open", 1), ("accept", 2), ("take_on", 4)
    TOLD["national.put"][:] = [
        DossierMoved(dossier.pk, dossier.number, seq, act, status) for seq, (act, status) in enumerate(acts, 1)
    ]
