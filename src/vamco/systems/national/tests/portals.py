"""A simulated portal for tests, and the platform connected to it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from vamco.systems.national.adapters import portal as port
from vamco.systems.national.adapters.simulators.portal import SimulatedPortal
from vamco.systems.national.adapters.simulators.screens import Citizen
from vamco.systems.national.adapters.simulators.server import Server, Service, running
from vamco.systems.national.adapters.simulators.store import Store
from vamco.systems.national.adapters.simulators.weather import FAIR, Climate, Weather

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT, SECRET = "vamco", "bi-mat-cua-cong-mo-phong"
MOTHER = Citizen("me", "Nguyễn Thị Hồng Nhung", "072188000901")


@contextlib.contextmanager
def served(path: Path | None = None, climate: Climate = FAIR, seed: int = 1) -> Iterator[tuple[Service, str]]:
    """A portal on a port of its own, and its address."""
    server = Server("127.0.0.1", 0)
    portal = SimulatedPortal(Store(path), CLIENT, SECRET)
    server.service = Service(portal, SECRET, Weather(climate, seed), [MOTHER], "http://127.0.0.1:8000")
    with running(server) as address:
        yield server.service, address


def adapter(address: str, *, secret: str = SECRET, profile: str = "standard") -> port.HttpPortal:
    """The platform's adapter for a portal."""
    return port.HttpPortal(address, CLIENT, secret, port.profile(profile), simulated=True)


def connect(settings: Any, address: str) -> None:
    """Let the platform know the portal."""
    settings.VAMCO_NATIONAL_PORTAL = address
    settings.VAMCO_NATIONAL_CLIENT = CLIENT
    settings.VAMCO_NATIONAL_SECRET = SecretStr(SECRET)
    settings.VAMCO_NATIONAL_PROFILE = "standard"


def taken(service: Service, number: str = "") -> list[tuple[str, str]]:
    """What the portal has taken of a dossier, or of all, in order: (key, kind of call)."""
    rows = service.portal.store.rows("SELECT key, call, number FROM taken ORDER BY id")
    return [(key, call) for key, call, of in rows if not number or of == number]


def status(service: Service, number: str) -> int:
    """The status that the portal has for a dossier."""
    return int(service.portal.store.rows("SELECT status FROM dossier WHERE number = ?", number)[0][0])
