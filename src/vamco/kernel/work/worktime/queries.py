from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.worktime.contracts import Calendar, Layer
from vamco.kernel.work.worktime.models import LayerVersion
from vamco.kernel.work.worktime.rules.assembly import assemble
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.kernel.world.agencies.models import Agency

EVERYBODY: Final = ""
_KEPT: Final = 256  # calendars in memory: one for each group of agencies that keep the same hours


def _missing(_code: str = EVERYBODY) -> Missing:
    return Missing("worktime.no_hours", N_("No working hours have been entered."))


LAYERS: packs.Versioned[LayerVersion, Layer, Layer] = packs.Versioned(
    LayerVersion, Layer, missing=_missing, code="agency__code", version=None
)


class _Known(NamedTuple):
    row: int
    subtree: bool
    layer: Layer


def calendar_of(agency: Agency, *, version: int | None = None) -> Calendar:
    """Give the working time of an agency as it is known, or as it was known at a version (`Calendar.version`).

    Asks the database for the newest version only, so a pack that another process loads holds with the next call; whoever computes
    many deadlines asks once. Missing when no pack has said anything, or nothing up to that version.
    """
    stamp = _stamp(version)
    return _calendar(stamp, _codes(agency, stamp))


def calendars_of(agencies: Iterable[Agency]) -> dict[str, Calendar]:
    """Give the working time of several agencies, by code; the database is asked once. Missing when no pack has said anything."""
    stamp = _stamp(None)
    return {agency.code: _calendar(stamp, _codes(agency, stamp)) for agency in agencies}


def _stamp(version: int | None) -> packs.Stamp:
    stamp = LAYERS.stamp(up_to=version)
    if stamp is None or EVERYBODY not in _known(stamp):
        raise _missing()
    return stamp


def _codes(agency: Agency, stamp: packs.Stamp) -> tuple[str, ...]:
    known = _known(stamp)
    lineage = [code for code in agency.path.split("/") if code in known]
    near = [code for code in lineage if code and (code == agency.code or known[code].subtree)]
    return (EVERYBODY, *near)


@lru_cache(maxsize=8)
def _known(stamp: packs.Stamp) -> dict[str, _Known]:
    """Give the newest row of each agency's code up to a version."""
    rows = LAYERS.in_force(up_to=stamp)
    layers = LAYERS.get_all(rows.values())
    return {code: _Known(row.pk, row.subtree, layer) for (code, row), layer in zip(rows.items(), layers, strict=True)}


@lru_cache(maxsize=_KEPT)
def _calendar(stamp: packs.Stamp, codes: tuple[str, ...]) -> Calendar:
    parts = [_known(stamp)[code] for code in codes]
    return assemble([part.layer for part in parts], max(part.row for part in parts))
