"""What this system's handlers hear in `tests/faults/test_any_order.py`: a dossier that moved, and was synchronised."""

from __future__ import annotations

from vamco.systems.onestop.tests import made
from vamco.vocab.onestop import DossierMoved, DossierSynchronised

TOLD: dict[str, list[object]] = {"service_quality.moved": [], "service_quality.synchronised": []}


def prepare() -> None:
    """Let somebody have sent a dossier."""
    dossier = made.dossier(made.citizen("Người Nộp"))
    TOLD["service_quality.moved"][:] = [DossierMoved(dossier.pk, dossier.number, 1, "open", 1)] * 2
    TOLD["service_quality.synchronised"][:] = [DossierSynchronised(dossier.pk, state) for state in ("waiting", "sent")]
