from __future__ import annotations

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.modes import queries
from vamco.kernel.base.modes.contracts import Mode
from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_, Refused

CHAIN = "packs"
REASON = 500  # characters


@transaction.atomic
def switch(system: str, mode: Mode, reason: str, actor: str) -> None:
    """Change the mode of a system for a reason, as an edit on a page that no load of the pack overwrites; it holds at once.

    Nothing that the system holds is touched. Missing when the pack says nothing of the system.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("modes.reason_missing", N_("Please say why."))
    before = queries.get(system)
    if before.mode is mode:
        raise Refused("modes.same", N_("The system is in this mode already."))
    if mode is not Mode.OWN and not before.platforms:
        raise Refused("modes.no_platform", N_("No national platform is named that this system could connect to."))
    fields = {"mode": mode.value, "reason": reason[:REASON], "reason_en": reason[:REASON]}
    packs.edit("modes", system, fields, actor=actor, reason=reason)
    audit.record(
        "modes.switch",
        actor=actor,
        chain=CHAIN,
        subject=f"system:{system}",
        purpose=reason[: audit.PURPOSE],
        detail={"from": before.mode.value, "to": mode.value},
    )
