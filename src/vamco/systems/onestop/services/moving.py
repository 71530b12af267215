"""What an act on a dossier's case brings about on the dossier, inside the act's own transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.kernel.base.events import public as events
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_
from vamco.systems.onestop.contracts import ROOM
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.rules.status import national_code
from vamco.systems.onestop.services import hooks
from vamco.vocab.onestop import DossierMoved

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry


MACHINE: Final = access.machine(ROOM, N_("One-stop desk"))


def on_act(case: Case, entry: Entry) -> None:
    """Keep the times and axes of the dossier, and tell others that it has moved."""
    dossier = Dossier.objects.select_for_update().get(pk=case.pk)
    if entry.act == "accept":
        dossier.received_at, dossier.promised_at = entry.at, case.due_at
    elif entry.act == "issue":
        dossier.finished_at = entry.at
    elif entry.act in {"deliver", "store"}:
        dossier.delivered_at = entry.at
        dossier.delivered = "stored" if entry.act == "store" else "handed_over"
    hooks.run(dossier, case, entry)
    dossier.save()
    events.emit(DossierMoved(case.pk, dossier.number, entry.seq, entry.act, national_code(case.state)))
