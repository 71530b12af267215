"""The ports, and their adapters over a signed line. Messages: see `docs/counterparts.md`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from vamco.systems.counterparts.adapters.calling import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.systems.counterparts.adapters.calling import HttpLine


class Population(Protocol):
    """The population register."""

    def person(self, number: str, *, purpose: str, basis: str) -> dict[str, Any]:
        """Return its message on the person with a number."""


class CivilStatus(Protocol):
    """The civil-status register."""

    def extract(self, kind: str, *, number: str, name: str, born: str, purpose: str, basis: str) -> dict[str, Any]:
        """Return its message on an entry, found by number, or by name and birth."""


class TaxOffice(Protocol):
    """The tax office's line for dossiers of several agencies: messages there, answers fetched from it."""

    def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Hand a message over; with the same id once more it changes nothing."""

    def answers(self, after: int) -> dict[str, Any]:
        """Return answers behind a position: late, repeated, in any order."""


class Post(Protocol):
    """The public post."""

    def send(self, parcel: Mapping[str, Any]) -> dict[str, Any]:
        """Announce a parcel; with the same id once more it is the same parcel."""

    def states(self, tracking: str) -> dict[str, Any]:
        """Return the states of a parcel, oldest first."""


class VehicleRegister(Protocol):
    """The vehicle register of the police."""

    def vehicle(self, plate: str, *, purpose: str, basis: str) -> dict[str, Any]:
        """Return its message on the vehicle with a plate, written without signs."""


class PopulationLine:
    """The population register over its line."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def person(self, number: str, *, purpose: str, basis: str) -> dict[str, Any]:
        """Return its message on the person with a number."""
        asked = {"SoDinhDanh": number, "MucDich": purpose, "CanCu": basis}
        return self._line.ask("POST", "/cong-dan", asked)


class CivilStatusLine:
    """The civil-status register over its line."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def extract(self, kind: str, *, number: str, name: str, born: str, purpose: str, basis: str) -> dict[str, Any]:
        """Return its message on an entry."""
        asked = {
            "Loai": kind,
            "SoDinhDanh": number,
            "HoVaTen": name,
            "NgaySinh": born,
            "MucDich": purpose,
            "CanCu": basis,
        }
        return self._line.ask("POST", "/trich-luc", {name: value for name, value in asked.items() if value})


class TaxLine:
    """The tax office over its line."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Hand a message over."""
        return self._line.ask("POST", "/ho-so", message)

    def answers(self, after: int) -> dict[str, Any]:
        """Return answers behind a position."""
        return self._line.ask("GET", f"/tra-loi?sau={int(after)}")


class VehicleLine:
    """The vehicle register over its line."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def vehicle(self, plate: str, *, purpose: str, basis: str) -> dict[str, Any]:
        """Return its message on the vehicle with a plate."""
        return self._line.ask("POST", "/xe", {"BienSo": plate, "MucDich": purpose, "CanCu": basis})


class PostLine:
    """The post over its line."""

    def __init__(self, line: HttpLine) -> None:
        self._line = line

    def send(self, parcel: Mapping[str, Any]) -> dict[str, Any]:
        """Announce a parcel."""
        found = self._line.ask("POST", "/buu-gui", parcel)
        if not isinstance(found.get("SoHieu"), str) or not found["SoHieu"]:
            raise NoAnswer(self._line.name, "no_number")
        return found

    def states(self, tracking: str) -> dict[str, Any]:
        """Return the states of a parcel."""
        return self._line.ask("GET", f"/buu-gui/{quote(tracking, safe='')}")
