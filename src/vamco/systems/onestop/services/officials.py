"""What the officials' side does at each act, in its order: what may refuse comes before what is told and made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.systems.onestop.services import forming, hooks, promising, results, telling

if TYPE_CHECKING:
    from vamco.kernel.work.cases.models import Case, Entry
    from vamco.systems.onestop.models import Dossier


def register() -> None:
    """Register the hooks of the officials' side."""
    hooks.on("accept", promising.demand_lawful)
    hooks.on("propose", results.on_propose)
    hooks.on("sign", results.on_sign)
    hooks.on("number", results.on_number)
    hooks.on("issue", results.on_issue)
    hooks.on("deliver", results.on_deliver)
    hooks.on("transfer", widen)
    hooks.on("", forming.on_act)
    hooks.on("", telling.on_act)


def widen(dossier: Dossier, case: Case, _entry: Entry) -> None:
    """Let the agency to which a dossier is handed over find it; what an agency had, its search still looks at and access decides."""
    more = {case.agency_id, *([case.handed_to_id] if case.handed_to_id else [])}
    dossier.reach = sorted({*dossier.reach, *more})
