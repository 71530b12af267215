from __future__ import annotations

from vamco.kernel.base.modes.contracts import Mode, SystemMode
from vamco.kernel.base.modes.declaration import ModeItem
from vamco.kernel.base.modes.models import SystemModeRow
from vamco.kernel.base.modes.rules import refusal
from vamco.lib.errors import N_, Missing


def mode_of(system: str) -> Mode:
    """Return the mode in force for a system ("hub"); one that the pack says nothing of is the province's own."""
    found = SystemModeRow.objects.filter(pk=system).values_list("mode", flat=True).first()
    return Mode(found) if found else Mode.OWN


def get(system: str) -> SystemMode:
    """Return the mode in force for a system, with its platforms and reason; Missing when the pack says nothing of it."""
    row = SystemModeRow.objects.filter(pk=system).first()
    if row is None:
        raise Missing("modes.no_system", N_("The pack names no mode of the system %(system)s."), system=system)
    return _view(row)


def listed() -> list[SystemMode]:
    """Return the modes of all systems that the pack names, by system."""
    return [_view(row) for row in SystemModeRow.objects.all()]


def demand_new_records(system: str) -> None:
    """Refuse a new record of a system that only connects to a national platform. Reading, links, exports and what is under way go on."""
    if mode_of(system) is Mode.CONNECTOR:
        raise refusal(get(system))


def _view(row: SystemModeRow) -> SystemMode:
    content = {
        name: getattr(row, name) for name in ("system", "name", "name_en", "platforms", "mode", "reason", "reason_en")
    }
    return ModeItem.model_validate(content).view()
