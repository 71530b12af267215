"""A simulated issuer of the eID in this process, a browser that walks it, and a platform that relies on it."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import requests
from pydantic import SecretStr

from vamco.systems.identity.adapters.simulators import registrations, server
from vamco.systems.identity.adapters.simulators.issuer import PIN, SimulatedIssuer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from vamco.systems.identity.adapters.simulators.server import Service

CITIZENS = Path(__file__).parents[5] / "packs" / "tayninh" / "demonstration" / "citizens.yaml"
SECRET = "bí-mật-của-khách"
SITE = "http://testserver"


@dataclass
class Away:
    """A browser at the issuer."""

    service: Service
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, url: str) -> requests.Response:
        self.session.trust_env = False
        return self.session.get(url, allow_redirects=False, timeout=30)

    def agree(
        self, url: str, person: str = "me", *, level: int | None = None, pin: str = PIN, says: str = "agree"
    ) -> str:
        """Walk the issuer's pages as a person, and give where it leads back."""
        asked = self.get(url)
        if asked.is_redirect:
            return asked.headers["Location"]
        found = re.search(r'name="request" value="([^"]+)"', asked.text)
        assert found, asked.text
        chosen = re.search(r'name="level" value="(\d)" checked', asked.text)
        assert chosen
        form = {"request": found[1], "person": person, "level": str(level or chosen[1]), "pin": pin, "decision": says}
        answer = self.session.post(
            f"{self.service.issuer.address}/decide", data=form, allow_redirects=False, timeout=30
        )
        return answer.headers.get("Location", "")


@contextmanager
def issuer(
    *, profile: str = "vneid", people: list[registrations.Citizen] | None = None, site: str = SITE
) -> Iterator[Service]:
    """Run the simulator on a free port."""
    listening = server.Server("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.server_address[1]}"
    client = registrations.Client("vamco", SECRET, (f"{site}/eid/back",), (f"{site}/log-in",))
    known = people if people is not None else registrations.citizens(CITIZENS)
    listening.service = server.Service(SimulatedIssuer(address, known, client, profile=profile))
    with server.running(listening) as service:
        yield service


def rely_on(settings: Any, service: Service, *, site: str = SITE) -> None:
    """Make the platform a relying party of a simulator."""
    settings.VAMCO_DEMO = True
    settings.VAMCO_SITE_URL = site
    settings.VAMCO_EID_ISSUER = service.issuer.address
    settings.VAMCO_EID_CLIENT = "vamco"
    settings.VAMCO_EID_SECRET = SecretStr(SECRET)
    settings.VAMCO_EID_PROFILE = service.issuer.profile
    settings.VAMCO_EID_NAME = "VNeID"


def sign_in(
    client: Client, service: Service, person: str = "me", *, start: str = "/eid/start?next=/style", **how: Any
) -> Any:
    """Go from the platform to the issuer and back as a person; gives the platform's last answer."""
    left = client.get(start)
    assert left.status_code == 302, left.content.decode()
    return client.get(path_of(Away(service).agree(left.headers["Location"], person, **how)))


def path_of(url: str) -> str:
    """What of an address goes to the platform."""
    split = urlsplit(url)
    return f"{split.path}?{split.query}"


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
