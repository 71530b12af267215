"""Offices that receive a procedure's dossiers: any of the province, whatever the applicant's commune (NĐ 118/2025)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency
    from vamco.systems.onestop.declaration import ProcedureItem

_KINDS: Final = {
    "commune_centre": ("commune",),
    "commune_police": ("commune",),
    "land_office": ("commune", "committee"),
    "province_centre": ("committee",),
    "province_police": ("committee",),
}


def offices(item: ProcedureItem) -> list[Agency]:
    """Return the offices at work today that receive a procedure, in Vietnamese alphabetical order."""
    kinds = {kind for receiver in item.received_by for kind in _KINDS[receiver]}
    return list(agencies.at_work(clock.today()).filter(kind__in=kinds))
