"""The lines that the operator has named, each made once for a process, so that its circuit remembers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from django.conf import settings

from vamco.lib.errors import N_, Unavailable
from vamco.systems.counterparts.adapters import ports
from vamco.systems.counterparts.adapters.calling import HttpLine

if TYPE_CHECKING:
    from vamco.systems.counterparts.contracts import Line

NAMES: Final[dict[Line, str]] = {
    "population": N_("The national population database"),
    "civil_status": N_("The civil-status database"),
    "tax": N_("The tax office’s system"),
    "post": N_("The post’s system"),
    "vehicles": N_("The vehicle register"),
}


def connected(line: Line) -> bool:
    """Return whether the operator has named where a counterpart is."""
    return bool(_address(line))


def population() -> ports.Population:
    """Return the population register; Unavailable when no address is set."""
    return ports.PopulationLine(_line("population"))


def civil_status() -> ports.CivilStatus:
    """Return the civil-status register."""
    return ports.CivilStatusLine(_line("civil_status"))


def tax() -> ports.TaxOffice:
    """Return the tax office."""
    return ports.TaxLine(_line("tax"))


def post() -> ports.Post:
    """Return the post."""
    return ports.PostLine(_line("post"))


def vehicles() -> ports.VehicleRegister:
    """Return the vehicle register."""
    return ports.VehicleLine(_line("vehicles"))


def _line(line: Line) -> HttpLine:
    address = _address(line)
    if not address:
        raise Unavailable("counterparts.not_connected", N_("%(line)s is not connected."), line=NAMES[line])
    return _made(NAMES[line], address, bool(settings.VAMCO_DEMO))


def _address(line: Line) -> str:
    found = getattr(settings, f"VAMCO_{line.upper()}")
    return found.get_secret_value() if hasattr(found, "get_secret_value") else (found or "")


@cache
def _made(name: str, address: str, simulated: bool) -> HttpLine:  # noqa: FBT001  # cached by position
    return HttpLine(name, address, simulated=simulated)
